"""Questionnaires for reflection: open one, hand out codes, answer once, close, share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput
from service.models import Answer, Questionnaire, Respondent
from service.models.columns import utc_now
from service.models.network_kinds import AnswerSide, QuestionnaireKind
from service.operations.events import record_event
from service.operations.networks import working
from service.operations.surveys import new_code
from service.permissions import Action, Actor, belongs_to, require
from service.queries.networks import find_network
from service.queries.questionnaire_results import place_of_body
from service.queries.questionnaires import (
    OpenQuestionnaire,
    accounts_of_body,
    accounts_of_its_schools,
    accounts_of_members,
    find_questionnaire,
    name_of_body,
    place_of_questionnaire,
    unknown_questionnaire,
)
from service.queries.surveys import answered_already, hash_of_link
from service.questionnaire_items import ITEMS
from service.text import say

MOST_CODES = 60
MOST_ASKED = 600


@dataclass(frozen=True, slots=True)
class CodeSheet:
    """Codes to print; shown once, for only their hashes are kept."""

    questionnaire: Questionnaire
    side: AnswerSide
    codes: tuple[str, ...]

    @property
    def items(self) -> tuple[str, ...]:
        """The statements, for who answers on paper."""
        return ITEMS[self.questionnaire.kind]


def ask_network(session: Session, network_id: int, *, actor: Actor, today: date) -> Questionnaire:
    """Open this year's questionnaire to everybody with an account at a member school.

    Raises
    ------
    Conflict
        The network has ended, or was asked this year.
    """
    network = working(find_network(session, network_id, actor, Action.FORM_NETWORKS))
    one = Questionnaire(
        kind=QuestionnaireKind.FUNCTIONING, network_id=network.id, year=today.year, opened_on=today
    )
    return _open(session, one, {AnswerSide.SCHOOL: accounts_of_members(session, network)}, actor)


def ask_about_body(session: Session, kind: str, body_id: int, *, actor: Actor, today: date) -> Questionnaire:
    """Open the profile of a service or owner to its own people and to its schools.

    Raises
    ------
    NotFound
        It is not the actor's.
    Conflict
        One is open still, or was opened today.
    """
    place = place_of_body(kind, body_id)
    name_of_body(session, place)
    if not belongs_to(actor, place):
        raise unknown_questionnaire()
    require(actor, Action.FORM_NETWORKS, place)
    column = Questionnaire.service_id if kind == "servicio" else Questionnaire.owner_id
    if session.scalar(
        select(Questionnaire.id).where(column == body_id, Questionnaire.closed_on.is_(None)).limit(1)
    ):
        raise _asked_already()
    one = Questionnaire(
        kind=QuestionnaireKind.CULTURE,
        service_id=place.service_id,
        owner_id=place.owner_id,
        year=today.year,
        opened_on=today,
    )
    body = accounts_of_body(session, place)
    schools = [one for one in accounts_of_its_schools(session, place) if one not in set(body)]
    return _open(session, one, {AnswerSide.BODY: body, AnswerSide.SCHOOL: schools}, actor)


def make_codes(
    session: Session, questionnaire_id: int, *, side: AnswerSide, number: int, actor: Actor
) -> CodeSheet:
    """Make codes to hand out to who has no account.

    Raises
    ------
    InvalidInput
        Too many, or a side that is not asked.
    Conflict
        It is closed.
    """
    one = kept_questionnaire(session, questionnaire_id, actor)
    if one.closed_on is not None:
        raise Conflict(say("Este cuestionario ya cerró."), code="questionnaire_closed")
    if one.kind is QuestionnaireKind.FUNCTIONING and side is not AnswerSide.SCHOOL:
        sentence = say("Elija una de las opciones.")
        raise InvalidInput(sentence, {"side": sentence})
    there = len(session.scalars(select(Respondent.id).where(Respondent.questionnaire_id == one.id)).all())
    if not 1 <= number <= MOST_CODES or there + number > MOST_ASKED:
        sentence = say(
            "Se hacen de 1 a %(most)s códigos por hoja, y hasta %(all)s personas por cuestionario.",
            most=MOST_CODES,
            all=MOST_ASKED,
        )
        raise InvalidInput(sentence, {"number": sentence})
    codes = tuple(new_code() for _ in range(number))
    session.add_all(
        Respondent(questionnaire_id=one.id, token_hash=hash_of_link(code), side=side, made_at=utc_now())
        for code in codes
    )
    session.flush()
    _record(session, actor, "questionnaire_codes_made", one.id, {"side": side.value, "number": number})
    return CodeSheet(one, side, codes)


def answer_questionnaire(session: Session, asked: OpenQuestionnaire, levels: Mapping[str, int]) -> None:
    """Keep an answer, once, and without who gave it: of two with one code the second is refused.

    Raises
    ------
    InvalidInput
        Nothing was answered.
    Conflict
        The code was used, or the questionnaire closed meanwhile.
    """
    codes = ITEMS[asked.kind]
    given = {code: levels[code] for code in codes if code in levels}
    if not given:
        sentence = say("Conteste al menos una pregunta; las demás puede dejarlas sin contestar.")
        raise InvalidInput(sentence, {codes[0]: sentence})
    still = select(Questionnaire.id).where(Questionnaire.closed_on.is_(None))
    changed = session.execute(
        update(Respondent)
        .where(
            Respondent.id == asked.respondent_id,
            ~Respondent.answered,
            Respondent.questionnaire_id.in_(still),
        )
        .values(answered=True)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise answered_already()
    session.add(Answer(questionnaire_id=asked.id, side=asked.side, levels=given))
    session.flush()


def close_questionnaire(
    session: Session, questionnaire_id: int, *, actor: Actor, today: date
) -> Questionnaire:
    """Close a questionnaire: nobody answers any more, and what was said can be read."""
    one = kept_questionnaire(session, questionnaire_id, actor)
    if one.closed_on is None:
        one.closed_on = today
        _record(session, actor, "questionnaire_closed", one.id, {})
    return one


def share_profile(
    session: Session, questionnaire_id: int, *, shared: bool, actor: Actor, today: date
) -> Questionnaire:
    """Let the schools of the body and the ministry read a closed profile, or no longer.

    Raises
    ------
    Conflict
        It is open still, or is no profile.
    """
    one = kept_questionnaire(session, questionnaire_id, actor)
    if one.kind is not QuestionnaireKind.CULTURE or one.closed_on is None:
        raise Conflict(say("Se comparte un perfil que ya cerró."), code="questionnaire_open")
    one.shared_on = today if shared else None
    _record(session, actor, "profile_shared" if shared else "profile_no_longer_shared", one.id, {})
    return one


def kept_questionnaire(session: Session, questionnaire_id: int, actor: Actor) -> Questionnaire:
    """A questionnaire of whoever coordinates its network or body; none for anybody else."""
    one = find_questionnaire(session, questionnaire_id)
    if one.network_id is not None:
        find_network(session, one.network_id, actor, Action.FORM_NETWORKS)
        return one
    place = place_of_questionnaire(one)
    if not belongs_to(actor, place):
        raise unknown_questionnaire()
    require(actor, Action.FORM_NETWORKS, place)
    return one


def _open(
    session: Session, one: Questionnaire, sides: Mapping[AnswerSide, Iterable[int]], actor: Actor
) -> Questionnaire:
    try:
        with session.begin_nested():
            session.add(one)
            session.flush()
    except IntegrityError as error:
        raise _asked_already() from error
    for side, accounts in sides.items():
        for account_id in accounts:
            session.add(
                Respondent(questionnaire_id=one.id, account_id=account_id, side=side, made_at=utc_now())
            )
    session.flush()
    _record(session, actor, "questionnaire_opened", one.id, {"kind": one.kind.value})
    return one


def _asked_already() -> Conflict:
    return Conflict(
        say("Ya hay un cuestionario abierto o contestado en este período; ciérrelo o espere el próximo."),
        code="asked_already",
    )


def _record(
    session: Session, actor: Actor, action: str, questionnaire_id: int, data: dict[str, object]
) -> None:
    record_event(
        session,
        actor=actor,
        action=action,
        object_type="questionnaire",
        object_id=questionnaire_id,
        data=data,
    )
