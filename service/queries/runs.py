"""Reads about matching runs."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from service.errors import NotFound
from service.models import Run
from service.text import say


def get_run(session: Session, run_id: int, *, whole: bool = False) -> Run:
    """One run; with its inputs and result where ``whole``.

    Raises
    ------
    NotFound
        There is none of that number.
    """
    options = [undefer(Run.inputs), undefer(Run.result)] if whole else []
    run = session.scalar(select(Run).where(Run.id == run_id).options(*options))
    if run is None:
        raise NotFound(say("No existe la corrida %(run)s.", run=run_id), code="unknown_run")
    return run


def newest_runs(session: Session, service_ids: Collection[int] | None, limit: int = 20) -> list[Run]:
    """The newest runs of some services; of all where None."""
    query = select(Run).order_by(Run.id.desc()).limit(limit)
    if service_ids is not None:
        query = query.where(Run.service_id.in_(service_ids))
    return list(session.scalars(query))
