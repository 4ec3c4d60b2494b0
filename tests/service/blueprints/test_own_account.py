"""Sessions that end when they must, links that open once, and answers that tell nothing."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from service.db import Database
from service.letters import HERE
from service.login import TOUCHES
from service.models import Account, AccountSession, Grant, Message
from service.models.columns import utc_now
from service.models.enums import Role
from tests.factories.accounts import PASSWORD, make_account
from tests.factories.schools import make_school, make_service

NEW = "cuatro palabras muy largas"


@pytest.fixture
def account(database: Database) -> Account:
    with database.transaction() as session:
        service = make_service(session)
        make_school(session, service=service)
        return make_account(session, Role.COORDINATOR, service_id=service.id)


def _sign_in(app: Flask, account: Account, password: str = PASSWORD) -> FlaskClient:
    client = app.test_client()
    answer = client.post("/login", data={"email": account.email, "password": password})
    assert answer.status_code == 302
    return client


def _is_in(client: FlaskClient) -> bool:
    return client.get("/establecimientos/").status_code == 200


def _cookie(client: FlaskClient) -> str:
    cookie = client.get_cookie("minga")
    assert cookie is not None
    return cookie.value


def _change_sessions(database: Database, **values: Any) -> None:
    with database.transaction() as session:
        session.execute(update(AccountSession).values(**values))


@pytest.mark.parametrize(
    "values",
    [
        {"seen_at": utc_now() - timedelta(minutes=31)},
        {"expires_at": utc_now() - timedelta(seconds=1)},
        {"ended_at": utc_now()},
    ],
)
def test_session_ends_when_idle_when_old_and_when_ended(
    app: Flask, database: Database, account: Account, values: dict[str, Any]
) -> None:
    client = _sign_in(app, account)
    assert _is_in(client)
    _change_sessions(database, **values)
    assert not _is_in(client)


def test_session_in_use_stays_and_is_written_rarely(app: Flask, database: Database, account: Account) -> None:
    client = _sign_in(app, account)
    before = utc_now() - timedelta(minutes=30 / TOUCHES + 1)
    _change_sessions(database, seen_at=before)

    assert _is_in(client)

    with database.reading() as session:
        first = session.scalars(select(AccountSession.seen_at)).one()
    assert first > before
    assert _is_in(client)
    with database.reading() as session:
        assert session.scalars(select(AccountSession.seen_at)).one() == first


def test_cookie_and_database_do_not_hold_the_same_key(
    app: Flask, database: Database, account: Account
) -> None:
    client = _sign_in(app, account)
    with client.session_transaction() as kept:
        key = kept["_user_id"]
    with database.reading() as session:
        stored = session.scalars(select(AccountSession.key_hash)).one()
    assert key != stored
    other = app.test_client()
    with other.session_transaction() as planted:
        planted["_user_id"] = stored
    assert not _is_in(other)


def test_each_sign_in_has_a_key_of_its_own(app: Flask, account: Account) -> None:
    first, second = _sign_in(app, account), _sign_in(app, account)
    with first.session_transaction() as one, second.session_transaction() as two:
        assert one["_user_id"] != two["_user_id"]


def test_role_taken_away_is_gone_with_the_next_request(
    app: Flask, database: Database, account: Account
) -> None:
    client = _sign_in(app, account)
    assert client.get("/coordinacion/").status_code == 200
    with database.transaction() as session:
        session.delete(session.scalars(select(Grant).where(Grant.account_id == account.id)).one())
    assert client.get("/coordinacion/").status_code == 403


def test_person_sees_the_own_sessions_and_ends_one_or_all_others(app: Flask, account: Account) -> None:
    here, there, third = (_sign_in(app, account) for _device in range(3))
    page = here.get("/cuenta").get_data(as_text=True)
    numbers = re.findall(r"/cuenta/sesiones/(\d+)/cerrar", page)
    assert len(numbers) == 2

    assert here.post(f"/cuenta/sesiones/{numbers[0]}/cerrar").status_code == 302
    assert sorted([_is_in(there), _is_in(third)]) == [False, True]
    assert here.post(f"/cuenta/sesiones/{numbers[0]}/cerrar").status_code == 404

    here.post("/cuenta/sesiones/cerrar")
    assert [_is_in(here), _is_in(there), _is_in(third)] == [True, False, False]


def test_session_of_somebody_else_cannot_be_ended(app: Flask, database: Database, account: Account) -> None:
    with database.transaction() as session:
        other = make_account(session, Role.MINISTRY)
    mine, theirs = _sign_in(app, account), _sign_in(app, other)
    with database.reading() as session:
        number = session.scalars(select(AccountSession.id).where(AccountSession.account_id == other.id)).one()
    assert mine.post(f"/cuenta/sesiones/{number}/cerrar").status_code == 404
    assert _is_in(theirs)


def test_own_password_changes_and_the_other_devices_are_out(app: Flask, account: Account) -> None:
    here, there = _sign_in(app, account), _sign_in(app, account)
    wrong = here.post("/cuenta/contrasena", data={"current": "no es", "password": NEW, "again": NEW})
    differs = here.post("/cuenta/contrasena", data={"current": PASSWORD, "password": NEW, "again": "x"})
    short = here.post("/cuenta/contrasena", data={"current": PASSWORD, "password": "x", "again": "x"})
    assert [wrong.status_code, differs.status_code, short.status_code] == [422, 422, 422]
    assert NEW not in wrong.get_data(as_text=True)
    assert _is_in(there)

    done = here.post("/cuenta/contrasena", data={"current": PASSWORD, "password": NEW, "again": NEW})

    assert done.status_code == 302
    assert [_is_in(here), _is_in(there)] == [True, False]
    assert _is_in(_sign_in(app, account, NEW))


def test_demo_account_keeps_its_password(app: Flask, database: Database, account: Account) -> None:
    with database.transaction() as session:
        session.get_one(Account, account.id).demo = True
    client = _sign_in(app, account)
    data = {"current": PASSWORD, "password": NEW, "again": NEW}
    assert client.post("/cuenta/contrasena", data=data).status_code == 409
    client.post("/cuenta/recuperar", data={"email": account.email})
    with database.reading() as session:
        assert session.scalar(select(Message.id)) is None


def test_own_name_and_language_are_kept(app: Flask, database: Database, account: Account) -> None:
    client = _sign_in(app, account)
    assert client.post("/cuenta", data={"name": "", "locale": "xx"}).status_code == 422
    assert client.post("/cuenta", data={"name": "Paula Díaz", "locale": "en"}).status_code == 302
    page = client.get("/cuenta").get_data(as_text=True)
    assert 'lang="en"' in page
    assert "Paula Díaz" in page


def test_forgotten_password_gets_the_same_answer_for_anybody(
    app: Flask, database: Database, account: Account
) -> None:
    def answer(email: str) -> tuple[int, str]:
        found = app.test_client().post(
            "/cuenta/recuperar", data={"email": email}, headers={"Host": "evil.example"}
        )
        page = found.get_data(as_text=True)
        return found.status_code, re.sub(r'name="csrf_token" value="[^"]+"', "", page)

    assert answer(account.email) == answer("nadie@example.org")
    with database.reading() as session:
        (message,) = session.scalars(select(Message))
    assert "evil.example" not in message.text + message.html


def test_link_sets_a_password_once_and_without_signing_in(
    app: Flask, database: Database, account: Account
) -> None:
    there = _sign_in(app, account)
    client = app.test_client()
    client.post("/cuenta/recuperar", data={"email": account.email})
    with database.reading() as session:
        text = session.scalars(select(Message.text)).one()
    path = text.partition(HERE)[2].split()[0]
    assert client.get(path).status_code == 200
    assert client.post(path, data={"password": "corta", "again": "corta"}).status_code == 422

    done = client.post(path, data={"password": NEW, "again": NEW})

    assert (done.status_code, done.headers["Location"]) == (302, "/login")
    assert not _is_in(there)
    assert not _is_in(client)
    assert client.get(path).status_code == 409
    assert client.post(path, data={"password": NEW, "again": NEW}).status_code == 409
    assert _is_in(_sign_in(app, account, NEW))


def test_request_for_an_account_gets_the_same_answer_for_a_known_address(
    app: Flask, database: Database, account: Account
) -> None:
    with database.transaction() as session:
        code = make_school(session).code

    def answer(email: str) -> tuple[int, str]:
        data = {"name": "Eva", "email": email, "school": str(code), "role": "director"}
        found = app.test_client().post("/cuenta/pedir", data=data)
        page = found.get_data(as_text=True)
        return found.status_code, re.sub(r'name="csrf_token" value="[^"]+"', "", page)

    assert answer(account.email) == answer("eva@example.org")
    assert answer("eva@example.org")[0] == 200


def test_whoever_may_only_read_looks_at_the_territory_and_changes_nothing(
    app: Flask, database: Database
) -> None:
    with database.transaction() as session:
        service = make_service(session)
        school = make_school(session, service=service)
        reader = make_account(session, Role.READ_ONLY, service_id=service.id)
        code = f"cl:{school.code}"
    client = _sign_in(app, reader)
    looks = ["/coordinacion/", "/coordinacion/corridas", "/lideres/", f"/establecimientos/{code}"]
    assert [client.get(path).status_code for path in looks] == [200] * 4
    closed = [
        "/coordinacion/datos",
        "/coordinacion/cuentas",
        "/lideres/nuevo",
        f"/establecimientos/{code}/editar",
    ]
    assert [client.get(path).status_code for path in closed] == [403] * 4
    writes = ["/coordinacion/emparejar", "/coordinacion/cuentas/nueva", f"/establecimientos/{code}/editar"]
    assert [client.post(path, data={"territory": f"slep:{service.code}"}).status_code for path in writes] == [
        403
    ] * 3


@pytest.mark.parametrize("role", [Role.CURRICULUM_HEAD, Role.ASSESSOR])
def test_other_new_roles_see_schools_and_keep_nothing(app: Flask, database: Database, role: Role) -> None:
    with database.transaction() as session:
        service = make_service(session)
        school = make_school(session, service=service)
        reach = {"school_id": school.id} if role is Role.CURRICULUM_HEAD else {"service_id": service.id}
        someone = make_account(session, role, **reach)
    client = _sign_in(app, someone)
    assert client.get("/establecimientos/").status_code == 200
    paths = ["/coordinacion/", "/coordinacion/corridas", "/lideres/", "/coordinacion/cuentas"]
    assert [client.get(path).status_code for path in paths] == [403] * 4
