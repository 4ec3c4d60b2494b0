"""The steps of a new run and the pages beside its pairs, as a coordinator uses them."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from service.db import Database
from service.models import Leader, Run, School
from service.models.enums import LeaderStatus, Role
from service.operations.matching import perform_run
from service.queries.runs import get_run
from service.snapshots.run_options import RunOptions
from tests.service.blueprints.test_runs import NEW, RUNS, coordinator, country, pairs, text_of
from tests.service.conftest import ClientAs
from tests.service.small_country import SmallCountry, run_in

__all__ = ["coordinator", "country"]


def sent(client: FlaskClient, **fields: object) -> str:
    """Send the form and answer where it leads."""
    form = {"territory": "slep:901", "rule_shown": "value_added", "preset_same_rurality": "yes", **fields}
    answer = client.post(NEW, data=form)
    assert answer.status_code == 302, answer.get_data(as_text=True)[:2000]
    return answer.headers["Location"]


def started(database: Database, client: FlaskClient, **fields: object) -> Run:
    number = int(sent(client, **fields).rpartition("/")[2])
    perform_run(database, number)
    with database.reading() as session:
        return get_run(session, number, whole=True)


def keep_leaders(database: Database, codes: set[int]) -> None:
    with database.transaction() as session:
        schools = select(School.id).where(School.code.in_(codes))
        session.execute(
            update(Leader).where(Leader.school_id.not_in(schools)).values(status=LeaderStatus.PAUSED)
        )


def test_a_step_keeps_what_the_others_hold(coordinator: FlaskClient) -> None:
    address = sent(coordinator, action="next", paso="1", threshold="30", policy="fair", lottery="yes")
    address = sent(coordinator, **fields_of(coordinator, address), action="next")
    page = coordinator.get(address).get_data(as_text=True)

    assert "paso=3" in address
    for part in ("threshold=30", "policy=fair", "lottery=yes"):
        assert part in address
    assert re.search(r'value="fair" checked', page)
    back = sent(coordinator, **fields_of(coordinator, address), action="back")
    assert "paso=2" in back
    assert "policy=fair" in back


def fields_of(client: FlaskClient, address: str) -> dict[str, str]:
    """What the form of a page would send."""
    page = client.get(address).get_data(as_text=True)
    form = page[page.index('name="rule_shown"') - 60 :]
    found = dict(
        re.findall(r'<input[^>]*type="(?:hidden|number|range)"[^>]*?name="(\w+)"[^>]*?value="([^"]*)"', form)
    )
    found |= dict(
        re.findall(r'<input[^>]*id="\w+" name="(\w+)" type="(?:number|range)"[^>]*? value="([^"]*)"', form)
    )
    ticked = re.findall(r'type="(?:radio|checkbox)"[^>]*name="(\w+)" value="([^"]*)" checked', form)
    return {name: value for name, value in (found | dict(ticked)).items() if name != "csrf_token"}


def test_each_policy_is_explained_in_a_sentence(coordinator: FlaskClient) -> None:
    page = text_of(coordinator, f"{NEW}?paso=3")

    for words in ("El mejor en conjunto", "sube primero el par más débil", "Ninguna escuela gana por callar"):
        assert words in page


def test_the_choices_reach_the_run(database: Database, coordinator: FlaskClient) -> None:
    run = started(
        database,
        coordinator,
        policy="fair",
        waited="none",
        extra_owner_most="3",
        extra_floor="0,1",
        minutes="5",
    )
    options = RunOptions(**run.options)

    assert (options.policy, options.waited, options.time_limit) == ("fair", "none", 300.0)
    assert options.extra_rules == {
        "each": [{"leaders": "owner", "most": 3}],
        "floors": [{"score": 0.1}],
    }
    assert f"{NEW}?" in sent(coordinator, action="look", extra_owner_most="3")
    page = coordinator.get(f"{NEW}?previous={run.id}&paso=3").get_data(as_text=True)
    assert re.search(r'name="extra_owner_most"[^>]*value="3"', page)


@pytest.mark.parametrize(
    ("fields", "step"),
    [
        ({"policy": "stable", "extra_minimum": "1"}, "policy"),
        ({"lottery": "yes", "extra_minimum": "1"}, "lottery"),
        ({"extra_small_pupils": "muchos"}, "extra_small_pupils"),
        ({"minutes": "900"}, "minutes"),
    ],
)
def test_what_cannot_be_is_marked_at_its_field_on_its_step(
    coordinator: FlaskClient, fields: dict[str, str], step: str
) -> None:
    answer = coordinator.post(NEW, data={"territory": "slep:901", "rule_shown": "value_added", **fields})
    page = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert "3. Cómo se elige" in page
    assert f'id="{step}-error"' in page


def test_a_lottery_is_told_with_its_number(database: Database, coordinator: FlaskClient) -> None:
    run = started(database, coordinator, lottery="yes", lottery_seed="2026")

    assert "con el número 2026" in text_of(coordinator, f"{RUNS}/{run.id}?view=method")


def test_what_would_change_is_told_before_running(database: Database, coordinator: FlaskClient) -> None:
    run = run_in(database, territory="slep:901")
    keeps = text_of(coordinator, f"{NEW}?paso=4&previous={run.id}")
    nobody = text_of(coordinator, f"{NEW}?paso=4&previous={run.id}&territory=slep:901&extra_floor=1")
    farther = text_of(coordinator, f"{NEW}?paso=4&previous={run.id}&territory=slep:901&preset_max_km=0.5")
    weights = text_of(coordinator, f"{NEW}?paso=4&previous={run.id}&territory=slep:901&weights=equal")

    assert "Ningún par cambiaría" in keeps
    matched = run.summary["matched"]
    assert f"Con propuesta: {matched} antes, 0 después" in nobody
    assert f"Con propuesta: {matched} antes, 0 después" in farther
    assert f"Cambiarían {matched} escuelas" in farther
    assert "otros pesos del parecido" in weights


def test_the_preview_is_what_the_run_then_does(database: Database, coordinator: FlaskClient) -> None:
    run = run_in(database, territory="slep:901")
    told = text_of(
        coordinator, f"{NEW}?paso=4&previous={run.id}&territory=slep:901&policy=stable&preset_max_km=8"
    )
    again = run_in(
        database, territory="slep:901", previous=run, policy="stable", preset_changes={"max_km": 8.0}
    )
    moved = [s for s in pairs(run).keys() | pairs(again).keys() if pairs(run).get(s) != pairs(again).get(s)]

    found = re.search(r"Cambiarían? (una|\d+) escuela", told)
    assert (0 if found is None else 1 if found[1] == "una" else int(found[1])) == len(moved)


def test_three_ways_stand_side_by_side(database: Database, coordinator: FlaskClient) -> None:
    run = run_in(database, territory="slep:901", compare=True, incentives=4)
    page = text_of(coordinator, f"{RUNS}/{run.id}?view=compare")
    policies = (run.result or {})["comparison"]["policies"]

    assert "El mejor en conjunto (esta corrida)" in page
    for row, field in (
        ("Escuelas con par", "matched"),
        ("Pares que se preferirían entre sí", "blocking_count"),
    ):
        figures = " ".join(str(policies[name][field]) for name in ("total", "fair", "stable"))
        assert f"{row} {figures}" in page
    for group in ("Ruralidad (1)", "Grupo socioeconómico (", "Sostenedor (1)", "Costa"):
        assert group in page
    assert re.search(
        r"Escuelas que ganarían: \d+; que perderían: \d+|Ninguna escuela ganaría ni perdería", page
    )
    assert re.search(r"Se probó otra lista a \d+ escuelas; casos", page)


def test_demands_that_cannot_be_kept_say_which_to_give_up(
    database: Database, coordinator: FlaskClient
) -> None:
    run = run_in(
        database, territory="slep:901", extra_rules={"limits": [{"schools": {"rural": "no"}, "least": 500}]}
    )
    page = text_of(coordinator, f"{RUNS}/{run.id}")
    without = text_of(coordinator, f"{RUNS}/{run.id}?view=without")
    proof = text_of(coordinator, f"{RUNS}/{run.id}?view=method")

    assert "no se pueden cumplir todas a la vez" in page
    assert re.search(r"Al menos 500 pares de escuelas con ruralidad: no\. Bastaría con \d+\.", page)
    assert "así que no se propuso a nadie" in without
    assert "ningún reparto cumple todas las reglas" in proof


def test_a_swap_shows_what_it_costs(database: Database, coordinator: FlaskClient) -> None:
    run = run_in(database, territory="slep:901")
    answered = [
        (school, text_of(coordinator, f"{RUNS}/{run.id}/cambiar?school={school}")) for school in pairs(run)
    ]
    page = next(text for _, text in answered if "En su lugar" in text)

    assert re.search(r"La suma de puntos cambia en [+−-]?\d", page)
    assert "Fijar este par" in page
    assert re.search(r"Se movería|Se moverían|Ninguna otra se movería", page)
    assert coordinator.get(f"{RUNS}/{run.id}/cambiar?school=999999").status_code == 404
    assert coordinator.get(f"{RUNS}/{run.id}/cambiar").status_code == 422


def test_a_run_is_repeated_by_a_link(database: Database, coordinator: FlaskClient) -> None:
    run = run_in(database, territory="slep:901", policy="fair")

    assert "Sale igual" in text_of(coordinator, f"{RUNS}/{run.id}/repetir")
    with database.transaction() as session:
        kept = get_run(session, run.id, whole=True)
        result = dict(kept.result or {})
        result["pairs"] = result["pairs"][1:]
        kept.result = result
    page = text_of(coordinator, f"{RUNS}/{run.id}/repetir")
    assert "No sale igual" in page
    assert "una escuela distinta" in page


def test_where_leaders_are_missing_is_a_list_and_a_map(
    database: Database, country: SmallCountry, client_as: ClientAs
) -> None:
    keep_leaders(database, {min(country.leaders)})
    with database.transaction() as session:
        others = [number for code, number in country.leaders.items() if code != min(country.leaders)]
        for number in others:
            session.delete(session.get_one(Leader, number))
    run = run_in(database, recruiting=True)
    ministry = client_as(Role.MINISTRY)
    page = text_of(ministry, f"{RUNS}/{run.id}/donde-buscar-lideres")
    markup = ministry.get(f"{RUNS}/{run.id}/donde-buscar-lideres").get_data(as_text=True)
    last = (run.result or {})["recruiting"]["offers"][0]["steps"][-1]

    assert f"{last['leaders']} líderes más en Valparaíso, fuertes en lectura y matemática, darían par" in page
    assert "Un cupo más de quienes ya son líderes" in page
    drawn = len(re.findall(r'data-latitude="-', markup))
    assert f"Los puntos del mapa ({drawn})" in page
    assert drawn == run.summary["unmatched"] + 1 + last["leaders"]
    assert "@" not in page


def test_a_run_that_did_not_study_newcomers_offers_to(database: Database, coordinator: FlaskClient) -> None:
    keep_leaders(database, set())
    run = run_in(database, territory="slep:901")

    page = text_of(coordinator, f"{RUNS}/{run.id}/donde-buscar-lideres")

    assert "Volver a emparejar y estudiarlo" in page
    assert "Sin propuesta" in text_of(coordinator, f"{RUNS}/{run.id}")


def test_reasons_without_a_proposal_stand_once(database: Database, coordinator: FlaskClient) -> None:
    keep_leaders(database, set())
    run = run_in(database, territory="slep:901")

    page = text_of(coordinator, f"{RUNS}/{run.id}?view=without")

    assert page.count("Ningún líder cumple todas las reglas") <= 3
    assert run.summary["unmatched"] > 3
