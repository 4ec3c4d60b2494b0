"""The networks of the demo country: formed and at work, as their pages show them."""

from sqlalchemy import func, select

from service.db import Database
from service.models import Internship, Network
from service.models.columns import local_today
from service.models.network_kinds import AgreementState
from service.permissions import OPERATOR
from service.queries.networks import LEAST, MOST, network_page
from service.workdays import is_working_day


def test_the_demo_country_has_networks_at_work(demo_file) -> None:  # type: ignore[no-untyped-def]
    database = Database.at(f"sqlite:///{demo_file}")
    with database.reading() as session:
        ids = session.scalars(select(Network.id)).all()
        assert len(ids) >= 2
        for network_id in ids:
            page = network_page(session, network_id, OPERATOR, local_today())
            states = [one.state for one in page.network.agreements]

            assert LEAST <= len(page.members) <= MOST
            assert all(is_working_day(held.held_on) for held in page.network.sessions)
            assert max(held.held_on for held in page.network.sessions) <= local_today()
            assert page.attendance is not None
            assert 0.5 < page.attendance < 1
            assert page.own_goals == (3, 4)
            assert states.count(AgreementState.DONE) == 1
            assert page.late == 1
        assert session.scalar(select(func.count()).select_from(Internship)) == len(ids)
    database.engine.dispose()
