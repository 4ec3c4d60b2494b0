"""No public page, no export and no subject of a letter names a school as failing (feature N9)."""

import re
from pathlib import Path

import pytest

from service.db import Database
from service.letters import write_letter
from service.models.enums import Role
from service.operations.mail_kinds import KINDS
from tests.factories.offers import make_shortlist
from tests.service.conftest import ClientAs

TEMPLATES = Path(__file__).parents[2] / "templates"
STIGMA = re.compile(
    r"(?i)fracas|deficien|cr[ií]tic|insuficiente|\bmal[ao]s?\b|\bpeor|\bfailing|\bworst|\bstuck|"
    r"in need|necesita apoyo"
)
NAME = "Escuela Los Aromos"


@pytest.mark.parametrize("locale", ["es", "en"])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_subject_names_a_school(kind: str, locale: str) -> None:
    letter = write_letter(
        "peer", locale, kind=kind, name="Ana", school=NAME, day=None, note="", url="https://example.org"
    )
    assert NAME not in letter.subject
    assert not STIGMA.search(letter.subject)


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("email/*.txt")), ids=lambda path: path.stem)
def test_no_subject_line_holds_a_judgement(template: Path) -> None:
    first = template.read_text(encoding="utf-8").partition("\n")[0]
    assert not STIGMA.search(first)


def test_what_anybody_may_see_names_no_school(database: Database, client_as: ClientAs) -> None:
    with database.transaction() as session:
        given = make_shortlist(session)
    visitor = client_as(Role.ASSESSOR).application.test_client()
    for address in ("/", "/login", "/cuenta/pedir", "/cuenta/recuperar"):
        page = visitor.get(address).text
        assert given.school.name not in page
        assert given.leaders[0].school.name not in page


def test_an_export_for_a_foreign_reader_calls_no_school_in_need(
    database: Database, client_as: ClientAs
) -> None:
    with database.transaction() as session:
        given = make_shortlist(session)
    for role in (Role.ASSESSOR, Role.DIRECTOR):
        reach = {} if role is Role.ASSESSOR else {"school_id": given.school.id}
        export = client_as(role, **reach).get("/establecimientos/exportar.csv").get_data(as_text=True)
        assert not STIGMA.search(export)
