"""Stated preferences, and comparing a school with schools of one's own choice."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from service.db import Database
from service.models import ComparatorSet, StatedRanking
from service.models.enums import Role
from service.operations.evidence import refresh_evidence
from service.queries.evidence import evidence_of
from service.queries.likeness import like_schools
from service.queries.schools import find_school
from tests.service.blueprints.test_runs import coordinator, country, pairs, text_of
from tests.service.conftest import ClientAs
from tests.service.small_country import CL, FIRST, SmallCountry, run_in

__all__ = ["coordinator", "country"]
RANKINGS = "/coordinacion/preferencias"


def say(client: FlaskClient, status: int = 302, **given: str) -> str:
    form = {"side": "school", "said_by": "Directora, 12 de marzo", **given}
    answer = client.post(RANKINGS, data=form)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def test_a_preference_is_written_down_shown_and_used(database: Database, coordinator: FlaskClient) -> None:
    first = run_in(database, policy="stable", territory="slep:901")
    school, leader = next(iter(pairs(first).items()))
    assert "Nadie ha dicho todavía" in text_of(coordinator, RANKINGS)

    say(coordinator, school=str(school), partners=f"{leader}\n{FIRST + 3} Escuela", only_these="yes")
    page = text_of(coordinator, RANKINGS)
    second = run_in(database, policy="total", territory="slep:901")
    shown = text_of(coordinator, f"/coordinacion/corridas/{second.id}")

    assert f"Escuela {leader} ({leader})" in page
    assert "Solo estas." in page
    assert "Directora, 12 de marzo" in page
    assert pairs(second).get(school) in {leader, None}
    if school in pairs(second):
        assert "La escuela lo puso en el lugar 1 de su lista" in shown
    assert "Se conocían las preferencias de 1 escuelas" in text_of(
        coordinator, f"/coordinacion/corridas/{second.id}?view=method"
    )


def test_said_again_it_takes_the_place_of_the_old_one_and_can_be_taken_back(
    database: Database, coordinator: FlaskClient
) -> None:
    say(coordinator, school=str(FIRST), partners=str(FIRST + 1))
    say(coordinator, school=f"cl:{FIRST}", partners=str(FIRST + 2))
    with database.reading() as session:
        (found,) = session.scalars(select(StatedRanking)).all()
    assert found.partners == [FIRST + 2]

    assert coordinator.post(f"{RANKINGS}/{found.id}/quitar").status_code == 302
    with database.reading() as session:
        assert session.scalar(select(func.count(StatedRanking.id))) == 0


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"school": "nadie", "partners": str(FIRST + 1)}, "school"),
        ({"school": str(FIRST), "partners": "nadie"}, "partners"),
        ({"school": str(FIRST), "partners": str(FIRST)}, "partners"),
        ({"school": str(FIRST), "partners": f"{FIRST + 1}\n{FIRST + 1}"}, "partners"),
        ({"school": str(FIRST), "partners": ""}, "partners"),
        ({"school": str(FIRST), "partners": "\n".join(str(FIRST + n) for n in range(1, 23))}, "partners"),
        ({"school": str(FIRST + 60), "partners": str(FIRST), "side": "leader"}, "school"),
        ({"school": str(FIRST), "partners": str(FIRST + 1), "said_by": ""}, "said_by"),
    ],
)
def test_what_cannot_be_is_marked_and_nothing_is_lost(
    coordinator: FlaskClient, given: dict[str, str], field: str
) -> None:
    page = say(coordinator, 422, **given)

    assert f'id="{field}-error"' in page
    assert given["school"] in page


def test_only_the_own_coordination_writes_it_down(
    database: Database, client_as: ClientAs, coordinator: FlaskClient, country: SmallCountry
) -> None:
    foreign = client_as(Role.COORDINATOR, service_id=country.away)
    say(coordinator, school=str(FIRST), partners=str(FIRST + 1))
    with database.reading() as session:
        number = session.scalar(select(StatedRanking.id))

    say(foreign, 403, school=str(FIRST), partners=str(FIRST + 1))
    assert foreign.post(f"{RANKINGS}/{number}/quitar").status_code == 404
    assert f"Escuela {FIRST}" not in text_of(foreign, RANKINGS)
    assert f"Escuela {FIRST}" in text_of(client_as(Role.MINISTRY), RANKINGS)
    say(client_as(Role.MINISTRY), 403, school=str(FIRST), partners=str(FIRST + 1))


def test_a_school_is_compared_with_chosen_ones_and_back(
    database: Database, coordinator: FlaskClient, client_as: ClientAs, country: SmallCountry
) -> None:
    refresh_evidence(database, CL)
    page = f"/establecimientos/cl:{FIRST}"
    with database.reading() as session:
        (evidence,) = evidence_of(session, find_school(session, f"cl:{FIRST}"))
        like = like_schools(session, evidence.kept, FIRST)
    assert like is not None
    nearest = {one.code for one in like.schools}
    far = next(code for code in range(FIRST + 1, FIRST + 60) if code not in nearest)
    usual = text_of(coordinator, page)
    assert "más parecidas" in usual

    answer = coordinator.post(
        f"{page}/comparar-con", data={"others": f"{far}\n{like.schools[0].code} la otra"}
    )
    chosen = text_of(coordinator, page)

    assert answer.status_code == 302
    assert "Las 2 escuelas que usted eligió" in chosen
    assert f"Escuela {far}" in chosen
    assert f"Escuela {far}" not in usual
    assert "que usted eligió" not in text_of(client_as(Role.MINISTRY), page), "for this account only"
    assert coordinator.post(f"{page}/comparar-con", data={"others": "nadie"}).status_code == 422
    assert coordinator.post(f"{page}/comparar-con", data={"others": str(FIRST)}).status_code == 422

    coordinator.post(f"{page}/comparar-con", data={"others": str(far), "action": "revert"})
    assert text_of(coordinator, page).count("que usted eligió") == 0
    with database.reading() as session:
        assert session.scalar(select(func.count(ComparatorSet.id))) == 0
