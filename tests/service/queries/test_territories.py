"""A territory is read as commands write it, and holds exactly its schools."""

import pytest

from service.db import Database
from service.errors import InvalidInput, NotFound
from service.queries.territories import parse_territory, school_codes_in
from tests.factories.schools import make_commune, make_owner, make_school, make_service


@pytest.fixture
def places(database: Database) -> Database:
    with database.transaction() as session:
        valley = make_service(session, code="591", name="Valle Alto")
        coast = make_service(session, code="1291", name="Servicio Local de Costa Ñandú")
        valley_commune = make_commune(session, code="5101", region_code="5")
        owner = make_owner(session, code="70001")
        make_school(session, code=1, service=valley, commune=valley_commune, owner=owner)
        make_school(session, code=2, service=valley, commune=make_commune(session, region_code="6"))
        make_school(session, code=3, service=coast, commune=make_commune(session, region_code="6"))
        make_school(session, code=4, system="en")
    return database


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("all", [1, 2, 3]),
        ("slep:591", [1, 2]),
        ("slep:valle alto", [1, 2]),
        ("slep:SLEP Costa Nandu", [3]),
        ("commune:5101", [1]),
        ("commune:05101", [1]),
        ("region:6", [2, 3]),
        ("owner:70001", [1]),
        ("slep:591,slep:1291", [1, 2, 3]),
        ("slep:1291, commune:5101", [1, 3]),
        ("slep:591,slep:591", [1, 2]),
    ],
)
def test_a_territory_holds_its_schools(places: Database, text: str, codes: list[int]) -> None:
    with places.reading() as session:
        assert school_codes_in(session, parse_territory(session, text), "cl") == codes


def test_the_order_in_which_territories_are_named_changes_nothing(places: Database) -> None:
    with places.reading() as session:
        one = parse_territory(session, "slep:591,slep:1291")
        other = parse_territory(session, "slep:1291,slep:591")

    assert one == other
    assert one.text == "slep:1291,slep:591"


@pytest.mark.parametrize("text", ["", "valle alto", "slep:", "provincia:5", "all:5", "all,slep:591", ","])
def test_what_is_no_territory_is_refused_with_the_forms_there_are(places: Database, text: str) -> None:
    with places.reading() as session, pytest.raises(InvalidInput):
        parse_territory(session, text)


@pytest.mark.parametrize("text", ["slep:999", "commune:1", "region:99", "owner:1", "slep:591,slep:999"])
def test_a_territory_that_is_not_there_is_not_found(places: Database, text: str) -> None:
    with places.reading() as session, pytest.raises(NotFound):
        parse_territory(session, text)


def test_a_name_that_could_be_two_services_asks_for_the_code(places: Database) -> None:
    with places.transaction() as session:
        make_service(session, code="592", name="Valle Bajo")

    with places.reading() as session, pytest.raises(InvalidInput, match="591"):
        parse_territory(session, "slep:valle")
