"""Data: the list, the upload and its refusals, and who may see which list."""

import io
import re

import pytest
from sqlalchemy import func, select

from service.blueprints.forms.imports import plain_name
from service.locks import exclusive
from service.models import Batch, Leader
from service.models.enums import BatchState, Role
from service.wording.imports import years
from tests.factories.imports import make_batch
from tests.factories.schools import make_school, make_service
from tests.service.imports.files import csv_file, directory, looking, simce, take_in

NEW = "/coordinacion/datos/nuevo"
LIST = "/coordinacion/datos"


def send(client, source, *uploads, **fields):
    files = [(io.BytesIO(one.content), one.name) for one in uploads]
    return client.post(NEW, data={"source": source, "files": files, **fields})


def leaders(*rows, name="lideres.csv", **kwargs):
    usual = {"name": "Ana Soto", "email": "ana@escuela.cl", "capacity": 2}
    return csv_file(name, [usual | row for row in rows], **kwargs)


def batches(database):
    with looking(database) as session:
        return list(session.scalars(select(Batch).order_by(Batch.id)))


@pytest.fixture
def ministry(client_as):
    return client_as(Role.MINISTRY)


@pytest.fixture
def territories(database):
    """Two services, each with a school: their ids, and the codes of the schools."""
    with database.transaction() as session:
        services = [make_service(session), make_service(session)]
        schools = [make_school(session, service=one) for one in services]
        return [one.id for one in services], [one.code for one in schools]


def test_an_empty_minga_says_where_to_begin(ministry):
    text = ministry.get(LIST).text.partition("<main")[2]
    places = [
        text.index(word) for word in ("Directorio oficial", "Servicios locales", "SIMCE", "IVE", "Líderes")
    ]
    assert places == sorted(places)
    assert "todavía no tiene datos" in text


def test_upload_is_checked_and_nothing_is_applied(ministry, database):
    answer = send(ministry, "cl-directory", directory({}, {"RBD": 20}))
    [batch] = batches(database)
    assert (answer.status_code, answer.location) == (303, f"{LIST}/{batch.id}")
    assert (batch.state, batch.counts["created"]) == (BatchState.CHECKED, 2)
    page = ministry.get(answer.location).text
    assert "2 filas nuevas" in page
    assert "Todavía no se ha aplicado nada." in page
    assert "todavía no tiene datos" in ministry.get(LIST).text


def test_applied_file_is_told_with_its_hash(ministry, database, tmp_path):
    file = directory({})
    report = take_in(database, tmp_path, "cl-directory", file)
    with looking(database) as session:
        batch = session.get(Batch, report.batch)
        assert batch is not None
    text = ministry.get(LIST).text
    assert "1 establecimiento" in text
    assert "por línea de comandos" in text
    assert re.search(r"huella <code>[0-9a-f]{12}</code>", text)
    assert "Falta cargar: Servicios locales, SIMCE, IVE y Líderes." in text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"source": ""}, "Elija qué archivo es."),
        ({"source": "cl-unknown"}, "Elija qué archivo es."),
        ({"source": "leaders"}, "Elija qué archivo es."),
        ({"year": "mañana"}, "Escriba un número entero entre 1.980"),
        ({"files": []}, "Elija al menos un archivo."),
    ],
)
def test_form_is_refused_at_the_field(ministry, database, fields, sentence):
    usual = {"source": "cl-directory", "files": [(io.BytesIO(directory({}).content), "d.csv")]}
    answer = ministry.post(NEW, data=usual | fields)
    assert answer.status_code == 422
    assert sentence.replace("1.980", "1980") in answer.text
    assert batches(database) == []


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "vacio.csv", "vacio.csv: el archivo está vacío."),
        (b"ab", "corto.csv", "corto.csv: no es un directorio oficial"),
        (b"\x00\x01\x02", "nulo.csv", "nulo.csv: no es texto"),
        (b"PK\x03\x04rubbish", "libro.csv", "libro.csv: el libro está dañado"),
        (b"%PDF-1.7", "informe.csv", "informe.csv: es un PDF"),
    ],
)
def test_wrong_file_is_refused_in_one_sentence(ministry, database, content, name, sentence):
    answer = ministry.post(NEW, data={"source": "cl-directory", "files": [(io.BytesIO(content), name)]})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert batches(database) == []


def test_workbook_named_csv_is_read_by_its_content(ministry, database, tmp_path):
    take_in(database, tmp_path, "cl-directory", directory({}))
    assert send(ministry, "cl-simce", simce({}, name="simce4b2024.csv")).status_code == 303
    assert batches(database)[-1].counts["results"] == 2


def test_file_of_another_source_is_named(ministry):
    answer = send(ministry, "cl-slep", directory({}))
    assert answer.status_code == 422
    assert "parece un directorio oficial de establecimientos de Chile" in answer.text


def test_pupils_are_refused(ministry, database):
    rows = csv_file("alumnos.csv", [{"RBD": 10, "MRUN_ALUMNO": 5, "nota": 6}])
    answer = send(ministry, "cl-simce", rows)
    assert answer.status_code == 422
    assert "archivo de alumnos" in answer.text


def test_two_files_of_one_name_are_refused(ministry):
    answer = send(ministry, "cl-directory", directory({}), directory({"RBD": 20}))
    assert (answer.status_code, "el mismo nombre" in answer.text) == (422, True)


def test_oversized_upload_gets_the_413_page(ministry, app):
    app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = send(ministry, "cl-directory", directory(*({"RBD": n} for n in range(1, 60))))
    assert answer.status_code == 413
    assert "El archivo es demasiado grande" in answer.text


def test_second_import_at_once_is_told_to_wait(ministry, database):
    with exclusive(database, "import", "busy"):
        answer = send(ministry, "cl-directory", directory({}))
    assert answer.status_code == 409
    assert "Hay otra importación en marcha" in answer.text
    assert batches(database) == []


def test_name_of_a_file_is_only_told(ministry, database):
    file = directory({})
    hostile = '../../<script>alert(1)</script>".csv'
    ministry.post(NEW, data={"source": "cl-directory", "files": [(io.BytesIO(file.content), hostile)]})
    [batch] = batches(database)
    page = ministry.get(f"{LIST}/{batch.id}").text
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Descargas\\lista.csv", "lista.csv"),
        ("../../etc/passwd", "passwd"),
        ("nin\u0303o.csv", "niño.csv"),
        ("a\r\nb\x00.csv", "ab.csv"),
        ("x" * 300 + ".xlsx", "x" * 138 + ".xlsx"),
        ("/", "archivo"),
    ],
)
def test_plain_name(given, kept):
    assert plain_name(given) == kept


@pytest.mark.parametrize(
    ("found", "told"),
    [([], ""), ([2024], "2024"), ([2022, 2014, 2015, 2016], "2014–2016 y 2022"), ([2014, 2015], "2014–2015")],
)
def test_years_in_a_row_are_one_stretch(app, found, told):
    with app.test_request_context():
        assert years(found) == told


def test_list_asks_the_same_questions_of_one_batch_and_of_three(client_as, database, count_queries):
    client = client_as(Role.MINISTRY)
    counted = []
    for _round in range(2):
        with database.transaction() as session:
            make_batch(session)
        with count_queries() as queries:
            assert client.get(LIST).status_code == 200
        counted.append(len(queries))
        with database.transaction() as session:
            make_batch(session, source="cl-ive")
    assert counted[0] == counted[1]


def test_list_is_filtered(ministry, database):
    with database.transaction() as session:
        make_batch(session, source="cl-simce")
        make_batch(session, source="cl-ive", state=BatchState.DISCARDED)
    assert "1 carga, la más nueva primero" in ministry.get(f"{LIST}?source=cl-ive").text
    assert "Ninguna carga así" in ministry.get(f"{LIST}?source=cl-ive&state=applied").text
    assert ministry.get(f"{LIST}?source=nada&state=nada&page=999").status_code == 200


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.LEADER])
def test_others_are_told_whom_to_ask(client_as, role, territories):
    client = client_as(role)
    for answer in (client.get(LIST), client.get(NEW), send(client, "cl-directory", directory({}))):
        assert answer.status_code == 403


def test_visitor_is_asked_to_sign_in(app):
    assert app.test_client().get(LIST).status_code == 302


def test_own_list_is_for_its_territory_and_counts_for_the_ministry(client_as, database, territories):
    (mine, theirs), (code, foreign) = territories
    coordinator = client_as(Role.COORDINATOR, service_id=mine)
    answer = send(coordinator, "leaders", leaders({"school": code}, {"school": foreign, "email": "malo"}))
    [batch] = batches(database)
    assert answer.location == f"{LIST}/{batch.id}"
    assert "«malo» no es un correo" in coordinator.get(answer.location).text
    colleague = client_as(Role.COORDINATOR, service_id=mine)
    assert "«malo» no es un correo" in colleague.get(answer.location).text
    other = client_as(Role.COORDINATOR, service_id=theirs)
    assert other.get(answer.location).status_code == 404
    assert other.get(f"{answer.location}/rechazadas.csv").status_code == 404
    assert other.post(f"{answer.location}/aplicar").status_code == 404
    assert "lideres.csv" not in other.get(LIST).text
    ministry = client_as(Role.MINISTRY)
    page = ministry.get(answer.location).text
    assert "El correo no se entiende: <strong>1</strong>" in page
    assert "malo" not in page
    assert "Ana Soto" not in page
    assert ministry.get(f"{answer.location}/rechazadas.csv").status_code == 403
    assert ministry.post(f"{answer.location}/aplicar").status_code == 403


def test_coordinator_applies_only_rows_of_the_territory(client_as, database, territories):
    (mine, _theirs), (code, foreign) = territories
    client = client_as(Role.COORDINATOR, service_id=mine)
    answer = send(client, "leaders", leaders({"school": code}, {"school": foreign, "email": "b@escuela.cl"}))
    assert "El establecimiento no es de su territorio." in client.get(answer.location).text
    assert client.post(f"{answer.location}/aplicar").status_code == 303
    with looking(database) as session:
        assert session.scalar(select(func.count()).select_from(Leader)) == 1


def test_columns_with_other_names_are_asked_for(client_as, database, territories):
    (mine, _theirs), (code, _foreign) = territories
    client = client_as(Role.COORDINATOR, service_id=mine)
    rows = [
        {"RBD": code, "Nombre completo": "Íñigo Núñez", "Correo": "i@escuela.cl", "Cupos": 2, "Otra": "=1"}
    ]
    asked = send(client, "leaders", csv_file("lista.csv", rows, encoding="cp1252"))
    assert asked.status_code == 303
    page = client.get(asked.location).text
    assert "Íñigo Núñez" in page
    assert "Windows-1252" in page
    told = {"school": "0", "name": "1", "email": "2", "capacity": "3"}
    assert client.post(asked.location, data=told | {"name": "0"}).status_code == 422
    assert client.post(asked.location, data=told | {"school": ""}).status_code == 422
    checked = client.post(asked.location, data=told)
    assert checked.status_code == 303
    assert client.post(f"{checked.location}/aplicar").status_code == 303
    with looking(database) as session:
        assert session.scalar(select(Leader.capacity)) == 2
    assert client.get(asked.location).status_code == 409


def test_waiting_file_is_only_for_who_uploaded_it(client_as, territories):
    (mine, _theirs), (code, _foreign) = territories
    asked = send(
        client_as(Role.COORDINATOR, service_id=mine),
        "needs",
        csv_file("necesidades.csv", [{"RBD": code, "Año": 2025, "Dimensión": "focus", "Nivel": 1}]),
    )
    assert asked.status_code == 303
    other = client_as(Role.COORDINATOR, service_id=mine)
    assert other.get(asked.location).status_code == 409
    assert other.get(f"{LIST}/columnas/..%2F..%2Fsecret").status_code in (404, 409)
    assert client_as(Role.MINISTRY).get(asked.location).status_code == 403


def test_same_file_twice_changes_nothing(ministry, database, tmp_path):
    file = directory({}, {"RBD": 20})
    take_in(database, tmp_path, "cl-directory", file)
    answer = send(ministry, "cl-directory", file)
    page = ministry.get(answer.location).text
    assert "No trae nada nuevo: 2 iguales. Aplicarlo no cambiaría nada." in page
