"""The schools: where they are, whom they belong to, whom they teach, how they end."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from service.demo.calendar import Calendar
from service.demo.laws import Laws, OwnerClass
from service.demo.names import school_name
from service.demo.territory import Commune, communes, service_of

Kind = Literal["preschool", "primary", "full", "secondary", "special", "adult"]
Ending = Literal["closed", "recess", "authorised", "merged"]

FIRST_NUMBER = 90001
FEWEST_SCHOOLS = 60

_OWNER_CLASSES: tuple[OwnerClass, ...] = ("public", "subsidised", "private")
_ENDINGS: tuple[Ending, ...] = ("closed", "recess", "authorised")
_KINDS: tuple[Kind, ...] = ("primary", "full", "secondary", "special", "preschool", "adult")
_KIND_SHARES = {
    ("public", False): (0.56, 0.12, 0.17, 0.04, 0.03, 0.08),
    ("public", True): (0.91, 0.05, 0.01, 0.0, 0.03, 0.0),
    ("subsidised", False): (0.27, 0.36, 0.11, 0.17, 0.05, 0.04),
    ("subsidised", True): (0.86, 0.07, 0.05, 0.0, 0.02, 0.0),
    ("private", False): (0.12, 0.68, 0.02, 0.02, 0.16, 0.0),
    ("private", True): (0.5, 0.5, 0.0, 0.0, 0.0, 0.0),
}
# Median pupils of a grade and SD of its logarithm: fourth grade, then tenth.
_COHORTS = {
    ("public", False): ((29, 0.62), (63, 0.7)),
    ("public", True): ((5.5, 1.15), (26, 0.6)),
    ("subsidised", False): ((38, 0.66), (58, 0.68)),
    ("subsidised", True): ((7, 1.0), (28, 0.6)),
    ("private", False): ((44, 0.6), (40, 0.65)),
    ("private", True): ((14, 0.5), (14, 0.5)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """One school, with everything about it that does not vary by chance each year."""

    number: int
    check_digit: str
    name: str
    former_name: str
    renamed: int | None
    kind: Kind
    owner_class: OwnerClass
    corporation: bool
    delegated: bool
    owner: str
    commune: Commune
    rural: bool
    latitude: float | None
    longitude: float | None
    place_fault: Literal["swapped", "joined"] | None
    social_index: float
    cohort_primary: float
    cohort_secondary: float
    opened: int
    ending: Ending | None
    ended: int | None
    merged_into: int | None
    special_programme: bool

    @property
    def teaches_primary(self) -> bool:
        """Whether it has a fourth grade."""
        return self.kind in ("primary", "full")

    @property
    def teaches_secondary(self) -> bool:
        """Whether it has a tenth grade."""
        return self.kind in ("full", "secondary")

    @property
    def transferred(self) -> int | None:
        """Year in which it passes to a local education service, if it is municipal."""
        return (
            service_of()[self.commune.code].transfer_of(self.commune)
            if self.owner_class == "public"
            else None
        )

    def works(self, year: int) -> bool:
        """Whether it is open in a year."""
        return self.opened <= year and (self.ended is None or year < self.ended)

    def in_service(self, year: int) -> bool:
        """Whether a local education service owns it in a year."""
        return self.transferred is not None and self.transferred <= year

    def owner_in(self, year: int) -> str:
        """Number of its owner in a year; a single space where the file has none."""
        if self.in_service(year):
            return service_of()[self.commune.code].owner
        return self.owner

    def name_in(self, year: int) -> str:
        """Its name in a year."""
        return self.former_name if self.renamed is not None and year < self.renamed else self.name


def check_digit(number: int) -> str:
    """Modulo-11 check digit of an official number (RBD).

    Examples
    --------
    >>> check_digit(1), check_digit(24403)
    ('9', '1')
    """
    total = sum(
        int(digit) * weight for digit, weight in zip(reversed(str(number)), (2, 3, 4, 5, 6, 7), strict=False)
    )
    rest = 11 - total % 11
    return {11: "0", 10: "K"}.get(rest, str(rest))


def make_schools(rng: np.random.Generator, laws: Laws, calendar: Calendar, count: int) -> tuple[School, ...]:
    """Make ``count`` schools, every school ever opened among them; each commune has one at least."""
    if count < FEWEST_SCHOOLS:
        raise ValueError(f"a demo country needs at least {FEWEST_SCHOOLS} schools, not {count}")
    land = communes()
    weights = np.array([commune.weight for commune in land])
    each = np.maximum(1, np.round((count - len(land)) * weights / weights.sum()).astype(int))
    each[int(np.argmax(weights))] += count - int(each.sum())
    places = [commune for commune, number in zip(land, each, strict=True) for _ in range(number)]
    numbers = _numbers(count)
    made = [
        _school(rng, laws, calendar, number, place) for number, place in zip(numbers, places, strict=True)
    ]
    return _with_faults(rng, _with_mergers(made, calendar.first + 1))


def _numbers(count: int) -> list[int]:
    """Numbers whose check digit is a figure: the official ones have no K."""
    numbers: list[int] = []
    number = FIRST_NUMBER
    while len(numbers) < count:
        if check_digit(number) != "K":
            numbers.append(number)
        number += 1
    return numbers


def _school(
    rng: np.random.Generator, laws: Laws, calendar: Calendar, number: int, commune: Commune
) -> School:
    rural = bool(rng.random() < commune.rural_share)
    shares = (0.80, 0.19, 0.01) if rural else (0.38, 0.49, 0.13)
    owner_class = _OWNER_CLASSES[int(rng.choice(3, p=shares))]
    key = (owner_class, rural)
    kind = _KINDS[int(rng.choice(len(_KINDS), p=_KIND_SHARES[key]))]
    delegated = owner_class == "subsidised" and kind == "secondary" and bool(rng.random() < 0.12)
    mean, sd = laws.social_index[key]
    sizes = [
        float(np.clip(median * np.exp(rng.normal(0, spread)), 1.0, 260)) for median, spread in _COHORTS[key]
    ]
    form = "rural" if rural and kind == "primary" else kind
    name = school_name(rng, form, number)
    east, north = rng.normal(0, commune.spread_km * (1.0 if rural else 0.45), 2)
    opened = calendar.first + int(rng.integers(1, calendar.years)) if rng.random() < 0.04 else 0
    ending, ended = _ending(rng, calendar, sizes[0] if kind == "primary" else 99.0)
    last = calendar.directory_years[-1]
    renamed = int(rng.integers(calendar.first + 1, last + 1)) if rng.random() < 0.03 else None
    return School(
        number=number,
        check_digit=check_digit(number),
        name=name,
        former_name=school_name(rng, form, number + 7),
        renamed=renamed,
        kind=kind,
        owner_class=owner_class,
        corporation=owner_class == "public" and commune.code % 5 == 2,
        delegated=delegated,
        owner=_owner(rng, owner_class, delegated, commune),
        commune=commune,
        rural=rural,
        latitude=round(commune.latitude + north / 111.2, 6),
        longitude=round(commune.longitude + east / (111.2 * np.cos(np.radians(commune.latitude))), 6),
        place_fault=None,
        social_index=float(np.clip(rng.normal(mean, sd), 0.6, 5.4)),
        cohort_primary=sizes[0] if kind in ("primary", "full") else 0.0,
        cohort_secondary=sizes[1] if kind in ("full", "secondary") else 0.0,
        opened=opened,
        ending=ending if ended is None or ended > opened else None,
        ended=ended if ended is None or ended > opened else None,
        merged_into=None,
        special_programme=bool(rng.random() < (0.85 if owner_class == "public" else 0.5))
        and kind in ("primary", "full", "secondary"),
    )


def _owner(rng: np.random.Generator, owner_class: OwnerClass, delegated: bool, commune: Commune) -> str:
    if owner_class == "public":
        return commune.owner
    if delegated:
        return "99500001"
    if owner_class == "private":
        return " " if rng.random() < 0.2 else str(99_400_001 + int(rng.integers(60)))
    return str(99_300_001 + int(rng.integers(130)))


def _ending(rng: np.random.Generator, calendar: Calendar, cohort: float) -> tuple[Ending | None, int | None]:
    """Small schools end more often; most that end, close."""
    if rng.random() >= (0.22 if cohort < 5 else 0.085):
        return None, None
    ending = _ENDINGS[int(rng.choice(3, p=(0.68, 0.24, 0.08)))]
    latest = calendar.first + calendar.years
    earliest = calendar.first - 2 if ending == "closed" else latest - 3
    return ending, int(rng.integers(earliest, latest + 1))


def _with_mergers(schools: list[School], since: int) -> list[School]:
    """Let the first closing primary schools hand their pupils to the nearest of the same owner."""
    made = list(schools)
    mergers = 0
    for place, school in enumerate(made):
        if school.ending != "closed" or not school.teaches_primary or (school.ended or 0) < since:
            continue
        near = [
            other
            for other in made
            if other.number != school.number
            and other.owner == school.owner
            and other.commune == school.commune
            and other.teaches_primary
            and other.ended is None
            and other.opened < (school.ended or 0)
        ]
        if near and mergers < max(1, len(schools) // 150):
            mergers += 1
            into = min(near, key=lambda other: (_apart(school, other), other.number))
            made[place] = replace(school, ending="merged", merged_into=into.number)
    return made


def _apart(one: School, other: School) -> float:
    """Squared degrees between two schools; every school still has its place when mergers are made."""
    place, other_place = ((school.latitude or 0.0, school.longitude or 0.0) for school in (one, other))
    return (place[0] - other_place[0]) ** 2 + (place[1] - other_place[1]) ** 2


def _with_faults(rng: np.random.Generator, schools: list[School]) -> tuple[School, ...]:
    """Reproduce what is wrong in the official directory: places and check digits."""
    made = list(schools)
    order = rng.permutation(len(made))
    without_place = [i for i in order if made[i].ended is not None and made[i].ending != "merged"]
    for index in [*without_place[: len(without_place) * 2 // 3], *order[: max(3, len(made) // 60)]]:
        made[index] = replace(made[index], latitude=None, longitude=None)
    placed = [int(i) for i in order if made[i].latitude is not None and made[i].ended is None]
    made[placed[0]] = replace(made[placed[0]], place_fault="swapped")
    made[placed[1]] = replace(made[placed[1]], place_fault="joined")
    for index in placed[2 : 2 + max(2, len(made) // 300)]:
        wrong = str((int(made[index].check_digit) + 3) % 10)
        made[index] = replace(made[index], check_digit=wrong)
    return tuple(made)
