"""What the pages of one run show: pairs, schools without one, marks, and what moved since the last run."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.models import Account, Leader, Person, Proposal, Run, RunMark, School
from service.models.enums import MarkKind, Phase, ProposalState
from service.queries.named_schools import NamedSchool, name_of, named_schools


@dataclass(frozen=True, slots=True, kw_only=True)
class PairLine:
    """A school and the one that would support it; ``before`` is the previous run's, if another.

    ``moved`` is ``new`` (the school had none), ``changed`` (it had another) or None.
    """

    school: NamedSchool
    leader_school: NamedSchool
    leader: str | None
    phase: Phase
    urgency: int
    score: float
    state: ProposalState
    terms: dict[str, float]
    reasons: tuple[dict[str, Any], ...]
    facts: dict[str, Any]
    alternates: tuple[tuple[NamedSchool, float], ...]
    mark: MarkKind | None
    school_rank: int | None = None
    leader_rank: int | None = None
    moved: str | None = None
    before: NamedSchool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutLine:
    """A school without a proposal, why, and what would repair it."""

    school: NamedSchool
    urgency: int
    reason: str
    refusals: tuple[tuple[str, int], ...]
    repair: dict[str, Any] | None
    nearest: NamedSchool | None
    before: NamedSchool | None

    @property
    def group(self) -> tuple[str, str]:
        """Reason and repairing rule: what it shares with others."""
        return self.reason, "" if self.repair is None else str(self.repair["rule"])


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkLine:
    """A pair locked or forbidden for the next run."""

    kind: MarkKind
    school: NamedSchool
    leader_school: NamedSchool
    note: str | None
    made_by: str | None
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What differs from the run before it, in schools."""

    previous: int
    new: int
    changed: int
    lost: int
    same: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunContents:
    """Everything a finished run has to show."""

    pairs: tuple[PairLine, ...]
    without: tuple[WithoutLine, ...]
    marks: tuple[MarkLine, ...]
    moved: Moved | None
    blocking: tuple[tuple[NamedSchool, NamedSchool], ...]


def run_contents(session: Session, run: Run) -> RunContents:
    """Read a finished run; its result must be loaded."""
    result: dict[str, Any] = run.result or {"pairs": [], "unmatched": [], "blocking_pairs": []}
    names = named_schools(session, run.system, _codes(result))
    marks = _marks(session, run)
    before = {} if run.previous_id is None else _pairs_of(session, run.previous_id)
    pairs = _pairs(session, run, result, names, marks, before)
    without = _without(result, names, before)
    return RunContents(
        pairs=pairs,
        without=without,
        marks=marks,
        moved=_moved(run, pairs, without, before),
        blocking=tuple(
            (names[_code(school)], names[_code(leader)])
            for school, leader in result["blocking_pairs"]
            if _code(school) in names and _code(leader) in names
        ),
    )


def _codes(result: dict[str, Any]) -> set[int]:
    codes: set[int] = set()
    for pair in result["pairs"]:
        codes |= {_code(pair["school"]), _code(pair["leader_school"])}
        codes |= {_code(other["leader_school"]) for other in pair["alternates"]}
    for entry in result["unmatched"]:
        codes.add(_code(entry["school"]))
        if entry["repair"] and entry["repair"].get("leader_school"):
            codes.add(_code(entry["repair"]["leader_school"]))
    for school, leader in result["blocking_pairs"]:
        codes |= {_code(school), _code(leader)}
    return codes


def _pairs(
    session: Session,
    run: Run,
    result: dict[str, Any],
    names: dict[int, NamedSchool],
    marks: tuple[MarkLine, ...],
    before: dict[int, NamedSchool],
) -> tuple[PairLine, ...]:
    marked = {(mark.school.code, mark.leader_school.code): mark.kind for mark in marks}
    others = {
        _code(pair["school"]): tuple(
            (names[_code(other["leader_school"])], float(other["score"])) for other in pair["alternates"]
        )
        for pair in result["pairs"]
    }
    ranks = {
        _code(pair["school"]): (pair.get("school_rank"), pair.get("leader_rank")) for pair in result["pairs"]
    }
    rows = session.execute(
        select(Proposal, School.code, Leader.id, Person.name)
        .join(School, School.id == Proposal.school_id)
        .outerjoin(Leader, Leader.id == Proposal.leader_id)
        .outerjoin(Person, Person.id == Leader.person_id)
        .where(Proposal.run_id == run.id)
        .options(selectinload(Proposal.leader_school))
    ).all()
    lines = []
    for proposal, code, _leader, name in rows:
        leading = proposal.leader_school.code
        line = PairLine(
            school=names[code],
            leader_school=names[leading],
            leader=name,
            phase=proposal.phase,
            urgency=proposal.urgency,
            score=proposal.score,
            state=proposal.state,
            terms=proposal.terms,
            reasons=tuple(proposal.reasons),
            facts=proposal.facts,
            alternates=others.get(code, ()),
            mark=marked.get((code, leading)),
            school_rank=ranks.get(code, (None, None))[0],
            leader_rank=ranks.get(code, (None, None))[1],
        )
        if run.previous_id is not None:
            earlier = before.get(code)
            moved = "new" if earlier is None else "changed" if earlier.code != leading else None
            line = replace(line, moved=moved, before=earlier if moved == "changed" else None)
        lines.append(line)
    return tuple(lines)


def _without(
    result: dict[str, Any], names: dict[int, NamedSchool], before: dict[int, NamedSchool]
) -> tuple[WithoutLine, ...]:
    lines = []
    for entry in result["unmatched"]:
        repair = entry["repair"]
        near = _code(repair["leader_school"]) if repair and repair.get("leader_school") else None
        lines.append(
            WithoutLine(
                school=names[_code(entry["school"])],
                urgency=entry["urgency"],
                reason=entry["reason"],
                refusals=tuple(sorted(entry["refusals"].items(), key=lambda pair: (-pair[1], pair[0]))),
                repair=repair,
                nearest=None if near is None else names.get(near),
                before=before.get(_code(entry["school"])),
            )
        )
    return tuple(lines)


def _marks(session: Session, run: Run) -> tuple[MarkLine, ...]:
    rows = session.execute(
        select(RunMark, Person.name)
        .outerjoin(Account, Account.id == RunMark.account_id)
        .outerjoin(Person, Person.id == Account.person_id)
        .where(RunMark.run_id == run.id)
        .options(
            selectinload(RunMark.school).selectinload(School.commune),
            selectinload(RunMark.leader_school).selectinload(School.commune),
        )
        .order_by(RunMark.id)
    )
    return tuple(
        MarkLine(
            kind=mark.kind,
            school=name_of(mark.school),
            leader_school=name_of(mark.leader_school),
            note=mark.note,
            made_by=name,
            made_at=mark.made_at,
        )
        for mark, name in rows
    )


def _pairs_of(session: Session, run_id: int) -> dict[int, NamedSchool]:
    """The supporting school of each school in another run."""
    rows = session.scalars(
        select(Proposal)
        .where(Proposal.run_id == run_id)
        .options(
            selectinload(Proposal.school), selectinload(Proposal.leader_school).selectinload(School.commune)
        )
    )
    return {proposal.school.code: name_of(proposal.leader_school) for proposal in rows}


def _moved(
    run: Run,
    pairs: tuple[PairLine, ...],
    without: tuple[WithoutLine, ...],
    before: dict[int, NamedSchool],
) -> Moved | None:
    if run.previous_id is None:
        return None
    kept = {line.school.code for line in pairs}
    new = sum(line.moved == "new" for line in pairs)
    changed = sum(line.moved == "changed" for line in pairs)
    return Moved(
        previous=run.previous_id,
        new=new,
        changed=changed,
        lost=len(before.keys() - kept),
        same=len(pairs) - new - changed,
    )


def _code(key: str) -> int:
    return int(key.rpartition(":")[2])
