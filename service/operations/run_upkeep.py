"""Runs that end before their time: stopped by somebody, or cut off with their process."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.db import Database
from service.errors import Conflict
from service.models import Event, Run
from service.models.columns import utc_now
from service.models.enums import RunState
from service.operations.events import record_event
from service.operations.matching import performing
from service.permissions import OPERATOR, Action, Actor, require
from service.queries.runs import place_of_run
from service.text import say

MOST_STARTS = 2
"""A run that stopped its process this often is not begun again."""


def recover_runs(database: Database) -> list[int]:
    """Put the runs of a process that died back in the queue; answers which.

    Nothing of such a run was kept, because its result is stored in one transaction. One that
    stopped the worker twice has failed.
    """
    if _running(database) == 0:
        return []
    try:
        with performing(database), database.transaction() as session:
            left = session.scalars(select(Run).where(Run.state == RunState.RUNNING).order_by(Run.id)).all()
            for run in left:
                _recover(session, run)
            return [run.id for run in left]
    except Conflict:
        return []


def stop_run(session: Session, *, actor: Actor, run: Run) -> None:
    """Stop a run that waits or is being performed; nothing of it is kept.

    Raises
    ------
    Conflict
        It has ended already.
    """
    require(actor, Action.RUN_MATCHING, place_of_run(session, run))
    if run.state not in (RunState.QUEUED, RunState.RUNNING):
        raise Conflict(say("La corrida %(run)s ya terminó; mire su resultado.", run=run.id), code="ended")
    run.state, run.finished_at, run.step = RunState.FAILED, utc_now(), None
    run.failure = str(say("La detuvo %(name)s antes de terminar.", name=actor.name))
    record_event(session, actor=actor, action="run_stopped", object_type="run", object_id=run.id)


def _running(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count(Run.id)).where(Run.state == RunState.RUNNING)) or 0


def _recover(session: Session, run: Run) -> None:
    earlier = session.scalar(
        select(func.count(Event.id)).where(
            Event.object_type == "run", Event.object_id == run.id, Event.action == "run_recovered"
        )
    )
    record_event(session, actor=OPERATOR, action="run_recovered", object_type="run", object_id=run.id)
    if (earlier or 0) + 1 >= MOST_STARTS:
        run.state, run.finished_at = RunState.FAILED, utc_now()
        run.failure = str(
            say("El proceso de trabajo se cortó dos veces al hacerla. Avise a quien administra Minga.")
        )
        return
    run.state, run.started_at, run.step, run.progress = RunState.QUEUED, None, None, 0.0
