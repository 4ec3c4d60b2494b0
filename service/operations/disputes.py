"""Figures a school disputes: the mark stands beside the figure until the coordination decides."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotAllowed, NotFound
from service.models import FigureDispute
from service.models.leader_states import DisputeState
from service.operations.events import record_event
from service.permissions import Action, Actor, can, require
from service.queries.disputes import disputable_figures
from service.queries.reach import place_of
from service.queries.schools import find_school
from service.text import say


def dispute_figure(
    session: Session, code: str, *, figure: str, reason: str, actor: Actor, today: date
) -> FigureDispute:
    """A school says that a published figure about it is wrong, and why.

    Raises
    ------
    NotAllowed
        It is not the actor's school.
    InvalidInput
        The school has no such figure.
    Conflict
        It is disputed already.
    """
    school = find_school(session, code)
    require(actor, Action.DISPUTE_FIGURE, place_of(school))
    shown = disputable_figures(session, school).get(figure)
    if shown is None:
        sentence = say("Elija una de las cifras publicadas de su escuela.")
        raise InvalidInput(sentence, {"figure": sentence}, code="unknown_figure")
    dispute = FigureDispute(
        school_id=school.id,
        figure=figure,
        shown=shown,
        reason=reason,
        state=DisputeState.OPEN,
        raised_on=today,
        account_id=actor.account_id,
    )
    taken = say("Esa cifra ya está en disputa; su coordinación la revisará.")
    if session.scalar(
        select(FigureDispute.id).where(
            FigureDispute.school_id == school.id,
            FigureDispute.figure == figure,
            FigureDispute.state == DisputeState.OPEN,
        )
    ):
        raise Conflict(taken, code="disputed")
    session.add(dispute)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict(taken, code="disputed") from error
    _record(session, actor, "figure_disputed", dispute, None)
    return dispute


def decide_dispute(
    session: Session,
    code: str,
    dispute_id: int,
    *,
    state: DisputeState,
    decision: str,
    actor: Actor,
    today: date,
) -> FigureDispute:
    """Decide a dispute, as the coordination; a school takes its own back.

    Deciding changes no figure: who is right corrects it with its source, and the mark goes.

    Raises
    ------
    NotFound
        The school has no such dispute.
    NotAllowed
        It is not the actor's to decide.
    Conflict
        It was decided in the meantime.
    """
    school = find_school(session, code)
    dispute = session.scalar(
        select(FigureDispute)
        .where(FigureDispute.id == dispute_id, FigureDispute.school_id == school.id)
        .with_for_update()
    )
    if dispute is None:
        raise NotFound(say("Esa cifra no está en disputa."), code="unknown_dispute")
    if state is DisputeState.WITHDRAWN:
        require(actor, Action.DISPUTE_FIGURE, place_of(school))
    elif not can(actor, Action.DECIDE_DISPUTE, place_of(school)):
        raise NotAllowed(say("Lo decide la coordinación del servicio local de la escuela."))
    if dispute.state is not DisputeState.OPEN or state is DisputeState.OPEN:
        raise Conflict(say("Esta disputa ya se resolvió."), code="decided")
    dispute.state, dispute.decision = state, decision or None
    dispute.decided_on, dispute.decided_by_id = today, actor.account_id
    session.flush()
    _record(session, actor, "dispute_decided", dispute, decision or None)
    return dispute


def _record(session: Session, actor: Actor, action: str, dispute: FigureDispute, reason: str | None) -> None:
    record_event(
        session,
        actor=actor,
        action=action,
        object_type="dispute",
        object_id=dispute.id,
        reason=reason,
        data={"school": dispute.school_id, "figure": dispute.figure, "state": dispute.state.value},
    )
