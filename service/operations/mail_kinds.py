"""Every kind of mail in one place: what it is called, who may do without it, and what can wait.

A kind that is not listed here is sent to everybody, at once. A kind without which somebody would be
locked out or bound to something unknowingly is ``required``: nobody can switch it off.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from service.models.columns import utc_now
from service.models.enums import Role
from service.permissions import Actor
from service.text import Sentence, say

MORNING = time(7, 30)
MAINLAND = ZoneInfo("America/Santiago")
DIGESTS = ("", "daily", "weekly")
"""At once, every morning, or on Monday mornings."""


@dataclass(frozen=True, slots=True)
class MailKind:
    """One kind of mail.

    Parameters
    ----------
    required : bool
        It cannot be switched off.
    wanted : bool
        Whether it comes to somebody who never chose.
    can_wait : bool
        It goes into the summary of who asked for one.
    roles : tuple of Role
        Whom it can come to; empty for everybody.
    """

    name: str
    words: Sentence
    required: bool = False
    wanted: bool = True
    can_wait: bool = True
    roles: tuple[Role, ...] = ()


KINDS: dict[str, MailKind] = {
    kind.name: kind
    for kind in (
        MailKind("invitation", say("La invitación a entrar"), required=True, can_wait=False),
        MailKind("reset", say("El enlace para una contraseña nueva"), required=True, can_wait=False),
        MailKind("role", say("Un rol nuevo en su cuenta"), required=True, can_wait=False),
        MailKind("declined", say("La respuesta a una solicitud de cuenta"), required=True, can_wait=False),
        MailKind("digest", say("El resumen que usted pidió"), required=True, can_wait=False),
        MailKind("visit_proposed", say("Le proponen una visita")),
        MailKind(
            "visit_agreed", say("Una visita quedó acordada, con su archivo de calendario"), can_wait=False
        ),
        MailKind("visit_moved", say("Una visita cambia de fecha"), can_wait=False),
        MailKind("visit_cancelled", say("Una visita se canceló"), can_wait=False),
        MailKind("visit_week", say("Falta una semana para una visita")),
        MailKind("visit_tomorrow", say("Mañana hay una visita"), can_wait=False),
        MailKind("visit_unanswered", say("Una visita espera su respuesta")),
        MailKind("visit_note_missing", say("Falta contar cómo fue una visita")),
        MailKind("partnership_late", say("Toca una revisión, o mirar qué quedó")),
        MailKind("no_first_meeting", say("Dos escuelas todavía no se reúnen")),
        MailKind(
            "account_asked",
            say("Alguien de una escuela pide una cuenta"),
            roles=(Role.COORDINATOR,),
        ),
        MailKind("survey", say("Una encuesta breve sobre un acompañamiento"), can_wait=False),
        MailKind("survey_reminder", say("El recordatorio de una encuesta, una sola vez"), can_wait=False),
        MailKind("leader_news", say("Novedades de su designación o de lo que evalúa"), required=True),
        MailKind(
            "leader_attention",
            say("Postulaciones, revisiones y reclamos de líderes por decidir"),
            roles=(Role.COORDINATOR,),
        ),
        *(
            MailKind(name, sentence, can_wait=False, roles=(Role.DIRECTOR,))
            for name, sentence in (
                ("shortlist_ready", say("Sus candidatas a escuela par están listas")),
                ("both_said_yes", say("Alguien de su lista dijo que sí")),
                ("nobody_left", say("Nadie de su lista puede por ahora")),
                ("choice_expired", say("Pasó el plazo para elegir")),
                ("proposal_withdrawn", say("La coordinación retiró una propuesta")),
                ("request_match", say("Se busca una escuela par para la suya")),
                ("request_review_progress", say("Primero se revisa lo que ya está en marcha")),
                ("request_cannot_assess", say("Todavía no se sabe qué le serviría a su escuela")),
                ("request_closed", say("La coordinación cerró su solicitud")),
            )
        ),
        *(
            MailKind(name, sentence, required=needed, can_wait=False, roles=(Role.LEADER,))
            for name, sentence, needed in (
                ("offer_asked", say("Una escuela le invita"), True),
                ("offer_reminder", say("Quedan pocos días para contestar"), False),
                ("offer_expired", say("El plazo de una invitación pasó"), False),
                ("offer_withdrawn", say("Una invitación ya no hace falta"), False),
                ("both_said_yes_leader", say("Usted y una escuela dijeron que sí"), False),
            )
        ),
        *(
            MailKind(name, sentence, roles=(Role.COORDINATOR,))
            for name, sentence in (
                ("request_sent", say("Llegó una solicitud de escuela par")),
                ("leader_declined", say("Alguien no puede acompañar a una escuela")),
                ("school_declined", say("Una escuela dijo que no a sus candidatas")),
                ("nobody_left_coordination", say("A una escuela no le queda nadie por preguntar")),
                ("choice_expired_coordination", say("Una escuela no eligió a tiempo")),
                ("to_agree", say("Falta su acuerdo para que dos escuelas empiecen")),
            )
        ),
    )
}


def kinds_for(actor: Actor) -> tuple[MailKind, ...]:
    """The kinds that can come to somebody with these roles, those that cannot be switched off last."""
    mine = [kind for kind in KINDS.values() if not kind.roles or actor.has(*kind.roles)]
    return tuple(sorted(mine, key=lambda kind: kind.required))


def is_required(kind: str) -> bool:
    """Whether a kind cannot be switched off; one that is not listed cannot."""
    found = KINDS.get(kind)
    return found is None or found.required


def next_digest(digest: str, now: datetime | None = None) -> datetime:
    """When the next summary leaves: at half past seven of the mainland, every day or on Mondays.

    Examples
    --------
    >>> from datetime import UTC
    >>> next_digest("weekly", datetime(2026, 3, 12, 12, tzinfo=UTC)).isoformat()
    '2026-03-16T07:30:00-03:00'
    """
    local = (now or utc_now()).astimezone(MAINLAND)
    day = local.date()
    if local.time() >= MORNING:
        day += timedelta(days=1)
    if digest == "weekly":
        day += timedelta(days=-day.weekday() % 7)
    return datetime.combine(day, MORNING, MAINLAND)
