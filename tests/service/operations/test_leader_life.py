"""A leader's life as the people in it live it: guards, conflicts, consents, reviews, complaints."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from matching.designation import CandidateFigures, CriteriaVersion, would_change
from matching.designation_presets import MINGA_1, NLE_2022
from service.errors import Conflict, InvalidInput, NotAllowed, NotFound
from service.models import Event, Leader, LeaderConsent, LeaderReview, Message, Post
from service.models.enums import LeaderStatus, PostRole, Role
from service.models.leader_states import (
    ComplaintState,
    ConsentKind,
    ConsentWay,
    DisputeState,
    InterestKind,
    Recommendation,
    ReviewDecision,
    ReviewReason,
)
from service.operations.applications import apply_to_lead, extend_term, nominate, take_step
from service.operations.assessments import ask_assessor, declare, judge, opened
from service.operations.complaints import decide_complaint, raise_complaint
from service.operations.criteria import decide_criteria, propose_criteria
from service.operations.disputes import decide_dispute, dispute_figure
from service.operations.interests import declare_interest, end_interest
from service.operations.leader_records import (
    give_consent,
    record_training,
    set_goal,
    tell_gain,
    withdraw_consent,
)
from service.operations.leader_reviews import (
    decide_review,
    due_for_review,
    lapse_due_terms,
    review_own_schools,
)
from service.operations.leader_states import Move
from service.operations.posts import leave_post
from service.permissions import OPERATOR, Actor, Scope
from service.queries.criteria import affected_by
from service.queries.disputes import disputes_of
from service.queries.leader_access import known_leader
from service.queries.leader_pages import pending_lines
from service.queries.leader_people import person_of
from service.snapshots.leaders import standing_leaders
from service.snapshots.schools import working_schools
from service.systems import SYSTEMS
from tests.factories.accounts import make_account, make_post
from tests.factories.leaders import make_leader
from tests.factories.results import (
    LEADING_EVIDENCE,
    make_assessment,
    make_evidence_set,
    make_result,
)
from tests.factories.schools import make_school, make_service

TODAY = date(2026, 3, 2)
CL = SYSTEMS["cl"]


def actor(account, role, **reach) -> Actor:
    return Actor(account.id, account.person.name, (Scope(role, **reach),))


class World:
    """A head with a school, a coordination, the ministry and three people who assess."""

    def __init__(self, session) -> None:
        self.session = session
        self.service = make_service(session)
        self.school = make_school(session, service=self.service)
        head = make_account(session, Role.DIRECTOR, school_id=self.school.id)
        make_post(session, self.school, person=head.person, start_on=date(2019, 3, 1))
        self.head = actor(head, Role.DIRECTOR, school_id=self.school.id)
        self.coordination = self._one(Role.COORDINATOR, service_id=self.service.id)
        self.ministry = self._one(Role.MINISTRY)
        self.assessors = [self._one(Role.ASSESSOR, service_id=self.service.id) for _ in range(3)]

    def _one(self, role, **reach) -> Actor:
        return actor(make_account(self.session, role, **reach), role, **reach)

    def apply(self):
        key = f"cl:{self.school.code}"
        return apply_to_lead(
            self.session, key, words="Quiero aprender también.", actor=self.head, today=TODAY
        )

    def step(self, leader_id, step, who=None, reason="Razón", **more):
        return take_step(
            self.session, leader_id, step, actor=who or self.coordination, today=TODAY, reason=reason, **more
        )

    def ask(self, leader_id, who) -> int:
        return ask_assessor(self.session, leader_id, who.account_id, actor=self.coordination, today=TODAY).id

    def judge(self, asked, who, recommendation=Recommendation.DESIGNATE):
        declare(self.session, asked, conflict=None, note="", actor=who, today=TODAY)
        return judge(
            self.session,
            asked,
            judgements={one.asked.value: "yes" for one in MINGA_1.judged},
            recommendation=recommendation,
            reasons="Lo vi en dos visitas.",
            actor=who,
            today=TODAY,
        )

    def consents(self, leader_id) -> None:
        give_consent(
            self.session,
            leader_id,
            ConsentKind.LEADER,
            given_on=TODAY,
            given_by="",
            way=ConsentWay.HERE,
            actor=self.head,
        )
        give_consent(
            self.session,
            leader_id,
            ConsentKind.OWNER,
            given_on=TODAY,
            given_by="La directora ejecutiva",
            way=ConsentWay.LETTER,
            actor=self.coordination,
        )

    def standing(self):
        found = standing_leaders(self.session, CL, working_schools(self.session, CL), TODAY)
        return found[self.school.code].profile


@pytest.fixture
def world(database):
    with database.transaction() as session:
        yield World(session)


def events(session, leader_id) -> list[str]:
    rows = session.scalars(
        select(Event.action)
        .where(Event.object_type == "leader", Event.object_id == leader_id)
        .order_by(Event.id)
    )
    return list(rows)


def test_the_whole_way_from_application_to_active(world):
    leader = world.apply().leader_id
    world.step(leader, Move.CONFIRM)
    first, second = world.assessors[:2]
    world.judge(world.ask(leader, first), first)
    with pytest.raises(Conflict, match="dos personas"):
        world.step(leader, Move.ASSESS)
    world.judge(world.ask(leader, second), second, Recommendation.NOT_YET)
    world.step(leader, Move.ASSESS)
    until = TODAY + timedelta(days=700)
    with pytest.raises(Conflict) as refusal:
        world.step(leader, Move.DESIGNATE, term_end_on=until)
    assert refusal.value.details["missing"] == ["leader_consent", "owner_consent"]
    world.consents(leader)
    found = world.step(leader, Move.DESIGNATE, world.ministry, term_end_on=until)
    assert (found.status, found.term_end_on) == (LeaderStatus.DESIGNATED, until)
    with pytest.raises(Conflict, match="formación"):
        world.step(leader, Move.ACTIVATE)
    record_training(
        world.session,
        leader,
        name="Inducción",
        given_by="CPEIP",
        completed_on=TODAY,
        hours=20,
        actor=world.coordination,
    )
    assert world.step(leader, Move.ACTIVATE).status is LeaderStatus.ACTIVE
    assert events(world.session, leader) == [
        "leader_applied",
        "leader_confirm",
        "assessor_asked",
        "assessor_judged",
        "assessor_asked",
        "assessor_judged",
        "leader_assess",
        "consent_given",
        "consent_given",
        "leader_designate",
        "training_recorded",
        "leader_activate",
    ]
    assert world.standing().active


def test_dissent_stays_beside_the_decision(world):
    application = world.apply()
    world.step(application.leader_id, Move.CONFIRM)
    for who, said in zip(world.assessors, ("designate", "not_yet"), strict=False):
        world.judge(world.ask(application.leader_id, who), who, Recommendation(said))
    world.step(application.leader_id, Move.ASSESS)
    world.session.refresh(application, ["assessors"])
    assert [one.recommendation.value for one in application.assessors] == ["designate", "not_yet"]
    first = application.assessors[0].id
    with pytest.raises(Conflict, match="no cambia"):
        judge(
            world.session,
            first,
            judgements={},
            recommendation=Recommendation.NOT_YET,
            reasons="No",
            actor=world.assessors[0],
            today=TODAY,
        )


def test_an_assessor_with_a_conflict_cannot_open_the_file(world):
    leader = world.apply().leader_id
    declared, known = world.assessors[:2]
    asked = world.ask(leader, declared)
    with pytest.raises(NotAllowed) as shut:
        opened(world.session, asked, actor=declared, today=TODAY)
    assert shut.value.code == "declare"
    declare(world.session, asked, conflict=InterestKind.FAMILY, note="", actor=declared, today=TODAY)
    with pytest.raises(NotAllowed) as shut:
        opened(world.session, asked, actor=declared, today=TODAY)
    assert shut.value.code == "conflict"
    with pytest.raises(NotFound):
        opened(world.session, asked, actor=known, today=TODAY)
    assert "assessor_conflict" in events(world.session, leader)


@pytest.mark.parametrize("bond", ["same_owner", "recent_employer", "family"])
def test_a_conflict_that_minga_knows_bars_an_assessor_whatever_they_say(world, bond):
    leader = world.apply().leader_id
    assessor = world.assessors[0]
    asked = world.ask(leader, assessor)
    declare(world.session, asked, conflict=None, note="", actor=assessor, today=TODAY)
    person = world.session.get_one(Leader, leader).person_id
    account = make_account(world.session, Role.ASSESSOR, service_id=world.service.id)
    other = actor(account, Role.ASSESSOR, service_id=world.service.id)
    if bond == "same_owner":
        sister = make_school(world.session, service=world.service)
        make_post(world.session, sister, person=account.person, role=PostRole.TEACHER, start_on=None)
    elif bond == "recent_employer":
        make_post(
            world.session,
            world.school,
            person=account.person,
            role=PostRole.TEACHER,
            start_on=date(2020, 1, 1),
            end_on=TODAY - timedelta(days=200),
        )
    else:
        their_school = make_school(world.session)
        make_post(world.session, their_school, person=account.person, start_on=None)
        declare_interest(
            world.session,
            leader,
            f"cl:{their_school.code}",
            kind=InterestKind.FAMILY,
            start_on=TODAY,
            end_on=None,
            note="",
            actor=world.head,
        )
    assert person != account.person_id
    with pytest.raises(InvalidInput, match="interés"):
        world.ask(leader, other)


def test_who_assessed_does_not_decide_and_nobody_decides_about_themself(world):
    leader = world.apply().leader_id
    both = Actor(
        world.assessors[0].account_id,
        "Ambas",
        (*world.assessors[0].scopes, *world.coordination.scopes),
    )
    world.step(leader, Move.CONFIRM)
    for who in world.assessors[:2]:
        world.judge(world.ask(leader, who), who)
    world.step(leader, Move.ASSESS)
    world.consents(leader)
    with pytest.raises(Conflict, match="Usted evaluó"):
        world.step(leader, Move.DESIGNATE, both, term_end_on=TODAY + timedelta(days=90))
    self_coordinating = Actor(world.head.account_id, "Yo", (*world.head.scopes, *world.coordination.scopes))
    with pytest.raises(NotAllowed):
        world.step(leader, Move.DESIGNATE, self_coordinating, term_end_on=TODAY + timedelta(days=90))


def test_an_application_keeps_its_criteria_and_a_new_version_names_who_would_change(world):
    make_assessment(
        world.session,
        world.school,
        status="not_in_need",
        could_lead=True,
        leading_evidence=[
            {**one, "value": 0.7} if one["criterion"].startswith("value") else one for one in LEADING_EVIDENCE
        ],
    )
    application = world.apply()
    assert application.criteria == MINGA_1.to_dict()
    assert application.figures["above_probability"] == 0.7
    looser = CriteriaVersion.from_dict(
        {
            **MINGA_1.to_dict(),
            "version": "2",
            "criteria": [
                {**one, "threshold": 0.6} if one["asked"] == "above_expected" else one
                for one in MINGA_1.to_dict()["criteria"]
            ],
        }
    )
    kept = propose_criteria(world.session, looser, system="cl", reason="Muy pocas", actor=world.coordination)
    with pytest.raises(NotAllowed):
        _approve(world, kept.id, world.coordination)
    found, of = affected_by(world.session, looser, world.coordination)
    assert [(one.change.before, one.change.after, one.change.because[0].value) for one in found] == [
        (False, True, "above_expected")
    ]
    assert of == 1
    _approve(world, kept.id, world.ministry)
    world.step(application.leader_id, Move.WITHDRAW, world.head)
    again = world.apply()
    assert again.criteria["version"] == "2"
    assert application.criteria["version"] == "1"
    foreign = actor(
        make_account(world.session, Role.COORDINATOR, service_id=make_service(world.session).id),
        Role.COORDINATOR,
        service_id=0,
    )
    assert affected_by(world.session, looser, foreign) == ([], 0)


def _approve(world, criteria_id, who):
    return decide_criteria(
        world.session,
        criteria_id,
        approve=True,
        in_force_from=TODAY,
        reason="De acuerdo",
        actor=who,
        today=TODAY,
    )


def test_one_person_does_not_make_a_version_valid(world):
    version = CriteriaVersion.from_dict({**NLE_2022.to_dict(), "version": "propia"})
    kept = propose_criteria(world.session, version, system="cl", reason="Probar", actor=world.ministry)
    with pytest.raises(Conflict, match="otra persona"):
        _approve(world, kept.id, world.ministry)
    with pytest.raises(InvalidInput, match="Ya existe"):
        propose_criteria(world.session, version, system="cl", reason="Otra vez", actor=world.ministry)


def test_better_than_similar_schools_lets_the_head_of_a_poor_school_qualify():
    poor = CandidateFigures(
        years_in_post=4.0,
        in_need=False,
        recent_tests=2,
        falling_probability=0.1,
        above_probability=0.85,
        as_of=2024,
    )
    assert would_change(MINGA_1, NLE_2022, poor) is None


def test_consent_withdrawn_keeps_the_leader_out_of_runs_and_tells_the_coordination(world):
    leader = make_leader(world.session, world.school, person=_person(world))
    assert world.standing().consents
    withdraw_consent(world.session, leader.id, ConsentKind.LEADER, reason="", actor=world.head, today=TODAY)
    assert (leader.consent_on, world.standing().consents) == (None, False)
    [kept] = world.session.scalars(select(LeaderConsent))
    assert (kept.withdrawn_on, kept.withdrawn_by_id) == (TODAY, world.head.account_id)
    subjects = world.session.scalars(select(Message.subject)).all()
    assert subjects == ["Se retiró un consentimiento"]
    with pytest.raises(Conflict):
        withdraw_consent(
            world.session, leader.id, ConsentKind.LEADER, reason="", actor=world.head, today=TODAY
        )


def test_pause_keeps_preferences_and_never_appears_in_a_run(world):
    leader = make_leader(
        world.session, world.school, person=_person(world), status=LeaderStatus.ACTIVE, max_km=30.0
    )
    world.step(leader.id, Move.PAUSE, world.head, "Semestre difícil")
    profile = world.standing()
    assert (profile.active, profile.max_km, leader.elements) == (False, 30.0, {"focus": 4})
    world.step(leader.id, Move.RESUME, world.head)
    assert world.standing().active
    world.step(leader.id, Move.PAUSE, world.coordination)
    with pytest.raises(NotAllowed, match="su coordinación"):
        world.step(leader.id, Move.RESUME, world.head)


def test_leaving_the_post_opens_a_review_that_stops_new_matches_until_decided(world):
    leader = make_leader(world.session, world.school, person=_person(world))
    leave_post(
        world.session,
        actor=world.coordination,
        person_id=leader.person_id,
        school_id=world.school.id,
        role=PostRole.HEAD,
        end_on=TODAY,
    )
    [review] = world.session.scalars(select(LeaderReview))
    assert review.because is ReviewReason.LEFT_POST
    assert not world.standing().active
    decide_review(
        world.session,
        review.id,
        decision=ReviewDecision.LAPSE,
        reason="La designación era con esta escuela.",
        actor=world.coordination,
        today=TODAY,
    )
    assert (leader.status, leader.term_end_on) == (LeaderStatus.LAPSED, TODAY)
    with pytest.raises(Conflict):
        decide_review(
            world.session,
            review.id,
            decision=ReviewDecision.CONTINUE,
            reason="Otra vez",
            actor=world.coordination,
            today=TODAY,
        )
    assert world.session.scalars(select(Post.end_on).where(Post.person_id == leader.person_id)).all() == [
        TODAY
    ]


def test_own_school_in_need_opens_one_review_a_year_of_results(world):
    leader = make_leader(world.session, world.school, person=_person(world))
    make_assessment(world.session, world.school)
    assert due_for_review(world.session)
    assert review_own_schools(world.session, today=TODAY) == 1
    assert review_own_schools(world.session, today=TODAY) == 0
    assert not due_for_review(world.session)
    [review] = world.session.scalars(select(LeaderReview))
    assert (review.because, review.facts) == (
        ReviewReason.OWN_SCHOOL_IN_NEED,
        {"phase": "primary", "as_of": 2024},
    )
    assert pending_lines(world.session, [leader.id]) == {leader.id: ("review",)}
    decide_review(
        world.session,
        review.id,
        decision=ReviewDecision.CONTINUE,
        reason="Cambio de curso; se mira el próximo año.",
        actor=world.coordination,
        today=TODAY,
    )
    assert review_own_schools(world.session, today=TODAY) == 0
    make_evidence_set(world.session).as_of = 2025
    assert review_own_schools(world.session, today=TODAY) == 1


def test_a_falling_own_school_is_reviewed_too(world):
    make_leader(world.session, world.school, person=_person(world))
    fallen = [
        {**one, "holds": False, "value": 0.9} if one["criterion"] == "falling" else one
        for one in LEADING_EVIDENCE
    ]
    make_assessment(world.session, world.school, status="not_in_need", leading_evidence=fallen)
    review_own_schools(world.session, today=TODAY)
    assert world.session.scalars(select(LeaderReview.because)).all() == [ReviewReason.OWN_SCHOOL_FALLING]


def test_a_term_ends_by_the_clock_with_a_notice(world):
    leader = make_leader(
        world.session,
        world.school,
        person=_person(world),
        status=LeaderStatus.ACTIVE,
        term_end_on=TODAY,
    )
    assert lapse_due_terms(world.session, today=TODAY) == 0
    assert lapse_due_terms(world.session, today=TODAY + timedelta(days=1)) == 1
    assert leader.status is LeaderStatus.LAPSED
    [message] = world.session.scalars(select(Message))
    assert (message.subject, message.account_id) == ("El término de su designación", world.head.account_id)
    with pytest.raises(Conflict):
        extend_term(
            world.session,
            leader.id,
            until=TODAY + timedelta(days=30),
            reason="Tarde",
            actor=world.coordination,
            today=TODAY,
        )


def test_a_complaint_suspends_new_matches_until_it_is_closed(world):
    leader = make_leader(world.session, world.school, person=_person(world))
    case = raise_complaint(
        world.session, leader.id, text="No avisó.", suspends=True, actor=world.coordination, today=TODAY
    )
    assert world.standing().complaint_open
    with pytest.raises(Conflict, match="examinarlo"):
        _decide(world, case, ComplaintState.UPHELD)
    _decide(world, case, ComplaintState.EXAMINED)
    assert world.standing().complaint_open
    _decide(world, case, ComplaintState.NOT_UPHELD)
    assert not world.standing().complaint_open
    with pytest.raises(Conflict):
        _decide(world, case, ComplaintState.EXAMINED)
    stranger = actor(
        make_account(world.session, Role.DIRECTOR, school_id=make_school(world.session).id),
        Role.DIRECTOR,
        school_id=1,
    )
    with pytest.raises(NotFound):
        raise_complaint(world.session, leader.id, text="Nada", suspends=True, actor=stranger, today=TODAY)
    said = [event.data for event in world.session.scalars(select(Event)) if "complaint" in event.action]
    assert all("No avisó" not in str(data) for data in said)


def _decide(world, case, state):
    return decide_complaint(
        world.session,
        case.id,
        state=state,
        suspends=True,
        decision="Se conversó.",
        actor=world.coordination,
        today=TODAY,
    )


def test_a_declared_interest_bars_the_pair_from_either_side_and_ends(world):
    leader = make_leader(world.session, world.school, person=_person(world))
    other, third = make_school(world.session), make_school(world.session)
    head = make_post(world.session, third, start_on=None)
    interest = declare_interest(
        world.session,
        leader.id,
        f"cl:{other.code}",
        kind=InterestKind.RECENT_EMPLOYER,
        start_on=TODAY - timedelta(days=10),
        end_on=None,
        note="",
        actor=world.coordination,
    )
    theirs = make_leader(world.session, third, person=head.person, status=LeaderStatus.APPLIED)
    declare_interest(
        world.session,
        theirs.id,
        f"cl:{world.school.code}",
        kind=InterestKind.FAMILY,
        start_on=TODAY,
        end_on=None,
        note="",
        actor=OPERATOR,
    )
    assert world.standing().conflicts == {other.code, third.code}
    end_interest(world.session, leader.id, interest.id, actor=world.coordination, today=TODAY)
    later = standing_leaders(world.session, CL, working_schools(world.session, CL), TODAY + timedelta(days=1))
    assert later[world.school.code].profile.conflicts == {third.code}


def test_a_nominated_head_is_told_and_nothing_goes_on_without_consent(world):
    application = nominate(
        world.session,
        f"cl:{world.school.code}",
        name="Ana Soto",
        email="ana@escuela.cl",
        in_post_since=date(2020, 3, 1),
        words="Su equipo trabaja unido.",
        actor=world.coordination,
        today=TODAY,
    )
    leader = world.session.get_one(Leader, application.leader_id)
    assert (leader.status, leader.consent_on) == (LeaderStatus.APPLIED, None)
    recipients = world.session.scalars(select(Message.recipient)).all()
    assert "ana@escuela.cl" in recipients


def test_own_learning_is_written_by_the_person_alone(world):
    leader = make_leader(world.session, world.school, person=_person(world))
    goal = set_goal(
        world.session, leader.id, goal="Observar clases", element=None, actor=world.head, today=TODAY
    )
    tell_gain(world.session, leader.id, goal.id, gain="Nos observamos", actor=world.head, today=TODAY)
    assert (goal.gain, goal.gained_on) == ("Nos observamos", TODAY)
    with pytest.raises(NotAllowed):
        set_goal(world.session, leader.id, goal="Otra", element=None, actor=world.coordination, today=TODAY)


def test_a_disputed_figure_is_marked_until_decided(world):
    make_result(world.session, world.school)
    key, figure = f"cl:{world.school.code}", "result:4b:2024:reading"
    dispute = dispute_figure(
        world.session, key, figure=figure, reason="Rindieron 12.", actor=world.head, today=TODAY
    )
    assert dispute.shown == "262"
    with pytest.raises(Conflict):
        dispute_figure(world.session, key, figure=figure, reason="Otra", actor=world.head, today=TODAY)
    with pytest.raises(InvalidInput):
        dispute_figure(
            world.session, key, figure="result:4b:1999:reading", reason="x", actor=world.head, today=TODAY
        )
    with pytest.raises(NotAllowed):
        _settle(world, key, dispute, world.head)
    _settle(world, key, dispute, world.coordination)
    assert disputes_of(world.session, world.school, open_only=True) == []
    assert dispute.state is DisputeState.UPHELD


def _settle(world, key, dispute, who):
    return decide_dispute(
        world.session,
        key,
        dispute.id,
        state=DisputeState.UPHELD,
        decision="Tienen razón.",
        actor=who,
        today=TODAY,
    )


def test_nobody_of_another_territory_knows_of_a_leader(world):
    leader = world.apply().leader_id
    foreign = actor(
        make_account(world.session, Role.COORDINATOR, service_id=make_service(world.session).id),
        Role.COORDINATOR,
        service_id=999_999,
    )
    with pytest.raises(NotFound):
        known_leader(world.session, leader, foreign)


def _person(world):
    return person_of(world.session, world.head)
