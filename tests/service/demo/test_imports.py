"""The importers take every file of a demo country, and warn of its known defects only."""

from pathlib import Path

import pytest

from service.demo import Written, generate, write
from service.imports.file import Reading, read_file
from service.imports.reading import Upload
from service.imports.registry import source_named


def read_all(written: Written) -> dict[str, Reading]:
    files = [("cl-directory", path) for _, path in written.directories]
    files += [("cl-slep", written.services), ("leaders", written.leaders), ("needs", written.needs)]
    files += [("cl-simce", path) for path in written.results]
    files += [("cl-ive", path) for path in written.vulnerability]
    return {
        path.name: read_file(source_named(name), Upload(path.name, path.read_bytes())) for name, path in files
    }


def test_no_row_is_rejected(written: Written) -> None:
    readings = read_all(written)

    assert {name: reading.rejected for name, reading in readings.items() if reading.rejected} == {}
    assert readings["directorio_oficial_ee_2025.csv"].rows == 600
    warned = {code for reading in readings.values() for code in reading.notes.by_code}
    assert warned == {"no_coordinates", "bad_coordinates", "swapped_coordinates", "check_digit"}


@pytest.mark.parametrize("years", [3, 11])
def test_nor_in_a_shorter_or_longer_country(years: int, tmp_path: Path) -> None:
    readings = read_all(write(generate(seed=2, schools=80, years=years), tmp_path))

    assert not any(reading.rejected for reading in readings.values())
