"""Who is signed in: flask-login over sessions kept in the database.

The cookie carries a random key and nothing about its owner; roles are read with each request, so
what is withdrawn is gone with the next one.
"""

from datetime import timedelta
from typing import Any

from flask import Flask, Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user, login_user

from service.errors import NotAllowed
from service.models import AccountSession
from service.models.columns import utc_now
from service.operations.sessions import begin_session, touch_session
from service.permissions import NOBODY, Actor
from service.queries.accounts import actor_of
from service.queries.sessions import session_of
from service.text import say
from service.web import reading, settings, transaction

login_manager = LoginManager()
PENDING_KEY, SECRET = "pending", "totp_secret"
TOUCHES = 5
"""A session's last use is written at most so many times in its idle time, not with every page."""


class SignedIn(UserMixin):
    """The account of a request, read once, with its roles."""

    def __init__(self, found: AccountSession, key: str) -> None:
        account = found.account
        self.key = key
        self.session_id = found.id
        self.seen_at = found.seen_at
        self.account_id = account.id
        self.email = account.email
        self.name = account.person.name
        self.locale = account.locale
        self.second_factor = account.totp_secret is not None
        self.actor = actor_of(account)

    def get_id(self) -> str:
        """What the cookie carries."""
        return self.key


class Visitor(AnonymousUserMixin):
    """Nobody is signed in."""

    name = ""
    locale = ""
    second_factor = False
    actor = NOBODY


def current_actor() -> Actor:
    """Who acts in this request."""
    actor: Actor = current_user.actor
    return actor


def idle_time() -> timedelta:
    """After how long without use a session ends."""
    return timedelta(minutes=settings().session_idle_minutes)


def sign_in(account_id: int) -> None:
    """Begin a session with a new key, in this browser."""
    with transaction() as session:
        key = begin_session(session, account_id, browser=request.user_agent.string)
    found = _load(key)
    if found is None:
        raise NotAllowed(say("Esta cuenta está cerrada. Pídala a la coordinación de su servicio local."))
    login_user(found)


def ask_for_code(account_id: int) -> str:
    """Begin a session that opens nothing but the page of the second factor; answers its key."""
    with transaction() as session:
        return begin_session(session, account_id, browser=request.user_agent.string, pending=True)


def init_app(app: Flask) -> None:
    """Load the account of each request, and note that its session is in use."""
    login_manager.init_app(app)
    login_manager.anonymous_user = Visitor
    login_manager.user_loader(_load)
    login_manager.unauthorized_handler(_ask_to_sign_in)

    @app.after_request
    def keep_alive(response: Response) -> Response:
        user = g.get("_login_user")
        if isinstance(user, SignedIn) and utc_now() - user.seen_at > idle_time() / TOUCHES:
            with transaction() as session:
                touch_session(session, user.session_id)
        return response


def _load(key: str) -> SignedIn | None:
    found = session_of(reading(), key, idle=idle_time())
    return None if found is None else SignedIn(found, key)


def _ask_to_sign_in() -> ResponseReturnValue:
    if request.method not in ("GET", "HEAD"):
        raise NotAllowed(say("Su sesión terminó. Entre de nuevo y repita lo último que hizo."))
    query: dict[str, Any] = {"next": request.full_path.rstrip("?")} if request.path != "/" else {}
    return redirect(url_for("accounts.login", **query))
