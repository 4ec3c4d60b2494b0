"""Accounts of a territory: the list, invitations, requests, roles."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from service.blueprints.accounts import bp
from service.blueprints.forms.accounts import account_filters, invitation_form, reason_form
from service.blueprints.forms.reader import FieldReader
from service.blueprints.sheets import accounts_sheet
from service.errors import InvalidInput, NotFound
from service.exports import KINDS, download
from service.login import current_actor
from service.models import AccountRequest
from service.models.columns import local_today
from service.models.enums import Role
from service.operations import account_requests, invitations, roles
from service.permissions import Action, require
from service.queries.account_pages import (
    AccountFilters,
    AccountLine,
    PostLine,
    account_line,
    account_lines,
    all_account_lines,
    find_account,
    posts_of,
)
from service.queries.account_requests import waiting_requests
from service.queries.listing import Listing
from service.queries.reach import territory_name
from service.queries.runs import territories_of
from service.text import say
from service.web import reading, transaction
from service.wording import translated

PREFIX = "/coordinacion/cuentas"


@dataclass(frozen=True, slots=True)
class AccountsPage:
    """The list of accounts."""

    filters: AccountFilters
    query: dict[str, str]
    listing: Listing[AccountLine]
    waiting: int
    territory: str | None


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One account: its roles, its posts, what may be done with it."""

    account: AccountLine
    posts: tuple[PostLine, ...]
    oneself: bool
    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class InvitePage:
    """The form of an invitation."""

    values: Any
    errors: dict[str, str]
    roles: tuple[Role, ...]
    territories: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class RequestsPage:
    """Requests that wait to be decided."""

    requests: list[AccountRequest]
    errors: dict[str, str]
    wrong: int | None


@bp.get(PREFIX)
@login_required
def index() -> ResponseReturnValue:
    """The accounts of the territory."""
    session, actor = reading(), current_actor()
    require(actor, Action.MANAGE_ACCOUNTS)
    filters = account_filters()
    page = AccountsPage(
        filters=filters,
        query={key: value for key, value in request.args.items() if value and key != "page"},
        listing=account_lines(session, filters, actor),
        waiting=len(waiting_requests(session, actor)),
        territory=None if actor.everywhere else territory_name(session, actor),
    )
    return render_template("accounts/index.html", page=page)


@bp.get(f"{PREFIX}/exportar.<kind>")
@login_required
def export(kind: str) -> ResponseReturnValue:
    """The list of accounts as a file."""
    actor = current_actor()
    require(actor, Action.MANAGE_ACCOUNTS)
    if kind not in KINDS:
        raise NotFound(say("La lista se entrega como csv o xlsx."))
    return download(accounts_sheet(all_account_lines(reading(), account_filters(), actor)), kind)


@bp.get(f"{PREFIX}/nueva")
@login_required
def new() -> ResponseReturnValue:
    """The form of an invitation."""
    require(current_actor(), Action.MANAGE_ACCOUNTS)
    return _invite_page({"role": "director", "school": request.args.get("school", "")}, {})


@bp.post(f"{PREFIX}/nueva")
@login_required
def invite() -> ResponseReturnValue:
    """Invite a person by mail."""
    actor = current_actor()
    require(actor, Action.MANAGE_ACCOUNTS)
    try:
        form = invitation_form(local_today())
        with transaction() as session:
            account_id = invitations.invite(session, form, actor=actor).id
    except (InvalidInput, NotFound) as error:
        fields = dict(getattr(error, "fields", {}))
        if not fields:
            fields = {"school" if request.form.get("school") else "territory": error.message}
        return _invite_page(request.form, fields), 422
    flash(_("El mensaje está en camino; aquí verá si llegó al correo de la persona."))
    return redirect(url_for("accounts.show", account_id=account_id))


@bp.get(f"{PREFIX}/<int:account_id>")
@login_required
def show(account_id: int) -> ResponseReturnValue:
    """One account."""
    return _account_page(account_id, {})


@bp.post(f"{PREFIX}/<int:account_id>/invitar")
@login_required
def invite_again(account_id: int) -> ResponseReturnValue:
    """Send a new link to somebody who has not come in yet."""
    with transaction() as session:
        invitations.invite_again(session, account_id, actor=current_actor())
    flash(_("Salió un mensaje nuevo; el enlace anterior ya no sirve."))
    return redirect(url_for("accounts.show", account_id=account_id))


@bp.post(f"{PREFIX}/<int:account_id>/roles/<int:grant_id>/quitar")
@login_required
def withdraw_role(account_id: int, grant_id: int) -> ResponseReturnValue:
    """Take a role back."""
    actor = current_actor()
    find_account(reading(), account_id, actor=actor)
    try:
        reader = FieldReader(request.form)
        left_on = reader.day("left_on", required=False, latest=local_today())
        reader.check()
        reason = reason_form()
    except InvalidInput as error:
        return _account_page(account_id, error.fields), 422
    with transaction() as session:
        roles.withdraw_role(session, account_id, grant_id, reason=reason, left_on=left_on, actor=actor)
    flash(_("El rol quedó quitado, desde ahora mismo."))
    return redirect(url_for("accounts.index"))


@bp.post(f"{PREFIX}/<int:account_id>/cerrar")
@login_required
def close(account_id: int) -> ResponseReturnValue:
    """Let nobody in by this account any more."""
    actor = current_actor()
    find_account(reading(), account_id, actor=actor)
    try:
        reason = reason_form()
    except InvalidInput as error:
        return _account_page(account_id, error.fields), 422
    with transaction() as session:
        roles.close_account(session, account_id, reason=reason, actor=actor)
    flash(_("La cuenta quedó cerrada, desde ahora mismo. Su historia se conserva."))
    return redirect(url_for("accounts.show", account_id=account_id))


@bp.post(f"{PREFIX}/<int:account_id>/abrir")
@login_required
def reopen(account_id: int) -> ResponseReturnValue:
    """Let somebody in again."""
    actor = current_actor()
    find_account(reading(), account_id, actor=actor)
    try:
        reason = reason_form()
    except InvalidInput as error:
        return _account_page(account_id, error.fields), 422
    with transaction() as session:
        roles.open_account(session, account_id, reason=reason, actor=actor)
    flash(_("La cuenta quedó abierta."))
    return redirect(url_for("accounts.show", account_id=account_id))


@bp.get(f"{PREFIX}/solicitudes")
@login_required
def requests() -> ResponseReturnValue:
    """Requests that wait to be decided."""
    return _requests_page({}, None)


@bp.post(f"{PREFIX}/solicitudes/<int:request_id>/aprobar")
@login_required
def approve(request_id: int) -> ResponseReturnValue:
    """Let somebody in who asked for it."""
    with transaction() as session:
        account_id = account_requests.approve_request(session, request_id, actor=current_actor()).id
    flash(_("La invitación está en camino."))
    return redirect(url_for("accounts.show", account_id=account_id))


@bp.post(f"{PREFIX}/solicitudes/<int:request_id>/rechazar")
@login_required
def decline(request_id: int) -> ResponseReturnValue:
    """Say no, with the reason."""
    actor = current_actor()
    require(actor, Action.MANAGE_ACCOUNTS)
    try:
        reason = reason_form()
    except InvalidInput as error:
        return _requests_page(error.fields, request_id), 422
    with transaction() as session:
        account_requests.decline_request(session, request_id, reason=reason, actor=actor)
    flash(_("La respuesta con su razón está en camino."))
    return redirect(url_for("accounts.requests"))


def _invite_page(values: Any, errors: dict[str, str]) -> str:
    session, actor = reading(), current_actor()
    page = InvitePage(
        values=values,
        errors={name: translated(sentence) for name, sentence in errors.items()},
        roles=tuple(role for role in Role if role is not Role.MINISTRY or actor.everywhere),
        territories=[
            (found.text, found.name) for found in territories_of(session, actor) if found.kind != "all"
        ],
    )
    return render_template("accounts/invite.html", page=page)


def _account_page(account_id: int, errors: dict[str, str]) -> str:
    session, actor = reading(), current_actor()
    account = find_account(session, account_id, actor=actor)
    page = AccountPage(
        account=account_line(session, account, actor),
        posts=posts_of(session, account.person_id),
        oneself=account.id == actor.account_id,
        errors={name: translated(sentence) for name, sentence in errors.items()},
    )
    return render_template("accounts/show.html", page=page)


def _requests_page(errors: dict[str, str], wrong: int | None) -> str:
    page = RequestsPage(
        requests=waiting_requests(reading(), current_actor()),
        errors={name: translated(sentence) for name, sentence in errors.items()},
        wrong=wrong,
    )
    return render_template("accounts/requests.html", page=page)
