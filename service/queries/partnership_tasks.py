"""What a partnership still has to do, told from what is stored: statuses are derived, never typed (P3).

Also: whether its dates are in order (P2), how much rests on the helper (P10), and how much of the staff
took part (P11). Pure: everything comes in as a frozen :class:`Situation`.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from service.models.states import PartnershipState, Side

S = PartnershipState
REACHED = {S.SETUP: 0, S.TRIAL: 1, S.ACTIVE: 2, S.TAPERING: 3, S.CLOSED: 4, S.FOLLOW_UP: 5, S.ENDED: 6}
LEAST_ACTIVITIES = 3
"""Fewer finished activities than this say nothing about who leads them."""


class TaskStatus(StrEnum):
    """The six statuses of a task."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"
    CANNOT_PROGRESS = "cannot_progress"
    CANNOT_START_YET = "cannot_start_yet"
    NOT_REQUIRED = "not_required"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do, and how far it is."""

    code: str
    status: TaskStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What is known of a partnership on a day; counts and dates only, no words."""

    today: date
    state: PartnershipState
    before_pause: PartnershipState | None = None
    start_on: date
    trial_until: date | None = None
    committed_on: date | None = None
    tapering_on: date | None = None
    closed_on: date | None = None
    end_on: date | None = None
    published_on: date | None = None
    from_run: bool = False
    conflict_checked_on: date | None = None
    leader_at_school: bool = True
    sides_named: frozenset[Side] = frozenset(Side)
    first_person_on: date | None = None
    agreements: int = 0
    agreement_signed: bool = False
    newest_signed: frozenset[Side] = frozenset()
    committed: frozenset[Side] = frozenset()
    visits_agreed: int = 0
    visits_held: int = 0
    first_visit_on: date | None = None
    objectives: int = 0
    core_objectives: int = 0
    activities: int = 0
    activities_open: int = 0
    late_activities: int = 0
    led: tuple[tuple[date, Side], ...] = ()
    reviews: int = 0
    next_review_on: date | None = None
    no_review_needed: bool = False
    half_review: frozenset[Side] = frozenset()
    counted: bool = False
    teachers: int = 0
    teachers_in: int = 0
    leadership: int = 0
    leadership_in: int = 0
    rated_midterm: bool = False
    rated_closing: bool = False
    handover_missing: int = 5
    follow_ups_open: int = 0
    follow_ups_due: int = 0
    follow_ups: int = 0

    @property
    def reached(self) -> int:
        """How far along the line of time it is; of a paused one, where it was."""
        state = self.before_pause if self.state is S.PAUSED and self.before_pause else self.state
        return REACHED.get(state, 0)


def tasks_of(one: Situation) -> tuple[Task, ...]:
    """Every task in its order, each with one of the six statuses."""
    trial, active, tapering, closed = one.reached >= 1, one.reached >= 2, one.reached >= 3, one.reached >= 4
    rows = (
        ("people", len(one.sides_named) == 2, bool(one.sides_named), True),
        ("agreement", one.agreement_signed, one.agreements > 0, len(one.sides_named) == 2),
        ("first_visit", one.visits_held > 0, one.visits_agreed > 0, trial),
        ("commitment", active, bool(one.committed), trial and one.agreement_signed),
        ("plan", one.core_objectives > 0 and one.activities > 0, one.objectives > 0, one.agreement_signed),
        ("reviews", one.no_review_needed or closed, one.reviews > 0, active),
        ("participation", closed and one.counted, one.counted, active),
        ("midterm", one.rated_midterm, False, active),
        ("tapering", tapering, False, active and one.reviews > 0),
        ("handover", closed or one.handover_missing == 0, one.handover_missing < 5, tapering),
        ("follow_up", one.reached >= 6, one.follow_ups > one.follow_ups_open, one.reached >= 5),
    )
    return tuple(Task(code, _status(one, *row)) for code, *row in rows)


def _status(one: Situation, done: bool, begun: bool, possible: bool) -> TaskStatus:
    if done:
        return TaskStatus.COMPLETE
    if one.state is S.STOPPED or (one.reached >= 4 and not possible_later(one)):
        return TaskStatus.NOT_REQUIRED
    if one.state is S.PAUSED:
        return TaskStatus.CANNOT_PROGRESS if begun or possible else TaskStatus.CANNOT_START_YET
    if not possible:
        return TaskStatus.CANNOT_START_YET
    return TaskStatus.IN_PROGRESS if begun else TaskStatus.NOT_STARTED


def possible_later(one: Situation) -> bool:
    """Whether anything is still to be done after closing: the follow-up only."""
    return one.state in (S.CLOSED, S.FOLLOW_UP)


def dates_out_of_order(one: Situation) -> tuple[str, ...]:
    """Codes of the rules on dates that a record breaks, adapted from the eight checks of RISE (P2)."""
    first = one.first_visit_on
    checks = (
        ("committed_without_date", one.reached >= 2 and one.committed_on is None),
        ("begun_before_published", _before(one.start_on, one.published_on)),
        ("committed_before_begun", _before(one.committed_on, one.start_on)),
        ("person_before_begun", _before(one.first_person_on, one.start_on)),
        ("visit_before_person", _before(first, one.first_person_on)),
        ("leader_elsewhere", one.state is not S.STOPPED and one.reached <= 3 and not one.leader_at_school),
        ("nobody_named", one.reached >= 1 and one.reached <= 3 and len(one.sides_named) < 2),
        ("visit_before_conflict_check", _before(first, one.conflict_checked_on)),
        ("tapered_before_committed", _before(one.tapering_on, one.committed_on)),
        ("closed_before_tapered", _before(one.closed_on, one.tapering_on)),
        ("visit_after_closing", first is not None and one.closed_on is not None and first > one.closed_on),
    )
    return tuple(code for code, broken in checks if broken)


def _before(day: date | None, other: date | None) -> bool:
    return day is not None and other is not None and day < other


@dataclass(frozen=True, slots=True)
class Dependency:
    """Share of the finished activities that the supported school led, before and lately; None: too few.

    ``alarm``: in tapering it does not rise, so the work still rests on the helper (P10).
    """

    n: int
    earlier: float | None
    lately: float | None
    share: float | None
    alarm: bool


def dependency_of(one: Situation) -> Dependency:
    """Whether the supported school leads more and more of it (the main threat is dependency).

    *Lately* is since tapering began; before that, the later half of the finished activities.
    """
    led = sorted(one.led)
    if one.tapering_on is not None:
        early = [side for day, side in led if day < one.tapering_on]
        late = [side for day, side in led if day >= one.tapering_on]
    else:
        early = [side for _day, side in led[: len(led) // 2]]
        late = [side for _day, side in led[len(led) // 2 :]]
    whole = [side for _day, side in led]
    earlier, lately = _own(early), _own(late)
    share = _own(whole) if len(whole) >= LEAST_ACTIVITIES else None
    rising = earlier is None or (lately is not None and (lately > earlier or lately == 1.0))
    alarm = one.state is S.TAPERING and len(whole) >= LEAST_ACTIVITIES and bool(early) and not rising
    return Dependency(len(whole), earlier, lately, share, alarm)


def _own(sides: list[Side]) -> float | None:
    return sum(side is Side.SUPPORTED for side in sides) / len(sides) if sides else None


@dataclass(frozen=True, slots=True)
class Coverage:
    """Shares of teachers and of leadership who took part; None: nobody counted yet (P11)."""

    teachers: float | None
    leadership: float | None
    n_teachers: int
    n_leadership: int
    low: bool
    single: bool


def coverage_of(one: Situation, least: float) -> Coverage:
    """How much of the staff took part; ``low`` under the programme's share, ``single`` where one teacher
    carries it all (in the published cases, what one teacher carried was lost)."""
    if not one.counted:
        return Coverage(None, None, 0, 0, low=False, single=False)
    teachers = one.teachers_in / one.teachers
    leadership = one.leadership_in / one.leadership
    return Coverage(
        teachers,
        leadership,
        one.teachers,
        one.leadership,
        low=teachers < least or leadership < least,
        single=one.teachers_in == 1 and one.teachers > 1,
    )
