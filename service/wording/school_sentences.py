"""The sentences that open a school's page."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from service.formats import day, number, signed
from service.models.enums import Phase, SchoolStatus
from service.queries.evidence import AreaEstimate, SchoolEvidence
from service.queries.school_pages import SchoolFacts
from service.queries.school_results import SubjectResults
from service.wording.schools import WORDS, pupils, standing
from service.wording.translating import enumerated, translated

SUBJECT_AREAS = ("reading", "mathematics")


def introduction(facts: SchoolFacts) -> str:
    """``Escuela Los Aromos: básica, rural, 142 estudiantes, nivel socioeconómico medio bajo.``"""
    school = facts.school
    parts = []
    phases = [translated(WORDS["phase"][phase.value]) for phase in facts.phases]
    if phases:
        parts.append(enumerated(phases))
    if school.rural is not None:
        parts.append(translated(WORDS["rurality"]["rural" if school.rural else "urban"]))
    if school.enrolment:
        parts.append(pupils(school.enrolment))
    else:
        parts.append(_("matrícula sin publicar") if school.enrolment is None else _("sin matrícula"))
    year = facts.last_year
    if year is not None:
        group = translated(WORDS["ses_group"][str(year.ses_group)])
        parts.append(_("nivel socioeconómico %(group)s (%(year)s)", group=group, year=year.year))
    else:
        parts.append(_("nivel socioeconómico sin publicar"))
    sentence = _("%(name)s: %(parts)s.", name=school.name, parts=", ".join(parts))
    if school.status is not SchoolStatus.WORKING:
        status = translated(WORDS["school_status"][school.status.value])
        sentence += " " + _("Está %(status)s.", status=status)
    return sentence


def standing_sentence(evidence: SchoolEvidence) -> str:
    """How a school does beside schools like it; both subjects in one sentence where they agree."""
    found = [evidence.estimates[area] for area in SUBJECT_AREAS if area in evidence.estimates]
    if not found:
        return _("No tiene resultados publicados con los que compararla con escuelas parecidas.")
    said = [standing(one.lower, one.upper) for one in found]
    if len(set(said)) == 1:
        names = enumerated([translated(WORDS["area"][one.area]) for one in found])
        return _("En %(area)s %(standing)s (%(figures)s).", area=names, standing=said[0], figures=_n(found))
    return " ".join(
        _(
            "En %(area)s %(standing)s (%(figures)s).",
            area=translated(WORDS["area"][one.area]),
            standing=words,
            figures=_n([one]),
        )
        for one, words in zip(found, said, strict=True)
    )


def no_results_sentence() -> str:
    """For a school of which no result was ever published."""
    return _("Sin resultados publicados: su situación se conoce por lo que digan quienes trabajan en ella.")


def _n(found: Sequence[AreaEstimate]) -> str:
    newest = max(found, key=lambda one: one.last_year)
    return _("%(year)s, %(pupils)s", year=newest.last_year, pupils=pupils(round(newest.tested)))


def estimate_in_words(estimate: AreaEstimate) -> str:
    """An estimate with its interval, as one sentence."""
    return _(
        "Rinde %(level)s puntos respecto de lo que se espera en su contexto; el margen va de %(lower)s a "
        "%(upper)s.",
        level=signed(estimate.level, 1),
        lower=signed(estimate.lower, 1),
        upper=signed(estimate.upper, 1),
    )


def results_description(found: SubjectResults, test: str) -> str:
    """What the chart of a subject shows, for who cannot see it."""
    scored = [(row.year, row.score) for row in found.rows if row.score is not None]
    if not scored:
        return _("Sin resultados publicados.")
    figures = "; ".join(f"{year}: {number(score)}" for year, score in scored)
    return _("%(test)s, puntaje de cada año: %(figures)s.", test=test, figures=figures)


def corrected(field: str, value: Any) -> str:
    """A corrected or official value of a field."""
    if value is None:
        return _("sin dato")
    if field == "levels":
        return enumerated([translated(WORDS["phase"][phase.value]) for phase in Phase if phase in value])
    if field == "rural":
        return translated(WORDS["rurality"]["rural" if value else "urban"])
    if field == "place":
        return f"{number(value[0], 4)}; {number(value[1], 4)}"
    if field in ("owner_type", "status"):
        return translated(WORDS["owner_type" if field == "owner_type" else "school_status"][value])
    if field == "closed_on":
        return day(date.fromisoformat(value))
    if field == "enrolment":
        return number(value)
    return str(value)
