"""Why a pair was made, or not: the first rule that refuses, or what giving the place up costs.

Everything is read from what the run kept, so the answer stays the same when the data move on.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

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
from service.operations.packing import unpacked
from service.operations.stored_runs import stored_field, stored_instance
from service.permissions import Action, Actor, require
from service.queries.runs import get_run, newest_run
from service.text import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """What is known about one pair in one run.

    Parameters
    ----------
    answer : str
        ``matched``; ``other_leader`` (the school got another one); ``place_taken`` (the school
        got none); ``forbidden`` (by hand); ``below_floor`` (an extra rule of the run);
        ``not_ranked`` (one side named others only); ``refused``; ``not_in_run`` (the school was not asked
        for, and ``because`` says why).
    refusal : Refusal or None
        The first rule that refuses.
    criterion : dict or None
        In an exploratory run, the criterion by which the supporting school was not suggested.
    cost : dict or None
        What making an allowed pair all the same would change.
    """

    run: int
    school: int
    leader_school: int
    answer: str
    phase: str | None = None
    refusal: Refusal | None = None
    criterion: dict[str, Any] | None = None
    because: str | None = None
    score: float | None = None
    reasons: tuple[Reason, ...] = ()
    cost: dict[str, Any] | None = None

    def to_dict(self, system: str) -> dict[str, Any]:
        """The answer of ``minga why``."""
        return {
            "run": self.run,
            "school": f"{system}:{self.school}",
            "leader_school": f"{system}:{self.leader_school}",
            "answer": self.answer,
            "phase": self.phase,
            "refused_by": None if self.refusal is None else asdict(self.refusal),
            "criterion": self.criterion,
            "because": self.because,
            "score": self.score,
            "reasons": [asdict(reason) for reason in self.reasons],
            "cost": self.cost,
        }


def refusal_in(fields: Collection[Field], school: int, leader: int) -> Refusal | None:
    """The first rule that refuses a pair in every phase; None if some phase allows it."""
    found: Refusal | None = None
    for field in fields:
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
    """The run asked about, or the newest finished one of the school's system that the actor may see.

    Raises
    ------
    NotFound
        There is none, or it belongs to another territory.
    Conflict
        It has not finished.
    """
    require(actor, Action.SEE_RUNS)
    if number is not None:
        run: Run | None = get_run(session, number, actor=actor, whole=True)
    else:
        run = newest_run(session, actor, school.system)
    if run is None:
        raise NotFound(say("No hay una corrida terminada por la cual preguntar."), code="unknown_run")
    return run


def why(session: Session, *, run: Run, school: School, leader_school: School) -> Why:
    """Explain one pair of a run: made, refused by a rule, or its place given to another.

    Raises
    ------
    Conflict
        The run has not finished.
    """
    if run.inputs is None:
        raise Conflict(say("La corrida %(run)s no ha terminado.", run=run.id), code="not_finished")
    document = unpacked(run.inputs)
    instance, names = stored_instance(document)
    code, leading = school.code, leader_school.code
    asked: dict[str, Any] = {"run": run.id, "school": code, "leader_school": leading}
    if code not in instance.school_ids or school.system != run.system:
        because = document["not_asked"].get(str(code), "outside_territory")
        return Why(**asked, answer="not_in_run", because=because)
    pair = instance.pair(code, leading) if leading in instance.leader_ids else None
    if pair is None:
        return _refused(document, asked)
    made = session.scalar(select(Proposal).where(Proposal.run_id == run.id, Proposal.school_id == school.id))
    number = int(document["pairs"]["phase"][pair])
    field = stored_field(document, number)
    rows = _rows(field, code, leading)
    found: dict[str, Any] = {
        "phase": names[number],
        "score": float(instance.score[pair]),
        "reasons": () if rows is None else reasons(field, *rows),
    }
    if made is not None and made.leader_school_id == leader_school.id:
        return Why(**asked, **found, answer="matched")
    if instance.forbidden[pair]:
        floored = pair in document.get("below_floor", [])
        return Why(**asked, **found, answer="below_floor" if floored else "forbidden")
    if not instance.acceptable[pair]:
        return Why(**asked, **found, answer="not_ranked")
    cost = _cost(instance, code, leading, document["options"]["policy"])
    return Why(**asked, **found, answer="place_taken" if made is None else "other_leader", cost=cost)


def _cost(instance: Instance, school: int, leader: int, policy: str) -> dict[str, Any]:
    """What forcing an allowed pair would change, by solving again with the pair locked."""
    try:
        change = displaced(instance, solve(instance, policy=policy), school, leader)
    except InstanceError as error:
        return {"possible": False, "message": str(error)}
    return {
        "possible": True,
        "matched_by_urgency": {str(u): n for u, n in change.matched_by_urgency.items()},
        "total": round(change.total, 5),
        "taken_by": list(change.taken_by),
        "loses_place": list(change.loses_place),
        "moves": [asdict(move) for move in change.moves],
    }


def _refused(document: dict[str, Any], asked: dict[str, Any]) -> Why:
    school, leader = asked["school"], asked["leader_school"]
    if school == leader:
        return Why(**asked, answer="refused", refusal=Refusal(code=RefusalCode.OWN_SCHOOL))
    seen = []
    for number, phase in enumerate(document["phases"]):
        field = stored_field(document, number)
        rows = _rows(field, school, leader)
        if rows is not None and (refused := refusal(field, *rows)) is not None:
            told = () if refused.code is RefusalCode.PHASE_NOT_SHARED else reasons(field, *rows)
            seen.append((phase["phase"], refused, told))
    if not seen:
        criterion = document["not_leading"].get(str(leader))
        code = RefusalCode.NOT_DESIGNATED if criterion is None else None
        return Why(
            **asked,
            answer="refused",
            refusal=None if code is None else Refusal(code=code),
            criterion=criterion,
        )
    shared = [entry for entry in seen if entry[1].code is not RefusalCode.PHASE_NOT_SHARED]
    name, refused, told = (shared or seen)[0]
    return Why(**asked, answer="refused", phase=name, refusal=refused, reasons=told)


def _rows(field: Field, school: int, leader: int) -> tuple[int, int] | None:
    """Rows of a pair in a field; None if either is not there."""
    here = np.flatnonzero(field.schools.ids == school)
    there = np.flatnonzero(field.leaders.schools == leader)
    return (int(here[0]), int(there[0])) if here.size and there.size else None
