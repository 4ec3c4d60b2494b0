"""A leader who can no longer be asked leaves nobody waiting, whatever the reason and whenever it comes."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.db import Database
from service.models import Interest, Leader, Message, Offer, Proposal, School
from service.models.columns import utc_now
from service.models.enums import PostRole, ProposalState, SchoolStatus
from service.models.leader_states import ConsentKind, InterestKind
from service.models.states import DeclineReason, OfferState
from service.operations.applications import take_step
from service.operations.choices import choose
from service.operations.complaints import raise_complaint
from service.operations.leader_records import withdraw_consent
from service.operations.leader_reviews import lapse_due_terms
from service.operations.leader_states import Move
from service.operations.offer_endings import withdraw_leader_consent
from service.operations.offers import accept_offer, decline_offer
from service.operations.posts import leave_post
from service.operations.reminders import still_holds
from service.permissions import OPERATOR
from service.queries.shortlists import shortlist
from tests.factories.accounts import make_post
from tests.factories.offers import Offered, make_shortlist

TODAY = date(2026, 3, 2)
Leave = Callable[[Session, Offered], object]


def _step(move: Move) -> Leave:
    def leave(session: Session, given: Offered) -> None:
        take_step(
            session, given.leaders[0].id, move, actor=given.coordinator, today=TODAY, reason="Otra tarea"
        )

    return leave


def _term_over(session: Session, given: Offered) -> None:
    session.get_one(Leader, given.leaders[0].id).term_end_on = date(2026, 3, 1)
    session.flush()
    assert lapse_due_terms(session, today=TODAY) == 1


def _owner(session: Session, given: Offered) -> None:
    number = given.leaders[0].id
    withdraw_consent(session, number, ConsentKind.OWNER, reason="", actor=given.coordinator, today=TODAY)


def _own(session: Session, given: Offered) -> None:
    withdraw_leader_consent(session, given.leaders[0].id, actor=given.people[0], today=TODAY)


def _complaint(session: Session, given: Offered) -> None:
    number = given.leaders[0].id
    raise_complaint(session, number, text="Faltó", suspends=True, actor=given.coordinator, today=TODAY)


def _another_school(session: Session, given: Offered) -> None:
    leader = given.leaders[0]
    make_post(session, leader.school, person=leader.person, start_on=date(2020, 3, 1))
    leave_post(
        session,
        actor=OPERATOR,
        person_id=leader.person_id,
        school_id=leader.school_id,
        role=PostRole.HEAD,
        end_on=TODAY,
    )


WAYS = [
    pytest.param(_step(Move.PAUSE), id="pause"),
    pytest.param(_step(Move.WITHDRAW), id="withdrawal"),
    pytest.param(_step(Move.LAPSE), id="end by a decision"),
    pytest.param(_term_over, id="end of the term"),
    pytest.param(_owner, id="consent of the owner"),
    pytest.param(_own, id="own consent"),
    pytest.param(_complaint, id="complaint that suspends"),
    pytest.param(_another_school, id="another school"),
]


@pytest.fixture
def given(database: Database) -> Offered:
    with database.transaction() as session:
        return make_shortlist(session)


def states(session: Session, given: Offered) -> dict[int, OfferState]:
    order = {leader.id: place for place, leader in enumerate(given.leaders)}
    return {
        order[one.leader_id]: one.state
        for one in session.scalars(
            select(Offer).where(Offer.proposal_id == given.proposal.id).order_by(Offer.id)
        )
    }


def ranked(session: Session, given: Offered, *places: int) -> None:
    numbers = [given.candidates[place] for place in places]
    choose(session, given.proposal.id, numbers, asks_others=False, actor=given.director, today=TODAY)


@pytest.mark.parametrize("leave", WAYS)
def test_the_school_that_waits_is_passed_on_to_its_next(
    database: Database, given: Offered, leave: Leave
) -> None:
    with database.transaction() as session:
        ranked(session, given, 0, 1)
        session.expire_all()
        leave(session, given)
        assert states(session, given) == {0: OfferState.WITHDRAWN, 1: OfferState.ASKED}


@pytest.mark.parametrize("leave", WAYS)
def test_who_was_only_ranked_is_passed_over_when_the_turn_comes(
    database: Database, given: Offered, leave: Leave
) -> None:
    with database.transaction() as session:
        ranked(session, given, 1, 0, 2)
        leave(session, given)
        assert states(session, given) == {1: OfferState.ASKED}
        first = session.scalars(select(Offer).where(Offer.state == OfferState.ASKED)).one()
        decline_offer(
            session, first.id, reason=DeclineReason.NO_TIME, note="", actor=given.people[1], today=TODAY
        )
        assert states(session, given) == {1: OfferState.DECLINED, 2: OfferState.ASKED}


@pytest.mark.parametrize("leave", WAYS)
def test_a_card_disappears_and_a_list_without_cards_ends(database: Database, leave: Leave) -> None:
    with database.transaction() as session:
        given, alone = make_shortlist(session), None
        alone = make_shortlist(session, leaders=given.leaders[:1], service=given.service)
        leave(session, given)
        kept = shortlist(session, given.proposal.id, actor=given.director, today=TODAY)
        assert sorted(card.id for card in kept.cards) == sorted(given.candidates[1:])
        assert session.get_one(Proposal, given.proposal.id).state is ProposalState.PUBLISHED
        assert session.get_one(Proposal, alone.proposal.id).state is ProposalState.EXPIRED
        told = session.scalars(select(Message.kind).where(Message.recipient == alone.addresses["director"]))
        assert list(told) == ["nobody_left"]


def test_with_nobody_next_school_and_coordination_are_told_and_no_place_is_held(
    database: Database, given: Offered
) -> None:
    with database.transaction() as session:
        ranked(session, given, 0)
        take_step(
            session, given.leaders[0].id, Move.PAUSE, actor=given.coordinator, today=TODAY, reason="Licencia"
        )
        assert session.get_one(Proposal, given.proposal.id).state is ProposalState.EXPIRED
        kinds = set(session.scalars(select(Message.kind).where(Message.object_type == "proposal")))
        assert {"nobody_left", "nobody_left_coordination"} <= kinds


def test_a_partnership_that_began_goes_on_when_its_leader_pauses(database: Database, given: Offered) -> None:
    with database.transaction() as session:
        ranked(session, given, 0)
        offer = session.scalars(select(Offer)).one()
        begun = accept_offer(session, offer.id, actor=given.people[0], today=TODAY)
        assert begun is not None
        take_step(
            session, given.leaders[0].id, Move.PAUSE, actor=given.coordinator, today=TODAY, reason="Licencia"
        )
        session.refresh(begun)
        assert begun.state.value == "setup"
        assert states(session, given) == {0: OfferState.ACCEPTED}


def _interest(session: Session, given: Offered) -> None:
    leader = given.leaders[0]
    session.add(
        Interest(
            person_id=leader.person_id,
            school_id=given.school.id,
            kind=InterestKind.FAMILY,
            start_on=TODAY,
            declared_at=utc_now(),
        )
    )


def _closed(session: Session, given: Offered) -> None:
    session.get_one(School, given.leaders[0].school_id).status = SchoolStatus.CLOSED


def _untrained(session: Session, given: Offered) -> None:
    session.get_one(Leader, given.leaders[0].id).trained_on = None


@pytest.mark.parametrize("change", [_interest, _closed, _untrained])
def test_what_changed_since_publication_is_seen_when_the_offer_is_sent(
    database: Database, given: Offered, change: Leave
) -> None:
    with database.transaction() as session:
        change(session, given)
        session.flush()
        ranked(session, given, 0, 1)
        assert states(session, given) == {1: OfferState.ASKED}


def test_a_letter_about_an_offer_that_passed_on_is_not_sent(database: Database, given: Offered) -> None:
    with database.transaction() as session:
        ranked(session, given, 0, 1)
        letters = {
            message.recipient: message
            for message in session.scalars(select(Message).where(Message.kind == "offer_asked"))
        }
        assert still_holds(session, letters[given.addresses["leader0"]])
        take_step(
            session, given.leaders[0].id, Move.PAUSE, actor=given.coordinator, today=TODAY, reason="Licencia"
        )
        assert not still_holds(session, letters[given.addresses["leader0"]])
