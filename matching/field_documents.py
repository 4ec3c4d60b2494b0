"""A field as a document, so that a run can be explained years later from what it saw.

Only the schools of the two sides are kept of the context: the rules, the score and the
reasons read no others. Every figure comes back to the last bit.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from matching.arrays import FloatArray
from matching.features import ContextMatrix, Feature
from matching.places import unit_vectors
from matching.presets import Preset
from matching.profiles import Phase
from matching.sides import Field, LeaderSide, SchoolSide, Surroundings
from matching.similarity import ContextSpace
from matching.weights import ContextWeights

_MADE_AGAIN = ("row", "points")
_PAIRS = ("conflicts", "excluded", "declined", "together", "minutes_pairs", "minutes")


def field_document(field: Field) -> dict[str, Any]:
    """Write a field as plain lists that JSON can carry; what is unknown is None.

    Parameters
    ----------
    field : Field

    Returns
    -------
    dict
        Read again by :func:`field_from_document`.
    """
    context = field.space.context
    used = np.union1d(field.schools.at.row, field.leaders.at.row)
    used = used[used >= 0]
    return {
        "phase": field.phase.value,
        "preset": field.preset.as_dict(),
        "exploratory": field.exploratory,
        "like_within": _plain(field.like_within),
        "weights": field.space.weights.as_dict(),
        "context": {
            "ids": context.ids[used].tolist(),
            "values": _listed(context.values[used]),
            "features": [str(feature) for feature in context.features],
            "feature_of_column": context.feature_of_column.tolist(),
            "centres": _listed(context.centres),
            "scales": _listed(context.scales),
        },
        "schools": _side(field.schools),
        "leaders": _side(field.leaders),
        "pairs": {name: _listed(getattr(field, name)) for name in _PAIRS},
    }


def field_from_document(document: Mapping[str, Any]) -> Field:
    """Read what :func:`field_document` wrote.

    Parameters
    ----------
    document : mapping

    Returns
    -------
    Field
        The rules, the score and the reasons say of every pair what they said before.
    """
    stored = document["context"]
    context = ContextMatrix(
        phase=Phase(document["phase"]),
        ids=np.array(stored["ids"], dtype=np.int64),
        values=_numbers(stored["values"]).reshape(len(stored["ids"]), len(stored["feature_of_column"])),
        features=tuple(Feature(name) for name in stored["features"]),
        feature_of_column=np.array(stored["feature_of_column"], dtype=np.int64),
        centres=_numbers(stored["centres"]),
        scales=_numbers(stored["scales"]),
    )
    like_within = document["like_within"]
    pairs = document["pairs"]
    return Field(
        phase=context.phase,
        preset=Preset.from_dict(document["preset"]),
        exploratory=document["exploratory"],
        like_within=float("nan") if like_within is None else like_within,
        space=ContextSpace(context=context, weights=ContextWeights.from_dict(document["weights"])),
        schools=SchoolSide(**_columns(SchoolSide, document["schools"], context, "ids")),
        leaders=LeaderSide(**_columns(LeaderSide, document["leaders"], context, "schools")),
        **{name: _array(pairs[name], "int") for name in _PAIRS if name != "minutes"},
        minutes=_numbers(pairs["minutes"]),
    )


def _side(side: SchoolSide | LeaderSide | Surroundings) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for entry in fields(side):
        if entry.name in _MADE_AGAIN:
            continue
        value = getattr(side, entry.name)
        if isinstance(value, Surroundings):
            written[entry.name] = _side(value)
        else:
            kind = {"b": "bool", "i": "int"}.get(value.dtype.kind, "float")
            written[entry.name] = {"kind": kind, "shape": list(value.shape), "values": _listed(value)}
    return written


def _columns(side: type, stored: Mapping[str, Any], context: ContextMatrix, codes: str) -> dict[str, Any]:
    columns = {
        entry.name: _array(
            stored[entry.name]["values"], stored[entry.name]["kind"], stored[entry.name]["shape"]
        )
        for entry in fields(side)
        if entry.name != "at"
    }
    at = {
        name: _array(entry["values"], entry["kind"], entry["shape"]) for name, entry in stored["at"].items()
    }
    columns["at"] = Surroundings(
        row=context.rows(columns[codes]), points=unit_vectors(at["latitude"], at["longitude"]), **at
    )
    return columns


def _array(values: list[Any], kind: str, shape: list[int] | None = None) -> Any:
    if kind == "float":
        found = _numbers(values)
    else:
        found = np.array(values, dtype=bool if kind == "bool" else np.int64)
    return found if shape is None else found.reshape(shape)


def _numbers(values: list[Any]) -> FloatArray:
    return np.array(values, dtype=np.float64)


def _listed(values: FloatArray) -> list[Any]:
    """Nested lists, None for what is not a number; infinity has no place in JSON either."""
    if values.dtype.kind != "f":
        return list(values.tolist())
    return list(np.where(np.isfinite(values), values, None).tolist())  # type: ignore[call-overload]


def _plain(value: float) -> float | None:
    return value if np.isfinite(value) else None
