"""The second factor: asked for at sign-in, set up and taken off by its owner."""

from dataclasses import dataclass

import segno
from flask import Flask, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_required

from service.blueprints.accounts import bp, enter, safe_target
from service.blueprints.forms.accounts import reason_form
from service.errors import Conflict, InvalidInput
from service.login import PENDING_KEY, SECRET, current_actor, idle_time
from service.models import Account, AccountSession
from service.operations import passwords, second_factor, sessions
from service.permissions import sees_a_territory
from service.queries.account_pages import find_account
from service.queries.sessions import session_of
from service.security import limiter
from service.text import say
from service.web import reading, settings, transaction, vault
from service.wording import translated

FREE = {"accounts.logout", "accounts.choose_language", "accounts.set_up_code", "accounts.keep_code", "static"}
"""What opens while the second factor is still to be set up."""


@dataclass(frozen=True, slots=True)
class CodePage:
    """The form that asks for a code."""

    next: str
    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class SetUpPage:
    """The picture for the telephone, or the recovery codes once it is set up."""

    in_use: bool
    required: bool
    secret: str
    picture: str
    codes: tuple[str, ...]
    errors: dict[str, str]


def pending_account() -> str:
    """Whose code is being tried: attempts are counted by account, wherever they come from."""
    found = _pending()
    return "nobody" if found is None else f"code:{found.account_id}"


@bp.get("/login/codigo")
def code() -> ResponseReturnValue:
    """Ask for the code of the telephone."""
    if current_user.is_authenticated:
        return redirect(url_for("public.home"))
    if _pending() is None:
        return redirect(url_for("accounts.login"))
    return render_template("accounts/code.html", page=CodePage(safe_target(request.args.get("next")), {}))


@bp.post("/login/codigo")
@limiter.limit("10 per minute")
@limiter.limit("10 per hour", key_func=pending_account, deduct_when=lambda answer: answer.status_code == 422)
def check_code() -> ResponseReturnValue:
    """Check the code; only now a session begins that opens pages."""
    found = _pending()
    if found is None:
        raise Conflict(say("Pasó demasiado tiempo. Entre de nuevo con su contraseña."), code="pending")
    account_id, pending_id = found.account_id, found.id
    with transaction() as writing:
        right = second_factor.accept_code(
            writing, account_id, request.form.get("code", "")[:40], vault=vault()
        )
        if right:
            sessions.end_session(writing, account_id, pending_id)
    target = safe_target(request.form.get("next"))
    if not right:
        errors = {"code": translated(second_factor.wrong_code().message)}
        return render_template("accounts/code.html", page=CodePage(target, errors)), 422
    enter(account_id)
    return redirect(target)


@bp.get("/cuenta/segundo-factor")
@login_required
def set_up_code() -> ResponseReturnValue:
    """The picture for the telephone."""
    return _page({})


@bp.post("/cuenta/segundo-factor")
@login_required
@limiter.limit("10 per minute")
def keep_code() -> ResponseReturnValue:
    """Begin to ask for codes; the recovery codes are shown this once."""
    secret = session.get(SECRET)
    try:
        if not secret:
            raise second_factor.wrong_code()
        with transaction() as writing:
            codes = second_factor.set_up(
                writing,
                current_user.account_id,
                secret,
                request.form.get("code", "")[:40],
                vault=vault(),
                actor=current_actor(),
            )
    except InvalidInput as error:
        return _page(error.fields), 422
    session.pop(SECRET, None)
    return _page({}, codes)


@bp.post("/cuenta/segundo-factor/quitar")
@login_required
@limiter.limit("10 per minute")
def remove_code() -> ResponseReturnValue:
    """Ask for no code any more; the password is wanted once more."""
    account = reading().get_one(Account, current_user.account_id)
    try:
        passwords.check_current(account, request.form.get("current", ""))
    except InvalidInput as error:
        return _page(error.fields), 422
    with transaction() as writing:
        second_factor.remove(writing, current_user.account_id, required=_required(), actor=current_actor())
    flash(_("Desde ahora entra solo con su contraseña."))
    return redirect(url_for("accounts.own"))


@bp.post("/coordinacion/cuentas/<int:account_id>/segundo-factor/quitar")
@login_required
def remove_code_for(account_id: int) -> ResponseReturnValue:
    """Help somebody who lost telephone and codes."""
    actor = current_actor()
    find_account(reading(), account_id, actor=actor)
    reason = reason_form()
    with transaction() as writing:
        second_factor.remove_for(writing, account_id, reason=reason, actor=actor)
    flash(_("La persona entrará solo con su contraseña, hasta que ponga otro código."))
    return redirect(url_for("accounts.show", account_id=account_id))


def init_app(app: Flask) -> None:
    """Let nobody who needs a second factor past its page without one."""

    @app.before_request
    def ask_for_set_up() -> ResponseReturnValue | None:
        if not settings().require_second_factor or request.endpoint in FREE:
            return None
        if current_user.is_authenticated and not current_user.second_factor and _required():
            return redirect(url_for("accounts.set_up_code"), 303)
        return None


def _required() -> bool:
    return settings().require_second_factor and sees_a_territory(current_actor())


def _pending() -> AccountSession | None:
    key = session.get(PENDING_KEY)
    return session_of(reading(), key, idle=idle_time(), pending=True) if key else None


def _page(errors: dict[str, str], codes: tuple[str, ...] = ()) -> str:
    secret = ""
    if not codes:
        secret = session.setdefault(SECRET, second_factor.new_secret())
    picture = segno.make(second_factor.setup_address(secret, current_user.email)) if secret else None
    page = SetUpPage(
        in_use=bool(codes) or current_user.second_factor,
        required=_required(),
        secret=" ".join(secret[place : place + 4] for place in range(0, len(secret), 4)),
        picture="" if picture is None else picture.svg_data_uri(scale=5, border=2),
        codes=codes,
        errors={name: translated(sentence) for name, sentence in errors.items()},
    )
    return render_template("accounts/second_factor.html", page=page)
