"""What in the territory needs its coordination, handing cases over, and the programme's deadlines."""

from dataclasses import dataclass, field

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import login_required
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from service.blueprints.coordination import bp
from service.blueprints.forms.reader import FieldReader
from service.errors import InvalidInput
from service.login import current_actor
from service.models import Account, Grant
from service.models.columns import local_today
from service.models.enums import Role
from service.operations.partnership_people import hand_over_cases
from service.operations.programme_settings import set_programme
from service.permissions import Action, Place, can, require
from service.programme import SETTINGS, ProgrammeSetting
from service.queries.attention import (
    AttentionItem,
    Caseload,
    attention_items,
    caseload,
    followed_partnerships,
    programme_place,
)
from service.queries.settings import settings_of
from service.web import reading, transaction
from service.wording import translated


@dataclass(frozen=True, slots=True)
class AttentionPage:
    """What waits, who answers for how many, and to whom cases can be handed."""

    items: tuple[AttentionItem, ...]
    cases: tuple[Caseload, ...]
    coordinators: list[tuple[int, str]]
    edits: bool
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProgrammePage:
    """The deadlines; ``asked`` is the change to be confirmed, with how many partnerships it touches."""

    settings: list[tuple[ProgrammeSetting, float]]
    asked: tuple[ProgrammeSetting, float] | None
    touched: int
    edits: bool
    errors: dict[str, str] = field(default_factory=dict)


@bp.get("/pendientes")
@login_required
def attention() -> ResponseReturnValue:
    """Everything that waits, most urgent first."""
    require(current_actor(), Action.SEE_NEED)
    return _attention_page()


@bp.post("/pendientes/traspasar")
@login_required
def hand_over() -> ResponseReturnValue:
    """Hand all cases of one coordinator to another."""
    reader = FieldReader(request.form)
    require(current_actor(), Action.COORDINATE_PARTNERSHIPS)
    former = reader.whole("from", low=1, high=999_999_999, required=False)
    to = reader.whole("to", low=1, high=999_999_999)
    try:
        reader.check()
        with transaction() as session:
            n = hand_over_cases(
                session, from_account=former, to_account=to or 0, actor=current_actor(), today=local_today()
            )
    except InvalidInput as error:
        return _attention_page(error), 422
    flash(ngettext("Se traspasó un caso.", "Se traspasaron %(num)s casos.", n))
    return redirect(url_for("coordination.attention"))


@bp.get("/plazos")
@login_required
def programme() -> ResponseReturnValue:
    """The programme's deadlines; before a change applies, who is touched."""
    require(current_actor(), Action.SEE_NEED)
    return _programme_page()


@bp.post("/plazos")
@login_required
def change_programme() -> ResponseReturnValue:
    """Change a deadline, once it was confirmed."""
    actor = current_actor()
    require(actor, Action.SET_PROGRAMME)
    reader = FieldReader(request.form)
    key = reader.one_of("key", tuple(SETTINGS))
    value = reader.decimal("value", low=0, high=100_000)
    try:
        reader.check()
        with transaction() as session:
            set_programme(session, key, value or 0, programme_place(actor), actor=actor)
    except InvalidInput as error:
        return _programme_page(error), 422
    flash(_("El plazo nuevo rige desde ahora."))
    return redirect(url_for("coordination.programme"))


def _attention_page(error: InvalidInput | None = None) -> str:
    session, actor = reading(), current_actor()
    services, owners = actor.coordinated
    accounts = session.scalars(
        select(Account)
        .join(Grant)
        .where(
            Grant.role == Role.COORDINATOR,
            Account.active,
            Grant.service_id.in_(sorted(services)) | Grant.owner_id.in_(sorted(owners)),
        )
        .options(selectinload(Account.person))
        .order_by(Account.id)
    ).unique()
    page = AttentionPage(
        items=attention_items(session, actor, local_today()),
        cases=caseload(session, actor),
        coordinators=[(account.id, account.person.name) for account in accounts],
        edits=can(actor, Action.COORDINATE_PARTNERSHIPS),
        errors={} if error is None else {key: translated(text) for key, text in error.fields.items()},
    )
    return render_template("coordination/attention.html", page=page)


def _programme_page(error: InvalidInput | None = None) -> str:
    session, actor = reading(), current_actor()
    values = settings_of(session, programme_place(actor))
    reader = FieldReader(request.args)
    key = reader.one_of("key", tuple(SETTINGS))
    value = reader.decimal("value", low=0, high=100_000, required=False)
    asked = (SETTINGS[key], value) if key and value is not None else None
    page = ProgrammePage(
        settings=[(one, values[one.key]) for one in SETTINGS.values()],
        asked=asked,
        touched=len(followed_partnerships(session, actor)) if asked else 0,
        edits=can(actor, Action.SET_PROGRAMME) and (programme_place(actor) != Place() or actor.everywhere),
        errors={} if error is None else {name: translated(text) for name, text in error.fields.items()},
    )
    return render_template("coordination/programme.html", page=page)
