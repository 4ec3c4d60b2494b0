"""What speaks for a pair and what should be known about it, in words."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _

from service.formats import km, likely, number
from service.wording.need import WORDS as NEED_WORDS
from service.wording.schools import WORDS as SCHOOL_WORDS
from service.wording.translating import enumerated, translated

FOR, NOTE, AGAINST = "for", "note", "against"
SMALL_SDS = 0.5
"""A difference of less than half a standard deviation is not worth a line of its own."""


def pair_reasons(found: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The reasons of a pair as lines: in what alike, in what better, how far, and what to know."""
    told = list(found)
    lines = main_reasons(told)
    lines += [line for one in told if (line := _single(one)) is not None]
    missing = [_feature(one) for one in told if one["code"] == "not_compared"]
    if missing:
        lines.append(
            _line(_("No se pudo comparar por falta de datos: %(names)s.", names=enumerated(missing)), NOTE)
        )
    return lines


def main_reasons(found: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The two things asked of every pair: alike in what, and better in what."""
    told = list(found)
    lines: list[dict[str, str]] = []
    alike = [_feature(one) for one in told if one["code"] == "alike_in"]
    if alike:
        lines.append(_line(_("Se parecen en: %(names)s.", names=enumerated(alike))))
    lines += [_better(one) for one in told if one["code"] == "better_in"]
    ahead = [_element(one) for one in told if one["code"] == "ahead_in"]
    if ahead:
        lines.append(_line(_("Está más avanzada en: %(names)s.", names=enumerated(ahead))))
    if any(one["code"] == "by_assessment" for one in told):
        lines.append(
            _line(_("Sin resultados que comparar: lo dice la evaluación de personas con nombre."), NOTE)
        )
    return lines


def other_reasons(found: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Everything else about a pair: the way, the leader, and what should be known."""
    told = list(found)
    return pair_reasons(told)[len(main_reasons(told)) :]


def card_reasons(found: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The reasons on a card for a head: in words, without scores, probabilities or ranks."""
    told = list(found)
    since = {str(one["subject"]): one.get("since") for one in told if one["code"] == "better_in"}
    lines = []
    for line in pair_reasons(told):
        plain = {**line, "detail": ""}
        if line["detail"] and (year := next((y for y in since.values() if y), None)):
            plain["detail"] = _("Con resultados desde %(year)s.", year=year)
        lines.append(plain)
    return lines


def reasons_in_short(found: Iterable[Mapping[str, Any]]) -> str:
    """The reasons for a pair in one paragraph, for a cell or a sheet."""
    return " ".join(line["text"] for line in pair_reasons(found) if line["kind"] == FOR)


def _single(one: Mapping[str, Any]) -> dict[str, str] | None:
    code, value = str(one["code"]), one.get("value")
    if code == "differs_in" and value is not None and value >= SMALL_SDS:
        return _line(_("En lo que más difieren: %(name)s.", name=_feature(one)), NOTE)
    if code == "years_in_post" and value is not None:
        return _line(_("Quien la dirige lleva %(years)s años en el cargo.", years=number(value)))
    if code == "distance" and value is not None:
        return _line(_("Está a %(km)s en línea recta.", km=km(value)))
    if code == "travel_time" and value is not None:
        return _line(_("Se llega en %(minutes)s minutos.", minutes=number(value)))
    facts = {
        "on_line": (_("Ambas aceptan trabajar en línea."), FOR),
        "place_estimated": (_("Una de las dos está ubicada solo por su comuna."), NOTE),
        "worked_in_both": (_("Ha trabajado en escuelas rurales y urbanas."), FOR),
        "same_owner": (_("Son del mismo sostenedor."), FOR),
        "worked_together": (_("Ya trabajaron juntas."), FOR),
    }
    return _line(*facts[code]) if code in facts else None


def _better(one: Mapping[str, Any]) -> dict[str, str]:
    area = translated(SCHOOL_WORDS["area"].get(str(one["subject"]), str(one["subject"])))
    since = one.get("since")
    text = _("Le va mejor en %(area)s, en circunstancias parecidas.", area=area)
    if one.get("value") is None:
        return _line(text)
    detail = _(
        "%(points)s puntos de valor agregado más; probabilidad de que sea así, %(share)s.",
        points=number(one["value"], 1),
        share=likely(one.get("share")),
    )
    if since:
        detail += " " + _("Con resultados desde %(year)s.", year=since)
    return _line(text, FOR, detail)


def _feature(one: Mapping[str, Any]) -> str:
    return translated(SCHOOL_WORDS["feature"].get(str(one["subject"]), str(one["subject"])))


def _element(one: Mapping[str, Any]) -> str:
    return translated(NEED_WORDS["element"].get(str(one["subject"]), str(one["subject"]))).lower()


def _line(text: str, kind: str = FOR, detail: str = "") -> dict[str, str]:
    return {"text": text, "kind": kind, "detail": detail}
