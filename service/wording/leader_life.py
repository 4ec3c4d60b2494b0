"""Words about a leader's life: steps, criteria, consents, reviews, complaints, disputes."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _

from service.formats import day, likely, number, percent
from service.text import Sentence, say
from service.wording.schools import WORDS as SCHOOL
from service.wording.translating import translated

MISSING: dict[str, Sentence] = {
    "application": say("una postulación abierta"),
    "judgements": say("el juicio de dos personas que evalúen, sin conflicto de interés"),
    "leader_consent": say("el consentimiento de la persona"),
    "owner_consent": say("el consentimiento de su sostenedor"),
    "term": say("un término de la designación posterior a hoy"),
    "term_running": say("que venza el plazo de la designación"),
    "training": say("la formación inicial"),
    "capacity": say("al menos un cupo"),
    "days": say("los días que ofrece por semestre"),
}
_ASKED: dict[str, Sentence] = {
    "years_in_post": say("Años dirigiendo su escuela"),
    "not_in_need": say("Su propia escuela no necesita apoyo"),
    "recent_tests": say("Resultados en las últimas tres pruebas"),
    "not_falling": say("Su escuela no va a la baja"),
    "above_expected": say("Rinde más que escuelas parecidas"),
    "inspection": say("Evaluación externa de su escuela: sobresaliente, o mejora comprobada"),
    "leadership": say("Liderazgo y gestión de alto nivel, y capacidad de seguir mejorando"),
    "sustained": say("Logros altos y sostenidos, o mejora continua, durante tres años"),
    "stays": say("Espera seguir en el cargo"),
    "owner_support": say("Apoyo pleno de su sostenedor y de un referente profesional"),
    "team_capacity": say("Su equipo tiene experiencia y tiempo para acompañar"),
    "support_record": say("Apoyó antes a otra escuela, con mejores aprendizajes"),
    "turned_around": say("Sacó adelante una escuela que partía de muy abajo"),
    "no_decline": say("Su escuela no bajó mientras la dirigía ni en los tres años siguientes"),
}
WORDS: dict[str, dict[str, Sentence]] = {
    "asked": _ASKED,
    "leader_missing": MISSING,
    "leader_pending": {
        "application": say("una postulación por decidir"),
        "review": say("una revisión por decidir"),
        "complaint": say("un reclamo por decidir"),
    },
    "leader_move": {
        "confirm": say("Confirmar los requisitos"),
        "assess": say("Cerrar la evaluación"),
        "designate": say("Designar"),
        "decline": say("No designar por ahora"),
        "activate": say("Poner en ejercicio"),
        "pause": say("Poner en pausa"),
        "resume": say("Terminar la pausa"),
        "lapse": say("Terminar la designación"),
        "withdraw": say("Retirar"),
        "apply_again": say("Postular de nuevo"),
    },
    "criteria_state": {
        "proposed": say("por aprobar"),
        "approved": say("aprobada"),
        "rejected": say("rechazada"),
    },
    "interest": {
        "family": say("familia"),
        "recent_employer": say("trabajó ahí hace menos de tres años"),
        "rival": say("escuelas que compiten por los mismos estudiantes"),
        "same_owner": say("mismo sostenedor o misma escuela"),
        "other": say("otro interés"),
    },
    "recommendation": {
        "designate": say("designar"),
        "not_yet": say("todavía no"),
    },
    "judgement": {
        "yes": say("sí"),
        "no": say("no"),
        "unknown": say("no se puede saber"),
    },
    "consent_kind": {
        "leader": say("de la persona"),
        "owner": say("de su sostenedor"),
    },
    "consent_way": {
        "here": say("en esta página"),
        "letter": say("por carta u oficio"),
        "minutes": say("en acta de una sesión"),
        "email": say("por correo"),
        "in_person": say("en una conversación"),
    },
    "review_reason": {
        "left_post": say("Dejó de dirigir la escuela con la que fue designada o designado"),
        "own_school_in_need": say("La regla señala ahora que su propia escuela necesita apoyo"),
        "own_school_falling": say("Los resultados de su propia escuela van a la baja"),
    },
    "review_decision": {
        "continue": say("sigue en ejercicio"),
        "pause": say("queda en pausa"),
        "lapse": say("termina la designación"),
    },
    "complaint_state": {
        "open": say("recibido"),
        "examined": say("en examen"),
        "upheld": say("acogido"),
        "not_upheld": say("no acogido"),
        "withdrawn": say("retirado por quien lo hizo"),
    },
    "team_role": {
        "curriculum_head": say("jefatura de UTP"),
        "deputy_head": say("subdirección o inspectoría"),
        "teacher": say("docente"),
        "coexistence": say("convivencia escolar"),
        "inclusion": say("inclusión (PIE)"),
        "other": say("otra función"),
    },
    "offered_exchange": {
        "head": say("entre directoras y directores"),
        "team": say("entre equipos directivos"),
        "teachers": say("entre docentes"),
        "pupils": say("entre estudiantes"),
    },
    "weekday": {
        "mon": say("lunes"),
        "tue": say("martes"),
        "wed": say("miércoles"),
        "thu": say("jueves"),
        "fri": say("viernes"),
    },
    "dispute_state": {
        "open": say("por resolver"),
        "upheld": say("la escuela tiene razón"),
        "rejected": say("la cifra se mantiene"),
        "withdrawn": say("la escuela la retiró"),
    },
    "leader_event": {
        "leader_registered": say("Se registró con su fuente"),
        "leader_corrected": say("Se corrigieron datos"),
        "leader_applied": say("Postuló"),
        "leader_nominated": say("Fue propuesta o propuesto"),
        "leader_apply_again": say("Postula de nuevo"),
        "leader_confirm": say("Se confirmaron los requisitos"),
        "leader_assess": say("Se cerró la evaluación"),
        "leader_designate": say("Fue designada o designado"),
        "leader_decline": say("No se designó por ahora"),
        "leader_activate": say("Quedó en ejercicio"),
        "leader_pause": say("Comenzó una pausa"),
        "leader_resume": say("Terminó la pausa"),
        "leader_lapse": say("Terminó la designación"),
        "leader_withdraw": say("Se retiró"),
        "leader_review_due": say("La designación quedó por revisar"),
        "leader_reviewed": say("Se decidió una revisión"),
        "consent_given": say("Se registró un consentimiento"),
        "consent_withdrawn": say("Se retiró un consentimiento"),
        "training_recorded": say("Se registró una formación"),
        "term_set": say("Se fijó el plazo de la designación"),
        "assessor_asked": say("Se pidió evaluar"),
        "assessor_conflict": say("Quien evaluaba declaró un conflicto de interés"),
        "assessor_judged": say("Llegó un juicio"),
        "team_joined": say("Se sumó alguien al equipo"),
        "team_left": say("Alguien dejó el equipo"),
        "preferences_kept": say("Cambió lo que ofrece"),
        "own_goal_set": say("Escribió una meta de su escuela"),
        "own_gain_told": say("Contó lo que ganó su escuela"),
        "interest_declared": say("Se declaró un interés"),
        "interest_ended": say("Terminó un interés declarado"),
        "complaint_raised": say("Llegó un reclamo"),
        "complaint_examined": say("Comenzó el examen de un reclamo"),
        "complaint_decided": say("Se decidió un reclamo"),
        "complaint_suspension": say("Cambió la suspensión de nuevas propuestas"),
    },
}


def answer_in_words(piece: Mapping[str, Any]) -> str:
    """What figures say to one criterion, as a sentence."""
    asked, value, line = str(piece["asked"]), piece["value"], piece["threshold"]
    if asked == "years_in_post":
        if value is None:
            return _("No se sabe desde cuándo dirige su escuela.")
        return _(
            "Lleva %(value)s años dirigiendo su escuela (se piden %(asked)s).",
            value=number(value, 1),
            asked=number(line),
        )
    if asked == "not_in_need":
        if piece["holds"] is None:
            return _("No se puede saber por resultados si su propia escuela necesita apoyo.")
        if piece["holds"]:
            return _("Su propia escuela no está entre las que necesitan apoyo.")
        return _("Su propia escuela está primero: la regla dice que necesita apoyo.")
    if value is None:
        return _("Sin resultados publicados, esto lo deben juzgar personas: %(asked)s.", asked=_of(asked))
    if asked == "recent_tests":
        return _(
            "Tiene resultados en %(value)s de las últimas 3 pruebas (se piden %(asked)s).",
            value=number(value),
            asked=number(line),
        )
    if asked == "not_falling":
        return _(
            "Probabilidad de haber bajado en tres años: %(value)s (se admite menos de %(asked)s).",
            value=likely(value),
            asked=percent(line),
        )
    return _(
        "Probabilidad de rendir más que escuelas parecidas: %(value)s (se pide %(asked)s).",
        value=likely(value),
        asked=percent(line),
    )


def criterion_in_words(piece: Mapping[str, Any]) -> str:
    """One criterion of a version, with what it asks."""
    asked, line = str(piece["asked"]), piece["threshold"]
    name = _of(asked)
    if asked in ("years_in_post", "stays"):
        text = _("%(name)s: al menos %(years)s", name=name, years=number(line))
    elif asked == "recent_tests":
        text = _("%(name)s: en al menos %(tests)s", name=name, tests=number(line))
    elif asked == "not_falling":
        text = _("%(name)s: probabilidad menor que %(share)s", name=name, share=percent(line))
    elif asked == "above_expected":
        text = _("%(name)s: con probabilidad de %(share)s o más", name=name, share=percent(line))
    else:
        text = name
    return text if piece["must"] else _("%(criterion)s (se pondera, no excluye)", criterion=text)


def figure_name(figure: str) -> str:
    """A disputed figure by its key, such as ``result:4b:2024:reading``."""
    kind, *parts = figure.split(":")
    if kind == "result":
        test, year, subject = parts
        return _(
            "%(subject)s, %(test)s %(year)s",
            subject=translated(SCHOOL["subject"][subject]).capitalize(),
            test=translated(SCHOOL["test"][test]),
            year=year,
        )
    if kind == "indicator":
        name, year = parts
        return _("%(name)s %(year)s", name=translated(SCHOOL["indicator"][name]).capitalize(), year=year)
    return _("Matrícula")


def dispute_of(disputes: Iterable[Any], figure: str) -> str:
    """What stands beside a disputed figure; empty where nobody disputes it."""
    found = next((one for one in disputes if one.figure == figure), None)
    if found is None:
        return ""
    return _("la escuela disputa esta cifra desde el %(day)s", day=day(found.raised_on))


def _of(asked: str) -> str:
    return translated(_ASKED[asked])
