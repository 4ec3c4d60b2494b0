"""English is complete: every text has its translation, and no Spanish is left on an English page."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from flask.testing import FlaskClient
from sqlalchemy import select

from service import schema
from service.app import create_app
from service.config import Settings
from service.db import Database
from service.models import (
    Account,
    Commune,
    EducationService,
    Grant,
    Internship,
    Need,
    Network,
    NetworkAgreement,
    NetworkGoal,
    NetworkSession,
    Owner,
    Person,
    Proposal,
    Run,
    School,
)
from service.models.enums import ProposalState, Role, RunState
from service.operations.demo import fill_with_demo
from service.operations.sessions import begin_session
from tests.browser.addresses import Found, find

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "service/translations/en/LC_MESSAGES/messages.po"
FOLDERS = ("service", "templates")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "lazy_gettext": None,
    "say": None,
}
SPANISH = re.compile(
    r"(?i)(?<![\w-])(?:de|del|la|las|los|el|que|en|con|por|para|sin|una?|sus?|se|y|o|más|este|esta|eso|es|son|"
    r"escuelas?|establecimientos?|líder(?:es)?|años?|datos|corridas?|sostenedor(?:es)?|sobre|desde|hasta|"
    r"puntos|pruebas?|lectura|matemática|nivel(?:es)?|correo|archivos?|filas?|acompaña\w*)(?![\w-])"
    r"|[ñ¿¡]|ción\b|«|»"
)
SPANISH_BY_RIGHT = (
    "ES", "EN", "Español", "“escuela”",
    "Agencia de Calidad de la Educación", "Centro de Estudios", "Dirección y consejo de profesores",
)  # fmt: skip
"""Names of languages and of bodies, what was typed, and what a person wrote down."""
UNKIND_SPANISH = re.compile(
    r"(?i)fracas|deficien|escuelas? crític|\bmal[ao]s? (?:escuela|establecimiento|resultado|director|líder)|"
    r"(?:escuela|establecimiento|resultado)s? mal[ao]s?\b|reprobad|vergüenza|"
    r"\basistencia técnica|\basistid[ao]s?\b|beneficiari"
)
UNKIND_ENGLISH = re.compile(
    r"(?i)\bfailing\b|\b(?:failed|worst|bad|stuck) (?:school|head|leader|result)|\bbeneficiar|\bassisted\b"
)
"""No school is called a bad one, and whoever is supported is a partner, not a beneficiary."""
ROLES = (Role.COORDINATOR, Role.MINISTRY, Role.DIRECTOR, Role.LEADER)
UNREAD = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL)
SPOKEN = re.compile(r'\b(?:title|aria-label|placeholder|alt|data-label|data-confirm)="([^"]*)"')


def texts_of_the_source() -> set[str | tuple[str, str]]:
    """Every text in templates and code that Babel finds, as ``make words`` does."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as handle:
        methods, options = parse_mapping_cfg(handle)
    found: set[str | tuple[str, str]] = set()
    for folder in FOLDERS:
        for method in extract_from_dir(
            ROOT / folder,
            [(pattern.removeprefix(f"{folder}/"), name) for pattern, name in methods],
            {pattern.removeprefix(f"{folder}/"): given for pattern, given in options.items()},
            keywords=KEYWORDS,
        ):
            message = method[2]
            found.add(message if isinstance(message, str) else (message[0], message[1]))
    return found - {""}


def test_every_text_has_its_english():
    with CATALOGUE.open("rb") as handle:
        catalogue = read_po(handle, locale="en")
    translated = {
        message.id: message
        for message in catalogue
        if message.id
        and not message.fuzzy
        and all(message.string if isinstance(message.string, tuple) else (message.string,))
    }
    singular = {message if isinstance(message, str) else message[0] for message in translated}
    wanted = texts_of_the_source()

    assert len(wanted) > 1000
    missing = [
        one for one in wanted if one not in translated and (not isinstance(one, str) or one not in singular)
    ]
    assert sorted(map(str, missing)) == [], "run `make words`, then translate these in the English catalogue"


def test_no_text_calls_a_school_bad_or_help_a_handout():
    with CATALOGUE.open("rb") as handle:
        english = [str(message.string) for message in read_po(handle, locale="en") if message.id]
    spanish = [str(message) for message in texts_of_the_source()]

    assert [text for text in spanish if UNKIND_SPANISH.search(text)] == []
    assert [text for text in english if UNKIND_ENGLISH.search(text)] == []


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("english")
    database = Database.at(f"sqlite:///{folder}/minga.sqlite")
    schema.upgrade(database)
    fill_with_demo(database, folder, seed=7, schools=600, years=6)
    database.engine.dispose()
    return folder


@pytest.fixture(scope="module")
def database(country: Path) -> Iterator[Database]:
    database = Database.at(f"sqlite:///{country}/minga.sqlite")
    yield database
    database.engine.dispose()


@pytest.fixture(scope="module")
def accounts(database: Database) -> dict[Role, Account]:
    """One account a role; the coordinator is one whose run waits to be published."""
    with database.reading() as session:
        waiting = (
            select(Run.account_id)
            .join(Proposal, Proposal.run_id == Run.id)
            .where(Run.state == RunState.FINISHED, ~Run.exploratory, Proposal.state == ProposalState.DRAFT)
        )
        query = select(Account, Grant.role).join(Grant).order_by(Account.id.in_(waiting), Account.id.desc())
        found = {role: account for account, role in session.execute(query)}
        session.expunge_all()
    return found


@pytest.fixture(scope="module")
def found(country: Path, accounts: dict[Role, Account]) -> Found:
    return find(country / "minga.sqlite", accounts[Role.COORDINATOR].email)


@pytest.fixture(scope="module")
def names(database: Database) -> re.Pattern[str]:
    """Names of schools, places and people, and what networks wrote: no language translates them."""
    columns = (
        *(School.name, Commune.name, Commune.region_name, EducationService.name, Person.name, Owner.name),
        *(Network.name, Network.purpose, NetworkSession.topic, NetworkGoal.text, Internship.focus),
        *(NetworkAgreement.text, NetworkAgreement.responsible, NetworkAgreement.follow_up),
    )
    with database.reading() as session:
        found = {name for column in columns for name in session.scalars(select(column)) if name}
        found |= {note for note in session.scalars(select(Need.note)) if note}
    found |= set(SPANISH_BY_RIGHT)
    longest_first = sorted(found, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)")


@pytest.fixture(scope="module")
def clients(country: Path, database: Database, accounts: dict[Role, Account]) -> dict[Role, FlaskClient]:
    settings = Settings(
        instance=country, database_url=f"sqlite:///{country}/minga.sqlite", secret_key="x" * 40, testing=True
    )
    app = create_app(settings, database)
    made = {}
    for role, account in accounts.items():
        made[role] = app.test_client()
        with database.transaction() as session:
            key = begin_session(session, account.id, browser="Firefox")
        with made[role].session_transaction() as kept:
            kept.update(_user_id=key, _fresh=True, locale="en")
    return made


def read_aloud(page: str) -> list[str]:
    """The texts that a page shows or says, tags left out."""
    body = UNREAD.sub(" ", page)
    pieces = [*re.split(r"<[^>]+>", body), *SPOKEN.findall(body)]
    return [" ".join(html.unescape(piece).split()) for piece in pieces]


@pytest.mark.parametrize("role", ROLES)
def test_no_spanish_is_left_on_an_english_page(role, found, clients, names):
    left = {}
    for name, address in found.pages[role].items():
        answer = clients[role].get(address, follow_redirects=True)
        assert '<html lang="en"' in answer.text, name
        for text in read_aloud(answer.text):
            if SPANISH.search(names.sub(" ", text)):
                left[text] = name

    assert left == {}
