"""The life of a partnership: each step with its guards, in one place.

``lifecycles.PARTNERSHIP`` says which step goes from where to where and whose it is; here stands what
must hold besides, and which dates a step writes. Nothing else changes the state.
"""

from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import Conflict, NotAllowed
from service.lifecycles import PARTNERSHIP, Party, transition
from service.models import Agreement, FollowUp, Handover, Partnership
from service.models.columns import utc_now
from service.models.states import FollowUpState, PartnershipState, Side
from service.operations.partnership_access import note_change, opened, side_of
from service.operations.transitions import advance
from service.permissions import Actor
from service.queries.partnerships import places_of
from service.queries.settings import setting_of
from service.snapshots.follow_up import verdict_of
from service.text import Sentence, say

HANDOVER = ("successor", "successor_trained_on", "materials", "induction", "policy")
"""What the closing checklist asks for (P12)."""


def take_step(
    session: Session,
    partnership_id: int,
    name: str,
    *,
    actor: Actor,
    today: date,
    reason: str | None = None,
    by_clock: bool = False,
) -> Partnership:
    """Take one step of the life of a partnership.

    Parameters
    ----------
    by_clock : bool
        The worker takes it because its day has come.

    Raises
    ------
    NotFound, NotAllowed
        As :func:`service.operations.partnership_access.opened`; or the step is not the actor's.
    Conflict
        It does not start from the present state, a guard does not hold, or dates would be out of order.
    InvalidInput
        The step asks for a reason.
    """
    partnership, parties = opened(session, partnership_id, actor, to=frozenset(Party), states=None)
    if by_clock:
        parties = parties | {Party.CLOCK}
    transition(PARTNERSHIP, name, partnership.state, parties)
    if name in ("begin_trial", "commit", "taper", "close", "follow", "end", "resume"):
        _sharing(partnership)
    _in_order(partnership, today)
    if name == "commit" and not _committed(session, partnership, parties, actor, today):
        return partnership
    GUARDS.get(name, _nothing)(session, partnership, today)
    back = partnership.paused_from
    before = partnership.state
    advance(
        session,
        PARTNERSHIP,
        partnership,
        name,
        actor=actor,
        parties=parties,
        reason=reason,
        back_to=back,
        data={"on": today.isoformat()},
    )
    _write_dates(session, partnership, name, before, today)
    session.flush()
    return partnership


def withdraw_consent(
    session: Session, partnership_id: int, *, actor: Actor, today: date, reason: str | None = None
) -> Partnership:
    """Take one's consent back, at any time and without a reason: the work stops and nothing is shared.

    From this moment neither school reads what the other wrote (C8: within the hour; here at once).
    """
    partnership, parties = opened(session, partnership_id, actor, states=None)
    if partnership.sharing_ended_at is not None:
        return partnership
    partnership.sharing_ended_at = utc_now()
    side = side_of(parties)
    note_change(
        session,
        partnership,
        "partnership_consent_withdrawn",
        actor,
        side=None if side is None else side.value,
    )
    stop = PARTNERSHIP.named("stop")
    if partnership.state in stop.sources:
        words = reason or say("Una de las escuelas retiró su consentimiento.")
        advance(session, PARTNERSHIP, partnership, "stop", actor=actor, parties=parties, reason=words)
        partnership.closed_on = today
    session.flush()
    return partnership


def handover_missing(handover: Handover | None) -> tuple[str, ...]:
    """What the closing checklist still lacks; nothing where a reason for closing without it is told."""
    if handover is None:
        return HANDOVER
    if handover.without_reason:
        return ()
    return tuple(name for name in HANDOVER if not getattr(handover, name))


def signed_agreement(session: Session, partnership_id: int) -> Agreement | None:
    """The newest agreement that both signed."""
    return session.scalar(
        select(Agreement)
        .where(
            Agreement.partnership_id == partnership_id,
            Agreement.supported_signed_at.is_not(None),
            Agreement.supporting_signed_at.is_not(None),
        )
        .order_by(Agreement.version.desc())
        .limit(1)
    )


def _refuse(sentence: Sentence, guard: str) -> Conflict:
    return Conflict(sentence, code=guard)


def _sharing(partnership: Partnership) -> None:
    if partnership.sharing_ended_at is not None:
        raise _refuse(say("Una de las escuelas retiró su consentimiento; esto ya no sigue."), "sharing_ended")


def _in_order(partnership: Partnership, today: date) -> None:
    """No step before the one before it (P2)."""
    known = (partnership.start_on, partnership.committed_on, partnership.tapering_on, partnership.closed_on)
    last = max(day for day in known if day is not None)
    if today < last:
        raise _refuse(
            say("La fecha es anterior al paso anterior (%(day)s). Revise las fechas.", day=last.isoformat()),
            "dates_in_order",
        )


def _nothing(_session: Session, _partnership: Partnership, _today: date) -> None:
    """No guard besides."""


def _people_named(_session: Session, partnership: Partnership, _today: date) -> None:
    working = {person.side for person in partnership.people if person.end_on is None}
    if working != set(Side):
        raise _refuse(
            say("Falta decir quién trabaja por cada escuela antes de empezar la prueba."), "people_named"
        )


def _within_trial(_session: Session, partnership: Partnership, today: date) -> None:
    if partnership.trial_until is not None and today > partnership.trial_until:
        raise _refuse(say("La prueba terminó; todavía se puede detener, diciendo el motivo."), "within_trial")


def _committed(
    session: Session, partnership: Partnership, parties: frozenset[Party], actor: Actor, today: date
) -> bool:
    """Note that a side commits; whether both have. The agreement comes first."""
    if signed_agreement(session, partnership.id) is None:
        raise _refuse(say("Antes de comprometerse, las dos escuelas firman el acuerdo."), "agreement_signed")
    for party, field in (
        (Party.SUPPORTED, "supported_committed_on"),
        (Party.SUPPORTING, "supporting_committed_on"),
    ):
        if party in parties and getattr(partnership, field) is None:
            setattr(partnership, field, today)
            note_change(session, partnership, "partnership_side_committed", actor, side=party.value)
    both = partnership.supported_committed_on is not None and partnership.supporting_committed_on is not None
    if not both and parties.isdisjoint({Party.SUPPORTED, Party.SUPPORTING}):
        raise _refuse(say("Falta que las dos escuelas se comprometan."), "both_committed")
    return both


def _handed_over(session: Session, partnership: Partnership, _today: date) -> None:
    handover = session.scalar(select(Handover).where(Handover.partnership_id == partnership.id))
    if handover_missing(handover):
        raise _refuse(
            say(
                "Falta la entrega: quién sigue, con qué materiales, cómo se recibe a quien llega. "
                "Complétela, o diga por qué se cierra sin ella."
            ),
            "handover",
        )


def _years_over(session: Session, partnership: Partnership, today: date) -> None:
    if partnership.follow_up_until is None or today < partnership.follow_up_until:
        raise _refuse(say("El seguimiento todavía no termina."), "three_years")
    left = session.scalar(
        select(FollowUp.id).where(
            FollowUp.partnership_id == partnership.id, FollowUp.state == FollowUpState.OPEN
        )
    )
    if left is not None:
        raise _refuse(
            say("Queda un año por mirar: registre su resultado antes de terminar el seguimiento."),
            "follow_up_open",
        )


GUARDS: dict[str, Callable[[Session, Partnership, date], None]] = {
    "begin_trial": _people_named,
    "stop_trial": _within_trial,
    "close": _handed_over,
    "end": _years_over,
}


def _write_dates(
    session: Session, partnership: Partnership, name: str, before: PartnershipState, today: date
) -> None:
    """What a step writes besides the state."""
    if name == "begin_trial":
        days = setting_of(session, "trial_days", places_of(partnership)[0])
        partnership.trial_until = today + timedelta(days=int(days))
    elif name == "commit":
        partnership.committed_on = today
        agreement = signed_agreement(session, partnership.id)
        partnership.end_on = None if agreement is None else agreement.end_on
    elif name == "taper":
        partnership.tapering_on = today
    elif name in ("close", "stop", "stop_trial"):
        partnership.closed_on = today
    elif name == "follow":
        _begin_follow_up(session, partnership)
    elif name == "pause":
        partnership.paused_from = before
    elif name == "resume":
        partnership.paused_from = None
    elif name == "end":
        found = verdict_of(session, partnership)
        partnership.verdict, partnership.verdict_figures = found.verdict, found.figures


def _begin_follow_up(session: Session, partnership: Partnership) -> None:
    """One task for each year after closing (T5)."""
    closed = partnership.closed_on
    if closed is None:
        raise NotAllowed(say("No se sabe cuándo se cerró."), code="not_closed")
    years = int(setting_of(session, "follow_up_years", places_of(partnership)[0]))
    for number in range(1, years + 1):
        session.add(
            FollowUp(
                partnership_id=partnership.id,
                number=number,
                year=closed.year + number,
                due_on=_years_later(closed, number),
                state=FollowUpState.OPEN,
            )
        )
    partnership.follow_up_until = _years_later(closed, years)


def _years_later(day: date, years: int) -> date:
    """The same day some years on; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
