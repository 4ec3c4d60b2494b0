"""Mobility between two windows of years, from the results kept."""

import json
import re
from pathlib import Path
from typing import Any

from network.school_index import IndexRecipe, recipe_from
from service.cli.context import open_context
from service.errors import InvalidInput
from service.queries.territories import parse_territory, school_codes_in
from service.snapshots.histories import result_history
from service.snapshots.mobility import mobility_document
from service.systems import system_of_test


def windows_document(first: str, last: str, test: str, recipe: str | None, territory: str) -> dict[str, Any]:
    """Index the schools in both windows and count their moves."""
    spans = years_of_window(first, "--from"), years_of_window(last, "--to")
    made = IndexRecipe() if recipe is None else _read_recipe(recipe)
    system, _phase = system_of_test(test)
    with open_context().database.reading() as session:
        history = result_history(session, system, test)
        where = parse_territory(session, territory)
        codes = None if territory == "all" else school_codes_in(session, where, system.code)
    return {
        "test": test,
        "territory": territory,
        "from": list(spans[0]),
        "to": list(spans[1]),
        **mobility_document(history, *spans, made, codes),
    }


def years_of_window(text: str, option: str) -> tuple[int, int]:
    """``2014-2016`` as two years."""
    found = re.fullmatch(r"(\d{4})-(\d{4})", text.strip())
    if found is None or found[1] > found[2]:
        raise InvalidInput(f"{option} takes two years in order, such as 2014-2016, not '{text[:40]}'")
    return int(found[1]), int(found[2])


def windows_text(document: dict[str, Any]) -> str:
    """The matrix with its sum in words."""
    if not document["n"]:
        return "No school has results enough in both windows."
    lines = ["     " + "".join(f"{label:>6}" for label in document["labels"])]
    for label, row in zip(document["labels"], document["matrix"], strict=True):
        lines.append(f"{label:>5}" + "".join(f"{count:>6}" for count in row))
    recipe = document["recipe"]
    lines.append(
        f"Of {document['n']} schools {document['up_share']:.1%} rose, {document['same_share']:.1%} stayed, "
        f"{document['down_share']:.1%} fell (recipe {recipe['name']} {recipe['version']})."
    )
    return "\n".join(lines)


def _read_recipe(path: str) -> IndexRecipe:
    try:
        document = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidInput(f"{path}: no recipe can be read: {str(error).splitlines()[0]}") from error
    if not isinstance(document, dict):
        raise InvalidInput(f"{path}: a recipe is one JSON object")
    return recipe_from(document)
