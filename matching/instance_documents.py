"""The JSON document of ``minga solve``, read strictly: every fault names its place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from matching.errors import InstanceError
from matching.pair_index import Id

LARGEST = 2**31 - 1


@dataclass(slots=True)
class DocumentParts:
    """What a document says, as lists; positions refer to the ids as given."""

    school_ids: list[Id] = field(default_factory=list)
    urgency: list[int] = field(default_factory=list)
    leader_ids: list[Id] = field(default_factory=list)
    capacity: list[int] = field(default_factory=list)
    pair_school: list[int] = field(default_factory=list)
    pair_leader: list[int] = field(default_factory=list)
    score: list[float] = field(default_factory=list)
    forbidden: list[tuple[Id, Id]] = field(default_factory=list)
    locked: list[tuple[Id, Id]] = field(default_factory=list)
    school_rankings: dict[Id, list[Id]] = field(default_factory=dict)
    leader_rankings: dict[Id, list[Id]] = field(default_factory=dict)


KNOWN_KEYS = frozenset({"schools", "leaders", "pairs", "forbidden", "locked", "policy"})


def parse_document(document: Any) -> DocumentParts:
    """Read a document's lists, checking the type of everything.

    Parameters
    ----------
    document : mapping
        As in ``minga solve``; ``schools``, ``leaders`` and ``pairs`` must be there and
        may be empty. A key that is not known is refused, so that no rule is silently left out.

    Raises
    ------
    InstanceError
        Something lacks, repeats or is of the wrong type; the message names the place.

    Examples
    --------
    >>> parse_document({"schools": [{"id": 1}], "leaders": [], "pairs": []}).urgency
    [1]
    """
    if not isinstance(document, Mapping):
        raise InstanceError("the instance must be an object with schools, leaders and pairs")
    for key in document:
        if key not in KNOWN_KEYS:
            raise InstanceError(f"the key {key!r} is not known; known: {', '.join(sorted(KNOWN_KEYS))}")
    parts = DocumentParts()
    schools, leaders = _entries(document, "schools"), _entries(document, "leaders")
    for n, entry in enumerate(schools):
        where = f"schools[{n}]"
        parts.school_ids.append(_id(entry, "id", where, {"id", "urgency", "ranking"}))
        parts.urgency.append(_whole(entry.get("urgency", 1), 1, f"{where}.urgency"))
    for n, entry in enumerate(leaders):
        where = f"leaders[{n}]"
        parts.leader_ids.append(_id(entry, "id", where, {"id", "capacity", "ranking"}))
        if "capacity" not in entry:
            raise InstanceError("the capacity is missing", where)
        parts.capacity.append(_whole(entry["capacity"], 0, f"{where}.capacity"))
    school_at = _positions(parts.school_ids, "schools")
    leader_at = _positions(parts.leader_ids, "leaders")
    parts.school_rankings = _rankings(schools, parts.school_ids, leader_at, "schools", "leaders")
    parts.leader_rankings = _rankings(leaders, parts.leader_ids, school_at, "leaders", "schools")
    _read_pairs(document, parts, school_at, leader_at)
    parts.forbidden = _id_pairs(document, "forbidden", school_at, leader_at)
    parts.locked = _id_pairs(document, "locked", school_at, leader_at)
    return parts


def _read_pairs(
    document: Mapping[str, Any], parts: DocumentParts, school_at: dict[Id, int], leader_at: dict[Id, int]
) -> None:
    seen: dict[tuple[int, int], int] = {}
    for n, entry in enumerate(_entries(document, "pairs")):
        where = f"pairs[{n}]"
        school = _id(entry, "school", where, {"school", "leader", "score"})
        leader = _id(entry, "leader", where, {"school", "leader", "score"})
        ends = (
            _known(school, school_at, "schools", f"{where}.school"),
            _known(leader, leader_at, "leaders", f"{where}.leader"),
        )
        if ends in seen:
            raise InstanceError(
                f"the pair {school!r} and {leader!r} is listed already in pairs[{seen[ends]}]", where
            )
        seen[ends] = n
        score = entry.get("score")
        if isinstance(score, bool) or not isinstance(score, int | float):
            raise InstanceError(f"{score!r} is not a number", f"{where}.score")
        try:
            value = float(score)
        except OverflowError:
            value = float("inf")
        parts.pair_school.append(ends[0])
        parts.pair_leader.append(ends[1])
        parts.score.append(value)


def _entries(document: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    if name not in document:
        raise InstanceError("the list is missing; it may be empty", name)
    entries = document[name]
    if not isinstance(entries, list):
        raise InstanceError("must be a list", name)
    for n, entry in enumerate(entries):
        if not isinstance(entry, Mapping):
            raise InstanceError("must be an object", f"{name}[{n}]")
    return entries


def _id(entry: Mapping[str, Any], key: str, where: str, known: set[str]) -> Id:
    if not entry.keys() <= known:
        extra = min(str(k) for k in entry if k not in known)
        raise InstanceError(f"the key {extra!r} is not known; known: {', '.join(sorted(known))}", where)
    if key not in entry:
        raise InstanceError(f"the {key} is missing", where)
    return _name(entry[key], f"{where}.{key}")


def _name(value: Any, where: str) -> Id:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise InstanceError(f"{value!r} is not an id: give a whole number or a word", where)
    return value


def _whole(value: Any, least: int, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InstanceError(f"{value!r} is not a whole number", where)
    if value < least:
        said = "is negative" if value < 0 else f"is below {least}"
        raise InstanceError(f"{value} {said}", where)
    if value > LARGEST:
        raise InstanceError(f"{value} is above {LARGEST}", where)
    return value


def _positions(ids: list[Id], name: str) -> dict[Id, int]:
    """Position of each id; 1 and "1" count as the same, since answers name leaders by text."""
    seen: dict[str, int] = {}
    for n, value in enumerate(ids):
        if str(value) in seen:
            raise InstanceError(f"{value!r} repeats the id of {name}[{seen[str(value)]}]", f"{name}[{n}].id")
        seen[str(value)] = n
    return {value: n for n, value in enumerate(ids)}


def _known(value: Id, at: dict[Id, int], name: str, where: str) -> int:
    if value not in at:
        raise InstanceError(f"nobody among the {name} has the id {value!r}", where)
    return at[value]


def _rankings(
    entries: list[Mapping[str, Any]], ids: list[Id], at: dict[Id, int], name: str, partners: str
) -> dict[Id, list[Id]]:
    rankings: dict[Id, list[Id]] = {}
    for n, entry in enumerate(entries):
        ranking = entry.get("ranking")
        if ranking is None:
            continue
        where = f"{name}[{n}].ranking"
        if not isinstance(ranking, list):
            raise InstanceError("must be a list of ids, best first", where)
        seen: set[Id] = set()
        for m, partner in enumerate(ranking):
            place = f"{where}[{m}]"
            _known(_name(partner, place), at, partners, place)
            if partner in seen:
                raise InstanceError(f"{partner!r} is ranked twice", place)
            seen.add(partner)
        rankings[ids[n]] = ranking
    return rankings


def _id_pairs(
    document: Mapping[str, Any], name: str, school_at: dict[Id, int], leader_at: dict[Id, int]
) -> list[tuple[Id, Id]]:
    entries = document.get(name, [])
    if not isinstance(entries, list):
        raise InstanceError("must be a list of [school, leader]", name)
    pairs: list[tuple[Id, Id]] = []
    for n, entry in enumerate(entries):
        where = f"{name}[{n}]"
        if not isinstance(entry, list | tuple) or len(entry) != 2:
            raise InstanceError("must be [school, leader]", where)
        school, leader = _name(entry[0], where), _name(entry[1], where)
        _known(school, school_at, "schools", where)
        _known(leader, leader_at, "leaders", where)
        pairs.append((school, leader))
    return pairs
