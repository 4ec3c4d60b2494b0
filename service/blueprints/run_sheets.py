"""Runs as files: the list of them, and the pairs of one."""

from collections.abc import Iterable

from flask_babel import gettext as _

from service.exports import Cell, Sheet
from service.models import Run
from service.models.columns import local_day
from service.queries.run_pages import PairLine, WithoutLine
from service.queries.runs import RunLine
from service.wording import words
from service.wording.pair_reasons import reasons_in_short
from service.wording.refusals import repair, rule_name

TERMS = ("context", "gap", "elements", "logistics", "experience", "continuity")


def runs_sheet(lines: Iterable[RunLine]) -> Sheet:
    """The list of runs."""
    header = [
        _("Corrida"),
        _("Territorio"),
        _("Resultados hasta"),
        _("Regla"),
        _("Estado"),
        _("Exploratoria"),
        _("Con propuesta"),
        _("Necesitan apoyo"),
        _("Pedida por"),
        _("Pedida el"),
    ]
    rows: Iterable[list[Cell]] = (
        [
            line.id,
            line.territory,
            line.as_of,
            words(line.rule, "rule"),
            words(line.state, "run_state"),
            _("sí") if line.exploratory else _("no"),
            line.matched,
            line.schools,
            line.asked_by,
            local_day(line.created_at),
        ]
        for line in lines
    )
    return Sheet("corridas", header, rows)


def pairs_sheet(run: Run, lines: Iterable[PairLine]) -> Sheet:
    """The pairs of a run with terms and reasons; nothing by which a person could be reached."""
    header = [
        _("RBD acompañada"),
        _("Escuela acompañada"),
        _("RBD acompañante"),
        _("Escuela acompañante"),
        _("Líder"),
        _("Nivel"),
        _("Urgencia"),
        _("Puntaje"),
        *(words(term, "term") for term in TERMS),
        _("Distancia (km)"),
        _("Distancia de contexto"),
        _("Razones"),
        _("Alternativas"),
    ]
    rows: Iterable[list[Cell]] = (
        [
            line.school.code,
            line.school.name,
            line.leader_school.code,
            line.leader_school.name,
            line.leader,
            words(line.phase, "phase"),
            line.urgency,
            line.score,
            *(line.terms.get(term) for term in TERMS),
            line.facts.get("distance_km"),
            line.facts.get("context_distance"),
            reasons_in_short(line.reasons),
            "; ".join(f"{other.name} ({other.code})" for other, _score in line.alternates),
        ]
        for line in lines
    )
    return Sheet(f"corrida-{run.id}-pares", header, rows)


def without_sheet(run: Run, lines: Iterable[WithoutLine]) -> Sheet:
    """The schools of a run without a proposal, and what would repair it."""
    header = [
        _("RBD"),
        _("Escuela"),
        _("Comuna"),
        _("Urgencia"),
        _("Por qué"),
        _("Qué lo repararía"),
        _("Líderes que cada regla descarta"),
    ]
    rows: Iterable[list[Cell]] = (
        [
            line.school.code,
            line.school.name,
            line.school.commune,
            line.urgency,
            words(line.reason, "unmatched"),
            repair(line.repair, "" if line.nearest is None else line.nearest.name, line.reason),
            "; ".join(f"{rule_name(code)}: {count}" for code, count in line.refusals),
        ]
        for line in lines
    )
    return Sheet(f"corrida-{run.id}-sin-propuesta", header, rows)
