"""Who works in a partnership and who answers for it: people change, history stays (P13, X7)."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.errors import Conflict, InvalidInput, NotAllowed
from service.models import Account, Grant, Partnership, PartnershipCoordinator, PartnershipPerson, Person
from service.models.enums import Role
from service.models.states import Side
from service.operations.partnership_access import WITH_COORDINATION, note_change, opened
from service.permissions import Action, Actor, can
from service.queries.accounts import actor_of
from service.queries.partnerships import coordinated_cases, get_partnership, places_of
from service.text import say

DAY = timedelta(days=1)
HEAD = "head"


def name_person(
    session: Session, partnership_id: int, side: Side, *, name: str, role: str, start_on: date, actor: Actor
) -> PartnershipPerson:
    """Somebody works for a side from a day on; a new head or leader of it takes over from the former.

    The former period ends on the day before, so that no day has two heads and none is lost.

    Raises
    ------
    InvalidInput
        The day lies before the partnership, or before the former one began.
    """
    partnership, _parties = opened(session, partnership_id, actor, to=WITH_COORDINATION)
    former = [
        one for one in partnership.people if one.side is side and one.role == role and one.end_on is None
    ]
    if start_on < partnership.start_on or any(start_on <= one.start_on for one in former if role == HEAD):
        sentence = say("La fecha es anterior al comienzo, o al de la persona anterior.")
        raise InvalidInput(sentence, {"start_on": sentence}, code="start_on")
    if role == HEAD:
        for one in former:
            one.end_on = start_on - DAY
    person = Person(name=name)
    session.add(person)
    session.flush()
    return _begin(session, partnership, person.id, side, role, start_on, actor)


def take_over_as_head(
    session: Session, partnership_id: int, side: Side, person_id: int, *, start_on: date, actor: Actor
) -> PartnershipPerson:
    """Who holds the post now goes on with the partnership of the head who left."""
    partnership, _parties = opened(session, partnership_id, actor, to=WITH_COORDINATION)
    for one in partnership.people:
        if one.side is side and one.role == HEAD and one.end_on is None:
            if one.person_id == person_id:
                return one
            one.end_on = max(start_on - DAY, one.start_on)
    return _begin(session, partnership, person_id, side, HEAD, start_on, actor)


def hand_over_cases(
    session: Session, *, from_account: int | None, to_account: int, actor: Actor, today: date
) -> int:
    """Hand all cases of one coordinator to another at once; answers how many (X7).

    ``from_account`` None means those that nobody answers for. The former period ends on the day
    before; cases begun today change hands within the day.

    Raises
    ------
    NotAllowed
        The actor does not coordinate; or the receiver could not see one of the cases.
    """
    require_coordinating(actor)
    cases = session.scalars(
        coordinated_cases(actor, from_account).order_by(Partnership.id).with_for_update(of=Partnership)
    ).all()
    known = [get_partnership(session, number, actor) for number in cases]
    account = session.scalar(
        select(Account)
        .where(Account.id == to_account, Account.active)
        .options(selectinload(Account.person), selectinload(Account.grants).selectinload(Grant.school))
    )
    if account is None or from_account == to_account:
        sentence = say("Elija a quién se traspasan.")
        raise InvalidInput(sentence, {"to": sentence}, code="receiver")
    receiver = actor_of(account)
    for partnership in known:
        if not any(can(receiver, Action.COORDINATE_PARTNERSHIPS, place) for place in places_of(partnership)):
            raise NotAllowed(
                say("%(name)s no coordina el territorio de todos estos casos.", name=receiver.name),
                code="receiver_elsewhere",
            )
    for partnership in known:
        assign_coordinator(session, partnership, to_account, actor=actor, today=today)
    return len(known)


def assign_coordinator(
    session: Session, partnership: Partnership, account_id: int, *, actor: Actor, today: date
) -> None:
    """One person answers for a partnership from a day on; the former period is kept."""
    now = session.scalar(
        select(PartnershipCoordinator).where(
            PartnershipCoordinator.partnership_id == partnership.id, PartnershipCoordinator.end_on.is_(None)
        )
    )
    if now is not None:
        if now.account_id == account_id:
            return
        now.end_on = max(now.start_on, today - DAY)
        session.flush()
    session.add(PartnershipCoordinator(partnership_id=partnership.id, account_id=account_id, start_on=today))
    note_change(session, partnership, "coordinator_changed", actor, to=account_id)


def require_coordinating(actor: Actor) -> None:
    """Refuse whoever coordinates nothing."""
    if not actor.operator and not actor.has(Role.COORDINATOR):
        raise NotAllowed(say("Esto lo hace la coordinación del servicio local."), code="not_coordinating")


def _begin(
    session: Session,
    partnership: Partnership,
    person_id: int,
    side: Side,
    role: str,
    start_on: date,
    actor: Actor,
) -> PartnershipPerson:
    found = session.scalar(
        select(PartnershipPerson).where(
            PartnershipPerson.partnership_id == partnership.id,
            PartnershipPerson.person_id == person_id,
            PartnershipPerson.side == side,
            PartnershipPerson.start_on == start_on,
        )
    )
    if found is not None:
        raise Conflict(say("Esa persona ya está desde ese día."), code="person_named")
    period = PartnershipPerson(
        partnership_id=partnership.id, person_id=person_id, side=side, role=role, start_on=start_on
    )
    session.add(period)
    session.flush()
    note_change(
        session, partnership, "person_named", actor, side=side.value, role=role, on=start_on.isoformat()
    )
    return period
