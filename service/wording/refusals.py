"""Why a pair is not allowed, and what would repair it, in words with the numbers."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from service.formats import km, number, percent, signed
from service.text import Sentence, say
from service.wording.leaders import criterion
from service.wording.translating import translated

RULES: dict[str, Sentence] = {
    "phase_not_shared": say("No imparten el mismo nivel"),
    "not_designated": say("No es líder designado"),
    "paused": say("Está en pausa"),
    "in_post_too_short": say("Lleva poco en el cargo"),
    "no_consent": say("Falta un consentimiento"),
    "complaint_open": say("Hay un reclamo abierto"),
    "no_capacity": say("No le quedan cupos"),
    "leader_in_need": say("Su propia escuela necesita apoyo"),
    "leader_falling": say("Su propia escuela va a la baja"),
    "partnership_open": say("La escuela ya está acompañada"),
    "cannot_assess": say("No se sabe qué necesita"),
    "own_school": say("Es la misma escuela"),
    "conflict": say("Hay un conflicto de interés"),
    "excluded_by_school": say("La escuela prefirió que no"),
    "declined_recently": say("Dijeron que no hace poco"),
    "language_not_shared": say("No comparten idioma"),
    "same_owner": say("Son del mismo sostenedor"),
    "too_few_results": say("Muy pocos resultados"),
    "gap_too_small": say("La ventaja es muy poca"),
    "not_surely_better": say("No es seguro que le vaya mejor"),
    "not_surely_above_zero": say("No es seguro que agregue valor"),
    "not_assessed_better": say("No está más avanzada en lo que se necesita"),
    "ses_too_far": say("Distinto nivel socioeconómico"),
    "rurality_differs": say("Una es rural y la otra urbana"),
    "no_place": say("No se sabe dónde está"),
    "too_far": say("Está muy lejos"),
    "too_far_for_leader": say("Más lejos de lo que puede viajar"),
    "rivals": say("Compiten por estudiantes"),
    "coverage_too_low": say("Muy pocos datos para comparar"),
    "too_different": say("Sus circunstancias son muy distintas"),
}
"""Each hard rule by what it refuses; short, for lists."""

PLAIN: dict[str, Sentence] = {
    "phase_not_shared": say("No imparten el mismo nivel de enseñanza, así que no pueden compararse."),
    "not_designated": say("Quien la dirige no es líder designado: no está entre quienes pueden acompañar."),
    "paused": say("Quien la dirige está en pausa o dejó de ser líder."),
    "no_consent": say("Falta el consentimiento de quien la dirige o de su sostenedor."),
    "complaint_open": say("Hay un reclamo abierto; hasta que se cierre no se propone."),
    "no_capacity": say("Ya tiene ocupados todos sus cupos."),
    "leader_in_need": say("Su propia escuela está primero: la regla dice que necesita apoyo."),
    "leader_falling": say("Su propia escuela está primero: va a la baja."),
    "partnership_open": say("La escuela ya tiene un acompañamiento abierto."),
    "cannot_assess": say("De la escuela no hay resultados ni una necesidad registrada: no se sabe en qué."),
    "own_school": say("Es la misma escuela."),
    "conflict": say("Hay un conflicto de interés declarado entre las dos."),
    "excluded_by_school": say("La escuela dijo que prefiere que no la acompañe esta."),
    "declined_recently": say("Se propuso hace poco y una de las dos dijo que no."),
    "language_not_shared": say("No comparten un idioma de trabajo."),
    "same_owner": say("Son del mismo sostenedor, y la regla de esta corrida no lo permite."),
    "rurality_differs": say(
        "Una es rural y la otra urbana, y quien acompaña no ha trabajado en las dos clases de escuela."
    ),
    "no_place": say("No se sabe dónde está una de las dos, y no aceptan ambas trabajar en línea."),
}
"""Rules without a figure, and rules whose figure is not known."""


def _years(value: float, asked: float) -> str:
    return _(
        "Quien la dirige lleva %(value)s años en el cargo; se piden %(asked)s.",
        value=number(value, 1),
        asked=number(asked, 1),
    )


def _tests(value: float, asked: float) -> str:
    return _(
        "Tiene resultado en %(value)s de las últimas pruebas; se piden %(asked)s.",
        value=number(value),
        asked=number(asked),
    )


def _gap(value: float, asked: float) -> str:
    return _(
        "Su valor agregado está %(value)s puntos respecto de la otra; se piden al menos +%(asked)s.",
        value=signed(value, 1),
        asked=number(asked, 1),
    )


def _better(value: float, asked: float) -> str:
    return _(
        "La probabilidad de que agregue más valor que la otra es %(value)s; se pide %(asked)s.",
        value=percent(value),
        asked=percent(asked),
    )


def _above(value: float, asked: float) -> str:
    return _(
        "La probabilidad de que rinda sobre lo esperado para su contexto es %(value)s; se pide %(asked)s.",
        value=percent(value),
        asked=percent(asked),
    )


def _ahead(value: float, asked: float) -> str:
    if value < 0:
        return _("En lo que la escuela necesita está menos avanzada que ella.")
    return _("En lo que la escuela necesita no está más avanzada que ella.")


def _group(value: float, asked: float) -> str:
    return _(
        "Su nivel socioeconómico está a %(value)s grupos; se admite hasta %(asked)s.",
        value=number(value, 1),
        asked=number(asked, 1),
    )


def _far(value: float, asked: float) -> str:
    return _("Está a %(value)s; se admite hasta %(asked)s.", value=km(value), asked=km(asked))


def _leader_far(value: float, asked: float) -> str:
    return _(
        "Está a %(value)s; quien acompaña puede viajar hasta %(asked)s.", value=km(value), asked=km(asked)
    )


def _rivals(value: float, asked: float) -> str:
    return _(
        "Son urbanas, de distinto sostenedor y están a %(value)s: compiten por los mismos estudiantes (la "
        "regla pide más de %(asked)s).",
        value=km(value),
        asked=km(asked),
    )


def _coverage(value: float, asked: float) -> str:
    return _(
        "Solo %(value)s de su contexto está publicado en ambas; se pide %(asked)s.",
        value=percent(value),
        asked=percent(asked),
    )


def _different(value: float, asked: float) -> str:
    return _(
        "Su distancia de contexto es %(value)s; se consideran parecidas hasta %(asked)s.",
        value=number(value, 2),
        asked=number(asked, 2),
    )


FIGURES: dict[str, Callable[[float, float], str]] = {
    "in_post_too_short": _years,
    "too_few_results": _tests,
    "gap_too_small": _gap,
    "not_surely_better": _better,
    "not_surely_above_zero": _above,
    "not_assessed_better": _ahead,
    "ses_too_far": _group,
    "too_far": _far,
    "too_far_for_leader": _leader_far,
    "rivals": _rivals,
    "coverage_too_low": _coverage,
    "too_different": _different,
}


def rule_name(code: str) -> str:
    """A rule in a few words."""
    return translated(RULES.get(code, say("%(code)s", code=code)))


def refusal(code: str, value: float | None = None, threshold: float | None = None) -> str:
    """Why a pair is not allowed, with what was found and what is asked."""
    if code in FIGURES and value is not None and threshold is not None:
        return FIGURES[code](value, threshold)
    if code in PLAIN:
        return translated(PLAIN[code])
    return _("%(rule)s (no hay un dato publicado que lo muestre).", rule=rule_name(code))


def not_leading(finding: Mapping[str, Any]) -> str:
    """By which criterion a school was not suggested."""
    return criterion(finding) or _("No cumple los requisitos para acompañar.")


WITHOUT_A_RULE: dict[str, Sentence] = {
    "not_ranked": say("Conversar su lista de preferencias, o la de quien podría acompañarla."),
    "below_floor": say("Bajar el puntaje mínimo pedido, o quitarlo."),
    "discarded": say("Quitar la marca de algún par descartado."),
    "limit_reached": say("Subir el límite que se alcanzó, o quitarlo."),
    "minimum_elsewhere": say("Bajar la exigencia que necesitó el cupo en otra parte."),
    "kept_together": say("Un cupo para todo el grupo, o dejar que se separe."),
    "infeasible": say("Ceder la regla que se nombra arriba."),
}
"""What would repair what no hard rule refuses."""


def repair(found: Mapping[str, Any] | None, leader: str = "", reason: str = "") -> str:
    """The smallest change that would give a school someone; ``leader`` names the nearest."""
    if not found and reason in WITHOUT_A_RULE:
        return translated(WITHOUT_A_RULE[reason])
    if not found:
        return _("Ningún cambio de una sola regla bastaría: hace falta buscar líderes para escuelas así.")
    code, count = str(found["rule"]), int(found["leaders"])
    if code == "no_capacity":
        if count > 1:
            return _("Un cupo más de alguno de los %(n)s líderes permitidos.", n=number(count))
        return _("Un cupo más de la única persona permitida.")
    who = _("Quien está más cerca de cumplir: %(leader)s.", leader=leader) if leader else ""
    if code == "too_far":
        what = _("Trabajar en línea: %(n)s podrían.", n=number(count))
        if found.get("nearest") is not None:
            what = _(
                "Trabajar en línea, o viajar más: la más cercana está a %(km)s; así podrían %(n)s.",
                km=km(found["nearest"]),
                n=number(count),
            )
    else:
        what = _("Cambiar la regla «%(rule)s»: así podrían %(n)s.", rule=rule_name(code), n=number(count))
    return f"{what} {who}".strip()


def repair_kind(found: Mapping[str, Any] | None, reason: str) -> str:
    """The same for a whole group of schools, without the figures of one."""
    if not found:
        return repair(None, reason=reason)
    code = str(found["rule"])
    if code == "no_capacity":
        return _("Lo repararía un cupo más de quienes podrían.")
    if code == "too_far":
        return _("Lo repararía trabajar en línea, o viajar más.")
    return _("Lo repararía cambiar la regla «%(rule)s».", rule=rule_name(code))


def nearest(found: Mapping[str, Any], leader: str) -> str:
    """Who misses the one rule by least, with the figure, and how many would be allowed without it."""
    others = int(found["leaders"]) - 1
    figure = found.get("nearest")
    if found["rule"] == "too_far" and figure is not None:
        said = _("%(leader)s, a %(km)s.", leader=leader, km=km(figure))
    else:
        said = _("%(leader)s.", leader=leader)
    if others:
        said += " " + _("Y %(n)s más.", n=number(others))
    return said
