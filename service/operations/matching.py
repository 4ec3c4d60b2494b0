"""Run the matching: ask for a run, perform it, mark pairs, run again."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, selectinload

from matching.errors import MatchingError
from matching.rounds import Round, play, score_phases
from service.db import Database
from service.errors import Conflict, InvalidInput, MingaError, NotFound
from service.models import Proposal, Run, RunMark, School
from service.models.columns import utc_now
from service.models.enums import MarkKind, RunState
from service.operations.events import record_event
from service.operations.run_documents import (
    input_document,
    packed,
    proposal_rows,
    result_document,
    summary_of,
)
from service.operations.why import refusal_in
from service.permissions import Action, Actor, Place, require
from service.queries.territories import parse_territory
from service.snapshots.matching import RunInputs, RunOptions, run_inputs
from service.systems import SYSTEMS, System
from service.text import say

Say = Callable[[str, float], None]
Pair = tuple[int, int]


@dataclass(frozen=True, kw_only=True, eq=False)
class Performed:
    """A run in memory: what went in, what came out, and how long each step took."""

    inputs: RunInputs
    round: Round
    seconds: dict[str, float]


def match(
    session: Session,
    system: System,
    options: RunOptions,
    today: date,
    *,
    locked: tuple[Pair, ...] = (),
    forbidden: tuple[Pair, ...] = (),
    progress: Say | None = None,
) -> Performed:
    """Compute a run without keeping anything.

    Raises
    ------
    InvalidInput, NotFound
        Territory, rule or preset is not known.
    Conflict
        A locked pair is not allowed; the sentence names the rule that refuses.
    """
    tell = progress or (lambda _step, _done: None)
    clock = _Clock()
    inputs = run_inputs(session, system, options, today, tell)
    clock.mark("evidence")
    tell("pairs", 0.7)
    phases = score_phases(list(inputs.fields.values()))
    clock.mark("pairs")
    _refuse_impossible_locks(inputs, locked)
    tell("assignment", 0.9)
    try:
        found = play(phases, inputs.urgency, locked=locked, forbidden=forbidden, policy=options.policy)
    except MatchingError as error:
        raise InvalidInput(str(error), code="instance") from error
    clock.mark("assignment")
    return Performed(inputs=inputs, round=found, seconds=clock.seconds)


def request_run(
    session: Session,
    *,
    actor: Actor,
    system: System,
    options: RunOptions,
    previous: Run | None = None,
) -> Run:
    """Put a run in the queue; the marks of the previous one are taken along.

    Raises
    ------
    NotAllowed
        The territory is not the actor's.
    InvalidInput
        A rule or a preset is not valid.
    """
    territory = parse_territory(session, options.territory)
    place = Place(service_id=territory.service_id, owner_id=territory.owner_id)
    require(actor, Action.RUN_MATCHING, place)
    rule, preset = options.need_rule(), options.rules(system)
    run = Run(
        state=RunState.QUEUED,
        system=system.code,
        territory=territory.text,
        service_id=territory.service_id,
        as_of=options.as_of,
        rule=rule.to_dict(),
        preset=preset.as_dict(),
        options=options.to_dict(),
        exploratory=options.exploratory,
        account_id=actor.account_id,
        created_at=utc_now(),
        previous_id=previous.id if previous is not None else None,
    )
    session.add(run)
    session.flush()
    if previous is not None:
        for mark in session.scalars(select(RunMark).where(RunMark.run_id == previous.id)):
            session.add(
                RunMark(
                    run_id=run.id,
                    kind=mark.kind,
                    school_id=mark.school_id,
                    leader_school_id=mark.leader_school_id,
                    note=mark.note,
                    account_id=mark.account_id,
                    made_at=mark.made_at,
                )
            )
    record_event(
        session,
        actor=actor,
        action="run_requested",
        object_type="run",
        object_id=run.id,
        data={"territory": territory.text, "as_of": options.as_of, "rule": rule.name},
    )
    return run


def next_queued_run(database: Database) -> int | None:
    """The run that waits longest; None if none does."""
    with database.reading() as session:
        return session.scalar(select(Run.id).where(Run.state == RunState.QUEUED).order_by(Run.id).limit(1))


def perform_run(database: Database, run_id: int, progress: Say | None = None) -> None:
    """Perform a queued run; whatever goes wrong is kept with it as a sentence."""
    with database.transaction() as session:
        run = session.get(Run, run_id)
        if run is None or run.state is not RunState.QUEUED:
            return
        run.state, run.started_at = RunState.RUNNING, utc_now()
        options, system = RunOptions(**run.options), SYSTEMS[run.system]
        marks = _marks(session, run)

    def tell(step: str, done: float) -> None:
        with database.transaction() as session:
            current = session.get(Run, run_id)
            if current is not None:
                current.step, current.progress = step, done
        if progress is not None:
            progress(step, done)

    try:
        with database.reading() as session:
            done = match(
                session,
                system,
                options,
                utc_now().date(),
                locked=marks[MarkKind.LOCK],
                forbidden=marks[MarkKind.FORBID],
                progress=tell,
            )
        with database.transaction() as session:
            keep_run(session, run_id, done)
    except MingaError as error:
        _fail(database, run_id, error.message)
    except MatchingError as error:
        _fail(database, run_id, str(error))
    except Exception as error:
        _fail(
            database, run_id, say("La corrida se detuvo por una falla: %(kind)s.", kind=type(error).__name__)
        )
        raise


def keep_run(session: Session, run_id: int, done: Performed) -> Run:
    """Store what went in and what came out; the proposals are drafts that nobody is told of."""
    run = session.get(Run, run_id)
    if run is None:
        raise NotFound(say("La corrida no existe."))
    document = input_document(done.inputs, done.round)
    blob, digest = packed(document)
    result = result_document(done.inputs, done.round, done.seconds)
    run.inputs, run.input_hash = blob, digest
    run.result = {**result, "run": run.id, "input_hash": digest}
    run.summary = summary_of(done.inputs, result)
    run.state, run.step, run.progress = RunState.FINISHED, None, 1.0
    run.finished_at = utc_now()
    rows = proposal_rows(done.inputs, done.round, run.id)
    if rows:
        session.execute(insert(Proposal), rows)
    return run


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

    Raises
    ------
    Conflict
        The run was published.
    InvalidInput
        A school cannot be paired with itself.
    """
    require(actor, Action.RUN_MATCHING, place_of_run(session, run))
    if run.state is RunState.PUBLISHED:
        raise Conflict(say("La corrida ya se publicó; haga una nueva para cambiar pares."), code="published")
    if school.id == leader_school.id:
        raise InvalidInput(say("Una escuela no puede acompañarse a sí misma."))
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


def place_of_run(session: Session, run: Run) -> Place:
    """Where a run belongs."""
    territory = parse_territory(session, run.territory)
    return Place(service_id=territory.service_id, owner_id=territory.owner_id)


def _marks(session: Session, run: Run) -> dict[MarkKind, tuple[Pair, ...]]:
    found: dict[MarkKind, list[Pair]] = {kind: [] for kind in MarkKind}
    for mark in session.scalars(
        select(RunMark)
        .where(RunMark.run_id == run.id)
        .options(selectinload(RunMark.school), selectinload(RunMark.leader_school))
        .order_by(RunMark.id)
    ):
        found[mark.kind].append((mark.school.code, mark.leader_school.code))
    return {kind: tuple(pairs) for kind, pairs in found.items()}


def _refuse_impossible_locks(inputs: RunInputs, locked: tuple[Pair, ...]) -> None:
    for school, leader in locked:
        refused = refusal_in(inputs, school, leader)
        if refused is not None:
            raise Conflict(
                say(
                    "El par fijado %(school)s–%(leader)s no está permitido (%(code)s): quite la marca.",
                    school=school,
                    leader=leader,
                    code=refused.code.value,
                ),
                code="lock_not_allowed",
            )


def _fail(database: Database, run_id: int, sentence: str) -> None:
    with database.transaction() as session:
        run = session.get(Run, run_id)
        if run is not None:
            run.state, run.failure, run.finished_at = RunState.FAILED, str(sentence), utc_now()


class _Clock:
    """CPU seconds by step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.process_time()

    def mark(self, step: str) -> None:
        now = time.process_time()
        self.seconds[step] = round(now - self._last, 4)
        self._last = now
