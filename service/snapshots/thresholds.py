"""What happens to a need rule when its threshold moves: how many enter or leave, and who."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.need import simulate
from matching.need_rules import VALUE_ADDED
from service.models import EvidenceSet, School
from service.permissions import Actor
from service.queries.reach import in_reach, with_last_ownership
from service.snapshots.kept import kept_findings


@dataclass(frozen=True, slots=True)
class MovedSchool:
    """A school that enters or leaves."""

    code: int
    name: str


@dataclass(frozen=True, slots=True)
class MovedThreshold:
    """The rule with another threshold, over the schools of a territory."""

    threshold: float
    before: int
    after: int
    enter: tuple[MovedSchool, ...]
    leave: tuple[MovedSchool, ...]


def move_threshold(session: Session, kept: EvidenceSet, threshold: float, actor: Actor) -> MovedThreshold:
    """Apply the default rule to the actor's territory with another threshold."""
    findings = kept_findings(session, kept)
    here = with_last_ownership(select(School.code, School.name)).where(
        School.system == kept.system, in_reach(actor)
    )
    named: dict[int, str] = dict(session.execute(here).all())
    codes = findings.codes.intersection(named)
    present = findings.need(VALUE_ADDED, codes)
    (moved,) = simulate(lambda rule: findings.need(rule, codes), VALUE_ADDED, [threshold])

    def schools(numbers: tuple[int, ...]) -> tuple[MovedSchool, ...]:
        return tuple(
            sorted((MovedSchool(code, named[code]) for code in numbers), key=lambda s: (s.name, s.code))
        )

    return MovedThreshold(
        threshold=threshold,
        before=len(present.in_need),
        after=moved.in_need,
        enter=schools(moved.enter),
        leave=schools(moved.leave),
    )
