"""The support of a territory as schools and ties: from partnerships, visits, sessions and chosen ties.

What happened once (a visit, a session, an internship) counts for the year after it; a partnership
holds from day to day, in the state it had. A slice by date is then a plain filter.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import permutations
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from network.records import SchoolNode, Tie
from service.models import (
    Internship,
    Leader,
    NetworkAttendance,
    NetworkSession,
    Partnership,
    Person,
    School,
    SchoolTie,
    Visit,
)
from service.models.enums import SchoolStatus
from service.models.network_kinds import TieKind
from service.models.states import PartnershipOrigin, PartnershipState, VisitState
from service.queries.evidence import answers_by_school
from service.queries.territories import Territory
from service.snapshots.support_schools import CHUNK, SupportSchool, support_schools

EVENT_DAYS = 365
"""How long after it something that happened once still counts as a tie."""


@dataclass(frozen=True, slots=True)
class Support:
    """Everything the support graph of a territory is built from.

    ``assessed``: how many of its schools the rule of need could judge.
    """

    territory: str
    schools: dict[int, SupportSchool]
    nodes: tuple[SchoolNode, ...]
    ties: tuple[Tie, ...]
    assessed: int

    @property
    def in_need(self) -> frozenset[int]:
        """Schools of the territory in need by the kept answer of the rule."""
        return frozenset(one.id for one in self.schools.values() if one.inside and one.in_need)

    def on(self, day: date | None) -> tuple[tuple[SchoolNode, ...], tuple[Tie, ...]]:
        """The schools of the territory, those outside that are tied to them that day, and their ties."""
        holding = tuple(tie for tie in self.ties if day is None or tie.lasts_on(day))
        tied = {end for tie in holding for end in (tie.supporting, tie.supported)}
        nodes = tuple(node for node in self.nodes if self.schools[node.id].inside or node.id in tied)
        return nodes, holding


def support_of(session: Session, territory: Territory) -> Support:
    """Read a territory's schools and every tie that one of them has."""
    inside = set(
        session.scalars(
            territory.narrow(select(School.id)).where(
                School.status == SchoolStatus.WORKING, School.has_enrolment
            )
        )
    )
    ties = sorted(
        (
            tie
            for tie in (*_partnerships(session), *_meetings(session), *_stated(session))
            if tie.supporting in inside or tie.supported in inside
        ),
        key=lambda tie: (tie.supporting, tie.supported, tie.started_on, tie.kind, tie.hours),
    )
    tied = {end for tie in ties for end in (tie.supporting, tie.supported)}
    schools, nodes = support_schools(session, inside | tied, inside)
    answer = answers_by_school()
    assessed = session.scalar(
        select(func.count()).select_from(answer).where(answer.c.answer > 0, answer.c.school_id.in_(inside))
        if len(inside) <= CHUNK
        else select(func.count()).select_from(answer).where(answer.c.answer > 0)
    )
    return Support(territory.text, schools, nodes, tuple(ties), assessed or 0)


def _partnerships(session: Session) -> Iterator[Tie]:
    """One tie for each stretch of a partnership, in the state of that time, and one for each visit held.

    Setting up and trial last until the commitment, active until tapering, that until the close. One that
    is paused now is so since its last stretch began: since when exactly is in its record, not here.
    """
    rows = session.execute(
        select(Partnership, Person.name)
        .join(Leader, Leader.id == Partnership.leader_id)
        .join(Person, Person.id == Leader.person_id)
        .order_by(Partnership.id)
    ).all()
    known = {}
    for one, leader in rows:
        known[one.id] = (one.leader_school_id, one.school_id, leader, one.origin)
        for began, ended, state in _stretches(one):
            yield Tie(
                supporting=one.leader_school_id,
                supported=one.school_id,
                started_on=began,
                ended_on=ended,
                kind="partnership",
                state=state,
                leader=leader,
                chosen=one.origin is not PartnershipOrigin.IMPOSED,
            )
    for visit in session.scalars(select(Visit).where(Visit.state == VisitState.HELD).order_by(Visit.id)):
        supporting, supported, leader, origin = known[visit.partnership_id]
        day = (visit.held_at or visit.starts_at).astimezone(ZoneInfo(visit.time_zone)).date()
        minutes = visit.minutes if visit.held_minutes is None else visit.held_minutes
        yield Tie(
            supporting=supporting,
            supported=supported,
            started_on=day,
            ended_on=day + timedelta(days=EVENT_DAYS - 1),
            hours=minutes / 60,
            kind="visit",
            leader=leader,
            chosen=origin is not PartnershipOrigin.IMPOSED,
        )


def _stretches(one: Partnership) -> Iterator[tuple[date, date | None, str]]:
    steps = [(one.start_on, PartnershipState.SETUP if one.trial_until is None else PartnershipState.TRIAL)]
    if one.committed_on is not None:
        steps.append((one.committed_on, PartnershipState.ACTIVE))
    if one.tapering_on is not None:
        steps.append((one.tapering_on, PartnershipState.TAPERING))
    if one.state in (PartnershipState.ACTIVE, PartnershipState.TAPERING) and steps[-1][1] is not one.state:
        steps[-1] = (steps[-1][0], one.state)  # brought in from elsewhere, without the day of the change
    over = one.closed_on
    if over is None and one.state is PartnershipState.STOPPED:
        over = steps[-1][0]
    for number, (began, state) in enumerate(steps):
        last = number == len(steps) - 1
        ended = over if last else steps[number + 1][0] - timedelta(days=1)
        if ended is not None and ended < began:
            continue
        paused = last and one.state is PartnershipState.PAUSED
        yield began, ended, (PartnershipState.PAUSED if paused else state).value


def _meetings(session: Session) -> Iterator[Tie]:
    """Sessions: who showed its practice gave the hours to the others; where nobody did, all to all."""
    at: dict[int, list[tuple[int, bool]]] = {}
    for session_id, school_id, presented in session.execute(
        select(
            NetworkAttendance.session_id, NetworkAttendance.school_id, NetworkAttendance.presented
        ).order_by(NetworkAttendance.id)
    ):
        at.setdefault(session_id, []).append((school_id, presented))
    for held in session.scalars(select(NetworkSession).order_by(NetworkSession.id)):
        there = at.get(held.id, [])
        giving = {school for school, presented in there if presented}
        everyone = [school for school, _ in there]
        pairs = [(a, b) for a, b in permutations(everyone, 2) if not giving or a in giving]
        share = held.hours / (len(giving) or max(1, len(everyone) - 1))
        for a, b in pairs:
            yield Tie(
                supporting=a,
                supported=b,
                started_on=held.held_on,
                ended_on=held.held_on + timedelta(days=EVENT_DAYS - 1),
                hours=share,
                kind="session",
            )
    for stay in session.scalars(select(Internship).order_by(Internship.id)):
        yield Tie(
            supporting=stay.to_school_id,
            supported=stay.from_school_id,
            started_on=stay.began_on,
            ended_on=(stay.ended_on or stay.began_on) + timedelta(days=EVENT_DAYS - 1),
            hours=stay.hours,
            kind="internship",
        )


def _stated(session: Session) -> Iterator[Tie]:
    """Ties that schools named: the other school is the one turned to."""
    for tie in session.scalars(select(SchoolTie).order_by(SchoolTie.id)):
        yield Tie(
            supporting=tie.other_school_id,
            supported=tie.school_id,
            started_on=tie.start_on,
            ended_on=tie.end_on,
            hours=tie.hours,
            kind="named",
            chosen=tie.kind is TieKind.CHOSEN,
        )
