"""Pairs that a coordinator locks or forbids for the next run."""

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.errors import Conflict, InvalidInput
from service.models import Run, RunMark, School
from service.models.columns import utc_now
from service.models.enums import MarkKind, RunState
from service.operations.events import record_event
from service.operations.packing import unpacked
from service.operations.stored_runs import stored_instance
from service.operations.why import refusal_in
from service.permissions import Action, Actor, require
from service.queries.runs import place_of_run
from service.snapshots.matching import RunInputs
from service.text import say
from service.wording.refusals import RULES

Pair = tuple[int, int]


def mark_pair(
    session: Session,
    *,
    actor: Actor,
    run: Run,
    school: School,
    leader_school: School,
    kind: MarkKind | None,
    note: str | None = None,
) -> None:
    """Lock or forbid a pair for the next run, or take the mark away.

    A school has at most one locked pair: a new one takes the place of the old.

    Raises
    ------
    Conflict
        The run was published or has not finished, or a rule refuses the pair to be locked.
    InvalidInput
        A school cannot be paired with itself.
    """
    require(actor, Action.RUN_MATCHING, place_of_run(session, run))
    if run.state is RunState.PUBLISHED:
        raise Conflict(say("La corrida ya se publicó; haga una nueva para cambiar pares."), code="published")
    if run.state is not RunState.FINISHED:
        raise Conflict(
            say("La corrida %(run)s no ha terminado; espere su resultado.", run=run.id), code="not_finished"
        )
    if school.id == leader_school.id:
        raise InvalidInput(say("Una escuela no puede acompañarse a sí misma."))
    if kind is MarkKind.LOCK:
        _refuse_locking(run, school, leader_school)
        for other in session.scalars(
            select(RunMark).where(
                RunMark.run_id == run.id,
                RunMark.school_id == school.id,
                RunMark.kind == MarkKind.LOCK,
                RunMark.leader_school_id != leader_school.id,
            )
        ):
            session.delete(other)
    mark = session.scalar(
        select(RunMark).where(
            RunMark.run_id == run.id,
            RunMark.school_id == school.id,
            RunMark.leader_school_id == leader_school.id,
        )
    )
    if kind is None:
        if mark is not None:
            session.delete(mark)
    elif mark is not None:
        mark.kind, mark.note, mark.account_id, mark.made_at = kind, note, actor.account_id, utc_now()
    else:
        session.add(
            RunMark(
                run_id=run.id,
                kind=kind,
                school_id=school.id,
                leader_school_id=leader_school.id,
                note=note,
                account_id=actor.account_id,
                made_at=utc_now(),
            )
        )
    record_event(
        session,
        actor=actor,
        action=f"pair_{kind.value if kind else 'unmarked'}",
        object_type="run",
        object_id=run.id,
        reason=note,
        data={"school": school.code, "leader_school": leader_school.code},
    )


def marks_of(session: Session, run: Run) -> dict[MarkKind, tuple[Pair, ...]]:
    """The marked pairs of a run by kind, as official numbers."""
    found: dict[MarkKind, list[Pair]] = {kind: [] for kind in MarkKind}
    for mark in session.scalars(
        select(RunMark)
        .where(RunMark.run_id == run.id)
        .options(selectinload(RunMark.school), selectinload(RunMark.leader_school))
        .order_by(RunMark.id)
    ):
        found[mark.kind].append((mark.school.code, mark.leader_school.code))
    return {kind: tuple(pairs) for kind, pairs in found.items()}


def _refuse_locking(run: Run, school: School, leader_school: School) -> None:
    """Only a pair that every rule allows can be locked: no mark overrules a rule."""
    if run.inputs is None:
        return
    instance, _ = stored_instance(unpacked(run.inputs))
    known = school.code in instance.school_ids and leader_school.code in instance.leader_ids
    if not known or instance.pair(school.code, leader_school.code) is None:
        raise Conflict(
            say(
                "Una regla no permite que %(leader)s acompañe a %(school)s, así que el par no se puede "
                "fijar. Mire por qué en «¿Por qué no?».",
                leader=leader_school.name,
                school=school.name,
            ),
            code="lock_not_allowed",
        )


def refuse_impossible_locks(inputs: RunInputs, locked: tuple[Pair, ...]) -> None:
    """Refuse locks that the data of today no longer permit, naming the pair and what to do."""
    asked, capacity = inputs.urgency, {leader.school: leader.capacity for leader in inputs.leaders}
    load = Counter(leader for _, leader in locked)
    for school, leader in locked:
        names = {"school": _named(inputs, school), "leader": _named(inputs, leader)}
        if school not in asked:
            reason = say(
                "%(school)s ya no está entre las que necesitan apoyo; quite el par fijado con %(leader)s.",
                **names,
            )
        elif leader not in capacity:
            reason = say(
                "%(leader)s ya no está entre quienes pueden acompañar; quite el par fijado con %(school)s.",
                **names,
            )
        elif (refused := refusal_in(inputs.fields.values(), school, leader)) is not None:
            reason = say(
                "El par fijado %(school)s con %(leader)s ya no está permitido por la regla «%(rule)s»; "
                "quite la marca.",
                **names,
                rule=RULES[refused.code.value],
            )
        elif load[leader] > capacity[leader]:
            reason = say(
                "%(leader)s tiene %(places)s cupos y %(locks)s pares fijados; quite alguno.",
                leader=names["leader"],
                places=capacity[leader],
                locks=load[leader],
            )
        else:
            continue
        raise Conflict(reason, code="lock_not_allowed", school=school, leader_school=leader)


def _named(inputs: RunInputs, code: int) -> str:
    row = inputs.schools.get(code)
    return str(code) if row is None else f"{row.name} ({code})"
