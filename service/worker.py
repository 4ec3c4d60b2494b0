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
from service.jobs import (
    ask_surveys,
    follow_offers,
    gather_digests,
    keep_evidence_fresh,
    keep_graph_places,
    keep_leaders,
    keep_programme_fresh,
    keep_secrets_sealed,
    perform_queued_runs,
    read_bounces,
    remind_of_visits,
    send_due_mail,
    watch_partnerships,
)
from service.locks import exclusive
from service.text import say

POLL_SECONDS = 1
SURVEY_SECONDS = 600
SLOW_SECONDS = 60
SLOW = (keep_graph_places, remind_of_visits, watch_partnerships)


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
        keep_secrets_sealed(database, settings)
        scheduler = BlockingScheduler(timezone="UTC")
        jobs: list[tuple[Callable[..., int], list[Any]]] = [
            (perform_queued_runs, [database]),
            (keep_evidence_fresh, [database]),
            (keep_programme_fresh, [database]),
            (keep_leaders, [database]),
            (gather_digests, [database]),
            (send_due_mail, [database, settings]),
            (follow_offers, [database]),
            (read_bounces, [settings, database]),
            (keep_graph_places, [database]),
            (watch_partnerships, [database, settings]),
            (remind_of_visits, [database]),
        ]
        for job, args in jobs:
            scheduler.add_job(
                job,
                "interval",
                args=args,
                seconds=SLOW_SECONDS if job in SLOW else POLL_SECONDS,
                id=job.__name__,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        ask_surveys(database)
        scheduler.add_job(
            ask_surveys,
            "interval",
            args=[database],
            seconds=SURVEY_SECONDS,
            coalesce=True,
            misfire_grace_time=None,
        )
        scheduler.start()
