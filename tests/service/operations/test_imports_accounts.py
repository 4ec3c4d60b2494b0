"""A list of people to invite: checked first, applied once, refused rows given back."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from service.db import Database
from service.imports.reading import Upload
from service.models import Account, Message
from service.models.enums import Role
from service.operations.imports import check_import, run_import
from service.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.schools import make_school, make_service
from tests.service.imports.files import csv_file


@pytest.fixture
def place(database: Database) -> tuple[Actor, int, int, str]:
    """The coordinator, a school of the own, one of another service, and the own territory."""
    with database.transaction() as session:
        service = make_service(session)
        own, foreign = (
            make_school(session, service=service),
            make_school(session, service=make_service(session)),
        )
        actor = make_actor(Role.COORDINATOR, service_id=service.id)
        return actor, own.code, foreign.code, f"slep:{service.code}"


def _row(number: int, **given: object) -> dict[str, object]:
    base = {"name": f"Persona {number}", "email": f"p{number}@example.org", "role": "director"}
    return {**base, "school": "", "territory": "", **given}


def _counts(database: Database) -> tuple[int, int]:
    with database.reading() as session:
        return (
            session.scalar(select(func.count(Account.id))) or 0,
            session.scalar(select(func.count(Message.id))) or 0,
        )


def _list(place: tuple[Actor, int, int, str]) -> Upload:
    _, own, foreign, territory = place
    return csv_file(
        "cuentas.csv",
        [
            *(_row(number, school=own) for number in range(200)),
            _row(200, role="coordinación", territory=territory),
            _row(0, school=own),
            _row(201, school=foreign),
            _row(202, school=9),
            _row(203, role="jefe", school=own),
            _row(204, email="no es", school=own),
            _row(205, role="ministry"),
            _row(206, role="coordinator"),
            _row(207, name="", school=own),
        ],
    )


def test_hundreds_are_invited_and_wrong_rows_come_back(
    database: Database, tmp_path: Path, place: tuple[Actor, int, int, str]
) -> None:
    report = run_import(database, "accounts", [_list(place)], actor=place[0], instance=tmp_path)

    assert (report.counts["rows"], report.counts["created"], report.counts["rejected"]) == (209, 201, 8)
    assert sorted((error["row"], error["column"]) for error in report.errors) == [
        (203, "email"),
        (204, "territory"),
        (205, "territory"),
        (206, "role"),
        (207, "email"),
        (208, "territory"),
        (209, "territory"),
        (210, "name"),
    ]
    assert report.rejected_file is not None
    assert _counts(database) == (201, 201)


def test_same_list_twice_sends_nothing(
    database: Database, tmp_path: Path, place: tuple[Actor, int, int, str]
) -> None:
    run_import(database, "accounts", [_list(place)], actor=place[0], instance=tmp_path)
    again = run_import(database, "accounts", [_list(place)], actor=place[0], instance=tmp_path)

    assert (again.counts["created"], again.counts["unchanged"]) == (0, 201)
    assert _counts(database) == (201, 201)


def test_list_that_is_only_checked_invites_nobody(
    database: Database, tmp_path: Path, place: tuple[Actor, int, int, str]
) -> None:
    report = check_import(database, "accounts", [_list(place)], actor=place[0], instance=tmp_path)

    assert report.counts["created"] == 201
    assert _counts(database) == (0, 0)
