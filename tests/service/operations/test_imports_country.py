"""A third country is a folder: its source, registered in one place, imports like the others."""

from sqlalchemy import select

from service.imports import registry
from service.imports.cells import fold
from service.imports.records import SchoolRecord
from service.imports.source import Notes, require_columns
from service.models import School
from service.models.enums import OwnerType, SchoolStatus
from tests.service.imports.files import csv_file, looking, take_in


class Atlantis:
    """A directory with two columns."""

    name, title, system, holds = "at-directory", "un directorio de Atlantis", "at", "schools"
    official, one_row_a_school, max_rows, max_columns = True, False, 100, 10
    allowed_columns: frozenset[str] = frozenset()

    def recognises(self, columns):
        return columns.has("atl_id", "atl_name")

    def reader(self, columns, context):
        require_columns(columns, ("atl_id",), ("atl_name",))
        return AtlantisReader(context.year)


class AtlantisReader:
    def __init__(self, year):
        self.year, self.notes = year, Notes()

    def read(self, row):
        return SchoolRecord(
            code=int(row[0]), year=self.year, check_digit=None, name=row[1], name_folded=fold(row[1]),
            status=SchoolStatus.WORKING, has_enrolment=True, enrolment=None, special_enrolment=None,
            rural=None,
            commune=None, latitude=None, longitude=None, closed_on=None, successor=None, levels=(),
            owner_type=OwnerType.OTHER, owner_code=None, owner_name=None,
        )  # fmt: skip


def test_third_country_imports_through_the_same_interface(database, tmp_path, monkeypatch):
    monkeypatch.setattr(registry, "SOURCES", {**registry.SOURCES, "at-directory": Atlantis()})
    rows = [{"ATL_ID": 1, "ATL_NAME": "Sirena"}, {"ATL_ID": 2, "ATL_NAME": "Ballena"}]
    upload = csv_file("atlantis.csv", rows)
    first = take_in(database, tmp_path, "at-directory", upload, year=2024)
    again = take_in(database, tmp_path, "at-directory", upload, year=2024)
    assert (first.counts["created"], again.counts["unchanged"]) == (2, 2)
    with looking(database) as session:
        found = session.scalars(select(School).order_by(School.code)).all()
    assert [(one.system, one.code, one.name) for one in found] == [("at", 1, "Sirena"), ("at", 2, "Ballena")]
