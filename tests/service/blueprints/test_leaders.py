"""Leaders on the screen: the lists, the form, and what another territory may not know."""

import csv
import io

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from service.models import Event, Leader, Person, Post
from service.models.enums import LeaderStatus, Role
from tests.factories.accounts import make_person
from tests.factories.leaders import make_leader
from tests.factories.results import LEADING_EVIDENCE, make_assessment, make_estimate
from tests.factories.runs import make_proposal, make_run
from tests.factories.schools import make_school, make_service

FORM = {
    "name": "Ana Soto",
    "email": "Ana@Escuela.cl",
    "school": "cl:10001",
    "status": "designated",
    "in_post_since": "2018-03-01",
    "capacity": "2",
    "element_focus": "4",
    "languages": ["es", "arn"],
    "online": "yes",
    "max_km": "60,5",
    "consent_on": "2024-05-02",
    "source": "Conversación con la directora",
}


@pytest.fixture
def here(database):
    """A school in each of two services; the second has a leader."""
    with database.transaction() as session:
        mine, other = make_service(session, name="Chiloé"), make_service(session, name="Atacama")
        school = make_school(session, service=mine, name="Escuela Ñuñoa", code=10001)
        foreign = make_school(session, service=other, name="Escuela Lejana", code=10002)
        stranger = make_leader(session, foreign)
    return {"mine": mine.id, "other": other.id, "school": school, "stranger": stranger}


def rows(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))


def test_leader_is_registered_by_form_with_an_event(database, here, client_as):
    client = client_as(Role.COORDINATOR, service_id=here["mine"])
    assert client.get("/lideres/nuevo?school=cl:10001").status_code == 200
    assert client.post("/lideres/nuevo", data=FORM).status_code == 302
    with database.reading() as session:
        leader = session.scalars(select(Leader).where(Leader.school_id == here["school"].id)).one()
        person = session.get(Person, leader.person_id)
        post = session.scalars(select(Post)).one()
        event = session.scalars(select(Event)).one()
    assert (person.name, person.email) == ("Ana Soto", "ana@escuela.cl")
    assert (leader.elements, leader.languages, leader.max_km) == ({"focus": 4}, ["es", "arn"], 60.5)
    assert (leader.online, leader.capacity, leader.owner_consent_on) == (True, 2, None)
    assert (post.person_id, post.start_on) == (person.id, leader.in_post_since)
    assert (event.action, event.reason) == ("leader_registered", "Conversación con la directora")
    text = client.get("/lideres/").get_data(as_text=True)
    assert "Ana Soto" in text
    assert "2 de 2" in text


def test_form_comes_back_with_every_error_at_its_field(here, client_as):
    client = client_as(Role.COORDINATOR, service_id=here["mine"])
    wrong = {
        **FORM,
        "name": "",
        "email": "sin-arroba",
        "status": "capitana",
        "capacity": "-1",
        "max_km": "lejos",
        "in_post_since": "2199-01-01",
        "element_focus": "9",
        "languages": [],
        "source": "",
    }
    answer = client.post("/lideres/nuevo", data=wrong)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    for field in wrong.keys() - {"school", "consent_on", "online"}:
        assert f'id="{field}-error"' in text, field
    unknown = client.post("/lideres/nuevo", data={**FORM, "school": "cl:4242"})
    assert unknown.status_code == 422
    assert 'id="school-error"' in unknown.get_data(as_text=True)


def test_same_person_with_the_same_school_is_refused(here, client_as):
    client = client_as(Role.COORDINATOR, service_id=here["mine"])
    assert client.post("/lideres/nuevo", data=FORM).status_code == 302
    again = client.post("/lideres/nuevo", data=FORM)
    assert again.status_code == 422
    assert "ya está en la lista" in again.get_data(as_text=True)


def test_leader_is_corrected_and_keeps_the_school(database, here, client_as):
    client = client_as(Role.COORDINATOR, service_id=here["mine"])
    client.post("/lideres/nuevo", data=FORM)
    with database.reading() as session:
        leader = session.scalars(select(Leader).where(Leader.school_id == here["school"].id)).one()
    path = f"/lideres/{leader.id}/editar"
    assert "60.5" in client.get(path).get_data(as_text=True)
    changed = {**FORM, "status": "paused", "capacity": "0", "school": "cl:10002"}
    assert client.post(path, data=changed).status_code == 302
    taken = client.post(path, data={**FORM, "email": here["stranger"].person.email})
    assert taken.status_code == 422
    with database.reading() as session:
        leader = session.get(Leader, leader.id)
        event = session.scalars(select(Event).order_by(Event.id.desc())).first()
    assert (leader.capacity, leader.school_id) == (0, here["school"].id)
    assert leader.status is LeaderStatus.DESIGNATED, "a state changes by a step with its reason only"
    assert event.data == {"capacity": {"before": 2, "after": 0}}


def test_language_that_the_form_does_not_offer_is_kept(database, here, client_as):
    with database.transaction() as session:
        leader = make_leader(session, here["school"], languages=["es", "fr"])
    client = client_as(Role.COORDINATOR, service_id=here["mine"])
    text = client.get(f"/lideres/{leader.id}/editar").get_data(as_text=True)
    assert 'value="fr" checked' in " ".join(text.split())
    client.post(f"/lideres/{leader.id}/editar", data={**FORM, "languages": ["es", "fr"]})
    with database.reading() as session:
        assert session.get(Leader, leader.id).languages == ["es", "fr"]


def test_a_foreign_leader_is_not_known_and_leaks_nowhere(here, client_as):
    client = client_as(Role.COORDINATOR, service_id=here["mine"])
    stranger = here["stranger"]
    path = f"/lideres/{stranger.id}/editar"
    assert client.get(path).status_code == 404
    assert client.post(path, data=FORM).status_code == 404
    for page in ("/lideres/", "/lideres/exportar.csv", "/buscar?q=persona", "/establecimientos/cl:10002"):
        assert stranger.person.name not in client.get(page).get_data(as_text=True)
    assert client.post("/lideres/nuevo", data={**FORM, "school": "cl:10002"}).status_code == 403


def test_ministry_reads_without_addresses_and_changes_nothing(database, here, client_as):
    client = client_as(Role.MINISTRY)
    stranger = here["stranger"]
    text = client.get("/lideres/").get_data(as_text=True)
    assert stranger.person.name in text
    assert stranger.person.email not in text
    assert "Correo" not in rows(client.get("/lideres/exportar.csv"))[0]
    for path in ("/lideres/nuevo", f"/lideres/{stranger.id}/editar"):
        assert client.get(path).status_code == 403
        assert client.post(path, data=FORM).status_code == 403
    with database.reading() as session:
        assert session.scalars(select(Event)).all() == []


def test_coordinator_exports_the_address_of_own_leaders(here, client_as):
    client = client_as(Role.COORDINATOR, service_id=here["other"])
    [row] = rows(client.get("/lideres/exportar.csv"))
    assert row["Correo"] == here["stranger"].person.email
    book = load_workbook(io.BytesIO(client.get("/lideres/exportar.xlsx").data))
    assert book.active["A2"].value == here["stranger"].person.name


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.LEADER])
def test_heads_have_no_list_of_leaders(here, client_as, role):
    client = client_as(role, school_id=here["school"].id)
    for path in ("/lideres/", "/lideres/quienes-podrian", "/lideres/nuevo", "/lideres/exportar.csv"):
        assert client.get(path).status_code == 403
    assert client.get(f"/lideres/{here['stranger'].id}/editar").status_code == 404


def test_people_are_found_without_accents_or_case(database, here, client_as):
    with database.transaction() as session:
        make_leader(session, here["school"], person=make_person(session, name="ÉLIDA Núñez"))
    client = client_as(Role.COORDINATOR, service_id=here["mine"])
    for q in ("elida", "NUNEZ", "núñez ñuñoa"):
        assert [
            row["Nombre"] for row in rows(client.get("/lideres/exportar.csv", query_string={"q": q}))
        ] == ["ÉLIDA Núñez"]
    assert rows(client.get("/lideres/exportar.csv?q=lejana")) == []


def test_published_proposals_take_places(database, here, client_as):
    with database.transaction() as session:
        supported = make_school(session)
        make_proposal(
            session,
            make_run(session),
            supported,
            here["stranger"].school,
            leader_id=here["stranger"].id,
        )
    client = client_as(Role.COORDINATOR, service_id=here["other"])
    assert "1 de 2" in client.get("/lideres/").get_data(as_text=True)


def test_own_school_in_need_is_said_beside_the_leader(database, here, client_as):
    with database.transaction() as session:
        make_assessment(session, here["stranger"].school)
    client = client_as(Role.COORDINATOR, service_id=here["other"])
    assert "está primero: la regla dice que necesita apoyo" in client.get("/lideres/").get_data(as_text=True)


def test_who_could_lead_with_the_evidence_of_each_criterion(database, here, client_as):
    with database.transaction() as session:
        make_assessment(
            session,
            here["school"],
            status="not_in_need",
            could_lead=True,
            leading_evidence=LEADING_EVIDENCE,
        )
        make_estimate(session, here["school"], level=18.0)
    client = client_as(Role.COORDINATOR, service_id=here["mine"])
    text = client.get("/lideres/quienes-podrian").get_data(as_text=True)
    assert "+18,0" in text
    assert "Probabilidad de rendir sobre lo esperado para su contexto: 95 % (se pide 80 %)." in text
    [row] = rows(client.get("/lideres/quienes-podrian/exportar.csv"))
    assert (row["Código"], row["Valor agregado"]) == ("cl:10001", "18")
    other = client_as(Role.COORDINATOR, service_id=here["other"])
    assert rows(other.get("/lideres/quienes-podrian/exportar.csv")) == []


def test_lists_ask_the_same_queries_for_one_leader_and_three(database, client_as, count_queries):
    client = client_as(Role.MINISTRY)
    for path in ("/lideres/", "/lideres/quienes-podrian"):
        counts = []
        for more in (1, 2):
            with database.transaction() as session:
                for _ in range(more):
                    school = make_school(session)
                    make_leader(session, school)
                    make_assessment(session, school, status="not_in_need", could_lead=True)
            with count_queries() as queries:
                assert client.get(path).status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1]


def test_empty_lists_say_how_to_begin(here, client_as):
    client = client_as(Role.COORDINATOR, service_id=here["mine"])
    assert "Todavía no hay líderes en su territorio" in client.get("/lideres/").get_data(as_text=True)
    text = client.get("/lideres/quienes-podrian").get_data(as_text=True)
    assert "Todavía no se puede saber quiénes podrían" in text
    assert "Nadie cumple lo que busca" in client.get("/lideres/?q=zzz").get_data(as_text=True)
