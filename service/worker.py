"""The worker: one process with a clock, which takes what is due.

APScheduler does not lock between processes, so the worker holds a lock of its own: a second
worker, started by mistake, says so and ends.
"""

import logging
from collections.abc import Callable
from typing import Any

from apscheduler.schedulers.blocking import BlockingScheduler

from service.config import Settings
from service.db import Database
from service.jobs import keep_evidence_fresh, perform_queued_runs, send_due_mail
from service.locks import exclusive
from service.text import say

POLL_SECONDS = 1


def work(settings: Settings) -> None:
    """Run until stopped.

    Raises
    ------
    Conflict
        Another worker runs on this database.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    database = Database.at(settings.database_url)
    refusal = say("Ya hay un proceso de trabajo en marcha sobre esta base de datos.")
    with exclusive(database, "worker", refusal):
        scheduler = BlockingScheduler(timezone="UTC")
        jobs: list[tuple[Callable[..., int], list[Any]]] = [
            (perform_queued_runs, [database]),
            (keep_evidence_fresh, [database]),
            (send_due_mail, [database, settings]),
        ]
        for job, args in jobs:
            scheduler.add_job(
                job,
                "interval",
                args=args,
                seconds=POLL_SECONDS,
                id=job.__name__,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        scheduler.start()
