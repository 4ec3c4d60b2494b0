"""Deal the cards of a published proposal: the run's pair and its alternates, with their reasons.

Everything is read from what the run kept. Who may not be proposed today (no consent, not trained,
paused, declined or avoided since) gets no card.
"""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload, undefer

from matching.certificate import NO_PAIR
from matching.explanations import reasons
from matching.preferences import alternates
from service.models import Candidate, Leader, Proposal, Request, RequestAvoided, Run, School
from service.models.enums import Phase
from service.models.states import CandidateState, RequestState
from service.operations.packing import unpacked
from service.operations.why import stored_field, stored_instance
from service.queries.askable import WORKING, may_be_proposed
from service.queries.declines import barred_pairs
from service.queries.reach import place_of
from service.queries.settings import settings_of

LOOKED_AT = 50
"""Best allowed leaders of a school among whom cards are dealt; some may not be proposed any more."""
OPEN_REQUESTS = (RequestState.DRAFT, RequestState.SUBMITTED, RequestState.DIAGNOSED)


def deal_cards(session: Session, run: Run, proposals: Iterable[Proposal], today: date) -> None:
    """Give each published proposal its candidates, the run's own pair first in ``place``."""
    found = list(proposals)
    school_ids = [proposal.school_id for proposal in found]
    schools = {
        school.id: school
        for school in session.scalars(
            select(School).where(School.id.in_(school_ids)).options(selectinload(School.ownerships))
        )
    }
    avoided = _avoided(session, school_ids)
    others = _Alternates(session, run)
    for proposal in found:
        school = schools[proposal.school_id]
        values = settings_of(session, place_of(school))
        barred = {
            leader
            for _, leader in barred_pairs(session, today, int(values["decline_bars_months"]), [school.id])
        }
        session.add(_card(proposal, proposal.leader_id or 0, proposal.leader_school_id, 0))
        dealt = {proposal.leader_id}
        for leader, code, phase in others.of(school.code):
            if len(dealt) >= int(values["shortlist_size"]):
                break
            if leader.id in dealt or leader.id in barred or leader.school_id in avoided.get(school.id, ()):
                continue
            told = others.reasons(school.code, code, phase)
            card = _card(proposal, leader.id, leader.school_id, len(dealt))
            card.phase, card.reasons = Phase(phase), told
            session.add(card)
            dealt.add(leader.id)
    session.flush()


class _Alternates:
    """The alternates of a run, read from its inputs once, when first asked for."""

    def __init__(self, session: Session, run: Run) -> None:
        self._session, self._run = session, run
        self._document: dict[str, Any] | None = None

    def of(self, code: int) -> list[tuple[Leader, int, str]]:
        """Leaders for a school after its own pair, best first, with their school's number and phase."""
        if self._document is None:
            self._read()
        return self._found.get(code, [])

    def reasons(self, school: int, leader_school: int, phase: str) -> list[dict[str, Any]]:
        """What speaks for a pair, as a proposal keeps it."""
        assert self._document is not None
        number = next(n for n, one in enumerate(self._document["phases"]) if one["phase"] == phase)
        if number not in self._fields:
            self._fields[number] = stored_field(self._document, number)
        field = self._fields[number]
        row = int(np.flatnonzero(field.schools.ids == school)[0])
        column = int(np.flatnonzero(field.leaders.schools == leader_school)[0])
        return [{**asdict(reason), "code": reason.code.value} for reason in reasons(field, row, column)]

    def _read(self) -> None:
        self._found: dict[int, list[tuple[Leader, int, str]]] = {}
        self._fields: dict[int, Any] = {}
        self._document = {}
        inputs = self._session.scalar(select(Run).where(Run.id == self._run.id).options(undefer(Run.inputs)))
        if inputs is None or inputs.inputs is None:
            return
        self._document = unpacked(inputs.inputs)
        instance, names = stored_instance(self._document)
        schools, leading = instance.school_ids, instance.leader_ids
        phase_of = {
            (schools[school], leading[leader]): names[int(phase)]
            for school, leader, phase in zip(
                self._document["pairs"]["school"],
                self._document["pairs"]["leader"],
                self._document["pairs"]["phase"],
                strict=True,
            )
        }
        nobody = np.full(len(schools), NO_PAIR, dtype=np.int64)
        known = self._leaders()
        for school, others in alternates(instance, nobody, per_school=LOOKED_AT).items():
            self._found[int(school)] = [
                (known[int(code)], int(code), phase_of[school, code])
                for code, _score in others
                if int(code) in known
            ]

    def _leaders(self) -> dict[int, Leader]:
        """The leader of each school who may be proposed today, by the school's number."""
        rows = self._session.execute(
            select(Leader, School.code)
            .join(School, School.id == Leader.school_id)
            .where(School.system == self._run.system, Leader.status.in_(WORKING))
            .order_by(Leader.id.desc())
        )
        return {code: leader for leader, code in rows if may_be_proposed(leader)}


def _card(proposal: Proposal, leader_id: int, leader_school_id: int, place: int) -> Candidate:
    return Candidate(
        proposal_id=proposal.id,
        leader_id=leader_id,
        leader_school_id=leader_school_id,
        phase=proposal.phase,
        place=place,
        state=CandidateState.SHOWN,
        reasons=list(proposal.reasons),
    )


def _avoided(session: Session, school_ids: list[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for school_id, other in session.execute(
        select(Request.school_id, RequestAvoided.school_id)
        .join(Request, Request.id == RequestAvoided.request_id)
        .where(Request.school_id.in_(school_ids), Request.state.in_(OPEN_REQUESTS))
    ):
        found.setdefault(school_id, set()).add(other)
    return found
