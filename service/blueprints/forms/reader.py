"""Read the fields of a form one by one, and collect what cannot be used."""

from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from flask import request

from service.errors import InvalidInput
from service.text import Sentence, say

Kind = TypeVar("Kind", bound=StrEnum)
REQUIRED = say("Falta completar este dato.")
LONGEST = 2_000


class FieldReader:
    """Typed values of a form; :meth:`check` refuses all wrong fields at once.

    Parameters
    ----------
    values : mapping of str to str
        What was sent; a ``MultiDict`` for fields that may be ticked several times.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values: Any = values
        self.errors: dict[str, str] = {}

    def check(self) -> None:
        """Refuse the form if any field was wrong.

        Raises
        ------
        InvalidInput
            ``fields`` has a sentence for each.
        """
        if self.errors:
            raise InvalidInput(say("Hay datos por corregir."), self.errors)

    def refuse(self, name: str, sentence: Sentence) -> None:
        """Note why a field cannot be used; the first reason stays."""
        self.errors.setdefault(name, sentence)

    def text(self, name: str, *, required: bool = True, longest: int = 200) -> str:
        """A line or a paragraph without the spaces around it."""
        value = str(self.values.get(name, "")).replace("\x00", "").strip()
        if required and not value:
            self.refuse(name, REQUIRED)
        if len(value) > min(longest, LONGEST):
            self.refuse(name, say("Es demasiado largo: se admiten %(n)s caracteres.", n=longest))
        return value

    def whole(
        self, name: str, *, low: int, high: int, required: bool = True, default: int | None = None
    ) -> int | None:
        """A whole number within limits."""
        text = self.text(name, required=required)
        if not text:
            return default
        if not text.isdecimal() or len(text) > 9 or not low <= int(text) <= high:
            self.refuse(name, say("Escriba un número entero entre %(low)s y %(high)s.", low=low, high=high))
            return default
        return int(text)

    def decimal(self, name: str, *, low: float, high: float, required: bool = True) -> float | None:
        """A number with decimal comma or point, within limits."""
        text = self.text(name, required=required)
        if not text:
            return None
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            value = float("nan")
        if not low <= value <= high:
            self.refuse(name, say("Escriba un número entre %(low)s y %(high)s.", low=low, high=high))
            return None
        return value

    def day(self, name: str, *, required: bool = True, latest: date | None = None) -> date | None:
        """A date."""
        text = self.text(name, required=required)
        if not text:
            return None
        try:
            value = date.fromisoformat(text)
        except ValueError:
            self.refuse(name, say("Escriba una fecha, como 2026-03-12."))
            return None
        if value.year < 1900 or (latest is not None and value > latest):
            self.refuse(name, say("La fecha no puede ser futura ni anterior a 1900."))
            return None
        return value

    def choice(self, name: str, kind: type[Kind], *, required: bool = True) -> Kind | None:
        """One value of an enum."""
        text = self.text(name, required=required)
        if not text:
            return None
        if text not in {member.value for member in kind}:
            self.refuse(name, say("Elija una de las opciones."))
            return None
        return kind(text)

    def several(self, name: str, kind: type[Kind], *, required: bool = False) -> tuple[Kind, ...]:
        """The values ticked, in the order of the enum."""
        ticked = set(self.values.getlist(name))
        if required and not ticked:
            self.refuse(name, say("Elija al menos una opción."))
        if ticked - {member.value for member in kind}:
            self.refuse(name, say("Elija una de las opciones."))
        return tuple(member for member in kind if member.value in ticked)

    def one_of(self, name: str, known: Collection[str], default: str = "") -> str:
        """A word out of a few; anything else is the default."""
        text = str(self.values.get(name, ""))
        return text if text in known else default

    def flag(self, name: str) -> bool:
        """Whether a box is ticked."""
        return bool(self.values.get(name))


def kept(names: Collection[str]) -> dict[str, str]:
    """The arguments of the address that links of a list keep; nothing that nobody asked for."""
    return {name: request.args[name] for name in names if request.args.get(name)}


def kept_filters(filters: type) -> dict[str, str]:
    """The same for a list whose arguments are the fields of its filters, the page left out."""
    return kept([field.name for field in fields(filters) if field.name != "page"])
