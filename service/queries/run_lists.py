"""The lists of a run, narrowed, sorted and cut into pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from service.models.enums import Phase
from service.queries.listing import PAGE_SIZE, Listing
from service.queries.named_schools import NamedSchool
from service.queries.run_pages import PairLine, WithoutLine
from service.text import fold

PAIR_SORTS = ("urgency", "school", "leader", "score", "distance")


@dataclass(frozen=True, slots=True, kw_only=True)
class PairFilters:
    """What the tables of a run are narrowed to."""

    view: str = "pairs"
    q: str = ""
    phase: Phase | None = None
    urgency: int | None = None
    moved: bool = False
    sort: str = "urgency"
    direction: str = "asc"
    page: int = 1


def narrowed_pairs(lines: Iterable[PairLine], filters: PairFilters) -> tuple[PairLine, ...]:
    """The pairs that a search keeps, in the order asked for; ties by name."""
    words = fold(filters.q).split()
    kept = [
        line
        for line in lines
        if (filters.phase is None or line.phase is filters.phase)
        and (filters.urgency is None or line.urgency == filters.urgency)
        and (not filters.moved or line.moved is not None)
        and _found(words, line.school, line.leader_school, line.leader)
    ]
    kept.sort(key=lambda line: (fold(line.school.name), line.school.code))
    kept.sort(key=lambda line: _sort_key(line, filters.sort), reverse=filters.direction == "desc")
    return tuple(kept)


def narrowed_without(lines: Iterable[WithoutLine], filters: PairFilters) -> tuple[WithoutLine, ...]:
    """The schools without a proposal that a search keeps, by reason and repair, then urgency."""
    words = fold(filters.q).split()
    kept = [
        line
        for line in lines
        if (filters.urgency is None or line.urgency == filters.urgency) and _found(words, line.school)
    ]
    return tuple(
        sorted(kept, key=lambda line: (*line.group, line.urgency, fold(line.school.name), line.school.code))
    )


def one_page(lines: tuple[Any, ...], page: int) -> Listing[Any]:
    """One page of lines that are all read."""
    start = (page - 1) * PAGE_SIZE
    return Listing(lines[start : start + PAGE_SIZE], len(lines), page)


def _found(words: list[str], *where: NamedSchool | str | None) -> bool:
    text = " ".join(
        fold(f"{one.name} {one.code} {one.commune or ''}") if isinstance(one, NamedSchool) else fold(one)
        for one in where
        if one is not None
    )
    return all(word in text for word in words)


def _sort_key(line: PairLine, sort: str) -> Any:
    distance = line.facts.get("distance_km")
    return {
        "urgency": line.urgency,
        "school": fold(line.school.name),
        "leader": fold(line.leader_school.name),
        "score": line.score,
        "distance": float("inf") if distance is None else distance,
    }[sort]
