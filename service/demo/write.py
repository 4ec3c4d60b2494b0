"""A country written to a folder, in the official formats, with its truth beside them."""

from dataclasses import dataclass
from pathlib import Path

from service.demo import people_files, truth_files
from service.demo.country import Country
from service.demo.directory_file import write_directory
from service.demo.ive_file import write_ive
from service.demo.simce_file import result_files, write_results
from service.demo.simce_layouts import Layout
from service.demo.slep_file import write_services


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The files of a country, by what ``minga import`` calls them, in the order to import."""

    directories: tuple[tuple[int, Path], ...]
    services: Path
    results: tuple[Path, ...]
    vulnerability: tuple[Path, ...]
    leaders: Path
    needs: Path
    people: Path
    truth: tuple[Path, ...]


def write(country: Country, folder: Path | str) -> Written:
    """Write all files of a country; the same country gives the same bytes.

    Parameters
    ----------
    country : Country
    folder : path
        Made if it is not there; files of the same names are replaced.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    directories = []
    for year in country.calendar.directory_years:
        path = folder / f"directorio_oficial_ee_{year}.csv"
        write_directory(country, year, path)
        directories.append((year, path))
    services = folder / "listado_slep_2026.xlsx"
    write_services(services)
    results = []
    for grade, year in result_files(country.calendar):
        path = folder / Layout(grade, year).file_name
        write_results(country, grade, year, path)
        results.append(path)
    vulnerability = []
    for stage in ("basica", "media"):
        path = folder / f"ive_sinae_2016_{stage}.csv"
        write_ive(country, stage, path)
        vulnerability.append(path)
    leaders, needs, people = (folder / name for name in ("leaders.csv", "needs.csv", "accounts.json"))
    people_files.write_leaders(country, leaders)
    people_files.write_needs(country, needs)
    people_files.write_people(country, people)
    return Written(
        directories=tuple(directories),
        services=services,
        results=tuple(results),
        vulnerability=tuple(vulnerability),
        leaders=leaders,
        needs=needs,
        people=people,
        truth=_write_truth(country, folder),
    )


def _write_truth(country: Country, folder: Path) -> tuple[Path, ...]:
    writers = {
        "truth.csv": truth_files.write_truth,
        "truth_leaders.csv": truth_files.write_leader_truth,
        "truth_partnerships.csv": truth_files.write_partnership_truth,
        "truth_events.csv": truth_files.write_events,
    }
    for name, write_file in writers.items():
        write_file(country, folder / name)
    return tuple(folder / name for name in writers)
