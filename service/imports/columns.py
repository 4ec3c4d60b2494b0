"""Columns found by what they mean: case, accents, spaces and order do not matter."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

PUPIL_COLUMNS = frozenset(
    {
        "upn",
        "uln",
        "mrun",
        "run",
        "run_alumno",
        "rut_alumno",
        "mrun_alumno",
        "idalumno",
        "id_alumno",
        "cod_alumno",
        "nombre_alumno",
        "nom_alumno",
        "pupilmatchingrefanonymous",
        "candidate_number",
        "fec_nac_alu",
        "gen_alu",
        "pupil_name",
        "pupil_id",
    }
)


def key(name: Any) -> str:
    """Fold a column name: ``LA (code)`` and ``la_code`` are the same column."""
    decomposed = unicodedata.normalize("NFKD", str(name).strip().lstrip("\ufeff"))
    plain = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


class Columns:
    """The header of a table.

    Parameters
    ----------
    header : sequence
        Names as written; a name that repeats keeps its first place.
    """

    def __init__(self, header: Sequence[Any]) -> None:
        self.names = [str(name).strip().lstrip("\ufeff") for name in header]
        self.places: dict[str, int] = {}
        for place, name in enumerate(header):
            self.places.setdefault(key(name), place)
        self.places.pop("", None)

    def __contains__(self, name: str) -> bool:
        return name in self.places

    def find(self, *names: str) -> int | None:
        """Place of the first of these names that is there."""
        return next((self.places[name] for name in names if name in self.places), None)

    def has(self, *names: str) -> bool:
        """Whether all of these names are there."""
        return all(name in self.places for name in names)

    def matching(self, pattern: str) -> dict[str, re.Match[str]]:
        """Names that match a pattern whole."""
        compiled = re.compile(pattern)
        return {name: found for name in self.places if (found := compiled.fullmatch(name))}

    def name_at(self, place: int | None) -> str | None:
        """The name as written."""
        return None if place is None or place >= len(self.names) else self.names[place]

    def pupil_level(self, allowed: Iterable[str] = ()) -> str | None:
        """A column that only a file about single pupils has, or None."""
        for name, place in self.places.items():
            if name not in allowed and (name in PUPIL_COLUMNS or name.endswith(("_alu", "_alumno"))):
                return self.names[place]
        return None
