"""¿Funciona?: the sentence follows the interval, and under the minimum nothing is claimed."""

import pytest
from sqlalchemy import delete, select

from service.db import Database
from service.jobs import keep_programme_fresh
from service.models import Partnership, ProgrammeFinding
from service.models.enums import Role
from service.models.states import PartnershipState
from service.operations.evidence import data_version
from service.operations.programme_evidence import refresh_programme, stale_tests
from tests.factories.programmes import make_programme
from tests.factories.results import make_evidence_set
from tests.service.conftest import ClientAs


@pytest.fixture
def service_id(database: Database) -> int:
    with database.transaction() as session:
        number = make_programme(session).id
    refresh_programme(database, "4b")
    with database.transaction() as session:
        make_evidence_set(session)
    return number


def test_an_effect_that_shows_is_said_with_its_margin_and_the_naive_figure(
    client_as: ClientAs, service_id: int
) -> None:
    text = client_as(Role.COORDINATOR, service_id=service_id).get("/funciona/").get_data(as_text=True)

    assert "Sí se nota: las escuelas acompañadas subieron" in text
    assert "el margen va de" in text
    assert "Una comparación simple" in text
    assert "Lo que era de esperar sin acompañamiento" in text
    assert "Todavía no se puede saber: las escuelas acompañantes" in text
    assert "Callaway" in text


def test_a_territory_without_partnerships_is_told_what_is_missing(
    client_as: ClientAs, service_id: int, database: Database
) -> None:
    with database.transaction() as session:
        session.execute(delete(ProgrammeFinding).where(ProgrammeFinding.territory != "all"))

    text = client_as(Role.COORDINATOR, service_id=service_id).get("/funciona/").get_data(as_text=True)

    assert "hacen falta al menos 10 con resultados antes y después" in text
    assert "subieron" not in text


def test_only_who_oversees_the_territory_looks(client_as: ClientAs, service_id: int) -> None:
    ministry = client_as(Role.MINISTRY)

    assert ministry.get("/funciona/?territory=slep:941").status_code == 200
    assert ministry.get("/funciona/?territory=slep:777").status_code == 404
    assert (
        client_as(Role.COORDINATOR, service_id=service_id).get("/funciona/?territory=all").status_code == 404
    )
    assert client_as(Role.DIRECTOR, school_id=None).get("/funciona/").status_code == 403


def test_before_anything_is_computed_the_page_says_so(client_as: ClientAs, database: Database) -> None:
    ministry = client_as(Role.MINISTRY)
    assert "Todavía no hay resultados" in ministry.get("/funciona/").get_data(as_text=True)
    with database.transaction() as session:
        make_evidence_set(session)
    assert "Se está calculando" in ministry.get("/funciona/").get_data(as_text=True)


def test_the_worker_computes_when_partnerships_changed_and_not_otherwise(database: Database) -> None:
    with database.transaction() as session:
        make_programme(session, schools=90, supported=4)
        make_evidence_set(session, data_version=data_version(session))

    assert keep_programme_fresh(database) == 1
    assert keep_programme_fresh(database) == 0
    with database.transaction() as session:
        session.scalars(select(Partnership)).first().state = PartnershipState.STOPPED  # type: ignore[union-attr]
    with database.reading() as session:
        assert stale_tests(session) == ["4b"]
