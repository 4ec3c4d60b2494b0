"""Support of a school: level with its reason, joint inquiry, others who support it, one's own list."""

import pytest
from sqlalchemy import select

from service.db import Database
from service.models import Inquiry, School, SupportLevel
from service.models.columns import utc_now
from service.models.enums import Role
from tests.factories.schools import make_school, make_service
from tests.service.conftest import ClientAs

YEAR = utc_now().year


@pytest.fixture
def school(database: Database) -> School:
    with database.transaction() as session:
        return make_school(session, service=make_service(session), name="Escuela Los Aromos")


def test_level_three_opens_a_joint_inquiry_and_the_move_is_reported(
    database: Database, school: School, client_as: ClientAs
) -> None:
    with database.transaction() as session:
        session.add(
            SupportLevel(school_id=school.id, year=YEAR - 1, level=1, reason="Como todas", set_at=utc_now())
        )
    coordinator = client_as(Role.COORDINATOR, service_id=school.ownerships[0].service_id)
    target = f"/apoyos/cl:{school.code}"
    assert coordinator.post(f"{target}/nivel", data={"level": "3"}).status_code == 422
    coordinator.post(f"{target}/nivel", data={"level": "3", "reason": "Dos directoras en un año"})
    coordinator.post(f"{target}/indagacion", data={"question": "¿Por qué se van?"})
    page = client_as(Role.DIRECTOR, school_id=school.id).get(target).text
    assert "¿Por qué se van?" in page
    assert "Dos directoras en un año" in page
    report = coordinator.get("/apoyos/").text
    assert f"1 de 1 escuelas con nivel anotado cambiaron entre {YEAR - 1} y {YEAR}" in report
    with database.reading() as session:
        assert len(session.scalars(select(Inquiry)).all()) == 1


def test_a_school_with_many_supports_is_told_to_be_full(school: School, client_as: ClientAs) -> None:
    coordinator = client_as(Role.COORDINATOR, service_id=school.ownerships[0].service_id)
    target = f"/apoyos/cl:{school.code}"
    for number in range(3):
        assert "conversen cuál puede esperar" not in coordinator.get(target).text
        sent = {"name": f"Programa {number}", "kind": "programme", "start_year": "2020"}
        coordinator.post(f"{target}/externos", data=sent)
    coordinator.post(f"{target}/externos", data={**sent, "name": "Antiguo", "end_year": "2021"})
    page = coordinator.get(target).text
    assert "Hoy la acompañan 3 personas" in page
    assert "conversen cuál puede esperar" in page
    wrong = coordinator.post(f"{target}/externos", data={**sent, "end_year": "2019"})
    assert wrong.status_code == 422


def test_a_watchlist_is_each_persons_own(school: School, client_as: ClientAs) -> None:
    service = school.ownerships[0].service_id
    mine, other = (client_as(Role.COORDINATOR, service_id=service) for _ in range(2))
    mine.post(f"/apoyos/cl:{school.code}/seguir", data={"on": "yes"})
    assert school.name in mine.get("/apoyos/").text
    assert school.name not in other.get("/apoyos/").text
    mine.post(f"/apoyos/cl:{school.code}/seguir")
    assert school.name not in mine.get("/apoyos/").text
