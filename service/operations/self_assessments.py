"""A school answers about itself, by role, once a year; teachers with one-off links and without a name."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotAllowed
from service.letters import HERE, write_letter
from service.models import AnswerLink, School, SelfAnswer
from service.models.columns import utc_now
from service.models.enums import Role
from service.models.states import AnswerRole
from service.operations.accounts import mail_address
from service.operations.events import record_event
from service.operations.mail import queue_message
from service.permissions import Action, Actor, require
from service.queries.reach import place_of
from service.queries.schools import find_school
from service.text import say
from service.wording.rubric import QUESTIONS

LINK_DAYS = timedelta(days=60)
MOST_LINKS = 80


def role_of(actor: Actor, school: School) -> AnswerRole:
    """As what an actor answers about a school.

    Raises
    ------
    NotAllowed
        As nobody.
    """
    place = place_of(school)
    held = {scope.role for scope in actor.scopes if scope.school_id == school.id}
    if Role.DIRECTOR in held:
        return AnswerRole.HEAD
    if Role.CURRICULUM_HEAD in held:
        return AnswerRole.CURRICULUM_HEAD
    services, owners = actor.coordinated
    if place.service_id in services or place.owner_id in owners:
        return AnswerRole.COORDINATOR
    raise NotAllowed(
        say("Su cuenta no responde por esta escuela. Pídalo a la coordinación de su servicio local.")
    )


def answer_self(
    session: Session, code: str, answers: Mapping[str, int], comment: str, *, actor: Actor, today: date
) -> SelfAnswer:
    """Keep what a head, a curriculum head or a coordinator says; said again in the year, it is replaced."""
    school = find_school(session, code)
    require(actor, Action.ANSWER_SELF, place_of(school))
    role = role_of(actor, school)
    _check(answers)
    found = session.scalar(
        select(SelfAnswer).where(
            SelfAnswer.school_id == school.id, SelfAnswer.year == today.year, SelfAnswer.role == role
        )
    )
    if found is None:
        found = SelfAnswer(school_id=school.id, year=today.year, role=role, answers={}, answered_on=today)
        try:
            with session.begin_nested():
                session.add(found)
                session.flush()
        except IntegrityError as error:
            raise Conflict(
                say("Alguien guardó estas respuestas en este momento; vuelva a abrir la página.")
            ) from error
    found.answers, found.comment, found.answered_on = dict(answers), comment or None, today
    found.account_id = actor.account_id
    session.flush()
    record_event(
        session,
        actor=actor,
        action="self_assessed",
        object_type="school_need",
        object_id=school.id,
        data={"year": today.year, "role": role.value},
    )
    return found


def make_links(
    session: Session, code: str, *, copies: int, addresses: Sequence[str], actor: Actor, today: date
) -> list[str]:
    """Make links that open once: the addresses of those to be printed; the others are sent by mail.

    Who makes them cannot tell who used which: a link keeps neither the address nor the answer.
    """
    school = find_school(session, code)
    require(actor, Action.ANSWER_SELF, place_of(school))
    role_of(actor, school)
    wanted = [mail_address(one) for one in addresses]
    if not 1 <= copies + len(wanted) <= MOST_LINKS:
        sentence = say("Pida entre 1 y %(n)s enlaces.", n=MOST_LINKS)
        raise InvalidInput(sentence, {"copies": sentence})
    printed = [_link(session, school, actor, today, by_mail=False)[1] for _ in range(copies)]
    for address in dict.fromkeys(wanted):
        link, url = _link(session, school, actor, today, by_mail=True)
        letter = write_letter("self_assessment", "es", school=school.name, url=url, day=link.expires_on)
        queue_message(
            session,
            letter,
            key=f"answer_link:{link.id}",
            kind="self_assessment",
            recipient=address,
            locale="es",
            about=("answer_link", link.id),
            secret=True,
            void_after=LINK_DAYS,
        )
    record_event(
        session,
        actor=actor,
        action="answer_links_made",
        object_type="school_need",
        object_id=school.id,
        data={"printed": len(printed), "sent": len(wanted)},
    )
    return printed


def answer_by_link(
    session: Session, token: str, answers: Mapping[str, int], comment: str, *, today: date
) -> None:
    """Keep a teacher's answers; the link opens no more.

    Raises
    ------
    Conflict
        The link was used, or is too old.
    """
    _check(answers)
    used = session.execute(
        update(AnswerLink)
        .where(
            AnswerLink.token_hash == hashed_token(token),
            AnswerLink.used.is_(False),
            AnswerLink.expires_on >= today,
        )
        .values(used=True)
        .returning(AnswerLink.school_id, AnswerLink.year)
    ).first()
    if used is None:
        raise link_is_void()
    session.add(
        SelfAnswer(
            school_id=used[0],
            year=used[1],
            role=AnswerRole.TEACHER,
            answers=dict(answers),
            comment=comment or None,
            answered_on=today,
        )
    )
    session.flush()


def link_is_void() -> Conflict:
    """What is said of a link that opens nothing."""
    return Conflict(
        say("Este enlace ya se usó o venció. Pida otro en la dirección de su escuela."), code="link_void"
    )


def hashed_token(token: str) -> str:
    """What the database keeps of a link."""
    return hashlib.sha256(token.encode()).hexdigest()


def _link(
    session: Session, school: School, actor: Actor, today: date, *, by_mail: bool
) -> tuple[AnswerLink, str]:
    token = secrets.token_urlsafe(24)
    link = AnswerLink(
        school_id=school.id,
        year=today.year,
        token_hash=hashed_token(token),
        made_at=utc_now(),
        made_by_id=actor.account_id,
        expires_on=today + LINK_DAYS,
        by_mail=by_mail,
    )
    session.add(link)
    session.flush()
    return link, f"{HERE}/autoevaluacion/responder/{token}"


def _check(answers: Mapping[str, int]) -> None:
    if not answers:
        sentence = say("Responda al menos una pregunta.")
        raise InvalidInput(sentence, {next(iter(QUESTIONS)): sentence})
