"""Schools and leaders as the matching library sees them: frozen and checked.

One :class:`SchoolProfile` stands for one school in one phase, because results, context
and likeness are compared within a phase. Whoever has the data (the service, a script)
makes them; nothing here knows a database.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import isfinite

from matching.elements import Element
from matching.errors import ProfileError


class Phase(StrEnum):
    """A stage of schooling in which schools are compared."""

    PRESCHOOL = "preschool"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    SPECIAL = "special"
    ADULT = "adult"


COMPARED_PHASES: tuple[Phase, ...] = (Phase.PRIMARY, Phase.SECONDARY)
"""Phases that have a national test, so that value added can be known."""


class OwnerKind(StrEnum):
    """Who owns the school, in the three kinds used to correct value added."""

    PUBLIC = "public"
    SUBSIDISED = "subsidised"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolProfile:
    """One school in one phase: where it is and what it cannot choose.

    Parameters
    ----------
    id : int
        Official number within its system (RBD, URN); ties are broken by it.
    phase : Phase
    phases : tuple of Phase
        All phases the school teaches, this one among them.
    owner : str or None
        Key of the owner, the same for all its schools; None if unknown.
    owner_kind : OwnerKind or None
    region, commune : str or None
        Official codes.
    rural : bool or None
    latitude, longitude : float or None
        Degrees (WGS84); both or neither.
    place_estimated : bool
        True where the coordinates are the mean point of the commune.
    ses_group : float or None
        Mean socio-economic group over the years up to the run's, 1 (low) to 5 (high).
    vulnerability_share : float or None
        Share of pupils in [0, 1].
    cohort_size : float or None
        Pupils in the tested grade, mean over recent years, > 0.
    enrolment : int or None
        Pupils in the whole school.
    special_needs_share : float or None
        Share of the enrolment in special education, [0, 1].

    Raises
    ------
    ProfileError
        A figure is out of its range, or one coordinate stands without the other.
    """

    id: int
    phase: Phase
    phases: tuple[Phase, ...]
    owner: str | None = None
    owner_kind: OwnerKind | None = None
    region: str | None = None
    commune: str | None = None
    rural: bool | None = None
    latitude: float | None = None
    longitude: float | None = None
    place_estimated: bool = False
    ses_group: float | None = None
    vulnerability_share: float | None = None
    cohort_size: float | None = None
    enrolment: int | None = None
    special_needs_share: float | None = None

    def __post_init__(self) -> None:
        where = f"school {self.id}"
        if self.phase not in self.phases:
            raise ProfileError(f"phase {self.phase} is not among the phases it teaches", where)
        if (self.latitude is None) != (self.longitude is None):
            raise ProfileError("latitude and longitude go together", where)
        _check_range(self.latitude, -90, 90, "latitude", where)
        _check_range(self.longitude, -180, 180, "longitude", where)
        _check_range(self.ses_group, 1, 5, "ses_group", where)
        _check_range(self.vulnerability_share, 0, 1, "vulnerability_share", where)
        _check_range(self.special_needs_share, 0, 1, "special_needs_share", where)
        if self.cohort_size is not None and not self.cohort_size > 0:
            raise ProfileError("cohort_size must be above 0; give None if unknown", where)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderProfile:
    """A head who may support others, with the school that stands behind.

    Parameters
    ----------
    id : int
        Ties are broken by it. For a suggested school, the school's own number.
    school : int
        Official number of the leader's school.
    designated : bool
        False for a school that only meets the measurable criteria (a *suggested* run).
    active : bool
        False while paused, lapsed or withdrawn.
    years_in_post : float or None
        Full years as head of this school.
    consents : bool
        The leader's own and the governing body's consent are on record.
    trained : bool
        Induction is on record; asked for at publication, not before.
    capacity : int
        Places left for new partnerships, >= 0.
    online : bool
        Accepts to work on line.
    max_km : float or None
        The leader's own limit of distance, if stated.
    languages : frozenset of str
        ISO 639 codes.
    strengths : mapping of Element to int
        Rubric level 1 to 4 where the leader's school stands.
    worked_rural, worked_urban : bool
        Has worked in such schools, this one included.
    conflicts : frozenset of int
        Schools with a declared interest or another bar; never assigned.
    declined : frozenset of int
        Schools with which a proposal was declined within the last 12 months.
    complaint_open : bool
        A complaint that suspends new matches is open.

    Raises
    ------
    ProfileError
        The capacity is negative, or a strength is not a level from 1 to 4.
    """

    id: int
    school: int
    designated: bool = True
    active: bool = True
    years_in_post: float | None = None
    consents: bool = False
    trained: bool = False
    capacity: int = 1
    online: bool = False
    max_km: float | None = None
    languages: frozenset[str] = frozenset({"es"})
    strengths: Mapping[Element, int] = field(default_factory=dict)
    worked_rural: bool = False
    worked_urban: bool = False
    conflicts: frozenset[int] = frozenset()
    declined: frozenset[int] = frozenset()
    complaint_open: bool = False

    def __post_init__(self) -> None:
        where = f"leader {self.id}"
        if self.capacity < 0:
            raise ProfileError("capacity is negative", where)
        if any(not 1 <= level <= 4 for level in self.strengths.values()):
            raise ProfileError("a strength is a rubric level from 1 to 4", where)
        if self.max_km is not None and not self.max_km >= 0:
            raise ProfileError("max_km is negative", where)


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedProfile:
    """What one school needs in one phase, for one run.

    Parameters
    ----------
    school : int
        Official number.
    phase : Phase
    urgency : int
        1 is first; 3 only asks (``matching.need``).
    areas : tuple of Element
        Measured areas named as the need; empty means the mean of both.
    needs : mapping of Element to int
        Rubric level 1 to 4 where the school stands on each element it needs.
    online : bool
        The school accepts to work on line.
    languages : frozenset of str
    excluded : frozenset of int
        Schools the head would rather not work with.
    """

    school: int
    phase: Phase
    urgency: int
    areas: tuple[Element, ...] = ()
    needs: Mapping[Element, int] = field(default_factory=dict)
    online: bool = False
    languages: frozenset[str] = frozenset({"es"})
    excluded: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if self.urgency < 1:
            raise ProfileError("urgency counts from 1", f"school {self.school}")
        if any(not 1 <= level <= 4 for level in self.needs.values()):
            raise ProfileError("a need is a rubric level from 1 to 4", f"school {self.school}")


def _check_range(value: float | None, low: float, high: float, name: str, where: str) -> None:
    if value is not None and not (isfinite(value) and low <= value <= high):
        raise ProfileError(f"{name} {value} is not between {low} and {high}", where)
