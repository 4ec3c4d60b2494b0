"""Accounts as those who keep them see them: the list, one account, the requests."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, true
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.sql.base import ExecutableOption

from service.errors import NotFound
from service.models import (
    Account,
    AccountIdentity,
    AccountLink,
    AccountSession,
    Grant,
    Message,
    Ownership,
    Person,
    Post,
)
from service.models.enums import LinkKind, MessageState, Role
from service.permissions import Action, Actor, require
from service.queries.accounts import territory_of
from service.queries.listing import PAGE_SIZE, Listing
from service.text import say

SORTS = ("name", "email", "since")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFilters:
    """What the list is narrowed to, and its order."""

    q: str = ""
    role: Role | None = None
    state: str = ""
    sort: str = "name"
    direction: str = "asc"
    page: int = 1


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role of an account, in the actor's territory."""

    grant_id: int
    role: Role
    territory: str


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account as the list shows it."""

    id: int
    name: str
    email: str
    roles: tuple[RoleLine, ...]
    active: bool
    came_in: bool
    created_at: datetime
    last_seen: datetime | None
    delivery: MessageState | None
    delivery_error: str | None
    second_factor: bool

    @property
    def state(self) -> str:
        """``open``, ``invited`` (no password yet) or ``closed``."""
        if not self.active:
            return "closed"
        return "open" if self.came_in else "invited"


@dataclass(frozen=True, slots=True)
class PostLine:
    """A period in a post."""

    role: str
    school_name: str
    school_key: str
    start_on: date | None
    end_on: date | None


def account_lines(session: Session, filters: AccountFilters, actor: Actor) -> Listing[AccountLine]:
    """One page of the accounts an actor keeps."""
    query = _matching(filters, actor)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    size = PAGE_SIZE
    page = min(filters.page, max(1, -(-total // size)))
    found = session.scalars(_ordered(query, filters).limit(size).offset((page - 1) * size))
    return Listing(_lines(session, list(found), actor), total, page, size)


def all_account_lines(session: Session, filters: AccountFilters, actor: Actor) -> tuple[AccountLine, ...]:
    """Every line of the list, for a file."""
    return _lines(session, list(session.scalars(_ordered(_matching(filters, actor), filters))), actor)


def find_account(session: Session, account_id: int, *, actor: Actor) -> Account:
    """Find an account that the actor keeps, with its person and roles.

    Raises
    ------
    NotFound
        There is none, or it has no role in the actor's territory.
    NotAllowed
        The actor keeps no accounts.
    """
    require(actor, Action.MANAGE_ACCOUNTS)
    account = session.scalar(
        select(Account)
        .where(Account.id == account_id, kept_by(actor))
        .options(*with_roles())
        .execution_options(populate_existing=True)
    )
    if account is None:
        raise NotFound(say("La cuenta no existe, o no es de su territorio."))
    return account


def account_line(session: Session, account: Account, actor: Actor) -> AccountLine:
    """One account as the list shows it."""
    return _lines(session, [account], actor)[0]


def posts_of(session: Session, person_id: int) -> tuple[PostLine, ...]:
    """The posts a person holds and held, the newest first."""
    found = session.scalars(
        select(Post)
        .where(Post.person_id == person_id)
        .options(selectinload(Post.school))
        .order_by(Post.start_on.desc(), Post.id.desc())
    )
    return tuple(
        PostLine(
            post.role.value,
            post.school.name,
            f"{post.school.system}:{post.school.code}",
            post.start_on,
            post.end_on,
        )
        for post in found
    )


def kept_grants(session: Session, account: Account, actor: Actor) -> set[int]:
    """Ids of the account's roles that lie in the actor's territory."""
    return set(session.scalars(select(Grant.id).where(Grant.account_id == account.id, _grants_of(actor))))


def count_accounts(session: Session, actor: Actor) -> int:
    """How many accounts an actor keeps, beside the own one."""
    others = true() if actor.account_id is None else Account.id != actor.account_id
    return session.scalar(select(func.count(Account.id)).where(kept_by(actor), others)) or 0


def schools_of(actor: Actor, column: object) -> ColumnElement[bool]:
    """The condition that a school belongs to the actor's territory now."""
    if actor.everywhere:
        return true()
    services, owners = actor.coordinated
    schools = select(Ownership.school_id).where(
        Ownership.end_on.is_(None),
        or_(Ownership.service_id.in_(sorted(services)), Ownership.owner_id.in_(sorted(owners))),
    )
    return column.in_(schools)  # type: ignore[attr-defined]


def _grants_of(actor: Actor) -> ColumnElement[bool]:
    if actor.everywhere:
        return true()
    services, owners = actor.coordinated
    return or_(
        Grant.service_id.in_(sorted(services)),
        Grant.owner_id.in_(sorted(owners)),
        schools_of(actor, Grant.school_id),
    )


def kept_by(actor: Actor) -> ColumnElement[bool]:
    """The condition that an account has a role in the actor's territory."""
    if actor.everywhere:
        return true()
    return exists().where(Grant.account_id == Account.id, _grants_of(actor))


def _matching(filters: AccountFilters, actor: Actor) -> Select[Account]:
    query = select(Account).join(Person, Person.id == Account.person_id).where(kept_by(actor))
    if filters.q:
        pattern = "%" + filters.q.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        query = query.where(
            or_(func.lower(Person.name).like(pattern, escape="\\"), Account.email.like(pattern, escape="\\"))
        )
    if filters.role is not None:
        query = query.where(
            exists().where(Grant.account_id == Account.id, Grant.role == filters.role, _grants_of(actor))
        )
    if filters.state == "closed":
        query = query.where(~Account.active)
    elif filters.state == "invited":
        query = query.where(Account.active, Account.password_hash == "", ~_was_here())
    elif filters.state == "open":
        query = query.where(Account.active, or_(Account.password_hash != "", _was_here()))
    return query


def _was_here() -> ColumnElement[bool]:
    """Whether somebody signed in, with or without a password."""
    return exists().where(AccountSession.account_id == Account.id)


def _ordered(query: Select[Account], filters: AccountFilters) -> Select[Account]:
    key = {"name": func.lower(Person.name), "email": Account.email, "since": Account.created_at}[filters.sort]
    ordered = key.desc() if filters.direction == "desc" else key.asc()
    return query.order_by(ordered, Account.id).options(*with_roles())


def with_roles() -> tuple[ExecutableOption, ...]:
    """What loads the person and the roles of an account along with it."""
    return (
        selectinload(Account.person),
        selectinload(Account.grants).options(
            selectinload(Grant.service), selectinload(Grant.owner), selectinload(Grant.school)
        ),
    )


def _lines(session: Session, accounts: list[Account], actor: Actor) -> tuple[AccountLine, ...]:
    """Accounts with the roles that the actor may know of, and what became of the last invitation."""
    ids = [account.id for account in accounts]
    mine = set(session.scalars(select(Grant.id).where(Grant.account_id.in_(ids), _grants_of(actor))))
    seen = {
        row.account_id: row.last
        for row in session.execute(
            select(AccountSession.account_id, func.max(AccountSession.seen_at).label("last"))
            .where(AccountSession.account_id.in_(ids))
            .group_by(AccountSession.account_id)
        )
    }
    mail = {
        account_id: (state, error)
        for account_id, state, error in session.execute(
            select(AccountLink.account_id, Message.state, Message.last_error)
            .join(Message, (Message.object_type == "account_link") & (Message.object_id == AccountLink.id))
            .where(AccountLink.account_id.in_(ids), AccountLink.kind == LinkKind.INVITATION)
            .order_by(Message.id)
        )
    }
    nothing: tuple[MessageState | None, str | None] = (None, None)
    lines = []
    for account in accounts:
        state, error = nothing if account.password_hash else mail.get(account.id, nothing)
        lines.append(
            AccountLine(
                id=account.id,
                name=account.person.name,
                email=account.email,
                roles=tuple(
                    RoleLine(grant.id, grant.role, territory_of(grant)[0])
                    for grant in account.grants
                    if grant.id in mine
                ),
                active=account.active,
                came_in=bool(account.password_hash) or account.id in seen,
                created_at=account.created_at,
                last_seen=seen.get(account.id),
                delivery=state,
                delivery_error=error,
                second_factor=account.totp_secret is not None,
            )
        )
    return tuple(lines)


def is_connected(session: Session, account_id: int, issuer: str) -> bool:
    """Whether somebody can enter by that provider too."""
    query = select(AccountIdentity.id).where(
        AccountIdentity.account_id == account_id, AccountIdentity.issuer == issuer
    )
    return session.scalar(query) is not None
