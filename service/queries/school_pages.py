"""Everything one school's page tells, for one reader."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.models import (
    Account,
    Commune,
    Correction,
    Diagnosis,
    Event,
    FigureDispute,
    Leader,
    Need,
    Ownership,
    School,
)
from service.models.enums import Phase
from service.permissions import Action, Actor, Place, can
from service.queries.disputes import disputes_of
from service.queries.evidence import SchoolEvidence, evidence_of
from service.queries.leaders import leaders_of_school
from service.queries.reach import place_of
from service.queries.result_paths import SubjectPath, result_paths
from service.queries.results import (
    Provenance,
    PublishedIndicator,
    PublishedYear,
    directory_provenance,
    indicators_of,
    results_of,
    years_of,
)
from service.queries.school_results import TestResults, results_by_test
from service.queries.schools import current_ownership

SCHOOL_EVENTS = ("school", "school_need", "school_diagnosis")
EVENTS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Rights:
    """What the reader may see and do on the page."""

    own: bool
    estimates: bool
    need: bool
    edit: bool
    diagnose: bool


@dataclass(frozen=True, slots=True)
class SchoolFacts:
    """The stored things a page of a school shows; what the reader may not see is empty."""

    school: School
    key: str
    ownership: Ownership | None
    successor: School | None
    merged_here: tuple[School, ...]
    place: Place
    rights: Rights
    directory: Provenance | None
    indicators: tuple[PublishedIndicator, ...]
    years: tuple[PublishedYear, ...]
    results: tuple[TestResults, ...]
    paths: dict[str, tuple[SubjectPath, ...]]
    evidence: tuple[SchoolEvidence, ...]
    leaders: tuple[Leader, ...]
    needs: tuple[Need, ...]
    diagnosis: Diagnosis | None
    corrections: tuple[Correction, ...]
    events: tuple[Event, ...]
    disputes: tuple[FigureDispute, ...]

    @property
    def phases(self) -> tuple[Phase, ...]:
        """What the school teaches, in the order of schooling."""
        taught = {level.phase for level in self.school.levels}
        return tuple(phase for phase in Phase if phase in taught)

    @property
    def last_year(self) -> PublishedYear | None:
        """The newest result file that tells the socio-economic group."""
        return next((one for one in reversed(self.years) if one.ses_group is not None), None)


def rights_on(actor: Actor, school: School) -> Rights:
    """What an actor may see and do on a school's page.

    A foreign school shows its published results to everybody signed in; value added and like
    schools to those who match across territories, and to the school itself; need only within
    the territory.
    """
    place = place_of(school)
    own = any(scope.school_id == school.id for scope in actor.scopes)
    return Rights(
        own=own,
        estimates=own or can(actor, Action.SEE_NEED),
        need=can(actor, Action.SEE_NEED, place),
        edit=can(actor, Action.EDIT_SCHOOL, place),
        diagnose=can(actor, Action.VALIDATE_DIAGNOSIS, place),
    )


def school_facts(session: Session, school: School, actor: Actor) -> SchoolFacts:
    """Read a school's page; the school comes from ``find_school``."""
    rights = rights_on(actor, school)
    years = years_of(session, school)
    evidence = evidence_of(session, school)
    results = results_by_test(
        session, school, results_of(session, school), years, {e.test: e.parameters for e in evidence}
    )
    return SchoolFacts(
        school=school,
        key=f"{school.system}:{school.code}",
        ownership=current_ownership(school),
        successor=session.get(School, school.successor_id) if school.successor_id else None,
        merged_here=tuple(
            session.scalars(select(School).where(School.successor_id == school.id).order_by(School.code))
        ),
        place=place_of(school),
        rights=rights,
        directory=directory_provenance(session, school),
        indicators=_newest(indicators_of(session, school)),
        years=tuple(years),
        results=results,
        paths=result_paths(session, school, results, years),
        evidence=evidence if rights.estimates else (),
        leaders=tuple(leaders_of_school(session, school)) if rights.need else (),
        needs=_needs(session, school) if rights.need else (),
        diagnosis=_diagnosis(session, school) if rights.need else None,
        corrections=_corrections(session, school) if rights.need else (),
        events=_events(session, school) if rights.need else (),
        disputes=tuple(disputes_of(session, school, open_only=True)),
    )


def _newest(indicators: list[PublishedIndicator]) -> tuple[PublishedIndicator, ...]:
    newest: dict[Any, PublishedIndicator] = {one.kind: one for one in indicators}
    return tuple(newest.values())


def _needs(session: Session, school: School) -> tuple[Need, ...]:
    rows = session.scalars(
        select(Need).where(Need.school_id == school.id).order_by(Need.year.desc(), Need.element)
    )
    return tuple(rows)


def _diagnosis(session: Session, school: School) -> Diagnosis | None:
    return session.scalars(
        select(Diagnosis).where(Diagnosis.school_id == school.id).order_by(Diagnosis.year.desc()).limit(1)
    ).first()


def _corrections(session: Session, school: School) -> tuple[Correction, ...]:
    rows = session.scalars(
        select(Correction)
        .where(Correction.school_id == school.id, Correction.ended_at.is_(None))
        .order_by(Correction.id)
    )
    return tuple(rows)


def _events(session: Session, school: School) -> tuple[Event, ...]:
    rows = session.scalars(
        select(Event)
        .where(Event.object_type.in_(SCHOOL_EVENTS), Event.object_id == school.id)
        .options(selectinload(Event.account).selectinload(Account.person))
        .order_by(Event.id.desc())
        .limit(EVENTS_SHOWN)
    )
    return tuple(rows)


def own_school(session: Session, actor: Actor) -> School | None:
    """The school of a head or a leader; the first where there are several."""
    ids = sorted(scope.school_id for scope in actor.scopes if scope.school_id is not None)
    return session.get(School, ids[0]) if ids else None


def communes_of_system(session: Session, system: str) -> list[tuple[str, str]]:
    """Code and name of every commune, for a form."""
    return [
        (code, name)
        for code, name in session.execute(
            select(Commune.code, Commune.name).where(Commune.system == system).order_by(Commune.name)
        )
    ]
