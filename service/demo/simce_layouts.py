"""How each year's result file is laid out: columns, labels or codes, what a blank looks like.

Column names and orders are those of the files as published; the behaviour is that of
``data/README.md`` (traps 1 to 13).
"""

from dataclasses import dataclass
from typing import Literal

from service.demo.laws import Grade

Third = Literal["nat", "soc"]
SHORT = {"l": "lect", "m": "mate", "n": "nat", "s": "soc"}

_ID = "rbd dvrbd nom_rbd cod_reg_rbd nom_reg_rbd cod_pro_rbd nom_pro_rbd"
_OLD = "agno fecha_bbdd codigo_bbdd grado " + _ID
_2014 = (
    "cod_com_rbd nom_com_rbd nom_deprov_rbd cod_reg_rbd_2014 nom_reg_rbd_2014 cod_pro_rbd_2014 "
    "nom_pro_rbd_2014 cod_com_rbd_2014 nom_com_rbd_2014 nom_deprov_rbd_2014"
)
_KIND = "cod_depe1 cod_depe2 cod_grupo cod_rural_rbd"
_COM, _DEPROV = "cod_com_rbd nom_com_rbd", "cod_deprov_rbd nom_deprov_rbd"
_TWO = "nalu:lm prom:lm dif:lm difgru:lm sigdif:lm siggru:lm marca:lm marcadif:lm palu_eda:lm noaplica"


def _three(letter: str, change_marks: str) -> str:
    """Columns of a year with a third subject, which never has standards."""
    all_three = _TWO.replace(":lm", f":lm{letter}")
    return all_three.replace(f"marcadif:lm{letter}", f"marcadif:{change_marks}").replace(
        f"palu_eda:lm{letter}", "palu_eda:lm"
    )


_COLUMNS: dict[tuple[Grade, int], str] = {
    ("4b", 2014): f"{_OLD} {_2014} {_KIND} nalu:lms prom:lms dif:lms difgru:lms sigdif:lms siggru:lms "
    "palu_eda:lms marca:lms marcadif:lms marca_eda:lms noaplica",
    ("4b", 2015): f"{_OLD} cod_deprov_rbd {_COM} nom_deprov_rbd {_KIND} {_TWO}",
    ("4b", 2016): f"{_OLD} {_COM} nom_deprov_rbd {_KIND} {_TWO}",
    ("4b", 2017): f"agno grado {_ID} {_COM} {_KIND} {_TWO}",
    ("4b", 2018): f"agno grado {_ID} {_COM} {_DEPROV} {_KIND} {_TWO} fecha_bbdd codigo_bbdd",
    ("4b", 2022): f"agno grado {_ID} {_COM} {_DEPROV} {_KIND} {_TWO} fecha_bbdd codigo_bbdd",
    ("4b", 2023): f"{_ID} {_COM} {_DEPROV} {_KIND} {_TWO} fecha_bbdd codigo_bbdd grado agno",
    ("4b", 2024): f"{_ID} {_COM} {_DEPROV} {_KIND} {_TWO} codigo_bbdd fecha_bbdd grado agno",
    ("2m", 2014): f"{_OLD} {_2014} {_KIND} nalu:lmn prom:lmn dif:lm difgru:lmn sigdif:lm siggru:lmn "
    "marca:lmn marcadif:lm palu_eda:lm marca_eda:lm noaplica",
    ("2m", 2015): f"{_OLD} cod_deprov_rbd {_COM} nom_deprov_rbd {_KIND} {_three('s', 'lm')}",
    ("2m", 2016): f"{_OLD} {_COM} nom_deprov_rbd {_KIND} {_three('n', 'lmn')}",
    ("2m", 2017): f"{_OLD} {_COM} nom_deprov_rbd {_KIND} {_three('s', 'lms')}",
    ("2m", 2018): f"agno grado {_ID} {_COM} {_KIND} {_three('n', 'lmn')} fecha_bbdd codigo_bbdd",
    ("2m", 2022): f"agno grado {_ID} {_COM} {_DEPROV} {_KIND} {_TWO}",
    ("2m", 2023): f"{_ID} {_COM} {_DEPROV} {_KIND} {_TWO} fecha_bbdd codigo_bbdd grado agno",
    ("2m", 2024): f"{_ID} {_COM} {_DEPROV} {_KIND} {_TWO} codigo_bbdd fecha_bbdd grado agno",
}

_STAMPS = {
    2014: (20151009, "final20151009v1"),
    2015: (20170208, "final20170208v1"),
    2016: (20171024, "final20171024v1"),
    2017: (20180916, "final20180916v1"),
    2018: (20190628, "final20190628v1"),
    2022: (20231017, "final20231017v2"),
    2023: (20240418, "final20240418v1"),
    2024: (20250422, "preliminar20240422v1"),
}


@dataclass(frozen=True, slots=True)
class Layout:
    """One file's layout."""

    grade: Grade
    year: int

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """Each column as (what it holds, subject or ``""``), in the file's order."""
        found: list[tuple[str, str]] = []
        for token in _COLUMNS[self.grade, self.year].split():
            what, _, letters = token.partition(":")
            for letter in letters:
                kinds = ("ins", "ele", "ade") if what == "palu_eda" else ("",)
                found.extend((f"{what}_{kind}".rstrip("_"), SHORT[letter]) for kind in kinds)
            if not letters:
                found.append((what, ""))
        return tuple(found)

    @property
    def header(self) -> tuple[str, ...]:
        """The column names as written in the file."""
        return tuple(
            f"{what}_{subject}{self.grade}_rbd" if subject else what for what, subject in self.columns
        )

    @property
    def labels(self) -> bool:
        """Whether owner, group, rurality and significance are text rather than codes."""
        return self.year <= (2016 if self.grade == "4b" else 2017)

    @property
    def zero_scores(self) -> bool:
        """Whether a withheld score is written as 0."""
        return (self.grade, self.year) in {("4b", 2017), ("4b", 2022), ("2m", 2022)}

    @property
    def zero_changes(self) -> bool:
        """Whether a change that cannot be told is written as 0."""
        return self.zero_scores or self.year in (2018, 2022)

    @property
    def zero_standards(self) -> bool:
        """Whether withheld standards are written as 0/0/0."""
        return self.year >= 2023

    @property
    def zero_tested(self) -> bool:
        """Whether a school that did not sit the test has 0 pupils rather than a blank."""
        return self.year == 2024 or (self.grade, self.year) == ("4b", 2023)

    @property
    def standards_as_text(self) -> bool:
        """Whether standards are text with a decimal point."""
        return self.year <= 2017 or self.year == 2023

    @property
    def marks_as_text(self) -> bool:
        """Whether codes of remarks are text (``'1'``)."""
        return self.grade == "2m" and self.year in (2018, 2022)

    @property
    def own_commune_codes(self) -> bool:
        """Whether communes have numbers of the file's own, that match no official code."""
        return self.year == 2015 or (self.grade, self.year) == ("4b", 2017)

    @property
    def sheet(self) -> str:
        """Name of the sheet with the data."""
        return "myexcelsheet" if self.year in (2018, 2022) else "Hoja1"

    @property
    def empty_sheets(self) -> tuple[str, ...]:
        """Empty sheets that follow."""
        return ("Hoja2", "Hoja3") if self.year <= 2017 else ()

    @property
    def declares_all_rows(self) -> bool:
        """Whether the sheet declares 1,048,576 rows."""
        return self.year in (2018, 2023, 2024)

    @property
    def ordered(self) -> bool:
        """Whether rows stand by school number."""
        return self.year <= 2016 or self.year == 2018

    @property
    def stamp(self) -> tuple[int, str]:
        """Date and version written in every row."""
        return _STAMPS[self.year]

    @property
    def file_name(self) -> str:
        """Name of the file as published."""
        return f"simce{self.grade}{self.year}_rbd_final.xlsx"
