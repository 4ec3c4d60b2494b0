"""Partnerships of the demo country, in every state, so that each account opens on a page full of life."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.models import (
    Account,
    Concern,
    Grant,
    Leader,
    Note,
    Partnership,
    PartnershipCoordinator,
    Proposal,
    School,
)
from service.models.enums import LeaderStatus, Phase, ProposalState, Role
from service.models.states import (
    OPEN_PARTNERSHIPS,
    ConcernReason,
    ConcernState,
    NoteLevel,
    PartnershipOrigin,
    PartnershipState,
    Side,
)
from service.operations.demo_agreed import add_agreement, add_follow_up, add_handover, add_plan, moment_of
from service.operations.events import record_event
from service.operations.partnerships import begin_partnership
from service.permissions import OPERATOR

S = PartnershipState
STATES = (
    S.ACTIVE,
    S.TAPERING,
    S.TRIAL,
    S.ACTIVE,
    S.FOLLOW_UP,
    S.SETUP,
    S.ENDED,
    S.PAUSED,
    S.STOPPED,
    S.CLOSED,
)
BEGUN = {
    S.SETUP: 25, S.TRIAL: 40, S.ACTIVE: 240, S.PAUSED: 200, S.STOPPED: 300, S.TAPERING: 420,
    S.CLOSED: 500, S.FOLLOW_UP: 1000, S.ENDED: 2000,
}  # fmt: skip
"""How many days ago each began."""
DAY = timedelta(days=1)


def add_partnerships(session: Session, today: date) -> int:
    """Let the heads with an account work with the leaders that have one, and others beside them."""
    schools = _heads(session)
    leaders = _leaders(session)
    coordinators = _coordinators(session)
    made = 0
    for place, state in enumerate(STATES):
        if place >= len(schools) or not leaders:
            break
        school_id, service_id = schools[place]
        leader = next(
            (one for one, service in leaders if service == service_id and one.school_id != school_id), None
        )
        leader = leader or next((one for one, _service in leaders if one.school_id != school_id), None)
        if leader is None:
            break
        leaders = [(one, service) for one, service in leaders if one.id != leader.id]
        _make(session, school_id, leader, state, today, coordinators.get(service_id))
        made += 1
    return made


def _make(
    session: Session,
    school_id: int,
    leader: Leader,
    state: PartnershipState,
    today: date,
    account: int | None,
) -> None:
    begun = today - BEGUN[state] * DAY
    one = begin_partnership(
        session,
        school_id=school_id,
        leader=leader,
        phase=Phase.PRIMARY,
        actor=OPERATOR,
        today=begun,
        origin=PartnershipOrigin.BY_HAND,
        note="Las dos direcciones se conocían y lo acordaron.",
    )
    if account is not None:
        session.add(PartnershipCoordinator(partnership_id=one.id, account_id=account, start_on=begun))
    if state is S.SETUP:
        return
    one.trial_until = begun + 45 * DAY
    add_agreement(session, one, begun, signed=state is not S.TRIAL)
    if state is not S.TRIAL:
        one.committed_on = one.supported_committed_on = one.supporting_committed_on = begun + 30 * DAY
        one.end_on = begun + 540 * DAY
        add_plan(session, one, begun, today)
    session.add(
        Note(
            partnership_id=one.id,
            level=NoteLevel.SHARED,
            side=Side.SUPPORTING,
            author=leader.person.name,
            text="Nos sorprendió cómo reciben a las familias; lo vamos a probar en casa.",
            written_at=moment_of(begun + 20 * DAY),
            expires_on=today + 400 * DAY,
        )
    )
    if state in (S.TAPERING, S.CLOSED, S.FOLLOW_UP, S.ENDED):
        one.tapering_on = begun + 300 * DAY
    if state in (S.CLOSED, S.FOLLOW_UP, S.ENDED):
        one.closed_on = begun + 450 * DAY
        add_handover(session, one)
    if state is S.PAUSED:
        one.paused_from = S.ACTIVE
        session.add(
            Concern(
                partnership_id=one.id,
                state=ConcernState.RAISED,
                reason=ConcernReason.TIME,
                words="Con las licencias médicas nadie alcanza a salir; pedimos parar un mes.",
                side=Side.SUPPORTED,
                raised_on=today - 12 * DAY,
            )
        )
    if state is S.STOPPED:
        one.closed_on = begun + 200 * DAY
    if state in (S.FOLLOW_UP, S.ENDED):
        add_follow_up(session, one, today, ended=state is S.ENDED)
    before, one.state = one.state, state
    record_event(
        session,
        actor=OPERATOR,
        action="partnership_demo",
        object_type="partnership",
        object_id=one.id,
        reason="País de demostración",
        data={"from": before.value, "to": state.value},
    )
    session.flush()


def _heads(session: Session) -> list[tuple[int, int | None]]:
    """Schools that may be supported, those of the heads with an account first, and their services."""
    taken = set(
        session.scalars(select(Partnership.school_id).where(Partnership.state.in_(OPEN_PARTNERSHIPS)))
    )
    proposed = set(session.scalars(select(Proposal.school_id).where(Proposal.state != ProposalState.DRAFT)))
    leading = set(session.scalars(select(Leader.school_id)))
    own = session.scalars(
        select(Grant.school_id)
        .where(Grant.role == Role.DIRECTOR, Grant.school_id.is_not(None))
        .order_by(Grant.id)
    ).all()
    others = session.scalars(
        select(Proposal.school_id).where(Proposal.state == ProposalState.DRAFT).order_by(Proposal.id.desc())
    ).all()
    chosen = [
        n for n in dict.fromkeys([*own, *others]) if n is not None and n not in taken | leading | proposed
    ]
    rows = session.scalars(
        select(School).where(School.id.in_(chosen)).options(selectinload(School.ownerships))
    ).all()
    services = {
        row.id: next((p.service_id for p in row.ownerships if p.end_on is None), None) for row in rows
    }
    return [(number, services.get(number)) for number in chosen]


def _leaders(session: Session) -> list[tuple[Leader, int | None]]:
    """Leaders in service, those with an account first."""
    own = set(session.scalars(select(Grant.school_id).where(Grant.role == Role.LEADER)))
    rows = session.scalars(
        select(Leader)
        .where(Leader.status == LeaderStatus.ACTIVE)
        .options(selectinload(Leader.person), selectinload(Leader.school).selectinload(School.ownerships))
        .order_by(Leader.id)
    ).all()
    rows = sorted(rows, key=lambda one: (one.school_id not in own, one.id))
    return [
        (one, next((p.service_id for p in one.school.ownerships if p.end_on is None), None)) for one in rows
    ]


def _coordinators(session: Session) -> dict[int | None, int]:
    rows = session.execute(
        select(Grant.service_id, Account.id)
        .join(Account, Account.id == Grant.account_id)
        .where(Grant.role == Role.COORDINATOR)
        .order_by(Grant.id)
    )
    return {row.service_id: row.id for row in rows}
