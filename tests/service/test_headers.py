"""Headers of every kind of answer, and the two addresses that tell whether Minga is well."""

from importlib import import_module
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from service.app import create_app
from service.config import Settings
from service.db import Database
from service.models.enums import Role
from tests.service.answers import header_faults
from tests.service.conftest import ClientAs


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/login", 200),
        ("/healthz", 200),
        ("/readyz", 200),
        ("/nada", 404),
        ("/logout", 405),
        ("/establecimientos/", 302),
        ("/static/build/app.css", 200),
        ("/static/build/nada.css", 404),
        ("/static/../config.py", 404),
    ],
)
def test_every_answer_carries_its_headers(app: Flask, path: str, status: int) -> None:
    answer = app.test_client().get(path)
    assert answer.status_code == status
    assert header_faults(answer, private=False) == []


@pytest.mark.parametrize("path", ["/establecimientos/", "/nada", "/lideres/999999/editar", "/logout"])
def test_no_page_of_a_signed_in_person_is_kept(client_as: ClientAs, path: str) -> None:
    answer = client_as(Role.MINISTRY).get(path)
    assert header_faults(answer, private=True) == []


def test_fault_of_ours_is_a_page_with_a_number_and_its_headers(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_session: object) -> None:
        raise ZeroDivisionError("a secret of the machine")

    monkeypatch.setattr(import_module("service.blueprints.public"), "public_figures", fail)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = app.test_client().get("/")
    assert answer.status_code == 500
    assert header_faults(answer, private=False) == []
    assert "a secret" not in answer.get_data(as_text=True)
    assert "dé este número" in answer.get_data(as_text=True)


def test_database_that_fails_still_gets_a_page(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_self: Database) -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(Database, "new_session", gone)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client = app.test_client()
    answer = client.get("/")
    assert answer.status_code == 500
    assert header_faults(answer, private=False) == []
    assert "Algo falló de nuestro lado" in answer.get_data(as_text=True)
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503


def test_program_gets_an_error_as_json(app: Flask) -> None:
    answer = app.test_client().get("/nada", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.json is not None
    assert answer.json["code"] == "404"


def test_upload_above_the_limit_is_refused(app: Flask) -> None:
    answer = app.test_client().post("/login", data={"email": "x" * (11 * 1024 * 1024)})
    assert answer.status_code == 413
    assert "Divídalo" in answer.get_data(as_text=True)
    assert header_faults(answer, private=False) == []


def test_https_keeps_browsers_on_https(database: Database, tmp_path: Path) -> None:
    settings = Settings(
        instance=tmp_path, database_url="unused", secret_key="x" * 40, https=True, testing=True
    )
    client = create_app(settings, database).test_client()
    answer = client.get("/login", base_url="https://minga.example")
    assert "max-age=" in answer.headers["Strict-Transport-Security"]
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-minga=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    moved = client.get("/login", base_url="http://minga.example")
    assert moved.status_code == 302
    assert moved.headers["Location"] == "https://minga.example/login"
