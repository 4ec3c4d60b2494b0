"""What a school's page says of a rise: its margin, its group's ceiling, and who was tested."""

import pytest

from service.models.enums import Role, Subject
from tests.factories.results import make_assessment, make_estimate, make_result, make_school_year
from tests.factories.schools import make_school, make_service

YEARS = ((2018, 200.0, 290.0, 1, 30), (2022, 230.0, 270.0, 1, 30), (2024, 300.0, 220.0, 2, 60))
"""Year, reading, mathematics, socio-economic group, pupils tested."""


@pytest.fixture
def page_of(database, client_as):
    """The page of a school with these tests, beside ``others`` schools of its last group."""

    def read(tests, others: int = 0) -> str:
        with database.transaction() as session:
            service = make_service(session)
            school = make_school(session, service=service, code=10001)
            make_assessment(session, school)
            make_estimate(session, school)
            for year, reading, mathematics, group, tested in tests:
                make_school_year(session, school, year=year, ses_group=group)
                for subject, score in ((Subject.READING, reading), (Subject.MATHEMATICS, mathematics)):
                    make_result(session, school, year=year, subject=subject, score=score, tested=tested)
            for number in range(others):
                other = make_school(session, service=service, code=20001 + number)
                make_school_year(session, other, year=2024, ses_group=2)
                make_result(
                    session, other, year=2024, subject=Subject.READING, score=260.0 + number, tested=20
                )
            service_id = service.id
        return client_as(Role.COORDINATOR, service_id=service_id).get("/establecimientos/cl:10001").text

    return read


def test_one_test_cannot_be_assessed(page_of):
    page = page_of(YEARS[:1])

    assert "no se puede decir si sube o baja; hacen falta tres pruebas con puntaje" in page
    assert "Atención: " not in page


def test_a_clear_rise_is_told_with_its_margin_and_what_speaks_against_it(page_of):
    page = page_of(YEARS)

    assert "Lectura: sube entre 2018 y 2024 (3 pruebas; cambio de " in page
    assert "El nivel socioeconómico era bajo en 2018 y es medio bajo en 2024" in page
    assert "rindieron 30 estudiantes en 2018 y 60 estudiantes en 2024" in page
    assert page.count("mientras sube, matemática baja") == 1


def test_the_ceiling_is_that_of_the_own_group_and_needs_twenty_schools(page_of):
    page = page_of(YEARS, others=20)

    # 260 to 279 and the school's own 300: nine tenths of 21 schools lie at or below the 19th.
    assert (
        "De las 21 escuelas de nivel socioeconómico medio bajo, una de cada diez llega a 278 puntos" in page
    )
    # Only this school has mathematics there.
    assert page.count("una de cada diez llega a") == 1
