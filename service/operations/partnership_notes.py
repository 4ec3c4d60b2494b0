"""Notes on two levels, who took part, what is handed over, what lasts, and the story worth telling."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotFound
from service.lifecycles import Party
from service.models import (
    FollowUp,
    Handover,
    Note,
    Participation,
    PracticeCard,
    SustainabilityRating,
)
from service.models.columns import utc_now
from service.models.enums import Element
from service.models.states import FollowUpState, NoteLevel, PartnershipState, RatingMoment
from service.operations.partnership_access import WITH_COORDINATION, note_change, opened, side_of
from service.permissions import Actor
from service.queries.partnerships import places_of
from service.queries.settings import setting_of
from service.snapshots.follow_up import has_result
from service.text import say

AFTER = (PartnershipState.CLOSED, PartnershipState.FOLLOW_UP)
WORKED = (*AFTER, PartnershipState.ACTIVE, PartnershipState.TAPERING, PartnershipState.ENDED)


def write_note(
    session: Session, partnership_id: int, *, level: NoteLevel, text: str, actor: Actor, today: date
) -> Note:
    """Write a note for the pair alone, or for its coordination too; it goes when its time is over.

    Raises
    ------
    InvalidInput
        The coordination cannot write what only the pair may read.
    """
    partnership, parties = opened(session, partnership_id, actor, to=WITH_COORDINATION)
    side = side_of(parties)
    if side is None and level is NoteLevel.PAIR:
        sentence = say("Una nota de la coordinación la leen también las dos escuelas: elija «compartida».")
        raise InvalidInput(sentence, {"level": sentence}, code="level")
    days = int(setting_of(session, "notes_keep_days", places_of(partnership)[0]))
    note = Note(
        partnership_id=partnership_id,
        level=level,
        side=side,
        author=actor.name[:160],
        account_id=actor.account_id,
        text=text,
        written_at=utc_now(),
        expires_on=today + timedelta(days=days),
    )
    session.add(note)
    note_change(session, partnership, "note_written", actor, level=level.value)
    return note


def remove_expired_notes(session: Session, today: date) -> int:
    """Remove the notes whose time is over; answers how many (D4)."""
    gone = session.scalars(delete(Note).where(Note.expires_on < today).returning(Note.id)).all()
    return len(gone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many of the supported school's staff took part."""

    teachers: int
    teachers_in: int
    leadership: int
    leadership_in: int


def count_participation(
    session: Session, partnership_id: int, counted: Counted, *, actor: Actor, today: date
) -> Participation:
    """Tell how many took part so far; a second count of a day replaces the first (P11).

    Raises
    ------
    InvalidInput
        More took part than there are.
    """
    partnership, _parties = opened(session, partnership_id, actor)
    wrong = {}
    for part in ("teachers", "leadership"):
        if getattr(counted, f"{part}_in") > getattr(counted, part):
            wrong[f"{part}_in"] = say("No pueden ser más de los que hay.")
    if wrong:
        raise InvalidInput(say("Hay datos por corregir."), wrong, code="participation")
    found = session.scalar(
        select(Participation).where(
            Participation.partnership_id == partnership_id, Participation.counted_on == today
        )
    )
    if found is None:
        found = Participation(partnership_id=partnership_id, counted_on=today)
        session.add(found)
    found.teachers, found.teachers_in = counted.teachers, counted.teachers_in
    found.leadership, found.leadership_in = counted.leadership, counted.leadership_in
    note_change(session, partnership, "participation_counted", actor)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverText:
    """The closing checklist; ``without_reason`` where it is closed without one."""

    successor: str = ""
    successor_trained_on: date | None = None
    materials: str = ""
    induction: str = ""
    policy: str = ""
    without_reason: str = ""


def write_handover(session: Session, partnership_id: int, text: HandoverText, *, actor: Actor) -> Handover:
    """Write what stays and who keeps it; it may be filled in bit by bit (P12)."""
    partnership, _parties = opened(session, partnership_id, actor, to=WITH_COORDINATION)
    found = session.scalar(select(Handover).where(Handover.partnership_id == partnership_id))
    if found is None:
        found = Handover(partnership_id=partnership_id)
        session.add(found)
    for name in ("successor", "successor_trained_on", "materials", "induction", "policy", "without_reason"):
        setattr(found, name, getattr(text, name))
    found.written_at = utc_now()
    session.flush()
    note_change(session, partnership, "handover_written", actor, without=bool(text.without_reason))
    return found


def rate_sustainability(
    session: Session,
    partnership_id: int,
    moment: RatingMoment,
    items: Mapping[str, tuple[int, str]],
    *,
    actor: Actor,
    today: date,
) -> SustainabilityRating:
    """Rate what will last: at mid-term, at closing, and in each year of the follow-up.

    An item that nobody can judge is left out: absent is not zero.
    """
    partnership, _parties = opened(session, partnership_id, actor, to=WITH_COORDINATION, states=WORKED)
    found = session.scalar(
        select(SustainabilityRating).where(
            SustainabilityRating.partnership_id == partnership_id,
            SustainabilityRating.moment == moment,
            SustainabilityRating.year == today.year,
        )
    )
    if found is None:
        found = SustainabilityRating(partnership_id=partnership_id, moment=moment, year=today.year)
        session.add(found)
    found.items = {code: {"level": level, "evidence": words} for code, (level, words) in items.items()}
    found.rated_on, found.account_id = today, actor.account_id
    session.flush()
    note_change(session, partnership, "sustainability_rated", actor, moment=moment.value)
    return found


def look_back(
    session: Session, partnership_id: int, number: int, stays: str, *, actor: Actor, today: date
) -> FollowUp:
    """Close one year of the follow-up: what stays, who keeps it, who joined since.

    A year without a published result stays a task; it never reads as success (T5).

    Raises
    ------
    Conflict
        The year is not over, or its result is not in.
    """
    partnership, _parties = opened(session, partnership_id, actor, to=WITH_COORDINATION, states=AFTER)
    task = session.scalar(
        select(FollowUp).where(FollowUp.partnership_id == partnership_id, FollowUp.number == number)
    )
    if task is None:
        raise NotFound(say("Ese año no está en el seguimiento."), code="unknown_follow_up")
    if today < task.due_on:
        raise Conflict(say("Ese año todavía no termina."), code="not_due")
    result = has_result(session, partnership, task.year)
    task.stays = stays
    if result or _settled(task, today):
        task.state, task.done_on = FollowUpState.DONE, today
    note_change(session, partnership, "follow_up_looked_back", actor, number=number, result=result)
    return task


def _settled(task: FollowUp, today: date) -> bool:
    """Whether a year's result will not come any more: two years on, the verdict has to say so."""
    return today.year >= task.year + 2


def write_practice(
    session: Session,
    partnership_id: int,
    *,
    element: Element,
    problem: str,
    context: str,
    done: str,
    evidence: str,
    actor: Actor,
    today: date,
) -> PracticeCard:
    """Write the story of a practice; who writes consents for their side, a change asks both anew (P16)."""
    partnership, parties = opened(session, partnership_id, actor, states=(*WORKED,))
    card = session.scalar(select(PracticeCard).where(PracticeCard.partnership_id == partnership_id))
    if card is None:
        card = PracticeCard(partnership_id=partnership_id)
        session.add(card)
    card.element, card.problem, card.context = element.value, problem, context
    card.done, card.evidence, card.written_at = done, evidence, utc_now()
    card.supported_consent_on = today if Party.SUPPORTED in parties else None
    card.supporting_consent_on = today if Party.SUPPORTING in parties else None
    session.flush()
    note_change(session, partnership, "practice_written", actor)
    return card


def consent_to_practice(
    session: Session, partnership_id: int, *, agrees: bool, actor: Actor, today: date
) -> PracticeCard:
    """Consent to the story, or take the consent back at any time."""
    partnership, parties = opened(session, partnership_id, actor, states=None)
    card = session.scalar(select(PracticeCard).where(PracticeCard.partnership_id == partnership_id))
    if card is None:
        raise NotFound(say("Todavía no hay una historia escrita."), code="unknown_practice")
    if Party.SUPPORTED in parties:
        card.supported_consent_on = today if agrees else None
    if Party.SUPPORTING in parties:
        card.supporting_consent_on = today if agrees else None
    note_change(session, partnership, "practice_consent", actor, agrees=agrees)
    return card
