"""Every route, every role: who gets what is written in ``access.txt`` and nowhere else.

The asked-for objects (school, leader, run, batch, …) all belong to one territory; *coordinator* is
its own, *foreign* that of another. A route without a line fails, and so does a line without a
route.
"""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, event
from werkzeug.test import TestResponse

from service.app import create_app
from service.config import Settings
from service.db import WRITE, Database
from tests.service import access_table, canaries_partnership
from tests.service.access_table import ACTORS, Line
from tests.service.answers import header_faults
from tests.service.canaries import PASSWORD, Seeded, Word, seed, words_in

ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
READS = ("SELECT", "WITH", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "PRAGMA", "SHOW")
MINISTRY_READS = {
    ("batch_files", "name"),
    ("corrections", "source"),
    ("diagnoses", "validated_with"),
    ("people", "name"),
    ("messages", "subject"),
    ("account_requests", "name"),
    ("account_requests", "note"),
    ("networks", "name"),
    ("networks", "purpose"),
}
"""What the ministry reads of every territory beside the figures: where data came from, and the
accounts that it keeps too; never a note about a school."""
MINISTRY_READS |= {("leader_team", "name"), ("leader_consents", "given_by")}
READ_BY_ASSESSORS = {("leader_applications", "words"), ("leader_team", "name")}
"""What an assessor reads of an application that was asked of them, once nothing binds them to it."""
BETWEEN_PARTNERS = {
    ("visits", "purpose"),
    ("visits", "place"),
    ("visits", "way_there"),
    ("visit_notes", "done"),
    ("visit_notes", "learned"),
    ("visit_notes", "next_steps"),
    ("visit_notes", "surprised_supported"),
    ("visit_notes", "surprised_supporting"),
    ("note_objections", "text"),
}
"""What the two schools of a partnership write for each other."""
WITH_CODE = "/cuestionario/<code>"
"""Whoever holds the code of a sheet is told the name of the network that is asked about, and no more."""
WITH_LINK = "/cuenta/clave/<link>"
"""Whoever holds the link of a message is who it was sent to."""


LINES = access_table.read(access_table.TABLE.read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Country:
    """The application over the seeded country, and a signed-in cookie for each actor."""

    app: Flask
    connection: Connection
    seeded: Seeded
    cookies: dict[str, str]

    def client(self, actor: str) -> FlaskClient:
        """A browser of that actor."""
        client = self.app.test_client()
        if actor != "anonymous":
            client.set_cookie("minga", self.cookies[actor])
        return client


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def country(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Country]:
    """Two territories with canaries, on each engine; rolled back at the end."""
    engine = request.getfixturevalue(f"{request.param}_engine")
    instance = tmp_path_factory.mktemp("access")
    with engine.connect().execution_options(**{WRITE: True}) as connection:
        outer = connection.begin()
        database = Database(connection)
        seeded = seed(database, instance)
        settings = Settings(instance=instance, database_url="unused", secret_key="k" * 40, testing=True)
        app = create_app(settings, database)
        app.config["WTF_CSRF_ENABLED"] = False
        cookies = {name: _signed_in(app, email) for name, email in seeded.emails.items()}
        yield Country(app, connection, seeded, cookies)
        outer.rollback()


def _signed_in(app: Flask, email: str) -> str:
    client = app.test_client()
    answer = client.post("/login", data={"email": email, "password": PASSWORD})
    assert answer.status_code == 302, email
    cookie = client.get_cookie("minga")
    assert cookie is not None
    return cookie.value


def test_the_table_has_a_code_for_every_column_and_tells_each_thing_once() -> None:
    assert access_table.faults(LINES) == []


def test_a_line_with_too_few_codes_and_one_told_twice_are_named() -> None:
    whole = " ".join(["200"] * len(ACTORS))
    text = f"GET /a x=1  302 403 403 200 404 200\n{whole} GET /b # why\n{whole} GET /a x=1\n"
    assert access_table.faults(access_table.read(text)) == [
        "line 1, GET /a x=1: no code for curriculum_head, assessor, read_only",
        "line 3, GET /a x=1: told already in line 1",
    ]
    assert access_table.laid_out(text) == f"  {whole}   GET  /a x=1\n  {whole}   GET  /b\n"
    assert "200 ?   ?   ?     GET  /a x=1" in access_table.laid_out(text.splitlines()[0])


def test_every_route_has_a_line_and_every_line_a_route(country: Country) -> None:
    routes = {
        (method, rule.rule)
        for rule in country.app.url_map.iter_rules()
        for method in rule.methods or ()
        if method in METHODS
    }
    assert {(line.method, line.rule) for line in LINES} == routes


@pytest.mark.parametrize("line", LINES, ids=[line.name for line in LINES])
def test_each_actor_gets_what_the_table_says(country: Country, line: Line) -> None:
    address, sent = _address(line, country.seeded)
    answers = {actor: _ask(country, actor, line.method, address, sent) for actor in ACTORS}
    got = {actor: answer.status_code for actor, answer in answers.items()}
    assert not line.missing, f"line {line.number} has no code for {', '.join(line.missing)}; got {got}"
    assert got == line.expected
    for actor, answer in answers.items():
        to_login = "/login" in answer.headers.get("Location", "")
        assert to_login == (actor == "anonymous" and answer.status_code == 302 and line.method == "GET"), (
            actor
        )
        private = actor != "anonymous" and line.rule not in ("/static/<path:filename>", "/logout")
        assert header_faults(answer, private=private) == [], actor
        foreign = _foreign_words(answer, actor, country.seeded)
        if line.rule == WITH_CODE:
            foreign = {word for word in foreign if (word.table, word.column) != ("networks", "name")}
        assert line.rule == WITH_LINK or foreign == set(), actor


def _ask(country: Country, actor: str, method: str, address: str, sent: dict[str, str]) -> TestResponse:
    """Ask once, and take back whatever it changed; a GET changes nothing to begin with."""
    written: list[str] = []

    def note(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.lstrip().upper().startswith(READS):
            written.append(statement)

    nested = country.connection.begin_nested()
    event.listen(country.connection, "before_cursor_execute", note)
    try:
        values = {"query_string" if method == "GET" else "data": sent}
        answer = country.client(actor).open(address, method=method, **values)
        answer.get_data()
    finally:
        event.remove(country.connection, "before_cursor_execute", note)
        nested.rollback()
    if method == "GET":
        assert written == [], f"{actor} changed something by looking"
    return answer


def _address(line: Line, seeded: Seeded) -> tuple[str, dict[str, str]]:
    """The address of a line, and what is sent with it."""
    given: dict[str, object] = {
        "filename": "build/app.css",
        "kind": "csv",
        "key": "minga-1",
        **asdict(seeded),
    }
    chosen = {name: str(given.get(value, value)) for name, value in line.chosen.items()}
    asked = set(ARGUMENT.findall(line.rule))
    address = ARGUMENT.sub(lambda found: str({**given, **chosen}[found[1]]), line.rule)
    return address, {name: value for name, value in chosen.items() if name not in asked}


def _foreign_words(answer: TestResponse, actor: str, seeded: Seeded) -> set[Word]:
    """Private words in an answer that this actor has no business to read."""
    found = words_in(answer.get_data()) | words_in(str(answer.headers).encode())
    own_school = {
        "director": seeded.school_id,
        "curriculum_head": seeded.school_id,
        "leader": seeded.leader_school_id,
    }.get(actor)
    own_service = {
        "coordinator": seeded.service_id,
        "read_only": seeded.service_id,
        "foreign": seeded.away_service_id,
    }.get(actor)
    of_pairs = {
        word
        for word in found
        if word.table in canaries_partnership.TABLES
        and not canaries_partnership.may_read(actor, word.table, word.column)
    }
    return of_pairs | {
        word
        for word in found
        if not (word.table in canaries_partnership.TABLES and word.service == str(seeded.service_id))
        and word.service != str(own_service)
        and word.school != str(own_school)
        and not (
            actor == "leader"
            and word.school == str(seeded.school_id)
            and (word.table, word.column) in BETWEEN_PARTNERS
        )
        and not (actor == "ministry" and (word.table, word.column) in MINISTRY_READS)
        and not (
            actor == "assessor"
            and word.service == str(seeded.service_id)
            and (word.table, word.column) in READ_BY_ASSESSORS
        )
    }
