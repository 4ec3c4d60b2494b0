"""What the files say, in Minga's terms and free of any country's column names."""

from dataclasses import dataclass
from datetime import date

from service.models.enums import (
    AbsenceReason,
    Element,
    IndicatorKind,
    LeaderStatus,
    OwnerType,
    Phase,
    Role,
    SchoolStatus,
    Subject,
)
from service.models.states import CalendarDayKind, ExchangeKind, VisitDirection, VisitMode


@dataclass(frozen=True, slots=True)
class CommuneRecord:
    """A commune or district, with its region."""

    code: str
    name: str
    region_code: str | None
    region_name: str | None


@dataclass(frozen=True, slots=True)
class SchoolRecord:
    """A row of a directory.

    ``service_code`` names the responsible service where the file tells it; where
    ``service_by_commune`` is set, the service is that of the school's commune.
    """

    code: int
    year: int
    check_digit: str | None
    name: str
    name_folded: str
    status: SchoolStatus
    has_enrolment: bool
    enrolment: int | None
    special_enrolment: int | None
    rural: bool | None
    commune: CommuneRecord | None
    latitude: float | None
    longitude: float | None
    closed_on: date | None
    successor: int | None
    levels: tuple[tuple[Phase, int | None], ...]
    owner_type: OwnerType
    owner_code: str | None
    owner_name: str | None
    service_code: str | None = None
    service_name: str | None = None
    service_by_commune: bool = False
    indicators: tuple["IndicatorRecord", ...] = ()


@dataclass(frozen=True, slots=True)
class ResultCell:
    """One subject of a result row: a score, or the reason why there is none.

    ``printed`` tells whether the file itself prints a score: that of a single pupil is printed
    but not kept.
    """

    subject: Subject
    score: float | None
    tested: int | None
    absence: AbsenceReason | None
    remark: str | None = None
    below: float | None = None
    basic: float | None = None
    standard: float | None = None
    printed: bool = False


@dataclass(frozen=True, slots=True)
class IndicatorRecord:
    """A yearly figure of one school that is no test result."""

    code: int
    kind: IndicatorKind
    year: int
    value: float | None
    n: int | None
    absence: AbsenceReason | None


@dataclass(frozen=True, slots=True)
class ResultRecord:
    """A row of a result file: one school in one test and year."""

    code: int
    test: str
    year: int
    ses_group: int | None
    owner_type: OwnerType | None
    rural: bool | None
    cells: tuple[ResultCell, ...]
    indicators: tuple[IndicatorRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceAreaRecord:
    """A commune of an education service and the year its schools pass to it."""

    service_code: str
    service_name: str
    region_code: str | None
    starts_on: date | None
    commune: CommuneRecord
    transfer_year: int | None
    is_seat: bool


@dataclass(frozen=True, slots=True)
class LeaderRecord:
    """A leader with the school that stands behind; None keeps what is known."""

    system: str | None
    code: int
    name: str
    email: str | None
    in_post_since: date | None
    status: LeaderStatus
    capacity: int
    elements: dict[str, int]
    languages: tuple[str, ...]
    online: bool
    max_km: float | None
    consent_on: date | None
    owner_consent_on: date | None
    trained_on: date | None


@dataclass(frozen=True, slots=True)
class NeedRecord:
    """What a school needs on one element in one year."""

    system: str | None
    code: int
    year: int
    element: Element
    level: int
    note: str | None


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """A person to invite with one role, at a school or over a territory."""

    name: str
    email: str
    role: Role
    territory: str | None
    starts_on: date | None
    locale: str


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """A visit that took place between two schools on a day; None where the file does not tell."""

    system: str | None
    code: int
    leader_system: str | None
    leader_code: int
    on: date
    kind: ExchangeKind
    direction: VisitDirection
    mode: VisitMode
    hours: float | None
    people: int | None


@dataclass(frozen=True, slots=True)
class TravelTimeRecord:
    """Minutes on the way from one school to another."""

    system: str | None
    code: int
    to_system: str | None
    to_code: int
    minutes: int


@dataclass(frozen=True, slots=True)
class CalendarDaysRecord:
    """Days of one kind; ``places`` are (``region`` or ``commune``, code), empty for the whole country."""

    first_on: date
    last_on: date
    kind: CalendarDayKind
    name: str
    places: tuple[tuple[str, str], ...]
    source: str


Record = (
    SchoolRecord
    | ResultRecord
    | IndicatorRecord
    | ServiceAreaRecord
    | LeaderRecord
    | NeedRecord
    | AccountRecord
    | VisitRecord
    | TravelTimeRecord
    | CalendarDaysRecord
)
