"""Thin jobs for the worker: each takes what is due, and does nothing when nothing is."""

import logging

from service.config import Settings
from service.db import Database
from service.errors import Conflict
from service.mailers import mailer_for
from service.operations.evidence import refresh_evidence, stale_systems
from service.operations.mail import deliver_due
from service.operations.matching import next_queued_run, perform_run
from service.operations.run_upkeep import recover_runs

log = logging.getLogger("minga.worker")


def perform_queued_runs(database: Database) -> int:
    """Perform the matching runs that wait, those of a dead process too; answers how many."""
    for cut_off in recover_runs(database):
        log.warning("matching run %s was cut off", cut_off)
    done = 0
    while (run_id := next_queued_run(database)) is not None:
        log.info("matching run %s begins", run_id)
        try:
            perform_run(database, run_id)
        except Conflict:
            break
        done += 1
    return done


def keep_evidence_fresh(database: Database) -> int:
    """Compute the evidence anew where data came in since; answers for how many systems."""
    with database.reading() as session:
        stale = stale_systems(session)
    for system in stale:
        log.info("evidence of %s is computed anew", system.code)
        refresh_evidence(database, system)
    return len(stale)


def send_due_mail(database: Database, settings: Settings) -> int:
    """Send the messages that are due; answers how many were taken."""
    return deliver_due(database, mailer_for(settings), settings)
