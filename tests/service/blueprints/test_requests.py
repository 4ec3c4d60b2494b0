"""Pages from asking for a peer to both having said yes, as the people use them."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from service.db import Database
from service.models import Message, Offer, Partnership, Proposal, Request, School
from service.models.columns import local_today, utc_now
from service.models.enums import ProposalState, Role
from service.models.states import RequestState
from tests.factories.accounts import make_account
from tests.factories.leaders import make_diagnosis
from tests.factories.offers import Offered, make_shortlist
from tests.factories.schools import make_school, make_service
from tests.service.conftest import ClientAs

SOON = local_today() + timedelta(days=20)


@pytest.fixture
def school(database: Database) -> School:
    with database.transaction() as session:
        return make_school(session, service=make_service(session), name="Escuela Los Aromos")


@pytest.fixture
def given(database: Database) -> Offered:
    with database.transaction() as session:
        return make_shortlist(session, due_on=SOON)


@pytest.fixture
def director(client_as: ClientAs, school: School) -> FlaskClient:
    return client_as(Role.DIRECTOR, school_id=school.id)


def requests_of(database: Database, school: School) -> list[Request]:
    with database.reading() as session:
        return list(session.scalars(select(Request).where(Request.school_id == school.id)))


def test_a_head_asks_in_three_screens_and_the_coordination_is_told(
    database: Database, school: School, director: FlaskClient
) -> None:
    with database.transaction() as session:
        coordinator = make_account(session, Role.COORDINATOR, service_id=school.ownerships[0].service_id)
        other = make_school(session)
    first = director.post("/solicitudes/pedir", data={"elements": ["trust", "focus"], "words": "Nos cuesta"})
    assert first.headers["Location"] == "/solicitudes/pedir/posible"
    second = director.post(
        "/solicitudes/pedir/posible",
        data={
            "days": "1,5",
            "max_km": "40",
            "online": "yes",
            "languages": ["es"],
            "avoided": f"cl:{other.code}",
        },
    )
    assert second.headers["Location"] == "/solicitudes/pedir/revisar"
    shown = director.get("/solicitudes/pedir/revisar").text
    assert "Nos cuesta" in shown
    assert other.name in shown
    sent = director.post("/solicitudes/pedir/revisar", follow_redirects=True)
    assert "Lo que sigue es conversar el diagnóstico" in sent.text
    (request,) = requests_of(database, school)
    assert (request.state, request.elements, request.days, request.max_km) == (
        RequestState.SUBMITTED,
        ["focus", "trust"],
        1.5,
        40,
    )
    with database.reading() as session:
        letters = session.scalars(select(Message).where(Message.recipient == coordinator.email)).all()
    assert [letter.kind for letter in letters] == ["request_sent"]
    assert school.name not in letters[0].subject


def test_a_draft_is_there_again_the_next_day(database: Database, director: FlaskClient) -> None:
    director.post("/solicitudes/pedir", data={"elements": ["trust"], "words": "Seguimos mañana"})
    page = director.get("/solicitudes/pedir").text
    assert "Seguimos mañana" in page
    assert 'value="trust" checked' in page
    assert "Su solicitud está a medio escribir" in director.get("/mi-escuela").text


def test_nothing_said_and_a_text_of_100_000_characters_come_back_with_what_was_typed(
    database: Database, school: School, director: FlaskClient
) -> None:
    empty = director.post("/solicitudes/pedir", data={"words": ""})
    assert empty.status_code == 422
    assert "Marque al menos una frase" in empty.text
    long = "palabra " * 12_500
    answer = director.post("/solicitudes/pedir", data={"elements": ["trust"], "words": long})
    assert answer.status_code == 422
    assert "Es demasiado largo" in answer.text
    assert long.strip() in answer.text
    assert requests_of(database, school) == []


def test_a_second_request_is_a_conflict_that_says_where_the_first_is(
    database: Database, director: FlaskClient
) -> None:
    director.post("/solicitudes/pedir", data={"elements": ["trust"]})
    director.post("/solicitudes/pedir/revisar")
    again = director.post("/solicitudes/pedir", data={"elements": ["trust"]})
    assert again.status_code == 409
    assert "Mi escuela" in again.text
    assert director.post("/solicitudes/pedir/revisar").status_code == 409


def test_the_coordination_decides_only_after_the_diagnosis_was_validated(
    database: Database, school: School, director: FlaskClient, client_as: ClientAs
) -> None:
    director.post("/solicitudes/pedir", data={"elements": ["trust"]})
    director.post("/solicitudes/pedir/revisar")
    (request,) = requests_of(database, school)
    coordinator = client_as(Role.COORDINATOR, service_id=school.ownerships[0].service_id)
    assert school.name in coordinator.get("/solicitudes/").text
    target = f"/solicitudes/{request.id}"
    assert coordinator.post(f"{target}/resultado", data={"outcome": "match"}).status_code == 409
    with database.transaction() as session:
        make_diagnosis(session, school, year=utc_now().year, validated_on=local_today())
    assert coordinator.post(f"{target}/resultado", data={}).status_code == 422
    sent = {"outcome": "review_progress", "note": "Conversamos en marzo"}
    assert coordinator.post(f"{target}/resultado", data=sent).status_code == 302
    page = director.get(target).text
    assert "Conversamos en marzo" in page
    assert "Revisar primero" in page
    (request,) = requests_of(database, school)
    assert (request.state, request.outcome_on) == (RequestState.DIAGNOSED, local_today())


def test_a_head_takes_the_request_back(database: Database, school: School, director: FlaskClient) -> None:
    director.post("/solicitudes/pedir", data={"elements": ["trust"]})
    director.post("/solicitudes/pedir/revisar")
    (request,) = requests_of(database, school)
    assert director.post(f"/solicitudes/{request.id}/retirar").status_code == 302
    assert requests_of(database, school)[0].state is RequestState.CLOSED
    assert director.get("/solicitudes/pedir").status_code == 200


def test_cards_tell_reasons_and_neither_contact_nor_rank_nor_percent(
    database: Database, given: Offered, client_as: ClientAs
) -> None:
    page = client_as(Role.DIRECTOR, school_id=given.school.id).get(f"/propuestas/{given.proposal.id}").text
    main = page[page.index("<main") : page.index("</main>")]
    assert main.count('<article class="card">') == 3
    assert "Se parecen en" in main
    assert "%" not in main
    for leader in given.leaders:
        assert leader.person.name in main
        assert (leader.person.email or "?") not in page


def test_a_school_chooses_and_its_leader_says_yes(
    database: Database, given: Offered, client_as: ClientAs
) -> None:
    director = client_as(Role.DIRECTOR, school_id=given.school.id)
    target = f"/propuestas/{given.proposal.id}"
    assert "Sus candidatas están listas" in director.get("/mi-escuela").text
    one, two, _ = given.candidates
    doubled = director.post(f"{target}/elegir", data={f"rank_{one}": "1", f"rank_{two}": "1"})
    assert doubled.status_code == 422
    assert "un lugar distinto" in doubled.text
    chosen = director.post(
        f"{target}/elegir", data={f"rank_{one}": "2", f"rank_{two}": "1"}, follow_redirects=True
    )
    assert "Espera su respuesta" in chosen.text
    with database.reading() as session:
        offer = session.scalars(select(Offer)).one()
        assert offer.leader_id == given.leaders[1].id
    leader = client_as(Role.LEADER, school_id=given.leaders[1].school_id)
    assert given.school.name in leader.get("/propuestas/invitaciones").text
    page = leader.get(f"/propuestas/invitaciones/{offer.id}").text
    assert given.addresses["director"] not in page
    begun = leader.post(f"/propuestas/invitaciones/{offer.id}/aceptar", follow_redirects=True)
    assert "Ya pueden ponerse en contacto" in begun.text
    with database.reading() as session:
        assert session.scalars(select(Partnership)).one().school_id == given.school.id
    assert given.leaders[1].person.email in director.get(target).text


def test_two_people_on_one_proposal_the_second_is_told_what_changed(
    database: Database, given: Offered, client_as: ClientAs
) -> None:
    first = client_as(Role.DIRECTOR, school_id=given.school.id)
    second = client_as(Role.DIRECTOR, school_id=given.school.id)
    target = f"/propuestas/{given.proposal.id}"
    assert first.post(f"{target}/ninguna", data={"reason": "too_far"}).status_code == 302
    late = second.post(f"{target}/elegir", data={f"rank_{given.candidates[0]}": "1"})
    assert late.status_code == 409
    assert "cambió mientras tanto" in late.text
    with database.reading() as session:
        assert session.get_one(Proposal, given.proposal.id).state is ProposalState.DECLINED


def test_a_leader_says_no_with_a_note_that_only_the_coordination_reads(
    database: Database, given: Offered, client_as: ClientAs
) -> None:
    director = client_as(Role.DIRECTOR, school_id=given.school.id)
    target = f"/propuestas/{given.proposal.id}"
    director.post(f"{target}/elegir", data={f"rank_{given.candidates[0]}": "1"})
    with database.reading() as session:
        offer = session.scalars(select(Offer)).one()
    leader = client_as(Role.LEADER, school_id=given.leaders[0].school_id)
    answer = f"/propuestas/invitaciones/{offer.id}/rechazar"
    assert leader.post(answer, data={}).status_code == 422
    sent = {"reason": "no_time", "note": "Estoy con licencia"}
    assert leader.post(answer, data=sent).status_code == 302
    assert leader.post(answer, data=sent).status_code == 409
    assert "Estoy con licencia" not in director.get(target).text
    coordinator = client_as(Role.COORDINATOR, service_id=given.service.id)
    page = coordinator.get(target).text
    assert "Estoy con licencia" in page
    assert "No hay tiempo este año" in page


def test_a_partnership_agreed_outside_and_one_imposed(
    database: Database, given: Offered, client_as: ClientAs
) -> None:
    coordinator = client_as(Role.COORDINATOR, service_id=given.service.id)
    with database.transaction() as session:
        school = make_school(session, service=given.service)
        another = make_school(session, service=given.service)
    today = local_today().isoformat()
    pair = {
        "school": f"cl:{school.code}",
        "leader_school": f"cl:{given.leaders[1].school.code}",
        "note": "Acta",
    }
    missing = coordinator.post("/propuestas/acordada", data={**pair, "how": "agreed"})
    assert missing.status_code == 422
    assert "qué día dijo que sí" in missing.text
    yes = {"school_yes_on": today, "leader_yes_on": today}
    assert coordinator.post("/propuestas/acordada", data={**pair, **yes, "how": "agreed"}).status_code == 302
    full = coordinator.post(
        "/propuestas/acordada", data={**pair, **yes, "school": f"cl:{another.code}", "how": "agreed"}
    )
    assert full.status_code == 409
    forced = {**pair, "school": f"cl:{another.code}", "leader_school": f"cl:{given.leaders[2].school.code}"}
    unnamed = coordinator.post("/propuestas/acordada", data={**forced, "how": "imposed"})
    assert "necesita la norma" in unnamed.text
    basis = {"how": "imposed", "legal_basis": "Resolución 12 de 2026"}
    assert coordinator.post("/propuestas/acordada", data={**forced, **basis}).status_code == 302
    with database.reading() as session:
        origins = [one.origin.value for one in session.scalars(select(Partnership).order_by(Partnership.id))]
    assert origins == ["by_hand", "imposed"]
    page = coordinator.get("/solicitudes/").text
    assert "1 elegidos por las dos escuelas, 1 dispuestos por una norma" in page


def test_the_queue_asks_the_same_number_of_questions_for_one_and_three(
    database: Database, client_as: ClientAs, count_queries: object
) -> None:
    with database.transaction() as session:
        service = make_service(session)
        schools = [make_school(session, service=service) for _ in range(3)]
    coordinator = client_as(Role.COORDINATOR, service_id=service.id)
    counts = []
    for school in schools:
        with database.transaction() as session:
            session.add(
                Request(
                    school_id=school.id,
                    state=RequestState.SUBMITTED,
                    elements=["trust"],
                    created_at=utc_now(),
                    submitted_at=utc_now(),
                )
            )
        with count_queries() as queries:  # type: ignore[operator]
            assert coordinator.get("/solicitudes/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[2]
