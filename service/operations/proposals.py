"""Publish proposals: what is ready, what is still missing, and the act itself."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.errors import Conflict, NotFound
from service.models import Diagnosis, Leader, Proposal, Request, Run, School
from service.models.columns import local_today, utc_now
from service.models.enums import LeaderStatus, ProposalState, RunState, SchoolStatus
from service.models.states import DiagnosisOutcome, RequestState
from service.operations.events import record_event
from service.operations.peer_letters import tell_school
from service.operations.shortlists import deal_cards
from service.permissions import Action, Actor, require
from service.queries.declines import barred_pairs
from service.queries.places import engaged_school_ids, places_taken
from service.queries.runs import place_of_run
from service.queries.settings import setting_of
from service.text import say
from service.wording.runs import WORDS
from service.workdays import add_working_days

GUARDS = (
    "diagnosis_not_validated",
    "leader_consent_missing",
    "owner_consent_missing",
    "training_missing",
    "leader_not_active",
    "school_not_working",
    "no_place_left",
    "school_has_proposal",
    "request_undecided",
    "outcome_not_match",
    "pair_declined",
)
"""What may be missing, in the order in which it is shown."""
GUARD_WORDS = WORDS["guard"]


@dataclass(frozen=True, slots=True)
class ProposalCheck:
    """One proposal and what is missing before it may be published."""

    proposal: Proposal
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Publication:
    """What publishing a run would send, and what it would hold back."""

    run: Run
    checks: tuple[ProposalCheck, ...]
    published: int = 0

    @property
    def ready(self) -> tuple[ProposalCheck, ...]:
        """Proposals with nothing missing."""
        return tuple(check for check in self.checks if not check.missing)

    @property
    def held(self) -> tuple[ProposalCheck, ...]:
        """Proposals that stay drafts."""
        return tuple(check for check in self.checks if check.missing)

    def to_dict(self) -> dict[str, Any]:
        """The answer of ``minga publish``."""

        def entry(check: ProposalCheck) -> dict[str, Any]:
            proposal = check.proposal
            return {
                "proposal": proposal.id,
                "school": f"{proposal.school.system}:{proposal.school.code}",
                "leader": proposal.leader_id,
                "leader_school": f"{proposal.leader_school.system}:{proposal.leader_school.code}",
                "missing": list(check.missing),
            }

        return {
            "run": self.run.id,
            "published": self.published,
            "ready": [entry(check) for check in self.ready],
            "held": [entry(check) for check in self.held],
        }


def publication_of(session: Session, *, actor: Actor, run: Run | None) -> Publication:
    """List what publishing a run would send, and what is missing for the rest.

    Raises
    ------
    NotFound
        There is no such run.
    Conflict
        The run is exploratory, has not finished, or nothing of it is left to publish.
    """
    if run is None:
        raise NotFound(say("No existe esa corrida."), code="unknown_run")
    require(actor, Action.PUBLISH, place_of_run(session, run))
    if run.exploratory:
        raise Conflict(
            say(
                "La corrida %(run)s es exploratoria: sirve para ver a quién invitar y no se publica.",
                run=run.id,
            ),
            code="exploratory",
        )
    if run.state not in (RunState.FINISHED, RunState.PUBLISHED):
        raise Conflict(say("La corrida %(run)s no ha terminado.", run=run.id), code="not_finished")
    proposals = list(
        session.scalars(
            select(Proposal)
            .where(Proposal.run_id == run.id, Proposal.state == ProposalState.DRAFT)
            .options(
                selectinload(Proposal.school),
                selectinload(Proposal.leader_school),
                selectinload(Proposal.leader).selectinload(Leader.person),
            )
            .order_by(Proposal.urgency, Proposal.id)
        )
    )
    if run.state is RunState.PUBLISHED and not proposals:
        raise Conflict(say("La corrida %(run)s ya se publicó entera.", run=run.id), code="published")
    return Publication(run, _checked(session, run, proposals))


def publish(session: Session, *, actor: Actor, run: Run | None, today: date) -> Publication:
    """Publish every proposal whose guards hold; the others stay drafts, to be published later.

    Raises
    ------
    NotFound, Conflict
        As :func:`publication_of`; also where no proposal is ready.
    """
    if run is not None:
        _hold(session, run)
    found = publication_of(session, actor=actor, run=run)
    if not found.ready:
        missing = sorted({code for check in found.held for code in check.missing}, key=GUARDS.index)
        raise Conflict(
            say(
                "Ninguna propuesta de la corrida %(run)s está lista: %(missing)s.",
                run=found.run.id,
                missing="; ".join(GUARD_WORDS[code] for code in missing) or say("no hay propuestas"),
            ),
            code="nothing_ready",
            missing=missing,
        )
    moment = utc_now()
    days = int(setting_of(session, "choice_working_days", place_of_run(session, found.run)))
    for check in found.ready:
        check.proposal.state, check.proposal.published_at = ProposalState.PUBLISHED, moment
        check.proposal.choice_due_on = add_working_days(today, days, system=found.run.system)
        record_event(
            session,
            actor=actor,
            action="proposal_published",
            object_type="proposal",
            object_id=check.proposal.id,
            data={
                "run": found.run.id,
                "school": check.proposal.school.code,
                "leader_school": check.proposal.leader_school.code,
            },
        )
    found.run.state = RunState.PUBLISHED
    found.run.published_at = found.run.published_at or moment
    record_event(
        session,
        actor=actor,
        action="run_published",
        object_type="run",
        object_id=found.run.id,
        data={"published": len(found.ready), "held": len(found.held), "on": today.isoformat()},
    )
    session.flush()
    ready = [check.proposal for check in found.ready]
    deal_cards(session, found.run, ready, today)
    for proposal in ready:
        tell_school(session, proposal, proposal.school, "shortlist_ready", day=proposal.choice_due_on)
    return Publication(found.run, found.checks, published=len(found.ready))


def _hold(session: Session, run: Run) -> None:
    """Let nobody else publish this run, or fill these places, before this transaction ends.

    PostgreSQL locks the rows and then reads them as they are now; SQLite has one writer anyway.
    """
    session.refresh(run, with_for_update=True)
    pairs = session.execute(
        select(Proposal.school_id, Proposal.leader_id).where(Proposal.run_id == run.id)
    ).all()
    for model, wanted in ((Leader, {pair[1] for pair in pairs}), (School, {pair[0] for pair in pairs})):
        numbers = sorted(number for number in wanted if number is not None)
        session.execute(
            select(model.id).where(model.id.in_(numbers)).order_by(model.id).with_for_update()
        ).all()


def _checked(session: Session, run: Run, proposals: list[Proposal]) -> tuple[ProposalCheck, ...]:
    school_ids = [proposal.school_id for proposal in proposals]
    diagnoses = session.execute(
        select(Diagnosis.school_id, Diagnosis.outcome).where(
            Diagnosis.school_id.in_(school_ids), Diagnosis.year >= run.as_of
        )
    ).all()
    months = int(setting_of(session, "decline_bars_months", place_of_run(session, run)))
    known = _Known(
        validated={school for school, _ in diagnoses},
        elsewhere={school for school, outcome in diagnoses if outcome not in (None, DiagnosisOutcome.MATCH)},
        undecided=set(
            session.scalars(
                select(Request.school_id).where(
                    Request.school_id.in_(school_ids), Request.state == RequestState.SUBMITTED
                )
            )
        ),
        engaged=set(session.scalars(engaged_school_ids())),
        barred=barred_pairs(session, local_today(), months, school_ids),
    )
    taken = places_taken(session, [p.leader_id for p in proposals if p.leader_id is not None])
    checks = []
    for proposal in proposals:
        leader = proposal.leader
        missing = _missing(proposal, known)
        if leader is not None:
            if taken.get(leader.id, 0) >= leader.capacity:
                missing.append("no_place_left")
            elif not missing:
                taken[leader.id] = taken.get(leader.id, 0) + 1
        checks.append(ProposalCheck(proposal, tuple(sorted(missing, key=GUARDS.index))))
    return tuple(checks)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the schools of a run, by their ids, and the pairs that declined lately."""

    validated: set[int]
    elsewhere: set[int]
    undecided: set[int]
    engaged: set[int]
    barred: set[tuple[int, int]]


def _missing(proposal: Proposal, known: _Known) -> list[str]:
    leader = proposal.leader
    working = (LeaderStatus.DESIGNATED, LeaderStatus.ACTIVE)
    asked = {
        "diagnosis_not_validated": proposal.school_id not in known.validated,
        "leader_consent_missing": leader is None or leader.consent_on is None,
        "owner_consent_missing": leader is None or leader.owner_consent_on is None,
        "training_missing": leader is None or leader.trained_on is None,
        "leader_not_active": leader is None or leader.status not in working,
        "school_not_working": any(
            school.status is not SchoolStatus.WORKING for school in (proposal.school, proposal.leader_school)
        ),
        "school_has_proposal": proposal.school_id in known.engaged,
        "request_undecided": proposal.school_id in known.undecided,
        "outcome_not_match": proposal.school_id in known.elsewhere,
        "pair_declined": leader is not None and (proposal.school_id, leader.id) in known.barred,
    }
    return [code for code, absent in asked.items() if absent]
