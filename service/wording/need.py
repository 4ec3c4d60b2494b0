"""Words about need: the answers of a rule, the evidence, what a school needs help with."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from service.formats import likely, number, percent, signed
from service.text import say
from service.wording.schools import WORDS as SCHOOL_WORDS
from service.wording.translating import translated

WORDS = {
    "need_status": {
        "in_need": say("Necesita apoyo"),
        "not_in_need": say("No lo necesita según la regla"),
        "cannot_assess": say("No se puede saber"),
    },
    "urgency": {
        "1": say("primero"),
        "2": say("después"),
        "3": say("solo lo pide"),
    },
    "cannot_assess": {
        "no_results": say("No tiene resultados publicados en esta prueba."),
        "no_test": say("No imparte un nivel que rinda una prueba nacional comparable."),
        "too_few_tests": say("Tiene resultados en muy pocas de las últimas pruebas."),
        "too_few_pupils": say("Rinden tan pocos estudiantes que el resultado no dice nada seguro."),
    },
    "element": {
        "culture": say("Cultura e identidad de la escuela"),
        "professional": say("Cultura profesional docente"),
        "observation": say("Observación de clases y retroalimentación"),
        "focus": say("Foco en el aprendizaje"),
        "institutional": say("Prácticas que no dependen de una persona"),
        "strategy": say("De acciones sueltas a una estrategia común"),
        "leadership": say("Liderazgo"),
        "trust": say("Confianza entre directivos, docentes y familias"),
        "reading": say("Lectura"),
        "mathematics": say("Matemática"),
    },
    "level": {
        "1": say("1: se está ordenando lo básico"),
        "2": say("2: mejora en algunos puntos"),
        "3": say("3: mejora sostenida, apoyada en sus líderes"),
        "4": say("4: mejora instalada, de toda la escuela"),
    },
    "rule": {
        "value_added": say("Valor agregado (regla por omisión)"),
        "standard_30_reading": say("30 % o menos en el nivel adecuado, lectura"),
        "standard_30_mathematics": say("30 % o menos en el nivel adecuado, matemática"),
        "ofip_34_reading": say("Dos de tres pruebas con menos del 34 %, lectura"),
        "ofip_34_mathematics": say("Dos de tres pruebas con menos del 34 %, matemática"),
    },
}


def evidence(piece: Mapping[str, Any]) -> str:
    """One figure for or against need, as a sentence."""
    area = translated(SCHOOL_WORDS["area"].get(str(piece["area"]), str(piece["area"])))
    metric, value = str(piece["metric"]), float(piece["value"])
    if metric == "level_below_line":
        return _(
            "En %(area)s está %(value)s puntos respecto de lo esperado para su contexto; la línea es "
            "%(line)s. Probabilidad de estar bajo la línea: %(found)s (la regla pide %(asked)s).",
            area=area,
            value=signed(value, 1),
            line=signed(piece["threshold"], 1),
            found=likely(piece["probability"]),
            asked=percent(piece["required_probability"]),
        )
    if metric == "level_change":
        return _(
            "En tres años su nivel cambió %(value)s puntos. Probabilidad de que haya bajado: %(found)s "
            "(la regla pide %(asked)s).",
            value=signed(value, 1),
            found=likely(piece["probability"]),
            asked=percent(piece["required_probability"]),
        )
    if metric == "level_below_median":
        return _(
            "Su nivel (%(value)s) está bajo la mediana de las escuelas (%(line)s).",
            value=signed(value, 1),
            line=signed(piece["threshold"], 1),
        )
    return _(
        "En %(year)s, %(value)s de sus estudiantes logró el nivel adecuado en %(area)s; "
        "la línea es %(line)s.",
        year=piece["year"],
        value=percent(value),
        area=area,
        line=percent(piece["threshold"]),
    )


def evidence_short(piece: Mapping[str, Any]) -> str:
    """The same for a cell of a list."""
    metric = str(piece["metric"])
    if metric == "level_below_line":
        return _(
            "%(value)s puntos respecto de lo esperado; %(found)s de probabilidad de estar bajo la línea",
            value=signed(float(piece["value"]), 1),
            found=likely(piece["probability"]),
        )
    if metric == "level_change":
        return _(
            "%(value)s puntos en tres años; %(found)s de probabilidad de haber bajado",
            value=signed(float(piece["value"]), 1),
            found=likely(piece["probability"]),
        )
    if metric == "level_below_median":
        return _("bajo la mediana de las escuelas")
    return evidence(piece)


def rule_in_words(rule: Mapping[str, Any]) -> str:
    """A rule with its numbers, as one paragraph."""
    if str(rule["kind"]) == "level":
        return _(
            "Necesita apoyo una escuela que con probabilidad de %(low)s o más está bajo la línea, o que "
            "con probabilidad de %(falling)s o más ha bajado en tres años y está bajo la mediana. La "
            "línea deja debajo al %(threshold)s de las escuelas del nivel de todo el país, de todos los "
            "sostenedores, con resultados en %(required)s de las últimas %(window)s pruebas y al menos "
            "%(n)s estudiantes en cada una. Va primero si está bajo la línea con probabilidad de "
            "%(urgent)s o más, o si está bajo la línea y además ha bajado.",
            low=percent(rule["probability"]),
            falling=percent(rule["falling_probability"]),
            threshold=percent(rule["threshold"]),
            required=number(rule["required"]),
            window=number(rule["window"]),
            n=number(rule["minimum_n"]),
            urgent=percent(rule["urgent_probability"]),
        )
    return _(
        "Necesita apoyo una escuela con %(threshold)s o menos de sus estudiantes en el nivel adecuado, en "
        "%(required)s de las últimas %(window)s pruebas.",
        threshold=percent(rule["threshold"]),
        required=number(rule["required"]),
        window=number(rule["window"]),
    )
