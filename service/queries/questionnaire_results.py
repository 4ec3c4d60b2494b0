"""What questionnaires say: how many answered, and means only from enough answers, once one is closed.

While one is open no mean is shown: from one answer to the next a mean would tell the last one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from service.models import Answer, Questionnaire, Respondent
from service.models.network_kinds import AnswerSide
from service.permissions import Action, Actor, Place, belongs_to, can
from service.queries.networks import NetworkPage, network_page, place_of_network
from service.queries.questionnaires import bodies_of_own_schools, name_of_body, unknown_questionnaire
from service.queries.settings import setting_of
from service.queries.survey_results import Mean, means
from service.questionnaire_items import CULTURES, FUNCTIONING, TRAITS, culture_level


@dataclass(frozen=True, slots=True)
class Reply:
    """How many of those asked on one side answered."""

    invited: int
    answered: int

    @property
    def share(self) -> float | None:
        """None where nobody was asked."""
        return self.answered / self.invited if self.invited else None


@dataclass(frozen=True, slots=True)
class FunctioningYear:
    """One year of a network; ``means`` empty while it is open or has too few answers."""

    id: int
    year: int
    closed_on: date | None
    reply: Reply
    means: tuple[Mean, ...]

    @property
    def known(self) -> list[Mean]:
        """Statements with enough answers, the highest mean first."""
        given = [one for one in self.means if one.value is not None]
        return sorted(given, key=lambda one: (-(one.value or 0), one.code))

    def mean_of(self, code: str) -> Mean | None:
        """The mean of one statement; None where the year shows nothing."""
        return next((one for one in self.means if one.code == code), None)


@dataclass(frozen=True, slots=True)
class FunctioningPage:
    """The questionnaires of one network, the newest first."""

    found: NetworkPage
    minimum: int
    years: tuple[FunctioningYear, ...]
    codes: tuple[str, ...] = FUNCTIONING

    @property
    def open(self) -> FunctioningYear | None:
        """The one that can be answered now."""
        return next((one for one in self.years if one.closed_on is None), None)


@dataclass(frozen=True, slots=True)
class TwoSides:
    """What the body and its schools say of one culture or trait; None where too few answered."""

    code: str
    body: Mean
    schools: Mean

    @property
    def distance(self) -> float | None:
        """Body minus schools, in points of the scale of 1 to 4."""
        if self.body.value is None or self.schools.value is None:
            return None
        return self.body.value - self.schools.value


@dataclass(frozen=True, slots=True)
class Profile:
    """What was answered about a body on a date."""

    id: int
    opened_on: date
    closed_on: date | None
    shared_on: date | None
    body: Reply
    schools: Reply
    cultures: tuple[TwoSides, ...]
    traits: tuple[TwoSides, ...]

    @property
    def farthest(self) -> TwoSides | None:
        """The culture on which the two sides differ most; None where no distance is known."""
        known = [one for one in self.cultures if one.distance is not None]
        return max(known, key=lambda one: abs(one.distance or 0), default=None)


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """The profiles of one body, the newest first; ``own`` for who works there, ``keeps`` who opens them."""

    kind: str
    body_id: int
    name: str
    own: bool
    keeps: bool
    minimum: int
    profiles: tuple[Profile, ...]

    @property
    def open(self) -> Profile | None:
        """The one that can be answered now."""
        return next((one for one in self.profiles if one.closed_on is None), None)


@dataclass(frozen=True, slots=True)
class BodyLine:
    """A body whose profile the reader may open."""

    kind: str
    body_id: int
    name: str


def functioning_page(session: Session, network_id: int, actor: Actor, today: date) -> FunctioningPage:
    """The functioning of a network over the years, for whoever sees the network (W4)."""
    found = network_page(session, network_id, actor, today)
    minimum = _minimum(session, place_of_network(found.network))
    asked = session.scalars(
        select(Questionnaire)
        .where(Questionnaire.network_id == network_id)
        .order_by(Questionnaire.year.desc(), Questionnaire.id.desc())
    ).all()
    replies, answers = _replies(session, asked), _answers(session, asked)
    years = []
    for one in asked:
        given = answers[one.id, AnswerSide.SCHOOL] if one.closed_on is not None else []
        shown = means(given, FUNCTIONING, minimum) if len(given) >= minimum else ()
        years.append(
            FunctioningYear(one.id, one.year, one.closed_on, replies[one.id, AnswerSide.SCHOOL], shown)
        )
    return FunctioningPage(found, minimum, tuple(years))


def profile_page(session: Session, kind: str, body_id: int, actor: Actor) -> ProfilePage:
    """The profiles of a service or owner: all for who works there, the shared ones for schools and ministry.

    Raises
    ------
    NotFound
        It is not the actor's, and nothing is shared with the actor.
    """
    place = place_of_body(kind, body_id)
    name = name_of_body(session, place)
    own = belongs_to(actor, place)
    asked = _profiles_of(session, place)
    if not own:
        reads = actor.everywhere or place in bodies_of_own_schools(session, actor)
        asked = [one for one in asked if reads and one.shared_on is not None]
        if not asked:
            raise unknown_questionnaire()
    minimum = _minimum(session, place)
    replies, answers = _replies(session, asked), _answers(session, asked)
    profiles = []
    for one in asked:
        sides = {
            side: answers[one.id, side] if one.closed_on is not None else []
            for side in (AnswerSide.BODY, AnswerSide.SCHOOL)
        }
        profiles.append(
            Profile(
                id=one.id,
                opened_on=one.opened_on,
                closed_on=one.closed_on,
                shared_on=one.shared_on,
                body=replies[one.id, AnswerSide.BODY],
                schools=replies[one.id, AnswerSide.SCHOOL],
                cultures=tuple(
                    TwoSides(culture, *(_culture(given, culture, minimum) for given in sides.values()))
                    for culture in CULTURES
                ),
                traits=tuple(
                    TwoSides(code, *(means(given, [code], minimum)[0] for given in sides.values()))
                    for code in TRAITS
                ),
            )
        )
    keeps = own and can(actor, Action.FORM_NETWORKS, place)
    return ProfilePage(kind, body_id, name, own, keeps, minimum, tuple(profiles))


def bodies_seen(session: Session, actor: Actor) -> list[BodyLine]:
    """The services and owners whose profile an actor may open, by name."""
    places = {Place(service_id=one) for one in actor.service_ids}
    places |= {Place(owner_id=one) for one in actor.owner_ids}
    shared = session.execute(
        select(Questionnaire.service_id, Questionnaire.owner_id)
        .where(
            Questionnaire.shared_on.is_not(None),
            or_(Questionnaire.service_id.is_not(None), Questionnaire.owner_id.is_not(None)),
        )
        .distinct()
    )
    open_to_all = {Place(service_id=service, owner_id=owner) for service, owner in shared}
    mine = open_to_all if actor.everywhere else set(bodies_of_own_schools(session, actor)) & open_to_all
    lines = [
        BodyLine(
            "sostenedor" if place.service_id is None else "servicio",
            place.service_id or place.owner_id or 0,
            name_of_body(session, place),
        )
        for place in places | mine
    ]
    return sorted(lines, key=lambda line: (line.name, line.body_id))


def place_of_body(kind: str, body_id: int) -> Place:
    """A body as addresses name it: ``servicio`` or ``sostenedor`` and its number."""
    if kind not in {"servicio", "sostenedor"}:
        raise unknown_questionnaire()
    return Place(service_id=body_id) if kind == "servicio" else Place(owner_id=body_id)


def _culture(answers: Sequence[Answer], culture: str, minimum: int) -> Mean:
    found = [culture_level(one.levels, culture) for one in answers]
    given = [one for one in found if one is not None]
    return Mean(culture, len(given), sum(given) / len(given) if len(given) >= minimum else None)


def _profiles_of(session: Session, place: Place) -> list[Questionnaire]:
    column, value = (
        (Questionnaire.service_id, place.service_id)
        if place.service_id is not None
        else (Questionnaire.owner_id, place.owner_id)
    )
    query = select(Questionnaire).where(column == value)
    return list(session.scalars(query.order_by(Questionnaire.opened_on.desc(), Questionnaire.id.desc())))


def _minimum(session: Session, place: Place) -> int:
    return int(setting_of(session, "minimum_answers", place))


def _replies(session: Session, asked: Sequence[Questionnaire]) -> dict[tuple[int, AnswerSide], Reply]:
    found = {(one.id, side): Reply(0, 0) for one in asked for side in AnswerSide}
    rows = session.execute(
        select(
            Respondent.questionnaire_id,
            Respondent.side,
            func.count(),
            func.count().filter(Respondent.answered),
        )
        .where(Respondent.questionnaire_id.in_([one.id for one in asked]))
        .group_by(Respondent.questionnaire_id, Respondent.side)
    )
    for questionnaire_id, side, invited, answered in rows:
        found[questionnaire_id, side] = Reply(invited, answered)
    return found


def _answers(session: Session, asked: Sequence[Questionnaire]) -> dict[tuple[int, AnswerSide], list[Answer]]:
    found: dict[tuple[int, AnswerSide], list[Answer]] = {
        (one.id, side): [] for one in asked for side in AnswerSide
    }
    for row in session.scalars(select(Answer).where(Answer.questionnaire_id.in_([one.id for one in asked]))):
        found[row.questionnaire_id, row.side].append(row)
    return found
