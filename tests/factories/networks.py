"""Made-up networks, what they did, and ties that schools named."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from service.models import (
    Internship,
    Network,
    NetworkAttendance,
    NetworkSchool,
    NetworkSession,
    School,
    SchoolTie,
)
from service.models.columns import utc_now
from service.models.network_kinds import TieKind


def make_network(session: Session, schools: list[School] | None = None, **given: Any) -> Network:
    """A network of these schools; ``service_id`` or ``owner_id`` tell where it belongs."""
    values = {
        "name": "Red de lectura",
        "purpose": "Leer mejor en los primeros años.",
        "start_on": date(2026, 3, 2),
        "created_at": utc_now(),
    }
    network = _add(session, Network(**{**values, **given}))
    for school in schools or []:
        member = NetworkSchool(network_id=network.id, school_id=school.id, start_on=network.start_on)
        _add(session, member)
    return network


def make_session(
    session: Session, network: Network, attending: dict[School, bool], **given: Any
) -> NetworkSession:
    """A session; ``attending`` says of each school whether it showed its practice."""
    values = {"held_on": date(2026, 4, 8), "hours": 3.0, "topic": "Comprensión lectora"}
    held = _add(session, NetworkSession(network_id=network.id, **{**values, **given}))
    for school, presented in attending.items():
        there = NetworkAttendance(session_id=held.id, school_id=school.id, people=2, presented=presented)
        _add(session, there)
    return held


def make_internship(
    session: Session, network: Network, away: School, host: School, **given: Any
) -> Internship:
    values = {"teachers": 2, "hours": 12.0, "focus": "Lectura compartida", "began_on": date(2026, 5, 4)}
    return _add(
        session,
        Internship(
            network_id=network.id, from_school_id=away.id, to_school_id=host.id, **{**values, **given}
        ),
    )


def make_tie(session: Session, school: School, other: School, **given: Any) -> SchoolTie:
    values = {"kind": TieKind.CHOSEN, "about": "Convivencia", "start_on": date(2026, 3, 2)}
    return _add(session, SchoolTie(school_id=school.id, other_school_id=other.id, **{**values, **given}))


def _add(session: Session, thing: Any) -> Any:
    session.add(thing)
    session.flush()
    return thing
