"""Schools on the screen: the list, the page, the forms, and who may do what."""

import csv
import io

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from service.models import Correction, EducationService, Event, School
from service.models.enums import AbsenceReason, OwnerType, Phase, Role, SchoolStatus, Subject
from service.operations.evidence import refresh_evidence
from service.systems import SYSTEMS
from tests.factories.leaders import make_diagnosis, make_leader, make_need
from tests.factories.results import (
    make_assessment,
    make_estimate,
    make_evidence_set,
    make_indicator,
    make_result,
    make_school_year,
)
from tests.factories.schools import make_commune, make_correction, make_school, make_service

DETAILS = {
    "name": "Escuela Los Aromos",
    "owner_type": "local_service",
    "phases": ["primary"],
    "rurality": "rural",
    "enrolment": "142",
    "latitude": "-33,0",
    "longitude": "-71",
    "source": "La directora, por teléfono",
}


@pytest.fixture
def here(database):
    """Two services; the first has a school in need, the second another one."""
    with database.transaction() as session:
        mine, other = make_service(session, name="Chiloé"), make_service(session, name="Atacama")
        school = make_school(session, service=mine, name="Escuela Ñuñoa", code=10001, check_digit="3")
        foreign = make_school(session, service=other, name="Escuela Lejana", code=10002)
        for one in (school, foreign):
            make_assessment(session, one)
            make_estimate(session, one)
    return {"mine": mine.id, "other": other.id, "school": school, "foreign": foreign}


def names(page) -> list[str]:
    rows = csv.reader(io.StringIO(page.data.decode("utf-8-sig")), delimiter=";")
    return [row[1] for row in rows][1:]


def listed(client, **query) -> list[str]:
    return names(client.get("/establecimientos/exportar.csv", query_string=query))


def test_list_finds_by_folded_name_and_by_number(here, client_as):
    client = client_as(Role.COORDINATOR, service_id=here["mine"])
    assert listed(client, q="nunoa") == ["Escuela Ñuñoa"]
    assert listed(client, q="10001-3") == ["Escuela Ñuñoa"]
    assert listed(client, q="cl:10002", territory="all") == ["Escuela Lejana"]
    assert listed(client, q="no existe") == []


def test_list_is_narrowed_by_each_filter(database, here, client_as):
    with database.transaction() as session:
        commune = make_commune(session)
        make_school(
            session,
            name="Liceo",
            rural=False,
            commune=commune,
            phases=(Phase.SECONDARY,),
            owner_type=OwnerType.PRIVATE,
            enrolment=9,
        )
        make_school(session, name="Cerrada", status=SchoolStatus.CLOSED, commune=commune)
    client = client_as(Role.MINISTRY)
    everything = ["Escuela Lejana", "Escuela Ñuñoa", "Liceo"]
    assert listed(client) == everything
    assert listed(client, phase="secondary") == ["Liceo"]
    assert listed(client, owner_kind="private") == ["Liceo"]
    assert listed(client, rurality="urban") == ["Liceo"]
    assert listed(client, commune=commune.id) == ["Liceo"]
    assert listed(client, commune=commune.id, status="closed") == ["Cerrada"]
    assert listed(client, sort="enrolment")[0] == "Liceo"
    assert listed(client, sort="name", direction="desc") == everything[::-1]


def test_need_is_listed_only_within_the_territory(database, here, client_as):
    coordinator = client_as(Role.COORDINATOR, service_id=here["mine"])
    assert listed(coordinator, need="in_need", territory="all") == ["Escuela Ñuñoa"]
    assert listed(client_as(Role.MINISTRY), need="in_need") == ["Escuela Lejana", "Escuela Ñuñoa"]
    assert listed(coordinator, need="cannot_assess") == []
    with database.transaction() as session:
        service = session.get(EducationService, here["mine"])
        make_school(session, service=service, name="Jardín", phases=(Phase.PRESCHOOL,))
    assert listed(coordinator, need="cannot_assess") == ["Jardín"]
    director = client_as(Role.DIRECTOR, school_id=here["school"].id)
    text = director.get("/establecimientos/?need=in_need").get_data(as_text=True)
    assert "Necesita apoyo" not in text
    assert "Necesidad de apoyo" not in text


def test_list_asks_the_same_queries_for_one_school_and_three(database, client_as, count_queries):
    client = client_as(Role.MINISTRY)
    counts = []
    for _ in range(2):
        with database.transaction() as session:
            for _ in range(1 + len(counts)):
                make_assessment(session, make_school(session))
        with count_queries() as queries:
            assert client.get("/establecimientos/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_list_is_paged(database, client_as):
    with database.transaction() as session:
        for number in range(51):
            make_school(session, name=f"Escuela {number:02}")
    client = client_as(Role.MINISTRY)
    assert "Escuela 00" in client.get("/establecimientos/").get_data(as_text=True)
    second = client.get("/establecimientos/?page=2").get_data(as_text=True)
    assert "Escuela 50" in second
    assert "Escuela 00" not in second


def test_export_reads_back_and_no_cell_is_a_formula(database, client_as):
    with database.transaction() as session:
        make_school(session, name='=HYPERLINK("http://x")', enrolment=None)
    client = client_as(Role.MINISTRY)
    text = client.get("/establecimientos/exportar.csv").data.decode("utf-8-sig")
    row = next(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert row["Nombre"] == '\'=HYPERLINK("http://x")'
    assert row["Matrícula"] == ""
    book = load_workbook(io.BytesIO(client.get("/establecimientos/exportar.xlsx").data))
    cell = book.active["B2"]
    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("http://x")')
    assert client.get("/establecimientos/exportar.pdf").status_code == 404


def test_page_opens_with_its_sentence_and_each_figure_has_a_source(database, here, client_as):
    school = here["school"]
    with database.transaction() as session:
        make_school_year(session, school)
        make_indicator(session, school)
        for area in ("reading", "mathematics"):
            make_estimate(session, school, area=area, level=12.0 if area == "reading" else 1.0)
        make_result(session, school)
        make_result(session, school, subject=Subject.MATHEMATICS)
    client = client_as(Role.COORDINATOR, service_id=here["mine"])
    text = client.get("/establecimientos/cl:10001").get_data(as_text=True)
    assert "Escuela Ñuñoa: básica, rural, 142 estudiantes, nivel socioeconómico medio bajo (2024)." in text
    assert (
        "En lectura rinde por sobre lo que se espera de escuelas parecidas (2024, 31 estudiantes). "
        "En matemática rinde como se espera de escuelas parecidas (2024, 31 estudiantes)." in text
    )
    assert "IVE" not in text or "n = 140" in text
    assert "simce4b2024.xlsx, 7" in text
    assert "89 %" in text


def test_absent_results_say_so_and_are_never_zero(database, here, client_as):
    school = here["school"]
    with database.transaction() as session:
        for subject in (Subject.READING, Subject.MATHEMATICS):
            make_result(session, school, subject=subject, tested=None, absence=AbsenceReason.SUPPRESSED)
    client = client_as(Role.COORDINATOR, service_id=here["mine"])
    text = client.get("/establecimientos/cl:10001").get_data(as_text=True)
    assert "Lectura: sin resultados publicados en ningún año." in text
    assert "resultado no publicado por la fuente" in text
    section = text.partition('id="results-title"')[2].partition('id="added-title"')[0]
    assert ">0<" not in section


def test_school_without_any_result_says_so(database, client_as):
    with database.transaction() as session:
        make_school(session, code=777, enrolment=None, commune=None, rural=None)
    text = client_as(Role.MINISTRY).get("/establecimientos/cl:777").get_data(as_text=True)
    assert "matrícula sin publicar" in text
    assert "Sin resultados publicados" in text


def test_director_reads_no_need_no_note_and_no_value_added_of_a_foreign_school(database, here, client_as):
    with database.transaction() as session:
        make_need(session, here["foreign"])
        make_diagnosis(session, here["foreign"])
        make_leader(session, here["foreign"])
    client = client_as(Role.DIRECTOR, school_id=here["school"].id)
    text = client.get("/establecimientos/cl:10002").get_data(as_text=True)
    for word in ("Necesita", "necesita apoyo", "Lo dijo la directora", "El plazo es corto", "Valor agregado"):
        assert word not in text
    own = client.get("/establecimientos/cl:10001").get_data(as_text=True)
    assert "Junto a escuelas parecidas" in own
    assert "Lo suyo por hacer" in client.get("/mi-escuela").get_data(as_text=True)


def test_foreign_coordinator_sees_value_added_but_no_need(here, client_as):
    client = client_as(Role.COORDINATOR, service_id=here["mine"])
    text = client.get("/establecimientos/cl:10002").get_data(as_text=True)
    assert "Junto a escuelas parecidas" in text
    assert "¿Necesita apoyo?" not in text


def test_ministry_reads_need_but_no_private_note(database, here, client_as):
    with database.transaction() as session:
        make_need(session, here["school"])
        make_diagnosis(session, here["school"])
    text = client_as(Role.MINISTRY).get("/establecimientos/cl:10001").get_data(as_text=True)
    assert "¿Necesita apoyo?" in text
    assert "Lo dijo la directora" not in text
    assert "El plazo es corto" not in text


def test_coordinator_adds_a_school_and_a_wrong_digit_is_refused(database, here, client_as):
    client = client_as(Role.COORDINATOR, service_id=here["mine"])
    assert client.get("/establecimientos/nuevo").status_code == 200
    wrong = client.post("/establecimientos/nuevo", data={**DETAILS, "code": "20000-1"})
    assert wrong.status_code == 422
    assert "El dígito verificador no corresponde" in wrong.get_data(as_text=True)
    assert "Escuela Los Aromos" in wrong.get_data(as_text=True)
    taken = client.post("/establecimientos/nuevo", data={**DETAILS, "code": "10001-3"})
    assert taken.status_code == 422
    assert "Ya existe un establecimiento" in taken.get_data(as_text=True)
    answer = client.post("/establecimientos/nuevo", data={**DETAILS, "code": "1-9"})
    assert (answer.status_code, answer.location) == (302, "/establecimientos/cl:1")
    assert "Escuela Los Aromos: básica, rural" in client.get("/establecimientos/cl:1").get_data(as_text=True)


def test_form_comes_back_with_every_error_at_its_field(here, client_as):
    client = client_as(Role.COORDINATOR, service_id=here["mine"])
    data = {**DETAILS, "name": "", "latitude": "120", "phases": [], "source": ""}
    answer = client.post("/establecimientos/cl:10001/editar", data=data)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    for field in ("name", "latitude", "phases", "source"):
        assert f'id="{field}-error"' in text


def test_correction_keeps_the_official_value_and_can_be_undone(database, here, client_as):
    with database.transaction() as session:
        session.get(School, here["school"].id).batch_id = make_result(session, here["school"]).batch_id
    client = client_as(Role.COORDINATOR, service_id=here["mine"])
    assert client.post("/establecimientos/cl:10001/editar", data=DETAILS).status_code == 302
    text = client.get("/establecimientos/cl:10001").get_data(as_text=True)
    assert "Escuela Ñuñoa" in text
    assert "La directora, por teléfono" in text
    with database.reading() as session:
        kept = session.scalars(select(Correction).where(Correction.field == "name")).one()
        assert (kept.value, kept.official, kept.ended_at) == ("Escuela Los Aromos", "Escuela Ñuñoa", None)
    path = f"/establecimientos/cl:10001/correcciones/{kept.id}/deshacer"
    assert client.post(path).status_code == 302
    assert client.post(path).status_code == 404
    with database.reading() as session:
        assert session.get(School, here["school"].id).name == "Escuela Ñuñoa"
        actions = list(session.scalars(select(Event.action).order_by(Event.id)))
    assert actions == ["school_corrected", "correction_undone"]


def test_school_is_merged_into_another(database, here, client_as):
    with database.transaction() as session:
        heir = make_school(session, code=555, name="Escuela Nueva")
    client = client_as(Role.COORDINATOR, service_id=here["mine"])
    form = {"closed_on": "2024-03-01", "successor": "10001", "source": "Resolución 12"}
    refused = client.post("/establecimientos/cl:10001/cerrar", data=form)
    assert refused.status_code == 422
    assert "no puede continuarse a sí mismo" in refused.get_data(as_text=True)
    assert (
        client.post("/establecimientos/cl:10001/cerrar", data={**form, "successor": "555"}).status_code == 302
    )
    text = client.get("/establecimientos/cl:10001").get_data(as_text=True)
    assert "Cerrado el vie 1 mar 2024." in text
    assert "Escuela Nueva" in text
    assert "Escuela Ñuñoa" in client.get("/establecimientos/cl:555").get_data(as_text=True)
    again = client.post("/establecimientos/cl:10001/cerrar", data={**form, "successor": ""})
    assert again.status_code == 409
    with database.reading() as session:
        school = session.get(School, here["school"].id)
        assert (school.status, school.successor_id) == (SchoolStatus.CLOSED, heir.id)


def test_need_and_diagnosis_are_registered_by_form(here, client_as):
    client = client_as(Role.COORDINATOR, service_id=here["mine"])
    path = "/establecimientos/cl:10001"
    wrong = client.post(f"{path}/necesidades", data={"element": "focus", "level": "7", "year": "2024"})
    assert wrong.status_code == 422
    assert 'id="level-error"' in wrong.get_data(as_text=True)
    form = {"element": "focus", "level": "2", "year": "2024", "note": "Pauta compartida"}
    assert client.post(f"{path}/necesidades", data=form).status_code == 302
    assert client.post(f"{path}/diagnostico", data={"validated_on": "2199-01-01"}).status_code == 422
    form = {"validated_on": "2024-08-05", "validated_with": "Directora y consejo"}
    assert client.post(f"{path}/diagnostico", data=form).status_code == 302
    text = client.get(path).get_data(as_text=True)
    assert "Foco en el aprendizaje" in text
    assert "Pauta compartida" in text
    assert "Validado el lun 5 ago 2024 con Directora y consejo." in text


@pytest.mark.parametrize(
    "path",
    [
        "editar",
        "cerrar",
        "necesidades",
        "diagnostico",
        "correcciones/1/deshacer",
        "necesidades/1/quitar",
    ],
)
@pytest.mark.parametrize("who", ["ministry", "other", "director"])
def test_only_the_own_coordination_changes_a_school(database, here, client_as, path, who):
    client = {
        "ministry": lambda: client_as(Role.MINISTRY),
        "other": lambda: client_as(Role.COORDINATOR, service_id=here["other"]),
        "director": lambda: client_as(Role.DIRECTOR, school_id=here["school"].id),
    }[who]()
    answer = client.post(f"/establecimientos/cl:10001/{path}", data=DETAILS)
    assert answer.status_code == 403
    with database.reading() as session:
        assert session.scalars(select(Event)).all() == []


def test_visitor_is_asked_to_sign_in(app, here):
    client = app.test_client()
    for path in ("/establecimientos/", "/establecimientos/cl:10001", "/buscar?q=x", "/mi-escuela"):
        assert client.get(path).status_code == 302
    assert client.post("/establecimientos/cl:10001/editar", data=DETAILS).status_code == 403


def test_forms_need_their_token(app, here, client_as):
    app.config["WTF_CSRF_ENABLED"] = True
    client = client_as(Role.COORDINATOR, service_id=here["mine"])
    assert client.post("/establecimientos/cl:10001/editar", data=DETAILS).status_code == 400


def test_search_goes_straight_to_the_only_school_and_finds_only_own_leaders(database, here, client_as):
    with database.transaction() as session:
        make_leader(session, here["foreign"])
        leader = make_leader(session, here["school"])
    client = client_as(Role.COORDINATOR, service_id=here["mine"])
    assert client.get("/buscar?q=lejana").location == "/establecimientos/cl:10002"
    text = client.get("/buscar?q=persona").get_data(as_text=True)
    assert leader.person.name in text
    assert text.count("designada o designado") == 1
    assert client.get("/buscar").status_code == 200


def test_unknown_code_and_odd_codes_are_no_page(here, client_as):
    client = client_as(Role.MINISTRY)
    assert client.get("/establecimientos/cl:4242").status_code == 404
    assert client.get("/establecimientos/xx").status_code == 422


def test_public_page_names_no_school_and_no_need(app, here):
    text = app.test_client().get("/").get_data(as_text=True)
    for word in ("Ñuñoa", "Lejana", "insuficiente", "crítica", "10001"):
        assert word not in text


def test_like_schools_tell_what_makes_them_alike(database, client_as):
    with database.transaction() as session:
        service = make_service(session)
        schools = [make_school(session, service=service, code=900 + n, enrolment=100 + n) for n in range(6)]
        for one in schools:
            make_school_year(session, one, ses_group=2)
            make_result(session, one)
    refresh_evidence(database, SYSTEMS["cl"])
    text = (
        client_as(Role.COORDINATOR, service_id=service.id)
        .get("/establecimientos/cl:900")
        .get_data(as_text=True)
    )
    assert "Las 5 escuelas más parecidas en educación básica" in text
    assert "/establecimientos/cl:905" in text
    assert '/establecimientos/cl:900">' not in text.partition('id="like-primary"')[2]


def test_page_of_a_second_phase_and_an_area(database, here, client_as):
    with database.transaction() as session:
        kept = make_evidence_set(session, phase=Phase.SECONDARY)
        make_assessment(session, here["school"], set_id=kept.id, status="cannot_assess", reason="no_results")
        make_correction(session, here["school"])
    client = client_as(Role.COORDINATOR, service_id=here["mine"])
    text = client.get("/establecimientos/cl:10001?area=reading").get_data(as_text=True)
    assert "No tiene resultados publicados en esta prueba." in text
    assert "Educación media: sin resultados publicados" in text
