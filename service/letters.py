"""Letters: a template of ``templates/email`` in the reader's language, as text and as HTML.

They are written by operations, with or without a page being asked for: hence their own
environment. The first line of the text is the subject.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from service.config import PROJECT_ROOT
from service.text import Sentence

MAXIMUM_SUBJECT = 200
LANGUAGES = ("es", "en")
HERE = "https://minga.invalid"
"""Stands for this installation's address until a message is sent: then ``MINGA_BASE_URL`` is known."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a message says."""

    subject: str
    text: str
    html: str


def write_letter(template: str, locale: str, /, **values: object) -> Letter:
    """Write the letter ``template``; the subject is one line whatever the values hold.

    Parameters
    ----------
    locale : str
        ``es`` or ``en``; anything else reads Spanish.
    """
    environment = _environment(locale if locale in LANGUAGES else "es")
    text = environment.get_template(f"email/{template}.txt").render(values, here=HERE)
    subject, _, body = text.partition("\n")
    html = environment.get_template(f"email/{template}.html").render(values, here=HERE)
    return Letter(one_line(subject)[:MAXIMUM_SUBJECT], body.strip() + "\n", html)


def in_language(sentence: Sentence, locale: str) -> str:
    """A sentence without figures in the reader's language, where no page is being asked for."""
    return str(_words(locale if locale in LANGUAGES else "es").gettext(sentence.pattern))


def write_words(template: str, locale: str, /, **values: object) -> tuple[str, str]:
    """The first line and the rest of the text ``template``, for what is no message by itself."""
    environment = _environment(locale if locale in LANGUAGES else "es")
    text = environment.get_template(f"email/{template}.txt").render(values, here=HERE)
    first, _, rest = text.partition("\n")
    return one_line(first)[:MAXIMUM_SUBJECT], rest.strip()


def one_line(text: str) -> str:
    """A text as a header may hold it: no break, no control character.

    Examples
    --------
    >>> one_line("Hola\\r\\nBcc: todos@example.org")
    'Hola Bcc: todos@example.org'
    """
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


@cache
def _environment(locale: str) -> Environment:
    beside = PROJECT_ROOT / "templates"
    folder = beside if beside.is_dir() else PROJECT_ROOT / "service" / "templates"
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(_words(locale), newstyle=True)  # type: ignore[attr-defined]
    environment.globals["locale"] = locale
    return environment


@cache
def _words(locale: str) -> NullTranslations:
    found: NullTranslations = Translations.load(_catalogues(), [locale])
    return found


def _catalogues() -> Path:
    return PROJECT_ROOT / "service" / "translations"
