"""Sign in, sign out, choose a language."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required, logout_user

from service.locale import LANGUAGES
from service.login import PENDING_KEY, ask_for_code
from service.login import sign_in as start_session
from service.operations import accounts as operations
from service.operations import sessions
from service.queries.accounts import DemoAccount, demo_accounts
from service.security import limiter, typed_address
from service.web import reading, settings, transaction

bp = Blueprint("accounts", __name__)


@dataclass(frozen=True, slots=True)
class LoginPage:
    """What the sign-in page shows."""

    email: str
    failed: bool
    next: str
    demo_accounts: tuple[DemoAccount, ...]
    provider: str


@bp.get("/login")
def login() -> ResponseReturnValue:
    """The sign-in page; in demo mode it lists the demo accounts."""
    if current_user.is_authenticated:
        return redirect(url_for("public.home"))
    return _page(email="", failed=False, status=200)


@bp.post("/login")
@limiter.limit("20 per minute")
@limiter.limit("20 per hour", key_func=typed_address, deduct_when=lambda answer: answer.status_code == 422)
def sign_in() -> ResponseReturnValue:
    """Check the password; the same answer for an unknown address."""
    email, password = request.form.get("email", ""), request.form.get("password", "")
    account = operations.authenticate(reading(), email, password)
    if account is None:
        return _page(email=email, failed=True, status=422)
    target = safe_target(request.form.get("next") or request.args.get("next"))
    return enter_with_code(account.id, target, with_code=account.totp_secret is not None)


@bp.post("/logout")
@login_required
def logout() -> ResponseReturnValue:
    """End this session."""
    with transaction() as writing:
        sessions.end_session(writing, current_user.account_id, current_user.session_id)
    logout_user()
    session.clear()
    return redirect(url_for("public.home"))


@bp.post("/idioma")
def choose_language() -> ResponseReturnValue:
    """Change the language, and come back to the page."""
    locale = request.form.get("locale", "")
    if locale in LANGUAGES:
        session["locale"] = locale
        if current_user.is_authenticated:
            with transaction() as writing:
                operations.choose_locale(writing, current_user.account_id, locale)
    return redirect(safe_target(request.form.get("next")))


def enter_with_code(account_id: int, target: str, *, with_code: bool) -> ResponseReturnValue:
    """Begin a session, or ask for the code first where the account has a second factor."""
    if not with_code:
        enter(account_id)
        return redirect(target)
    _forget_browser()
    session[PENDING_KEY] = ask_for_code(account_id)
    return redirect(url_for("accounts.code", next=target))


def enter(account_id: int) -> None:
    """Begin a session in this browser, of which nothing is kept but the language."""
    _forget_browser()
    session.permanent = True
    start_session(account_id)


def _forget_browser() -> None:
    locale = session.get("locale")
    session.clear()
    if locale in LANGUAGES:
        session["locale"] = locale


def _page(*, email: str, failed: bool, status: int) -> ResponseReturnValue:
    provider = settings().oidc
    page = LoginPage(
        email=email,
        failed=failed,
        next=safe_target(request.values.get("next")),
        demo_accounts=demo_accounts(reading()),
        provider=provider.name if provider else "",
    )
    return render_template("accounts/login.html", page=page), status


def safe_target(target: str | None) -> str:
    """Only addresses of this site: a path, never a host; browsers drop tabs and read ``\\`` as ``/``."""
    if target and target.isprintable() and target.startswith("/") and target[1:2] not in ("/", "\\"):
        return target
    return url_for("public.home")
