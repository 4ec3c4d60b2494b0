"""The territory: what needs attention, and who needs support and why.

Runs and imports register their own pages on this same blueprint.
"""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from service.blueprints.forms.need import HIGHEST, LOWEST, asked_threshold, need_filters
from service.blueprints.forms.reader import kept_filters
from service.blueprints.sheets import need_sheet
from service.errors import NotFound
from service.exports import KINDS, download
from service.login import current_actor
from service.models import EvidenceSet
from service.models.columns import local_today
from service.permissions import Action, can, require
from service.queries.attention import AttentionItem, attention_items
from service.queries.evidence import NeedStatus, evidence_sets
from service.queries.funnel import Funnel, funnel
from service.queries.listing import Listing
from service.queries.need import NeedFilters, NeedLine, all_need_lines, answers_in, need_lines
from service.queries.reach import territory_name
from service.queries.schools_lists import SchoolFilters, communes_in
from service.queries.territory_state import TerritoryState, territory_state
from service.snapshots.thresholds import MovedThreshold, move_threshold
from service.text import say
from service.web import reading

bp = Blueprint("coordination", __name__, url_prefix="/coordinacion")


@dataclass(frozen=True, slots=True)
class HomePage:
    """What the first page of a coordinator, or of the ministry, shows."""

    state: TerritoryState
    edits: bool
    waiting: tuple[AttentionItem, ...]
    funnel: Funnel | None
    links: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class NeedPage:
    """What the list of need shows."""

    filters: NeedFilters
    query: dict[str, str]
    listing: Listing[NeedLine]
    answers: dict[NeedStatus, int]
    communes: list[tuple[int, str]]
    territory: str | None
    rule: dict[str, Any] | None
    sets: list[EvidenceSet]
    threshold: int | None
    present: int | None
    limits: tuple[int, int]
    moved: tuple[tuple[EvidenceSet, MovedThreshold], ...]


@bp.get("/")
@login_required
def home() -> ResponseReturnValue:
    """The territory in a sentence, and what in it needs attention."""
    actor = current_actor()
    require(actor, Action.SEE_NEED)
    waiting = attention_items(reading(), actor, local_today())
    page = HomePage(
        territory_state(reading(), actor),
        can(actor, Action.IMPORT_OFFICIAL),
        waiting,
        funnel(reading(), actor) if can(actor, Action.SEE_REQUEST) else None,
        _links(),
    )
    return render_template("coordination/home.html", page=page)


def _links() -> tuple[tuple[str, str], ...]:
    """Pages of the territory that the words across the top do not name, those the reader may open."""
    wanted = (
        (_("Solicitudes"), "requests.index", Action.SEE_REQUEST),
        (_("Agenda de visitas"), "calendars.agenda", Action.SEE_PARTNERSHIPS),
        (_("Quién responde por cuántos acompañamientos"), "coordination.attention", Action.SEE_NEED),
        (_("Líderes"), "leaders.index", Action.SEE_NEED),
        (_("Redes"), "networks.index", Action.SEE_NETWORKS),
        (_("Quién apoya a quién"), "networks.graph", Action.SEE_NETWORKS),
        (_("Acompañamientos"), "partnerships.index", Action.SEE_PARTNERSHIPS),
        (_("Datos"), "coordination.imports", Action.IMPORT_OFFICIAL),
        (_("Correo"), "accounts.mail", Action.MANAGE_ACCOUNTS),
    )
    return tuple((text, url_for(target)) for text, target, action in wanted if can(current_actor(), action))


@bp.get("/necesidad")
@login_required
def need() -> ResponseReturnValue:
    """Who needs support, and why; and what would happen if the line moved."""
    session, actor = reading(), current_actor()
    require(actor, Action.SEE_NEED)
    filters = need_filters()
    sets = evidence_sets(session)
    rule = sets[0].parameters.get("rule") if sets else None
    threshold = asked_threshold()
    moved = (
        []
        if threshold is None
        else [(one, move_threshold(session, one, threshold / 100, actor)) for one in sets]
    )
    page = NeedPage(
        filters=filters,
        query=kept_filters(NeedFilters),
        listing=need_lines(session, filters, actor),
        answers=answers_in(session, actor),
        communes=communes_in(session, SchoolFilters(territory="mine"), actor),
        territory=None if actor.everywhere else territory_name(session, actor),
        rule=rule,
        sets=sets,
        threshold=threshold,
        present=None if rule is None else round(100 * rule["threshold"]),
        limits=(LOWEST, HIGHEST),
        moved=tuple(pair for pair in moved if pair[1].before or pair[1].after),
    )
    return render_template("coordination/need.html", page=page)


@bp.get("/necesidad/exportar.<kind>")
@login_required
def export_need(kind: str) -> ResponseReturnValue:
    """The list as a file."""
    actor = current_actor()
    require(actor, Action.SEE_NEED)
    if kind not in KINDS:
        raise NotFound(say("La lista se entrega como csv o xlsx."))
    return download(need_sheet(all_need_lines(reading(), need_filters(), actor)), kind)
