"""Letters around a leader: to the person, to who coordinates, to who assesses.

No subject names a person or a school; what a complaint says never travels by mail.
"""

from sqlalchemy.orm import Session

from service.letters import HERE, in_language, write_letter
from service.models import Account, Leader
from service.operations.mail import queue_message
from service.queries.leader_people import accounts_of, coordinators_of
from service.text import Sentence, say

MINE = "/lideres/mis-acompanamientos"
TO_PERSON: dict[str, tuple[Sentence, Sentence]] = {
    "nominated": (
        say("Le propusieron acompañar a otra escuela"),
        say("Su servicio local la o lo propuso como líder de educación. Nada sigue sin su consentimiento."),
    ),
    "confirm": (
        say("Su postulación sigue adelante"),
        say("Se confirmaron los requisitos que se pueden medir. Ahora la evalúan dos personas."),
    ),
    "designate": (
        say("Su designación como líder de educación"),
        say("Usted y su escuela quedaron designadas para acompañar a otra."),
    ),
    "decline": (
        say("La respuesta a su postulación"),
        say("Por ahora no hay designación. Puede postular de nuevo cuando quiera."),
    ),
    "activate": (
        say("Ya puede acompañar a otra escuela"),
        say("Su formación y los consentimientos están en orden: desde ahora puede recibir propuestas."),
    ),
    "pause": (
        say("Una pausa en sus acompañamientos"),
        say("Durante la pausa no recibe propuestas. Lo que ofreció queda guardado."),
    ),
    "lapse": (
        say("El término de su designación"),
        say("Su designación terminó. Gracias por lo que hizo junto a otras escuelas."),
    ),
    "review": (
        say("Una conversación pendiente sobre su designación"),
        say("Su coordinación revisará con usted si este es buen momento para acompañar a otra escuela."),
    ),
}
TO_COORDINATION: dict[str, tuple[Sentence, Sentence]] = {
    "applied": (
        say("Una postulación por revisar"),
        say("Llegó una postulación de su territorio. La evidencia que se puede medir ya está calculada."),
    ),
    "review": (
        say("Una designación por revisar"),
        say("Cambió algo en la escuela o en el cargo de una o un líder. Decida con esa persona qué sigue."),
    ),
    "complaint": (
        say("Un reclamo por examinar"),
        say("Llegó un reclamo sobre una o un líder de su territorio. Su texto se lee solo en Minga."),
    ),
    "judged": (
        say("Llegaron los juicios de una postulación"),
        say("Dos personas ya evaluaron una postulación de su territorio. Falta su decisión."),
    ),
    "consent": (
        say("Se retiró un consentimiento"),
        say("Una o un líder de su territorio no tiene ya los dos consentimientos: no recibe propuestas."),
    ),
}


def tell_leader(session: Session, leader: Leader, news: str, key: str, *, reason: str = "") -> None:
    """Write to the person of a leader, in each open account, else to the address on record."""
    accounts = accounts_of(session, leader.person_id)
    for account in accounts:
        _write(session, account, TO_PERSON[news], leader, f"{key}:{account.id}", MINE, reason)
    if not accounts and leader.person.email:
        _queue(
            session,
            TO_PERSON[news],
            leader,
            key=f"{key}:person",
            name=leader.person.name,
            recipient=leader.person.email,
            locale="es",
            path="/cuenta/recuperar",
            reason=reason,
            account_id=None,
        )


def tell_coordination(session: Session, leader: Leader, news: str, key: str) -> None:
    """Write to who coordinates the territory of a leader's school."""
    for account in coordinators_of(session, leader.school):
        _write(
            session,
            account,
            TO_COORDINATION[news],
            leader,
            f"{key}:{account.id}",
            f"/lideres/{leader.id}",
            kind="leader_attention",
        )


def tell_assessor(session: Session, account: Account, leader: Leader, assessor_id: int) -> None:
    """Ask somebody by mail to assess; the letter does not say whom."""
    news = (
        say("Una postulación por evaluar"),
        say("Le pidieron evaluar una postulación. Antes de abrirla, diga si tiene algún interés en ella."),
    )
    path = f"/lideres/evaluaciones/{assessor_id}"
    _write(session, account, news, leader, f"leader_assessor:{assessor_id}", path)


def _write(
    session: Session,
    account: Account,
    news: tuple[Sentence, Sentence],
    leader: Leader,
    key: str,
    path: str,
    reason: str = "",
    *,
    kind: str = "leader_news",
) -> None:
    _queue(
        session,
        news,
        leader,
        key=key,
        name=account.person.name,
        recipient=account.email,
        locale=account.locale,
        path=path,
        reason=reason,
        account_id=account.id,
        kind=kind,
    )


def _queue(
    session: Session,
    news: tuple[Sentence, Sentence],
    leader: Leader,
    *,
    key: str,
    name: str,
    recipient: str,
    locale: str,
    path: str,
    reason: str,
    account_id: int | None,
    kind: str = "leader_news",
) -> None:
    subject, sentence = (in_language(text, locale) for text in news)
    letter = write_letter(
        "leader_news",
        locale,
        subject=subject,
        sentence=sentence,
        name=name,
        reason=reason,
        url=f"{HERE}{path}",
    )
    queue_message(
        session,
        letter,
        key=key,
        kind=kind,
        recipient=recipient,
        locale=locale,
        about=("leader", leader.id),
        account_id=account_id,
    )
