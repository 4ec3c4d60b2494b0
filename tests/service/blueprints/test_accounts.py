"""Signing in and out, and the language: same answer to a wrong address, no session that outlives its end."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.app import create_app
from service.config import Settings
from service.db import Database
from service.models import Account
from service.models.enums import Role
from service.operations import accounts as operations
from service.permissions import OPERATOR, Place
from tests.factories import accounts as made

EMAIL, PASSWORD = "paula@slep.example.org", "caracola-azul-9"


@pytest.fixture
def account(database: Database) -> Account:
    with database.transaction() as session:
        return operations.add_account(
            session,
            actor=OPERATOR,
            email=EMAIL,
            name="Paula Soto",
            password=PASSWORD,
            role=Role.MINISTRY,
            place=Place(),
        )


def _sign_in(client: FlaskClient, **sent: str) -> str:
    answer = client.post("/login", data={"email": EMAIL, "password": PASSWORD, **sent})
    assert answer.status_code == 302, answer.get_data(as_text=True)[:300]
    return answer.headers["Location"]


def test_sign_in_opens_the_pages_and_sign_out_closes_them(app: Flask, account: Account) -> None:
    client = app.test_client()
    assert client.get("/establecimientos/").headers["Location"] == "/login?next=/establecimientos/"

    assert _sign_in(client, next="/establecimientos/") == "/establecimientos/"
    assert client.get("/establecimientos/").status_code == 200

    assert client.post("/logout").status_code == 302
    assert client.get("/establecimientos/").status_code == 302


def test_sign_in_address_is_read_without_case_or_spaces(app: Flask, account: Account) -> None:
    assert _sign_in(app.test_client(), email=f"  {EMAIL.upper()} ") == "/"


def test_unknown_address_and_wrong_password_get_the_same_answer(app: Flask, account: Account) -> None:
    def answer(email: str) -> tuple[int, str]:
        found = app.test_client().post("/login", data={"email": email, "password": "no-es-esta-clave"})
        page = found.get_data(as_text=True).replace(email, "")
        return found.status_code, re.sub(r'name="csrf_token" value="[^"]+"', "", page)

    wrong, unknown = answer(EMAIL), answer("nadie@slep.example.org")

    assert wrong[0] == 422
    assert "no coinciden" in wrong[1]
    assert wrong == unknown


def test_unknown_address_costs_as_much_hashing_as_a_wrong_password(
    database: Database, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []

    class Counting:
        def verify(self, stored: str, _password: str) -> bool:
            checked.append(stored)
            raise operations.VerificationError

    monkeypatch.setattr(operations, "hasher", Counting())
    with database.reading() as session:
        for email in (EMAIL, "nadie@slep.example.org"):
            assert operations.authenticate(session, email, "x") is None
    assert len(checked) == 2


def test_account_put_out_of_use_neither_signs_in_nor_stays_in(
    app: Flask, database: Database, account: Account
) -> None:
    client = app.test_client()
    _sign_in(client)
    with database.transaction() as session:
        session.get_one(Account, account.id).active = False

    assert client.get("/establecimientos/").status_code == 302
    assert app.test_client().post("/login", data={"email": EMAIL, "password": PASSWORD}).status_code == 422


def test_sign_out_ends_the_session_for_good_and_leaves_those_of_other_devices(
    app: Flask, account: Account
) -> None:
    here, there = app.test_client(), app.test_client()
    _sign_in(here)
    _sign_in(there)
    kept = here.get_cookie("minga")
    assert kept is not None

    here.post("/logout")

    assert there.get("/establecimientos/").status_code == 200
    again = app.test_client()
    again.set_cookie("minga", kept.value)
    assert again.get("/establecimientos/").status_code == 302


def test_signing_in_makes_a_new_session(app: Flask, account: Account) -> None:
    client = app.test_client()
    client.get("/login")
    with client.session_transaction() as kept:
        kept["planted"] = "by somebody else"
        kept["locale"] = "en"
    _sign_in(client)
    with client.session_transaction() as kept:
        assert "planted" not in kept
        assert kept["locale"] == "en"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "evil.example",
        "//[",
        "/%0d%0aLocation:%20https://evil.example",
    ],
)
@pytest.mark.parametrize("path", ["/login", "/idioma"])
def test_address_to_go_on_to_stays_on_this_site(app: Flask, account: Account, path: str, target: str) -> None:
    data = {"email": EMAIL, "password": PASSWORD, "locale": "es", "next": target}
    answer = app.test_client().post(path, data=data)
    assert answer.status_code == 302
    location = answer.headers["Location"]
    assert location.startswith("/")
    assert location[1:2] not in ("/", "\\", "\t", "\n")
    assert "\n" not in location
    shown = app.test_client().get("/login", query_string={"next": target}).get_data(as_text=True)
    assert f'name="next" value="{target}"' not in shown or target.startswith("/%0d")


def test_language_is_kept_and_the_page_comes_back(app: Flask, database: Database, account: Account) -> None:
    client = app.test_client()
    _sign_in(client)
    here = "/establecimientos/?q=aromos&territory=all"

    answer = client.post("/idioma", data={"locale": "en", "next": here})

    assert answer.headers["Location"] == here
    assert '<html lang="en">' in client.get(here).get_data(as_text=True)
    with database.reading() as session:
        assert session.get_one(Account, account.id).locale == "en"
    other_device = app.test_client()
    _sign_in(other_device)
    assert '<html lang="en">' in other_device.get(here).get_data(as_text=True)


def test_language_unknown_changes_nothing(app: Flask) -> None:
    client = app.test_client()
    assert client.post("/idioma", data={"locale": "xx", "next": "/"}).status_code == 302
    assert '<html lang="es">' in client.get("/").get_data(as_text=True)


def test_language_of_a_visitor_is_that_of_the_browser(app: Flask) -> None:
    page = app.test_client().get("/", headers={"Accept-Language": "en-GB,en;q=0.8"})
    assert '<html lang="en">' in page.get_data(as_text=True)


def test_form_without_its_token_is_refused_with_a_page(database: Database, tmp_path: Path) -> None:
    settings = Settings(instance=tmp_path, database_url="unused", secret_key="x" * 40, testing=True)
    app = create_app(settings, database)
    answer = app.test_client().post("/login", data={"email": EMAIL, "password": PASSWORD})
    assert answer.status_code == 400
    assert "Recargue la página" in answer.get_data(as_text=True)


def test_every_form_route_asks_for_its_token(database: Database, tmp_path: Path) -> None:
    settings = Settings(instance=tmp_path, database_url="unused", secret_key="x" * 40, testing=True)
    app = create_app(settings, database)
    client = app.test_client()
    with app.test_request_context():
        values = {"code": "cl:1", "kind": "csv", "token": "x"}
        posts = [
            rule.build({**dict.fromkeys(rule.arguments, 1), **values}, append_unknown=False)
            for rule in app.url_map.iter_rules()
            if "POST" in (rule.methods or ())
        ]
    answers = {built[1]: client.post(built[1]).status_code for built in posts if built is not None}
    assert len(answers) == len(posts)
    assert set(answers.values()) == {400}


def test_too_many_attempts_are_told_to_wait(
    app: Flask, database: Database, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    settings = Settings(instance=tmp_path, database_url="unused", secret_key="x" * 40)
    limited = create_app(settings, database)
    limited.config["WTF_CSRF_ENABLED"] = False
    request.addfinalizer(lambda: _unlimited(settings, database))
    client = limited.test_client()
    sent = {"email": "a", "password": "b"}

    answers = [client.post("/login", data=sent).status_code for _ in range(21)]

    assert answers == [422] * 20 + [429]
    page = client.post("/login", data=sent).get_data(as_text=True)
    assert "Espere un minuto" in page


def test_a_whole_room_signs_in_from_one_address(
    app: Flask, database: Database, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    settings = Settings(instance=tmp_path, database_url="unused", secret_key="x" * 40)
    limited = create_app(settings, database)
    limited.config["WTF_CSRF_ENABLED"] = False
    request.addfinalizer(lambda: _unlimited(settings, database))
    with database.transaction() as session:
        people = [made.make_account(session, Role.MINISTRY) for _ in range(12)]
        emails = [person.email for person in people]

    answers = [
        limited.test_client().post("/login", data={"email": email, "password": made.PASSWORD}).status_code
        for email in emails
    ]

    assert answers == [302] * 12


def _unlimited(settings: Settings, database: Database) -> None:
    """The limiter is one for all applications of a process: the tests' own have none."""
    create_app(replace(settings, testing=True), database)
