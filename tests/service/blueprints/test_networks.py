"""Networks on the screen: formed, worked in, and proposing themselves."""

from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from service.db import Database
from service.models import (
    EducationService,
    Event,
    Internship,
    Network,
    NetworkAgreement,
    NetworkAttendance,
    NetworkGoal,
    NetworkPerson,
    NetworkSchool,
    School,
)
from service.models.enums import Role
from service.models.network_kinds import AgreementState, GoalSource, NetworkRole
from tests.factories.leaders import make_leader, make_need
from tests.factories.networks import make_network
from tests.factories.schools import make_school, make_service
from tests.service.conftest import ClientAs, Counter

FORM = {"name": "Red del valle", "purpose": "Leer mejor", "theme": "reading", "start_on": "2026-03-02"}


@dataclass(frozen=True)
class Valley:
    """A service with seven schools, and a network of five of them."""

    service: int
    schools: list[int]
    codes: list[int]
    network: int


@pytest.fixture
def valley(database: Database) -> Valley:
    with database.transaction() as session:
        service = make_service(session)
        schools = [make_school(session, service=service, name=f"Escuela {n}") for n in range(7)]
        network = make_network(session, schools[:5], service_id=service.id)
        return Valley(service.id, [one.id for one in schools], [one.code for one in schools], network.id)


@pytest.fixture
def coordinator(client_as: ClientAs, valley: Valley) -> FlaskClient:
    return client_as(Role.COORDINATOR, service_id=valley.service)


def test_a_coordinator_forms_a_network_and_it_is_on_the_list(
    coordinator: FlaskClient, valley: Valley, database: Database
) -> None:
    schools = "\n".join(f"cl:{code}" for code in valley.codes)

    answer = coordinator.post("/redes/nueva", data={**FORM, "schools": schools}, follow_redirects=True)

    assert "Red del valle" in answer.text
    assert "7 escuelas; 0 sesiones; ningún acuerdo pasado de plazo." in answer.text
    assert "2 redes están trabajando." in coordinator.get("/redes/").text
    with database.reading() as session:
        event = session.scalars(select(Event).where(Event.action == "network_formed")).one()
        assert event.data["schools"] == valley.codes


@pytest.mark.parametrize(
    ("pick", "sentence"),
    [
        (lambda codes: codes[:4], "Una red tiene de 5 a 15 escuelas; la lista tiene 4."),
        (lambda codes: [*codes, codes[0]], "Escuela 0 está dos veces en la lista."),
        (lambda codes: [*codes, 99_999_999], "99999999"),
    ],
)
def test_a_list_that_makes_no_network_comes_back_with_what_was_written(
    coordinator: FlaskClient, valley: Valley, pick, sentence: str
) -> None:  # type: ignore[no-untyped-def]
    schools = ", ".join(map(str, pick(valley.codes)))

    answer = coordinator.post("/redes/nueva", data={**FORM, "schools": schools})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert schools in answer.text


def test_schools_of_another_territory_are_refused(
    coordinator: FlaskClient, valley: Valley, database: Database
) -> None:
    with database.transaction() as session:
        foreign = make_school(session, service=make_service(session)).code
    codes = [*valley.codes, foreign]

    answer = coordinator.post("/redes/nueva", data={**FORM, "schools": ",".join(map(str, codes))})

    assert answer.status_code == 403


def test_a_session_counts_who_came_and_who_showed(
    coordinator: FlaskClient, valley: Valley, database: Database
) -> None:
    sent = {
        "held_on": "2026-04-08",
        "hours": "2,5",
        "topic": "Comprensión",
        f"people_{valley.schools[0]}": "3",
        f"people_{valley.schools[1]}": "1",
        f"people_{valley.schools[2]}": "",
        "presented": str(valley.schools[0]),
    }

    answer = coordinator.post(f"/redes/{valley.network}/sesiones", data=sent, follow_redirects=True)

    assert "40 %" in answer.text  # two of five schools came
    with database.reading() as session:
        rows = session.execute(
            select(NetworkAttendance.school_id, NetworkAttendance.people, NetworkAttendance.presented)
        ).all()
    assert sorted(map(tuple, rows)) == [(valley.schools[0], 3, True), (valley.schools[1], 1, False)]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "Diga qué escuelas asistieron"),
        ({"people_0": "2", "presented": "1"}, "tiene que estar entre las que vinieron"),
        ({"people_6": "2"}, "Esa escuela no está hoy en la red."),
        ({"people_0": "2", "held_on": "2099-01-01"}, "no puede ser futura"),
        ({"people_0": "2", "hours": "30"}, "entre 0.25 y 24"),
    ],
)
def test_a_session_that_cannot_be_comes_back(
    coordinator: FlaskClient, valley: Valley, changes: dict[str, str], sentence: str
) -> None:
    sent = {"held_on": "2026-04-08", "hours": "2", "topic": "Comprensión"}
    for name, value in changes.items():
        place = name.removeprefix("people_")
        key = f"people_{valley.schools[int(place)]}" if place != name else name
        sent[key] = str(valley.schools[int(value)]) if name == "presented" else value

    answer = coordinator.post(f"/redes/{valley.network}/sesiones", data=sent)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Comprensión" in answer.text


def test_an_agreement_is_followed_up_once(
    coordinator: FlaskClient, valley: Valley, database: Database
) -> None:
    address = f"/redes/{valley.network}/acuerdos"
    sent = {"text": "Leer diez minutos", "responsible": "Ana Soto", "due_on": "2099-05-01"}
    assert coordinator.post(address, data=sent).status_code == 302
    with database.reading() as session:
        agreement = session.scalars(select(NetworkAgreement.id)).one()
    told = {"state": "done", "follow_up": "Cuatro escuelas lo hacen."}

    first = coordinator.post(f"{address}/{agreement}", data=told, follow_redirects=True)
    second = coordinator.post(f"{address}/{agreement}", data=told)

    assert "Cuatro escuelas lo hacen." in first.text
    assert second.status_code == 409
    with database.reading() as session:
        assert session.get_one(NetworkAgreement, agreement).state is AgreementState.DONE


def test_a_deadline_in_the_past_is_refused(coordinator: FlaskClient, valley: Valley) -> None:
    sent = {"text": "Leer", "responsible": "Ana", "due_on": "2020-05-01"}

    answer = coordinator.post(f"/redes/{valley.network}/acuerdos", data=sent)

    assert "El plazo no puede ser anterior a hoy." in answer.text


def test_goals_tell_whether_the_schools_proposed_them(
    client_as: ClientAs, coordinator: FlaskClient, valley: Valley, database: Database
) -> None:
    director = client_as(Role.DIRECTOR, school_id=valley.schools[0])
    address = f"/redes/{valley.network}/metas"

    director.post(address, data={"goal": "Que todas lean en junio"})
    text = coordinator.post(address, data={"goal": "Más asistencia"}, follow_redirects=True).text

    assert "1 de 2" in text
    assert "la propuso Escuela 0" in text
    with database.reading() as session:
        sources = session.scalars(select(NetworkGoal.source).order_by(NetworkGoal.id)).all()
    assert sources == [GoalSource.MEMBER, GoalSource.COORDINATION]


def test_people_and_internships_are_noted(
    coordinator: FlaskClient, valley: Valley, database: Database
) -> None:
    a, b, outside = valley.schools[0], valley.schools[1], valley.schools[6]
    person = {"person_name": "Rosa Paz", "role": "supervisor", "person_school": ""}
    stay = {
        "from_school": a,
        "to_school": b,
        "teachers": "2",
        "stay_hours": "12",
        "stay_focus": "Lectura",
        "began_on": "2026-05-04",
    }

    coordinator.post(f"/redes/{valley.network}/personas", data=person)
    done = coordinator.post(f"/redes/{valley.network}/pasantias", data=stay, follow_redirects=True)
    same = coordinator.post(f"/redes/{valley.network}/pasantias", data={**stay, "to_school": a})
    far = coordinator.post(f"/redes/{valley.network}/pasantias", data={**stay, "to_school": outside})

    assert "2 docentes de Escuela 0 trabajaron en Escuela 1" in done.text
    assert "Elija dos escuelas distintas." in same.text
    assert far.status_code == 422
    with database.reading() as session:
        assert session.scalars(select(NetworkPerson.role)).one() is NetworkRole.SUPERVISOR
        assert session.scalar(select(func.count()).select_from(Internship)) == 1


def test_a_school_leaves_and_comes_back_and_its_history_stays(
    coordinator: FlaskClient, valley: Valley, database: Database
) -> None:
    address = f"/redes/{valley.network}/escuelas"

    left = coordinator.post(f"{address}/{valley.schools[0]}/salida", follow_redirects=True)
    again = coordinator.post(f"{address}/{valley.schools[0]}/salida")
    back = coordinator.post(address, data={"school": f"cl:{valley.codes[0]}"}, follow_redirects=True)
    twice = coordinator.post(address, data={"school": f"cl:{valley.codes[0]}"})

    assert "4 escuelas; 0 sesiones" in left.text
    assert (again.status_code, twice.status_code) == (409, 409)
    assert "5 escuelas; 0 sesiones" in back.text
    with database.reading() as session:
        rows = select(func.count()).where(NetworkSchool.school_id == valley.schools[0])
        assert session.scalar(rows.select_from(NetworkSchool)) == 2


def test_a_network_takes_fifteen_schools_and_no_more(
    coordinator: FlaskClient, valley: Valley, database: Database
) -> None:
    with database.transaction() as session:
        service = session.get_one(EducationService, valley.service)
        more = [make_school(session, service=service).code for _ in range(11)]
    answers = [
        coordinator.post(f"/redes/{valley.network}/escuelas", data={"school": f"cl:{code}"}) for code in more
    ]

    assert [answer.status_code for answer in answers] == [302] * 10 + [422]
    assert "La red ya tiene 15 escuelas" in answers[-1].text


def test_the_ministry_sees_figures_and_no_texts(
    client_as: ClientAs, coordinator: FlaskClient, valley: Valley
) -> None:
    coordinator.post(f"/redes/{valley.network}/metas", data={"goal": "Un secreto"})

    text = client_as(Role.MINISTRY).get(f"/redes/{valley.network}").text

    assert "0 de 1" in text
    assert "Un secreto" not in text


def test_a_school_that_left_knows_the_network_no_more(
    client_as: ClientAs, coordinator: FlaskClient, valley: Valley
) -> None:
    director = client_as(Role.DIRECTOR, school_id=valley.schools[0])
    assert director.get(f"/redes/{valley.network}").status_code == 200

    coordinator.post(f"/redes/{valley.network}/escuelas/{valley.schools[0]}/salida")

    assert director.get(f"/redes/{valley.network}").status_code == 404
    assert "0 redes están trabajando." in director.get("/redes/").text


@pytest.fixture
def needy(database: Database) -> tuple[int, list[int]]:
    """Twelve schools: six far in the north that need trust, six in the south that need focus."""
    with database.transaction() as session:
        service = make_service(session)
        ids = []
        for number in range(12):
            south = number >= 6
            school = make_school(
                session,
                service=service,
                name=f"Escuela {number:02}",
                latitude=-40.0 if south else -20.0,
                longitude=-71.0,
            )
            element = "focus" if south else "trust"
            if number in (0, 6):
                make_leader(session, school, elements={element: 4})
            else:
                make_need(session, school, element=element, level=1)
            ids.append(school.id)
        return service.id, ids


def test_networks_propose_themselves_with_their_reasons(
    client_as: ClientAs, needy: tuple[int, list[int]]
) -> None:
    client = client_as(Role.COORDINATOR, service_id=needy[0])

    text = " ".join(client.get("/redes/propuestas?size=6").text.split())

    assert "12 escuelas forman 2 redes. Ninguna queda fuera." in text
    assert "5 escuelas necesitan apoyo en confianza entre directivos, docentes y familias." in text
    assert text.count("1 escuela de la red es fuerte en eso.") == 2
    assert "Formar esta red" in text


def test_moving_a_school_tells_what_it_costs(client_as: ClientAs, needy: tuple[int, list[int]]) -> None:
    service, ids = needy
    client = client_as(Role.COORDINATOR, service_id=service)
    groups = ";".join([",".join(map(str, ids[:6])), ",".join(map(str, ids[6:]))])

    moved = client.get(f"/redes/propuestas?size=6&groups={groups}&move={ids[0]}&to=1")

    assert "las redes quedan más dispersas" in moved.text
    assert "se queda sin una escuela fuerte en su tema" in moved.text
    assert "11 escuelas" not in moved.text
    assert client.get("/redes/propuestas?groups=1,1").status_code == 422
    assert client.get("/redes/propuestas?groups=x").status_code == 422


def test_a_proposal_fills_in_the_form(
    client_as: ClientAs, needy: tuple[int, list[int]], database: Database
) -> None:
    client = client_as(Role.COORDINATOR, service_id=needy[0])
    with database.reading() as session:
        codes = [session.get_one(School, one).code for one in needy[1][:6]]
    schools = ", ".join(f"cl:{code}" for code in codes)

    form = client.get("/redes/nueva", query_string={"schools": schools, "theme": "trust"})
    answer = client.post("/redes/nueva", data={**FORM, "theme": "trust", "schools": schools})

    assert schools in form.text
    assert answer.status_code == 302
    with database.reading() as session:
        assert session.scalars(select(Network.theme)).one() == "trust"


def test_as_many_queries_for_many_networks(
    coordinator: FlaskClient, valley: Valley, database: Database, count_queries: Counter
) -> None:
    counts = []
    for _ in range(2):
        with count_queries() as queries:
            coordinator.get("/redes/")
        counts.append(len(queries))
        with database.transaction() as session:
            for _ in range(3):
                make_network(session, [], service_id=valley.service)

    assert counts[0] == counts[1]
