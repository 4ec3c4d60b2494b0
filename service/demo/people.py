"""Who leads, who needs what, and who signs in to the demo."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np

from matching.elements import RUBRIC_ELEMENTS, Element
from service.demo.laws import Laws
from service.demo.names import PeopleNames
from service.demo.schools import School
from service.demo.territory import service_of, services
from service.demo.truth import Truth

LEADER_SHARE = 1 / 6
DOUBTFUL_SHARE = 1 / 8
NEED_SHARE = 0.3
Role = Literal["ministry", "coordinator", "director", "leader"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoLeader:
    """A head put forward as a leader, with what is on record."""

    school: int
    name: str
    email: str
    in_post_since: date
    status: str
    capacity: int
    strengths: tuple[tuple[Element, int], ...]
    languages: tuple[str, ...]
    online: bool
    max_km: int | None
    consent_on: date | None
    trained_on: date | None
    doubtful: bool


@dataclass(frozen=True, slots=True)
class DemoNeed:
    """A judgement on where a school stands on one element."""

    school: int
    year: int
    element: Element
    level: int
    note: str


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody who can sign in; ``school`` is a place among the schools, or None."""

    role: Role
    name: str
    email: str
    territory: str
    school: int | None


_NOTES = (
    "", "", "Autoevaluación del equipo directivo.", "Acordado en consejo de profesores.",
    "Visto en observación de aula.", "Equipo nuevo este año.",
)  # fmt: skip


def make_leaders(
    rng: np.random.Generator, laws: Laws, schools: tuple[School, ...], truth: Truth, names: PeopleNames
) -> tuple[DemoLeader, ...]:
    """Most from the top quarter by true quality; some doubtful; one service without any."""
    year = truth.calendar.all_years[-1]
    standing = truth.standing()[:, -1]
    tested = [
        i
        for i, school in enumerate(schools)
        if school.works(year + 1) and max(school.cohort_primary, school.cohort_secondary) >= 3
    ]
    top = np.quantile(standing[tested], 0.75)
    weight = np.array([_leader_weight(schools[i]) for i in tested])
    good = weight * (standing[tested] > top)
    wanted = min(round(LEADER_SHARE * len(tested)), int((good > 0).sum()))
    doubtful = round(wanted * DOUBTFUL_SHARE)
    chosen = {int(i) for i in rng.choice(tested, size=wanted - doubtful, replace=False, p=good / good.sum())}
    odd = weight * np.array([i not in chosen for i in tested])
    odd_ones = {int(i) for i in rng.choice(tested, size=doubtful, replace=False, p=odd / odd.sum())}
    return tuple(
        _leader(rng, laws, schools[i], i, float(standing[i]), i in odd_ones, names)
        for i in sorted(chosen | odd_ones)
    )


def _leader_weight(school: School) -> float:
    kind = {"public": 1.0, "subsidised": 0.3, "private": 0.05}[school.owner_class]
    return kind * service_of()[school.commune.code].leader_share


def _leader(
    rng: np.random.Generator,
    laws: Laws,
    school: School,
    place: int,
    standing: float,
    doubtful: bool,
    names: PeopleNames,
) -> DemoLeader:
    name, email = names.next(_domain(school))
    new_in_post = rng.random() < 0.1
    days = int(rng.integers(200, 900) if new_in_post else rng.integers(1300, 5200))
    status = str(rng.choice(("active", "designated", "paused", "assessed"), p=(0.78, 0.08, 0.08, 0.06)))
    elements = rng.choice(len(RUBRIC_ELEMENTS), size=int(rng.integers(2, 5)), replace=False)
    indigenous = school.commune.region.number in (9, 10) and rng.random() < 0.3
    online = bool(rng.random() < 0.45)
    return DemoLeader(
        school=place,
        name=name,
        email=email,
        in_post_since=date(2025, 4, 30) - timedelta(days=days),
        status=status,
        capacity=2 if rng.random() < 0.25 else 1,
        strengths=tuple(
            (RUBRIC_ELEMENTS[int(e)], _rubric(rng, laws, standing, 3.0)) for e in np.sort(elements)
        ),
        languages=("es", "arn") if indigenous else ("es",),
        online=online,
        max_km=int(rng.choice((20, 30, 40, 60, 90))) if rng.random() < 0.4 else None,
        consent_on=date(2025, 3, 3) + timedelta(days=place % 40) if rng.random() < 0.92 else None,
        trained_on=date(2025, 4, 7) + timedelta(days=place % 20) if rng.random() < 0.85 else None,
        doubtful=doubtful,
    )


def _rubric(rng: np.random.Generator, laws: Laws, standing: float, middle: float) -> int:
    level = middle + standing / laws.points_per_level / 2 + rng.normal(0, laws.judgement_sd)
    return int(np.clip(round(level), 1, 4))


def make_needs(
    rng: np.random.Generator, laws: Laws, schools: tuple[School, ...], truth: Truth
) -> tuple[DemoNeed, ...]:
    """Weaker public schools, and those without a test, judged on one to three elements."""
    year = truth.calendar.all_years[-1]
    standing = truth.standing()[:, -1]
    public = [i for i, s in enumerate(schools) if s.owner_class == "public" and s.works(year + 1)]
    line = np.quantile(standing[public], NEED_SHARE)
    needs: list[DemoNeed] = []
    for place in public:
        untested = not (schools[place].teaches_primary or schools[place].teaches_secondary)
        if standing[place] + rng.normal(0, 4) > line and not (untested and rng.random() < 0.6):
            continue
        elements = rng.choice(len(RUBRIC_ELEMENTS), size=int(rng.integers(1, 4)), replace=False)
        for element in np.sort(elements):
            level = min(3, _rubric(rng, laws, float(standing[place]), 2.5))
            note = _NOTES[int(rng.integers(len(_NOTES)))]
            needs.append(DemoNeed(place, year, RUBRIC_ELEMENTS[int(element)], level, note))
    return tuple(needs)


def make_people(
    schools: tuple[School, ...],
    leaders: tuple[DemoLeader, ...],
    needs: tuple[DemoNeed, ...],
    year: int,
    names: PeopleNames,
) -> tuple[DemoPerson, ...]:
    """One at the ministry; coordinators of the service rich in leaders, of the one without and of a
    large one; directors and leaders of their schools."""
    people = [DemoPerson("ministry", *names.next("ministerio"), "all", None)]
    passed = [service for service in services() if service.transfer <= year]
    usual = [service for service in passed if service.leader_share == 1.0]
    shown = (
        max(passed, key=lambda service: service.leader_share),
        min(passed, key=lambda service: service.leader_share),
        max(usual, key=lambda service: sum(commune.weight for commune in service.communes)),
    )
    for service in shown:
        domain = f"slep{service.code}"
        people.append(DemoPerson("coordinator", *names.next(domain), f"slep:{service.code}", None))
    codes = {service.code for service in shown}
    leading = {leader.school for leader in leaders}
    weak = dict.fromkeys(need.school for need in needs if need.level <= 2 and need.school not in leading)
    # Heads of schools with results first: theirs is the fuller page.
    wanted = sorted(
        weak, key=lambda place: -max(schools[place].cohort_primary, schools[place].cohort_secondary)
    )
    found: dict[int, int] = {}
    for place in wanted:
        code = service_of()[schools[place].commune.code].code
        if code in codes and schools[place].in_service(year) and found.get(code, 0) < 2:
            found[code] = found.get(code, 0) + 1
            number = schools[place].number
            person = names.next(_domain(schools[place]))
            people.append(DemoPerson("director", *person, f"cl:{number}", place))
    found = {}
    for leader in leaders:
        school = schools[leader.school]
        code = service_of()[school.commune.code].code
        if code in codes and leader.status == "active" and leader.consent_on and found.get(code, 0) < 2:
            found[code] = found.get(code, 0) + 1
            people.append(
                DemoPerson("leader", leader.name, leader.email, f"cl:{school.number}", leader.school)
            )
    return tuple(people)


def _domain(school: School) -> str:
    return f"escuela{school.number}"
