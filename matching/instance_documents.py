"""The JSON document of ``minga solve``, read strictly: every fault names its place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from matching.document_reading import (
    as_amount,
    as_id,
    as_number,
    as_whole,
    check_keys,
    entries_of,
    id_at,
    labels_at,
    position_of,
    positions_of,
)
from matching.errors import InstanceError
from matching.lottery import Lottery
from matching.pair_index import Id
from matching.rule_documents import read_limits
from matching.rules import Labels, Rules, Together


@dataclass(slots=True)
class DocumentParts:
    """What a document says, as lists; positions refer to the ids as given."""

    school_ids: list[Id] = field(default_factory=list)
    urgency: list[int] = field(default_factory=list)
    waited: list[int] = field(default_factory=list)
    school_labels: list[Labels] = field(default_factory=list)
    leader_ids: list[Id] = field(default_factory=list)
    capacity: list[int] = field(default_factory=list)
    leader_labels: list[Labels] = field(default_factory=list)
    pair_school: list[int] = field(default_factory=list)
    pair_leader: list[int] = field(default_factory=list)
    score: list[float] = field(default_factory=list)
    forbidden: list[tuple[Id, Id]] = field(default_factory=list)
    locked: list[tuple[Id, Id]] = field(default_factory=list)
    previous: list[tuple[Id, Id]] = field(default_factory=list)
    change_price: float = 0.0
    lottery: Lottery | None = None
    rules: Rules = field(default_factory=Rules)
    school_rankings: dict[Id, list[Id]] = field(default_factory=dict)
    leader_rankings: dict[Id, list[Id]] = field(default_factory=dict)


KNOWN_KEYS = frozenset(
    {
        *("schools", "leaders", "pairs", "forbidden", "locked", "policy"),
        *("previous", "change_price", "lottery", "limits", "together"),
    }
)
SCHOOL_KEYS = {"id", "urgency", "ranking", "waited", "groups"}
LEADER_KEYS = {"id", "capacity", "ranking", "minimum", "groups"}


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
    minimum: dict[Id, int] = {}
    schools, leaders = entries_of(document, "schools"), entries_of(document, "leaders")
    for n, entry in enumerate(schools):
        where = f"schools[{n}]"
        parts.school_ids.append(id_at(entry, "id", where, SCHOOL_KEYS))
        parts.urgency.append(as_whole(entry.get("urgency", 1), 1, f"{where}.urgency"))
        parts.waited.append(as_whole(entry.get("waited", 0), 0, f"{where}.waited"))
        parts.school_labels.append(labels_at(entry, f"{where}.groups"))
    for n, entry in enumerate(leaders):
        where = f"leaders[{n}]"
        parts.leader_ids.append(id_at(entry, "id", where, LEADER_KEYS))
        if "capacity" not in entry:
            raise InstanceError("the capacity is missing", where)
        parts.capacity.append(as_whole(entry["capacity"], 0, f"{where}.capacity"))
        parts.leader_labels.append(labels_at(entry, f"{where}.groups"))
        if "minimum" in entry:
            minimum[parts.leader_ids[n]] = as_whole(entry["minimum"], 0, f"{where}.minimum")
    school_at = positions_of(parts.school_ids, "schools")
    leader_at = positions_of(parts.leader_ids, "leaders")
    parts.school_rankings = _rankings(schools, parts.school_ids, leader_at, "schools", "leaders")
    parts.leader_rankings = _rankings(leaders, parts.leader_ids, school_at, "leaders", "schools")
    _read_pairs(document, parts, school_at, leader_at)
    parts.forbidden = _id_pairs(document, "forbidden", school_at, leader_at)
    parts.locked = _id_pairs(document, "locked", school_at, leader_at)
    parts.previous = _id_pairs(document, "previous", school_at, leader_at)
    if "change_price" in document:
        parts.change_price = as_amount(document["change_price"], "change_price")
    if document.get("lottery") is not None:
        parts.lottery = _lottery(document["lottery"])
    parts.rules = Rules(minimum, read_limits(document), _together(document, school_at))
    return parts


def _lottery(entry: Any) -> Lottery:
    if not isinstance(entry, Mapping):
        raise InstanceError('must be an object such as {"seed": 7, "width": 0.05}', "lottery")
    check_keys(entry, "lottery", {"seed", "width"})
    for key in ("seed", "width"):
        if key not in entry:
            raise InstanceError(f"the {key} is missing", "lottery")
    return Lottery(as_whole(entry["seed"], 0, "lottery.seed"), as_amount(entry["width"], "lottery.width"))


def _together(document: Mapping[str, Any], school_at: dict[Id, int]) -> tuple[Together, ...]:
    groups = []
    for n, entry in enumerate(entries_of({"together": [], **document}, "together")):
        where = f"together[{n}]"
        check_keys(entry, where, {"schools", "places"})
        schools = entry.get("schools")
        if not isinstance(schools, list):
            raise InstanceError("must be a list of school ids", f"{where}.schools")
        for m, name in enumerate(schools):
            place = f"{where}.schools[{m}]"
            position_of(as_id(name, place), school_at, "schools", place)
        groups.append(Together(tuple(schools), as_whole(entry.get("places", 1), 1, f"{where}.places")))
    return tuple(groups)


def _read_pairs(
    document: Mapping[str, Any], parts: DocumentParts, school_at: dict[Id, int], leader_at: dict[Id, int]
) -> None:
    seen: dict[tuple[int, int], int] = {}
    for n, entry in enumerate(entries_of(document, "pairs")):
        where = f"pairs[{n}]"
        school = id_at(entry, "school", where, {"school", "leader", "score"})
        leader = id_at(entry, "leader", where, {"school", "leader", "score"})
        ends = (
            position_of(school, school_at, "schools", f"{where}.school"),
            position_of(leader, leader_at, "leaders", f"{where}.leader"),
        )
        if ends in seen:
            raise InstanceError(
                f"the pair {school!r} and {leader!r} is listed already in pairs[{seen[ends]}]", where
            )
        seen[ends] = n
        value = as_number(entry.get("score"), f"{where}.score")
        parts.pair_school.append(ends[0])
        parts.pair_leader.append(ends[1])
        parts.score.append(value)


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
            position_of(as_id(partner, place), at, partners, place)
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
        school, leader = as_id(entry[0], where), as_id(entry[1], where)
        position_of(school, school_at, "schools", where)
        position_of(leader, leader_at, "leaders", where)
        pairs.append((school, leader))
    return pairs
