"""Invitations, requests, roles and posts: what each role may and may not do, and what the record keeps."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.db import Database
from service.errors import Conflict, InvalidInput, MingaError, NotAllowed, NotFound
from service.letters import HERE
from service.models import Account, AccountLink, AccountRequest, AccountSession, Event, Message, Post, School
from service.models.columns import utc_now
from service.models.enums import AccountRequestState, LeaderStatus, MessageState, PostRole, Role
from service.operations import accounts, passwords, sessions
from service.operations.account_requests import Asking, approve_request, ask_for_account, decline_request
from service.operations.invitations import Invitation, invite, invite_again
from service.operations.roles import close_account, open_account, withdraw_role
from service.permissions import OPERATOR, Actor, Scope
from service.queries.account_pages import AccountFilters, account_lines
from tests.factories.accounts import make_account, make_actor, make_person, make_post
from tests.factories.leaders import make_leader
from tests.factories.schools import make_school, make_service

SECRET = "varias-palabras-7"


@dataclass(frozen=True)
class World:
    """Two services with a school each, and who acts."""

    session: Session
    school_id: int
    code: str
    away_code: str
    home: str
    away: str
    coordinator: Actor
    ministry: Actor
    director: Actor


@pytest.fixture
def world(database: Database) -> World:
    session = database.new_session()
    places = []
    for _place in range(2):
        service = make_service(session)
        school = make_school(session, service=service)
        places.append((service, school))
    (service, school), (away_service, away_school) = places
    return World(
        session=session,
        school_id=school.id,
        code=f"cl:{school.code}",
        away_code=f"cl:{away_school.code}",
        home=f"slep:{service.code}",
        away=f"slep:{away_service.code}",
        coordinator=make_actor(Role.COORDINATOR, service_id=service.id),
        ministry=make_actor(Role.MINISTRY),
        director=make_actor(Role.DIRECTOR, school_id=school.id),
    )


def _invite(world: World, actor: Actor, role: Role = Role.DIRECTOR, **given: object) -> Account:
    values = {"email": "ana@example.org", "name": "Ana", "territory": world.code, **given}
    return invite(world.session, Invitation(role=role, **values), actor=actor)  # type: ignore[arg-type]


def _token(world: World, account: Account) -> str:
    message = world.session.scalars(
        select(Message).where(Message.account_id == account.id).order_by(Message.id.desc())
    ).first()
    assert message is not None
    return message.text.partition(f"{HERE}/cuenta/clave/")[2].split()[0]


def _actions(world: World) -> list[str]:
    return list(world.session.scalars(select(Event.action).order_by(Event.id)))


GIVES: list[tuple[str, Role, str | None, type[MingaError] | None]] = [
    ("coordinator", Role.DIRECTOR, "code", None),
    ("coordinator", Role.CURRICULUM_HEAD, "code", None),
    ("coordinator", Role.LEADER, "code", None),
    ("coordinator", Role.COORDINATOR, "home", None),
    ("coordinator", Role.ASSESSOR, "home", None),
    ("coordinator", Role.READ_ONLY, "home", None),
    ("coordinator", Role.DIRECTOR, "away_code", NotAllowed),
    ("coordinator", Role.COORDINATOR, "away", NotAllowed),
    ("coordinator", Role.MINISTRY, None, NotAllowed),
    ("coordinator", Role.DIRECTOR, "home", InvalidInput),
    ("coordinator", Role.COORDINATOR, None, InvalidInput),
    ("ministry", Role.DIRECTOR, "away_code", None),
    ("ministry", Role.COORDINATOR, "away", None),
    ("ministry", Role.MINISTRY, None, None),
    ("director", Role.DIRECTOR, "code", NotAllowed),
    ("director", Role.LEADER, "code", NotAllowed),
]


@pytest.mark.parametrize(("who", "role", "where", "refusal"), GIVES)
def test_each_role_gives_what_is_its_own_to_give(
    world: World, who: str, role: Role, where: str | None, refusal: type[MingaError] | None
) -> None:
    territory = getattr(world, where) if where else None

    def give() -> Account:
        return _invite(world, getattr(world, who), role, territory=territory)

    if refusal is None:
        account = give()
        assert [grant.role for grant in account.grants] == [role]
        assert "role_given" in _actions(world)
    else:
        with pytest.raises(refusal):
            give()
        assert world.session.scalar(select(Message.id)) is None


def test_link_of_an_invitation_sets_the_password_once(world: World) -> None:
    account = _invite(world, world.coordinator)
    token = _token(world, account)
    assert accounts.authenticate(world.session, "ana@example.org", "") is None
    kept = world.session.scalars(select(AccountLink.token_hash)).one()
    assert token not in kept

    passwords.use_link(world.session, token, accounts.hashed(SECRET))

    found = accounts.authenticate(world.session, "ANA@example.org", SECRET)
    assert found is not None
    assert found.id == account.id
    with pytest.raises(Conflict, match="enlace"):
        passwords.use_link(world.session, token, accounts.hashed("otra-clave-distinta"))


def test_link_is_void_after_its_time_and_for_a_closed_account(world: World) -> None:
    account = _invite(world, world.coordinator)
    token = _token(world, account)
    account.active = False
    world.session.flush()
    with pytest.raises(Conflict):
        passwords.use_link(world.session, token, "hash")
    account.active = True
    world.session.execute(update(AccountLink).values(expires_at=utc_now() - timedelta(seconds=1)))
    with pytest.raises(Conflict):
        passwords.use_link(world.session, token, "hash")


def test_second_invitation_voids_the_first_link_and_its_message(world: World) -> None:
    account = _invite(world, world.coordinator)
    first = _token(world, account)
    invite_again(world.session, account.id, actor=world.coordinator)

    with pytest.raises(Conflict):
        passwords.use_link(world.session, first, "hash")
    states = list(world.session.scalars(select(Message.state).order_by(Message.id)))
    assert states == [MessageState.VOID, MessageState.WAITING]
    passwords.use_link(world.session, _token(world, account), accounts.hashed(SECRET))
    with pytest.raises(Conflict):
        invite_again(world.session, account.id, actor=world.coordinator)


def test_person_with_an_account_gets_the_role_and_is_told_without_a_link(world: World) -> None:
    known = make_account(world.session, Role.LEADER, school_id=world.school_id)
    sessions.begin_session(world.session, known.id, browser="")

    account = _invite(world, world.coordinator, email=known.email, name="Otro nombre")

    assert account.id == known.id
    assert account.person.name != "Otro nombre"
    assert [grant.role for grant in account.grants] == [Role.LEADER, Role.DIRECTOR]
    (message,) = world.session.scalars(select(Message))
    assert (message.kind, "clave" in message.text) == ("role", False)
    assert world.session.scalars(select(AccountSession.ended_at)).one() is not None
    with pytest.raises(InvalidInput, match="ya tiene"):
        _invite(world, world.coordinator, email=known.email)


@pytest.mark.parametrize(
    "email", ["", "ana", "a@b@c.cl", "ana@x.cl\nBcc: b@c.cl", "ñandú@x.cl", "a b@c.cl", "@c.cl"]
)
def test_address_that_cannot_be_written_to_is_refused(world: World, email: str) -> None:
    with pytest.raises(InvalidInput):
        _invite(world, world.coordinator, email=email)


def test_reset_is_sent_to_an_open_account_and_to_nobody_else(world: World) -> None:
    known = make_account(world.session, Role.DIRECTOR, school_id=world.school_id)
    closed = make_account(world.session, Role.DIRECTOR, school_id=world.school_id)
    closed.active = False
    world.session.flush()

    for email in (known.email, closed.email, "nadie@example.org", "no es un correo"):
        passwords.request_reset(world.session, email)

    (message,) = world.session.scalars(select(Message))
    assert (message.recipient, message.secret) == (known.email, True)
    assert message.void_after is not None
    assert message.void_after - message.created_at == timedelta(minutes=30)


def test_new_password_ends_the_sessions(world: World) -> None:
    known = make_account(world.session, Role.DIRECTOR, school_id=world.school_id)
    sessions.begin_session(world.session, known.id, browser="")
    passwords.request_reset(world.session, known.email)

    passwords.use_link(world.session, _token(world, known), accounts.hashed(SECRET))

    assert world.session.scalars(select(AccountSession.ended_at)).one() is not None


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("corta", "caracteres"),
        ("x" * 300, "caracteres"),
        ("abababababab", "primeras"),
        ("soy-ana-maria-7", "nombre"),
    ],
)
def test_password_easily_guessed_is_refused(password: str, why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        accounts.check_password(password, "Ana Maria".partition(" ")[2], "ana-maria")


def _ask(world: World, **given: object) -> AccountRequest | None:
    values = {"name": "Eva", "email": "eva@example.org", "role": Role.DIRECTOR, "school": world.code, **given}
    ask_for_account(world.session, Asking(**values))  # type: ignore[arg-type]
    return world.session.scalars(select(AccountRequest).order_by(AccountRequest.id.desc())).first()


def test_request_is_approved_by_the_coordinator_of_the_school(world: World) -> None:
    request = _ask(world)
    assert request is not None

    account = approve_request(world.session, request.id, actor=world.coordinator)

    assert (account.email, account.grants[0].school_id) == ("eva@example.org", world.school_id)
    assert request.state is AccountRequestState.APPROVED
    assert _token(world, account)
    with pytest.raises(Conflict):
        decline_request(world.session, request.id, reason="tarde", actor=world.coordinator)


def test_request_is_declined_with_its_reason_by_mail(world: World) -> None:
    request = _ask(world)
    assert request is not None

    decline_request(world.session, request.id, reason="No la conocemos", actor=world.coordinator)

    (message,) = world.session.scalars(select(Message))
    assert message.recipient == "eva@example.org"
    assert "No la conocemos" in message.text
    assert world.session.scalar(select(Account.id).where(Account.email == "eva@example.org")) is None


def test_request_is_not_for_others_to_decide(world: World) -> None:
    request = _ask(world, school=world.away_code)
    assert request is not None
    with pytest.raises(NotFound):
        approve_request(world.session, request.id, actor=world.coordinator)
    with pytest.raises(NotAllowed):
        approve_request(world.session, request.id, actor=world.director)
    approve_request(world.session, request.id, actor=world.ministry)


def test_request_is_kept_once_and_not_for_a_known_address(world: World) -> None:
    first = _ask(world)
    again = _ask(world)
    assert first is not None
    assert again is first
    known = make_account(world.session, Role.DIRECTOR, school_id=world.school_id)
    assert _ask(world, email=known.email) is first


@pytest.mark.parametrize("given", [{"role": Role.MINISTRY}, {"school": "cl:1"}, {"email": "eva"}])
def test_request_for_what_cannot_be_is_refused(world: World, given: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        _ask(world, **given)


def test_withdrawn_role_is_gone_with_its_sessions_and_stays_in_the_record(world: World) -> None:
    account = make_account(world.session, Role.DIRECTOR, school_id=world.school_id)
    sessions.begin_session(world.session, account.id, browser="")
    grant_id = account.grants[0].id
    for actor, refusal in ((world.director, NotAllowed),):
        with pytest.raises(refusal):
            withdraw_role(world.session, account.id, grant_id, reason="r", left_on=None, actor=actor)

    withdraw_role(world.session, account.id, grant_id, reason="Se fue", left_on=None, actor=world.coordinator)

    world.session.expire_all()
    assert world.session.scalars(select(AccountSession.ended_at)).one() is not None
    event = world.session.scalars(select(Event).where(Event.action == "role_withdrawn")).one()
    assert (event.reason, event.data["role"], event.data["school"]) == ("Se fue", "director", world.school_id)


def test_account_with_roles_elsewhere_is_only_closed_by_the_ministry(world: World) -> None:
    account = _invite(world, world.coordinator)
    _invite(world, world.ministry, territory=world.away_code)
    with pytest.raises(NotAllowed, match="otros territorios"):
        close_account(world.session, account.id, reason="r", actor=world.coordinator)

    close_account(world.session, account.id, reason="r", actor=world.ministry)
    with pytest.raises(Conflict):
        close_account(world.session, account.id, reason="r", actor=world.ministry)
    with pytest.raises(Conflict, match="cerrada"):
        _invite(world, world.coordinator, role=Role.LEADER)
    open_account(world.session, account.id, reason="r", actor=world.ministry)
    assert account.active


def test_nobody_closes_the_own_account(world: World) -> None:
    account = make_account(world.session, Role.MINISTRY)
    oneself = Actor(account.id, "x", scopes=(Scope(Role.MINISTRY),))
    with pytest.raises(Conflict, match="sí mismo"):
        close_account(world.session, account.id, reason="r", actor=oneself)
    with pytest.raises(Conflict, match="sí mismo"):
        withdraw_role(
            world.session, account.id, account.grants[0].id, reason="r", left_on=None, actor=oneself
        )


def test_head_who_is_replaced_leaves_the_day_before_and_the_leader_is_to_be_reviewed(world: World) -> None:
    former = make_person(world.session)
    post = make_post(
        world.session,
        world.session.get_one(School, world.school_id),
        person=former,
        start_on=date(2020, 3, 1),
    )
    leader = make_leader(world.session, person=former, school=post.school, status=LeaderStatus.ACTIVE)

    account = _invite(world, world.coordinator, starts_on=date(2026, 3, 2))

    assert post.end_on == date(2026, 3, 1)
    mine = world.session.scalars(select(Post).where(Post.person_id == account.person_id)).one()
    assert (mine.role, mine.start_on, mine.end_on) == (PostRole.HEAD, date(2026, 3, 2), None)
    review = world.session.scalars(select(Event).where(Event.action == "leader_review_due")).one()
    assert (review.object_id, leader.status) == (leader.id, LeaderStatus.ACTIVE)


def test_invitation_without_a_date_moves_nobody(world: World) -> None:
    post = make_post(world.session, world.session.get_one(School, world.school_id), start_on=date(2020, 3, 1))
    _invite(world, world.coordinator)
    assert post.end_on is None
    assert len(list(world.session.scalars(select(Post)))) == 1


def test_head_who_leaves_ends_the_post_with_the_role(world: World) -> None:
    account = _invite(world, world.coordinator, starts_on=date(2024, 3, 1))
    withdraw_role(
        world.session,
        account.id,
        account.grants[0].id,
        reason="Jubilación",
        left_on=date(2026, 1, 31),
        actor=world.coordinator,
    )
    assert world.session.scalars(select(Post.end_on)).one() == date(2026, 1, 31)


def test_list_holds_the_own_territory_only(world: World) -> None:
    _invite(world, world.coordinator)
    _invite(world, world.ministry, email="lejos@example.org", territory=world.away_code)
    _invite(world, world.ministry, email="m@example.org", role=Role.MINISTRY, territory=None)

    def emails(actor: Actor, **given: object) -> list[str]:
        listing = account_lines(world.session, AccountFilters(**given), actor)  # type: ignore[arg-type]
        return [line.email for line in listing.lines]

    assert emails(world.coordinator) == ["ana@example.org"]
    assert set(emails(world.ministry)) == {"ana@example.org", "lejos@example.org", "m@example.org"}
    assert emails(world.ministry, role=Role.MINISTRY) == ["m@example.org"]
    assert emails(world.ministry, q="LEJOS") == ["lejos@example.org"]
    assert emails(world.ministry, q="%") == []
    assert emails(world.coordinator, state="invited") == ["ana@example.org"]
    assert emails(world.coordinator, state="open") == []


def test_list_asks_as_often_for_one_as_for_three(world: World, count_queries: Callable[[], object]) -> None:
    def queries() -> int:
        with count_queries() as seen:  # type: ignore[attr-defined]
            account_lines(world.session, AccountFilters(), world.ministry)
        return len(seen)

    _invite(world, world.coordinator)
    world.session.expunge_all()
    one = queries()
    for number in range(3):
        _invite(world, world.coordinator, email=f"p{number}@example.org")
    world.session.expunge_all()
    assert queries() == one


def test_command_line_still_gives_accounts(world: World) -> None:
    place = accounts.place_of_grant(world.session, Role.READ_ONLY, world.home)
    account = accounts.add_account(
        world.session,
        actor=OPERATOR,
        email="ver@example.org",
        name="Ver",
        password=SECRET,
        role=Role.READ_ONLY,
        place=place,
    )
    assert accounts.authenticate(world.session, account.email, SECRET) is not None
