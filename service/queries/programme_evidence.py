"""What was computed about the programme, for one territory, as a page and the report tell it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.programme_effects import FEWEST_TREATED
from service.errors import NotFound
from service.models import EducationService, EvidenceSet, Owner, ProgrammeFinding
from service.models.states import Side
from service.permissions import Action, Actor, require
from service.queries.territories import service_territory
from service.text import say

EFFECTS = "effects"
EVERYWHERE = "all"


@dataclass(frozen=True, slots=True)
class EffectFigures:
    """A mean effect in points, its 95 % interval, and the schools it rests on."""

    att: float
    lower: float
    upper: float
    schools: int


@dataclass(frozen=True, slots=True)
class PathFigures:
    """One test of the two lines; the first one is the last test before the start, where both are 0."""

    since: int | None
    reached: float
    expected: float
    reached_margin: float
    expected_margin: float
    schools: int | None


@dataclass(frozen=True, slots=True)
class SideFigures:
    """What is known of one side of the partnerships."""

    side: Side
    overall: EffectFigures | None
    by_year: tuple[tuple[int, EffectFigures], ...]
    before: EffectFigures | None
    naive: float | None
    controls: int
    spread: float
    worked: int | None
    waiting_from: int | None
    refused_by: str | None
    path: tuple[PathFigures, ...]


@dataclass(frozen=True, slots=True)
class ProgrammeEvidence:
    """Both sides in one test; ``as_of`` is the newest test, ``version`` the state of the data."""

    test: str
    years: tuple[int, ...]
    computed_at: datetime
    version: str
    sides: tuple[SideFigures, ...]

    @property
    def as_of(self) -> int:
        """The year of the newest test."""
        return self.years[-1]


@dataclass(frozen=True, slots=True)
class TerritoryChoice:
    """A territory that the reader may look at."""

    text: str
    name: str | None


def territory_choices(session: Session, actor: Actor) -> tuple[TerritoryChoice, ...]:
    """The whole, for who sees it, and each service and owner within reach that has partnerships.

    A coordinator's own service and owner are there in any case.
    """
    kept = set(session.scalars(select(ProgrammeFinding.territory).distinct()))
    found = [TerritoryChoice(EVERYWHERE, None)] if actor.everywhere else []
    for service in session.scalars(select(EducationService).order_by(EducationService.name)):
        text = service_territory(service).text
        if service.id in actor.service_ids or (actor.everywhere and text in kept):
            found.append(TerritoryChoice(text, service.name))
    for owner in session.scalars(select(Owner).order_by(Owner.name, Owner.code)):
        text = f"owner:{owner.code}"
        if owner.id in actor.owner_ids or (actor.everywhere and text in kept):
            found.append(TerritoryChoice(text, owner.name or owner.code))
    return tuple(found)


def chosen_territory(session: Session, actor: Actor, text: str | None) -> TerritoryChoice:
    """The territory asked for, or the reader's first.

    Raises
    ------
    NotAllowed
        The reader oversees nothing.
    NotFound
        It is not the reader's to look at.
    """
    require(actor, Action.SEE_NEED)
    choices = territory_choices(session, actor)
    found = next((one for one in choices if not text or one.text == text), None)
    if found is None:
        raise NotFound(say("No hay ningún territorio «%(text)s».", text=(text or "")[:80]))
    return found


def known_tests(session: Session) -> list[str]:
    """Tests for which the programme's figures are kept, or soon will be."""
    kept = session.scalars(select(EvidenceSet.test).where(EvidenceSet.test != "").order_by(EvidenceSet.id))
    return list(dict.fromkeys(kept))


def programme_evidence(session: Session, territory: str, test: str) -> ProgrammeEvidence | None:
    """Read what is kept; None while nothing was computed.

    A territory without a row of its own has no partnership: it is told as one with nothing to show.
    """
    rows = {
        row.territory: row
        for row in session.scalars(
            select(ProgrammeFinding).where(
                ProgrammeFinding.kind == EFFECTS,
                ProgrammeFinding.test == test,
                ProgrammeFinding.territory.in_([territory, EVERYWHERE]),
            )
        )
    }
    if EVERYWHERE not in rows:
        return None
    row = rows.get(territory, rows[EVERYWHERE])
    own = territory in rows
    return ProgrammeEvidence(
        test=test,
        years=tuple(row.document["years"]),
        computed_at=row.computed_at,
        version=row.version,
        sides=tuple(_side(side, row.document[side.value] if own else {}) for side in Side),
    )


def _side(side: Side, found: dict[str, Any]) -> SideFigures:
    overall = _effect(found.get("overall"))
    worked = found.get("worked", 0)
    start = [PathFigures(None, 0.0, 0.0, 0.0, 0.0, None)] if found.get("path") else []
    return SideFigures(
        side=side,
        overall=overall,
        by_year=tuple((one["years_since_start"], _told(one)) for one in found.get("by_year", [])),
        before=_effect(found.get("before")),
        naive=found.get("naive") if overall is not None else None,
        controls=found.get("controls", 0),
        spread=found.get("spread", 0.0),
        worked=worked if worked >= FEWEST_TREATED else None,
        waiting_from=found.get("waiting_from"),
        refused_by=found.get("refused_by", "few_treated"),
        path=tuple(start + [PathFigures(**point) for point in found.get("path", [])]),
    )


def _effect(found: dict[str, Any] | None) -> EffectFigures | None:
    return None if found is None else _told(found)


def _told(found: dict[str, Any]) -> EffectFigures:
    return EffectFigures(found["att"], found["lower"], found["upper"], found["schools"])
