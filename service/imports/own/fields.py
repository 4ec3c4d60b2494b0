"""Cells of our own CSV: school codes, yes or no, lists, rubric levels."""

import re
from collections.abc import Sequence
from typing import Any

from service.imports.cells import CellError, fold, text, whole
from service.imports.columns import Columns
from service.imports.source import RowError
from service.models.enums import Element
from service.text import say

YES = frozenset({"si", "yes", "true", "verdadero", "1", "x", "s", "y"})
NO = frozenset({"no", "false", "falso", "0", "n"})
TOP_LEVEL = 4
LONGEST_CELL = 2_000
SEPARATORS = re.compile(r"[\s,;|/]+")
ELEMENT_WORDS = {element.value: element for element in Element} | {
    "lectura": Element.READING,
    "matematica": Element.MATHEMATICS,
    "matematicas": Element.MATHEMATICS,
}


class Cells:
    """One row, asked by column name; every fault names its column."""

    def __init__(self, columns: Columns, row: Sequence[Any]) -> None:
        self.columns = columns
        self.row = row

    def text(self, name: str, longest: int = LONGEST_CELL) -> str | None:
        """Text, None if blank or no such column."""
        place = self.columns.find(name)
        value = text(self.row[place]) if place is not None else None
        if value is not None and len(value) > longest:
            raise RowError("too_long", say("Tiene más de %(limit)s caracteres.", limit=longest), name)
        return value

    def read(self, name: str, reader: Any) -> Any:
        """Another kind of value, by its reader."""
        place = self.columns.find(name)
        if place is None:
            return None
        try:
            return reader(self.row[place])
        except CellError as error:
            raise RowError("bad_value", error.message, name) from error

    def school(self, name: str = "school") -> tuple[str | None, int]:
        """``cl:10001``, ``10001-7`` or ``10001``: system if told, and number."""
        value = self.text(name)
        if value is None:
            raise RowError("bad_code", say("Falta el código del establecimiento."), name)
        system, sign, rest = value.rpartition(":")
        digits = rest.strip().split("-")[0]
        if not digits.isdecimal() or (sign and not system):
            raise RowError(
                "bad_code",
                say("«%(value)s» no es un código como cl:10001 o 10001.", value=value[:40]),
                name,
            )
        return (system.strip().casefold() or None), int(digits)

    def flag(self, name: str) -> bool:
        """Yes or no; blank is no."""
        value = self.text(name)
        folded = fold(value) if value else "no"
        if folded in YES:
            return True
        if folded in NO:
            return False
        raise RowError("bad_value", say("«%(value)s» no es sí ni no.", value=(value or "")[:40]), name)

    def words(self, name: str) -> tuple[str, ...]:
        """Words between spaces, commas, semicolons or bars."""
        value = self.text(name)
        return tuple(dict.fromkeys(SEPARATORS.split(value))) if value else ()

    def level(self, name: str) -> int:
        """A rubric level, 1 to 4."""
        value = self.read(name, whole)
        if value is None or not 1 <= value <= TOP_LEVEL:
            raise RowError("bad_level", say("El nivel va de 1 (incipiente) a 4 (institucionalizado)."), name)
        return int(value)


def element(word: str, column: str) -> Element:
    """An element by its name."""
    found = ELEMENT_WORDS.get(fold(word))
    if found is None:
        known = ", ".join(one.value for one in Element)
        raise RowError(
            "unknown_element",
            say("«%(value)s» no es un elemento; hay: %(known)s.", value=word[:40], known=known),
            column,
        )
    return found


def strengths(words: Sequence[str], column: str) -> dict[str, int]:
    """``focus=4`` or ``focus:4``, one a word; an element without level stands at the top level."""
    levels: dict[str, int] = {}
    for word in words:
        name, _, level = word.replace("=", ":").partition(":")
        if level and (not level.isdecimal() or not 1 <= int(level) <= TOP_LEVEL):
            raise RowError(
                "bad_level", say("El nivel va de 1 (incipiente) a 4 (institucionalizado)."), column
            )
        levels[element(name, column).value] = int(level) if level else TOP_LEVEL
    return dict(sorted(levels.items()))
