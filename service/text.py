"""Names as people type them: accents, case and spaces folded for search."""

import unicodedata
from collections.abc import Mapping
from typing import Any


def fold(text: str) -> str:
    """Lower case without accents and with single spaces.

    Examples
    --------
    >>> fold("  Escuela  ÑUÑOA ")
    'escuela nunoa'
    """
    plain = unicodedata.normalize("NFKD", text)
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).casefold().split())


class Sentence(str):
    """A Spanish sentence that remembers its pattern, so that a page can translate it.

    Examples
    --------
    >>> sentence = say("Faltan %(n)s filas.", n=3)
    >>> sentence, sentence.pattern
    ('Faltan 3 filas.', 'Faltan %(n)s filas.')
    """

    pattern: str
    values: dict[str, object]


def stored(sentence: str) -> dict[str, Any]:
    """What a database keeps of a sentence, so that it is worded for each reader.

    Examples
    --------
    >>> stored(say("Faltan %(n)s filas.", n=3))
    {'pattern': 'Faltan %(n)s filas.', 'values': {'n': 3}}
    """
    if not isinstance(sentence, Sentence):
        return {"pattern": "%(text)s", "values": {"text": sentence}}
    values = {
        name: stored(value) if isinstance(value, Sentence) else value
        for name, value in sentence.values.items()
    }
    return {"pattern": sentence.pattern, "values": values}


def restored(kept: Mapping[str, Any]) -> Sentence:
    """The sentence that was kept by :func:`stored`."""
    values = {
        name: restored(value) if isinstance(value, dict) else value for name, value in kept["values"].items()
    }
    pattern = kept["pattern"]
    return say(pattern, **values)


def say(pattern: str, **values: object) -> Sentence:
    """Fill a Spanish pattern; Babel finds the pattern by this function's name."""
    sentence = Sentence(pattern % values if values else pattern)
    sentence.pattern = pattern
    sentence.values = values
    return sentence
