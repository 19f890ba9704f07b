"""The tables of tagging policies, their lists of values, exemptions from them, and previews."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.governance.models import Record


class State(StrEnum):
    """How far a version came. Published, rejected and withdrawn ones are never altered."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


OPEN_STATES = (State.DRAFT, State.IN_REVIEW)
"""States in which somebody still has something to do."""

IS_OPEN = text("state IN ('draft', 'in_review')")
"""Of the rows of a table, those in one of them."""


class Reviewed:
    """A version that somebody writes and somebody else publishes."""

    state: Mapped[str] = mapped_column(
        comment="draft, in_review, published, rejected or withdrawn."
    )
    lock: Mapped[int] = mapped_column(
        comment="Raised by each change; a change names the one it was made from."
    )
    source: Mapped[str] = mapped_column(comment="portal, console or default.")
    note: Mapped[str] = mapped_column(comment="Why it was written, in its writer's words.")
    writers: Mapped[list[str]] = mapped_column(
        JSON(), comment="Everybody who wrote in it: none of them may publish it."
    )
    written_by: Mapped[str] = mapped_column(comment="Who wrote it last: an e-mail address.")
    written_at: Mapped[datetime] = mapped_column(comment="When, UTC.")
    submitted_by: Mapped[str | None] = mapped_column(comment="Who asked for its review.")
    submitted_at: Mapped[datetime | None] = mapped_column(comment="When, UTC.")
    decided_by: Mapped[str | None] = mapped_column(
        comment="Who published, rejected or withdrew it."
    )
    decided_at: Mapped[datetime | None] = mapped_column(comment="When, UTC.")
    decision_reason: Mapped[str | None] = mapped_column(comment="In the decider's words.")
    is_outside_approval: Mapped[bool] = mapped_column(
        comment="Published at the console, without a second administrator."
    )


class PolicyVersion(Reviewed, Record):
    """A version of a tagging policy; the published one with the highest number is in force."""

    __tablename__ = "tagging_policy_version"
    __table_args__ = (
        Index(
            "uq_tagging_policy_version_open",
            "policy",
            unique=True,
            sqlite_where=IS_OPEN,
            postgresql_where=IS_OPEN,
        ),
        {"comment": "Grain: policy, version."},
    )

    policy: Mapped[str] = mapped_column(primary_key=True, comment="Name of the policy.")
    version: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="The highest published is in force."
    )
    document: Mapped[dict[str, Any]] = mapped_column(comment="The policy as its document.")
    position: Mapped[int | None] = mapped_column(
        comment="Order in which policies were first published; those of a level merge in it."
    )


class ValueListVersion(Reviewed, Record):
    """A version of a list of allowed values; the published one with the highest number holds."""

    __tablename__ = "value_list_version"
    __table_args__ = (
        Index(
            "uq_value_list_version_open",
            "name",
            unique=True,
            sqlite_where=IS_OPEN,
            postgresql_where=IS_OPEN,
        ),
        {"comment": "Grain: list, version."},
    )

    name: Mapped[str] = mapped_column(primary_key=True, comment="Name of the list.")
    version: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="The highest published is in force."
    )
    document: Mapped[dict[str, Any]] = mapped_column(comment="The list and its values.")


class TagExemption(Record):
    """Leave not to carry a tag, asked for by the owner and ending by itself."""

    __tablename__ = "tag_exemption"
    __table_args__ = {"comment": "Grain: request for an exemption."}  # noqa: RUF012

    exemption_id: Mapped[int] = mapped_column(primary_key=True, comment="Its number.")
    agency_id: Mapped[int] = mapped_column(index=True, comment="Whose resources.")
    provider: Mapped[str] = mapped_column(comment="Short name.")
    account_id: Mapped[str] = mapped_column(comment="Text, zeros kept.")
    resource_id: Mapped[str] = mapped_column(comment="Empty text for the whole account.")
    tag: Mapped[str] = mapped_column(comment="Key of the tag in lower case; * for every tag.")
    reason: Mapped[str] = mapped_column(comment="In the asker's words.")
    asked_by: Mapped[str] = mapped_column(comment="E-mail address.")
    asked_at: Mapped[datetime] = mapped_column(comment="When, UTC.")
    expires_on: Mapped[date] = mapped_column(comment="Last day on which it holds.")
    state: Mapped[str] = mapped_column(comment="asked, approved, refused or withdrawn.")
    decided_by: Mapped[str | None] = mapped_column(comment="Who approved, refused or withdrew it.")
    decided_at: Mapped[datetime | None] = mapped_column(comment="When, UTC.")
    decision_reason: Mapped[str | None] = mapped_column(comment="In the decider's words.")


class VersionPreview(Record):
    """What a version would change, counted by the worker on somebody's request."""

    __tablename__ = "version_preview"
    __table_args__ = (
        UniqueConstraint("kind", "name", "version", "version_lock", "requested_at"),
        {"comment": "Grain: request for a preview."},
    )

    preview_id: Mapped[int] = mapped_column(primary_key=True, comment="Its number.")
    kind: Mapped[str] = mapped_column(comment="Of what it is a version: policy or rules.")
    name: Mapped[str] = mapped_column(comment="Name of the policy, or of the book of rules.")
    version: Mapped[int] = mapped_column(comment="The version that is previewed.")
    version_lock: Mapped[int] = mapped_column(comment="The lock of the version it was asked for.")
    requested_by: Mapped[str] = mapped_column(comment="E-mail address.")
    requested_at: Mapped[datetime] = mapped_column(comment="When, UTC.")
    state: Mapped[str] = mapped_column(index=True, comment="requested, done or failed.")
    finished_at: Mapped[datetime | None] = mapped_column(comment="When, UTC; empty until then.")
    result: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True), comment="What was counted; empty until then."
    )
    error: Mapped[str | None] = mapped_column(comment="Why it could not be counted.")


class TagFault(Record):
    """A tag that breaks a policy, from the build that found it to the one that no longer did."""

    __tablename__ = "tag_fault"
    __table_args__ = (
        Index("ix_tag_fault_agency_id_closed_at", "agency_id", "closed_at"),
        {"comment": "Grain: resource, tag, and the build in which it was found."},
    )

    fault_id: Mapped[int] = mapped_column(primary_key=True, comment="Its number.")
    agency_id: Mapped[int] = mapped_column(comment="Whose resource.")
    provider: Mapped[str] = mapped_column(comment="Short name.")
    account_id: Mapped[str] = mapped_column(comment="Text, zeros kept.")
    resource_id: Mapped[str] = mapped_column(comment="The provider's identifier.")
    tag: Mapped[str] = mapped_column(comment="Key of the tag in lower case.")
    found_at: Mapped[datetime] = mapped_column(comment="When a build found it, UTC.")
    closed_at: Mapped[datetime | None] = mapped_column(
        comment="When a build no longer did; empty until then."
    )
    closed_as: Mapped[str | None] = mapped_column(
        comment="mended; gone with its resource; dropped where no policy asks any more."
    )
    days_open: Mapped[int | None] = mapped_column(comment="Whole days from found to closed.")


class TagNote(Record):
    """What an owner is told after a build: which tags drifted, or that policies differ."""

    __tablename__ = "tag_note"
    __table_args__ = (
        Index("ix_tag_note_agency_id", "agency_id"),
        {"comment": "Grain: agency, kind, build."},
    )

    note_id: Mapped[int] = mapped_column(primary_key=True, comment="Its number.")
    agency_id: Mapped[int] = mapped_column(comment="Who is told.")
    kind: Mapped[str] = mapped_column(comment="faults, or policies in force at providers.")
    noted_at: Mapped[datetime] = mapped_column(comment="Of the build, UTC.")
    number: Mapped[int] = mapped_column(comment="How many are new.")
    known: Mapped[list[str]] = mapped_column(
        JSON(), comment="Of policies: all that differed then, so that the same is told once."
    )
