"""One import: what it would change, what is decided, what it did and what came back."""

import csv
import io
import re

import pytest
from sqlalchemy import select

from service.locks import exclusive
from service.models import Batch, Change, Result, School
from service.models.enums import BatchState, ChangeDecision, Role
from service.operations.imports import check_import
from service.permissions import OPERATOR
from tests.factories.imports import make_batch
from tests.service.imports.files import directory, looking, simce, take_in

COLUMNS = ("Antes", "Según el archivo")
THIS_YEAR = ({}, {"RBD": 20}, {"RBD": 30}, {"RBD": 50, "ESTADO_ESTAB": 3})
NEXT_YEAR = (
    {"NOM_RBD": "ESCUELA NUEVA"},
    {"RBD": 20, "ESTADO_ESTAB": 3},
    {"RBD": 30, "COD_DEPE": 6, "RUT_SOSTENEDOR": 60_000_222},
    {"RBD": 50},
    {"RBD": 60},
)


@pytest.fixture
def client(client_as):
    return client_as(Role.MINISTRY)


@pytest.fixture
def checked(database, tmp_path):
    """The address of a checked directory of the next year."""
    take_in(database, tmp_path, "cl-directory", directory(*THIS_YEAR, year=2025))
    report = check_import(
        database, "cl-directory", [directory(*NEXT_YEAR, year=2026)], actor=OPERATOR, instance=tmp_path
    )
    return f"/coordinacion/datos/{report.batch}"


def school(database, code):
    with looking(database) as session:
        return session.scalar(select(School).where(School.code == code))


def changes(database, kind):
    with looking(database) as session:
        return list(session.scalars(select(Change).where(Change.kind == kind).order_by(Change.id)))


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("closed", ["en funcionamiento", "cerrado"]),
        ("reopened", ["cerrado", "en funcionamiento"]),
        ("renamed", ["ESCUELA UNO", "ESCUELA NUEVA"]),
        ("owner_changed", ["Municipal", "Servicio local (SLEP) · RUT 60000222"]),
        ("opened", ["–", "ESCUELA UNO"]),
    ],
)
def test_each_kind_of_change_is_shown_before_and_after(client, checked, kind, shown):
    page = client.get(f"{checked}?view={kind}").text
    cells = [re.search(f'data-label="{label}"><span>(.*?)</span>', page) for label in COLUMNS]
    assert [cell and cell[1].strip() for cell in cells] == shown
    assert "se aplica" in page


def test_accepted_changes_are_applied(client, checked, database):
    answer = client.post(f"{checked}/aplicar", follow_redirects=True)
    assert "5 filas cambiaron lo guardado" in answer.text
    assert school(database, 10).name == "ESCUELA NUEVA"
    assert school(database, 20).status.value == "closed"
    assert "Se aplicó el" in client.get(checked).text


def test_one_change_is_left_out(client, checked, database):
    [renamed] = changes(database, "renamed")
    address = f"{checked}/cambios/{renamed.id}"
    answer = client.post(address, data={"decision": "rejected", "view": "renamed"})
    assert answer.location == f"{checked}?view=renamed#detalle"
    page = client.get(f"{checked}?view=renamed").text
    assert "queda fuera" in page
    assert "1 cambio queda fuera." in page
    client.post(f"{checked}/aplicar")
    assert school(database, 10).name == "ESCUELA UNO"
    assert school(database, 20).status.value == "closed"


def test_a_whole_kind_is_left_out_and_taken_back(client, checked, database):
    for decision in (ChangeDecision.REJECTED, ChangeDecision.ACCEPTED):
        client.post(f"{checked}/cambios", data={"kind": "closed", "decision": decision.value})
        assert {one.decision for one in changes(database, "closed")} == {decision}
    assert {one.decision for one in changes(database, "opened")} == {ChangeDecision.ACCEPTED}


@pytest.mark.parametrize("fields", [{}, {"decision": "perhaps", "kind": "closed"}, {"decision": "accepted"}])
def test_what_is_no_decision_is_refused(client, checked, fields):
    assert client.post(f"{checked}/cambios", data=fields).status_code == 422


def test_search_finds_a_change_by_number_and_by_name(client, checked):
    assert "1 cambio<" in client.get(f"{checked}?view=closed&q=20").text
    assert "1 cambio<" in client.get(f"{checked}?view=closed&q=escuela uno").text
    assert "Ninguna escuela así" in client.get(f"{checked}?view=closed&q=99").text


def test_discarded_batch_decides_nothing_any_more(client, checked, database):
    assert client.post(f"{checked}/descartar").status_code == 303
    assert "Se descartó: no se aplicó nada." in client.get(checked).text
    [renamed] = changes(database, "renamed")
    for path, fields in (
        ("aplicar", {}),
        ("descartar", {}),
        (f"cambios/{renamed.id}", {"decision": "rejected"}),
        ("cambios", {"decision": "rejected", "kind": "renamed"}),
    ):
        answer = client.post(f"{checked}/{path}", data=fields)
        assert (answer.status_code, "ya no espera una decisión" in answer.text) == (409, True)
    assert school(database, 10).name == "ESCUELA UNO"


def test_apply_while_another_import_runs_is_told_to_wait(client, checked, database):
    with exclusive(database, "import", "busy"):
        answer = client.post(f"{checked}/aplicar")
    assert answer.status_code == 409
    assert "Hay otra importación en marcha" in answer.text
    assert school(database, 10).name == "ESCUELA UNO"


def test_file_that_is_gone_says_so(client, checked, tmp_path):
    for path in (tmp_path / "uploads").iterdir():
        path.unlink()
    answer = client.post(f"{checked}/aplicar")
    assert (answer.status_code, "súbalo de nuevo" in answer.text) == (409, True)


def test_files_of_several_years_are_applied_together(client, database, tmp_path):
    take_in(database, tmp_path, "cl-directory", directory({}))
    uploads = [simce({"agno": year}, name=f"simce4b{year}.xlsx") for year in (2023, 2024)]
    report = check_import(database, "cl-simce", uploads, actor=OPERATOR, instance=tmp_path)
    assert client.post(f"/coordinacion/datos/{report.batch}/aplicar").status_code == 303
    with looking(database) as session:
        assert set(session.scalars(select(Result.year))) == {2023, 2024}


@pytest.mark.parametrize("applied", [False, True])
def test_rejected_rows_come_back_and_can_be_sent_again(client, database, tmp_path, applied):
    take_in(database, tmp_path, "cl-directory", directory({}))
    rows = simce({}, {"rbd": 77, "nom_rbd": "=cmd()"}, {"rbd": "x"})
    report = check_import(database, "cl-simce", [rows], actor=OPERATOR, instance=tmp_path)
    address = f"/coordinacion/datos/{report.batch}"
    if applied:
        client.post(f"{address}/aplicar")
    page = client.get(f"{address}?view=rejected").text
    assert "2 filas rechazadas" in page
    assert "1 fila rechazada<" in client.get(f"{address}?view=rejected&q=77").text
    answer = client.get(f"{address}/rechazadas.csv")
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="filas-rechazadas-{report.batch}.csv"'
    )
    table = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig")), delimiter=";"))
    assert [(row["rbd"], row["minga_row"]) for row in table] == [("77", "3"), ("x", "4")]
    assert table[0]["minga_code"] == "unknown_school"
    assert table[0]["nom_rbd"] == "'=cmd()"
    take_in(database, tmp_path, "cl-directory", directory({}, {"RBD": 77}))
    again = client.post(
        "/coordinacion/datos/nuevo",
        data={"source": "cl-simce", "files": [(io.BytesIO(answer.get_data()), "corregidas.csv")]},
    )
    assert again.status_code == 303
    with looking(database) as session:
        batch = session.scalar(select(Batch).order_by(Batch.id.desc()).limit(1))
        assert batch is not None
        assert (batch.counts["created"], batch.counts["rejected"]) == (1, 1)


def test_no_rejected_rows_no_file(client, checked):
    assert client.get(f"{checked}/rechazadas.csv").status_code == 404


@pytest.mark.parametrize("path", ["", "/rechazadas.csv"])
def test_unknown_batch_is_not_found(client, path):
    assert client.get(f"/coordinacion/datos/999999{path}").status_code == 404


@pytest.mark.parametrize("state", list(BatchState))
def test_every_state_has_a_page(client, database, state):
    with database.transaction() as session:
        batch = make_batch(session, state=state, applied_at=None)
    assert client.get(f"/coordinacion/datos/{batch.id}").status_code == 200


def test_nothing_changes_by_get(client, checked, database):
    [renamed] = changes(database, "renamed")
    for path in ("aplicar", "descartar", f"cambios/{renamed.id}", "cambios"):
        assert client.get(f"{checked}/{path}").status_code in (404, 405)
