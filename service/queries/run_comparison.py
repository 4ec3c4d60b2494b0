"""The policies of a run beside each other, and what it gives to whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import Owner, Run
from service.queries.named_schools import NamedSchool, named_schools


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyColumn:
    """What one policy gives; ``first`` are the matched of those that go first."""

    policy: str
    own: bool
    proven: bool
    matched: int
    first: int
    total: float
    worst: float | None
    blocking: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """A school and its supporting school now and by another policy."""

    school: NamedSchool
    now: NamedSchool | None
    then: NamedSchool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchLine:
    """Who would gain and who would lose by another policy than the run's, in the school's own eyes."""

    policy: str
    gain: tuple[ChangeLine, ...]
    lose: tuple[ChangeLine, ...]
    indifferent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """What the schools of one group get: (matched, worst score) by policy."""

    label: str
    asked: int
    outcomes: Mapping[str, tuple[int, float | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonContents:
    """The comparison of a run; a single column where only its own policy was solved."""

    columns: tuple[PolicyColumn, ...]
    switches: tuple[SwitchLine, ...]
    groups: Mapping[str, tuple[GroupRow, ...]]
    left_out: tuple[str, ...]
    incentives: tuple[Mapping[str, Any], ...]
    owners: Mapping[str, str]


def comparison_of(session: Session, run: Run) -> ComparisonContents:
    """Read what a finished run says of its policies; its result must be loaded."""
    result: dict[str, Any] = run.result or {}
    own = str(result.get("policy", "total"))
    found = result.get("comparison") or {}
    policies: dict[str, Any] = found.get("policies") or {own: _own_outcome(result)}
    names = named_schools(session, run.system, _codes(found))
    owners = session.execute(select(Owner.code, Owner.name).where(Owner.system == run.system))
    return ComparisonContents(
        columns=tuple(
            PolicyColumn(
                policy=name,
                own=name == own,
                proven=one["status"] == "optimal",
                matched=one["matched"],
                first=one["matched_by_urgency"].get("1", 0),
                total=one["total"],
                worst=one["worst"],
                blocking=one["blocking_count"],
            )
            for name, one in policies.items()
        ),
        switches=_switches(found.get("switches", ()), own, names),
        groups={group: _rows(group, policies) for group in next(iter(policies.values()))["spread"]},
        left_out=tuple(found.get("left_out", ())),
        incentives=tuple(result.get("incentives") or ()),
        owners={code: name for code, name in owners if name},
    )


def _own_outcome(result: Mapping[str, Any]) -> dict[str, Any]:
    """The run's own figures in the form of a comparison."""
    pairs = result.get("pairs", ())
    return {
        "status": result.get("status"),
        "matched": result.get("matched", 0),
        "matched_by_urgency": result.get("matched_by_urgency", {}),
        "total": sum(pair["score"] for pair in pairs),
        "worst": result.get("worst"),
        "blocking_count": result.get("blocking_count", 0),
        "spread": result.get("fairness", {}),
    }


def _rows(group: str, policies: Mapping[str, Any]) -> tuple[GroupRow, ...]:
    labels = next(iter(policies.values()))["spread"][group]
    return tuple(
        GroupRow(
            label=label,
            asked=one["asked"],
            outcomes={
                name: (of["spread"][group][label]["matched"], of["spread"][group][label]["worst"])
                for name, of in policies.items()
            },
        )
        for label, one in labels.items()
    )


def _switches(switches: Any, own: str, names: Mapping[int, NamedSchool]) -> tuple[SwitchLine, ...]:
    """Those that begin or end at the run's own policy, told as a change from it."""
    lines = []
    for one in switches:
        if own not in (one["before"], one["after"]):
            continue
        turned = one["after"] == own
        gain, lose = (one["lose"], one["gain"]) if turned else (one["gain"], one["lose"])
        lines.append(
            SwitchLine(
                policy=one["before"] if turned else one["after"],
                gain=tuple(_change(change, names, turned) for change in gain),
                lose=tuple(_change(change, names, turned) for change in lose),
                indifferent=one["indifferent"],
            )
        )
    return tuple(lines)


def _change(change: Mapping[str, Any], names: Mapping[int, NamedSchool], turned: bool) -> ChangeLine:
    now, then = (change["after"], change["before"]) if turned else (change["before"], change["after"])
    return ChangeLine(
        school=names[change["school"]],
        now=None if now is None else names[now],
        then=None if then is None else names[then],
    )


def _codes(found: Mapping[str, Any]) -> set[int]:
    codes: set[int] = set()
    for one in found.get("switches", ()):
        for change in (*one["gain"], *one["lose"]):
            codes |= {
                code for code in (change["school"], change["before"], change["after"]) if code is not None
            }
    return codes
