"""Run the matching: ask for a run, perform it, keep what came out."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from matching.errors import MatchingError
from matching.rounds import play, score_phases
from service.db import Database
from service.errors import Conflict, InvalidInput, MingaError, NotFound
from service.locks import exclusive
from service.models import Proposal, Run, RunMark
from service.models.columns import local_today, utc_now
from service.models.enums import MarkKind, RunState
from service.operations.events import record_event
from service.operations.packing import packed
from service.operations.performed import Performed
from service.operations.run_documents import input_document, proposal_rows, result_document, summary_of
from service.operations.run_marks import marks_of, refuse_impossible_locks
from service.operations.run_studies import run_studies
from service.permissions import Action, Actor, Place, require
from service.queries.territories import parse_territory
from service.snapshots.matching import run_inputs
from service.snapshots.round_rules import round_rules
from service.snapshots.run_options import RunOptions
from service.systems import SYSTEMS, System
from service.text import say

Say = Callable[[str, float], None]
Pair = tuple[int, int]
WAIT_SECONDS = 0.5


class RunStopped(Exception):
    """Somebody stopped the run while it was being performed."""


def match(
    session: Session,
    system: System,
    options: RunOptions,
    today: date,
    *,
    locked: tuple[Pair, ...] = (),
    forbidden: tuple[Pair, ...] = (),
    previous_id: int | None = None,
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
    refuse_impossible_locks(inputs, locked)
    tell("assignment", 0.9)
    try:
        rules = round_rules(session, inputs, locked=locked, forbidden=forbidden, previous_id=previous_id)
        found = play(
            phases, inputs.urgency, rules, progress=lambda _step, done: tell("assignment", 0.9 + 0.02 * done)
        )
    except MatchingError as error:
        raise InvalidInput(
            say("El motor no aceptó la corrida: %(reason)s.", reason=error), code="instance"
        ) from error
    clock.mark("assignment")
    studies = run_studies(inputs, found, tell)
    clock.mark("studies")
    return Performed(inputs=inputs, rules=rules, round=found, seconds=clock.seconds, studies=studies)


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
    try:
        rule, preset = options.need_rule(), options.rules(system)
        options.check()
    except MatchingError as error:
        raise InvalidInput(say("Una regla no es válida: %(reason)s.", reason=error), code="rule") from error
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
        summary={"territory_name": territory.name},
        account_id=actor.account_id,
        created_at=utc_now(),
        previous_id=previous.id if previous is not None else None,
    )
    session.add(run)
    session.flush()
    if previous is not None:
        for mark in session.scalars(
            select(RunMark).where(RunMark.run_id == previous.id).order_by(RunMark.id)
        ):
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
        data={
            "territory": territory.text,
            "as_of": options.as_of,
            "rule": rule.name,
            "policy": options.policy,
            "lottery": None
            if options.lottery_seed is None
            else {"seed": options.lottery_seed, "width": options.lottery_width},
        },
    )
    return run


def next_queued_run(database: Database) -> int | None:
    """The run that waits longest; None if none does."""
    with database.reading() as session:
        return session.scalar(select(Run.id).where(Run.state == RunState.QUEUED).order_by(Run.id).limit(1))


def perform_or_wait(database: Database, run_id: int, progress: Say | None = None) -> None:
    """See a run to its end, whether this process performs it or another one does."""
    while True:
        with suppress(Conflict):
            perform_run(database, run_id, progress)
        with database.reading() as session:
            state = session.scalar(select(Run.state).where(Run.id == run_id))
        if state not in (RunState.QUEUED, RunState.RUNNING):
            return
        time.sleep(WAIT_SECONDS)


def perform_run(database: Database, run_id: int, progress: Say | None = None) -> None:
    """Perform a queued run; whatever goes wrong is kept with it as a sentence.

    Raises
    ------
    Conflict
        Another process performs a run at this moment; this one keeps waiting.
    """
    with performing(database):
        begun = _begin(database, run_id)
        if begun is None:
            return
        system, options, marks, previous_id = begun

        def tell(step: str, done: float) -> None:
            with database.transaction() as session:
                current = session.get(Run, run_id)
                if current is None or current.state is not RunState.RUNNING:
                    raise RunStopped
                current.step, current.progress = step, done
            if progress is not None:
                progress(step, done)

        try:
            with database.reading() as session:
                done = match(
                    session,
                    system,
                    options,
                    local_today(),
                    locked=marks[MarkKind.LOCK],
                    forbidden=marks[MarkKind.FORBID],
                    previous_id=previous_id,
                    progress=tell,
                )
            with database.transaction() as session:
                keep_run(session, run_id, done)
        except RunStopped:
            return
        except MingaError as error:
            _fail(database, run_id, error.message)
        except MatchingError as error:
            _fail(database, run_id, str(error))
        except Exception as error:
            kind = type(error).__name__
            _fail(database, run_id, say("La corrida se detuvo por una falla: %(kind)s.", kind=kind))
            raise


@contextmanager
def performing(database: Database) -> Iterator[None]:
    """Hold the lock of whoever performs runs; it is free as soon as that process is gone."""
    with exclusive(database, "matching", say("Otro proceso está emparejando; la corrida espera su turno.")):
        yield


def keep_run(session: Session, run_id: int, done: Performed) -> Run:
    """Store what went in and what came out; the proposals are drafts that nobody is told of."""
    run = session.get(Run, run_id)
    if run is None:
        raise NotFound(say("La corrida no existe."))
    if run.state is not RunState.RUNNING:
        raise RunStopped
    blob, digest = packed(input_document(done))
    result = result_document(done)
    run.inputs, run.input_hash = blob, digest
    run.result = {**result, "run": run.id, "input_hash": digest}
    run.summary = summary_of(done.inputs, result)
    run.state, run.step, run.progress = RunState.FINISHED, None, 1.0
    run.finished_at = utc_now()
    rows = proposal_rows(done.inputs, done.round, run.id)
    if rows:
        session.execute(insert(Proposal), rows)
    return run


def _begin(
    database: Database, run_id: int
) -> tuple[System, RunOptions, dict[MarkKind, tuple[Pair, ...]], int | None] | None:
    """Take a queued run; None if somebody else did, or it was stopped."""
    with database.transaction() as session:
        run = session.get(Run, run_id)
        if run is None or run.state is not RunState.QUEUED:
            return None
        run.state, run.started_at = RunState.RUNNING, utc_now()
        return SYSTEMS[run.system], RunOptions(**run.options), marks_of(session, run), run.previous_id


def _fail(database: Database, run_id: int, sentence: str) -> None:
    with database.transaction() as session:
        run = session.get(Run, run_id)
        if run is not None and run.state is RunState.RUNNING:
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
