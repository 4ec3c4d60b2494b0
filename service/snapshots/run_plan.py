"""What a run would look at, before it is started: who needs, and who could help."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.need_evidence import NeedAssessment
from matching.need_rules import NEED_RULES, NeedRule, RuleKind
from matching.profiles import OwnerKind, Phase
from matching.published_need import assess_shares
from service.models import (
    Assessment,
    Commune,
    EvidenceSet,
    Leader,
    Ownership,
    Person,
    School,
    SchoolLevel,
)
from service.models.enums import LeaderStatus, SchoolStatus
from service.queries.evidence import NeedStatus
from service.queries.named_schools import NamedSchool
from service.queries.places import places_taken
from service.queries.territories import Territory, school_ids_in
from service.snapshots.asking import ASKED_URGENCY, asking_schools
from service.snapshots.kept import kept_findings
from service.snapshots.leaders import schools_with_proposal, stated_needs
from service.snapshots.results import share_panel
from service.snapshots.run_needs import ASSESSED_URGENCY
from service.snapshots.run_options import RunOptions
from service.systems import System
from service.text import fold

WORKING = (LeaderStatus.DESIGNATED, LeaderStatus.ACTIVE)
Answers = tuple[dict[int, int], set[int]]
"""Urgency of each school in need, and the schools that the rule says are not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedPlan:
    """Who the run would ask for; ``enter`` and ``leave`` against the rule as published.

    ``computed`` is False where the evidence of that year is not kept: the run computes it.
    """

    computed: bool
    schools: int
    in_need: tuple[NamedSchool, ...] = ()
    first: int = 0
    by_assessment: int = 0
    enter: tuple[NamedSchool, ...] = ()
    leave: tuple[NamedSchool, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HelperPlace:
    """A leader of the territory with the places left; never how to reach the person."""

    leader: str
    school: NamedSchool
    free: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpPlan:
    """Who could help: designated leaders with places, and schools that could be suggested."""

    inside: tuple[HelperPlace, ...]
    places_inside: int
    leaders_outside: int
    places_outside: int
    suggested_inside: int
    suggested_outside: int


def need_plan(
    session: Session, system: System, territory: Territory, options: RunOptions, today: date
) -> NeedPlan:
    """Apply the rule of a run that has not been started to its territory."""
    asked = _asked_about(session, system, territory, options.owners)
    sets = {
        kept.phase: kept
        for kept in session.scalars(
            select(EvidenceSet).where(EvidenceSet.system == system.code, EvidenceSet.as_of == options.as_of)
        )
    }
    if not sets.keys() >= system.tests.keys():
        return NeedPlan(computed=False, schools=len(asked))
    rule, published = options.need_rule(), NEED_RULES[options.rule]
    urgency, by_assessment = _in_need(session, system, sets, rule, asked, today)
    enter: set[int] = set()
    leave: set[int] = set()
    if rule != published:
        before, _ = _in_need(session, system, sets, published, asked, today)
        enter, leave = urgency.keys() - before.keys(), before.keys() - urgency.keys()

    def named(codes: set[int]) -> tuple[NamedSchool, ...]:
        return tuple(sorted((asked[code] for code in codes), key=lambda s: (fold(s.name), s.code)))

    return NeedPlan(
        computed=True,
        schools=len(asked),
        in_need=named(set(urgency)),
        first=sum(level == 1 for level in urgency.values()),
        by_assessment=len(by_assessment),
        enter=named(enter),
        leave=named(leave),
    )


def help_plan(session: Session, system: System, territory: Territory) -> HelpPlan:
    """Count who could help, at home and elsewhere."""
    here = set(school_ids_in(session, territory))
    inside: list[HelperPlace] = []
    outside: list[HelperPlace] = []
    rows = session.execute(
        select(Leader, School, Person.name, Commune.name)
        .join(School, School.id == Leader.school_id)
        .join(Person, Person.id == Leader.person_id)
        .outerjoin(Commune, Commune.id == School.commune_id)
        .where(
            School.system == system.code,
            School.status == SchoolStatus.WORKING,
            Leader.status.in_(WORKING),
        )
    ).all()
    taken = places_taken(session, [leader.id for leader, _, _, _ in rows])
    for leader, school, person, commune in rows:
        free = max(0, leader.capacity - taken[leader.id])
        place = HelperPlace(
            leader=person,
            school=NamedSchool(school.system, school.code, school.name, commune),
            free=free,
        )
        (inside if school.id in here else outside).append(place)
    could = set(session.scalars(select(Assessment.school_id).where(Assessment.could_lead)))
    with_place = [place for place in outside if place.free]
    return HelpPlan(
        inside=tuple(sorted(inside, key=lambda p: (-p.free, fold(p.school.name), p.school.code))),
        places_inside=sum(place.free for place in inside),
        leaders_outside=len(with_place),
        places_outside=sum(place.free for place in with_place),
        suggested_inside=len(could & here),
        suggested_outside=len(could - here),
    )


def _asked_about(
    session: Session, system: System, territory: Territory, owners: str
) -> dict[int, NamedSchool]:
    """Working schools of the territory that may be asked for, by official number."""
    inside = select(School.id)
    rows = session.execute(
        select(School.id, School.code, School.name, Commune.name, Ownership.owner_type)
        .outerjoin(Commune, Commune.id == School.commune_id)
        .outerjoin(Ownership, (Ownership.school_id == School.id) & Ownership.end_on.is_(None))
        .where(
            School.system == system.code,
            School.status == SchoolStatus.WORKING,
            School.has_enrolment,
            School.id.in_(territory.narrow(inside)),
        )
    )
    engaged = schools_with_proposal(session, system)
    return {
        code: NamedSchool(system.code, code, name, commune)
        for _id, code, name, commune, owner in rows
        if code not in engaged and (owners == "all" or (owner is not None and owner.kind is OwnerKind.PUBLIC))
    }


def _in_need(
    session: Session,
    system: System,
    sets: dict[Phase, EvidenceSet],
    rule: NeedRule,
    asked: dict[int, NamedSchool],
    today: date,
) -> tuple[dict[int, int], set[int]]:
    """Smallest urgency of each school the run would ask for, and those asked by assessment."""
    stated = stated_needs(session, system, today).keys() & asked.keys()
    answer = _answers(session, system, rule)
    urgency: dict[int, int] = {}
    by_assessment = set(stated)
    for phase, kept in sets.items():
        found, fine = answer(phase, kept)
        for code in found.keys() & asked.keys():
            urgency[code] = min(found[code], urgency.get(code, found[code]))
        by_assessment -= found.keys() | fine
    for code in by_assessment:
        urgency.setdefault(code, ASSESSED_URGENCY)
    for code in asking_schools(session, system).keys() & asked.keys():
        urgency.setdefault(code, ASKED_URGENCY)
    return urgency, by_assessment


def _answers(session: Session, system: System, rule: NeedRule) -> Callable[[Phase, EvidenceSet], Answers]:
    def kept_answers(phase: Phase, kept: EvidenceSet) -> Answers:
        rows = session.execute(
            select(School.code, Assessment.status, Assessment.urgency)
            .join(School, School.id == Assessment.school_id)
            .where(Assessment.set_id == kept.id)
        ).all()
        return (
            {code: urgency or 2 for code, status, urgency in rows if status == NeedStatus.IN_NEED},
            {code for code, status, _ in rows if status == NeedStatus.NOT_IN_NEED},
        )

    def computed(phase: Phase, kept: EvidenceSet) -> Answers:
        if rule.kind is RuleKind.SHARE:
            panel = share_panel(session, system, kept.test, rule.area, kept.as_of)
            return _split(assess_shares(rule, panel, kept.as_of, _teaching(session, system, phase)))
        findings = kept_findings(session, kept)
        return _split(findings.need(rule, findings.codes))

    return kept_answers if rule == NEED_RULES["value_added"] else computed


def _split(found: NeedAssessment) -> Answers:
    return {one.school: one.urgency for one in found.in_need}, set(found.not_in_need)


def _teaching(session: Session, system: System, phase: Phase) -> set[int]:
    """Working schools that teach a phase."""
    query = select(School.code).join(SchoolLevel, SchoolLevel.school_id == School.id)
    working = (School.status == SchoolStatus.WORKING) & School.has_enrolment
    return set(
        session.scalars(query.where(School.system == system.code, working, SchoolLevel.phase == phase))
    )
