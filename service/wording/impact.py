"""What the programme changed, in sentences that follow the interval."""

from dataclasses import dataclass

from flask_babel import gettext as _

from network.programme_effects import FEWEST_TREATED
from service.formats import number, signed
from service.models.states import Side
from service.queries.programme_evidence import SideFigures
from service.text import Sentence, say
from service.wording.translating import translated

WORDS: dict[str, dict[str, Sentence]] = {
    "programme_side": {
        Side.SUPPORTED.value: say("las escuelas acompañadas"),
        Side.SUPPORTING.value: say("las escuelas acompañantes"),
    },
    "programme_side_title": {
        Side.SUPPORTED.value: say("Las escuelas acompañadas"),
        Side.SUPPORTING.value: say("Las escuelas que acompañan"),
    },
}


def verdict(found: SideFigures) -> str:
    """One sentence: what can be said, with its margin; or why nothing can be said yet."""
    one = found.overall
    if one is None:
        return refusal(found)
    who, points = who_are(found.side), number(abs(one.att), 1)
    margin = _(
        "el margen va de %(lower)s a %(upper)s", lower=number(one.lower, 1), upper=number(one.upper, 1)
    )
    if one.lower > 0:
        return _(
            "Sí se nota: %(who)s subieron %(points)s puntos más que escuelas parecidas, y %(margin)s.",
            who=who,
            points=points,
            margin=margin,
        )
    if one.upper < 0:
        return _(
            "No como se esperaba: %(who)s quedaron %(points)s puntos por debajo de escuelas parecidas, y "
            "%(margin)s.",
            who=who,
            points=points,
            margin=margin,
        )
    if one.att >= 0:
        return _(
            "Todavía no se puede saber: %(who)s subieron %(points)s puntos más que escuelas parecidas, pero "
            "%(margin)s.",
            who=who,
            points=points,
            margin=margin,
        )
    return _(
        "Todavía no se puede saber: %(who)s subieron %(points)s puntos menos que escuelas parecidas, pero "
        "%(margin)s.",
        who=who,
        points=points,
        margin=margin,
    )


def refusal(found: SideFigures) -> str:
    """Why no figure is given, and what is missing."""
    if found.refused_by == "few_untreated":
        return _(
            "Todavía no se puede saber: hay muy pocas escuelas sin acompañamiento con resultados, y sin "
            "ellas no se sabe qué habría pasado de todos modos."
        )
    text = _(
        "Todavía no se puede saber de %(who)s: hacen falta al menos %(n)s con resultados antes y después de "
        "empezar, y hay menos.",
        who=who_are(found.side),
        n=FEWEST_TREATED,
    )
    if found.waiting_from is not None:
        text += " " + _("La próxima prueba en que podría notarse es la de %(year)s.", year=found.waiting_from)
    return text


def naive_sentence(found: SideFigures) -> str:
    """What a plain before-and-after comparison would have said, and why it is wrong."""
    if found.overall is None or found.naive is None:
        return ""
    said = _(
        "Una comparación simple, antes y después contra las demás, habría dicho %(naive)s puntos.",
        naive=signed(found.naive, 1),
    )
    apart = found.naive - found.overall.att
    if found.before is not None and found.before.upper < 0 < apart:
        return (
            said
            + " "
            + _(
                "Sería un error: muchas llegaron después de un mal año (%(before)s puntos bajo lo suyo en la "
                "última prueba antes), y de un mal año se vuelve también sin ayuda.",
                before=number(abs(found.before.att), 1),
            )
        )
    if abs(apart) < 1:
        return said + " " + _("Aquí apenas se aparta de la estimación; otras veces se aparta mucho.")
    return (
        said
        + " "
        + _(
            "No es una medida del acompañamiento: no descuenta de dónde venía cada escuela ni lo que en su "
            "contexto era de esperar."
        )
    )


def who_are(side: Side) -> str:
    """``las escuelas acompañadas``."""
    return translated(WORDS["programme_side"][side.value])


def point_label(since: int | None) -> str:
    """What a test of the two lines is called."""
    if since is None:
        return _("antes")
    return _("año %(n)s", n=since + 1)


@dataclass(frozen=True, slots=True)
class LabelledPoint:
    """A test of the two lines as the chart draws it."""

    label: str
    reached: float
    expected: float
    reached_margin: float
    expected_margin: float
    schools: int | None


def labelled(found: SideFigures) -> list[LabelledPoint]:
    """The points of the two lines with the names of their tests."""
    return [
        LabelledPoint(
            label=point_label(one.since),
            reached=one.reached,
            expected=one.expected,
            reached_margin=one.reached_margin,
            expected_margin=one.expected_margin,
            schools=one.schools,
        )
        for one in found.path
    ]


def paths_description(found: SideFigures) -> str:
    """What the two lines show, for who cannot see them."""
    figures = "; ".join(
        _(
            "%(label)s: %(reached)s, y lo que era de esperar %(expected)s",
            label=point_label(point.since),
            reached=signed(point.reached, 1),
            expected=signed(point.expected, 1),
        )
        for point in found.path
        if point.since is not None
    )
    return _("Puntos desde la última prueba antes de empezar. %(figures)s.", figures=figures)
