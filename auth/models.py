"""The tables of people, grants, sessions, tokens, attempts and the audit trail."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from auth.columns import UtcDateTime

AUTH = MetaData(
    schema="auth",
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    },
)

_LONG = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only where the type is called INTEGER; it has 64 bits there."""


class Base(DeclarativeBase):
    """Base of this package's models."""

    metadata = AUTH


class AttemptOutcome(StrEnum):
    """How an attempt ended. A pending one counts as failed until it is decided."""

    PENDING = "pending"
    FAILED = "failed"
    SUCCEEDED = "succeeded"
    THROTTLED = "throttled"


class Person(Base):
    """Somebody who can be given access."""

    __tablename__ = "person"
    __table_args__ = ({"comment": "One row a person. Never deleted, only disabled."},)

    id: Mapped[int] = mapped_column(primary_key=True, comment="The person's number.")
    email: Mapped[str] = mapped_column(
        String(254), unique=True, comment="E-mail address in lower case; the sign-in name."
    )
    name: Mapped[str] = mapped_column(String(200), comment="Name shown to others.")
    password_hash: Mapped[str | None] = mapped_column(
        String(255), comment="argon2id, encoded with its parameters; empty until one is set."
    )
    password_changed_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, comment="When the password was last set."
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When added.")
    created_by: Mapped[str] = mapped_column(String(320), comment="Who added the person.")
    disabled_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, comment="Since when the person can't sign in; empty while enabled."
    )
    is_demo: Mapped[bool] = mapped_column(
        server_default=text("false"), comment="Belongs to the demo government."
    )
    currency: Mapped[str] = mapped_column(
        String(3),
        server_default=text("'USD'"),
        comment="USD or own: in what amounts are shown where an address doesn't say.",
    )
    year_kind: Mapped[str] = mapped_column(
        String(8),
        server_default=text("'calendar'"),
        comment="calendar or fiscal: which year is meant where an address doesn't say.",
    )
    language: Mapped[str] = mapped_column(
        String(16),
        server_default=text("'en'"),
        comment="Language in which the person is answered, e.g. en.",
    )


class PersonGrant(Base):
    """A role that a person holds, for one agency or for the whole government."""

    __tablename__ = "person_grant"
    __table_args__ = (
        CheckConstraint(
            "(role IN ('agency_viewer', 'agency_manager')) = (agency_id IS NOT NULL)",
            name="agency_fits_role",
        ),
        {"comment": "One row a grant. Never deleted, only revoked."},
    )

    id: Mapped[int] = mapped_column(primary_key=True, comment="The grant's number.")
    person_id: Mapped[int] = mapped_column(
        ForeignKey(Person.id), index=True, comment="Who holds the role."
    )
    role: Mapped[str] = mapped_column(String(32), comment="agency_viewer, treasury, …")
    agency_id: Mapped[int | None] = mapped_column(
        comment="For which agency; empty for roles of the whole government."
    )
    granted_by: Mapped[str] = mapped_column(String(320), comment="Who granted it.")
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When.")
    is_outside_approval: Mapped[bool] = mapped_column(
        comment="Made at the console, without another administrator."
    )
    expires_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, comment="From when it no longer holds; empty for no end."
    )
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When taken away.")
    revoked_by: Mapped[str | None] = mapped_column(String(320), comment="By whom.")


class PersonSession(Base):
    """A browser that is, or was, signed in."""

    __tablename__ = "person_session"
    __table_args__ = ({"comment": "One row a sign-in."},)

    id: Mapped[int] = mapped_column(primary_key=True, comment="The session's number.")
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True, comment="Whose.")
    token_hash: Mapped[str] = mapped_column(
        String(64), unique=True, comment="SHA-256 of the token in the cookie, in hexadecimal."
    )
    csrf_secret: Mapped[str] = mapped_column(
        String(64), comment="Random text from which the tokens in forms are made."
    )
    address: Mapped[str] = mapped_column(String(64), comment="Network address at sign-in.")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When signed in.")
    last_seen_at: Mapped[datetime] = mapped_column(
        UtcDateTime, comment="Last use by the person, to the minute; polling doesn't count."
    )
    ended_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, comment="When ended before its time; empty while it may live."
    )
    ended_because: Mapped[str | None] = mapped_column(String(64), comment="Why it was ended.")


class SignInAttempt(Base):
    """A try to prove a password, counted across all workers."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index(None, "account_key", "address_key", "at"),
        Index(None, "address_key", "at"),
        Index(None, "at"),
        {"comment": "One row a try to prove a password; kept for the throttling windows."},
    )

    id: Mapped[int] = mapped_column(_LONG, primary_key=True, comment="The attempt's number.")
    account_key: Mapped[str] = mapped_column(
        String(64),
        comment="SHA-256 of the e-mail address as typed, since people mistype passwords there.",
    )
    address_key: Mapped[str] = mapped_column(
        String(64), comment="IPv4 address, or the /64 network of an IPv6 address."
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When.")
    outcome: Mapped[str] = mapped_column(
        String(16), comment="pending, failed, succeeded or throttled."
    )


class ApiToken(Base):
    """A personal token for the programming interface."""

    __tablename__ = "api_token"
    __table_args__ = ({"comment": "One row a personal token."},)

    id: Mapped[int] = mapped_column(primary_key=True, comment="The token's number.")
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True, comment="Whose.")
    name: Mapped[str] = mapped_column(String(100), comment="What its owner calls it.")
    token_hash: Mapped[str] = mapped_column(
        String(64), unique=True, comment="SHA-256 of the token, in hexadecimal."
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When made.")
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="From when it is dead.")
    last_used_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, comment="Last use, to the minute."
    )
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When revoked.")


class PasswordReset(Base):
    """A link with which a person sets their own password, once."""

    __tablename__ = "password_reset"
    __table_args__ = ({"comment": "One row a link to set a password."},)

    id: Mapped[int] = mapped_column(primary_key=True, comment="The link's number.")
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True, comment="Whose.")
    token_hash: Mapped[str] = mapped_column(
        String(64), unique=True, comment="SHA-256 of the link's token, in hexadecimal."
    )
    started_by: Mapped[str] = mapped_column(String(320), comment="Who asked for the link.")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When made.")
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="From when it is dead.")
    closed_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, comment="When used or withdrawn."
    )


class SavedView(Base):
    """The address of a page that somebody gave a name, to find it again."""

    __tablename__ = "saved_view"
    __table_args__ = (
        UniqueConstraint("person_id", "name"),
        CheckConstraint(
            "shared_agency_id IS NULL OR shared_role IS NULL", name="one_audience_at_most"
        ),
        {"comment": "One row a saved view. It holds an address and never a figure."},
    )

    id: Mapped[int] = mapped_column(primary_key=True, comment="The view's number.")
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), comment="Whose.")
    name: Mapped[str] = mapped_column(String(80), comment="What its owner calls it.")
    path: Mapped[str] = mapped_column(String(200), comment="Page, e.g. /finops/budget.")
    query: Mapped[str] = mapped_column(
        Text, comment="Filters as the page itself writes them, with the question mark."
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When saved.")
    shared_agency_id: Mapped[int | None] = mapped_column(
        index=True, comment="The agency whose people see it too, if it is shared with one."
    )
    shared_role: Mapped[str | None] = mapped_column(
        String(32), index=True, comment="The role whose holders see it too, if it is shared so."
    )


class AuditEvent(Base):
    """Something that somebody did, or was refused."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index(None, "at"),
        Index(None, "actor", "at"),
        {
            "comment": "One row an event. Only ever added to; the database refuses the rest.",
            "sqlite_autoincrement": True,
        },
    )

    id: Mapped[int] = mapped_column(_LONG, primary_key=True, comment="The event's number.")
    at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When it happened.")
    actor: Mapped[str] = mapped_column(
        String(320), comment="E-mail address, or console, worker or nobody."
    )
    agency_id: Mapped[int | None] = mapped_column(comment="The agency concerned, if one is.")
    action: Mapped[str] = mapped_column(String(80), comment="What was done, e.g. person.disable.")
    object: Mapped[str] = mapped_column(Text, comment="To what, e.g. person:12 or /finops/budget.")
    outcome: Mapped[str] = mapped_column(String(16), comment="succeeded, refused or failed.")
    request_id: Mapped[str | None] = mapped_column(
        String(128), comment="The request that it was part of."
    )
    detail: Mapped[str] = mapped_column(Text, comment="Further facts as a JSON object.")
