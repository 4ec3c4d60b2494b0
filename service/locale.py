"""The language of a page: the person's choice, then the browser's, then Spanish."""

from flask import request, session
from flask_babel import Babel, get_locale
from flask_login import current_user

LANGUAGES = ("es", "en")
babel = Babel()


def choose_locale() -> str:
    """Pick the language for this request."""
    chosen = session.get("locale")
    if chosen in LANGUAGES:
        return str(chosen)
    if current_user and current_user.is_authenticated and current_user.locale in LANGUAGES:
        return str(current_user.locale)
    return request.accept_languages.best_match(LANGUAGES, default="es") or "es"


def language() -> str:
    """``es`` or ``en``."""
    found = get_locale()
    return found.language if found is not None else "es"
