"""The first screens: the words across the top of each role, and one's own partnership with its next step."""

import re

from flask import Flask

from service.db import Database
from service.models import Likeness
from service.models.enums import Role
from tests.factories.leaders import make_leader
from tests.factories.partnerships import make_partnership
from tests.factories.results import make_assessment, make_estimate, make_evidence_set
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


def test_a_head_sees_the_own_school_marked_among_dots_of_schools_like_it_with_year_and_number(
    database: Database, client_as
):
    with database.transaction() as session:
        school = make_school(session, service=make_service(session), name="Escuela Los Aromos")
        likes = [make_school(session, name=f"Escuela parecida {place}") for place in range(3)]
        kept = make_evidence_set(session)
        kept.parameters = {
            **kept.parameters,
            "likeness": {"weights": {"ses_mean": 1.0}, "kind": "learned", "compared": 40},
        }
        make_assessment(session, school, status="not_in_need")
        make_estimate(session, school, level=4.0)
        make_estimate(session, likes[0], level=-3.0)
        make_estimate(session, likes[1], level=7.5)
        session.add_all(
            Likeness(
                set_id=kept.id,
                school_id=school.id,
                like_id=like.id,
                place=place + 1,
                distance=0.3,
                coverage=1.0,
                features=["ses_mean"],
            )
            for place, like in enumerate(likes)
        )
        school_id = school.id
    page = client_as(Role.DIRECTOR, school_id=school_id).get("/mi-escuela").text
    section = page.split('id="comparada"')[1].split("</section>")[0]
    picture = section.split("<svg", 1)[1].split("</figure>")[0].split('class="legend"')[0]
    assert picture.count('class="other"') == 2, "the third published nothing, and is no dot at zero"
    assert picture.count('class="own"') == 1
    assert "2024" in section
    assert "n = 31" in section or "31 estudiantes" in section
    for like in range(3):
        assert f"Escuela parecida {like}" in section
