"""The page *Red de apoyos*: the sentence, the picture's data, the table, and what if somebody leaves."""

import csv
import json
from datetime import date
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from sqlalchemy import select

from service.db import Database
from service.models import EducationService, GraphPlace, Partnership, Run, School
from service.models.enums import Role
from service.models.states import PartnershipState
from service.operations.support_pages import keep_places
from tests.factories.leaders import make_leader
from tests.factories.networks import make_tie
from tests.factories.partnerships import make_partnership
from tests.factories.results import make_assessment
from tests.factories.schools import make_school, make_service
from tests.network.gexf_rules import faults
from tests.service.conftest import ClientAs, Counter
from tests.service.small_country import make_country, run_in, validate_all

DAY = "2026-06-01"


@pytest.fixture
def service_id(database: Database) -> int:
    """A service in which one leader supports two schools, one school names another, and one is alone."""
    with database.transaction() as session:
        service = make_service(session, name="Costa")
        helper = make_school(session, service=service, name="Escuela Faro", code=501)
        leader = make_leader(session, helper)
        for number in (502, 503):
            school = make_school(session, service=service, name=f"Escuela {number}", code=number)
            make_partnership(
                session,
                school=school,
                leader=leader,
                state=PartnershipState.ACTIVE,
                committed_on=date(2026, 4, 1),
            )
        lone = make_school(session, service=service, name="Escuela Sola", code=504)
        far = make_school(session, service=make_service(session), name="Escuela Lejana", code=505)
        make_tie(session, school, far)
        assert lone.code == 504
        return service.id


def test_the_first_sentence_is_the_answer(client_as: ClientAs, service_id: int) -> None:
    text = client_as(Role.COORDINATOR, service_id=service_id).get(f"/redes/apoyos?at={DAY}").text

    assert "3 de 4 escuelas están conectadas; 2 dependen de una sola persona." in " ".join(text.split())
    assert "Escuela Lejana" in text
    assert "(de otro territorio)" in text


def test_before_any_tie_the_page_shows_schools_alone(client_as: ClientAs, service_id: int) -> None:
    text = client_as(Role.COORDINATOR, service_id=service_id).get("/redes/apoyos?at=2020-01-01").text

    assert "0 de 4 escuelas están conectadas; 0 dependen" in " ".join(text.split())
    assert "En esta fecha nadie acompaña todavía a otra escuela." in text
    assert "Escuela Lejana" not in text


def test_empty_service_says_how_to_begin(client_as: ClientAs, database: Database) -> None:
    with database.transaction() as session:
        empty = make_service(session).id

    text = client_as(Role.COORDINATOR, service_id=empty).get("/redes/apoyos").text

    assert "Este territorio no tiene escuelas en funcionamiento" in text


def test_service_of_one_school_is_answered(client_as: ClientAs, database: Database) -> None:
    with database.transaction() as session:
        single = make_service(session)
        make_school(session, service=single)
        number = single.id

    text = client_as(Role.COORDINATOR, service_id=number).get("/redes/apoyos").text

    assert "0 de 1 escuela está conectada; 0 dependen" in " ".join(text.split())
    assert "Todavía no hay apoyos que mostrar" in text


def test_a_school_is_shown_beside_the_graph(client_as: ClientAs, service_id: int) -> None:
    client = client_as(Role.COORDINATOR, service_id=service_id)

    beside = client.get(f"/redes/apoyos/escuela/cl:502?at={DAY}")
    missing = client.get("/redes/apoyos/escuela/cl:505?at=2020-01-01")

    assert "<html" not in beside.text
    assert "Escuela Faro" in beside.text
    assert "depende de una sola persona" in beside.text
    assert "Abrir la escuela" in client.get(f"/redes/apoyos?at={DAY}&school=cl:502").text
    assert missing.status_code == 404


def test_who_leaves_leaves_schools_alone(client_as: ClientAs, service_id: int) -> None:
    client = client_as(Role.COORDINATOR, service_id=service_id)
    text = client.get(f"/redes/apoyos?at={DAY}&leaving=cl:501").text

    assert "Si se va, 2 escuelas quedan sin apoyo." in text
    assert "ninguna corrida la ha emparejado" in text


def test_who_could_step_in_comes_from_the_engine(client_as: ClientAs, database: Database) -> None:
    with database.transaction() as session:
        country = make_country(session)
        validate_all(session, country)
    run = run_in(database, leaders="designated")
    with database.transaction() as session:
        proposals = {pair["school"]: pair for pair in session.get_one(Run, run.id).result["pairs"]}
        pair = next(
            pair
            for pair in proposals.values()
            if pair["alternates"] and int(pair["school"].split(":")[1]) < 2041
        )
        school = country.schools[int(pair["school"].split(":")[1])]
        leading = int(pair["leader_school"].split(":")[1])
        session.add(
            Partnership(
                school_id=school,
                leader_school_id=country.schools[leading],
                leader_id=country.leaders[leading],
                phase=pair["phase"],
                origin="run",
                state=PartnershipState.ACTIVE,
                start_on=date(2026, 3, 2),
                created_at=run.created_at,
            )
        )

    client = client_as(Role.COORDINATOR, service_id=country.home)
    text = client.get(f"/redes/apoyos?at={DAY}&leaving={pair['leader_school']}").text

    assert "Si se va, 1 escuela queda sin apoyo." in text
    expected = pair["alternates"][0]["leader_school"].split(":")[1]
    assert f"Escuela {expected}</a> (1 cupo libre)" in text


def test_data_of_the_picture_has_places_that_stay(
    client_as: ClientAs, database: Database, service_id: int
) -> None:
    client = client_as(Role.COORDINATOR, service_id=service_id)
    assert keep_places(database) == 2
    before = json.loads(client.get("/redes/apoyos/datos.json").data)
    with database.transaction() as session:
        service = session.scalars(select(GraphPlace.territory)).first()
        make_school(session, service=make_service(session))
        assert service is not None

    after = json.loads(client.get("/redes/apoyos/datos.json").data)

    assert before == after
    assert [node["kind"] for node in before["nodes"]] == ["leader", "other", "other", "other", "other"]
    assert {tie["look"] for tie in before["ties"]} == {"active", "meeting", "starting"}
    spots = np.array([[node["x"], node["y"]] for node in before["nodes"]])
    assert len(np.unique(spots, axis=0)) == 5


def test_places_are_computed_once_and_newcomers_move_nobody(database: Database, service_id: int) -> None:
    def kept() -> dict[tuple[str, int], tuple[float, float]]:
        with database.reading() as session:
            rows = session.scalars(select(GraphPlace)).all()
        return {(row.territory, row.school_id): (row.x, row.y) for row in rows}

    assert keep_places(database) == 2
    first = kept()
    assert keep_places(database) == 0
    with database.transaction() as session:
        make_school(session, service=session.get_one(EducationService, service_id))
    assert keep_places(database) == 1
    second = kept()

    assert len(second) == len(first) + 1
    assert {one: second[one] for one in first} == first


def test_still_picture_is_well_formed_and_downloads_keep_the_rules(
    client_as: ClientAs, service_id: int
) -> None:
    client = client_as(Role.COORDINATOR, service_id=service_id)

    drawn = client.get(f"/redes/apoyos/dibujo.svg?at={DAY}")
    gexf = client.get("/redes/apoyos/exportar.gexf")
    schools = client.get("/redes/apoyos/exportar.escuelas")

    assert len(ET.fromstring(drawn.data).findall("{http://www.w3.org/2000/svg}g")) == 6
    assert "style=" not in drawn.text
    assert faults(gexf.data) == []
    assert gexf.headers["Content-Disposition"] == 'attachment; filename="red.gexf"'
    assert schools.text.splitlines()[0].startswith("id,")


def test_ministry_chooses_a_service(client_as: ClientAs, database: Database, service_id: int) -> None:
    text = client_as(Role.MINISTRY).get(f"/redes/apoyos?at={DAY}").text

    assert '<select class="form-select" id="territory"' in text


def test_as_many_queries_for_many_schools(
    client_as: ClientAs, database: Database, service_id: int, count_queries: Counter
) -> None:
    client = client_as(Role.COORDINATOR, service_id=service_id)
    counts = []
    for _ in range(2):
        with count_queries() as queries:
            client.get(f"/redes/apoyos?at={DAY}")
        counts.append(len(queries))
        with database.transaction() as session:
            for _ in range(4):
                make_school(session, service=session.get_one(EducationService, service_id))

    assert counts[0] == counts[1]


@pytest.fixture
def needy(database: Database, service_id: int) -> int:
    """The same service, in which the rule says that the two supported schools need support."""
    with database.transaction() as session:
        for school in session.scalars(select(School).where(School.code.in_([502, 503]))):
            make_assessment(session, school, status="in_need", urgency=1)
    return service_id


def test_how_support_falls_is_a_sentence_a_picture_and_a_table(client_as: ClientAs, needy: int) -> None:
    text = " ".join(client_as(Role.COORDINATOR, service_id=needy).get(f"/redes/apoyos?at={DAY}").text.split())

    assert (
        "Ese día 1 líder sostiene el apoyo. Si se va 1 al azar, el apoyo sigue llegando en promedio a 0"
        in text
    )
    assert "de las 2 escuelas a las que llega" in text
    assert 'id="robust-desc"' in text
    assert 'id="robust-table"' in text


def test_support_that_reaches_nobody_in_need_has_no_such_picture(
    client_as: ClientAs, service_id: int
) -> None:
    text = client_as(Role.COORDINATOR, service_id=service_id).get(f"/redes/apoyos?at={DAY}").text

    assert "El apoyo no llega todavía a ninguna escuela que la regla señale" in text
    assert 'id="robust-desc"' not in text


def test_what_moved_is_drawn_and_given_as_tidy_rows(client_as: ClientAs, service_id: int) -> None:
    client = client_as(Role.COORDINATOR, service_id=service_id)

    text = " ".join(client.get(f"/redes/apoyos?at={DAY}").text.split())
    rows = list(csv.DictReader(client.get(f"/redes/apoyos/series.csv?at={DAY}").text.splitlines()))

    supported = {row["on"]: row["value"] for row in rows if row["metric"] == "supported"}
    assert len(rows) == len({(row["on"], row["metric"]) for row in rows})
    assert supported["2026-04-01"] == "2"
    assert supported["2026-03-01"] == "0"
    assert max(supported) == DAY
    assert "Escuelas acompañadas: de 0" in text
    assert "a 2 (" in text
    before = client.get("/redes/apoyos/series.csv?at=2020-01-01").text
    assert "2020-01-01,reciprocity,\n" in before  # not defined, and not zero
