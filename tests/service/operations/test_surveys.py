"""Surveys of partnerships: asked once, answered once, read only with their number."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.db import Database
from service.errors import Conflict, InvalidInput, NotAllowed, NotFound
from service.models import Event, Message, Partnership, Survey, SurveyAnswer, SurveyLink, SurveyRespondent
from service.models.enums import MessageState, Role
from service.models.states import PartnershipState, Side, VisitState
from service.models.survey_kinds import SurveyGroup, SurveyMoment
from service.operations.survey_answers import keep_draft, send_answer
from service.operations.survey_sheets import handle_concern, make_sheet
from service.operations.surveys import issue_due_surveys, new_link, remind_of_surveys
from service.queries.survey_dates import due_occasions
from service.queries.survey_results import survey_results, territory_surveys
from service.queries.surveys import survey_concerns, survey_of_link, surveys_to_answer
from tests.factories.accounts import make_actor
from tests.factories.visits import Pair, make_pair, make_visit

START = date(2026, 3, 2)
FIRST = START + timedelta(days=30)


def a_survey(session: Session, pair: Pair) -> Survey:
    """The first regular survey of a pair."""
    assert issue_due_surveys(session, FIRST) == 1
    return session.scalars(select(Survey).where(Survey.partnership_id == pair.partnership.id)).one()


def answer_as(
    session: Session, survey: Survey, role: SurveyGroup, levels: dict[str, int], side: Side = Side.SUPPORTED
) -> None:
    """Somebody without an account answers by a printed link."""
    respondent = SurveyRespondent(survey_id=survey.id, side=side, role=role)
    session.add(respondent)
    session.flush()
    code = new_link(session, respondent)
    send_answer(session, survey_of_link(session, code, survey.issued_on), levels, "")


def test_surveys_come_at_thirty_days_then_every_sixty_after_visits_and_at_the_close() -> None:
    given = {
        "state": PartnershipState.ACTIVE,
        "start_on": START,
        "closed_on": None,
        "visits": [],
        "asked": set(),
        "last_regular": None,
        "first_days": 30,
        "every_days": 60,
    }

    def keys(today: date, **changed: object) -> list[str]:
        return [one.key for one in due_occasions(today=today, **{**given, **changed})]  # type: ignore[arg-type]

    assert keys(FIRST - timedelta(days=1)) == []
    assert keys(FIRST) == ["days:30"]
    assert keys(START + timedelta(days=89), asked={"days:30"}, last_regular=FIRST) == []
    assert keys(START + timedelta(days=90), asked={"days:30"}, last_regular=FIRST) == ["days:90"]
    assert keys(START + timedelta(days=400)) == ["days:390"]
    assert keys(FIRST, visits=[(7, FIRST - timedelta(days=1))]) == ["days:30", "visit:7"]
    assert keys(FIRST, visits=[(7, FIRST)], asked={"days:30"}) == []
    assert keys(FIRST, visits=[(7, FIRST - timedelta(days=31))], asked={"days:30"}) == []
    closed = {"state": PartnershipState.CLOSED, "closed_on": FIRST}
    assert keys(FIRST, **closed) == ["closing"]
    assert keys(FIRST, state=PartnershipState.PAUSED) == []
    assert keys(FIRST, state=PartnershipState.STOPPED, closed_on=FIRST) == []


def test_both_sides_are_asked_once_by_mail_with_a_link_each(database: Database) -> None:
    with database.transaction() as session:
        pair = make_pair(session)
        survey = a_survey(session, pair)
        assert issue_due_surveys(session, FIRST) == 0
        assert issue_due_surveys(session, FIRST + timedelta(days=1)) == 0
        mails = session.scalars(select(Message).where(Message.kind == "survey").order_by(Message.id)).all()
        assert [mail.recipient for mail in mails] == [pair.director.email, pair.leading.email]
        assert all(pair.school.name not in mail.subject for mail in mails)
        code = mails[0].text.partition("/encuesta/")[2].split()[0]
        opened = survey_of_link(session, code.upper(), FIRST)
        assert (opened.survey_id, opened.side, opened.role) == (
            survey.id,
            Side.SUPPORTED,
            SurveyGroup.LEADERSHIP,
        )
        assert [one.survey_id for one in surveys_to_answer(session, pair.head, FIRST)] == [survey.id]
        assert code not in session.scalars(select(SurveyLink.token_hash)).all()


def test_a_visit_that_was_held_is_asked_about(database: Database) -> None:
    with database.transaction() as session:
        pair = make_pair(session)
        held = datetime(2026, 3, 10, 14, tzinfo=UTC)
        visit = make_visit(session, pair, state=VisitState.HELD, starts_at=held, held_at=held)
        make_visit(session, pair, state=VisitState.MISSED, starts_at=held + timedelta(hours=4))
        assert issue_due_surveys(session, date(2026, 3, 11)) == 1
        survey = session.scalars(select(Survey)).one()
        assert (survey.moment, survey.occasion) == (SurveyMoment.VISIT, f"visit:{visit.id}")


def test_who_did_not_answer_is_reminded_once(database: Database) -> None:
    with database.transaction() as session:
        pair = make_pair(session)
        survey = a_survey(session, pair)
        send_answer(session, surveys_to_answer(session, pair.head, FIRST)[0], {"useful": 4}, "")
        assert remind_of_surveys(session, FIRST + timedelta(days=6)) == 0
        assert remind_of_surveys(session, FIRST + timedelta(days=7)) == 1
        assert remind_of_surveys(session, FIRST + timedelta(days=8)) == 0
        reminders = session.scalars(select(Message).where(Message.kind == "survey_reminder")).all()
        assert [mail.recipient for mail in reminders] == [pair.leading.email]
        first = session.scalars(
            select(Message).where(Message.kind == "survey", Message.recipient == pair.leading.email)
        ).one()
        for mail in (first, reminders[0]):
            code = mail.text.partition("/encuesta/")[2].split()[0]
            assert survey_of_link(session, code, FIRST).survey_id == survey.id
        answered = session.scalars(
            select(Message.state).where(Message.kind == "survey", Message.recipient == pair.director.email)
        ).one()
        assert answered is MessageState.VOID


def test_a_link_answers_once_and_keeps_a_draft_until_then(database: Database) -> None:
    with database.transaction() as session:
        pair = make_pair(session)
        survey = a_survey(session, pair)
        sheet = make_sheet(
            session,
            pair.partnership.id,
            survey.id,
            side=Side.SUPPORTED,
            role=SurveyGroup.TEACHERS,
            number=2,
            replace=False,
            actor=pair.head,
            today=FIRST,
        )
        code, other = sheet.codes
        opened = survey_of_link(session, code, FIRST)
        keep_draft(session, opened, {"respect": 3, "agreed": 1}, "A medias")
        again = survey_of_link(session, f"{code[:4]}-{code[4:]}", FIRST)
        assert again.draft == {"levels": {"respect": 3}, "comment": "A medias"}
        with pytest.raises(InvalidInput):
            send_answer(session, again, {}, "")
        send_answer(session, again, {"respect": 3}, "Bien")
        with pytest.raises(Conflict) as twice:
            send_answer(session, again, {"respect": 1}, "")
        assert str(twice.value.message) == (
            "Esta encuesta ya se contestó con este enlace; cada enlace sirve una sola vez."
        )
        with pytest.raises(Conflict):
            survey_of_link(session, code, FIRST)
        with pytest.raises(Conflict, match="cerró"):
            survey_of_link(session, other, survey.closes_on + timedelta(days=1))
        with pytest.raises(NotFound):
            survey_of_link(session, "nada", FIRST)
        kept = session.scalars(select(SurveyAnswer)).one()
        assert (kept.levels, kept.comment) == ({"respect": 3}, "Bien")
        make_sheet(
            session,
            pair.partnership.id,
            survey.id,
            side=Side.SUPPORTED,
            role=SurveyGroup.TEACHERS,
            number=1,
            replace=True,
            actor=pair.head,
            today=FIRST,
        )
        with pytest.raises(NotFound):
            survey_of_link(session, other, FIRST)
        session.get_one(Partnership, pair.partnership.id).state = PartnershipState.STOPPED
        session.flush()
        assert surveys_to_answer(session, pair.head, FIRST) == ()


def test_a_sheet_is_for_the_own_school_only(database: Database) -> None:
    with database.transaction() as session:
        pair = make_pair(session)
        survey = a_survey(session, pair)
        for actor in (pair.lead, pair.coordination):
            with pytest.raises(NotAllowed):
                make_sheet(
                    session,
                    pair.partnership.id,
                    survey.id,
                    side=Side.SUPPORTED,
                    role=SurveyGroup.FAMILIES,
                    number=5,
                    replace=False,
                    actor=actor,
                    today=FIRST,
                )


def test_trust_is_shown_from_the_minimum_of_answers_and_once_the_survey_is_over(database: Database) -> None:
    with database.transaction() as session:
        pair = make_pair(session)
        survey = a_survey(session, pair)
        for level in (4, 4, 3, 3):
            answer_as(session, survey, SurveyGroup.TEACHERS, {"useful": level, "respect": level, "word": 4})
        after = survey.closes_on + timedelta(days=1)
        few = survey_results(session, pair.partnership.id, pair.head, after)
        assert few.trust == ()
        assert few.lines[0].course == ()
        answer_as(session, survey, SurveyGroup.TEACHERS, {"useful": 1, "respect": 1})
        open_still = survey_results(session, pair.partnership.id, pair.head, FIRST)
        assert (open_still.trust, open_still.lines[0].course) == ((), ())
        found = survey_results(session, pair.partnership.id, pair.lead, after)
        assert [(line.side, line.role, line.n) for line in found.trust] == [
            (Side.SUPPORTED, SurveyGroup.TEACHERS, 5)
        ]
        means = {mean.code: (mean.n, mean.value) for mean in found.trust[0].means}
        assert means == {"respect": (5, 3.0), "skill": (0, None), "care": (0, None), "word": (4, None)}
        useful = found.lines[0].course[0]
        assert (useful.code, useful.n, useful.value) == ("useful", 5, 3.0)
        assert (found.lines[0].invited, found.lines[0].answered) == (7, 5)
        territory = territory_surveys(session, pair.coordination, after)
        assert (territory.invited, territory.answered, territory.trust[0].n) == (7, 5, 5)


def test_a_low_answer_reaches_the_coordination_without_telling_whose(database: Database) -> None:
    with database.transaction() as session:
        pair, foreign = make_pair(session), make_pair(session, start_on=FIRST)
        survey = a_survey(session, pair)
        assert survey_concerns(session, pair.coordination, FIRST) == ()
        mine = surveys_to_answer(session, pair.head, FIRST)[0]
        send_answer(session, mine, {"useful": 2, "agreed": 2, "respect": 4}, "No avanzamos")
        session.expire(survey)
        (concern,) = survey_concerns(session, pair.coordination, FIRST)
        assert (concern.reason, concern.survey_id, concern.answered) == ("low", survey.id, 1)
        assert survey_concerns(session, foreign.coordination, FIRST) == ()
        seen = survey_results(session, pair.partnership.id, pair.coordination, FIRST).lines[0]
        assert (seen.low, seen.comments) == (True, ("No avanzamos",))
        for school in (pair.head, pair.lead):
            line = survey_results(session, pair.partnership.id, school, FIRST).lines[0]
            assert (line.low, line.comments) == (False, ())
        alerts = session.scalars(select(Event).where(Event.action == "survey_low")).all()
        assert [(one.account_id, one.data) for one in alerts] == [(None, {})]
        with pytest.raises(NotAllowed):
            handle_concern(session, pair.partnership.id, survey.id, actor=pair.head, today=FIRST)
        handle_concern(session, pair.partnership.id, survey.id, actor=pair.coordination, today=FIRST)
        session.flush()
        assert survey_concerns(session, pair.coordination, FIRST) == ()


def test_a_survey_that_few_answered_asks_for_attention_when_it_is_over(database: Database) -> None:
    with database.transaction() as session:
        pair = make_pair(session)
        survey = a_survey(session, pair)
        assert survey_concerns(session, pair.coordination, survey.closes_on) == ()
        (late,) = survey_concerns(session, pair.coordination, survey.closes_on + timedelta(days=1))
        assert (late.reason, late.invited, late.answered) == ("late", 2, 0)


def test_only_the_pair_and_its_coordination_read_results(database: Database) -> None:
    with database.transaction() as session:
        pair, foreign = make_pair(session), make_pair(session)
        with pytest.raises(NotFound):
            survey_results(session, pair.partnership.id, foreign.head, FIRST)
        with pytest.raises(NotAllowed):
            survey_results(session, pair.partnership.id, make_actor(Role.MINISTRY), FIRST)


def test_after_a_withdrawal_a_school_reads_its_own_side_only(database: Database) -> None:
    with database.transaction() as session:
        pair = make_pair(session)
        survey = a_survey(session, pair)
        for side in Side:
            for _ in range(5):
                answer_as(session, survey, SurveyGroup.TEACHERS, {"useful": 4, "respect": 4}, side)
        pair.partnership.sharing_ended_at = datetime(2026, 4, 2, tzinfo=UTC)
        session.flush()
        after = survey.closes_on + timedelta(days=1)
        found = survey_results(session, pair.partnership.id, pair.head, after)
        assert [line.side for line in found.trust] == [Side.SUPPORTED]
        assert found.lines[0].course == ()
        assert session.scalar(select(func.count(SurveyAnswer.id))) == 10
