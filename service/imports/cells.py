"""Cells as the official files write them, read into values.

A cell is text (from CSV) or text, number or boolean (from a workbook). Blank, a single space
and a few words for *no information* read as None: absent never becomes zero.
"""

import re
import unicodedata
from datetime import date
from typing import Any

from service.text import Sentence, say

BLANKS = frozenset({"", "-", ".", "s/i", "n/a", "sin informacion", "sin información", "null", "nan", "#n/a"})
LONGEST_BLANK = max(map(len, BLANKS))
DAMAGED = str.maketrans({"Ð": "n", "ð": "n", "¥": "n", "¦": "'", "´": "'", "·": "'"})
DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$|(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$")
PLAIN_NUMBER = re.compile(r"-?\d{1,15}(?:[.,]\d{1,15})?", re.ASCII)
FILLER_YEAR = 1900
LARGEST = 2_147_483_647
"""The largest whole number that every database keeps in its usual column."""
DIGITS = len(str(LARGEST))
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the start of a formula; our own files put ``'`` before it."""


class CellError(ValueError):
    """A cell cannot be read as what its column holds; ``message`` is the sentence."""

    def __init__(self, message: Sentence) -> None:
        super().__init__(message)
        self.message = message


def text(cell: Any) -> str | None:
    """Text with single spaces; None if blank."""
    if cell is None or cell == "" or cell == " ":
        return None
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    cleaned = " ".join(str(cell).split())
    if cleaned.startswith("'") and cleaned[1:].startswith(FORMULA_SIGNS):
        cleaned = cleaned[1:]
    return None if len(cleaned) <= LONGEST_BLANK and cleaned.casefold() in BLANKS else cleaned


def fold(value: str) -> str:
    """Text for searching and comparing: no accents, no case, code-page damage mended."""
    if value.isascii():
        return " ".join(value.casefold().split())
    plain = value.translate(DAMAGED)
    decomposed = unicodedata.normalize("NFKD", plain)
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).casefold().split())


def number(cell: Any) -> float | None:
    """A number with a decimal point or comma; None if blank.

    Raises
    ------
    CellError
        It is no number, or both signs stand so that it could be read in two ways.
    """
    if isinstance(cell, float | int):
        return float(cell)
    if cell == "" or cell == " ":
        return None
    if PLAIN_NUMBER.fullmatch(cell):
        return float(cell.replace(",", "."))
    value = text(cell)
    if value is None:
        return None
    if "," in value:
        if value.count(",") > 1 or "." in value:
            raise CellError(
                say("«%(value)s» no es un número claro: use un solo signo decimal.", value=value[:40])
            )
        value = value.replace(",", ".")
    try:
        parsed = float(value)
    except ValueError:
        raise CellError(say("«%(value)s» no es un número.", value=value[:40])) from None
    if parsed != parsed or parsed in (float("inf"), float("-inf")):
        raise CellError(say("«%(value)s» no es un número.", value=value[:40]))
    return parsed


def whole(cell: Any) -> int | None:
    """A whole number; None if blank.

    Raises
    ------
    CellError
        It is no whole number, or larger than any that a file may mean.
    """
    if type(cell) is str and len(cell) < DIGITS and cell.isdecimal() and cell.isascii():
        return int(cell)
    parsed = number(cell)
    if parsed is None:
        return None
    if not parsed.is_integer() or abs(parsed) > LARGEST:
        raise CellError(say("«%(value)s» no es un número entero.", value=str(cell)[:40]))
    return int(parsed)


def share(cell: Any) -> float | None:
    """A share in [0, 1] from a percentage such as ``72%``, ``72`` or ``0,5``; None if blank.

    Raises
    ------
    CellError
        It is no number between 0 and 100.
    """
    parsed = number(cell.strip().removesuffix("%") if isinstance(cell, str) else cell)
    if parsed is None:
        return None
    if not 0 <= parsed <= 100:
        raise CellError(say("«%(value)s» no está entre 0 y 100.", value=str(cell)[:40]))
    return parsed / 100


def day(cell: Any) -> date | None:
    """A date written ``2024-03-01``, ``01-03-2024`` or ``01/03/2024``; None if blank or a filler.

    Raises
    ------
    CellError
        It is no date of the calendar.
    """
    value = text(cell)
    if value is None:
        return None
    found = DATE.match(value)
    if not found:
        raise CellError(say("«%(value)s» no es una fecha: escríbala como 2024-03-01.", value=value[:40]))
    year, month, number_, day_, month_, year_ = found.groups()
    try:
        parsed = date(int(year or year_), int(month or month_), int(number_ or day_))
    except ValueError:
        raise CellError(say("«%(value)s» no existe en el calendario.", value=value[:40])) from None
    return None if parsed.year == FILLER_YEAR else parsed
