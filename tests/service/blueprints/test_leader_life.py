"""A leader's life through the screens: each person sees what is theirs, and what comes next."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from service.jobs import keep_leaders
from service.models import (
    Account,
    Assessment,
    Complaint,
    CriteriaSet,
    FigureDispute,
    Leader,
    LeaderAssessor,
    LeaderReview,
    Message,
    OwnGoal,
    TeamMember,
)
from service.models.columns import local_today
from service.models.enums import LeaderStatus, Role
from service.operations.sessions import begin_session
from tests.factories.accounts import make_account, make_post
from tests.factories.leaders import make_leader
from tests.factories.results import LEADING_EVIDENCE, make_assessment, make_result
from tests.factories.runs import make_proposal, make_run
from tests.factories.schools import make_school, make_service


@pytest.fixture
def here(database):
    """A service with a school whose evidence is good, and its head."""
    with database.transaction() as session:
        service = make_service(session)
        school = make_school(session, service=service, name="Escuela Los Aromos")
        head = make_account(session, Role.DIRECTOR, school_id=school.id)
        make_post(session, school, person=head.person, start_on=local_today() - timedelta(days=2000))
        make_assessment(
            session,
            school,
            status="not_in_need",
            could_lead=True,
            leading_evidence=LEADING_EVIDENCE,
        )
        make_result(session, school)
    return {"service": service.id, "school": school, "head": head, "key": f"cl:{school.code}"}


@pytest.fixture
def as_person(app, database):
    """Sign in as an account that exists."""

    def sign_in(account):
        with database.transaction() as session:
            key = begin_session(session, account.id, browser="prueba")
        client = app.test_client()
        with client.session_transaction() as kept:
            kept.update(_user_id=key, _fresh=True, locale="es")
        return client

    return sign_in


def text_of(answer) -> str:
    return " ".join(answer.get_data(as_text=True).split())


def only(database, model):
    with database.reading() as session:
        return session.scalars(select(model).order_by(model.id.desc())).first()


def test_from_application_to_the_leaders_own_page(database, here, as_person, client_as):
    head = as_person(here["head"])
    coordinator = client_as(Role.COORDINATOR, service_id=here["service"])
    assert "Usted no está en la lista" in text_of(head.get("/lideres/mis-acompanamientos"))
    form = text_of(head.get("/lideres/postular"))
    assert "Años dirigiendo su escuela: al menos 3" in form
    assert head.post("/lideres/postular", data={"words": ""}).status_code == 422
    assert head.post("/lideres/postular", data={"words": "Nos gusta aprender con otros."}).status_code == 302
    leader = only(database, Leader)
    path = f"/lideres/{leader.id}"
    page = text_of(coordinator.get(path))
    assert "Lleva 5,5 años dirigiendo su escuela (se piden 3)." in page
    assert "Probabilidad de rendir más que escuelas parecidas: 95 % (se pide 80 %)." in page
    assert "Nos gusta aprender con otros." in page
    assert coordinator.post(f"{path}/paso", data={"step": "confirm"}).status_code == 302
    assessors = _two_assess(database, here, as_person, coordinator, path)
    assert all("Su juicio quedó guardado" in answer for answer in assessors)
    page = text_of(coordinator.get(path))
    assert "Hay opiniones distintas" in page
    assert (
        coordinator.post(f"{path}/paso", data={"step": "assess", "reason": "Llegaron los dos"}).status_code
        == 302
    )
    until = (local_today() + timedelta(days=400)).isoformat()
    designate = {"step": "designate", "reason": "Puede ayudar", "term_end_on": until}
    refused = coordinator.post(f"{path}/paso", data=designate)
    assert refused.status_code == 409
    assert "Antes falta: el consentimiento de la persona; el consentimiento de su sostenedor." in text_of(
        refused
    )
    assert head.post(f"{path}/consentimientos", data={"kind": "leader"}).status_code == 302
    owner = {
        "kind": "owner",
        "given_by": "Dirección del SLEP",
        "given_on": local_today().isoformat(),
        "way": "letter",
    }
    assert coordinator.post(f"{path}/consentimientos", data=owner).status_code == 302
    assert coordinator.post(f"{path}/paso", data={**designate, "term_end_on": ""}).status_code == 422
    assert coordinator.post(f"{path}/paso", data=designate).status_code == 302
    training = {
        "name": "Inducción",
        "given_by": "CPEIP",
        "completed_on": local_today().isoformat(),
        "hours": "20",
    }
    assert coordinator.post(f"{path}/formacion", data=training).status_code == 302
    assert (
        coordinator.post(f"{path}/paso", data={"step": "activate", "reason": "Todo en orden"}).status_code
        == 302
    )
    mine = text_of(head.get("/lideres/mis-acompanamientos"))
    assert "Está en ejercicio con Escuela Los Aromos. Falta que diga cuántos días ofrece" in mine
    offer = {
        "capacity": "2",
        "days_per_term": "8",
        "languages": ["es"],
        "weekdays": ["tue"],
        "exchange_kinds": ["head", "teachers"],
        "online": "yes",
    }
    assert head.post(f"{path}/oferta", data=offer).status_code == 302
    mine = text_of(head.get("/lideres/mis-acompanamientos"))
    assert "dio 0 de los 8 días que ofrece este semestre" in mine
    assert "entre directoras y directores, entre docentes" in mine
    assert "Nada: todo está en orden." in mine
    with database.reading() as session:
        subjects = set(session.scalars(select(Message.subject)))
    assert {
        "Una postulación por revisar",
        "Su designación como líder de educación",
        "Una postulación por evaluar",
    } <= subjects
    assert not any("Aromos" in subject for subject in subjects)


def _two_assess(database, here, as_person, coordinator, path) -> list[str]:
    """Two are asked; each declares, opens, and judges, one yes and one not yet."""
    said = []
    for recommendation in ("designate", "not_yet"):
        with database.transaction() as session:
            account = make_account(session, Role.ASSESSOR, service_id=here["service"])
        assert coordinator.post(f"{path}/evaluaciones", data={"account": str(account.id)}).status_code == 302
        asked = f"/lideres/evaluaciones/{only(database, LeaderAssessor).id}"
        client = as_person(account)
        assert "Una postulación espera su juicio." in text_of(client.get("/lideres/evaluaciones"))
        shut = text_of(client.get(asked))
        assert "¿tiene usted algún interés en ella?" in shut
        assert "Nos gusta aprender con otros." not in shut
        assert client.post(f"{asked}/juicio", data={}).status_code == 403
        assert client.post(f"{asked}/interes", data={"conflict": "none"}).status_code == 302
        file = text_of(client.get(asked))
        assert "Nos gusta aprender con otros." in file
        assert client.post(f"{asked}/juicio", data={"recommendation": recommendation}).status_code == 422
        judged = {
            "asked_leadership": "yes",
            "asked_team_capacity": "yes",
            "asked_stays": "unknown",
            "recommendation": recommendation,
            "reasons": "Lo conversé con su equipo.",
        }
        said.append(text_of(client.post(f"{asked}/juicio", data=judged, follow_redirects=True)))
    return said


def test_an_assessor_who_declares_a_conflict_never_sees_the_file(database, here, as_person, client_as):
    head = as_person(here["head"])
    head.post("/lideres/postular", data={"words": "Secreto de la postulación"})
    leader = only(database, Leader)
    coordinator = client_as(Role.COORDINATOR, service_id=here["service"])
    with database.transaction() as session:
        account = make_account(session, Role.ASSESSOR, service_id=here["service"])
    coordinator.post(f"/lideres/{leader.id}/evaluaciones", data={"account": str(account.id)})
    asked = f"/lideres/evaluaciones/{only(database, LeaderAssessor).id}"
    client = as_person(account)
    answer = client.post(f"{asked}/interes", data={"conflict": "family"}, follow_redirects=True)
    assert "la evalúa otra persona" in text_of(answer)
    after = client.get(asked)
    assert after.status_code == 403
    assert "Secreto de la postulación" not in text_of(after)
    assert "no evalúa: familia" in text_of(coordinator.get(f"/lideres/{leader.id}"))


def test_my_page_pauses_teaches_and_names_my_team(database, here, as_person):
    with database.transaction() as session:
        person = session.get_one(Account, here["head"].id).person_id
        leader = make_leader(
            session, here["school"], person=None, person_id=person, status=LeaderStatus.ACTIVE
        )
    head, path = as_person(here["head"]), f"/lideres/{leader.id}"
    assert head.get("/").headers["Location"] == "/lideres/mis-acompanamientos"
    assert head.post(f"{path}/paso", data={"step": "pause", "reason": ""}).status_code == 422
    assert (
        head.post(f"{path}/paso", data={"step": "pause", "reason": "Obras en la escuela"}).status_code == 302
    )
    assert "Está en pausa desde el" in text_of(head.get("/lideres/mis-acompanamientos"))
    assert head.post(f"{path}/paso", data={"step": "resume", "reason": "Terminaron"}).status_code == 302
    assert head.post(f"{path}/metas", data={"goal": "Observar clases entre pares"}).status_code == 302
    goal = only(database, OwnGoal)
    assert head.post(f"{path}/metas/{goal.id}", data={"gain": "Ya lo hacen once docentes"}).status_code == 302
    assert (
        head.post(
            f"{path}/equipo", data={"name": "Rosa", "role": "teacher", "expertise": ["focus"]}
        ).status_code
        == 302
    )
    mine = text_of(head.get("/lideres/mis-acompanamientos"))
    assert "Ya lo hacen once docentes" in mine
    assert "Rosa" in mine
    assert head.post(f"{path}/equipo/{only(database, TeamMember).id}/salir").status_code == 302
    assert head.post(f"{path}/consentimientos/retirar", data={"kind": "leader"}).status_code == 302
    assert "Su consentimiento, más abajo." in text_of(head.get("/lideres/mis-acompanamientos"))
    assert head.post(f"{path}/paso", data={"step": "withdraw", "reason": "Dejo el cargo"}).status_code == 302
    assert "Ahora no acompaña a otra escuela: se retiró." in text_of(head.get("/lideres/mis-acompanamientos"))


def test_a_review_by_the_clock_is_decided_on_the_page(database, here, as_person, client_as):
    with database.transaction() as session:
        leader = make_leader(session, here["school"], status=LeaderStatus.ACTIVE)
        session.scalars(select(Assessment)).one().status = "in_need"
    assert keep_leaders(database) == 1
    assert keep_leaders(database) == 0
    coordinator = client_as(Role.COORDINATOR, service_id=here["service"])
    assert "una revisión por decidir" in text_of(coordinator.get("/lideres/"))
    page = text_of(coordinator.get(f"/lideres/{leader.id}"))
    assert "La regla señala ahora que su propia escuela necesita apoyo" in page
    path = f"/lideres/{leader.id}/revisiones/{only(database, LeaderReview).id}"
    assert coordinator.post(path, data={"decision": "pause"}).status_code == 422
    assert (
        coordinator.post(path, data={"decision": "pause", "reason": "Su escuela primero"}).status_code == 302
    )
    assert coordinator.post(path, data={"decision": "lapse", "reason": "Otra vez"}).status_code == 409
    assert only(database, Leader).status is LeaderStatus.PAUSED


def test_a_term_over_lapses_by_the_clock(database, here):
    with database.transaction() as session:
        make_leader(session, here["school"], term_end_on=local_today() - timedelta(days=2))
    assert keep_leaders(database) == 1
    assert only(database, Leader).status is LeaderStatus.LAPSED


def test_a_school_that_was_proposed_a_leader_may_complain_and_the_text_stays_with_the_coordination(
    database, here, as_person, client_as
):
    with database.transaction() as session:
        person = session.get_one(Account, here["head"].id).person_id
        leader = make_leader(session, here["school"], person=None, person_id=person)
        supported = make_school(session)
        complaining = make_account(session, Role.DIRECTOR, school_id=supported.id)
        proposal = make_proposal(session, make_run(session), supported, here["school"], leader_id=leader.id)
        proposal.published_at = make_run(session).created_at
        other = make_account(session, Role.DIRECTOR, school_id=make_school(session).id)
    path = f"/lideres/{leader.id}/reclamos"
    assert as_person(other).get(path).status_code == 404
    client = as_person(complaining)
    assert client.post(path, data={"text": "x" * 100_000}).status_code == 422
    assert client.post(path, data={"text": "No llegó a la reunión", "suspends": "yes"}).status_code == 302
    coordinator = client_as(Role.COORDINATOR, service_id=here["service"])
    assert "No llegó a la reunión" in text_of(coordinator.get(f"/lideres/{leader.id}"))
    assert only(database, Complaint).suspends is False
    for reader in (
        as_person(here["head"]),
        client_as(Role.MINISTRY),
        client_as(Role.READ_ONLY, service_id=here["service"]),
    ):
        answer = reader.get(f"/lideres/{leader.id}", follow_redirects=True)
        assert answer.status_code == 200
        assert "No llegó a la reunión" not in text_of(answer)
    case = f"{path}/{only(database, Complaint).id}"
    assert coordinator.post(case, data={"state": "upheld", "decision": "Sí"}).status_code == 409
    assert coordinator.post(case, data={"state": "examined", "suspends": "yes"}).status_code == 302
    assert "suspende propuestas nuevas" in text_of(coordinator.get(f"/lideres/{leader.id}"))
    assert coordinator.post(case, data={"state": "not_upheld"}).status_code == 422
    assert (
        coordinator.post(case, data={"state": "not_upheld", "decision": "Hubo un error de fecha"}).status_code
        == 302
    )


def test_criteria_are_proposed_by_one_and_approved_by_another(database, here, as_person, client_as):
    as_person(here["head"]).post("/lideres/postular", data={"words": "Quiero"})
    coordinator = client_as(Role.COORDINATOR, service_id=here["service"])
    assert "Hoy valen los criterios «minga», versión 1." in text_of(coordinator.get("/lideres/criterios"))
    stricter = {
        "base": "minga-1",
        "version": "2026",
        "ask_years_in_post": "yes",
        "threshold_years_in_post": "7",
        "reason": "Más experiencia",
    }
    wrong = coordinator.post(
        "/lideres/criterios/minga-1/proponer", data={**stricter, "threshold_years_in_post": "ocho"}
    )
    assert wrong.status_code == 422
    assert 'id="threshold_years_in_post-error"' in text_of(wrong)
    assert coordinator.post("/lideres/criterios/minga-1/proponer", data=stricter).status_code == 302
    kept = only(database, CriteriaSet)
    page = text_of(coordinator.get(f"/lideres/criterios/{kept.id}"))
    assert "cambiaría lo que se puede medir de una de 1 postulaciones" in page
    assert "Espera que otra persona, en el ministerio, la apruebe." in page
    decide = {"decision": "approve", "in_force_from": local_today().isoformat(), "reason": "De acuerdo"}
    assert coordinator.post(f"/lideres/criterios/{kept.id}/decidir", data=decide).status_code == 403
    ministry = client_as(Role.MINISTRY)
    assert ministry.post(f"/lideres/criterios/{kept.id}/decidir", data=decide).status_code == 302
    assert ministry.post(f"/lideres/criterios/{kept.id}/decidir", data=decide).status_code == 409
    assert "Hoy valen los criterios «minga», versión 2026." in text_of(ministry.get("/lideres/criterios"))


def test_a_disputed_figure_is_marked_beside_it_until_decided(database, here, as_person, client_as):
    head = as_person(here["head"])
    page = text_of(head.get(f"/establecimientos/{here['key']}/cifras"))
    assert "Lectura, " in page
    sent = {"figure": "result:4b:2024:reading", "reason": "Rindieron doce, no treinta y uno."}
    assert head.post(f"/establecimientos/{here['key']}/cifras", data=sent).status_code == 302
    stranger = client_as(Role.COORDINATOR, service_id=make_id(database))
    shown = text_of(stranger.get(f"/establecimientos/{here['key']}"))
    assert "la escuela disputa esta cifra desde el" in shown
    assert "Rindieron doce" not in shown
    coordinator = client_as(Role.COORDINATOR, service_id=here["service"])
    assert "Rindieron doce" in text_of(coordinator.get(f"/establecimientos/{here['key']}/cifras"))
    path = f"/establecimientos/{here['key']}/cifras/{only(database, FigureDispute).id}"
    assert (
        coordinator.post(path, data={"state": "upheld", "decision": "Se corrige con el acta."}).status_code
        == 302
    )
    assert coordinator.post(path, data={"state": "rejected", "decision": "No"}).status_code == 409
    assert "disputa esta cifra" not in text_of(stranger.get(f"/establecimientos/{here['key']}"))


def make_id(database) -> int:
    with database.transaction() as session:
        return make_service(session).id
