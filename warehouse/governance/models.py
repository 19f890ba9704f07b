"""The tables of the records.

Rows that change a figure are never altered: a correction is a further row with a higher
version, so that a figure can be made again as it was.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, MetaData, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from warehouse.governance.types import Instant, Precise

GOVERNANCE = MetaData(
    schema="governance",
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    },
)

FROM_THE_START = "1900-01"
"""The month from which a default holds."""

EVERY_AGENCY = 0
"""Stands in a rule for every agency that is billed directly."""


class Record(DeclarativeBase):
    """Base of the records."""

    metadata = GOVERNANCE
    type_annotation_map = {  # noqa: RUF012 - the name and form SQLAlchemy reads
        str: String(),
        datetime: Instant(),
        Decimal: Precise(),
        dict[str, Any]: JSON(),
        list[dict[str, Any]]: JSON(),
    }


class Decided:
    """Who decided, when, and where the value came from: ``file``, ``portal`` or ``default``."""

    source: Mapped[str] = mapped_column(comment="file, portal or default.")
    recorded_at: Mapped[datetime] = mapped_column(comment="When, UTC.")
    recorded_by: Mapped[str] = mapped_column(comment="Who: an e-mail address, or the file's path.")


class Threshold(Decided, Record):
    """A limit by which figures are judged, from a month on."""

    __tablename__ = "threshold"
    __table_args__ = {"comment": "Grain: limit, first month, version."}  # noqa: RUF012

    name: Mapped[str] = mapped_column(primary_key=True, comment="Name of the limit.")
    effective_from: Mapped[str] = mapped_column(primary_key=True, comment="First month, YYYY-MM.")
    version: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="The highest is in force."
    )
    value: Mapped[Decimal] = mapped_column(comment="The limit, in the unit its name says.")


class FiscalCalendar(Decided, Record):
    """The month in which a country's fiscal year starts."""

    __tablename__ = "fiscal_calendar"
    __table_args__ = {"comment": "Grain: country (* for all others), first month, version."}  # noqa: RUF012

    country_code: Mapped[str] = mapped_column(primary_key=True, comment="ISO 3166 alpha-2, or *.")
    effective_from: Mapped[str] = mapped_column(primary_key=True, comment="First month, YYYY-MM.")
    version: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="The highest is in force."
    )
    start_month_number: Mapped[int] = mapped_column(comment="1 to 12.")


class PeakCalendar(Decided, Record):
    """A month that is a peak in a country; version by version, the whole set of months."""

    __tablename__ = "peak_calendar"
    __table_args__ = {"comment": "Grain: country, first month, version, peak month."}  # noqa: RUF012

    country_code: Mapped[str] = mapped_column(primary_key=True, comment="ISO 3166 alpha-2, or *.")
    effective_from: Mapped[str] = mapped_column(primary_key=True, comment="First month, YYYY-MM.")
    version: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="The highest is in force."
    )
    month_number: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="A peak month, 1 to 12."
    )


class ExchangeRate(Decided, Record):
    """What a unit of a currency was worth in a month."""

    __tablename__ = "exchange_rate"
    __table_args__ = {"comment": "Grain: month, currency, version."}  # noqa: RUF012

    month: Mapped[str] = mapped_column(primary_key=True, comment="Month, YYYY-MM.")
    currency: Mapped[str] = mapped_column(primary_key=True, comment="ISO 4217 code.")
    version: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="The highest is in force."
    )
    usd_per_unit: Mapped[Decimal] = mapped_column(comment="US dollars per unit.")


class BudgetVersion(Decided, Record):
    """One hand-in of one version of an agency's budget, with all its lines."""

    __tablename__ = "budget_version"
    __table_args__ = (
        UniqueConstraint("agency_id", "label", "revision"),
        {"comment": "Grain: agency, version's name, revision."},
    )

    budget_version_id: Mapped[int] = mapped_column(primary_key=True, comment="Its number.")
    agency_id: Mapped[int] = mapped_column(comment="Whose budget.")
    label: Mapped[str] = mapped_column(comment="original, supplementary-1, …")
    revision: Mapped[int] = mapped_column(comment="The highest of a name is in force.")
    content_hash: Mapped[str] = mapped_column(comment="SHA-256 over its lines.")
    source_sha256: Mapped[str | None] = mapped_column(comment="The file it came in.")


class BudgetLine(Record):
    """The amount of one period in a version of a budget."""

    __tablename__ = "budget_line"
    __table_args__ = {"comment": "Grain: budget version, period."}  # noqa: RUF012

    budget_version_id: Mapped[int] = mapped_column(
        ForeignKey(BudgetVersion.budget_version_id),
        primary_key=True,
        comment="The version it is part of.",
    )
    period: Mapped[str] = mapped_column(primary_key=True, comment="YYYY-MM, or a fiscal year YYYY.")
    agency_id: Mapped[int] = mapped_column(comment="Whose budget.")
    amount: Mapped[Decimal] = mapped_column(comment="In the currency beside it.")
    currency: Mapped[str] = mapped_column(comment="ISO 4217 code.")
    phasing: Mapped[str] = mapped_column(comment="given, even or last_year.")
    source_row: Mapped[int | None] = mapped_column(comment="Row of the file; the header is row 1.")


class ServiceTarget(Decided, Record):
    """The availability a digital service must reach, from a month on."""

    __tablename__ = "service_target"
    __table_args__ = {"comment": "Grain: agency, digital service, first month, version."}  # noqa: RUF012

    agency_id: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="Owner of the service."
    )
    digital_service_id: Mapped[str] = mapped_column(primary_key=True, comment="The service.")
    effective_from: Mapped[str] = mapped_column(primary_key=True, comment="First month, YYYY-MM.")
    version: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="The highest is in force."
    )
    availability_ratio: Mapped[Decimal | None] = mapped_column(
        comment="0 to 1; empty ends the target."
    )


class AccountOwner(Decided, Record):
    """Who owned a cloud account, and when; version by version, the account's whole history."""

    __tablename__ = "account_owner"
    __table_args__ = {"comment": "Grain: provider, account, version, first month."}  # noqa: RUF012

    provider: Mapped[str] = mapped_column(primary_key=True, comment="Short name.")
    account_id: Mapped[str] = mapped_column(primary_key=True, comment="Text, zeros kept.")
    version: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="The highest is in force."
    )
    valid_from: Mapped[str] = mapped_column(primary_key=True, comment="First month, YYYY-MM.")
    valid_to: Mapped[str | None] = mapped_column(comment="Last month, YYYY-MM; empty if open.")
    agency_id: Mapped[int] = mapped_column(comment="The owner.")


class TagRule(Decided, Record):
    """Whose cost carries a tag, from a month on; version by version, the whole rule."""

    __tablename__ = "tag_rule"
    __table_args__ = {"comment": "Grain: rule, version, first month."}  # noqa: RUF012

    rule: Mapped[str] = mapped_column(primary_key=True, comment="Name of the rule.")
    version: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="The highest is in force."
    )
    valid_from: Mapped[str] = mapped_column(primary_key=True, comment="First month, YYYY-MM.")
    priority: Mapped[int] = mapped_column(comment="The lowest that applies decides.")
    tag_key: Mapped[str] = mapped_column(comment="Key of the tag.")
    value_pattern: Mapped[str] = mapped_column(
        comment="Value of the tag, * for any run of characters."
    )
    agency_id: Mapped[int] = mapped_column(comment="Who bears the cost.")
    valid_to: Mapped[str | None] = mapped_column(comment="Last month, YYYY-MM; empty if open.")


class AllocationRule(Decided, Record):
    """How shared cost is split, from a month on; version by version, the whole rule."""

    __tablename__ = "allocation_rule"
    __table_args__ = {"comment": "Grain: rule, version, first month, agency."}  # noqa: RUF012

    rule: Mapped[str] = mapped_column(primary_key=True, comment="Name of the rule.")
    version: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="The highest is in force."
    )
    valid_from: Mapped[str] = mapped_column(primary_key=True, comment="First month, YYYY-MM.")
    agency_id: Mapped[int] = mapped_column(
        primary_key=True,
        autoincrement=False,
        comment="Who bears a part; 0 for every agency billed directly.",
    )
    priority: Mapped[int] = mapped_column(comment="The lowest that applies decides.")
    provider: Mapped[str] = mapped_column(comment="Whose cost is shared; * for every provider.")
    account_id: Mapped[str] = mapped_column(
        comment="Account whose cost is shared; * for every one."
    )
    service_name: Mapped[str] = mapped_column(
        comment="Service whose cost is shared; * for every one."
    )
    method: Mapped[str] = mapped_column(comment="fixed, even or proportional.")
    share: Mapped[Decimal | None] = mapped_column(comment="Of a fixed rule, 0 to 1.")
    valid_to: Mapped[str | None] = mapped_column(comment="Last month, YYYY-MM; empty if open.")
    measure: Mapped[str | None] = mapped_column(
        comment="Of a proportional rule, what it goes by; empty for what is billed directly."
    )


class HeldSliceDecision(Record):
    """Whether a suspicious slice may enter the star; for exactly the content that was seen."""

    __tablename__ = "held_slice_decision"
    __table_args__ = {"comment": "Grain: decision on a held slice."}  # noqa: RUF012

    decision_id: Mapped[int] = mapped_column(primary_key=True, comment="Its number.")
    feed: Mapped[str] = mapped_column(comment="Feed.")
    agency_id: Mapped[int] = mapped_column(index=True, comment="Whose slice.")
    month: Mapped[str] = mapped_column(comment="YYYY-MM; empty text for a slice without months.")
    content_hash: Mapped[str] = mapped_column(comment="SHA-256 of the slice's rows.")
    decision: Mapped[str] = mapped_column(comment="approved or rejected; the last one holds.")
    decided_by: Mapped[str] = mapped_column(comment="E-mail address.")
    decided_at: Mapped[datetime] = mapped_column(comment="When, UTC.")
    reason: Mapped[str] = mapped_column(comment="In the decider's words.")


class BuildHistory(Record):
    """One run of the build, whatever came of it."""

    __tablename__ = "build_history"
    __table_args__ = {"comment": "Grain: run of the build."}  # noqa: RUF012

    build_id: Mapped[str] = mapped_column(primary_key=True, comment="Its identifier.")
    started_at: Mapped[datetime] = mapped_column(index=True, comment="When, UTC.")
    finished_at: Mapped[datetime | None] = mapped_column(comment="When, UTC; empty while running.")
    status: Mapped[str] = mapped_column(comment="running, published, failed or unchanged.")
    durations: Mapped[dict[str, Any]] = mapped_column(comment="Seconds of each stage.")
    counts: Mapped[dict[str, Any]] = mapped_column(comment="Rows by table, and files.")
    inputs: Mapped[list[dict[str, Any]]] = mapped_column(comment="path, sha256, rows of each file.")
    inputs_hash: Mapped[str | None] = mapped_column(comment="SHA-256 over all inputs.")
    error: Mapped[str | None] = mapped_column(comment="What went wrong, and what to do.")


class WorkerLease(Record):
    """Which worker leads; taken over when it runs out."""

    __tablename__ = "worker_lease"
    __table_args__ = {"comment": "Grain: kind of work."}  # noqa: RUF012

    name: Mapped[str] = mapped_column(primary_key=True, comment="Kind of work.")
    holder: Mapped[str] = mapped_column(comment="Host and process of the leader.")
    expires_at: Mapped[datetime] = mapped_column(comment="When it runs out unless renewed, UTC.")
