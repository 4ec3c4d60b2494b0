"""One's own account: name, language, password, and the browsers in which it is open."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_required

from service.blueprints.accounts import bp
from service.blueprints.forms.accounts import OwnForm, new_password
from service.errors import InvalidInput
from service.identities import address_to_ask
from service.login import current_actor, idle_time
from service.models import Account
from service.operations import accounts, identities, passwords, sessions
from service.operations.mail_kinds import MailKind, kinds_for
from service.queries.account_pages import is_connected
from service.queries.mail import chosen_kinds
from service.queries.own_roles import OwnRole, own_roles
from service.queries.sessions import SessionLine, open_sessions
from service.security import limiter
from service.web import reading, settings, transaction
from service.wording import translated


@dataclass(frozen=True, slots=True)
class GoPage:
    """The way to the provider, as a link: a form may not lead away from here."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class OwnPage:
    """What the page of one's own account shows."""

    email: str
    name: str
    locale: str
    demo: bool
    roles: tuple[OwnRole, ...]
    provider: str
    connected: bool
    kinds: tuple[MailKind, ...]
    wanted: tuple[str, ...]
    digest: str
    sessions: tuple[SessionLine, ...]
    session_id: int
    errors: dict[str, str]


@bp.get("/cuenta")
@login_required
def own() -> ResponseReturnValue:
    """One's own account."""
    return _page({}), 200


@bp.post("/cuenta")
@login_required
def correct_own() -> ResponseReturnValue:
    """Keep one's own name and language."""
    try:
        form = OwnForm.from_request()
    except InvalidInput as error:
        return _page(error.fields), 422
    with transaction() as writing:
        accounts.correct_own(
            writing, current_user.account_id, name=form.name, locale=form.locale, actor=current_actor()
        )
    session["locale"] = form.locale
    flash(_("Sus datos quedaron guardados."))
    return redirect(url_for("accounts.own"))


@bp.post("/cuenta/contrasena")
@login_required
@limiter.limit("10 per minute")
def change_password() -> ResponseReturnValue:
    """Set a new password; the other sessions end."""
    account = reading().get_one(Account, current_user.account_id)
    try:
        passwords.check_current(account, request.form.get("current", ""))
        hashed = accounts.hashed(new_password(), current_user.name, current_user.email.partition("@")[0])
    except InvalidInput as error:
        return _page(error.fields), 422
    with transaction() as writing:
        passwords.change_password(
            writing,
            current_user.account_id,
            hashed,
            session_id=current_user.session_id,
            actor=current_actor(),
        )
    flash(_("Su contraseña cambió, y su cuenta se cerró en los demás aparatos."))
    return redirect(url_for("accounts.own"))


@bp.post("/cuenta/sesiones/cerrar")
@login_required
def end_other_sessions() -> ResponseReturnValue:
    """End every session but this one."""
    with transaction() as writing:
        sessions.end_sessions(writing, current_user.account_id, but=current_user.session_id)
    flash(_("Su cuenta se cerró en los demás aparatos."))
    return redirect(url_for("accounts.own"))


@bp.post("/cuenta/sesiones/<int:session_id>/cerrar")
@login_required
def end_one_session(session_id: int) -> ResponseReturnValue:
    """End one session; this one ends like signing out."""
    with transaction() as writing:
        sessions.end_session(writing, current_user.account_id, session_id)
    flash(_("Su cuenta se cerró en ese aparato."))
    return redirect(url_for("accounts.own"))


@bp.post("/cuenta/identidad")
@login_required
@limiter.limit("10 per minute")
def connect() -> ResponseReturnValue:
    """Begin to connect the provider to one's account; the password is wanted once more."""
    account = reading().get_one(Account, current_user.account_id)
    try:
        passwords.check_current(account, request.form.get("current", ""))
    except InvalidInput as error:
        return _page({"connect": error.message}), 422
    url = address_to_ask(settings(), purpose={"account": current_user.account_id})
    provider = settings().oidc
    page = GoPage(provider.name if provider else "", url)
    return render_template("accounts/go.html", page=page)


@bp.post("/cuenta/identidad/quitar")
@login_required
def disconnect() -> ResponseReturnValue:
    """Enter no more by the provider."""
    provider = settings().oidc
    with transaction() as writing:
        identities.disconnect_identity(
            writing,
            current_user.account_id,
            issuer=provider.issuer if provider else "",
            actor=current_actor(),
        )
    flash(_("Desde ahora entra solo con su contraseña."))
    return redirect(url_for("accounts.own"))


def _page(errors: dict[str, str]) -> str:
    account_id = current_user.account_id
    account = reading().get_one(Account, account_id)
    provider = settings().oidc
    kinds, chosen = kinds_for(current_actor()), chosen_kinds(reading(), account_id)
    page = OwnPage(
        email=current_user.email,
        name=request.form.get("name", current_user.name),
        locale=current_user.locale,
        demo=account.demo,
        roles=own_roles(reading(), account_id),
        provider=provider.name if provider else "",
        connected=provider is not None and is_connected(reading(), account_id, provider.issuer),
        kinds=kinds,
        wanted=tuple(kind.name for kind in kinds if chosen.get(kind.name, kind.wanted)),
        digest=account.digest,
        sessions=open_sessions(reading(), account_id, idle=idle_time()),
        session_id=current_user.session_id,
        errors={name: translated(sentence) for name, sentence in errors.items()},
    )
    return render_template("accounts/own.html", page=page)
