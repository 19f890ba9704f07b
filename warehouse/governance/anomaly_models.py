"""The tables of anomalies as people work them: their states, and every step between."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.governance.models import Record


class AnomalyCase(Record):
    """One anomaly that builds alert to, from the build that found it first."""

    __tablename__ = "anomaly_case"
    __table_args__ = (
        Index("ix_anomaly_case_agency_id_state", "agency_id", "state"),
        {"comment": "Grain: anomaly, the same from build to build."},
    )

    case_id: Mapped[int] = mapped_column(primary_key=True, comment="Its number.")
    agency_id: Mapped[int] = mapped_column(comment="Whose cost.")
    subject: Mapped[str] = mapped_column(
        server_default="cost", comment="cost, latency, errors or burn rate: what stands out."
    )
    anomaly_id: Mapped[str] = mapped_column(comment="By which the last build that held it knew it.")
    period: Mapped[str] = mapped_column(comment="month or day.")
    level: Mapped[str] = mapped_column(comment="all, service, account or digital service.")
    part: Mapped[str] = mapped_column(comment="Which service or account, or all.")
    first_day: Mapped[date] = mapped_column(comment="First day of it.")
    last_day: Mapped[date] = mapped_column(comment="Last day of it, that of the last month.")
    excess_usd: Mapped[Decimal | None] = mapped_column(
        comment="Beyond what was expected, US dollars; empty of another subject than cost."
    )
    found_at: Mapped[datetime] = mapped_column(comment="When the first build held it, UTC.")
    days_to_find: Mapped[int | None] = mapped_column(
        comment="From the end of its first month or day to found_at; empty of what was over when "
        "builds began to count."
    )
    state: Mapped[str] = mapped_column(
        comment="open, acknowledged, planned, false_alarm, resolved; gone, merged by a build."
    )
    state_by: Mapped[str] = mapped_column(comment="Who put it there: an e-mail address, or build.")
    state_at: Mapped[datetime] = mapped_column(comment="When, UTC.")
    reason: Mapped[str] = mapped_column(comment="Why; empty text of one that is open.")
    days_to_resolve: Mapped[int | None] = mapped_column(
        comment="From found_at to when it was resolved; empty until then."
    )
    muted_until: Mapped[date | None] = mapped_column(
        comment="Last day on which the like begins without being new; empty for none."
    )
    muted_usd: Mapped[Decimal | None] = mapped_column(
        comment="Excess up to which the like is muted; empty for any."
    )
    lock: Mapped[int] = mapped_column(
        comment="Raised by each change; a change names the one it was made from."
    )


class AnomalyStep(Record):
    """One change of state of an anomaly."""

    __tablename__ = "anomaly_step"
    __table_args__ = (
        Index("ix_anomaly_step_agency_id_case_id", "agency_id", "case_id"),
        {"comment": "Grain: anomaly, change of its state."},
    )

    step_id: Mapped[int] = mapped_column(primary_key=True, comment="Its number.")
    case_id: Mapped[int] = mapped_column(
        ForeignKey(AnomalyCase.case_id), comment="The anomaly's number."
    )
    agency_id: Mapped[int] = mapped_column(comment="Whose cost.")
    was: Mapped[str] = mapped_column(comment="The state before.")
    state: Mapped[str] = mapped_column(comment="The state after.")
    by: Mapped[str] = mapped_column(comment="Who: an e-mail address, or build.")
    at: Mapped[datetime] = mapped_column(comment="When, UTC.")
    reason: Mapped[str] = mapped_column(comment="Why, in their words, or the build's.")
