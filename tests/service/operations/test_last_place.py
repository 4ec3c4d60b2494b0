"""Eight processes after a leader's last place, some killed: nobody oversold, no answer lost."""

import multiprocessing
import os
import random
import signal
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Engine, func, select

from service.db import Database
from service.errors import Conflict
from service.models import Leader, Offer, Partnership, Proposal
from service.models.enums import ProposalState
from service.models.states import OPEN_OFFERS, OfferState
from service.operations.choices import choose
from service.operations.offers import accept_offer
from service.queries.places import places_taken
from tests.factories.leaders import make_leader
from tests.factories.offers import Offered, make_shortlist
from tests.factories.schools import make_school, make_service
from tests.service.small_country import kept_rows

ROUNDS = int(os.environ.get("MINGA_DRILL_ROUNDS", "2"))
PROCESSES, KILLED = 8, 3
TODAY = date(2026, 3, 2)
WHOLE = {
    (ProposalState.PUBLISHED, 0, 0),
    (ProposalState.OFFERED, 1, 0),
    (ProposalState.ACCEPTED, 1, 1),
}
"""A proposal of which no answer was lost: its state, its open offers, its partnerships."""


def _rush(url: str, proposal_id: int, candidates: list[int], given: Offered, flags: Path) -> None:
    """One school's direction chooses the wanted leader first; then that leader says yes."""
    database = Database.at(url)
    (flags / f"ready-{proposal_id}").touch()
    while not (flags / "go").exists():
        time.sleep(0.001)
    try:
        with database.transaction() as session:
            choose(session, proposal_id, candidates, asks_others=False, actor=given.director, today=TODAY)
            time.sleep(random.random() / 200)
        with database.reading() as session:
            mine = session.scalar(
                select(Offer.id).where(Offer.proposal_id == proposal_id, Offer.state == OfferState.ASKED)
            )
        if mine is not None:
            with database.transaction() as session:
                offer = session.get_one(Offer, mine)
                place = [leader.id for leader in given.leaders].index(offer.leader_id)
                accept_offer(session, mine, actor=given.people[place], today=TODAY)
    except Conflict:
        pass


def test_a_last_place_is_given_once_whoever_dies(engine: Engine, tmp_path: Path) -> None:
    url = engine.url.render_as_string(hide_password=False)
    rng = random.Random(11)
    for number in range(ROUNDS):
        with kept_rows(engine) as database:
            with database.transaction() as session:
                service = make_service(session)
                wanted = make_leader(session, make_school(session, service=service), capacity=2)
                spare = make_leader(session, make_school(session, service=service), capacity=PROCESSES)
                leaders = [spare, wanted]
                given = [
                    make_shortlist(
                        session, leaders=leaders, service=service, due_on=TODAY + timedelta(days=9)
                    )
                    for _ in range(PROCESSES)
                ]
                wanted_id, spare_id = wanted.id, spare.id
            engine.dispose()
            context = multiprocessing.get_context("fork")
            flags = tmp_path / f"{number}"
            flags.mkdir()
            people = [
                context.Process(target=_rush, args=(url, one.proposal.id, one.candidates[::-1], one, flags))
                for one in given
            ]
            for person in people:
                person.start()
            _wait_for(flags)
            time.sleep(rng.random() / 20)
            for person in rng.sample(people, KILLED):
                if person.pid is not None and person.exitcode is None:
                    os.kill(person.pid, signal.SIGKILL)
            for person in people:
                person.join(60)
            left = _what_is_left(database, [wanted_id, spare_id])

            oversold = {one for one in left.taken if left.taken[one] > left.capacity[one]}
            lost = [one for one in left.proposals if one not in WHOLE]
            assert oversold == set(), (number, left)
            assert lost == [], (number, left)
            assert len(left.proposals) == PROCESSES
            assert 0 < left.taken[wanted_id] <= left.capacity[wanted_id], (number, left)
            assert sum(made for _state, _offers, made in left.proposals) > 0, (number, left)


def _wait_for(flags: Path) -> None:
    """Let all begin together once all are there."""
    deadline = time.monotonic() + 60
    while len(list(flags.glob("ready-*"))) < PROCESSES:
        assert time.monotonic() < deadline, "a process did not come up"
        time.sleep(0.005)
    (flags / "go").touch()


@dataclass(frozen=True, slots=True)
class Left:
    """What stands in the database after a rush: places by leader, and of each proposal its state with
    how many open offers and partnerships it has."""

    taken: dict[int, int]
    capacity: dict[int, int]
    proposals: list[tuple[ProposalState, int, int]]


def _what_is_left(database: Database, leaders: list[int]) -> Left:
    with database.reading() as session:
        capacity = {one: session.get_one(Leader, one).capacity for one in leaders}
        proposals = []
        for proposal in session.scalars(select(Proposal)):
            offers = select(func.count(Offer.id)).where(
                Offer.proposal_id == proposal.id, Offer.state.in_(OPEN_OFFERS)
            )
            made = select(func.count(Partnership.id)).where(Partnership.proposal_id == proposal.id)
            proposals.append((proposal.state, session.scalar(offers) or 0, session.scalar(made) or 0))
        return Left(dict(places_taken(session, leaders)), capacity, proposals)
