"""The first screens: the words across the top of each role, and one's own partnership with its next step."""

import re

from flask import Flask

from service.db import Database
from service.models.enums import Role
from tests.factories.leaders import make_leader
from tests.factories.partnerships import make_partnership
from tests.factories.schools import make_school, make_service


def _words(page: str) -> list[str]:
    top = page.split('class="topnav"')[1].split("</nav>")[0]
    return [word.strip() for word in re.findall(r">([^<>]+)</a>", top)]


def test_each_role_has_its_five_words_and_a_head_sees_the_partnership_with_its_next_step(
    database: Database, app: Flask, client_as
):
    with database.transaction() as session:
        service = make_service(session)
        school = make_school(session, service=service, name="Escuela Los Aromos")
        leader = make_leader(session, make_school(session, service=service, name="Escuela El Canelo"))
        make_partnership(session, school=school, leader=leader)
        school_id, service_id = school.id, service.id
    head = client_as(Role.DIRECTOR, school_id=school_id).get("/mi-escuela").text
    assert _words(head) == ["Mi escuela", "Acompañamientos", "Agenda", "Redes", "Establecimientos"]
    assert "Con Escuela El Canelo" in head
    assert "No hay una visita acordada." in head
    coordinator = client_as(Role.COORDINATOR, service_id=service_id).get("/coordinacion/").text
    assert _words(coordinator) == ["Territorio", "Establecimientos", "Acompañamientos", "Emparejar", "Redes"]
    for link in ("/solicitudes/", "/lideres/", "/calendario/", "/coordinacion/correo"):
        assert f'href="{link}"' in coordinator
    ministry = client_as(Role.MINISTRY).get("/coordinacion/").text
    assert _words(ministry) == ["País", "Establecimientos", "Redes", "Emparejar", "Datos"]
