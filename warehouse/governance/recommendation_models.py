"""The table of what people decided on recommendations."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.governance.models import Record


class Recommendation(Record):
    """A recommendation that somebody took up, did or dismissed; untouched ones have no row."""

    __tablename__ = "recommendation"
    __table_args__ = (
        UniqueConstraint("agency_id", "kind", "target"),
        {"comment": "Grain: agency, kind, target."},
    )

    recommendation_id: Mapped[int] = mapped_column(primary_key=True, comment="Its number.")
    agency_id: Mapped[int] = mapped_column(comment="Whom it is recommended to.")
    kind: Mapped[str] = mapped_column(comment="What is recommended.")
    target: Mapped[str] = mapped_column(comment="For what: a service, say; empty for all of it.")
    state: Mapped[str] = mapped_column(comment="open, accepted, done or dismissed.")
    lock: Mapped[int] = mapped_column(
        comment="Raised by each change; a change names the one it was made from."
    )
    owner: Mapped[str] = mapped_column(comment="Who sees to it, as written; may be empty.")
    due_on: Mapped[date | None] = mapped_column(comment="By when, if said.")
    reason: Mapped[str] = mapped_column(comment="In the decider's words; may be empty.")
    estimate_usd: Mapped[Decimal | None] = mapped_column(
        comment="What it was estimated to save when it was first decided on, US dollars."
    )
    estimate_months: Mapped[int | None] = mapped_column(
        comment="Of how many months that estimate is; empty where that wasn't kept."
    )
    done_on: Mapped[date | None] = mapped_column(comment="When it was done; empty until then.")
    decided_by: Mapped[str] = mapped_column(comment="Who changed it last: an e-mail address.")
    decided_at: Mapped[datetime] = mapped_column(comment="When, UTC.")
