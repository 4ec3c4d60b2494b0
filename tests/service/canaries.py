"""A small country in which every private text says to whom it belongs.

Each such text holds a word like ``CANARIO-5-140-needs-note``: the service and the school that it
belongs to. Whoever reads a word of a foreign territory reads what is not theirs.
"""

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.db import Database
from service.imports.reading import Upload
from service.letters import Letter
from service.models import (
    Account,
    AccountRequest,
    Batch,
    BusyTime,
    CalendarDay,
    CalendarFeed,
    Candidate,
    Change,
    Correction,
    Diagnosis,
    Grant,
    Leader,
    Need,
    NetworkAgreement,
    NetworkGoal,
    NoteObjection,
    Offer,
    Ownership,
    Partnership,
    Person,
    Proposal,
    Request,
    Run,
    RunMark,
    School,
    StatedRanking,
    Visit,
    VisitNote,
)
from service.models.columns import local_day, local_today, utc_now
from service.models.enums import (
    AccountRequestState,
    BatchState,
    LinkKind,
    MarkKind,
    Phase,
    ProposalState,
    RankingSide,
    Role,
    RunState,
)
from service.models.network_kinds import AgreementState, GoalSource
from service.models.states import (
    BusySource,
    CalendarDayKind,
    CandidateState,
    DeclineReason,
    ExchangeKind,
    OfferState,
    RequestState,
    Side,
    VisitDirection,
    VisitMode,
    VisitState,
)
from service.operations.accounts import add_account, new_account, place_of_grant
from service.operations.calendars import hash_of
from service.operations.demo import fill_with_demo
from service.operations.imports import check_import, run_import
from service.operations.imports.columns import set_waiting
from service.operations.mail import queue_message
from service.operations.matching import perform_run, request_run
from service.operations.passwords import make_link
from service.operations.schools import correct_school, details_of
from service.permissions import OPERATOR, Actor
from service.queries.accounts import actor_of
from service.queries.schools import find_school
from service.snapshots.run_options import RunOptions
from service.systems import SYSTEMS
from tests.factories.networks import make_network, make_session
from tests.factories.questionnaires import seed_questionnaires
from tests.service.canaries_partnership import seed_partnership
from tests.service.canaries_survey import seed_survey
from tests.service.leader_canaries import sing_of_leader

SCHOOLS, YEARS = 260, 6
HOME, AWAY = "slep:1391", "slep:591"
PASSWORD = "una-clave-larga"
WORD = re.compile(rb"CANARIO-(\w+)-(\w+)-([a-z]+(?:_[a-z]+)*)-([a-z]+(?:_[a-z]+)*)", re.IGNORECASE)


class Word(NamedTuple):
    """Whose text it is, and which."""

    service: str
    school: str
    table: str
    column: str


@dataclass(frozen=True, slots=True)
class Seeded:
    """What the tests ask for: ids in the home territory, and who is who."""

    service_id: int
    away_service_id: int
    school_id: int
    code: str
    number: int
    away_code: str
    territory: str
    leader_id: int
    leader_code: str
    leader_number: int
    leader_school_id: int
    assessor_id: int
    complaint_id: int
    criteria_id: int
    dispute_id: int
    goal_id: int
    interest_id: int
    member_id: int
    review_id: int
    need_id: int
    ranking_id: int
    correction_id: int
    run_id: int
    published_run_id: int
    exploratory_run_id: int
    batch_id: int
    applied_batch_id: int
    official_batch_id: int
    change_id: int
    session_id: int
    account_id: int
    grant_id: int
    request_id: int
    network_id: int
    agreement_id: int
    peer_request_id: int
    proposal_id: int
    offer_id: int
    partnership_id: int
    objective_id: int
    activity_id: int
    concern_id: int
    attachment_id: int
    visit_id: int
    past_visit_id: int
    held_visit_id: int
    busy_id: int
    days_id: int
    feed: str
    link: str
    message_id: int
    token: str
    survey_id: int
    survey_code: str
    questionnaire_id: int
    profile_id: int
    body_id: int
    paper_code: str
    emails: dict[str, str]


def canary(service: object, school: object, table: str, column: str) -> str:
    """The word for one text."""
    return f"CANARIO-{service or 'nadie'}-{school or 'todas'}-{table}-{column}"


def words_in(body: bytes) -> set[Word]:
    """Every word in an answer; a workbook is looked into."""
    pieces = [body]
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            pieces = [packed.read(name) for name in packed.namelist()]
    return {
        Word(*(part.decode() for part in match.groups()))
        for piece in pieces
        for match in WORD.finditer(piece)
    }


def seed(database: Database, instance: Path) -> Seeded:
    """Fill an empty database with the small country and its canaries."""
    fill_with_demo(database, instance, seed=7, schools=SCHOOLS, years=YEARS)
    with database.transaction() as session:
        _sing(session)
        home = _coordinator(session, HOME)
        away = _coordinator(session, AWAY)
        service_id = next(iter(home.service_ids))
        away_service_id = next(iter(away.service_ids))
        leader = _leader_of(session, service_id)
    run_id = _run(database, home, leaders="designated")
    away_run_id = _run(database, away, leaders="designated")
    with database.transaction() as session:
        proposal = session.scalars(
            select(Proposal).where(Proposal.run_id == run_id).order_by(Proposal.id)
        ).first()
        assert proposal is not None, "the small country gives its second service no pair"
        school = session.get_one(School, proposal.school_id)
        code = f"{school.system}:{school.code}"
        for marked, service in ((run_id, service_id), (away_run_id, away_service_id)):
            _mark(session, marked, proposal, service)
        need_id = _need(session, school, service_id)
        ranking_id = _ranking(session, school, leader, service_id)
        correction_id = _correct(session, code, home, service_id)
        leader_school = session.get_one(School, leader.school_id)
        leader_code = f"{leader_school.system}:{leader_school.code}"
        away_school = session.get_one(School, _leader_of(session, away_service_id).school_id)
        away_code = f"{away_school.system}:{away_school.code}"
        emails = _accounts(session, code, leader_code)
        account_id, grant_id, link = _invited(session, school, service_id)
        message_id = _told(session, account_id, school, service_id)
        request_id = _asked(session, school, service_id)
        network_id, agreement_id = _network(session, school, service_id)
        peers = _peers(session, school, leader, service_id, run_id)
        worked_on = seed_partnership(session, instance, school, leader, service_id)
        partnership_id = worked_on["partnership_id"]
        survey_id, survey_code = seed_survey(session, partnership_id, service_id, emails["director"])
        questionnaire_id, profile_id, paper_code = seed_questionnaires(session, network_id, service_id)
        visits = _visits(session, session.get_one(Partnership, partnership_id), service_id)
        busy_id, days_id, feed = _calendar(session, emails["director"], service_id)
        sing_of_leader(session, _leader_of(session, away_service_id), away_service_id, "foreign", school)
        life = sing_of_leader(session, leader, service_id, "leader", school)
        published = session.scalars(
            select(Proposal.run_id).where(Proposal.published_at.is_not(None)).limit(1)
        ).one()
        exploratory = _run_number(session, service_id)
    batches = [_own_list(database, instance, actor, code) for actor in (home, away)]
    with database.reading() as session:
        official = session.scalars(
            select(Batch.id).where(Batch.source == "cl-directory", Batch.state == BatchState.APPLIED)
        ).first()
        change = session.scalars(select(Change.id).where(Change.batch_id == official)).first()
        uploader = _actor(session, emails["coordinator"])
    unnamed = Upload(f"{canary(service_id, None, 'waiting', 'name')}.csv", b"a,b\n1,2\n")
    token = set_waiting(instance, "needs", None, unnamed, uploader)
    return Seeded(
        service_id=service_id,
        away_service_id=away_service_id,
        school_id=school.id,
        code=code,
        number=school.code,
        away_code=away_code,
        territory=HOME,
        leader_id=leader.id,
        leader_code=leader_code,
        leader_number=leader_school.code,
        leader_school_id=leader_school.id,
        **life,
        need_id=need_id,
        ranking_id=ranking_id,
        correction_id=correction_id,
        run_id=run_id,
        published_run_id=published,
        exploratory_run_id=exploratory,
        batch_id=batches[0][1],
        applied_batch_id=batches[0][0],
        official_batch_id=official or 0,
        change_id=change or 0,
        session_id=999_999,
        account_id=account_id,
        grant_id=grant_id,
        request_id=request_id,
        network_id=network_id,
        agreement_id=agreement_id,
        peer_request_id=peers[0],
        proposal_id=peers[1],
        offer_id=peers[2],
        **worked_on,
        visit_id=visits[0],
        past_visit_id=visits[1],
        held_visit_id=visits[2],
        busy_id=busy_id,
        days_id=days_id,
        feed=feed,
        link=link,
        message_id=message_id,
        token=token or "",
        survey_id=survey_id,
        questionnaire_id=questionnaire_id,
        profile_id=profile_id,
        body_id=service_id,
        paper_code=paper_code,
        survey_code=survey_code,
        emails=emails,
    )


def _sing(session: Session) -> None:
    """Put the words into what the demo country brought."""
    services = dict(
        session.execute(
            select(Ownership.school_id, Ownership.service_id).where(Ownership.end_on.is_(None))
        ).all()
    )
    for leader in session.scalars(select(Leader)):
        place = (services.get(leader.school_id), leader.school_id)
        leader.source = canary(*place, "leaders", "source")
        email = f"{canary(*place, 'people', 'email')}-{leader.id}@example.org"
        session.execute(update(Person).where(Person.id == leader.person_id).values(email=email))
    for need in session.scalars(select(Need)):
        need.note = canary(services.get(need.school_id), need.school_id, "needs", "note")
    for diagnosis in session.scalars(select(Diagnosis)):
        place = (services.get(diagnosis.school_id), diagnosis.school_id)
        diagnosis.validated_with = canary(*place, "diagnoses", "validated_with")
        diagnosis.objections = canary(*place, "diagnoses", "objections")


def _ranking(session: Session, school: School, leader: Leader, service_id: int) -> int:
    """What the school said of whom it would rather work with."""
    number = session.scalars(select(School.code).where(School.id == leader.school_id)).one()
    found = StatedRanking(
        side=RankingSide.SCHOOL,
        school_id=school.id,
        partners=[number],
        said_by=canary(service_id, school.id, "stated_rankings", "said_by"),
        stated_on=date(2026, 3, 2),
    )
    session.add(found)
    session.flush()
    return found.id


def _coordinator(session: Session, territory: str) -> Actor:
    place = place_of_grant(session, Role.COORDINATOR, territory)
    account = session.scalars(
        select(Account).join(Grant).where(Grant.service_id == place.service_id).order_by(Account.id)
    ).first()
    assert account is not None
    return _actor(session, account.email)


def _actor(session: Session, email: str) -> Actor:
    account = session.scalars(select(Account).where(Account.email == email)).one()
    session.refresh(account, ["person", "grants"])
    return actor_of(account)


def _leader_of(session: Session, service_id: int) -> Leader:
    return session.scalars(
        select(Leader)
        .join(Ownership, (Ownership.school_id == Leader.school_id) & Ownership.end_on.is_(None))
        .where(Ownership.service_id == service_id)
        .order_by(Leader.id)
        .limit(1)
    ).one()


def _run(database: Database, actor: Actor, *, leaders: str) -> int:
    territory = HOME if actor.service_ids == _ids(database, HOME) else AWAY
    options = RunOptions(territory=territory, as_of=2024, leaders=leaders)
    with database.transaction() as session:
        run_id = request_run(session, actor=actor, system=SYSTEMS["cl"], options=options).id
    perform_run(database, run_id)
    return run_id


def _ids(database: Database, territory: str) -> frozenset[int]:
    with database.reading() as session:
        place = place_of_grant(session, Role.COORDINATOR, territory)
    return frozenset({place.service_id} if place.service_id else ())


def _run_number(session: Session, service_id: int) -> int:
    return session.scalars(
        select(Run.id).where(Run.service_id == service_id, Run.exploratory).order_by(Run.id).limit(1)
    ).one()


def _mark(session: Session, run_id: int, proposal: Proposal, service_id: int) -> None:
    session.add(
        RunMark(
            run_id=run_id,
            kind=MarkKind.FORBID,
            school_id=proposal.school_id,
            leader_school_id=proposal.leader_school_id,
            note=canary(service_id, None, "run_marks", "note"),
            made_at=utc_now(),
        )
    )


def _need(session: Session, school: School, service_id: int) -> int:
    need = session.scalars(select(Need).where(Need.school_id == school.id).limit(1)).first()
    if need is None:
        need = Need(school_id=school.id, year=2024, element="trust", level=1)
        session.add(need)
    need.note = canary(service_id, school.id, "needs", "note")
    session.flush()
    return need.id


def _correct(session: Session, code: str, actor: Actor, service_id: int) -> int:
    details = details_of(find_school(session, code))
    changed = type(details)(
        name=details.name,
        commune=details.commune,
        owner_type=details.owner_type,
        levels=details.levels,
        rural=details.rural,
        place=details.place,
        enrolment=(details.enrolment or 0) + 1,
    )
    school = correct_school(
        session,
        code,
        changed,
        source=canary(service_id, find_school(session, code).id, "corrections", "source"),
        actor=actor,
    )
    return session.scalars(select(Correction.id).where(Correction.school_id == school.id)).one()


def _accounts(session: Session, code: str, leader_code: str) -> dict[str, str]:
    """An account for each column of the table; the demo's own have a password on the sign-in page."""
    wanted = {
        "director": (Role.DIRECTOR, code),
        "leader": (Role.LEADER, leader_code),
        "coordinator": (Role.COORDINATOR, HOME),
        "foreign": (Role.COORDINATOR, AWAY),
        "ministry": (Role.MINISTRY, None),
        "curriculum_head": (Role.CURRICULUM_HEAD, code),
        "assessor": (Role.ASSESSOR, HOME),
        "read_only": (Role.READ_ONLY, HOME),
    }
    emails = {}
    for name, (role, territory) in wanted.items():
        emails[name] = f"{name}@prueba.example.org"
        add_account(
            session,
            actor=OPERATOR,
            email=emails[name],
            name=name.title(),
            password=PASSWORD,
            role=role,
            place=place_of_grant(session, role, territory),
        )
    return emails


def _invited(session: Session, school: School, service_id: int) -> tuple[int, int, str]:
    """Somebody of the school asked for who has not come in yet, and a link that opens the account."""
    name = canary(service_id, school.id, "people", "name")
    account = new_account(session, "invitada@prueba.example.org", name)
    account.grants.append(Grant(role=Role.CURRICULUM_HEAD, school_id=school.id))
    session.flush()
    _, url = make_link(session, account, LinkKind.INVITATION, actor=OPERATOR)
    return account.id, account.grants[0].id, url.rpartition("/")[2]


def _told(session: Session, account_id: int, school: School, service_id: int) -> int:
    """A message to the invited person; its words are theirs alone."""
    text = canary(service_id, school.id, "messages", "subject")
    return queue_message(
        session,
        Letter(text, canary(service_id, school.id, "messages", "text"), "<p></p>"),
        key="canary",
        kind="invitation",
        recipient="invitada@prueba.example.org",
        locale="es",
        about=("account", account_id),
        account_id=account_id,
    ).id


def _asked(session: Session, school: School, service_id: int) -> int:
    request = AccountRequest(
        name=canary(service_id, school.id, "account_requests", "name"),
        email="pide@prueba.example.org",
        role=Role.DIRECTOR,
        school_id=school.id,
        note=canary(service_id, school.id, "account_requests", "note"),
        locale="es",
        created_at=utc_now(),
        state=AccountRequestState.WAITING,
    )
    session.add(request)
    session.flush()
    return request.id


def _visits(session: Session, partnership: Partnership, service_id: int) -> list[int]:
    """A visit that waits for the leader's answer, one to be recorded, and one held with its note."""

    def word(table: str, column: str) -> str:
        return canary(service_id, partnership.school_id, table, column)

    now = utc_now()
    found = []
    for days, state in ((20, VisitState.PROPOSED), (-2, VisitState.AGREED), (-9, VisitState.HELD)):
        visit = Visit(
            partnership_id=partnership.id,
            state=state,
            kind=ExchangeKind.TEAM,
            direction=VisitDirection.TO_SUPPORTED,
            mode=VisitMode.ON_SITE,
            purpose=word("visits", "purpose"),
            place=word("visits", "place"),
            way_there=word("visits", "way_there"),
            starts_at=now + timedelta(days=days),
            minutes=60,
            time_zone="America/Santiago",
            proposed_by=Side.SUPPORTED,
            proposed_at=now,
            uid=f"visita{days}@prueba",
            created_at=now,
        )
        session.add(visit)
        session.flush()
        found.append(visit.id)
    texts = ("done", "learned", "next_steps", "surprised_supported", "surprised_supporting")
    note = VisitNote(
        visit_id=found[-1], written_at=now, **{name: word("visit_notes", name) for name in texts}
    )
    session.add(note)
    session.flush()
    session.add(
        NoteObjection(
            note_id=note.id, side=Side.SUPPORTED, version=1, text=word("note_objections", "text"), at=now
        )
    )
    return found


def _calendar(session: Session, email: str, service_id: int) -> tuple[int, int, str]:
    """The director's busy time and private address, and a day of the home service."""
    now = utc_now()
    person_id = session.scalars(select(Account.person_id).where(Account.email == email)).one()
    busy = BusyTime(
        person_id=person_id, source=BusySource.OWN, starts_at=now, ends_at=now + timedelta(hours=1)
    )
    days = CalendarDay(
        system="cl",
        kind=CalendarDayKind.QUIET,
        first_on=local_day(now),
        last_on=local_day(now),
        name=canary(service_id, None, "calendar_days", "name"),
        service_id=service_id,
    )
    feed = "una-direccion-privada"
    session.add_all((busy, days, CalendarFeed(person_id=person_id, key_hash=hash_of(feed), made_at=now)))
    session.flush()
    return busy.id, days.id, feed


def _peers(
    session: Session, school: School, leader: Leader, service_id: int, run_id: int
) -> tuple[int, int, int]:
    """A closed request, a proposal that the school said no to, and what a leader answered: nothing
    that would hold a place or keep the school out of the runs of other tests."""
    own = (service_id, school.id)
    request = Request(
        school_id=school.id,
        state=RequestState.CLOSED,
        elements=["trust"],
        words=canary(*own, "requests", "words"),
        outcome_note=canary(*own, "requests", "outcome_note"),
        closed_reason=canary(*own, "requests", "closed_reason"),
        created_at=utc_now(),
        submitted_at=utc_now(),
    )
    run = Run(
        **{
            column.name: getattr(session.get_one(Run, run_id), column.name)
            for column in Run.__table__.columns
            if column.name not in ("id", "inputs", "result", "previous_id")
        }
    )
    run.state, run.exploratory = RunState.PUBLISHED, True
    session.add_all([request, run])
    session.flush()
    proposal = Proposal(
        run_id=run.id,
        school_id=school.id,
        leader_school_id=leader.school_id,
        leader_id=leader.id,
        phase=Phase.PRIMARY,
        state=ProposalState.DECLINED,
        urgency=2,
        score=0.5,
        terms={},
        reasons=[],
        facts={},
        published_at=utc_now(),
    )
    session.add(proposal)
    session.flush()
    candidate = Candidate(
        proposal_id=proposal.id,
        leader_id=leader.id,
        leader_school_id=leader.school_id,
        phase=Phase.PRIMARY,
        place=0,
        state=CandidateState.DECLINED,
        reasons=[],
    )
    session.add(candidate)
    session.flush()
    today = local_today()
    offer = Offer(
        candidate_id=candidate.id,
        proposal_id=proposal.id,
        leader_id=leader.id,
        school_id=school.id,
        state=OfferState.DECLINED,
        ask_on=today,
        asked_at=utc_now(),
        due_on=today,
        reason=DeclineReason.NO_TIME,
        note=canary(service_id, leader.school_id, "offers", "note"),
    )
    session.add(offer)
    session.flush()
    return request.id, proposal.id, offer.id


def _network(session: Session, school: School, service_id: int) -> tuple[int, int]:
    """A network that the school is in, with texts of its members; another school of the territory is not."""

    def text(table: str, column: str) -> str:
        return canary(service_id, school.id, table, column)

    day = date(2026, 3, 2)
    network = make_network(
        session,
        [school],
        service_id=service_id,
        name=text("networks", "name"),
        purpose=text("networks", "purpose"),
    )
    make_session(
        session, network, {school: False}, topic=text("sessions", "topic"), note=text("sessions", "note")
    )
    agreement = NetworkAgreement(
        network_id=network.id,
        text=text("agreements", "text"),
        responsible=text("agreements", "responsible"),
        agreed_on=day,
        due_on=day,
        state=AgreementState.OPEN,
    )
    goal = NetworkGoal(
        network_id=network.id,
        text=text("goals", "text"),
        source=GoalSource.COORDINATION,
        agreed_on=day,
    )
    session.add_all([agreement, goal])
    session.flush()
    return network.id, agreement.id


def _own_list(database: Database, instance: Path, actor: Actor, code: str) -> tuple[int, int]:
    """Two lists of needs, one applied and one waiting, each with a row that is refused."""
    service = next(iter(actor.service_ids))
    name = canary(service, None, "batch_files", "name")
    note = canary(service, None, "batch_issues", "row")
    text = f"school,year,element,level,note\n{code},{2024},{note},2,{note}\n"
    upload = Upload(f"{name}.csv", text.encode())
    applied = run_import(database, "needs", [upload], actor=actor, instance=instance)
    waiting = check_import(database, "needs", [upload], actor=actor, instance=instance)
    assert applied.batch is not None
    assert waiting.batch is not None
    return applied.batch, waiting.batch
