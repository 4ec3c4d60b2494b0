"""The second factor: no page without it, no code twice, and a way back without the telephone."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from service.db import Database
from service.login import SECRET
from service.models import Account, AccountSession, RecoveryCode
from service.models.columns import utc_now
from service.models.enums import Role
from service.operations.second_factor import code_at, new_secret
from service.web import EXTENSION
from tests.factories.accounts import PASSWORD, make_account
from tests.factories.schools import make_service

PAGE = "/establecimientos/"
SETUP = "/cuenta/segundo-factor"


@pytest.fixture
def account(database: Database) -> Account:
    with database.transaction() as session:
        return make_account(session, Role.COORDINATOR, service_id=make_service(session).id)


@pytest.fixture
def strict(app: Flask) -> Flask:
    """The same application, wanting a second factor of whoever sees a territory."""
    settings, database = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = (replace(settings, require_second_factor=True), database)
    return app


def _password(app: Flask, account: Account) -> FlaskClient:
    client = app.test_client()
    answer = client.post("/login", data={"email": account.email, "password": PASSWORD, "next": PAGE})
    assert answer.status_code == 302
    return client


def _set_up(client: FlaskClient) -> tuple[str, list[str]]:
    """Set the second factor up; answers its secret and the recovery codes."""
    assert client.get(SETUP).status_code == 200
    with client.session_transaction() as kept:
        secret = kept[SECRET]
    earlier = utc_now() - timedelta(seconds=30)
    answer = client.post(SETUP, data={"code": code_at(secret, earlier)})
    assert answer.status_code == 200, answer.text
    return secret, re.findall(r"<code>([0-9a-f]{6}-[0-9a-f]{6})</code>", answer.text)


def test_password_alone_opens_nothing_where_a_code_is_set_up(app: Flask, account: Account) -> None:
    secret, codes = _set_up(_password(app, account))
    assert len(codes) == 10

    client = _password(app, account)
    assert client.get(PAGE).status_code == 302
    assert client.post("/login/codigo", data={"code": "000000"}).status_code == 422
    assert client.get(PAGE).status_code == 302

    done = client.post("/login/codigo", data={"code": code_at(secret, utc_now()), "next": PAGE})

    assert (done.status_code, done.headers["Location"]) == (302, PAGE)
    assert client.get(PAGE).status_code == 200


def test_code_is_good_once(app: Flask, account: Account) -> None:
    secret, _codes = _set_up(_password(app, account))
    code = code_at(secret, utc_now())
    first, second = _password(app, account), _password(app, account)
    assert first.post("/login/codigo", data={"code": code}).status_code == 302
    assert second.post("/login/codigo", data={"code": code}).status_code == 422
    old = code_at(secret, utc_now() - timedelta(minutes=5))
    assert second.post("/login/codigo", data={"code": old}).status_code == 422


def test_recovery_code_stands_in_once_and_is_kept_as_a_hash(
    app: Flask, database: Database, account: Account
) -> None:
    _secret, codes = _set_up(_password(app, account))
    with database.reading() as session:
        assert not set(codes) & set(session.scalars(select(RecoveryCode.code_hash)))
    first, second = _password(app, account), _password(app, account)
    assert first.post("/login/codigo", data={"code": codes[0].upper()}).status_code == 302
    assert second.post("/login/codigo", data={"code": codes[0]}).status_code == 422
    assert second.post("/login/codigo", data={"code": codes[1]}).status_code == 302


def test_session_of_the_password_is_not_that_of_the_pages(
    app: Flask, database: Database, account: Account
) -> None:
    secret, _codes = _set_up(_password(app, account))
    client = _password(app, account)
    with client.session_transaction() as kept:
        key = kept["pending"]
    planted = app.test_client()
    with planted.session_transaction() as forged:
        forged["_user_id"] = key
    assert planted.get(PAGE).status_code == 302

    client.post("/login/codigo", data={"code": code_at(secret, utc_now())})

    with client.session_transaction() as kept:
        assert kept["_user_id"] != key
        assert "pending" not in kept
    with planted.session_transaction() as forged:
        forged["pending"] = key
    assert planted.post("/login/codigo", data={"code": "000000"}).status_code == 409


def test_whoever_waits_too_long_begins_again(app: Flask, database: Database, account: Account) -> None:
    secret, _codes = _set_up(_password(app, account))
    client = _password(app, account)
    with database.transaction() as session:
        waiting = session.scalars(select(AccountSession).where(AccountSession.pending)).one()
        assert waiting.expires_at - waiting.created_at == timedelta(minutes=10)
        waiting.expires_at = utc_now() - timedelta(seconds=1)
    code = code_at(secret, utc_now())
    assert client.post("/login/codigo", data={"code": code}).status_code == 409


def test_whoever_sees_a_territory_gets_no_page_before_setting_it_up(strict: Flask, account: Account) -> None:
    client = _password(strict, account)
    assert client.get(PAGE).headers["Location"] == SETUP
    assert client.post("/coordinacion/cuentas/nueva").headers["Location"] == SETUP
    _set_up(client)
    assert client.get(PAGE).status_code == 200
    assert client.post(f"{SETUP}/quitar", data={"current": PASSWORD}).status_code == 409


def test_head_of_a_school_is_not_asked_for_one(strict: Flask, database: Database) -> None:
    with database.transaction() as session:
        head = make_account(session, Role.DIRECTOR)
    assert _password(strict, head).get(PAGE).status_code == 200


def test_own_second_factor_is_taken_off_with_the_password(app: Flask, account: Account) -> None:
    client = _password(app, account)
    _set_up(client)
    assert client.post(f"{SETUP}/quitar", data={"current": "no es"}).status_code == 422
    assert client.post(f"{SETUP}/quitar", data={"current": PASSWORD}).status_code == 302
    assert _password(app, account).get(PAGE).status_code == 200


def test_lost_telephone_is_helped_by_who_keeps_the_account(
    app: Flask, database: Database, account: Account
) -> None:
    lost = _password(app, account)
    _set_up(lost)
    with database.transaction() as session:
        ministry = make_account(session, Role.MINISTRY)
    helper = _password(app, ministry)
    path = f"/coordinacion/cuentas/{account.id}/segundo-factor/quitar"
    assert helper.post(path, data={"reason": ""}).status_code == 422
    assert helper.post(path, data={"reason": "Perdió el teléfono"}).status_code == 302
    assert lost.get(PAGE).status_code == 302
    assert _password(app, account).get(PAGE).status_code == 200


def test_picture_comes_with_its_key_in_letters(app: Flask, account: Account) -> None:
    client = _password(app, account)
    page = client.get(SETUP).text
    with client.session_transaction() as kept:
        secret = kept[SECRET]
    assert secret in page.replace(" ", "")
    assert "data:image/svg+xml" in page
    assert len(new_secret()) == 32
