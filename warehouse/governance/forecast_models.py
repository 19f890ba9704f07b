"""The tables of forecasts as they were published, and of what people know is to change spend."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.governance.models import Record

TOGETHER = 0
"""Stands for all agencies together; nobody but who sees all of them is shown its rows."""


class KeptForecast(Record):
    """One month ahead, as a build published it."""

    __tablename__ = "kept_forecast"
    __table_args__ = (
        Index("ix_kept_forecast_agency_id_origin_month", "agency_id", "origin_month"),
        {
            "comment": "Grain: agency, or all together, service type or all, last month known, "
            "publication, month ahead."
        },
    )

    kept_id: Mapped[int] = mapped_column(primary_key=True, comment="Its number.")
    agency_id: Mapped[int] = mapped_column(comment="Whose; 0 for all agencies together.")
    origin_month: Mapped[str] = mapped_column(comment="Last month known, YYYY-MM.")
    month: Mapped[str] = mapped_column(comment="Month ahead, YYYY-MM.")
    step: Mapped[int] = mapped_column(comment="How many months it is ahead.")
    forecaster: Mapped[str] = mapped_column(comment="Version of the method and of its errors.")
    build_id: Mapped[str] = mapped_column(comment="The build that first published it so.")
    published_at: Mapped[datetime] = mapped_column(comment="When, UTC.")
    forecast_usd: Mapped[Decimal] = mapped_column(comment="Most likely, US dollars.")
    low_80_usd: Mapped[Decimal] = mapped_column(comment="Lower bound of the 80 % band.")
    high_80_usd: Mapped[Decimal] = mapped_column(comment="Upper bound of the 80 % band.")
    low_95_usd: Mapped[Decimal] = mapped_column(comment="Lower bound of the 95 % band.")
    high_95_usd: Mapped[Decimal] = mapped_column(comment="Upper bound of the 95 % band.")
    service_type: Mapped[str] = mapped_column(
        server_default="", comment="IaaS, PaaS or SaaS; empty for all."
    )
    members: Mapped[str] = mapped_column(
        comment="Of all together: the agencies that were in the sum, by number; else empty."
    )


class SpendEvent(Record):
    """What an agency's people know: from when to when, and by how much spend changes."""

    __tablename__ = "spend_event"
    __table_args__ = (
        Index("ix_spend_event_agency_id", "agency_id"),
        {"comment": "Grain: event. Withdrawn ones stay, and change no forecast."},
    )

    event_id: Mapped[int] = mapped_column(primary_key=True, comment="Its number.")
    agency_id: Mapped[int] = mapped_column(comment="Whose spend it changes.")
    kind: Mapped[str] = mapped_column(comment="migration, contract, campaign or other.")
    month_from: Mapped[str] = mapped_column(comment="First month, YYYY-MM.")
    month_to: Mapped[str | None] = mapped_column(comment="Last month, YYYY-MM; empty for good.")
    change_usd: Mapped[Decimal | None] = mapped_column(
        comment="Change of a month, US dollars; empty where it is a share."
    )
    change_ratio: Mapped[Decimal | None] = mapped_column(
        comment="Change of a month as a share of it; empty where it is an amount."
    )
    note: Mapped[str] = mapped_column(comment="In the writer's words.")
    lock: Mapped[int] = mapped_column(
        comment="Raised by each change; a change names the one it was made from."
    )
    state: Mapped[str] = mapped_column(comment="told or withdrawn.")
    written_by: Mapped[str] = mapped_column(comment="Who wrote it last: an e-mail address.")
    written_at: Mapped[datetime] = mapped_column(comment="When, UTC.")
