"""What a school's results did, in sentences that say no more than their margin allows."""

from flask_babel import gettext as _

from network.cautions import Direction
from service.formats import number
from service.queries.result_paths import Ceiling, SubjectPath
from service.wording.schools import WORDS, pupils
from service.wording.translating import translated


def path_sentences(path: SubjectPath) -> list[str]:
    """The change with its margin, the ceiling of the group, and the cautions, in that order."""
    subject = translated(WORDS["subject"][path.subject.value]).capitalize()
    found = [_change(path, subject)]
    if path.ceiling is not None:
        found.append(_ceiling(path.ceiling, subject))
    return found + _cautions(path)


def _change(path: SubjectPath, subject: str) -> str:
    moved = path.movement
    if moved is None:
        return _(
            "%(subject)s: no se puede decir si sube o baja; hacen falta tres pruebas con puntaje.",
            subject=subject,
        )
    said = {
        Direction.UP: _("sube"),
        Direction.DOWN: _("baja"),
        Direction.UNKNOWN: _("todavía no se puede decir si sube o baja"),
    }[moved.direction]
    return _(
        "%(subject)s: %(said)s entre %(first)s y %(last)s (%(tests)s pruebas; cambio de %(change)s "
        "puntos, margen de %(lower)s a %(upper)s).",
        subject=subject,
        said=said,
        first=moved.first,
        last=moved.last,
        tests=moved.tests,
        change=number(moved.change, 1),
        lower=number(moved.lower, 1),
        upper=number(moved.upper, 1),
    )


def _ceiling(ceiling: Ceiling, subject: str) -> str:
    return _(
        "%(subject)s, %(year)s: %(own)s puntos (rindieron %(tested)s). De las %(schools)s escuelas de "
        "nivel socioeconómico %(group)s, una de cada diez llega a %(score)s puntos o más.",
        subject=subject,
        year=ceiling.year,
        own=number(ceiling.own),
        tested=_("sin publicar") if ceiling.tested is None else pupils(ceiling.tested),
        schools=number(ceiling.schools),
        group=translated(WORDS["ses_group"][str(ceiling.ses_group)]),
        score=number(ceiling.score),
    )


def _cautions(path: SubjectPath) -> list[str]:
    found = []
    intake = path.intake
    if intake is not None and intake.groups is not None:
        before, after = (translated(WORDS["ses_group"][str(one)]) for one in intake.groups)
        found.append(
            _(
                "Atención: cambió quiénes rinden. El nivel socioeconómico era %(before)s en %(first)s y "
                "es %(after)s en %(last)s; el cambio del puntaje puede venir de ahí.",
                before=before,
                after=after,
                first=intake.first,
                last=intake.last,
            )
        )
    if intake is not None and intake.cohorts is not None:
        found.append(
            _(
                "Atención: rindieron %(few)s en %(first)s y %(many)s en %(last)s; con otro grupo de "
                "estudiantes, el cambio del puntaje dice menos.",
                few=pupils(intake.cohorts[0]),
                many=pupils(intake.cohorts[1]),
                first=intake.first,
                last=intake.last,
            )
        )
    if path.fell is not None:
        found.append(
            _(
                "Atención: mientras sube, %(other)s baja; conviene mirar si el esfuerzo se concentró en "
                "una sola asignatura.",
                other=translated(WORDS["subject"][path.fell.value]),
            )
        )
    return found
