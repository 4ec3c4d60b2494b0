"""What the report of the programme tells: counts, reach, and what changed; one frozen snapshot."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.models import Batch, EducationService, Ownership, Partnership
from service.models.enums import BatchState
from service.models.states import OPEN_PARTNERSHIPS, PartnershipOrigin
from service.queries.evidence import answers_by_school
from service.queries.programme_evidence import (
    EVERYWHERE,
    ProgrammeEvidence,
    known_tests,
    programme_evidence,
)

FEWEST_SHOWN = 10
"""Smaller counts are not shown (aggregates of 10 and more only)."""


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """A service: partnerships of its supported schools; None where the number is too small to show."""

    name: str
    partnerships: int | None


@dataclass(frozen=True, slots=True)
class ProgrammeReport:
    """Everything the report says. ``digest`` names the data: the same data, the same report.

    ``states`` counts partnerships by state; a count of 1 to 9 is None, as is any that subtraction
    would reveal.
    """

    data_on: date | None
    digest: str
    partnerships: int | None
    open: int | None
    voluntary_share: float | None
    supported: int | None
    in_need: int | None
    reached: int | None
    services: tuple[ServiceLine, ...]
    evidence: tuple[ProgrammeEvidence, ...]


def programme_report(session: Session) -> ProgrammeReport:
    """Read it; every part is in a fixed order."""
    rows = session.execute(
        select(Partnership.id, Partnership.school_id, Partnership.state, Partnership.origin).order_by(
            Partnership.id
        )
    ).all()
    supported = {school for _, school, _, _ in rows}
    answer = answers_by_school()
    in_need = set(session.scalars(select(answer.c.school_id).where(answer.c.answer == 2)))
    reached = {school for _, school, state, _ in rows if state in OPEN_PARTNERSHIPS} & in_need
    chosen = sum(origin is not PartnershipOrigin.IMPOSED for _, _, _, origin in rows)
    evidence = [programme_evidence(session, EVERYWHERE, test) for test in known_tests(session)]
    found = tuple(one for one in evidence if one is not None)
    imported = session.scalar(select(func.max(Batch.applied_at)).where(Batch.state == BatchState.APPLIED))
    imposed = len(rows) - chosen
    share_told = len(rows) >= FEWEST_SHOWN and (imposed == 0 or min(chosen, imposed) >= FEWEST_SHOWN)
    return ProgrammeReport(
        data_on=imported.date() if imported is not None else None,
        digest=sha256("|".join(sorted({one.version for one in found})).encode()).hexdigest(),
        partnerships=_shown(len(rows)),
        open=_shown(sum(state in OPEN_PARTNERSHIPS for _, _, state, _ in rows)),
        voluntary_share=chosen / len(rows) if share_told else None,
        supported=_shown(len(supported)),
        in_need=_shown(len(in_need)),
        reached=_shown(len(reached)),
        services=_by_service(session, [school for _, school, _, _ in rows]),
        evidence=found,
    )


def hide_small(counts: Mapping[str, int], fewest: int = FEWEST_SHOWN) -> dict[str, int | None]:
    """Hide counts of 1 to ``fewest`` - 1, and one more where a single hidden one could be subtracted.

    Examples
    --------
    >>> hide_small({"a": 40, "b": 3, "c": 12, "d": 0})
    {'a': 40, 'b': None, 'c': None, 'd': 0}
    """
    hidden = {name for name, count in counts.items() if 0 < count < fewest}
    if len(hidden) == 1:
        rest = sorted((count, name) for name, count in counts.items() if count and name not in hidden)
        hidden |= {name for _, name in rest[:1]}
    return {name: None if name in hidden else count for name, count in counts.items()}


def _shown(count: int) -> int | None:
    return None if 0 < count < FEWEST_SHOWN else count


def _by_service(session: Session, schools: list[int]) -> tuple[ServiceLine, ...]:
    rows = session.execute(
        select(Ownership.school_id, EducationService.name)
        .join(EducationService, EducationService.id == Ownership.service_id)
        .where(Ownership.end_on.is_(None), Ownership.school_id.in_(sorted(set(schools))))
    )
    names = {school: name for school, name in rows}  # noqa: C416
    counts = Counter(names[school] for school in schools if school in names)
    shown = hide_small({name: counts[name] for name in sorted(counts)})
    return tuple(ServiceLine(name, count) for name, count in shown.items())
