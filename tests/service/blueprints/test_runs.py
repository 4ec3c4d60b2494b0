"""The pages of runs: four steps, the result, why not, marks, publishing; who sees which."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from service.db import Database
from service.models import Proposal, Run, RunMark
from service.models.enums import MarkKind, ProposalState, Role, RunState
from service.operations.evidence import refresh_evidence
from service.operations.matching import perform_run
from service.queries.runs import get_run
from service.snapshots.run_options import RunOptions
from tests.factories.runs import make_run
from tests.service.conftest import ClientAs, Counter
from tests.service.small_country import CL, SmallCountry, make_country, run_in, validate_all

RUNS = "/coordinacion/corridas"
NEW = "/coordinacion/emparejar"


@pytest.fixture
def country(database: Database) -> SmallCountry:
    with database.transaction() as session:
        made = make_country(session)
        validate_all(session, made)
        return made


@pytest.fixture
def coordinator(client_as: ClientAs, country: SmallCountry) -> FlaskClient:
    return client_as(Role.COORDINATOR, service_id=country.home)


def text_of(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return readable(answer.get_data(as_text=True))


def readable(page: str) -> str:
    page = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def pairs(run: Run) -> dict[int, int]:
    return {int(p["school"][3:]): int(p["leader_school"][3:]) for p in (run.result or {})["pairs"]}


# The list


def test_the_list_is_empty_before_the_first_run(coordinator: FlaskClient) -> None:
    assert "Todavía no hay corridas" in text_of(coordinator, RUNS)


def test_the_list_shows_the_runs_of_the_own_territory_only(
    database: Database, coordinator: FlaskClient, client_as: ClientAs, country: SmallCountry
) -> None:
    home, away = run_in(database, territory="slep:901"), run_in(database, territory="slep:902")
    everything = run_in(database, leaders="suggested")

    mine = text_of(coordinator, RUNS)
    ministry = text_of(client_as(Role.MINISTRY), RUNS)

    assert f"Corrida {home.id} " in mine
    assert f"Corrida {away.id} " not in mine
    assert f"Corrida {everything.id} " not in mine
    assert all(f"Corrida {run.id} " in ministry for run in (home, away, everything))
    assert "exploratoria: no se publica" in ministry


def test_an_owner_sees_the_runs_of_its_schools(
    database: Database, client_as: ClientAs, country: SmallCountry
) -> None:
    run = run_in(database, territory="owner:690")
    client = client_as(Role.COORDINATOR, owner_id=country.home_owner)

    assert f"Corrida {run.id} " in text_of(client, RUNS)
    assert client.get(f"{RUNS}/{run.id}").status_code == 200


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("state=failed", {"failed"}),
        ("year=2023", {"old"}),
        ("type=exploratory", {"tried"}),
        ("kind=csv&run_id=7&page=0&year=zz", None),
        ("state=x", None),
    ],
)
def test_the_list_is_filtered(
    database: Database, client_as: ClientAs, query: str, shown: set[str] | None
) -> None:
    rule = {"name": "value_added"}
    with database.transaction() as session:
        made = {
            "failed": make_run(session, rule=rule, state=RunState.FAILED).id,
            "old": make_run(session, rule=rule, as_of=2023).id,
            "tried": make_run(session, rule=rule, exploratory=True).id,
        }

    page = text_of(client_as(Role.MINISTRY), f"{RUNS}?{query}")

    found = {name for name, number in made.items() if f"Corrida {number} " in page}
    assert found == (set(made) if shown is None else shown)


def test_the_list_asks_the_same_of_the_database_for_one_run_and_for_three(
    database: Database, client_as: ClientAs, count_queries: Counter
) -> None:
    client = client_as(Role.MINISTRY)
    counts = []
    for more in (1, 2):
        with database.transaction() as session:
            for _ in range(more):
                make_run(session, rule={"name": "value_added"})
        with count_queries() as queries:
            text_of(client, RUNS)
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_list_is_exported(database: Database, coordinator: FlaskClient, kind: str) -> None:
    run_in(database, territory="slep:901")

    answer = coordinator.get(f"{RUNS}/exportar.{kind}")

    assert answer.status_code == 200
    if kind == "csv":
        header, row = answer.get_data().decode("utf-8-sig").splitlines()
        assert header.startswith("Corrida;Territorio")
        assert ";Costa;2024;" in row


def test_no_other_kind_of_file(coordinator: FlaskClient) -> None:
    assert coordinator.get(f"{RUNS}/exportar.pdf").status_code == 404


# Four steps


def test_the_four_steps_count_what_the_run_will_ask_for(database: Database, coordinator: FlaskClient) -> None:
    refresh_evidence(database, CL)

    page = text_of(coordinator, NEW)
    run = run_in(database, territory="slep:901")

    for number, step in enumerate(("Quién necesita", "Quién ayuda", "Cómo se elige", "Mirar y empezar"), 1):
        assert step in page
        assert f"{number}. {step}" in text_of(coordinator, f"{NEW}?paso={number}")
    assert f"En Costa se buscaría una escuela par para {run.summary['schools']} escuelas" in page
    assert f"{run.summary['by_assessment']} entran porque" in page


def test_before_the_evidence_is_computed_the_page_says_so(coordinator: FlaskClient) -> None:
    assert "se calcula al emparejar" in text_of(coordinator, NEW)


@pytest.mark.parametrize("rule", ["value_added", "standard_30_reading", "ofip_34_mathematics"])
def test_every_rule_opens(database: Database, coordinator: FlaskClient, rule: str) -> None:
    refresh_evidence(database, CL)

    page = text_of(coordinator, f"{NEW}?territory=slep:901&rule={rule}")

    assert "Necesita apoyo una escuela" in page


def test_moving_the_line_names_who_enters(database: Database, coordinator: FlaskClient) -> None:
    refresh_evidence(database, CL)

    page = text_of(coordinator, f"{NEW}?territory=slep:901&threshold=45")
    run = run_in(database, territory="slep:901", rule_changes={"threshold": 0.45})

    found = re.search(r"entran (\d+) y salen 0", page)
    assert found is not None
    assert int(found[1]) > 0
    assert f"escuela par para {run.summary['schools']} escuelas" in page


def test_looking_keeps_what_was_chosen_in_the_address(coordinator: FlaskClient) -> None:
    chosen = {
        "action": "look",
        "territory": "slep:901",
        "as_of": "2024",
        "rule": "value_added",
        "rule_shown": "value_added",
        "threshold": "30",
        "leaders": "suggested",
        "weights": "equal",
        "preset_max_km": "40,5",
        "preset_same_rurality": "yes",
    }

    answer = coordinator.post(NEW, data=chosen)

    assert answer.status_code == 302
    address = answer.headers["Location"]
    for part in ("threshold=30", "leaders=suggested", "weights=equal", "preset_max_km=40.5"):
        assert part in address
    assert "csrf" not in address
    assert "preset_same_rurality" not in address, "as published"
    for step in (1, 3):
        page = coordinator.get(f"{address}&paso={step}").get_data(as_text=True)
        assert re.search(r'name="preset_max_km"[^>]*value="40.5"', page), "shown, or kept by the step"


def test_another_rule_brings_its_own_line(coordinator: FlaskClient) -> None:
    chosen = {
        "action": "look",
        "territory": "slep:901",
        "rule": "standard_30_reading",
        "rule_shown": "value_added",
        "threshold": "20",
        "preset_same_rurality": "yes",
    }

    address = coordinator.post(NEW, data=chosen).headers["Location"]

    assert "threshold" not in address


def test_starting_waits_and_then_shows_the_result(database: Database, coordinator: FlaskClient) -> None:
    answer = coordinator.post(
        NEW, data={"territory": "slep:901", "rule_shown": "value_added", "preset_same_rurality": "yes"}
    )
    address = answer.headers["Location"]
    number = int(address.rpartition("/")[2])

    waiting = coordinator.get(address).get_data(as_text=True)
    assert 'http-equiv="refresh"' in waiting
    assert "espera su turno" in readable(waiting)
    assert "HX-Redirect" not in coordinator.get(f"{address}/avance").headers
    perform_run(database, number)

    assert coordinator.get(f"{address}/avance").headers["HX-Redirect"] == address
    page = text_of(coordinator, address)
    assert "recibieron una propuesta. Todavía no se le ha avisado a nadie" in page
    with database.reading() as session:
        assert RunOptions(**get_run(session, number).options) == RunOptions(
            territory="slep:901", as_of=2024, compare=True, incentives=15, recruiting=True
        )


@pytest.mark.parametrize(
    ("field", "value"), [("preset_max_km", "lejos"), ("preset_min_tests", "9"), ("preset_min_coverage", "2")]
)
def test_a_number_that_cannot_be_is_marked_at_its_field(
    coordinator: FlaskClient, field: str, value: str
) -> None:
    answer = coordinator.post(NEW, data={"territory": "slep:901", "rule_shown": "value_added", field: value})

    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert f'id="{field}-error"' in page
    assert 'role="alert"' in page


@pytest.mark.parametrize("territory", ["slep:902", "all", "owner:690", "slep:nada"])
def test_only_the_own_territory_can_be_chosen(coordinator: FlaskClient, territory: str) -> None:
    assert coordinator.get(f"{NEW}?territory={territory}").status_code == 404
    assert coordinator.post(NEW, data={"territory": territory}).status_code == 404


def test_a_run_can_be_stopped(database: Database, coordinator: FlaskClient) -> None:
    address = coordinator.post(NEW, data={"territory": "slep:901"}).headers["Location"]

    assert coordinator.post(f"{address}/detener").status_code == 302
    page = text_of(coordinator, address)
    assert "Esta corrida no terminó" in page
    assert "La detuvo" in page


# The result


def test_the_result_can_be_worked_out_by_hand(database: Database, coordinator: FlaskClient) -> None:
    run = run_in(database, territory="slep:901")
    page = text_of(coordinator, f"{RUNS}/{run.id}")

    lines = re.findall(r"(\d,\d\d) × (\d,\d{3}) = (\d,\d{5})", page)
    totals = re.findall(r"Total: (\d,\d{5})", page)
    assert len(lines) == 6 * len(totals) == 6 * run.summary["matched"]
    for n, total in enumerate(totals):
        parts = [float(one[2].replace(",", ".")) for one in lines[6 * n : 6 * n + 6]]
        assert sum(parts) == pytest.approx(float(total.replace(",", ".")), abs=5e-6)
    assert all(
        float(a.replace(",", ".")) * float(b.replace(",", ".")) == pytest.approx(float(c.replace(",", ".")))
        for a, b, c in lines
    )


@pytest.mark.parametrize("view", ["pairs", "without", "compare", "method"])
@pytest.mark.parametrize("leaders", ["designated", "suggested"])
def test_each_part_of_the_result_opens_and_shows_no_contact(
    database: Database, coordinator: FlaskClient, view: str, leaders: str
) -> None:
    run = run_in(database, territory="slep:901", leaders=leaders)

    answer = coordinator.get(f"{RUNS}/{run.id}?view={view}&run_id=7&kind=x&filename=y")
    page = answer.get_data(as_text=True)

    assert answer.status_code == 200
    assert "@escuela.cl" not in page
    repaired = (
        "cupos van a otras|cumple todas las reglas"
        if run.summary["unmatched"]
        else "Ninguna quedó sin propuesta"
    )
    shown = {
        "pairs": "Se parecen en",
        "without": repaired,
        "compare": "A quiénes llega",
        "method": "no hay un reparto mejor",
    }[view]
    assert re.search(shown, readable(page))


def test_the_pairs_are_searched_sorted_and_exported(database: Database, coordinator: FlaskClient) -> None:
    run = run_in(database, territory="slep:901")
    school, leader = next(iter(pairs(run).items()))

    page = text_of(coordinator, f"{RUNS}/{run.id}?q={school}")
    nothing = text_of(coordinator, f"{RUNS}/{run.id}?q=inexistente")
    export = coordinator.get(f"{RUNS}/{run.id}/exportar.csv?sort=score&direction=desc")
    without = coordinator.get(f"{RUNS}/{run.id}/exportar.xlsx?view=without")

    assert f"Escuela {leader}" in page
    assert "1 en esta lista" in page
    assert "Nada cumple lo que busca" in nothing
    rows = export.get_data().decode("utf-8-sig").splitlines()[1:]
    scores = [float(row.split(";")[7].replace(",", ".")) for row in rows]
    assert len(rows) == run.summary["matched"]
    assert scores == sorted(scores, reverse=True)
    assert b"@" not in export.get_data()
    assert without.status_code == 200


def test_the_result_asks_the_same_of_the_database_for_few_pairs_and_for_many(
    database: Database, client_as: ClientAs, country: SmallCountry, count_queries: Counter
) -> None:
    few, many = run_in(database, territory="slep:902"), run_in(database)
    client = client_as(Role.MINISTRY)
    counts = []
    for run in (few, many):
        with count_queries() as queries:
            text_of(client, f"{RUNS}/{run.id}")
        counts.append(len(queries))

    assert few.summary["matched"] < many.summary["matched"]
    # the place of a run of one service is looked up
    assert counts[0] - 1 <= counts[1] <= counts[0]


def test_a_foreign_run_is_not_there(
    database: Database, coordinator: FlaskClient, country: SmallCountry
) -> None:
    run = run_in(database, territory="slep:902")
    for tail in ("", "/avance", "/por-que", "/publicar", "/exportar.csv"):
        assert coordinator.get(f"{RUNS}/{run.id}{tail}").status_code == 404
    for tail in ("/marcas", "/otra-vez", "/detener", "/publicar"):
        answer = coordinator.post(f"{RUNS}/{run.id}{tail}", data={"kind": "lock"})
        assert answer.status_code == 404
    assert coordinator.get(f"{NEW}?previous={run.id}").status_code == 404


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.LEADER])
def test_directors_and_leaders_have_no_runs(
    database: Database, client_as: ClientAs, country: SmallCountry, role: Role
) -> None:
    run = run_in(database)
    client = client_as(role, school_id=min(country.schools.values()))

    assert client.get(RUNS).status_code == 403
    assert client.get(NEW).status_code == 403
    assert client.get(f"{RUNS}/{run.id}").status_code == 404
    assert client.post(f"{RUNS}/{run.id}/publicar").status_code == 404


def test_strangers_are_asked_to_sign_in(database: Database, app: object, country: SmallCountry) -> None:
    client = app.test_client()  # type: ignore[attr-defined]

    assert "/login" in client.get(RUNS).headers["Location"]
    assert client.post(NEW).status_code == 403


# Marks, and running again


def test_lock_forbid_undo_and_run_again(database: Database, coordinator: FlaskClient) -> None:
    run = run_in(database, territory="slep:901")
    made = list(pairs(run).items())
    sent = [(made[0], "lock"), (made[1], "forbid"), (made[1], "none"), (made[1], "forbid")]
    for (school, leader), kind in sent:
        answer = coordinator.post(
            f"{RUNS}/{run.id}/marcas", data={"school": school, "leader": leader, "kind": kind}
        )
        assert answer.status_code == 302
    page = text_of(coordinator, f"{RUNS}/{run.id}")
    assert "Pares marcados (2)" in page

    address = coordinator.post(f"{RUNS}/{run.id}/otra-vez").headers["Location"]
    number = int(address.rpartition("/")[2])
    perform_run(database, number)

    with database.reading() as session:
        again = get_run(session, number, whole=True)
        kinds = set(session.scalars(select(RunMark.kind).where(RunMark.run_id == number)))
    assert kinds == {MarkKind.LOCK, MarkKind.FORBID}
    assert pairs(again)[made[0][0]] == made[0][1]
    assert pairs(again).get(made[1][0]) != made[1][1]
    page = text_of(coordinator, address)
    assert f"Frente a la corrida {run.id}" in page
    moved = text_of(coordinator, f"{address}?moved=yes")
    assert f"Escuela {made[0][0]} " not in moved.partition("en esta lista")[2]


def test_a_refused_pair_cannot_be_locked(database: Database, coordinator: FlaskClient) -> None:
    run = run_in(database, territory="slep:901")
    first, second = list(pairs(run))[:2]

    answer = coordinator.post(
        f"{RUNS}/{run.id}/marcas", data={"school": first, "leader": second, "kind": "lock"}
    )

    assert answer.status_code == 409
    assert "¿Por qué no?" in readable(answer.get_data(as_text=True))


# Why not


def test_why_finds_schools_by_number_and_by_name(database: Database, coordinator: FlaskClient) -> None:
    run = run_in(database, territory="slep:901")
    school, leader = next(iter(pairs(run).items()))
    address = f"{RUNS}/{run.id}/por-que"

    assert "Escriba dos escuelas" in text_of(coordinator, address)
    by_name = text_of(coordinator, f"{address}?school=escuela+{school}&leader=ESCUELA+{leader}")
    by_number = text_of(coordinator, f"{address}?school={school}&leader={leader}-K")
    several = text_of(coordinator, f"{address}?school=escuela&leader={leader}")
    nobody = text_of(coordinator, f"{address}?school=zzz&leader={leader}")

    assert f"propone que Escuela {leader} acompañe a Escuela {school}" in by_name
    assert by_number == by_name
    assert "Varias se llaman así" in several
    assert "Ninguna escuela se llama así" in nobody


def test_every_answer_is_in_words_with_its_numbers(
    database: Database, client_as: ClientAs, country: SmallCountry
) -> None:
    run = run_in(database, preset_changes={"max_km": 9.0})
    client = client_as(Role.MINISTRY)
    result = run.result or {}
    made = pairs(run)
    seen = ""
    for school in [*list(made)[:4], *(int(entry["school"][3:]) for entry in result["unmatched"][:4])]:
        for leader in sorted(country.leaders)[:6]:
            page = text_of(client, f"{RUNS}/{run.id}/por-que?school={school}&leader={leader}")
            seen += page.partition("¿Por qué no?")[2]
    assert "se admite hasta 9,0 km" in seen
    assert "El puntaje total cambiaría en" in seen
    assert "La primera regla que lo impide" in seen
    assert not re.search(r"\b(too_far|no_place_left|other_leader|not_surely)\w*", seen)


def test_why_before_the_end_is_a_conflict(database: Database, coordinator: FlaskClient) -> None:
    address = coordinator.post(NEW, data={"territory": "slep:901"}).headers["Location"]

    assert coordinator.get(f"{address}/por-que").status_code == 409


# Publishing


def test_publishing_lists_first_and_sends_what_is_ready(database: Database, coordinator: FlaskClient) -> None:
    run = run_in(database, territory="slep:901")
    address = f"{RUNS}/{run.id}/publicar"

    page = text_of(coordinator, address)
    assert f"{run.summary['matched']} de {run.summary['matched']} propuestas están listas" in page
    with database.reading() as session:
        assert ProposalState.PUBLISHED not in set(session.scalars(select(Proposal.state)))

    answer = coordinator.post(address)
    assert answer.status_code == 302
    with database.reading() as session:
        assert set(session.scalars(select(Proposal.state))) == {ProposalState.PUBLISHED}
    page = text_of(coordinator, f"{RUNS}/{run.id}")
    assert "se publicó el" in page
    assert "Fijar" not in page


def test_what_is_missing_leads_to_where_it_is_repaired(database: Database, client_as: ClientAs) -> None:
    with database.transaction() as session:
        country = make_country(session, consents=False)
    run = run_in(database, territory="slep:901")
    client = client_as(Role.COORDINATOR, service_id=country.home)

    answer = client.get(f"{RUNS}/{run.id}/publicar").get_data(as_text=True)
    page = readable(answer)

    for words in ("Falta validar el diagnóstico", "Falta el consentimiento de quien acompaña", "formación"):
        assert words in page
    assert "/establecimientos/cl:" in answer
    assert "/editar" in answer
    assert "Publicar una propuesta" not in page
    assert client.post(f"{RUNS}/{run.id}/publicar").status_code == 409


def test_a_run_published_meanwhile_says_what_to_do_next(database: Database, coordinator: FlaskClient) -> None:
    run = run_in(database, territory="slep:901")
    assert coordinator.post(f"{RUNS}/{run.id}/publicar").status_code == 302

    answer = coordinator.post(f"{RUNS}/{run.id}/publicar")

    assert answer.status_code == 409
    page = readable(answer.get_data(as_text=True))
    assert "ya se publicó" in page
    assert "Volver a la corrida" in page


def test_an_exploratory_run_has_no_button(database: Database, coordinator: FlaskClient) -> None:
    run = run_in(database, territory="slep:901", leaders="suggested")

    assert "Revisar y publicar" not in text_of(coordinator, f"{RUNS}/{run.id}")
    answer = coordinator.get(f"{RUNS}/{run.id}/publicar").get_data(as_text=True)
    assert "es exploratoria" in readable(answer)
    assert f'action="{RUNS}/{run.id}/publicar"' not in answer


def test_the_ministry_runs_but_does_not_publish(
    database: Database, client_as: ClientAs, country: SmallCountry
) -> None:
    client = client_as(Role.MINISTRY)
    assert client.post(NEW, data={"territory": "all"}).status_code == 302
    run = run_in(database)

    assert "Revisar y publicar" not in text_of(client, f"{RUNS}/{run.id}")
    assert client.get(f"{RUNS}/{run.id}/publicar").status_code == 403
    assert client.post(f"{RUNS}/{run.id}/publicar").status_code == 403


def test_the_pages_are_in_english_too(database: Database, coordinator: FlaskClient) -> None:
    run = run_in(database, territory="slep:901")
    with coordinator.session_transaction() as kept:
        kept["locale"] = "en"

    for address in (RUNS, NEW, f"{RUNS}/{run.id}", f"{RUNS}/{run.id}/por-que", f"{RUNS}/{run.id}/publicar"):
        assert coordinator.get(address).status_code == 200
