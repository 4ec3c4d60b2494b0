"""The territory's first page and the list of need."""

import csv
import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from service.models.columns import utc_now
from service.models.enums import BatchState, Phase, Role
from tests.factories.events import make_event
from tests.factories.imports import make_batch
from tests.factories.leaders import make_diagnosis, make_leader
from tests.factories.results import make_assessment, make_evidence_set, make_result, make_school_year
from tests.factories.runs import make_run
from tests.factories.schools import make_school, make_service


@pytest.fixture
def service(database):
    with database.transaction() as session:
        return make_service(session, name="Chiloé")


@pytest.fixture
def here(database, service):
    """Three schools of a service, one for each answer, and one of another service."""
    with database.transaction() as session:
        low = make_school(session, service=service, name="Escuela Baja", code=101)
        fine = make_school(session, service=service, name="Escuela Buena", code=102)
        new = make_school(session, service=service, name="Escuela Nueva", code=103, phases=(Phase.PRESCHOOL,))
        foreign = make_school(session, service=make_service(session), name="Escuela Ajena", code=104)
        make_assessment(session, low)
        make_assessment(session, fine, status="not_in_need", could_lead=True)
        make_assessment(session, foreign)
    return {"low": low, "fine": fine, "new": new, "foreign": foreign}


def need(client, **query) -> list[dict[str, str]]:
    text = client.get("/coordinacion/necesidad/exportar.csv", query_string=query).data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_home_says_the_state_in_a_sentence(database, here, service, client_as):
    with database.transaction() as session:
        make_leader(session, here["fine"])
        make_run(session, service_id=service.id, summary={"matched": 1, "unmatched": 2})
    text = client_as(Role.COORDINATOR, service_id=service.id).get("/coordinacion/").get_data(as_text=True)
    assert (
        "3 establecimientos en funcionamiento: la regla señala 1, 1 con urgencia, "
        "y de 1 los resultados no dicen nada." in text
    )
    assert "2 de 2" in text
    assert "2 quedaron sin nadie." in text
    assert "Escuela Ajena" not in text


def test_home_of_the_ministry_is_the_country(here, client_as):
    text = client_as(Role.MINISTRY).get("/coordinacion/").get_data(as_text=True)
    assert "Todo el país" in text
    assert "4 establecimientos en funcionamiento: la regla señala 2" in text


def test_empty_territory_says_how_to_begin(service, client_as):
    text = client_as(Role.COORDINATOR, service_id=service.id).get("/coordinacion/").get_data(as_text=True)
    assert "Empiece por los archivos oficiales" in text
    need_page = client_as(Role.COORDINATOR, service_id=service.id).get("/coordinacion/necesidad")
    assert "Todavía no se ha calculado" in need_page.get_data(as_text=True)


def test_home_says_when_the_data_is_newer_than_what_was_computed(database, here, service, client_as):
    client = client_as(Role.COORDINATOR, service_id=service.id)
    words = "Los datos cambiaron después del último cálculo."
    assert words not in client.get("/coordinacion/").get_data(as_text=True)
    with database.transaction() as session:
        make_event(session, at=utc_now() + timedelta(minutes=1), object_id=here["low"].id)
    assert words in client.get("/coordinacion/").get_data(as_text=True)


def test_home_counts_own_imports_that_wait(database, here, service, client_as):
    client = client_as(Role.COORDINATOR, service_id=service.id)
    with database.transaction() as session:
        make_batch(session, state=BatchState.CHECKED, applied_at=None)
    assert "Archivos por confirmar" not in client.get("/coordinacion/").get_data(as_text=True)


def test_three_answers_and_nobody_is_left_out(here, service, client_as):
    client = client_as(Role.COORDINATOR, service_id=service.id)
    assert [row["Código"] for row in need(client)] == ["cl:101"]
    assert [row["Código"] for row in need(client, status="not_in_need")] == ["cl:102"]
    [row] = need(client, status="cannot_assess")
    assert (row["Código"], row["Urgencia"]) == ("cl:103", "")
    assert row["Por qué"] == "No imparte un nivel que rinda una prueba nacional comparable."
    text = client.get("/coordinacion/necesidad").get_data(as_text=True)
    assert "la regla señala 1 escuela, no señala 1 y de 1 no puede decir nada" in text
    assert "−14,0 puntos respecto de lo esperado; 89 % de probabilidad de estar bajo la línea" in text


def test_need_is_searched_filtered_and_sorted(database, here, service, client_as):
    with database.transaction() as session:
        later = make_school(session, service=service, name="Liceo Alto", code=201, phases=(Phase.SECONDARY,))
        kept = make_evidence_set(session, phase=Phase.SECONDARY)
        make_assessment(session, later, set_id=kept.id, urgency=2)
        make_diagnosis(session, later)
    client = client_as(Role.COORDINATOR, service_id=service.id)

    def codes(**query):
        return [row["Código"] for row in need(client, **query)]

    assert codes() == ["cl:101", "cl:201"]
    assert codes(direction="desc") == ["cl:201", "cl:101"]
    assert codes(q="liceo") == ["cl:201"]
    assert codes(urgency=2) == ["cl:201"]
    assert codes(phase="primary") == ["cl:101"]
    assert codes(commune=here["low"].commune_id) == ["cl:101"]
    assert codes(owner_kind="private") == []
    assert need(client, q="liceo")[0]["Diagnóstico validado en"] == "2024"
    book = load_workbook(io.BytesIO(client.get("/coordinacion/necesidad/exportar.xlsx").data))
    assert [cell.value for cell in book.active["A"]] == ["Código", "cl:101", "cl:201"]


def test_lists_ask_the_same_queries_for_one_school_and_three(database, service, client_as, count_queries):
    client = client_as(Role.COORDINATOR, service_id=service.id)
    for path in ("/coordinacion/necesidad", "/coordinacion/"):
        counts = []
        for more in (1, 2):
            with database.transaction() as session:
                for _ in range(more):
                    make_assessment(session, make_school(session, service=service))
            with count_queries() as queries:
                assert client.get(path).status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1]


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.LEADER])
def test_heads_see_no_territory(here, client_as, role):
    client = client_as(role, school_id=here["low"].id)
    for path in ("/coordinacion/", "/coordinacion/necesidad", "/coordinacion/necesidad/exportar.csv"):
        assert client.get(path).status_code == 403


def test_moving_the_threshold_names_who_enters_and_who_leaves(database, service, client_as):
    with database.transaction() as session:
        kept = make_evidence_set(session)
        for number in range(60):
            school = make_school(session, service=service, name=f"Escuela {number:02}", code=300 + number)
            make_assessment(session, school, status="not_in_need")
            for year in (2022, 2023, 2024):
                make_school_year(session, school, year=year, ses_group=1 + number % 3)
                for subject in ("reading", "mathematics"):
                    make_result(
                        session,
                        school,
                        year=year,
                        subject=subject,
                        score=200.0 + 1.5 * number + 3 * (number * year % 5),
                        tested=60 + number,
                    )
        assert kept.as_of == 2024
    client = client_as(Role.COORDINATOR, service_id=service.id)
    wider = client.get("/coordinacion/necesidad?threshold=45").get_data(as_text=True)
    narrower = client.get("/coordinacion/necesidad?threshold=6").get_data(as_text=True)
    assert "Entrarían:" in wider
    assert "Saldrían:" not in wider
    assert "Saldrían:" in narrower
    assert "Entrarían:" not in narrower
    assert "Entrarían:" not in client.get("/coordinacion/necesidad?threshold=999").get_data(as_text=True)
