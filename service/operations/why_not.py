"""«¿Por qué no otra?»: what a school's direction is told about a leader who is not on its list."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from matching.refusals import Refusal
from service.errors import NotFound
from service.models import Leader, Proposal, Run, School
from service.models.enums import LeaderStatus
from service.operations.why import why
from service.permissions import Actor
from service.queries.schools import find_school
from service.queries.shortlists import find_proposal
from service.text import say


@dataclass(frozen=True, slots=True)
class WhyNot:
    """The first rule that refuses, or that the place is another school's.

    ``answer`` is ``refused`` (see ``refusal``), ``no_leader``, ``place_taken``, ``on_list`` or
    ``outside``; a rule about the other school itself is told no closer than ``private``.
    """

    school: School
    answer: str
    refusal: Refusal | None = None


PRIVATE_RULES = frozenset(
    {"complaint_open", "leader_in_need", "leader_falling", "no_consent", "conflict", "declined_recently"}
)
"""Rules that would tell something of the other school or person which is nobody else's business."""


def why_not(session: Session, proposal: Proposal, code: str, *, actor: Actor) -> WhyNot:
    """Say why a school's leader is not among the candidates of a proposal.

    Raises
    ------
    InvalidInput, NotFound
        It is no school code, or nobody has it.
    """
    find_proposal(session, proposal.id, actor=actor)
    other = find_school(session, code)
    leads = session.scalar(
        select(Leader.id).where(
            Leader.school_id == other.id,
            Leader.status.in_((LeaderStatus.DESIGNATED, LeaderStatus.ACTIVE)),
        )
    )
    if leads is None:
        return WhyNot(other, "no_leader")
    run = session.scalar(
        select(Run).where(Run.id == proposal.run_id).options(undefer(Run.inputs), undefer(Run.result))
    )
    if run is None or run.inputs is None:
        raise NotFound(say("La corrida de esta propuesta ya no está guardada."), code="unknown_run")
    asked = session.get_one(School, proposal.school_id)
    found = why(session, run=run, school=asked, leader_school=other)
    if found.answer == "refused" and found.refusal is not None:
        if found.refusal.code.value in PRIVATE_RULES:
            return WhyNot(other, "private")
        return WhyNot(other, "refused", found.refusal)
    answers = {"matched": "on_list", "other_leader": "place_taken", "place_taken": "place_taken"}
    return WhyNot(other, answers.get(found.answer, "outside"))
