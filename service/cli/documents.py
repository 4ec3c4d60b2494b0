"""How results look as JSON and CSV: the fields that scripts rely on."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import Any

from matching.eligibility import Criteria, Eligibility
from matching.need_evidence import Evidence
from service.errors import InvalidInput
from service.text import say


def rounded(value: float | None, digits: int = 6) -> float | None:
    """A number that JSON can carry; None where there is none."""
    if value is None or not isfinite(value):
        return None
    return round(float(value), digits)


def evidence_document(piece: Evidence) -> dict[str, Any]:
    """One piece of evidence of a need rule."""
    return {
        key: rounded(value) if isinstance(value, float) else value for key, value in asdict(piece).items()
    }


def eligibility_document(judged: Eligibility, system: str) -> dict[str, Any]:
    """A school held against the criteria of leadership."""
    return {
        "code": f"{system}:{judged.school}",
        "refused_by": judged.refused_by,
        "evidence": [
            {
                "criterion": finding.criterion,
                "holds": finding.holds,
                "value": rounded(finding.value),
                "threshold": rounded(finding.threshold),
                "waived": finding.waived,
            }
            for finding in judged.findings
        ],
    }


def criteria_document(criteria: Criteria) -> dict[str, Any]:
    """The criteria as published with an answer."""
    return criteria.to_dict()


def write_csv(path: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write a CSV whole or not at all; answers how many rows.

    Raises
    ------
    InvalidInput
        The file cannot be written.
    """
    target = Path(path)
    part = target.with_name(target.name + ".part")
    count = 0
    try:
        with part.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle, lineterminator="\n")
            writer.writerow(header)
            for row in rows:
                writer.writerow(["" if value is None else value for value in row])
                count += 1
        part.replace(target)
    except OSError as error:
        raise InvalidInput(
            say("No se pudo escribir %(path)s: %(reason)s.", path=path, reason=error.strerror or str(error))
        ) from error
    return count
