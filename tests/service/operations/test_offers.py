"""From a shortlist to two schools that begin: who is asked, in which order, and what a no does."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.db import Database
from service.errors import Conflict, NotAllowed, NotFound
from service.jobs import follow_offers
from service.models import Decline, Event, Leader, Message, Offer, Partnership, Proposal, Setting
from service.models.columns import local_today, utc_now
from service.models.enums import ProposalState, Role
from service.models.states import DeclineReason, OfferState, PartnershipState
from service.operations.choices import choose, expire_choice, turn_down
from service.operations.offer_endings import withdraw_leader_consent, withdraw_proposal
from service.operations.offers import accept_offer, agree, decline_offer, follow_offer
from service.permissions import OPERATOR, Actor
from service.queries.declines import barred_pairs
from service.queries.offers import offer_page
from service.queries.places import places_taken
from service.queries.shortlists import shortlist
from service.workdays import add_working_days
from tests.factories.accounts import make_actor
from tests.factories.offers import Offered, make_shortlist

TODAY = date(2026, 3, 2)


@pytest.fixture
def given(database: Database) -> Offered:
    with database.transaction() as session:
        return make_shortlist(session)


def setting(session: Session, key: str, value: float) -> None:
    session.add(Setting(key=key, value=value, set_at=utc_now()))
    session.flush()


def asked(session: Session, given: Offered) -> dict[int, OfferState]:
    """State of each offer by the place of its leader on the list."""
    order = {leader.id: place for place, leader in enumerate(given.leaders)}
    rows = session.scalars(select(Offer).where(Offer.proposal_id == given.proposal.id).order_by(Offer.id))
    return {order[offer.leader_id]: offer.state for offer in rows}


def offer_to(session: Session, given: Offered, place: int) -> Offer:
    return session.scalars(
        select(Offer)
        .where(Offer.leader_id == given.leaders[place].id, Offer.proposal_id == given.proposal.id)
        .order_by(Offer.id.desc())
        .limit(1)
    ).one()


def ranked(session: Session, given: Offered, *places: int, others: bool = False) -> None:
    numbers = [given.candidates[place] for place in places]
    choose(session, given.proposal.id, numbers, asks_others=others, actor=given.director, today=TODAY)


def letters(session: Session, address: str) -> list[str]:
    return list(
        session.scalars(select(Message.kind).where(Message.recipient == address).order_by(Message.id))
    )


def test_only_the_first_ranked_leader_is_asked_and_has_five_working_days(
    database: Database, given: Offered
) -> None:
    with database.transaction() as session:
        ranked(session, given, 2, 0)
        assert asked(session, given) == {2: OfferState.ASKED}
        assert offer_to(session, given, 2).due_on == add_working_days(TODAY, 5) == date(2026, 3, 9)
        assert letters(session, given.addresses["leader2"]) == ["offer_asked"]
        assert letters(session, given.addresses["leader0"]) == []


def test_a_no_asks_the_next_and_bars_only_that_pair(database: Database, given: Offered) -> None:
    with database.transaction() as session:
        ranked(session, given, 2, 0)
        offer = offer_to(session, given, 2)
        decline_offer(
            session,
            offer.id,
            reason=DeclineReason.NO_TIME,
            note="Estoy con licencia",
            actor=given.people[2],
            today=TODAY,
        )
        assert asked(session, given) == {2: OfferState.DECLINED, 0: OfferState.ASKED}
        pair = (given.school.id, given.leaders[2].id)
        assert barred_pairs(session, TODAY + timedelta(days=300), 12) == {pair}
        assert barred_pairs(session, date(2027, 3, 2), 12) == set()
        leader = session.get_one(Leader, given.leaders[2].id)
        assert places_taken(session, [leader.id]) == {leader.id: 0}
        assert leader.consent_on is not None
        assert letters(session, given.addresses["coordinator"]) == ["leader_declined"]


def test_silence_past_the_deadline_asks_the_next(database: Database, given: Offered) -> None:
    with database.transaction() as session:
        ranked(session, given, 0, 1)
        offer = offer_to(session, given, 0)
        follow_offer(session, offer.id, actor=OPERATOR, today=offer.due_on)
        assert asked(session, given) == {0: OfferState.ASKED}
        follow_offer(session, offer.id, actor=OPERATOR, today=offer.due_on + timedelta(days=1))
        assert asked(session, given) == {0: OfferState.EXPIRED, 1: OfferState.ASKED}
        assert letters(session, given.addresses["leader0"]) == [
            "offer_asked",
            "offer_reminder",
            "offer_expired",
        ]
        decline = session.scalars(select(Decline)).one()
        assert (decline.leader_id, decline.reason) == (given.leaders[0].id, DeclineReason.NO_ANSWER)


def test_an_answer_after_the_deadline_is_told_what_happened(database: Database, given: Offered) -> None:
    with database.transaction() as session:
        ranked(session, given, 0)
        offer = offer_to(session, given, 0)
    for call in (
        lambda session, day: accept_offer(session, offer.id, actor=given.people[0], today=day),
        lambda session, day: decline_offer(
            session,
            offer.id,
            reason=DeclineReason.NOT_NOW,
            note="",
            actor=given.people[0],
            today=day,
        ),
    ):
        with pytest.raises(Conflict) as refusal, database.transaction() as session:
            call(session, offer.due_on + timedelta(days=1))
        assert refusal.value.code == "deadline_passed"


def test_who_was_not_chosen_is_asked_only_if_the_school_said_so(database: Database) -> None:
    with database.transaction() as session:
        for others, after in ((False, {0: "declined"}), (True, {0: "declined", 1: "asked"})):
            given = make_shortlist(session)
            ranked(session, given, 0, others=others)
            decline_offer(
                session,
                offer_to(session, given, 0).id,
                reason=DeclineReason.TOO_FAR,
                note="",
                actor=given.people[0],
                today=TODAY,
            )
            assert asked(session, given) == after
            state = session.get_one(Proposal, given.proposal.id).state
            assert state is (ProposalState.OFFERED if others else ProposalState.EXPIRED)
            if not others:
                assert letters(session, given.addresses["director"]) == ["nobody_left"]
                told = letters(session, given.addresses["coordinator"])
                assert told == ["leader_declined", "nobody_left_coordination"]


def test_a_leader_without_a_place_is_passed_over(database: Database) -> None:
    with database.transaction() as session:
        first = make_shortlist(session)
        ranked(session, first, 1)
        second = make_shortlist(session, leaders=first.leaders)
        ranked(session, second, 1, 2)
        assert asked(session, second) == {2: OfferState.ASKED}


def test_two_are_asked_at_once_only_where_set_and_the_second_is_told(
    database: Database, given: Offered
) -> None:
    with database.transaction() as session:
        setting(session, "offers_at_once", 2)
        ranked(session, given, 0, 1, 2)
        assert asked(session, given) == {0: OfferState.ASKED, 1: OfferState.ASKED}
        accept_offer(session, offer_to(session, given, 1).id, actor=given.people[1], today=TODAY)
        assert asked(session, given) == {0: OfferState.WITHDRAWN, 1: OfferState.ACCEPTED}
        assert letters(session, given.addresses["leader0"])[-1] == "offer_withdrawn"


def test_both_yes_begin_a_partnership_in_which_contact_is_seen(database: Database, given: Offered) -> None:
    with database.transaction() as session:
        ranked(session, given, 1)
        offer = offer_to(session, given, 1)
        before = shortlist(session, given.proposal.id, actor=given.director, today=TODAY)
        assert before.contact is None
        assert offer_page(session, offer.id, actor=given.people[1], today=TODAY).contact is None
        made = accept_offer(session, offer.id, actor=given.people[1], today=TODAY)
        assert made is not None
        assert (made.leader_id, made.state) == (given.leaders[1].id, PartnershipState.SETUP)
        after = shortlist(session, given.proposal.id, actor=given.director, today=TODAY)
        assert after.contact == (given.leaders[1].person.name, given.leaders[1].person.email)
        assert places_taken(session, [given.leaders[1].id]) == {given.leaders[1].id: 1}
        made.state = PartnershipState.STOPPED
        session.flush()
        assert shortlist(session, given.proposal.id, actor=given.director, today=TODAY).contact is None
        actions = list(session.scalars(select(Event.action).order_by(Event.id)))
        wanted = ["proposal_offer", "offer_made", "offer_ask", "offer_accept", "proposal_accept"]
        assert [action for action in actions if action in wanted] == wanted


def test_the_coordination_agrees_too_where_set(database: Database, given: Offered) -> None:
    with database.transaction() as session:
        setting(session, "coordinator_agrees", 1)
        ranked(session, given, 0)
        with pytest.raises(Conflict):
            agree(session, given.proposal.id, actor=given.coordinator, today=TODAY)
        made = accept_offer(session, offer_to(session, given, 0).id, actor=given.people[0], today=TODAY)
        assert made is None
        assert session.scalar(select(Partnership.id)) is None
        assert places_taken(session, [given.leaders[0].id]) == {given.leaders[0].id: 1}
        agreed = agree(session, given.proposal.id, actor=given.coordinator, today=TODAY)
        assert agreed.proposal_id == given.proposal.id
        assert places_taken(session, [given.leaders[0].id]) == {given.leaders[0].id: 1}


def test_none_of_these_bars_each_pair_and_frees_the_place(database: Database, given: Offered) -> None:
    with database.transaction() as session:
        turn_down(
            session,
            given.proposal.id,
            reason=DeclineReason.TOO_FAR,
            note="",
            actor=given.director,
            today=TODAY,
        )
        assert barred_pairs(session, TODAY, 12) == {(given.school.id, leader.id) for leader in given.leaders}
        assert places_taken(session, [given.leaders[0].id]) == {given.leaders[0].id: 0}
    with pytest.raises(Conflict) as refusal, database.transaction() as session:
        ranked(session, given, 0)
    assert refusal.value.code == "state_changed"


def test_a_quiet_date_puts_the_first_contact_off(database: Database, given: Offered) -> None:
    closed = {TODAY, TODAY + timedelta(days=1)}
    with database.transaction() as session:
        choose(
            session,
            given.proposal.id,
            [given.candidates[0]],
            asks_others=False,
            actor=given.director,
            today=TODAY,
            closed=closed,
        )
        offer = offer_to(session, given, 0)
        assert (offer.state, offer.ask_on) == (OfferState.WAITING, date(2026, 3, 4))
        assert places_taken(session, [given.leaders[0].id]) == {given.leaders[0].id: 1}
        assert letters(session, given.addresses["leader0"]) == []
        with pytest.raises(NotFound):
            offer_page(session, offer.id, actor=given.people[0], today=TODAY)
        follow_offer(session, offer.id, actor=OPERATOR, today=date(2026, 3, 4), closed=closed)
        assert letters(session, given.addresses["leader0"]) == ["offer_asked"]
        assert offer_to(session, given, 0).due_on == date(2026, 3, 11)


def test_a_leader_takes_the_consent_back_and_the_next_is_asked(database: Database, given: Offered) -> None:
    with database.transaction() as session:
        ranked(session, given, 0, 1)
        withdraw_leader_consent(session, given.leaders[0].id, actor=given.people[0], today=TODAY)
        assert asked(session, given) == {0: OfferState.WITHDRAWN, 1: OfferState.ASKED}
        assert session.get_one(Leader, given.leaders[0].id).consent_on is None
        assert session.scalars(select(Decline)).all() == []


def test_the_coordination_takes_a_published_proposal_back(database: Database, given: Offered) -> None:
    with database.transaction() as session:
        ranked(session, given, 0)
        withdraw_proposal(session, given.proposal.id, reason="La escuela se fusiona", actor=given.coordinator)
        assert asked(session, given) == {0: OfferState.WITHDRAWN}
        assert letters(session, given.addresses["director"]) == ["proposal_withdrawn"]
        assert letters(session, given.addresses["leader0"]) == ["offer_asked", "offer_withdrawn"]
    with pytest.raises(Conflict), database.transaction() as session:
        accept_offer(session, offer_to(session, given, 0).id, actor=given.people[0], today=TODAY)


def test_a_school_that_lets_the_time_pass_goes_to_the_next_run(database: Database, given: Offered) -> None:
    with database.transaction() as session:
        assert not expire_choice(session, given.proposal.id, actor=OPERATOR, today=date(2026, 3, 16))
        assert expire_choice(session, given.proposal.id, actor=OPERATOR, today=date(2026, 3, 17))
        assert session.get_one(Proposal, given.proposal.id).state is ProposalState.EXPIRED
        assert letters(session, given.addresses["director"]) == ["choice_expired"]
        assert session.scalars(select(Decline)).all() == []


def test_the_worker_does_what_the_day_asks_for(database: Database) -> None:
    with database.transaction() as session:
        given = make_shortlist(session, due_on=local_today() + timedelta(days=30))
        early = local_today() - timedelta(days=20)
        choose(
            session,
            given.proposal.id,
            given.candidates[:2],
            asks_others=False,
            actor=given.director,
            today=early,
        )
    assert follow_offers(database) == 1
    assert follow_offers(database) == 0
    with database.reading() as session:
        first, second = asked(session, given).values()
        # on a weekend or another quiet date the next leader is written to later
        assert (first, second in (OfferState.ASKED, OfferState.WAITING)) == (OfferState.EXPIRED, True)


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        (make_actor(Role.MINISTRY), NotAllowed),
        (make_actor(Role.ASSESSOR), NotAllowed),
        (make_actor(Role.DIRECTOR, school_id=999_999), NotFound),
        (make_actor(Role.COORDINATOR, service_id=999_999), NotFound),
    ],
)
def test_a_shortlist_is_for_its_school_and_its_coordination(
    database: Database, given: Offered, who: Actor, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal), database.transaction() as session:
        choose(session, given.proposal.id, given.candidates, asks_others=False, actor=who, today=TODAY)


def test_the_coordination_does_not_choose_for_the_school(database: Database, given: Offered) -> None:
    with pytest.raises(NotAllowed), database.transaction() as session:
        choose(
            session,
            given.proposal.id,
            given.candidates,
            asks_others=False,
            actor=given.coordinator,
            today=TODAY,
        )


def test_a_leader_answers_only_own_offers(database: Database, given: Offered) -> None:
    with database.transaction() as session:
        ranked(session, given, 0)
        offer = offer_to(session, given, 0)
    with pytest.raises(NotFound), database.transaction() as session:
        accept_offer(session, offer.id, actor=given.people[1], today=TODAY)
