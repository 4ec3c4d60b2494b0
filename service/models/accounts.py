"""People, the posts they hold, and the accounts they sign in with."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Base
from service.models.columns import UtcDateTime, state_column
from service.models.enums import PostRole, Role
from service.models.schools import EducationService, Owner, School


class Person(Base):
    """A person, apart from any post: posts change hands, history stays."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(160))
    email: Mapped[str | None] = mapped_column(String(254), unique=True)

    posts: Mapped[list["Post"]] = relationship(back_populates="person", lazy="raise_on_sql")


class Post(Base):
    """A period in which a person held a post at a school."""

    __tablename__ = "posts"
    __table_args__ = (
        CheckConstraint("end_on IS NULL OR start_on IS NULL OR start_on <= end_on", name="in_order"),
        UniqueConstraint("person_id", "school_id", "role", "start_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), index=True)
    role: Mapped[PostRole] = mapped_column(state_column(PostRole, "post_role"))
    start_on: Mapped[date | None]
    end_on: Mapped[date | None]

    person: Mapped[Person] = relationship(back_populates="posts", lazy="raise_on_sql")
    school: Mapped[School] = relationship(lazy="raise_on_sql")


class Account(Base):
    """What a person signs in with: a password, and perhaps codes that change with the time.

    ``totp_secret`` is sealed with a key that is not in the database (``service.vault``); ``totp_step`` is
    the last half minute whose code was used: none is good twice. ``digest`` gathers the mail that can
    wait: ``daily``, ``weekly``, or empty for none.
    """

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    totp_step: Mapped[int | None]
    locale: Mapped[str] = mapped_column(String(5), default="es")
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)
    digest: Mapped[str] = mapped_column(String(10), default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(lazy="raise_on_sql")
    grants: Mapped[list["Grant"]] = relationship(
        back_populates="account", lazy="raise_on_sql", order_by="Grant.id"
    )


class Grant(Base):
    """A role of an account, over a service, an owner's schools, or one school.

    The ministry's role names none of them: it sees every territory.
    """

    __tablename__ = "grants"
    __table_args__ = (UniqueConstraint("account_id", "role", "service_id", "owner_id", "school_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(state_column(Role, "role"))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("education_services.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("owners.id"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))

    account: Mapped[Account] = relationship(back_populates="grants", lazy="raise_on_sql")
    service: Mapped[EducationService | None] = relationship(lazy="raise_on_sql")
    owner: Mapped[Owner | None] = relationship(lazy="raise_on_sql")
    school: Mapped[School | None] = relationship(lazy="raise_on_sql")


class AccountIdentity(Base):
    """Who an account is for a provider of sign-in: the subject it gave, one for each provider."""

    __tablename__ = "account_identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("account_id", "issuer"))

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    issuer: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Attempts(Base):
    """How often something was tried within a window of time; the key is a hash and tells nobody's name."""

    __tablename__ = "attempts"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class RecoveryCode(Base):
    """A code that stands once for the second factor; only its hash is kept."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
