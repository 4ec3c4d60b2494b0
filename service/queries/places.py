"""Places of leaders: how many are taken, and which schools are being matched or work with a leader."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, func, select, union
from sqlalchemy.orm import Session

from service.models import Offer, Partnership, Proposal
from service.models.enums import ProposalState
from service.models.states import OPEN_OFFERS, OPEN_PARTNERSHIPS

ENGAGED = (ProposalState.PUBLISHED, ProposalState.OFFERED)
"""States of a proposal that somebody still has to answer."""


def places_taken(session: Session, leader_ids: Collection[int]) -> dict[int, int]:
    """Places taken of each leader asked for.

    Three things hold a place: a published proposal while its school chooses, an open offer until it
    is answered, and an open partnership.
    """
    taken = dict.fromkeys(sorted(leader_ids), 0)
    for leader_id, count in session.execute(_counted(Partnership, Partnership.state.in_(OPEN_PARTNERSHIPS))):
        _add(taken, leader_id, count)
    for leader_id, count in session.execute(_counted(Proposal, Proposal.state == ProposalState.PUBLISHED)):
        _add(taken, leader_id, count)
    asked = _counted(Offer, Offer.state.in_(OPEN_OFFERS)).join(Proposal, Proposal.id == Offer.proposal_id)
    for leader_id, count in session.execute(asked.where(Proposal.state == ProposalState.OFFERED)):
        _add(taken, leader_id, count)
    return taken


def engaged_school_ids() -> Any:
    """Ids of the schools with a proposal to answer or an open partnership: no second one is made."""
    return union(
        select(Proposal.school_id).where(Proposal.state.in_(ENGAGED)),
        select(Partnership.school_id).where(Partnership.state.in_(OPEN_PARTNERSHIPS)),
    )


def _counted(model: Any, condition: Any) -> Select[Any]:
    return select(model.leader_id, func.count()).where(condition).group_by(model.leader_id)


def _add(taken: dict[int, int], leader_id: int | None, count: int) -> None:
    if leader_id in taken:
        taken[leader_id] += count
