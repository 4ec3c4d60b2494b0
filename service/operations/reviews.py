"""Reviews: each side says apart how each objective goes, so that a gap between them can be seen (P6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput
from service.models import PlanObjective, Review, ReviewAnswer
from service.models.columns import utc_now
from service.models.states import ReviewMark, ReviewOverall
from service.operations.partnership_access import note_change, opened, side_of
from service.permissions import Actor
from service.text import say


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewText:
    """What one side says; ``marks`` by objective id, each with its words."""

    held_on: date
    reviewer: str
    overall: ReviewOverall
    words: str = ""
    marks: Mapping[int, tuple[ReviewMark, str]] = field(default_factory=dict)
    next_steps: str = ""
    next_on: date | None = None
    none_needed: bool = False


def give_review(
    session: Session, partnership_id: int, text: ReviewText, *, actor: Actor, today: date
) -> Review:
    """Answer a review for one's own side; the first answer opens it, the second completes it.

    Raises
    ------
    InvalidInput
        It is not later than the last one, lies in the future, leaves an objective out, or says neither
        when the next one is nor that none is needed.
    Conflict
        This side answered it already.
    """
    partnership, parties = opened(session, partnership_id, actor)
    side = side_of(parties)
    if side is None:
        raise Conflict(say("La revisión la hacen las dos escuelas."), code="not_a_side")
    reviews = list(
        session.scalars(
            select(Review).where(Review.partnership_id == partnership_id).order_by(Review.held_on)
        )
    )
    review = next((one for one in reviews if one.held_on == text.held_on), None)
    last = reviews[-1].held_on if reviews else partnership.start_on
    wrong: dict[str, str] = {}
    if text.held_on > today:
        wrong["held_on"] = say("La revisión no puede tener fecha futura.")
    elif review is None and text.held_on <= last:
        wrong["held_on"] = say("Tiene que ser posterior a la última (%(day)s).", day=last.isoformat())
    if text.next_on is not None and text.next_on <= text.held_on:
        wrong["next_on"] = say("La próxima tiene que ser posterior a esta.")
    if (text.next_on is None) == (not text.none_needed):
        wrong["next_on"] = say("Diga cuándo es la próxima revisión, o que no hace falta otra.")
    asked = set(
        session.scalars(
            select(PlanObjective.id).where(
                PlanObjective.partnership_id == partnership_id, PlanObjective.withdrawn_at.is_(None)
            )
        )
    )
    for objective_id in sorted(asked - set(text.marks)):
        wrong[f"mark_{objective_id}"] = say("Diga cómo va este objetivo.")
    if wrong:
        raise InvalidInput(say("Hay datos por corregir."), wrong, code="review")
    if review is None:
        review = Review(partnership_id=partnership_id, held_on=text.held_on, created_at=utc_now())
        session.add(review)
        session.flush()
    elif session.scalar(
        select(ReviewAnswer.id).where(ReviewAnswer.review_id == review.id, ReviewAnswer.side == side)
    ):
        raise Conflict(say("Su escuela ya contestó esta revisión."), code="review_given")
    review.next_on, review.none_needed = text.next_on, text.none_needed
    review.next_steps = text.next_steps or review.next_steps
    marks = {
        str(key): {"mark": mark.value, "words": words}
        for key, (mark, words) in text.marks.items()
        if key in asked
    }
    session.add(
        ReviewAnswer(
            review_id=review.id,
            side=side,
            reviewer=text.reviewer,
            account_id=actor.account_id,
            overall=text.overall,
            words=text.words,
            marks=marks,
            given_at=utc_now(),
        )
    )
    note_change(session, partnership, "review_given", actor, review=review.id, side=side.value)
    return review
