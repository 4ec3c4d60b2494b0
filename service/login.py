"""Who is signed in: flask-login over accounts, with sessions that can be ended."""

import hmac
from typing import Any

from flask import Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from service.errors import NotAllowed
from service.models import Account
from service.permissions import NOBODY, Actor
from service.queries.accounts import actor_of
from service.text import say
from service.web import reading

login_manager = LoginManager()


class SignedIn(UserMixin):
    """The account of a request, read once, with its roles."""

    def __init__(self, account: Account) -> None:
        self.account_id = account.id
        self.email = account.email
        self.name = account.person.name
        self.locale = account.locale
        self.session_key = account.session_key
        self.actor = actor_of(account)

    def get_id(self) -> str:
        """What the cookie carries: changing the account's key ends every session."""
        return f"{self.account_id}:{self.session_key}"


class Visitor(AnonymousUserMixin):
    """Nobody is signed in."""

    name = ""
    locale = ""
    actor = NOBODY


def current_actor() -> Actor:
    """Who acts in this request."""
    actor: Actor = current_user.actor
    return actor


def init_app(app: Flask) -> None:
    """Load the account of each request."""
    login_manager.init_app(app)
    login_manager.anonymous_user = Visitor
    login_manager.user_loader(_load)
    login_manager.unauthorized_handler(_ask_to_sign_in)


def _load(identity: str) -> SignedIn | None:
    number, _, key = identity.partition(":")
    if not number.isdigit():
        return None
    account = reading().scalar(
        select(Account)
        .where(Account.id == int(number), Account.active)
        .options(selectinload(Account.person), selectinload(Account.grants))
    )
    if account is None or not hmac.compare_digest(account.session_key, key):
        return None
    return SignedIn(account)


def _ask_to_sign_in() -> ResponseReturnValue:
    if request.method not in ("GET", "HEAD"):
        raise NotAllowed(say("Su sesión terminó. Entre de nuevo y repita lo último que hizo."))
    query: dict[str, Any] = {"next": request.full_path.rstrip("?")} if request.path != "/" else {}
    return redirect(url_for("accounts.login", **query))
