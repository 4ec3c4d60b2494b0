"""Secrets: checked at start, changed without locking anybody out, and of no use to who reads the database."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from service.app import create_app
from service.attempts import DatabaseStorage
from service.config import Settings, SettingsError
from service.db import Database
from service.models import Account, Attempts, Event, Message
from service.models.columns import utc_now
from service.models.enums import Role
from service.operations import accounts, passwords
from service.operations.second_factor import code_at, new_secret, seal_secrets, set_up
from service.permissions import OPERATOR
from service.vault import Unreadable, Vault
from service.web import EXTENSION
from tests.factories.accounts import PASSWORD, make_account

OLD, NEW = "an older key of the installation, long", "the key that came after, as long as that"


@pytest.fixture
def account(database: Database) -> Account:
    with database.transaction() as session:
        return make_account(session, Role.MINISTRY)


def _kept(database: Database, account: Account) -> str:
    with database.reading() as session:
        return session.get_one(Account, account.id).totp_secret or ""


def test_secret_of_the_second_factor_is_sealed_for_its_account(database: Database, account: Account) -> None:
    secret = new_secret()
    with database.transaction() as session:
        set_up(session, account.id, secret, code_at(secret, utc_now()), vault=Vault((OLD,)), actor=OPERATOR)
    kept = _kept(database, account)
    assert secret not in kept
    assert Vault((OLD,)).open(kept, f"account:{account.id}") == secret
    for vault, whose in ((Vault((NEW,)), account.id), (Vault((OLD,)), account.id + 1)):
        with pytest.raises(Unreadable):
            vault.open(kept, f"account:{whose}")


def test_new_key_seals_anew_what_the_old_one_sealed_and_what_was_never_sealed(
    database: Database, account: Account
) -> None:
    secret, plain = new_secret(), new_secret()
    with database.transaction() as session:
        other = make_account(session, Role.MINISTRY)
        other.totp_secret = plain
        session.get_one(Account, account.id).totp_secret = Vault((OLD,)).seal(secret, f"account:{account.id}")
    with database.transaction() as session:
        assert seal_secrets(session, Vault((NEW, OLD))) == 2
        assert seal_secrets(session, Vault((NEW, OLD))) == 0
    alone = Vault((NEW,))
    assert alone.open(_kept(database, account), f"account:{account.id}") == secret
    assert alone.open(_kept(database, other), f"account:{other.id}") == plain


def test_key_that_was_lost_leaves_the_recovery_codes(
    app: Flask, database: Database, account: Account
) -> None:
    secret = new_secret()
    with database.transaction() as session:
        codes = set_up(
            session, account.id, secret, code_at(secret, utc_now()), vault=Vault((OLD,)), actor=OPERATOR
        )
    with database.transaction() as session:
        assert seal_secrets(session, Vault((NEW,))) == 0
    client = _password(app, account)
    assert client.post("/login/codigo", data={"code": code_at(secret, utc_now())}).status_code == 422
    assert client.post("/login/codigo", data={"code": codes[0]}).status_code == 302


def test_session_outlives_a_change_of_the_key(app: Flask, database: Database, account: Account) -> None:
    settings, _database = app.extensions[EXTENSION]
    client = _password(app, account)
    cookie = client.get_cookie("minga")
    assert cookie is not None

    def answers(**keys: object) -> int:
        browser = create_app(replace(settings, secret_key=NEW, **keys), database).test_client()
        browser.set_cookie("minga", cookie.value)
        return browser.get("/establecimientos/").status_code

    assert answers(secret_key_fallbacks=(settings.secret_key,)) == 200
    assert answers() == 302


@pytest.mark.parametrize(
    "key", ["short", "changeme" * 5, "a" * 64, "1234567812345678123456781234567812345678"]
)
@pytest.mark.parametrize("name", ["MINGA_SECRET_KEY", "MINGA_SECRET_KEY_FALLBACKS"])
def test_weak_key_is_refused_at_start(tmp_path: Path, name: str, key: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment({"MINGA_INSTANCE": str(tmp_path), name: key})


def test_made_key_is_kept_to_its_owner(tmp_path: Path) -> None:
    env = {"MINGA_INSTANCE": str(tmp_path)}
    made = Settings.from_environment(env).secret_key
    assert Settings.from_environment(env).secret_key == made
    (tmp_path / "secret_key").chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        Settings.from_environment(env)
    assert made not in repr(Settings.from_environment({"MINGA_SECRET_KEY": made, **env}))


@pytest.mark.parametrize(
    "guessed",
    [
        "contraseña1234",
        "escuela12345",
        "qwertyuiop12",
        "bienvenido2026",
        "passwordpassword",
        "minga2026minga",
        "123456789012",
        "1q2w3e4r5t6y",
    ],
)
def test_password_that_is_tried_first_is_refused(guessed: str) -> None:
    with pytest.raises(accounts.InvalidInput, match="primeras"):
        accounts.check_password(guessed)


@pytest.mark.parametrize(
    "good", ["cuatro palabras muy largas", "caracola-azul-9", "x" * 3 + "Zorro tras el cerro " * 12]
)
def test_password_of_several_words_is_taken_however_long(good: str) -> None:
    accounts.check_password(good, "Paula Soto")


def test_forgotten_password_costs_the_same_for_a_stranger(
    app: Flask, database: Database, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    for name in ("hash_of", "write_letter", "record_event"):
        real = getattr(passwords, name)
        monkeypatch.setattr(
            passwords, name, lambda *a, _real=real, _name=name, **k: (done.append(_name), _real(*a, **k))[1]
        )
    counts, answers = [], []
    for email in (account.email, "nadie@example.org"):
        done.clear()
        answers.append(app.test_client().post("/cuenta/recuperar", data={"email": email}))
        counts.append(sorted(done))
    assert counts[0] == counts[1] == ["hash_of", "record_event", "write_letter"]
    assert {answer.status_code for answer in answers} == {200}
    assert len(answers[0].data) == len(answers[1].data)
    with database.reading() as session:
        assert session.scalars(select(Message.recipient)).all() == [account.email]
        stranger = session.scalars(select(Event).where(Event.action == "reset_for_nobody")).one()
    assert "nadie" not in str(stranger.data)


def test_attempts_are_counted_together_by_every_web_worker(
    app: Flask, database: Database, account: Account
) -> None:
    settings, _database = app.extensions[EXTENSION]
    workers = []
    for _worker in range(2):
        made = create_app(replace(settings, testing=False), database)
        made.config["WTF_CSRF_ENABLED"] = False
        workers.append(made)
    tried = [
        workers[number % 2]
        .test_client()
        .post("/login", data={"email": account.email, "password": "no"})
        .status_code
        for number in range(21)
    ]
    assert tried == [422] * 20 + [429]
    with database.reading() as session:
        keys = list(session.scalars(select(Attempts.key)))
    assert keys
    assert not any("127.0.0.1" in key or account.email in key for key in keys)


def test_count_begins_anew_when_its_window_ended(database: Database) -> None:
    store = DatabaseStorage(database=database)
    assert [store.incr("a", 60), store.incr("a", 60), store.incr("b", 60)] == [1, 2, 1]
    assert (store.get("a"), store.get("c")) == (2, 0)
    assert [store.incr("gone", -1), store.incr("gone", 60)] == [1, 1]
    store.clear("a")
    assert (store.get("a"), store.check(), store.reset()) == (0, True, 2)


def _password(app: Flask, account: Account) -> FlaskClient:
    client = app.test_client()
    assert client.post("/login", data={"email": account.email, "password": PASSWORD}).status_code == 302
    return client
