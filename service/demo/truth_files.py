"""The truth beside the files: what no official file could tell."""

from collections.abc import Iterator
from pathlib import Path

from service.demo.country import Country
from service.demo.laws import GRADES
from service.demo.rows import write_rows

TRUTH = (
    "school", "year", "quality", "support", "transfer", "owner", "standing", "social_index", "context_4b",
    "context_2m",
    "expected_4b", "expected_2m",
)  # fmt: skip
LEADERS = ("school", "name", "email", "effect", "standing", "doubtful")
PARTNERSHIPS = ("school", "leader_school", "start_year", "end_year", "ending", "fit", "effect")
EVENTS = ("school", "year", "event", "detail")


def write_truth(country: Country, path: Path) -> None:
    """True quality and its parts, a row for each school and calendar year in which it works."""
    write_rows(path, TRUTH, _truth(country))


def write_leader_truth(country: Country, path: Path) -> None:
    """What three years of support by each leader would add to a school in like circumstances."""
    truth = country.truth
    write_rows(
        path,
        LEADERS,
        (
            (
                country.schools[leader.school].number,
                leader.name,
                leader.email,
                _points(truth.leader_effect[leader.school]),
                _points(truth.standing()[leader.school, -1]),
                int(leader.doubtful),
            )
            for leader in country.leaders
        ),
    )


def write_partnership_truth(country: Country, path: Path) -> None:
    """The earlier programme: who supported whom, how it ended, what it truly changed."""
    write_rows(
        path,
        PARTNERSHIPS,
        (
            (
                country.schools[past.supported].number,
                country.schools[past.supporting].number,
                past.start,
                past.end,
                "tapered" if past.tapered else "cut",
                _points(past.fit),
                _points(past.effect),
            )
            for past in country.partnerships
        ),
    )


def write_events(country: Country, path: Path) -> None:
    """Openings, endings, mergers, new names and changes of owner, by school."""
    write_rows(path, EVENTS, _events(country))


def _truth(country: Country) -> Iterator[tuple[object, ...]]:
    truth = country.truth
    standing = truth.standing()
    for at, year in enumerate(country.calendar.all_years):
        expected = {grade: truth.expected(grade, year) for grade in GRADES}
        for place, school in enumerate(country.schools):
            if not school.works(year):
                continue
            teaches = {"4b": school.teaches_primary, "2m": school.teaches_secondary}
            parts = (truth.quality, truth.support, truth.transfer, truth.owner, standing)
            yield (
                school.number,
                year,
                *(_points(part[place, at]) for part in parts),
                _points(school.social_index),
                *(_points(truth.context[grade][place, at]) if teaches[grade] else None for grade in GRADES),
                *(_points(expected[grade][place]) if teaches[grade] else None for grade in GRADES),
            )


def _events(country: Country) -> Iterator[tuple[object, ...]]:
    seen = range(country.calendar.first + 1, country.calendar.directory_years[-1] + 1)
    for school in country.schools:
        happened: tuple[tuple[int | None, str | None, object], ...] = (
            (school.opened, "opened", None),
            (school.renamed, "renamed", school.former_name),
            (school.transferred, "owner_changed", school.owner_in(school.transferred or 0)),
            (school.ended, school.ending, school.merged_into),
        )
        for year, event, detail in happened:
            if year is not None and year in seen and year >= school.opened:
                yield (school.number, year, event, detail)


def _points(value: float) -> str:
    return f"{value:.3f}"
