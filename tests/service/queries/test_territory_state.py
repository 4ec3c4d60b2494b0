"""What the first page counts: the newest run of each territory, none that only explores."""

from service.db import Database
from service.models.enums import Role, RunState
from service.permissions import Actor, Scope
from service.queries.territory_state import territory_state
from tests.factories.runs import make_run
from tests.factories.schools import make_service

MINISTRY = Actor(account_id=None, name="x", scopes=(Scope(Role.MINISTRY),))


def _run(session, service, matched, unmatched, **given):
    summary = {"matched": matched, "unmatched": unmatched}
    return make_run(
        session, territory=f"slep:{service.code}", service_id=service.id, summary=summary, **given
    )


def test_the_newest_publishable_run_of_each_territory_counts(database: Database) -> None:
    with database.transaction() as session:
        north, south = make_service(session), make_service(session)
        _run(session, north, 1, 9)
        _run(session, north, 4, 2, state=RunState.PUBLISHED)
        _run(session, north, 9, 0, exploratory=True)
        _run(session, south, 3, 1)
        coordinator = Actor(account_id=None, name="x", scopes=(Scope(Role.COORDINATOR, service_id=north.id),))

    with database.reading() as session:
        own = territory_state(session, coordinator).last_run
        country = territory_state(session, MINISTRY).last_run

    assert own is not None
    assert (own.matched, own.unmatched, own.state) == (4, 2, RunState.PUBLISHED)
    assert country is not None
    assert (country.matched, country.unmatched, country.state) == (7, 3, RunState.FINISHED)


def test_a_run_that_only_explores_is_no_last_run(database: Database) -> None:
    with database.transaction() as session:
        _run(session, make_service(session), 9, 0, exploratory=True)

    with database.reading() as session:
        assert territory_state(session, MINISTRY).last_run is None
