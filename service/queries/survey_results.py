"""What surveys say: how many answered, and means only from enough answers, once a survey is over.

While a survey is open no mean is shown: from one answer to the next a mean would tell the last one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.errors import NotAllowed
from service.lifecycles import Party
from service.models import Partnership, Survey, SurveyAnswer, SurveyRespondent
from service.models.states import Side
from service.models.survey_kinds import SurveyGroup, SurveyMoment
from service.permissions import Actor
from service.queries.partnerships import get_partnership, known_partnerships, parties_of, places_of
from service.queries.settings import setting_of
from service.queries.surveys import PAIR, OpenSurvey, surveys_to_answer
from service.survey_questions import COURSE, TRUST
from service.text import say


class Answered(Protocol):
    """What somebody answered: a level for each question that was not left out."""

    @property
    def levels(self) -> Mapping[str, int]: ...


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of one question, from 1 to 4; None where fewer than the minimum answered it."""

    code: str
    n: int
    value: float | None


@dataclass(frozen=True, slots=True)
class SurveyLine:
    """One survey: how many were asked and answered, and what about the work together."""

    id: int
    moment: SurveyMoment
    issued_on: date
    closes_on: date
    over: bool
    invited: int
    answered: int
    low: bool
    course: tuple[Mean, ...]
    comments: tuple[str, ...]

    @property
    def share(self) -> float | None:
        """Share of those asked who answered; None where nobody was asked."""
        return self.answered / self.invited if self.invited else None


@dataclass(frozen=True, slots=True)
class TrustLine:
    """Trust within one school as one group sees it; ``side`` None for a whole territory."""

    side: Side | None
    role: SurveyGroup
    issued_on: date
    n: int
    means: tuple[Mean, ...]


@dataclass(frozen=True, slots=True)
class SurveyResults:
    """The surveys of one partnership, the newest first."""

    partnership: Partnership
    parties: frozenset[Party]
    minimum: int
    lines: tuple[SurveyLine, ...]
    trust: tuple[TrustLine, ...]
    mine: tuple[OpenSurvey, ...]

    @property
    def sides(self) -> tuple[Side, ...]:
        """The sides for which the reader hands out links."""
        return tuple(side for side in Side if Party(side.value) in self.parties)


@dataclass(frozen=True, slots=True)
class TerritorySurveys:
    """How surveys go in a territory: never by school."""

    minimum: int
    surveys: int
    invited: int
    answered: int
    trust: tuple[TrustLine, ...]


def survey_results(session: Session, partnership_id: int, actor: Actor, today: date) -> SurveyResults:
    """The surveys of a partnership, for its two schools and who coordinates them.

    Raises
    ------
    NotFound
        There is no such partnership, or the actor may not know of it.
    NotAllowed
        The actor is neither of the pair nor coordinates it.
    """
    partnership = get_partnership(session, partnership_id, actor)
    parties = parties_of(session, actor, partnership)
    if parties.isdisjoint(PAIR | {Party.COORDINATION}):
        raise NotAllowed(
            say("Las encuestas las leen las dos escuelas y quien las coordina. Pídaselas a ellas."),
            code="not_of_the_pair",
        )
    minimum = int(setting_of(session, "minimum_answers", places_of(partnership)[0]))
    surveys = _surveys(session, Survey.partnership_id == partnership_id)
    answers = _answers(session, [one.id for one in surveys])
    counts = _counts(session, [one.id for one in surveys])
    apart = partnership.sharing_ended_at is not None and Party.COORDINATION not in parties
    lines = tuple(
        _line(
            one,
            counts.get(one.id, (0, 0)),
            () if apart else answers[one.id],
            minimum,
            today,
            Party.COORDINATION in parties,
        )
        for one in surveys
    )
    over = {line.id for line in lines if line.over}
    own = tuple(side for side in Side if not apart or Party(side.value) in parties)
    trust = []
    for side in own:
        for role in SurveyGroup:
            for one in surveys:
                found = [a for a in answers[one.id] if a.side is side and a.role is role]
                if one.id in over and len(found) >= minimum:
                    trust.append(
                        TrustLine(side, role, one.issued_on, len(found), means(found, TRUST, minimum))
                    )
                    break
    mine = tuple(
        one for one in surveys_to_answer(session, actor, today) if one.partnership_id == partnership_id
    )
    return SurveyResults(partnership, parties, minimum, lines, tuple(trust), mine)


def territory_surveys(session: Session, actor: Actor, today: date) -> TerritorySurveys:
    """Response and trust over the partnerships of a territory: the latest survey of each that is over."""
    minimum = int(setting_of(session, "minimum_answers"))
    surveys = _surveys(session, known_partnerships(actor), Survey.closes_on < today)
    counts = _counts(session, [one.id for one in surveys])
    latest: dict[int, Survey] = {}
    for one in surveys:
        latest.setdefault(one.partnership_id, one)
    answers = _answers(session, [one.id for one in latest.values()])
    trust = []
    for role in SurveyGroup:
        found = [a for rows in answers.values() for a in rows if a.role is role]
        if len(found) >= minimum:
            newest = max(one.issued_on for one in latest.values())
            trust.append(TrustLine(None, role, newest, len(found), means(found, TRUST, minimum)))
    return TerritorySurveys(
        minimum,
        len(surveys),
        sum(invited for invited, _ in counts.values()),
        sum(answered for _, answered in counts.values()),
        tuple(trust),
    )


def means(answers: Iterable[Answered], codes: Sequence[str], minimum: int) -> tuple[Mean, ...]:
    """The mean of each question over those who answered it; a question left out counts for nothing."""
    rows = list(answers)
    found = []
    for code in codes:
        given = [row.levels[code] for row in rows if code in row.levels]
        found.append(Mean(code, len(given), sum(given) / len(given) if len(given) >= minimum else None))
    return tuple(found)


def _line(
    survey: Survey,
    counts: tuple[int, int],
    answers: Sequence[SurveyAnswer],
    minimum: int,
    today: date,
    coordinates: bool,
) -> SurveyLine:
    over = survey.closes_on < today or (counts[0] > 0 and counts[0] == counts[1])
    shown = means(answers, COURSE, minimum) if over else ()
    return SurveyLine(
        id=survey.id,
        moment=survey.moment,
        issued_on=survey.issued_on,
        closes_on=survey.closes_on,
        over=over,
        invited=counts[0],
        answered=counts[1],
        low=coordinates and survey.low and survey.handled_on is None,
        course=shown if any(mean.value is not None for mean in shown) else (),
        comments=tuple(sorted(a.comment for a in answers if a.comment)) if coordinates else (),
    )


def _surveys(session: Session, *conditions: object) -> list[Survey]:
    return list(
        session.scalars(
            select(Survey)
            .join(Partnership, Partnership.id == Survey.partnership_id)
            .where(*conditions)  # type: ignore[arg-type]
            .order_by(Survey.issued_on.desc(), Survey.id.desc())
        )
    )


def _counts(session: Session, ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    rows = session.execute(
        select(SurveyRespondent.survey_id, func.count(), func.count().filter(SurveyRespondent.answered))
        .where(SurveyRespondent.survey_id.in_(ids))
        .group_by(SurveyRespondent.survey_id)
    )
    return {survey_id: (invited, answered) for survey_id, invited, answered in rows}


def _answers(session: Session, ids: Sequence[int]) -> dict[int, list[SurveyAnswer]]:
    found: dict[int, list[SurveyAnswer]] = defaultdict(list)
    for row in session.scalars(select(SurveyAnswer).where(SurveyAnswer.survey_id.in_(ids))):
        found[row.survey_id].append(row)
    return found
