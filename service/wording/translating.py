"""A sentence in the language of the page, and enumerations of words."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from service.text import Sentence, restored


def translated(sentence: str) -> str:
    """Put a sentence, and those inside it, into the language of the page."""
    if isinstance(sentence, Sentence):
        values = {
            name: translated(value) if isinstance(value, Sentence) else value
            for name, value in sentence.values.items()
        }
        return _(sentence.pattern, **values)
    return sentence


def kept_in_words(kept: Mapping[str, Any]) -> str:
    """A sentence that the database keeps, in the language of the page."""
    return translated(restored(kept))


def enumerated(names: Sequence[str]) -> str:
    """``a, b y c``."""
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s y %(last)s", first=", ".join(names[:-1]), last=names[-1])
