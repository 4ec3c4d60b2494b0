"""Thin jobs for the worker: each takes what is due, and does nothing when nothing is."""

import logging
from mailbox import Maildir

from service.config import Settings
from service.db import Database
from service.errors import Conflict, InvalidInput
from service.mailers import mailer_for
from service.models.columns import local_today, utc_now
from service.operations.bounces import note_bounce
from service.operations.choices import expire_choice
from service.operations.evidence import refresh_evidence, stale_systems
from service.operations.leader_reviews import (
    due_for_review,
    lapse_due_terms,
    review_own_schools,
    terms_over,
)
from service.operations.mail import deliver_due
from service.operations.mail_choices import digest_is_due, write_digests
from service.operations.matching import next_queued_run, perform_run
from service.operations.nudges import nudge_partnerships, open_follow_ups, tidy_up
from service.operations.offers import due_choices, due_offers, follow_offer
from service.operations.programme_evidence import refresh_programme, stale_tests
from service.operations.reminders import still_holds, write_reminders
from service.operations.run_upkeep import recover_runs
from service.operations.second_factor import seal_secrets
from service.operations.support_pages import keep_places
from service.operations.surveys import issue_due_surveys, remind_of_surveys
from service.permissions import Actor
from service.vault import Vault

log = logging.getLogger("minga.worker")
CLOCK = Actor(account_id=None, name="reloj")


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


def keep_programme_fresh(database: Database) -> int:
    """Compute anew what the programme changed, where results or partnerships changed since."""
    with database.reading() as session:
        stale = stale_tests(session)
    for test in stale:
        log.info("what the programme changed in %s is computed anew", test)
        refresh_programme(database, test)
    return len(stale)


def keep_leaders(database: Database) -> int:
    """End designations whose time is over, and open the reviews that new evidence asks for."""
    today = local_today()
    with database.reading() as session:
        due = terms_over(session, today=today) or due_for_review(session)
    if not due:
        return 0
    with database.transaction() as session:
        lapsed = lapse_due_terms(session, today=today)
        opened = review_own_schools(session, today=today)
    log.info("%s designations ended, %s reviews were opened", lapsed, opened)
    return lapsed + opened


def send_due_mail(database: Database, settings: Settings) -> int:
    """Send the messages that are due; answers how many were taken."""
    return deliver_due(database, mailer_for(settings), settings, still_holds=still_holds)


def remind_of_visits(database: Database) -> int:
    """Write the reminders and nudges that are due; answers how many messages."""
    with database.transaction() as session:
        return write_reminders(session, utc_now())


def follow_offers(database: Database) -> int:
    """Ask who is due, remind, and pass on what nobody answered in time; answers how many.

    Each offer is a transaction of its own: one that fails leaves the others to be done.
    """
    today = local_today()
    with database.reading() as session:
        offers, choices = due_offers(session, today), due_choices(session, today)
    for offer_id in offers:
        with database.transaction() as session:
            follow_offer(session, offer_id, actor=CLOCK, today=today)
    for proposal_id in choices:
        with database.transaction() as session:
            expire_choice(session, proposal_id, actor=CLOCK, today=today)
    return len(offers) + len(choices)


def gather_digests(database: Database) -> int:
    """Write the summaries that are due; answers for how many people."""
    with database.reading() as session:
        if not digest_is_due(session):
            return 0
    with database.transaction() as session:
        return write_digests(session)


def read_bounces(settings: Settings, database: Database) -> int:
    """Read what came back into the folder of ``MINGA_BOUNCES``; answers how many messages it marked."""
    if settings.bounces is None or not (settings.bounces / "new").is_dir():
        return 0
    marked = 0
    folder = Maildir(settings.bounces, create=False)
    for name, mail in list(folder.items()):
        if mail.get_subdir() != "new":
            continue
        try:
            with database.transaction() as session:
                marked += note_bounce(session, mail.as_bytes()) is not None
        except InvalidInput:
            log.info("a mail in the folder of what came back is no report")
        mail.set_subdir("cur")
        mail.add_flag("S")
        folder[name] = mail
    return marked


def keep_secrets_sealed(database: Database, settings: Settings) -> int:
    """Seal with the present key what an earlier one sealed; answers how many secrets."""
    with database.transaction() as session:
        sealed = seal_secrets(session, Vault(settings.keys))
    if sealed:
        log.info("%s secrets of second factors were sealed with the present key", sealed)
    return sealed


def ask_surveys(database: Database) -> int:
    """Ask the surveys that are due and remind of those that are open; answers how many of both."""
    today = local_today()
    with database.transaction() as session:
        return issue_due_surveys(session, today) + remind_of_surveys(session, today)


def keep_graph_places(database: Database) -> int:
    """Give schools that have none a place in the picture of their territory, once and for all."""
    done = keep_places(database)
    if done:
        log.info("places in the picture kept for %s services", done)
    return done


def watch_partnerships(database: Database, settings: Settings) -> int:
    """Open follow-ups, say what is late, remove what is kept no longer; answers how much was done."""
    today = local_today()
    with database.transaction() as session:
        done = open_follow_ups(session, today)
        done += nudge_partnerships(session, today)
        return done + tidy_up(session, settings.uploads, today)
