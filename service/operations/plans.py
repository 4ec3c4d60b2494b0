"""Plans: objectives with their target, activities with who answers for them and by when (P5, P9)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.errors import Conflict, InvalidInput, NotFound
from service.lifecycles import ACTIVITY, transition
from service.models import Partnership, PlanActivity, PlanObjective
from service.models.columns import utc_now
from service.models.states import ActivityState, ExchangeKind, ObjectiveArea, Side
from service.operations.partnership_access import note_change, opened
from service.operations.transitions import advance
from service.permissions import Actor
from service.text import say

CORE = (ObjectiveArea.TEACHING, ObjectiveArea.LEADERSHIP)
"""A plan has at least one objective on one of these (source: the English improvement plans)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectiveText:
    """What an objective says; baseline and target are figures of the measure."""

    side: Side
    area: ObjectiveArea
    words: str
    measure: str = ""
    baseline: float | None = None
    target: float | None = None
    expected_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityText:
    """What an activity says."""

    words: str
    responsible: str
    led_by: Side
    kind: ExchangeKind
    due_on: date


def add_objective(
    session: Session, partnership_id: int, text: ObjectiveText, *, actor: Actor
) -> PlanObjective:
    """Add an objective: of the supported school, or what the supporting one wants to learn itself.

    Raises
    ------
    InvalidInput
        The first objective of the supported school is neither on teaching nor on leadership; or it has a
        target without the figure it starts from.
    """
    partnership, _parties = opened(session, partnership_id, actor)
    if text.side is Side.SUPPORTED and text.area not in CORE and not _has_core(session, partnership_id):
        sentence = say(
            "El plan empieza por un objetivo de enseñanza o de liderazgo; los demás vienen después."
        )
        raise InvalidInput(sentence, {"area": sentence}, code="core_objective")
    if text.target is not None and (text.baseline is None or text.expected_on is None or not text.measure):
        sentence = say("Una meta dice de dónde parte, en qué se mide y para cuándo.")
        raise InvalidInput(sentence, {"target": sentence}, code="target")
    if text.expected_on is not None and text.expected_on < partnership.start_on:
        sentence = say("La fecha esperada es anterior al comienzo.")
        raise InvalidInput(sentence, {"expected_on": sentence}, code="expected_on")
    objective = PlanObjective(
        partnership_id=partnership_id,
        side=text.side,
        area=text.area,
        words=text.words,
        measure=text.measure,
        baseline=text.baseline,
        target=text.target,
        expected_on=text.expected_on,
        created_at=utc_now(),
    )
    session.add(objective)
    session.flush()
    note_change(session, partnership, "objective_added", actor, objective=objective.id, side=text.side.value)
    return objective


def tell_gain(
    session: Session, partnership_id: int, objective_id: int, gain: str, *, actor: Actor
) -> PlanObjective:
    """Tell what came of an objective; asked of both schools (P9)."""
    partnership, _parties = opened(session, partnership_id, actor)
    objective = _objective(session, partnership, objective_id)
    objective.gain = gain
    note_change(session, partnership, "gain_told", actor, objective=objective_id)
    return objective


def add_activity(
    session: Session, partnership_id: int, objective_id: int, text: ActivityText, *, actor: Actor
) -> PlanActivity:
    """Add what will be done for an objective.

    Raises
    ------
    InvalidInput
        Its deadline lies before the partnership began.
    """
    partnership, _parties = opened(session, partnership_id, actor)
    objective = _objective(session, partnership, objective_id)
    if text.due_on < partnership.start_on:
        sentence = say("El plazo es anterior al comienzo del acompañamiento.")
        raise InvalidInput(sentence, {"due_on": sentence}, code="due_on")
    activity = PlanActivity(
        objective_id=objective.id,
        words=text.words,
        responsible=text.responsible,
        led_by=text.led_by,
        kind=text.kind,
        due_on=text.due_on,
        state=ActivityState.PLANNED,
    )
    session.add(activity)
    session.flush()
    note_change(session, partnership, "activity_added", actor, activity=activity.id)
    return activity


def advance_activity(
    session: Session,
    partnership_id: int,
    activity_id: int,
    name: str,
    *,
    actor: Actor,
    today: date,
    done_on: date | None = None,
    evidence: str = "",
    reason: str | None = None,
) -> PlanActivity:
    """Start, finish, drop or take up again an activity.

    Raises
    ------
    InvalidInput
        It is told to be done in the future, or before the partnership began.
    Conflict
        Its state changed meanwhile.
    """
    partnership, parties = opened(session, partnership_id, actor)
    activity = find_activity(session, partnership, activity_id)
    if name not in {one.name for one in ACTIVITY.transitions}:
        raise NotFound(say("Ese paso no existe."), code="unknown_step")
    day = done_on or today
    if name == "finish" and not partnership.start_on <= day <= today:
        sentence = say("Se hizo entre el comienzo del acompañamiento y hoy; revise la fecha.")
        raise InvalidInput(sentence, {"done_on": sentence}, code="done_on")
    transition(ACTIVITY, name, activity.state, parties)
    with session.no_autoflush:  # the day and the state belong together: one is refused without the other
        if name in ("finish", "reopen"):
            activity.done_on = day if name == "finish" else None
        activity.evidence = evidence or activity.evidence
        advance(session, ACTIVITY, activity, name, actor=actor, parties=parties, reason=reason)
    return activity


def find_activity(session: Session, partnership: Partnership, activity_id: int) -> PlanActivity:
    """An activity of this partnership.

    Raises
    ------
    NotFound
        It belongs to another one, or does not exist.
    """
    activity = session.scalar(
        select(PlanActivity)
        .join(PlanObjective, PlanObjective.id == PlanActivity.objective_id)
        .where(PlanActivity.id == activity_id, PlanObjective.partnership_id == partnership.id)
        .options(selectinload(PlanActivity.objective))
    )
    if activity is None:
        raise NotFound(say("Esa actividad no está en este plan."), code="unknown_activity")
    return activity


def _objective(session: Session, partnership: Partnership, objective_id: int) -> PlanObjective:
    objective = session.scalar(
        select(PlanObjective).where(
            PlanObjective.id == objective_id, PlanObjective.partnership_id == partnership.id
        )
    )
    if objective is None:
        raise NotFound(say("Ese objetivo no está en este plan."), code="unknown_objective")
    if objective.withdrawn_at is not None:
        raise Conflict(say("Ese objetivo ya se retiró del plan."), code="objective_withdrawn")
    return objective


def _has_core(session: Session, partnership_id: int) -> bool:
    return (
        session.scalar(
            select(PlanObjective.id).where(
                PlanObjective.partnership_id == partnership_id,
                PlanObjective.side == Side.SUPPORTED,
                PlanObjective.area.in_(CORE),
                PlanObjective.withdrawn_at.is_(None),
            )
        )
        is not None
    )
