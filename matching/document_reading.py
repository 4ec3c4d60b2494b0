"""Reading values of a JSON document strictly: each fault is one sentence naming its place.

All raise InstanceError.
"""

from collections.abc import Mapping
from math import isfinite
from typing import Any

from matching.errors import InstanceError
from matching.pair_index import Id

LARGEST = 2**31 - 1


def entries_of(document: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """A list of objects that must be there; it may be empty."""
    if name not in document:
        raise InstanceError("the list is missing; it may be empty", name)
    entries = document[name]
    if not isinstance(entries, list):
        raise InstanceError("must be a list", name)
    for n, entry in enumerate(entries):
        if not isinstance(entry, Mapping):
            raise InstanceError("must be an object", f"{name}[{n}]")
    return entries


def check_keys(entry: Mapping[str, Any], where: str, known: set[str]) -> None:
    """Refuse a key that is not known, so that no rule is silently left out."""
    if not entry.keys() <= known:
        extra = min(str(k) for k in entry if k not in known)
        raise InstanceError(f"the key {extra!r} is not known; known: {', '.join(sorted(known))}", where)


def id_at(entry: Mapping[str, Any], key: str, where: str, known: set[str]) -> Id:
    """The id under a key of an entry that has no other keys than these."""
    check_keys(entry, where, known)
    if key not in entry:
        raise InstanceError(f"the {key} is missing", where)
    return as_id(entry[key], f"{where}.{key}")


def as_id(value: Any, where: str) -> Id:
    """A whole number or a word."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise InstanceError(f"{value!r} is not an id: give a whole number or a word", where)
    return value


def as_whole(value: Any, least: int, where: str) -> int:
    """A whole number, not below ``least``."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise InstanceError(f"{value!r} is not a whole number", where)
    if value < least:
        said = "is negative" if value < 0 else f"is below {least}"
        raise InstanceError(f"{value} {said}", where)
    if value > LARGEST:
        raise InstanceError(f"{value} is above {LARGEST}", where)
    return value


def as_number(value: Any, where: str) -> float:
    """A number; one too large for a double becomes infinite, and is refused with the scores."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InstanceError(f"{value!r} is not a number", where)
    try:
        return float(value)
    except OverflowError:
        return float("inf")


def as_amount(value: Any, where: str) -> float:
    """A finite number, not negative."""
    number = as_number(value, where)
    if not isfinite(number):
        raise InstanceError(f"{value} is not a finite number", where)
    if number < 0:
        raise InstanceError(f"{value} is negative", where)
    return number


def positions_of(ids: list[Id], name: str) -> dict[Id, int]:
    """Position of each id; 1 and "1" count as the same, since answers name leaders by text."""
    seen: dict[str, int] = {}
    for n, value in enumerate(ids):
        if str(value) in seen:
            raise InstanceError(f"{value!r} repeats the id of {name}[{seen[str(value)]}]", f"{name}[{n}].id")
        seen[str(value)] = n
    return {value: n for n, value in enumerate(ids)}


def position_of(value: Id, at: dict[Id, int], name: str, where: str) -> int:
    """Position of an id that must be known."""
    if value not in at:
        raise InstanceError(f"nobody among the {name} has the id {value!r}", where)
    return at[value]


def labels_at(entry: Mapping[str, Any], where: str) -> dict[str, str]:
    """The labels of a school or leader, such as ``{"rural": "yes"}``; numbers and truths become words."""
    labels = entry.get("groups", {})
    if not isinstance(labels, Mapping):
        raise InstanceError('must be an object such as {"owner": "north"}', where)
    return {str(name): _label(value, f"{where}.{name}") for name, value in labels.items()}


def _label(value: Any, where: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(as_id(value, where))
