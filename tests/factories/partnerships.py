"""Made-up partnerships and who works in them."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from service.models import Partnership, PartnershipPerson, School
from service.models.columns import utc_now
from service.models.enums import Phase
from service.models.states import PartnershipOrigin, PartnershipState, Side
from tests.factories.accounts import make_person
from tests.factories.leaders import make_leader
from tests.factories.schools import make_school


def make_partnership(session: Session, **given: Any) -> Partnership:
    """By default a new one, of two new schools and a new leader, with a head on either side.

    ``school`` and ``leader`` (with its school) may be given; ``people=False`` names nobody.
    """
    school: School = given.pop("school", None) or make_school(session)
    leader = given.pop("leader", None) or make_leader(session, make_school(session))
    named = given.pop("people", True)
    values = {
        "phase": Phase.PRIMARY,
        "origin": PartnershipOrigin.RUN,
        "state": PartnershipState.SETUP,
        "start_on": date(2026, 3, 2),
        "created_at": utc_now(),
    }
    partnership = Partnership(
        school_id=school.id,
        leader_school_id=leader.school_id,
        leader_id=leader.id,
        **{**values, **given},
    )
    session.add(partnership)
    session.flush()
    if named:
        make_partnership_person(session, partnership, Side.SUPPORTED)
        make_partnership_person(session, partnership, Side.SUPPORTING, person_id=leader.person_id)
    return partnership


def make_partnership_person(
    session: Session, partnership: Partnership, side: Side, **given: Any
) -> PartnershipPerson:
    values = {"role": "head", "start_on": partnership.start_on}
    if "person_id" not in given:
        given["person_id"] = make_person(session).id
    person = PartnershipPerson(partnership_id=partnership.id, side=side, **{**values, **given})
    session.add(person)
    session.flush()
    return person
