"""Questionnaires for reflection: who answers one, who keeps it, and which wait for somebody."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, selectinload

from service.errors import Conflict, NotFound
from service.models import (
    Account,
    EducationService,
    Grant,
    Network,
    NetworkSchool,
    Owner,
    Ownership,
    Questionnaire,
    Respondent,
    School,
)
from service.models.network_kinds import AnswerSide, QuestionnaireKind
from service.permissions import AT_SCHOOL, WITH_TERRITORY, Actor, Place
from service.queries.networks import school_ids_of
from service.queries.surveys import answered_already, hash_of_link, link_is_void
from service.text import say


@dataclass(frozen=True, slots=True)
class OpenQuestionnaire:
    """A questionnaire that somebody may answer now; ``about`` names the network or the body."""

    id: int
    respondent_id: int
    kind: QuestionnaireKind
    side: AnswerSide
    about: str
    year: int


def place_of_questionnaire(one: Questionnaire) -> Place:
    """Where a questionnaire belongs; its network must be loaded."""
    if one.network is not None:
        return Place(service_id=one.network.service_id, owner_id=one.network.owner_id)
    return Place(service_id=one.service_id, owner_id=one.owner_id)


def find_questionnaire(session: Session, questionnaire_id: int) -> Questionnaire:
    """Read one with its network; who may know of it is asked by the caller.

    Raises
    ------
    NotFound
    """
    one = session.scalar(
        select(Questionnaire)
        .where(Questionnaire.id == questionnaire_id)
        .options(selectinload(Questionnaire.network))
    )
    if one is None:
        raise unknown_questionnaire()
    return one


def unknown_questionnaire() -> NotFound:
    """What is said of a questionnaire that is none, or none of the reader's."""
    return NotFound(
        say("No hay un cuestionario con ese número, o no es de los suyos."), code="unknown_questionnaire"
    )


def is_of_questionnaire(session: Session, code: str) -> bool:
    """Whether a code typed from a sheet opens a questionnaire."""
    found = session.scalar(select(Respondent.id).where(Respondent.token_hash == hash_of_link(code)))
    return found is not None


def questionnaire_of_link(session: Session, code: str) -> OpenQuestionnaire:
    """What a printed code opens.

    Raises
    ------
    NotFound
        No questionnaire has it.
    Conflict
        It was used, or the questionnaire is closed.
    """
    respondent = session.scalar(select(Respondent).where(Respondent.token_hash == hash_of_link(code)))
    if respondent is None:
        raise link_is_void()
    return _opened(session, respondent)


def questionnaire_of_account(session: Session, questionnaire_id: int, actor: Actor) -> OpenQuestionnaire:
    """The same for who signed in.

    Raises
    ------
    NotFound
        The actor is not among those asked.
    Conflict
        As with a code.
    """
    respondent = session.scalar(
        select(Respondent).where(
            Respondent.questionnaire_id == questionnaire_id,
            Respondent.account_id.is_not(None),
            Respondent.account_id == actor.account_id,
        )
    )
    if respondent is None:
        raise unknown_questionnaire()
    return _opened(session, respondent)


def questionnaires_waiting(session: Session, actor: Actor) -> list[OpenQuestionnaire]:
    """Those that wait for the actor's answer, the oldest first."""
    if actor.account_id is None:
        return []
    rows = session.execute(
        select(Respondent, Questionnaire)
        .join(Questionnaire, Questionnaire.id == Respondent.questionnaire_id)
        .where(
            Respondent.account_id == actor.account_id,
            ~Respondent.answered,
            Questionnaire.closed_on.is_(None),
        )
        .options(selectinload(Questionnaire.network))
        .order_by(Questionnaire.opened_on, Questionnaire.id)
    )
    return [_shown(session, respondent, one) for respondent, one in rows]


def accounts_of_members(session: Session, network: Network) -> list[int]:
    """The accounts of who works at a school that is in the network."""
    members = select(NetworkSchool.school_id).where(
        NetworkSchool.network_id == network.id, NetworkSchool.end_on.is_(None)
    )
    return list(session.scalars(_open_accounts(Grant.school_id.in_(members), Grant.role.in_(AT_SCHOOL))))


def accounts_of_body(session: Session, place: Place) -> list[int]:
    """The accounts of who works at a service or owner itself."""
    over = _over(place)
    return list(session.scalars(_open_accounts(or_(*over), Grant.role.in_(WITH_TERRITORY))))


def accounts_of_its_schools(session: Session, place: Place) -> list[int]:
    """The accounts of who works at a school of a service or owner."""
    schools = (
        select(Ownership.school_id)
        .join(School, School.id == Ownership.school_id)
        .where(
            Ownership.end_on.is_(None),
            or_(
                *(
                    column == value
                    for column, value in (
                        (Ownership.service_id, place.service_id),
                        (Ownership.owner_id, place.owner_id),
                    )
                    if value is not None
                )
            ),
        )
    )
    return list(session.scalars(_open_accounts(Grant.school_id.in_(schools), Grant.role.in_(AT_SCHOOL))))


def bodies_of_own_schools(session: Session, actor: Actor) -> list[Place]:
    """The services and owners that the actor's schools belong to now."""
    rows = session.execute(
        select(Ownership.service_id, Ownership.owner_id).where(
            Ownership.school_id.in_(sorted(school_ids_of(actor))), Ownership.end_on.is_(None)
        )
    )
    found: set[Place] = set()
    for service_id, owner_id in rows:
        found |= {Place(service_id=service_id)} if service_id else set()
        found |= {Place(owner_id=owner_id)} if owner_id else set()
    return sorted(found, key=lambda one: (one.service_id or 0, one.owner_id or 0))


def name_of_body(session: Session, place: Place) -> str:
    """The name of a service or owner.

    Raises
    ------
    NotFound
    """
    service = session.get(EducationService, place.service_id) if place.service_id else None
    owner = session.get(Owner, place.owner_id) if place.owner_id else None
    name = service.name if service is not None else None if owner is None else owner.name
    if name is None:
        raise NotFound(say("Ese territorio no existe o no es de los que usted ve."), code="territory")
    return name


def _opened(session: Session, respondent: Respondent) -> OpenQuestionnaire:
    if respondent.answered:
        raise answered_already()
    one = find_questionnaire(session, respondent.questionnaire_id)
    if one.closed_on is not None:
        raise Conflict(
            say("Este cuestionario ya cerró; lo que contestaron las demás personas está guardado."),
            code="questionnaire_closed",
        )
    return _shown(session, respondent, one)


def _shown(session: Session, respondent: Respondent, one: Questionnaire) -> OpenQuestionnaire:
    about = (
        one.network.name
        if one.network is not None
        else name_of_body(session, Place(service_id=one.service_id, owner_id=one.owner_id))
    )
    return OpenQuestionnaire(one.id, respondent.id, one.kind, respondent.side, about, one.year)


def _over(place: Place) -> list[ColumnElement[bool]]:
    pairs = ((Grant.service_id, place.service_id), (Grant.owner_id, place.owner_id))
    return [column == value for column, value in pairs if value is not None]


def _open_accounts(*conditions: ColumnElement[bool]) -> Select[int]:
    return (
        select(Grant.account_id)
        .join(Account, Account.id == Grant.account_id)
        .where(Account.active, *conditions)
        .distinct()
        .order_by(Grant.account_id)
    )
