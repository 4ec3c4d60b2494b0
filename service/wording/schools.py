"""Words about schools and what is published about them."""

from flask_babel import gettext as _
from flask_babel import ngettext

from service.formats import number
from service.text import say

WORDS = {
    "school_status": {
        "working": say("en funcionamiento"),
        "recess": say("en receso"),
        "closed": say("cerrado"),
        "authorised": say("autorizado, sin matrícula"),
    },
    "phase": {
        "preschool": say("parvularia"),
        "primary": say("básica"),
        "secondary": say("media"),
        "special": say("especial"),
        "adult": say("de adultos"),
    },
    "owner_type": {
        "municipal_corporation": say("Corporación municipal"),
        "municipal": say("Municipal"),
        "local_service": say("Servicio local (SLEP)"),
        "subsidised": say("Particular subvencionado"),
        "private": say("Particular pagado"),
        "delegated": say("Administración delegada"),
        "maintained": say("Mantenida por la autoridad local"),
        "academy": say("Academia"),
        "independent": say("Independiente"),
        "other": say("Otro tipo de sostenedor"),
    },
    "owner_kind": {
        "public": say("Públicas"),
        "subsidised": say("Subvencionadas"),
        "private": say("Pagadas"),
    },
    "rurality": {"rural": say("rural"), "urban": say("urbana")},
    "ses_group": {
        "1": say("bajo"),
        "2": say("medio bajo"),
        "3": say("medio"),
        "4": say("medio alto"),
        "5": say("alto"),
    },
    "test": {
        "4b": say("SIMCE 4° básico"),
        "2m": say("SIMCE 2° medio"),
        "ks2": say("Pruebas KS2"),
    },
    "subject": {
        "reading": say("lectura"),
        "mathematics": say("matemática"),
        "social_science": say("ciencias sociales"),
        "science": say("ciencias naturales"),
        "writing": say("escritura"),
        "grammar": say("gramática"),
    },
    "area": {
        "both": say("lectura y matemática"),
        "reading": say("lectura"),
        "mathematics": say("matemática"),
    },
    "absence": {
        "not_tested": say("no rindió la prueba"),
        "too_few": say("muy pocos estudiantes para publicar el resultado"),
        "suppressed": say("resultado no publicado por la fuente"),
        "remark": say("la fuente hace una advertencia y no da el resultado"),
        "not_published": say("sin resultados publicados"),
    },
    "indicator": {
        "vulnerability_primary": say("Índice de vulnerabilidad, básica"),
        "vulnerability_secondary": say("Índice de vulnerabilidad, media"),
        "free_meals": say("Con derecho a almuerzo gratuito"),
        "disadvantaged": say("Con derecho a almuerzo gratuito en los últimos seis años, o bajo tutela"),
        "enrolment": say("Matrícula"),
    },
    "source": {
        "cl-directory": say("Directorio oficial de establecimientos"),
        "cl-slep": say("Servicios locales (SLEP)"),
        "cl-simce": say("SIMCE, resultados por establecimiento"),
        "cl-ive": say("IVE-SINAE"),
        "en-gias": say("Directorio GIAS"),
        "en-results": say("Resultados KS2"),
        "leaders": say("Lista propia de líderes"),
        "needs": say("Lista propia de necesidades"),
        "accounts": say("Lista propia de cuentas"),
    },
    "feature": {
        "ses_group": say("nivel socioeconómico"),
        "vulnerability_share": say("vulnerabilidad"),
        "size": say("tamaño"),
        "rural": say("ruralidad"),
        "phases": say("niveles que imparte"),
        "owner_kind": say("tipo de sostenedor"),
        "region": say("región"),
        "remoteness": say("lejanía de otras escuelas"),
        "commune_ses": say("nivel socioeconómico de la comuna"),
        "special_needs_share": say("estudiantes en educación especial"),
    },
    "correction_field": {
        "name": say("Nombre"),
        "status": say("Estado"),
        "commune": say("Comuna"),
        "rural": say("Ruralidad"),
        "place": say("Ubicación"),
        "owner_type": say("Tipo de sostenedor"),
        "levels": say("Niveles"),
        "enrolment": say("Matrícula"),
        "closed_on": say("Fecha de cierre"),
        "successor": say("Establecimiento que lo continúa"),
    },
}


def pupils(count: int) -> str:
    """``142 estudiantes``."""
    return ngettext("%(shown)s estudiante", "%(shown)s estudiantes", count, shown=number(count))


def standing(lower: float, upper: float) -> str:
    """What an interval of value added says, for the middle of a sentence."""
    if lower > 0:
        return _("rinde por sobre lo que se espera de escuelas parecidas")
    if upper < 0:
        return _("rinde por debajo de lo que se espera de escuelas parecidas")
    return _("rinde como se espera de escuelas parecidas")


def short_standing(lower: float, upper: float) -> str:
    """The same for a cell of a table."""
    if lower > 0:
        return _("sobre lo esperado")
    if upper < 0:
        return _("bajo lo esperado")
    return _("como se espera")
