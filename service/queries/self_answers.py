"""The answers of a school about itself, side by side, with the gaps between roles."""

from dataclasses import dataclass
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.elements import ELEMENTS_OF_DIMENSION, Dimension
from service.errors import NotFound
from service.models import AnswerLink, School, SelfAnswer
from service.models.columns import local_today
from service.models.states import AnswerRole
from service.permissions import Action, Actor, can, require
from service.queries.own_school import school_with_place
from service.queries.reach import place_of
from service.queries.schools import find_school
from service.queries.settings import setting_of
from service.text import say
from service.wording.rubric import QUESTIONS

WIDE_GAP = 1.0
"""Levels apart from which two roles see a school differently enough to talk about it."""


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One question: the level by role (of teachers the median), and how far apart they are."""

    name: str
    levels: dict[AnswerRole, float]
    gap: float | None

    @property
    def wide(self) -> bool:
        """Worth a conversation."""
        return self.gap is not None and self.gap >= WIDE_GAP


@dataclass(frozen=True, slots=True)
class SelfAnswersPage:
    """A school's answers of one year.

    Teachers' are shown from ``minimum`` on; below, only how many there are.
    """

    school: School
    key: str
    year: int
    years: tuple[int, ...]
    lines: tuple[AnswerLine, ...]
    dimensions: tuple[AnswerLine, ...]
    roles: tuple[AnswerRole, ...]
    teachers: int
    minimum: int
    links: int
    own: dict[str, int]
    own_comment: str
    comments: tuple[tuple[AnswerRole, str], ...]
    answers: bool


def self_answers(session: Session, code: str, year: int, *, actor: Actor) -> SelfAnswersPage:
    """Read them for the school itself, its coordination and who looks at the territory.

    Raises
    ------
    NotAllowed, NotFound
        The account has nothing to do with such answers, or the school is another territory's.
    """
    require(actor, Action.SEE_REQUEST)
    school = find_school(session, code)
    if not can(actor, Action.SEE_REQUEST, place_of(school)):
        raise NotFound(say("Esa página no existe."), code="unknown_school")
    rows = list(
        session.scalars(
            select(SelfAnswer)
            .where(SelfAnswer.school_id == school.id, SelfAnswer.year == year)
            .order_by(SelfAnswer.id)
        )
    )
    minimum = int(setting_of(session, "minimum_answers", place_of(school)))
    teachers = [row for row in rows if row.role is AnswerRole.TEACHER]
    shown = [row for row in rows if row.role is not AnswerRole.TEACHER or len(teachers) >= minimum]
    mine = next((row for row in rows if row.account_id == actor.account_id and actor.account_id), None)
    lines = tuple(_line(name, {name}, shown) for name in QUESTIONS)
    return SelfAnswersPage(
        school=school,
        key=f"{school.system}:{school.code}",
        year=year,
        years=tuple(
            session.scalars(
                select(SelfAnswer.year)
                .where(SelfAnswer.school_id == school.id)
                .distinct()
                .order_by(SelfAnswer.year.desc())
            )
        ),
        lines=lines,
        dimensions=tuple(_line(one.value, _questions_of(one), shown) for one in Dimension),
        roles=tuple(role for role in AnswerRole if any(row.role is role for row in shown)),
        teachers=len(teachers),
        minimum=minimum,
        links=len(
            session.scalars(
                select(AnswerLink.id).where(
                    AnswerLink.school_id == school.id,
                    AnswerLink.used.is_(False),
                    AnswerLink.expires_on >= local_today(),
                )
            ).all()
        ),
        own=dict(mine.answers) if mine is not None else {},
        own_comment=(mine.comment or "") if mine is not None else "",
        comments=tuple((row.role, row.comment) for row in shown if row.comment),
        answers=can(actor, Action.ANSWER_SELF, place_of(school)),
    )


def open_answer_link(session: Session, token_hash: str) -> School | None:
    """The school that a link asks about; None where it opens nothing."""
    found = session.scalar(
        select(AnswerLink.school_id).where(
            AnswerLink.token_hash == token_hash,
            AnswerLink.used.is_(False),
            AnswerLink.expires_on >= local_today(),
        )
    )
    return None if found is None else school_with_place(session, found)


def _questions_of(dimension: Dimension) -> set[str]:
    if dimension is Dimension.RESOURCES:
        return {"resources"}
    return {element.value for element in ELEMENTS_OF_DIMENSION[dimension]}


def _line(name: str, questions: set[str], rows: list[SelfAnswer]) -> AnswerLine:
    levels = {}
    for role in AnswerRole:
        said = [
            level
            for row in rows
            if row.role is role
            for question, level in row.answers.items()
            if question in questions
        ]
        if said:
            levels[role] = float(median(said))
    gap = max(levels.values()) - min(levels.values()) if len(levels) > 1 else None
    return AnswerLine(name, levels, gap)
