"""The rules file of a run, read strictly: every fault names its place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from matching.document_reading import as_amount, as_id, as_whole, check_keys, entries_of, labels_at
from matching.errors import InstanceError
from matching.pair_index import Id
from matching.rules import Labels, Limit, Together

RULE_KEYS = {"minimum", "limits", "each", "together", "small_schools", "floors"}


@dataclass(frozen=True, slots=True)
class Each:
    """A limit for every value of a label, such as for each owner of leaders.

    Parameters
    ----------
    side : str
        ``schools`` or ``leaders``.
    label : str
    least : int
    most : int or None
    """

    side: str
    label: str
    least: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True)
class SmallSchools:
    """Rural schools of a commune with at most so many pupils are matched as one group.

    Parameters
    ----------
    pupils : int
    most : int
        Schools in a group. Chile's rural microcentros bring together a few multigrade schools
        that are near each other; the number is ours.
    places : int
        Of the leader's places, all together.
    """

    pupils: int
    most: int = 5
    places: int = 1


@dataclass(frozen=True, slots=True)
class Floor:
    """No pair of these schools below a score.

    Parameters
    ----------
    score : float
    schools : mapping of str to str
        Those that have all these labels; empty: all.
    """

    score: float
    schools: Labels = field(default_factory=dict)


def read_rules(document: Any) -> dict[str, Any]:
    """The parts of a rule book from a JSON document.

    Raises
    ------
    InstanceError
        Something is of the wrong type, or a key is not known; the message names the place.

    Examples
    --------
    >>> read_rules({"minimum": 1})["minimum"]
    1
    """
    if not isinstance(document, Mapping):
        raise InstanceError("must be an object with limits, each, minimum, together, …", "rules")
    check_keys(document, "rules", RULE_KEYS)
    minimum, minimum_of = _minimum(document.get("minimum", 0))
    return {
        "minimum": minimum,
        "minimum_of": minimum_of,
        "limits": read_limits(document),
        "each": _each(document),
        "together": _together(document),
        "small_schools": _small_schools(document.get("small_schools")),
        "floors": _floors(document),
    }


def read_limits(document: Mapping[str, Any]) -> tuple[Limit, ...]:
    """The list ``limits`` of a rules file or an instance."""
    limits = []
    for n, entry in enumerate(entries_of({"limits": [], **document}, "limits")):
        where = f"limits[{n}]"
        check_keys(entry, where, {"schools", "leaders", "least", "most"})
        schools, leaders = (
            labels_at({"groups": entry.get(side, {})}, f"{where}.{side}") for side in ("schools", "leaders")
        )
        least = as_whole(entry.get("least", 0), 0, f"{where}.least")
        most = None if entry.get("most") is None else as_whole(entry["most"], 0, f"{where}.most")
        limits.append(Limit(schools, leaders, least, most))
    return tuple(limits)


def _minimum(entry: Any) -> tuple[int, dict[Id, int]]:
    if isinstance(entry, Mapping):
        return 0, {
            as_id(leader, "minimum"): as_whole(least, 0, f"minimum.{leader}")
            for leader, least in entry.items()
        }
    return as_whole(entry, 0, "minimum"), {}


def _each(document: Mapping[str, Any]) -> tuple[Each, ...]:
    found = []
    for n, entry in enumerate(entries_of({"each": [], **document}, "each")):
        where = f"each[{n}]"
        check_keys(entry, where, {"schools", "leaders", "least", "most"})
        sides = [side for side in ("schools", "leaders") if side in entry]
        if len(sides) != 1 or not isinstance(entry[sides[0]], str):
            raise InstanceError('name one label of one side, such as {"leaders": "owner"}', where)
        least = as_whole(entry.get("least", 0), 0, f"{where}.least")
        most = None if entry.get("most") is None else as_whole(entry["most"], 0, f"{where}.most")
        found.append(Each(sides[0], entry[sides[0]], least, most))
    return tuple(found)


def _together(document: Mapping[str, Any]) -> tuple[Together, ...]:
    groups = []
    for n, entry in enumerate(entries_of({"together": [], **document}, "together")):
        where = f"together[{n}]"
        check_keys(entry, where, {"schools", "places"})
        schools = entry.get("schools")
        if not isinstance(schools, list):
            raise InstanceError("must be a list of school ids", f"{where}.schools")
        names = tuple(as_id(name, f"{where}.schools[{m}]") for m, name in enumerate(schools))
        groups.append(Together(names, as_whole(entry.get("places", 1), 1, f"{where}.places")))
    return tuple(groups)


def _small_schools(entry: Any) -> SmallSchools | None:
    if entry is None:
        return None
    if not isinstance(entry, Mapping) or "pupils" not in entry:
        raise InstanceError('must be an object such as {"pupils": 30}', "small_schools")
    check_keys(entry, "small_schools", {"pupils", "most", "places"})
    return SmallSchools(
        as_whole(entry["pupils"], 1, "small_schools.pupils"),
        as_whole(entry.get("most", 5), 2, "small_schools.most"),
        as_whole(entry.get("places", 1), 1, "small_schools.places"),
    )


def _floors(document: Mapping[str, Any]) -> tuple[Floor, ...]:
    found = []
    for n, entry in enumerate(entries_of({"floors": [], **document}, "floors")):
        where = f"floors[{n}]"
        check_keys(entry, where, {"schools", "score"})
        if "score" not in entry:
            raise InstanceError("the score is missing", where)
        schools = labels_at({"groups": entry.get("schools", {})}, f"{where}.schools")
        found.append(Floor(as_amount(entry["score"], f"{where}.score"), schools))
    return tuple(found)
