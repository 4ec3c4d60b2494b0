"""Networks of the demo country: proposed from shared need, formed by its coordinators, and at work."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import Network, NetworkAgreement
from service.models.enums import Element, Role
from service.models.network_kinds import AgreementState, NetworkRole
from service.operations.network_plans import plan_page
from service.operations.network_work import (
    add_goal,
    follow_up_agreement,
    record_agreement,
    record_internship,
    record_session,
)
from service.operations.networks import NetworkDetails, add_person, form_network
from service.permissions import Actor, Scope
from service.workdays import add_working_days

NAMES = ("Red del valle", "Red de los cerros", "Red del río")
FORMED_AGO = timedelta(days=210)
SIZE = 7
TOPICS = (
    "Qué leen niñas y niños de tercero básico, y cómo lo sabemos",
    "Una pauta común para mirar clases",
    "Qué hacemos con quienes faltan los lunes",
    "Lo que cambió en las salas desde marzo",
)
GOALS = (
    "Que cada escuela observe dos clases al mes y las converse.",
    "Que ningún curso pase una semana sin tiempo de planificación conjunta.",
    "Que las familias sepan cada mes qué aprendieron sus hijas e hijos.",
)


def form_demo_networks(
    session: Session, coordinators: list[tuple[Actor, str]], today: date, *, most: int = 2
) -> int:
    """Let each coordinator form what Minga proposes, up to ``most`` networks; answers how many.

    They are formed and worked in as people do it, by the same operations, on days gone by.
    """
    formed = 0
    for actor, territory in coordinators:
        page = plan_page(session, actor, territory=territory, size=SIZE)
        for place, proposed in enumerate(page.plan.networks[:most]):
            keys = tuple(page.names[school][0] for school in proposed.members)
            network = form_network(
                session,
                NetworkDetails(
                    name=NAMES[place % len(NAMES)],
                    purpose="Mejorar juntas lo que más cuesta a cada escuela, mostrando lo que resulta.",
                    theme=Element(proposed.theme) if proposed.theme else None,
                    schools=keys,
                    start_on=today - FORMED_AGO,
                ),
                actor=actor,
            )
            _work(session, network, list(proposed.members), actor, today, place)
            formed += 1
    return formed


def _work(
    session: Session, network: Network, schools: list[int], actor: Actor, today: date, place: int
) -> None:
    """Meetings at which not everybody is, agreements in each state, goals of schools and of the service."""
    for turn, topic in enumerate(TOPICS):
        there = [one for number, one in enumerate(schools) if (number + turn + place) % 4]
        record_session(
            session,
            network.id,
            held_on=add_working_days(today - FORMED_AGO, 13 + 31 * turn),
            hours=2.5,
            topic=topic,
            note=None,
            attendance={one: 1 + number % 3 for number, one in enumerate(there)},
            presented=there[turn % 2 : turn % 2 + 1],
            actor=actor,
        )
    for number, school in enumerate(schools[:3]):
        head = Actor(None, "", (Scope(Role.DIRECTOR, school_id=school),))
        add_goal(session, network.id, text=GOALS[number], actor=head, today=today - timedelta(days=180))
    add_goal(
        session,
        network.id,
        text="Que la asistencia de la red suba dos puntos en el año.",
        actor=actor,
        today=today - timedelta(days=180),
    )
    add_person(
        session,
        network.id,
        name=actor.name,
        role=NetworkRole.SUPERVISOR,
        school_id=None,
        actor=actor,
        today=today - FORMED_AGO,
    )
    for text, who, since, due in (
        ("Probar la pauta de observación en dos cursos", "Jefaturas de UTP", 150, 90),
        ("Juntar en una hoja los textos que cada escuela lee", "Dirección anfitriona", 100, 10),
        ("Visitar una clase de otra escuela de la red", "Docentes de primer ciclo", 40, -30),
    ):
        record_agreement(
            session,
            network.id,
            text=text,
            responsible=who,
            due_on=today - timedelta(days=due),
            actor=actor,
            today=today - timedelta(days=since),
        )
    first = session.scalars(
        select(NetworkAgreement.id)
        .where(NetworkAgreement.network_id == network.id)
        .order_by(NetworkAgreement.id)
    ).first()
    assert first is not None
    follow_up_agreement(
        session,
        network.id,
        first,
        state=AgreementState.DONE,
        note="Se probó en la mayoría de las escuelas; la pauta quedó más corta.",
        actor=actor,
        today=today - timedelta(days=85),
    )
    record_internship(
        session,
        network.id,
        from_school=schools[0],
        to_school=schools[1],
        teachers=2,
        hours=12,
        focus="Lectura compartida en primer ciclo",
        began_on=add_working_days(today - timedelta(days=60), 1),
        actor=actor,
    )
