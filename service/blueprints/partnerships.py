"""Partnerships: the list of those one may know of, the page of each, and the steps of its life.

Plans, reviews and what else is worked on register their pages on this same blueprint.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from service.blueprints.forms.partnerships import reason_given
from service.blueprints.forms.reader import FieldReader, kept_filters
from service.errors import InvalidInput, NotAllowed, NotFound
from service.lifecycles import PARTNERSHIP
from service.login import current_actor
from service.models.columns import local_today
from service.operations.partnership_life import take_step, withdraw_consent
from service.permissions import Action, can, require
from service.queries.listing import MAXIMUM_PAGE, Listing
from service.queries.partnership_page import PartnershipFacts, partnership_facts
from service.queries.partnerships import WHICH, PartnershipFilters, PartnershipLine, partnership_lines
from service.text import say
from service.web import reading, transaction
from service.wording import translated

bp = Blueprint("partnerships", __name__, url_prefix="/acompanamientos")


@dataclass(frozen=True, slots=True)
class PartnershipsPage:
    """What the list shows."""

    filters: PartnershipFilters
    query: dict[str, str]
    listing: Listing[PartnershipLine]
    territory: bool


@dataclass(frozen=True, slots=True)
class PartnershipPage:
    """What each page of one partnership shows; ``values`` and ``errors`` of its form."""

    facts: PartnershipFacts
    today: date
    values: Any = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    item: Any = None


@bp.get("/")
@login_required
def index() -> ResponseReturnValue:
    """My partnerships; of a coordinator, those of the territory."""
    actor = current_actor()
    require(actor, Action.SEE_PARTNERSHIPS)
    reader = FieldReader(request.args)
    filters = PartnershipFilters(
        which=reader.one_of("which", tuple(WHICH), "open"),
        page=reader.whole("page", low=1, high=MAXIMUM_PAGE, required=False) or 1,
    )
    page = PartnershipsPage(
        filters,
        kept_filters(PartnershipFilters),
        partnership_lines(reading(), filters, actor),
        can(actor, Action.SEE_NEED),
    )
    return render_template("partnerships/index.html", page=page)


@bp.get("/<int:partnership_id>")
@login_required
def show(partnership_id: int) -> ResponseReturnValue:
    """Where two schools stand together, what they agreed and what happened."""
    return page_of("show", partnership_id)


@bp.get("/<int:partnership_id>/pasos/<step>")
@login_required
def ask_step(partnership_id: int, step: str) -> ResponseReturnValue:
    """Before a step: what it means, and its reason where one is asked for."""
    return _step_page(partnership_id, step)


@bp.post("/<int:partnership_id>/pasos/<step>")
@login_required
def step(partnership_id: int, step: str) -> ResponseReturnValue:
    """Take a step."""
    _known(step)
    try:
        with transaction() as session:
            take_step(
                session,
                partnership_id,
                step,
                actor=current_actor(),
                today=local_today(),
                reason=reason_given(),
            )
    except InvalidInput as error:
        return _step_page(partnership_id, step, error), 422
    flash(_("Quedó registrado."))
    return redirect(url_for("partnerships.show", partnership_id=partnership_id))


@bp.get("/<int:partnership_id>/retirar")
@login_required
def ask_withdraw(partnership_id: int) -> ResponseReturnValue:
    """Before taking one's consent back: what it means."""
    return page_of("withdraw", partnership_id, pair=True)


@bp.post("/<int:partnership_id>/retirar")
@login_required
def withdraw(partnership_id: int) -> ResponseReturnValue:
    """Take one's consent back: the work stops and nothing is shared from now on."""
    with transaction() as session:
        withdraw_consent(session, partnership_id, actor=current_actor(), today=local_today())
    flash(_("Su consentimiento quedó retirado. Desde ahora ninguna escuela ve lo que escribió la otra."))
    return redirect(url_for("partnerships.show", partnership_id=partnership_id))


def page_of(
    name: str,
    partnership_id: int,
    *,
    pair: bool = False,
    coordination: bool = False,
    error: InvalidInput | None = None,
    item: tuple[str, int] | None = None,
) -> ResponseReturnValue:
    """One of the pages of a partnership; after an error with what was typed, and code 422.

    ``pair``: for the two schools; ``coordination``: for who coordinates them, too; ``item``: noun and id of
    what in it the page is about, which has to be one that the reader sees.
    """
    today = local_today()
    facts = partnership_facts(reading(), partnership_id, current_actor(), today)
    works = bool(facts.reach.notes) and (facts.writes or (name == "withdraw" and not facts.coordinates))
    if (pair or coordination) and not (works or (coordination and facts.coordinates)):
        raise NotAllowed(
            say("Esto lo hacen las dos escuelas del acompañamiento. Pídaselo a ellas."),
            code="not_of_the_pair",
        )
    about = None if item is None else facts.find(*item)
    if item is not None and about is None:
        raise NotFound(say("Eso no está en este acompañamiento."), code="unknown_item")
    errors = {} if error is None else {key: translated(text) for key, text in error.fields.items()}
    page = PartnershipPage(facts, today, request.form if error is not None else {}, errors, about)
    made = render_template(f"partnerships/{name}.html", page=page)
    return made if error is None else (made, 422)


def _step_page(partnership_id: int, step: str, error: InvalidInput | None = None) -> str:
    _known(step)
    today = local_today()
    facts = partnership_facts(reading(), partnership_id, current_actor(), today)
    if step not in {one.name for one in facts.steps}:
        raise NotAllowed(
            say("Este paso no se puede dar ahora, o le corresponde a otra persona."), code="step_not_open"
        )
    errors = {} if error is None else {key: translated(text) for key, text in error.fields.items()}
    page = PartnershipPage(facts, today, request.form, errors)
    return render_template("partnerships/step.html", page=page, step=step)


def _known(step: str) -> None:
    if step not in {one.name for one in PARTNERSHIP.transitions}:
        raise NotFound(say("Ese paso no existe."), code="unknown_step")
