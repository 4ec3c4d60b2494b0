"""Leaders and needs into a database: people apart from posts, and only in one's territory."""

from datetime import date

from sqlalchemy import select

from service.models import Leader, Need, Ownership, Person, Post, School
from service.models.enums import LeaderStatus, OwnerType, Role, SchoolStatus
from service.operations.imports import run_import
from service.permissions import Actor, Scope
from tests.service.imports.files import csv_file, directory, looking, take_in

ANA = {
    "school": "cl:10",
    "name": "Ana Soto",
    "email": "ana@escuela.cl",
    "in_post_since": "2018-03-01",
    "capacity": 2,
}


def leaders(*rows: dict):
    return csv_file("lideres.csv", [ANA | row for row in rows], delimiter=",")


def counts(report) -> tuple[int, int, int, int]:
    return tuple(report.counts[name] for name in ("created", "updated", "unchanged", "rejected"))


def everything(database, model) -> list:
    with looking(database) as session:
        return list(session.scalars(select(model).order_by(model.id)))


def test_leader_is_a_person_a_post_and_a_school(database, tmp_path):
    take_in(database, tmp_path, "cl-directory", directory())
    assert counts(
        take_in(database, tmp_path, "leaders", leaders({"elements": "focus=4", "online": "si"}))
    ) == (1, 0, 0, 0)
    [leader], [post], [person] = (everything(database, model) for model in (Leader, Post, Person))
    assert (leader.status, leader.capacity, leader.elements, leader.online) == (
        LeaderStatus.DESIGNATED, 2, {"focus": 4}, True,
    )  # fmt: skip
    assert (post.person_id, post.start_on, post.end_on) == (person.id, date(2018, 3, 1), None)
    assert counts(
        take_in(database, tmp_path, "leaders", leaders({"elements": "focus=4", "online": "si"}))
    ) == (0, 0, 1, 0)


def test_row_of_a_known_leader_updates_it(database, tmp_path):
    take_in(database, tmp_path, "cl-directory", directory())
    take_in(database, tmp_path, "leaders", leaders({"consent_on": "2024-01-10"}))
    assert counts(take_in(database, tmp_path, "leaders", leaders({"capacity": 3, "status": "en pausa"}))) == (
        0,
        1,
        0,
        0,
    )
    [leader] = everything(database, Leader)
    assert (leader.capacity, leader.status, leader.consent_on) == (3, LeaderStatus.PAUSED, date(2024, 1, 10))


def test_person_without_address_is_found_by_name_at_the_school(database, tmp_path):
    take_in(database, tmp_path, "cl-directory", directory({}, {"RBD": 20}))
    take_in(database, tmp_path, "leaders", leaders({"email": ""}))
    take_in(
        database,
        tmp_path,
        "leaders",
        leaders({"email": "", "name": "ANA SOTO"}, {"email": "", "school": "20"}),
    )
    assert len(everything(database, Person)) == 2


def test_new_head_ends_the_post_of_the_one_before(database, tmp_path):
    take_in(database, tmp_path, "cl-directory", directory())
    take_in(database, tmp_path, "leaders", leaders({}))
    take_in(
        database, tmp_path, "leaders",
        leaders({"name": "Eva Rojas", "email": "eva@escuela.cl", "in_post_since": "2024-03-01"}),
    )  # fmt: skip
    assert [(one.start_on, one.end_on) for one in everything(database, Post)] == [
        (date(2018, 3, 1), date(2024, 2, 29)), (date(2024, 3, 1), None),
    ]  # fmt: skip


def test_head_who_moves_keeps_one_person_and_two_posts(database, tmp_path):
    take_in(database, tmp_path, "cl-directory", directory({}, {"RBD": 20}))
    take_in(database, tmp_path, "leaders", leaders({}))
    take_in(database, tmp_path, "leaders", leaders({"school": 20, "in_post_since": "2023-03-01"}))
    assert (len(everything(database, Person)), len(everything(database, Post))) == (1, 2)


def test_address_that_passed_to_another_person_rejects_the_row(database, tmp_path):
    take_in(database, tmp_path, "cl-directory", directory())
    take_in(database, tmp_path, "leaders", leaders({}))
    report = take_in(database, tmp_path, "leaders", leaders({"name": "Luis Rojas"}))
    assert [(one["column"], one["code"]) for one in report.errors] == [("email", "email_of_other_person")]


def test_bare_number_that_two_systems_have_is_ambiguous(database, tmp_path):
    take_in(database, tmp_path, "cl-directory", directory())
    with database.transaction() as session:
        session.add(School(system="en", code=10, name="Ten", name_folded="ten", status=SchoolStatus.WORKING))
    report = take_in(database, tmp_path, "leaders", leaders({"school": "10"}, {"school": "en:10"}))
    assert counts(report) == (1, 0, 0, 1)
    assert report.errors[0]["message"].endswith("cl:10, en:10.")


def coordinator_of(service: int | None) -> Actor:
    return Actor(None, "c", (Scope(Role.COORDINATOR, service_id=service),))


def two_services(database, tmp_path) -> int | None:
    """School 10 of one service and 20 of another; tells the service of 10."""
    slep = [
        {"COD_SLEP": 501, "NOMBRE_SLEP": "Uno", "COD_COM_RBD": 5101},
        {"COD_SLEP": 502, "NOMBRE_SLEP": "Dos", "COD_COM_RBD": 5102},
    ]
    take_in(database, tmp_path, "cl-slep", csv_file("slep.csv", slep))
    rows = ({"COD_DEPE": 6}, {"RBD": 20, "COD_DEPE": 6, "COD_COM_RBD": 5102, "NOM_COM_RBD": "CASABLANCA"})
    take_in(database, tmp_path, "cl-directory", directory(*rows))
    with looking(database) as session:
        return session.scalar(
            select(Ownership.service_id)
            .join(School)
            .where(School.code == 10, Ownership.owner_type == OwnerType.LOCAL_SERVICE)
        )


def test_coordinator_writes_only_in_the_territory(database, tmp_path):
    actor = coordinator_of(two_services(database, tmp_path))
    needs = csv_file(
        "n.csv", [{"school": code, "year": 2024, "element": "focus", "level": 1} for code in (10, 20)]
    )
    report = run_import(database, "needs", [needs], actor=actor, instance=tmp_path)
    assert counts(report) == (1, 0, 0, 1)
    assert report.errors[0]["code"] == "not_allowed"
    assert len(everything(database, Need)) == 1


def test_address_of_a_person_elsewhere_neither_renames_nor_names_them(database, tmp_path):
    service = two_services(database, tmp_path)
    take_in(database, tmp_path, "leaders", leaders({"school": "cl:20"}))
    actor = coordinator_of(service)
    file = leaders({"school": "cl:10", "name": "Ana Rojas"})
    report = run_import(database, "leaders", [file], actor=actor, instance=tmp_path)
    assert counts(report) == (0, 0, 0, 1)
    assert report.errors[0]["code"] == "email_of_other_person"
    assert "Soto" not in report.errors[0]["message"]
    assert [one.name for one in everything(database, Person)] == ["Ana Soto"]
    assert counts(take_in(database, tmp_path, "leaders", file)) == (1, 0, 0, 0)


def test_address_known_in_the_territory_is_the_same_person(database, tmp_path):
    actor = coordinator_of(two_services(database, tmp_path))
    for name, expected in (("Ana Soto", (1, 0, 0, 0)), ("Ana Soto Díaz", (0, 1, 0, 0))):
        report = run_import(database, "leaders", [leaders({"name": name})], actor=actor, instance=tmp_path)
        assert counts(report) == expected
    assert [one.name for one in everything(database, Person)] == ["Ana Soto Díaz"]


def test_need_is_updated_and_its_repeats_rejected(database, tmp_path):
    take_in(database, tmp_path, "cl-directory", directory())
    row = {"school": 10, "year": 2024, "element": "focus", "level": 1, "note": "a"}
    take_in(database, tmp_path, "needs", csv_file("n.csv", [row]))
    report = take_in(database, tmp_path, "needs", csv_file("n.csv", [row | {"level": 2}, row]))
    assert counts(report) == (0, 1, 0, 1)
    assert [one.level for one in everything(database, Need)] == [2]
