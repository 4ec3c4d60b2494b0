"""Numbers, dates and distances as people write them in each language."""

from datetime import date, datetime
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Flask
from flask_babel import gettext as _

from service.locale import language

LOCALES = {"es": "es_CL", "en": "en_GB"}
NEARLY_SURE, NEARLY_NEVER = 0.995, 0.005
MONTH_PATTERNS = {"es": "MMMM 'de' y", "en": "MMMM y"}
DAY_PATTERNS = {"es": "EEE d MMM y", "en": "EEE d MMM y"}


def number(value: float | int | None, digits: int = 0) -> str:
    """``1.234,5`` in Spanish, ``1,234.5`` in English; a dash where nothing is known.

    Numbers that would round to zero never carry a minus sign.
    """
    if value is None:
        return "–"
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    rounded = round(float(value), digits) + 0.0
    return format_decimal(rounded, format=pattern, locale=LOCALES[language()]).replace("-", "−")


def signed(value: float | None, digits: int = 0) -> str:
    """A difference, with its sign."""
    if value is None:
        return "–"
    text = number(value, digits)
    return text if round(float(value), digits) <= 0 else f"+{text}"


def percent(value: float | None, digits: int = 0) -> str:
    """A share in [0, 1] as per cent."""
    return "–" if value is None else f"{number(100 * value, digits)} %"


def likely(probability: float | None) -> str:
    """A probability as per cent; neither certainty nor impossibility is ever claimed."""
    if probability is None or NEARLY_NEVER < probability < NEARLY_SURE:
        return percent(probability)
    if probability >= NEARLY_SURE:
        return _("más de %(share)s", share=percent(0.99))
    return _("menos de %(share)s", share=percent(0.01))


def day(value: date | datetime | None) -> str:
    """``jue 12 mar 2026``."""
    if value is None:
        return "–"
    text = format_date(value, DAY_PATTERNS[language()], locale=LOCALES[language()])
    return text.replace(".", "")


def month(value: date) -> str:
    """``mayo de 2026``."""
    return format_date(value, MONTH_PATTERNS[language()], locale=LOCALES[language()])


def day_in(value: date | datetime, locale: str) -> str:
    """``jue 12 mar 2026`` in a named language, for what is written outside a page."""
    known = locale if locale in LOCALES else "es"
    return format_date(value, DAY_PATTERNS[known], locale=LOCALES[known]).replace(".", "")


def km(value: float | None) -> str:
    """A distance on the map, in kilometres."""
    if value is None:
        return _("sin distancia conocida")
    return f"{number(value, 0 if value >= 10 else 1)} km"


def init_app(app: Flask) -> None:
    """Offer the formats to templates."""
    filters: dict[str, Any] = {
        "number": number,
        "signed": signed,
        "percent": percent,
        "likely": likely,
        "day": day,
        "month": month,
        "km": km,
    }
    app.jinja_env.filters.update(filters)
