"""Why a pair was made, or not: the first rule that refuses, or what giving the place up costs."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from matching.assignment import solve
from matching.constraints import refusal
from matching.errors import InstanceError
from matching.explanations import Reason, reasons
from matching.instances import Instance
from matching.refusals import Refusal, RefusalCode
from matching.sides import Field
from matching.what_if import displaced
from service.errors import Conflict, NotFound
from service.models import Proposal, Run, School
from service.models.enums import RunState
from service.operations.run_documents import unpacked
from service.permissions import Action, Actor, require
from service.snapshots.matching import RunInputs, RunOptions, run_inputs
from service.systems import SYSTEMS
from service.text import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """What is known about one pair in one run.

    ``answer`` is ``matched``, ``refused``, ``place_taken``, ``other_leader`` or ``not_in_run``.
    """

    run: int
    school: int
    leader_school: int
    answer: str
    phase: str | None = None
    refusal: Refusal | None = None
    reasons: tuple[Reason, ...] = ()
    cost: dict[str, Any] | None = None
    data_changed: bool = False

    def to_dict(self, system: str) -> dict[str, Any]:
        """The answer of ``minga why``."""
        return {
            "run": self.run,
            "school": f"{system}:{self.school}",
            "leader_school": f"{system}:{self.leader_school}",
            "answer": self.answer,
            "phase": self.phase,
            "refused_by": None if self.refusal is None else asdict(self.refusal),
            "reasons": [asdict(reason) for reason in self.reasons],
            "cost": self.cost,
            "data_changed": self.data_changed,
        }


def refusal_in(inputs: RunInputs, school: int, leader: int) -> Refusal | None:
    """The first rule that refuses a pair in every phase; None if some phase allows it."""
    found: Refusal | None = None
    for field in inputs.fields.values():
        rows = _rows(field, school, leader)
        if rows is None:
            continue
        refused = refusal(field, *rows)
        if refused is None:
            return None
        if found is None or found.code is RefusalCode.PHASE_NOT_SHARED:
            found = refused
    return found


def find_run(session: Session, actor: Actor, number: int | None, school: School) -> Run:
    """The run asked about, or the newest finished one that looked at the school's territory.

    Raises
    ------
    NotFound
        There is none.
    """
    query = select(Run).options(undefer(Run.inputs), undefer(Run.result))
    if number is not None:
        run = session.scalar(query.where(Run.id == number))
    else:
        run = session.scalar(
            query.where(Run.state.in_([RunState.FINISHED, RunState.PUBLISHED]), Run.system == school.system)
            .order_by(Run.id.desc())
            .limit(1)
        )
    if run is None:
        raise NotFound(say("No hay una corrida terminada por la cual preguntar."), code="unknown_run")
    require(actor, Action.SEE_RUNS)
    if run.inputs is None:
        raise Conflict(say("La corrida %(run)s no ha terminado.", run=run.id), code="not_finished")
    return run


def why(session: Session, *, run: Run, school: School, leader_school: School, today: date) -> Why:
    """Explain one pair of a run: made, refused by a rule, or its place given to another."""
    if run.inputs is None:
        raise Conflict(say("La corrida %(run)s no ha terminado.", run=run.id), code="not_finished")
    document = unpacked(run.inputs)
    instance, names = stored_instance(document)
    asked: dict[str, Any] = {"run": run.id, "school": school.code, "leader_school": leader_school.code}
    made = session.scalar(select(Proposal).where(Proposal.run_id == run.id, Proposal.school_id == school.id))
    if made is not None and made.leader_school_id == leader_school.id:
        told = tuple(Reason(**{**entry, "code": entry["code"]}) for entry in made.reasons)
        return Why(**asked, answer="matched", phase=made.phase.value, reasons=told)
    if school.code not in instance.school_ids:
        return Why(**asked, answer="not_in_run")
    pair = None
    if leader_school.code in instance.leader_ids:
        pair = instance.pair(school.code, leader_school.code)
    if pair is not None and not instance.forbidden[pair]:
        return Why(
            **asked,
            answer="other_leader" if made is not None else "place_taken",
            phase=names[int(document["pairs"]["phase"][pair])],
            cost=_cost(instance, school.code, leader_school.code),
        )
    if pair is not None:
        return Why(**asked, answer="forbidden", phase=names[int(document["pairs"]["phase"][pair])])
    options = RunOptions(**run.options)
    inputs = run_inputs(session, SYSTEMS[run.system], options, today)
    return _refused(inputs, asked)


def stored_instance(document: dict[str, Any]) -> tuple[Instance, list[str]]:
    """The instance of a stored run, and the name of each phase of its pairs."""
    schools = [entry[0] for entry in document["schools"]]
    leaders = [entry[0] for entry in document["leaders"]]
    pairs = document["pairs"]
    school = np.array(pairs["school"], dtype=np.int64)
    leader = np.array(pairs["leader"], dtype=np.int64)

    def named(positions: list[int]) -> list[tuple[int, int]]:
        return [(schools[school[p]], leaders[leader[p]]) for p in positions]

    instance = Instance.from_arrays(
        schools,
        [entry[1] for entry in document["schools"]],
        leaders,
        [entry[1] for entry in document["leaders"]],
        school,
        leader,
        np.array(pairs["score"], dtype=np.float64),
        forbidden=named(document["forbidden"]),
        locked=named(document["locked"]),
    )
    return instance, [phase["phase"] for phase in document["phases"]]


def _cost(instance: Instance, school: int, leader: int) -> dict[str, Any]:
    """What forcing an allowed pair would change, by solving again with the pair locked."""
    try:
        change = displaced(instance, solve(instance), school, leader)
    except InstanceError as error:
        return {"possible": False, "message": str(error)}
    return {
        "possible": True,
        "matched_by_urgency": {str(u): n for u, n in change.matched_by_urgency.items()},
        "total": change.total,
        "taken_by": list(change.taken_by),
        "loses_place": list(change.loses_place),
        "moves": [asdict(move) for move in change.moves],
    }


def _refused(inputs: RunInputs, asked: dict[str, Any]) -> Why:
    school, leader = asked["school"], asked["leader_school"]
    seen = [
        (phase, refusal(field, *rows), reasons(field, *rows))
        for phase, field in inputs.fields.items()
        if (rows := _rows(field, school, leader)) is not None
    ]
    refusals = [entry for entry in seen if entry[1] is not None]
    if not seen:
        return Why(**asked, answer="refused", refusal=Refusal(code=RefusalCode.NOT_DESIGNATED))
    if not refusals:
        return Why(**asked, answer="allowed_now", phase=seen[0][0].value, data_changed=True)
    shared = [e for e in refusals if e[1] is not None and e[1].code is not RefusalCode.PHASE_NOT_SHARED]
    phase, refused, told = (shared or refusals)[0]
    return Why(**asked, answer="refused", phase=phase.value, refusal=refused, reasons=told)


def _rows(field: Field, school: int, leader: int) -> tuple[int, int] | None:
    """Rows of a pair in a field; None if either is not there."""
    here = np.flatnonzero(field.schools.ids == school)
    there = np.flatnonzero(field.leaders.schools == leader)
    return (int(here[0]), int(there[0])) if here.size and there.size else None
