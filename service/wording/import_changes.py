"""Words for what a new directory changes: each side of a change."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from service.wording.schools import WORDS as SCHOOL_WORDS
from service.wording.translating import translated

FIRST_NUMBER_OF_BODIES = 50_000_000
"""Chilean tax numbers from here on are of bodies, those below of natural persons."""
NOUNS = {"status": "school_status", "owner_type": "owner_type"}


def change_sides(column: str | None, before: Any, after: Any) -> tuple[str, str]:
    """A change in words, before and after; where both owners read alike, their numbers tell them apart."""
    sides = _side(column, before), _side(column, after)
    if sides[0] == sides[1] and column == "owner":
        old, new = (_owner((side or {}).get("owner")) for side in (before, after))
        unknown, other = _("sin número"), _("otro sostenedor")
        return f"{sides[0]} · {old or unknown}", f"{sides[1]} · {new or other}"
    return sides


def _owner(told: Mapping[str, str | None] | None) -> str | None:
    """An owner's name, or the tax number of a body; that of a natural person is not shown."""
    if told is None:
        return None
    code = told["code"] or ""
    is_body = code.isdecimal() and int(code) >= FIRST_NUMBER_OF_BODIES
    return told["name"] or (f"RUT {code}" if is_body else None)


def _side(column: str | None, value: Any) -> str:
    """One side of a change, in words; a dash where there was nothing."""
    if value is None or value == "":
        return "–"
    if column == "owner":
        kind = translated(SCHOOL_WORDS["owner_type"].get(str(value["owner_type"]), ""))
        named = (value["service"] or {}).get("name") or _owner(value["owner"])
        return f"{kind} · {named}" if named else kind
    if column == "commune_id":
        return str(value["name"] or value["code"])
    if column in NOUNS:
        return translated(SCHOOL_WORDS[NOUNS[column]].get(str(value), str(value)))
    if isinstance(value, bool):
        return _("sí") if value else _("no")
    if isinstance(value, list):
        return ", ".join(translated(SCHOOL_WORDS["phase"].get(str(one), str(one))) for one in value)
    return str(value)
