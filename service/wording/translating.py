"""A sentence in the language of the page, and enumerations of words."""

from collections.abc import Sequence

from flask_babel import gettext as _

from service.text import Sentence


def translated(sentence: str) -> str:
    """Put a sentence into the language of the page."""
    if isinstance(sentence, Sentence):
        return _(sentence.pattern, **sentence.values)
    return sentence


def enumerated(names: Sequence[str]) -> str:
    """``a, b y c``."""
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s y %(last)s", first=", ".join(names[:-1]), last=names[-1])
