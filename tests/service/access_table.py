"""The table of who gets what, as ``access.txt`` holds it: read, and laid out.

``python -m tests.service.access_table`` lays the file out anew: codes in columns, a line that is told
twice (as after a merge) once, in its fuller form, and ``?`` where a code is still to be filled in.
"""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).with_name("access.txt")
ACTORS = (
    "anonymous",
    "director",
    "leader",
    "coordinator",
    "foreign",
    "ministry",
    "curriculum_head",
    "assessor",
    "read_only",
)
"""The columns, from left to right; a new one is added at the end."""
HEADING = "# " + " ".join(f"{actor[:3]}" for actor in ACTORS)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table: a route, the object asked for, and the status each actor gets."""

    method: str
    rule: str
    chosen: dict[str, str]
    codes: tuple[int, ...]
    number: int

    @property
    def name(self) -> str:
        """What the test is called."""
        return " ".join([self.method, self.rule, *(f"{key}={value}" for key, value in self.chosen.items())])

    @property
    def missing(self) -> tuple[str, ...]:
        """The columns that the line has no code for."""
        return ACTORS[len(self.codes) :]

    @property
    def expected(self) -> dict[str, int]:
        """The status of each actor."""
        return dict(zip(ACTORS, self.codes, strict=False))


def read(text: str) -> list[Line]:
    """Every line of the table; what a word is, its form tells, so the codes may stand first or last."""
    lines = []
    for number, written in enumerate(text.splitlines(), start=1):
        words = written.partition("#")[0].split()
        if not words:
            continue
        method, rule = [word for word in words if not word[0].isdigit() and word != "?" and "=" not in word]
        chosen = dict(word.split("=", 1) for word in words if "=" in word)
        codes = tuple(int(word) for word in words if word.isdigit())
        lines.append(Line(method, rule, chosen, codes, number))
    return lines


def faults(lines: Iterable[Line]) -> list[str]:
    """What is wrong with the table itself, as sentences: columns left out, lines told twice."""
    found = []
    seen: dict[str, int] = {}
    for line in lines:
        if line.missing:
            found.append(f"line {line.number}, {line.name}: no code for {', '.join(line.missing)}")
        elif len(line.codes) > len(ACTORS):
            found.append(
                f"line {line.number}, {line.name}: {len(line.codes)} codes for {len(ACTORS)} columns"
            )
        if line.name in seen:
            found.append(f"line {line.number}, {line.name}: told already in line {seen[line.name]}")
        seen.setdefault(line.name, line.number)
    return found


def laid_out(text: str) -> str:
    """The table with its codes in columns, and every line once."""
    fullest: dict[str, Line] = {}
    for line in read(text):
        if line.name not in fullest or len(line.codes) > len(fullest[line.name].codes):
            fullest[line.name] = line
    by_number = {line.number: line for line in read(text)}
    written: list[str] = []
    for number, words in enumerate(text.splitlines(), start=1):
        if number not in by_number:
            written.append(words.rstrip())
        elif line := fullest.pop(by_number[number].name, None):
            codes = [str(code) for code in line.codes] + ["?  "] * len(line.missing)
            written.append(f"  {' '.join(codes)}   {line.method:<4} {line.name.partition(' ')[2]}")
    return "\n".join(line for line, _ in itertools.groupby(written)) + "\n"


if __name__ == "__main__":
    TABLE.write_text(laid_out(TABLE.read_text(encoding="utf-8")), encoding="utf-8")
