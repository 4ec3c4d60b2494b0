"""Schools by hand: what a correction keeps, when it ends, and what an undo gives back."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from service.errors import Conflict, InvalidInput, NotAllowed
from service.models import Correction, Event, School
from service.models.enums import OwnerType, Phase, Role, SchoolStatus
from service.operations.school_closing import close_school
from service.operations.schools import add_school, correct_school, details_of, undo_correction
from service.permissions import OPERATOR, Place
from service.queries.schools import find_school
from tests.factories.accounts import make_actor
from tests.factories.imports import make_batch
from tests.factories.schools import make_commune, make_school, make_service


@pytest.fixture
def session(database):
    with database.transaction() as opened:
        yield opened


@pytest.fixture
def official(session):
    """A school from an official file."""
    school = make_school(session, service=make_service(session), code=10001, batch_id=make_batch(session).id)
    return find_school(session, f"cl:{school.code}")


def coordinator(school):
    return make_actor(Role.COORDINATOR, service_id=school.ownerships[0].service_id)


def active(session) -> dict[str, tuple]:
    rows = session.scalars(select(Correction).where(Correction.ended_at.is_(None)).order_by(Correction.id))
    return {row.field: (row.value, row.official) for row in rows}


def test_every_field_is_corrected_with_its_official_value_beside(session, official):
    commune = make_commune(session)
    before = details_of(official).stored()
    details = replace(
        details_of(official),
        name="Otra",
        commune=commune.code,
        owner_type=OwnerType.MUNICIPAL,
        levels=(Phase.PRIMARY, Phase.SECONDARY),
        rural=None,
        place=None,
        enrolment=None,
    )
    correct_school(session, "cl:10001", details, source="Visita", actor=coordinator(official))
    after = details.stored()
    assert active(session) == {field: (after[field], before[field]) for field in after}
    assert details_of(official) == details
    assert official.has_enrolment is False
    for correction in session.scalars(select(Correction)).all():
        undo_correction(session, "cl:10001", correction.id, actor=coordinator(official))
    assert details_of(find_school(session, "cl:10001")).stored() == before
    assert active(session) == {}


def test_second_correction_keeps_the_first_official_value(session, official):
    actor, name = coordinator(official), official.name
    for text in ("Una", "Otra"):
        correct_school(session, "cl:10001", replace(details_of(official), name=text), source="x", actor=actor)
    assert active(session) == {"name": ("Otra", name)}
    correct_school(session, "cl:10001", replace(details_of(official), name=name), source="x", actor=actor)
    assert active(session) == {}


def test_nothing_changed_leaves_no_event(session, official):
    correct_school(session, "cl:10001", details_of(official), source="x", actor=coordinator(official))
    assert session.scalars(select(Event)).all() == []


def test_school_made_by_hand_has_no_official_value(session):
    service = make_service(session)
    details = details_of(find_school(session, f"cl:{make_school(session).code}"))
    school = add_school(
        session, "1-9", details, territory=Place(service_id=service.id), source="Acta", actor=OPERATOR
    )
    assert (school.check_digit, school.batch_id) == ("9", None)
    correct_school(session, "cl:1", replace(details, name="Otra"), source="Acta", actor=OPERATOR)
    assert active(session) == {}
    assert session.get(School, school.id).name == "Otra"


@pytest.mark.parametrize("number", ["", "x", "10001", "10001-9", "0-0", "12345678-5", "10.001-4", "-3"])
def test_number_without_its_right_digit_is_refused(session, number):
    details = details_of(find_school(session, f"cl:{make_school(session).code}"))
    with pytest.raises(InvalidInput) as refused:
        add_school(session, number, details, territory=Place(), source="x", actor=OPERATOR)
    assert set(refused.value.fields) == {"code"}


def test_closing_is_a_correction_that_can_be_undone(session, official):
    actor = coordinator(official)
    close_school(
        session, "cl:10001", closed_on=date(2024, 3, 1), successor="", source="Resolución", actor=actor
    )
    assert (official.status, official.closed_on) == (SchoolStatus.CLOSED, date(2024, 3, 1))
    assert active(session) == {"status": ("closed", "working"), "closed_on": ("2024-03-01", None)}
    with pytest.raises(Conflict):
        close_school(session, "cl:10001", closed_on=date(2024, 3, 1), successor="", source="x", actor=actor)


def test_successor_must_be_another_working_school_of_the_country(session, official):
    closed = make_school(session, status=SchoolStatus.CLOSED)
    for successor in ("cl:10001", str(closed.code), "999999", "en:1", "x"):
        with pytest.raises(InvalidInput) as refused:
            close_school(
                session,
                "cl:10001",
                closed_on=date(2024, 3, 1),
                successor=successor,
                source="x",
                actor=coordinator(official),
            )
        assert set(refused.value.fields) == {"successor"}


@pytest.mark.parametrize("role", [Role.MINISTRY, Role.DIRECTOR, Role.LEADER])
def test_only_a_coordinator_of_the_territory_changes_a_school(session, official, role):
    reach = {} if role is Role.MINISTRY else {"school_id": official.id}
    for actor in (make_actor(role, **reach), make_actor(Role.COORDINATOR, service_id=10_000)):
        with pytest.raises(NotAllowed):
            correct_school(session, "cl:10001", details_of(official), source="x", actor=actor)
