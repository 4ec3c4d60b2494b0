"""Names as people type them: accents, case and spaces folded for search."""

import unicodedata


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


def say(pattern: str, **values: object) -> Sentence:
    """Fill a Spanish pattern; Babel finds the pattern by this function's name."""
    sentence = Sentence(pattern % values if values else pattern)
    sentence.pattern = pattern
    sentence.values = values
    return sentence
