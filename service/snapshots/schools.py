"""Schools as profiles: one a school and phase, all owners, whole country."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.profiles import OwnerKind, Phase, SchoolProfile
from matching.residuals import OWNER_CODES
from service.models import Commune, Indicator, Owner, Ownership, Result, School, SchoolLevel
from service.models.enums import SchoolStatus
from service.snapshots.results import YearContext, year_context
from service.systems import System

RECENT_TESTS = 3
"""Group and cohort size are means over the last tests: 30 % of schools changed their group
from one year to the next (``design.md`` §1)."""

KIND_OF_CODE = {code: kind for kind, code in OWNER_CODES.items()}


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """A working school as the database has it."""

    id: int
    code: int
    name: str
    phases: tuple[Phase, ...]
    owner: str | None
    owner_kind: OwnerKind | None
    service_id: int | None
    owner_id: int | None
    commune: str | None
    region: str | None
    rural: bool | None
    place: tuple[float, float] | None
    place_estimated: bool
    enrolment: int | None
    special_share: float | None


def working_schools(session: Session, system: System) -> dict[int, SchoolRow]:
    """Read all working schools with enrolment, by official number.

    A school without coordinates takes the mean point of its commune's schools, marked so.
    """
    levels: dict[int, list[Phase]] = defaultdict(list)
    for school_id, phase in session.execute(
        select(SchoolLevel.school_id, SchoolLevel.phase)
        .join(School, School.id == SchoolLevel.school_id)
        .where(School.system == system.code)
    ):
        levels[school_id].append(phase)
    rows = session.execute(
        select(
            School.id,
            School.code,
            School.name,
            School.rural,
            School.latitude,
            School.longitude,
            School.enrolment,
            School.special_enrolment,
            Commune.code,
            Commune.region_code,
            Ownership.owner_type,
            Ownership.owner_id,
            Ownership.service_id,
            Owner.code,
        )
        .outerjoin(Commune, Commune.id == School.commune_id)
        .outerjoin(Ownership, (Ownership.school_id == School.id) & Ownership.end_on.is_(None))
        .outerjoin(Owner, Owner.id == Ownership.owner_id)
        .where(
            School.system == system.code,
            School.status == SchoolStatus.WORKING,
            School.has_enrolment,
        )
        .order_by(School.code)
    ).all()
    means = _commune_points((row[8], row[4], row[5]) for row in rows)
    found = {}
    for row in rows:
        (
            school_id,
            code,
            name,
            rural,
            latitude,
            longitude,
            enrolment,
            special,
            commune,
            region,
            owner_type,
            owner_id,
            service_id,
            owner,
        ) = row
        own = None if latitude is None or longitude is None else (latitude, longitude)
        found[code] = SchoolRow(
            id=school_id,
            code=code,
            name=name,
            phases=tuple(sorted(levels.get(school_id, ()))),
            owner=owner,
            owner_kind=None if owner_type is None else owner_type.kind,
            service_id=service_id,
            owner_id=owner_id,
            commune=commune,
            region=region,
            rural=rural,
            place=own or means.get(commune),
            place_estimated=own is None and commune in means,
            enrolment=enrolment,
            special_share=special / enrolment if special is not None and enrolment else None,
        )
    return found


def phase_profiles(
    session: Session,
    system: System,
    phase: Phase,
    as_of: int,
    schools: dict[int, SchoolRow],
    context: YearContext | None = None,
) -> list[SchoolProfile]:
    """Make the profile of every working school of a phase, with figures up to a year.

    Owner kind and rurality are those of the last result file up to the year; where a school is
    in none, those of the newest directory.
    """
    test = system.tests.get(phase)
    groups: dict[int, float] = {}
    owners: dict[int, OwnerKind] = {}
    rurality: dict[int, bool] = {}
    if test is not None:
        seen = context if context is not None else year_context(session, system, test, as_of)
        groups, owners, rurality = _latest_context(seen)
    cohorts = _cohort_sizes(session, system, test, as_of) if test is not None else {}
    vulnerability = _vulnerability(session, system, phase, as_of)
    profiles = []
    for code, row in schools.items():
        if phase not in row.phases:
            continue
        place = row.place
        profiles.append(
            SchoolProfile(
                id=code,
                phase=phase,
                phases=row.phases,
                owner=row.owner,
                owner_kind=owners.get(code, row.owner_kind),
                region=row.region,
                commune=row.commune,
                rural=rurality.get(code, row.rural),
                latitude=None if place is None else place[0],
                longitude=None if place is None else place[1],
                place_estimated=row.place_estimated,
                ses_group=groups.get(code),
                vulnerability_share=vulnerability.get(code),
                cohort_size=cohorts.get(code),
                enrolment=row.enrolment,
                special_needs_share=row.special_share,
            )
        )
    return profiles


def _commune_points(
    rows: Iterable[tuple[str | None, float | None, float | None]],
) -> dict[str, tuple[float, float]]:
    points: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for commune, latitude, longitude in rows:
        if commune is not None and latitude is not None and longitude is not None:
            points[commune].append((latitude, longitude))
    return {
        commune: (float(np.mean([p[0] for p in found])), float(np.mean([p[1] for p in found])))
        for commune, found in points.items()
    }


def _latest_context(
    context: YearContext,
) -> tuple[dict[int, float], dict[int, OwnerKind], dict[int, bool]]:
    tests = np.unique(context.year)[-RECENT_TESTS:]
    groups: dict[int, list[float]] = defaultdict(list)
    owners: dict[int, OwnerKind] = {}
    rurality: dict[int, bool] = {}
    recent = set(tests.tolist())
    for code, year, group, owner, rural in zip(
        context.school.tolist(),
        context.year.tolist(),
        context.ses_group.tolist(),
        context.owner_kind.tolist(),
        context.rural.tolist(),
        strict=True,
    ):
        if year in recent and group == group:
            groups[code].append(group)
        if owner in KIND_OF_CODE:
            owners[code] = KIND_OF_CODE[owner]
        if rural == rural:
            rurality[code] = bool(rural)
    return {code: float(np.mean(found)) for code, found in groups.items()}, owners, rurality


def _cohort_sizes(session: Session, system: System, test: str, as_of: int) -> dict[int, float]:
    years = session.scalars(
        select(Result.year)
        .where(Result.test == test, Result.year <= as_of)
        .distinct()
        .order_by(Result.year.desc())
        .limit(RECENT_TESTS)
    ).all()
    pupils: dict[int, list[int]] = defaultdict(list)
    for code, tested in session.execute(
        select(School.code, Result.tested)
        .join(School, School.id == Result.school_id)
        .where(School.system == system.code, Result.test == test, Result.year.in_(years), Result.tested > 0)
    ):
        if tested is not None:
            pupils[code].append(tested)
    return {code: float(np.mean(found)) for code, found in pupils.items()}


def _vulnerability(session: Session, system: System, phase: Phase, as_of: int) -> dict[int, float]:
    kind = system.vulnerability.get(phase)
    if kind is None:
        return {}
    rows = session.execute(
        select(School.code, Indicator.value)
        .join(School, School.id == Indicator.school_id)
        .where(
            School.system == system.code,
            Indicator.kind == kind,
            Indicator.year <= as_of,
            Indicator.value.is_not(None),
        )
        .order_by(Indicator.year)
    )
    return {code: value for code, value in rows if value is not None}
