"""Sign-in by another provider: only who was invited, and only what holds in every check."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from service import config
from service.app import create_app
from service.config import Settings, SettingsError
from service.db import Database
from service.models import Account, AccountIdentity
from service.models.columns import utc_now
from service.models.enums import Role
from service.operations.accounts import new_account
from service.operations.second_factor import code_at, new_secret
from service.vault import Vault
from tests.factories.accounts import PASSWORD, make_account
from tests.service.oidc_provider import CLIENT, SECRET, Provider, provider

PAGE, BACK = "/establecimientos/", "/login/externo/vuelta"
KEY = "x" * 40


@pytest.fixture
def other() -> Iterator[Provider]:
    with provider() as running:
        yield running


@pytest.fixture
def app(database: Database, tmp_path: Path, other: Provider) -> Flask:
    settings = Settings(
        instance=tmp_path,
        database_url="unused",
        secret_key=KEY,
        base_url="https://minga.example.org",
        testing=True,
        oidc=config.Provider(
            other.issuer,
            CLIENT,
            SECRET,
            "ClaveÚnica",
            "openid email",
            f"{other.issuer}/.well-known/openid-configuration",
        ),
    )
    made = create_app(settings, database)
    made.config["WTF_CSRF_ENABLED"] = False
    return made


@pytest.fixture
def invited(database: Database) -> Account:
    """Somebody with an invitation, and no password yet."""
    with database.transaction() as session:
        account = new_account(session, "ana@example.org", "Ana")
        session.flush()
        return account


def _go(app: Flask, other: Provider, client: FlaskClient | None = None) -> tuple[FlaskClient, Any]:
    """Go to the provider, say yes there, and come back."""
    client = client or app.test_client()
    asked = client.get("/login/externo", query_string={"next": PAGE})
    assert asked.status_code == 302, asked.text
    assert asked.headers["Location"].startswith(f"{other.issuer}/authorize?")
    return client, client.get(f"{BACK}?{other.consent(asked.headers['Location'])}")


def test_invited_person_comes_in_by_the_verified_address_and_then_by_the_subject(
    app: Flask, other: Provider, database: Database, invited: Account
) -> None:
    client, answer = _go(app, other)
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    assert client.get(PAGE).status_code == 200

    other.claims = {"sub": "s-1", "email": "otra@example.org", "email_verified": False}
    again, answer = _go(app, other)
    assert answer.headers["Location"] == PAGE
    assert "Ana" in again.get("/cuenta").text
    with database.reading() as session:
        stored = session.scalars(select(AccountIdentity)).one()
    assert (stored.account_id, stored.issuer, stored.subject) == (invited.id, other.issuer, "s-1")


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "nadie@example.org"},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": None},
        {"email": None},
    ],
)
def test_stranger_and_unverified_address_get_no_account(
    app: Flask, other: Provider, database: Database, invited: Account, claims: dict[str, Any]
) -> None:
    other.lies = {"claims": claims}
    client, answer = _go(app, other)
    assert answer.status_code == 403
    assert "Nadie le abrió una cuenta" in answer.text
    assert client.get(PAGE).status_code == 302
    with database.reading() as session:
        assert session.scalar(select(func.count(Account.id))) == 1
        assert session.scalar(select(func.count(AccountIdentity.id))) == 0


def test_closed_account_and_second_subject_of_one_address_stay_out(
    app: Flask, other: Provider, database: Database, invited: Account
) -> None:
    _go(app, other)
    other.claims = {"sub": "s-2", "email": "ana@example.org", "email_verified": True}
    assert _go(app, other)[1].status_code == 403
    other.claims["sub"] = "s-1"
    with database.transaction() as session:
        session.get_one(Account, invited.id).active = False
    assert _go(app, other)[1].status_code == 403


LIES: list[dict[str, Any]] = [
    {"claims": {"nonce": "another"}},
    {"claims": {"nonce": None}},
    {"claims": {"iss": "https://evil.example.org"}},
    {"claims": {"aud": "somebody-else"}},
    {"claims": {"aud": [CLIENT, "somebody-else"]}},
    {"claims": {"exp": 1_000_000_000}},
    {"claims": {"exp": None}},
    {"claims": {"sub": None}},
    {"signed_with": "our secret"},
    {"signed_with": "another key"},
    {"issuer": "https://evil.example.org"},
]


@pytest.mark.parametrize("lies", LIES, ids=str)
def test_answer_that_does_not_hold_opens_nothing(
    app: Flask, other: Provider, invited: Account, lies: dict[str, Any]
) -> None:
    client = app.test_client()
    if "issuer" in lies:
        other.lies = lies
        assert client.get("/login/externo").status_code == 409
        return
    other.lies = lies
    client, answer = _go(app, other, client)
    assert answer.status_code == 409
    assert "empiece de nuevo" in answer.text
    assert client.get(PAGE).status_code == 302


def test_state_belongs_to_one_browser_and_is_good_once(app: Flask, other: Provider, invited: Account) -> None:
    mine, theirs = app.test_client(), app.test_client()
    sent = other.consent(mine.get("/login/externo").headers["Location"])
    theirs.get("/login/externo")

    assert theirs.get(f"{BACK}?{sent}").status_code == 409
    assert mine.get(f"{BACK}?{sent.partition('&')[0]}&state=otra").status_code == 409
    assert mine.get(f"{BACK}?{sent}").status_code == 409, "the first answer used the question up"
    done, answer = _go(app, other)
    assert answer.status_code == 302
    last = f"code=code-{len(other.asked) - 1}&state={other.asked[f'code-{len(other.asked) - 1}']['state']}"
    assert done.get(f"{BACK}?{last}").status_code == 409
    assert app.test_client().get(f"{BACK}?error=access_denied&state=x").status_code == 409


def test_way_back_is_the_address_of_the_settings(app: Flask, other: Provider) -> None:
    asked = app.test_client().get("/login/externo", headers={"Host": "evil.example.org"})
    assert (
        "redirect_uri=https%3A%2F%2Fminga.example.org%2Flogin%2Fexterno%2Fvuelta"
        in (asked.headers["Location"])
    )


def test_second_factor_is_asked_for_after_the_provider_too(
    app: Flask, other: Provider, database: Database, invited: Account
) -> None:
    secret = new_secret()
    with database.transaction() as session:
        account = session.get_one(Account, invited.id)
        account.totp_secret = Vault((KEY,)).seal(secret, f"account:{invited.id}")
    client, answer = _go(app, other)
    assert answer.headers["Location"].startswith("/login/codigo")
    assert client.get(PAGE).status_code == 302
    done = client.post("/login/codigo", data={"code": code_at(secret, utc_now()), "next": PAGE})
    assert done.headers["Location"] == PAGE


def test_signed_in_person_connects_with_the_password_and_takes_it_off_again(
    app: Flask, other: Provider, database: Database
) -> None:
    with database.transaction() as session:
        account = make_account(session, Role.MINISTRY)
    other.claims = {"sub": "run-9", "name": "Ana"}
    client = app.test_client()
    client.post("/login", data={"email": account.email, "password": PASSWORD})
    assert client.post("/cuenta/identidad", data={"current": "no es"}).status_code == 422
    page = client.post("/cuenta/identidad", data={"current": PASSWORD}).text
    url = page.partition(f'href="{other.issuer}')[2].partition('"')[0].replace("&amp;", "&")
    sent = other.consent(other.issuer + url)
    assert app.test_client().get(f"{BACK}?{sent}").status_code == 409
    assert client.get(f"{BACK}?{sent}").headers["Location"] == "/cuenta"

    client.post("/logout")
    again, answer = _go(app, other)
    assert answer.status_code == 302
    assert again.post("/cuenta/identidad/quitar").status_code == 302
    assert _go(app, other)[1].status_code == 403


def test_subject_of_somebody_else_is_not_connected(
    app: Flask, other: Provider, database: Database, invited: Account
) -> None:
    _go(app, other)
    with database.transaction() as session:
        account = make_account(session, Role.MINISTRY)
    client = app.test_client()
    client.post("/login", data={"email": account.email, "password": PASSWORD})
    page = client.post("/cuenta/identidad", data={"current": PASSWORD}).text
    url = page.partition(f'href="{other.issuer}')[2].partition('"')[0].replace("&amp;", "&")
    assert client.get(f"{BACK}?{other.consent(other.issuer + url)}").status_code == 409


def test_who_has_no_password_does_not_shut_themselves_out(
    app: Flask, other: Provider, invited: Account
) -> None:
    client, _answer = _go(app, other)
    assert client.post("/cuenta/identidad/quitar").status_code == 409


def test_provider_is_offered_only_where_there_is_one(app: Flask, database: Database, tmp_path: Path) -> None:
    assert "Entrar con ClaveÚnica" in app.test_client().get("/login").text
    plain = create_app(
        Settings(instance=tmp_path, database_url="unused", secret_key=KEY, testing=True), database
    )
    assert "ClaveÚnica" not in plain.test_client().get("/login").text
    assert plain.test_client().get("/login/externo").status_code == 404


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"MINGA_OIDC_CLIENT_SECRET": ""}, "MINGA_OIDC_CLIENT_SECRET"),
        ({"MINGA_OIDC_ISSUER": "http://accounts.example.org"}, "MINGA_OIDC_ISSUER"),
        ({"MINGA_OIDC_METADATA_URL": "http://accounts.example.org/x"}, "MINGA_OIDC_METADATA_URL"),
    ],
)
def test_provider_named_by_halves_is_refused_at_start(
    tmp_path: Path, changed: dict[str, str], named: str
) -> None:
    whole = {
        "MINGA_INSTANCE": str(tmp_path),
        "MINGA_OIDC_ISSUER": "https://accounts.example.org",
        "MINGA_OIDC_CLIENT_ID": "a",
        "MINGA_OIDC_CLIENT_SECRET": "b",
    }
    assert Settings.from_environment(whole).oidc is not None
    with pytest.raises(SettingsError, match=named):
        Settings.from_environment({**whole, **changed})
