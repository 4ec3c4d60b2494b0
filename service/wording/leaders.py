"""Words about leaders: states, criteria."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from service.formats import likely, number, percent
from service.text import say

WORDS = {
    "leader_status": {
        "applied": say("postuló"),
        "eligible": say("cumple los requisitos"),
        "assessed": say("fue evaluada o evaluado"),
        "designated": say("designada o designado"),
        "active": say("en ejercicio"),
        "paused": say("en pausa"),
        "lapsed": say("designación terminada"),
        "withdrawn": say("se retiró"),
    },
    "criterion": {
        "not_designated": say("Está designada o designado"),
        "paused": say("No está en pausa"),
        "in_post_too_short": say("Lleva tiempo suficiente en el cargo"),
        "no_consent": say("Dio su consentimiento"),
        "no_capacity": say("Tiene un cupo"),
        "in_need": say("Su propia escuela no necesita apoyo"),
        "too_few_tests": say("Resultados suficientes"),
        "falling": say("Su escuela no va a la baja"),
        "value_added_not_above_zero": say("Valor agregado sobre lo esperado"),
    },
    "language": {
        "es": say("español"),
        "en": say("inglés"),
        "arn": say("mapudungun"),
        "ay": say("aymara"),
        "qu": say("quechua"),
        "rap": say("rapa nui"),
    },
}


def criterion(piece: Mapping[str, Any]) -> str:
    """One criterion of leadership for one school, as a sentence."""
    code, value, asked = str(piece["criterion"]), piece["value"], piece["threshold"]
    if code == "in_need":
        if piece["holds"]:
            return _("Su propia escuela no está entre las que necesitan apoyo.")
        return _("Su propia escuela está primero: la regla dice que necesita apoyo.")
    if code == "too_few_tests":
        if value is None:
            return _("No tiene resultados publicados en esta prueba.")
        return _(
            "Tiene resultados en %(value)s de las últimas 3 pruebas (se piden %(asked)s).",
            value=number(value),
            asked=number(asked),
        )
    if code == "falling":
        if value is None:
            return _("Sin resultados publicados no se sabe si va a la baja.")
        return _(
            "Probabilidad de haber bajado en tres años: %(value)s (se admite menos de %(asked)s).",
            value=likely(value),
            asked=percent(asked),
        )
    if code == "value_added_not_above_zero":
        if value is None:
            return _("Sin resultados publicados no se conoce su valor agregado.")
        return _(
            "Probabilidad de rendir sobre lo esperado para su contexto: %(value)s (se pide %(asked)s).",
            value=likely(value),
            asked=percent(asked),
        )
    return ""


RESULT_CRITERIA = ("in_need", "too_few_tests", "falling", "value_added_not_above_zero")
"""Criteria that the published results answer; the others are about the person."""
