"""Forecasts that were published: keeping what is new in a build, and reading what is to be scored.

Of one last month known there may be several: history is corrected, a method is bettered. All are
kept. The last of them is scored: it is what readers had when its first month began to come in,
and none of its months was known when it was made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import Subquery, func, insert, select
from sqlalchemy.orm import Session

from warehouse.governance.forecast_models import KeptForecast
from warehouse.governance.newest import Row

SCORED_STEPS: Final = 6
"""Months further ahead are kept but not scored, as in the back-test."""
KEPT_COLUMNS: Final = (
    "agency_id", "service_type", "origin_month", "month", "step", "forecaster", "forecast_usd",
    "low_80_usd", "high_80_usd", "members",
)  # fmt: skip
Key = tuple[int, str, str]
"""Agency, service type and last month known."""
AMOUNTS: Final = ("forecast_usd", "low_80_usd", "high_80_usd", "low_95_usd", "high_95_usd")


@dataclass(frozen=True, slots=True)
class Published:
    """One month ahead as a build publishes it; ``amounts`` in the order of AMOUNTS."""

    agency_id: int
    origin_month: str
    month: str
    step: int
    forecaster: str
    amounts: tuple[Decimal, ...]
    service_type: str = ""
    members: str = ""


def keep_forecasts(
    session: Session, published: Iterable[Published], build_id: str, now: datetime
) -> int:
    """Keep each forecast that differs from the last kept of the same and its last month known.

    Gives how many months were written.
    """
    made: dict[Key, list[Published]] = defaultdict(list)
    for one in published:
        made[one.agency_id, one.service_type, one.origin_month].append(one)
    known = _last_kept(session, {origin for *_, origin in made})
    rows = [
        {
            "agency_id": one.agency_id,
            "service_type": one.service_type,
            "origin_month": one.origin_month,
            "month": one.month,
            "step": one.step,
            "forecaster": one.forecaster,
            "build_id": build_id,
            "published_at": now,
            "members": one.members,
            **dict(zip(AMOUNTS, one.amounts, strict=True)),
        }
        for key, months in made.items()
        if known.get(key) != {one.month: (one.members, *one.amounts) for one in months}
        for one in months
    ]
    if rows:
        session.execute(insert(KeptForecast), rows)
    return len(rows)


def forecasts_to_score(session: Session) -> list[Row]:
    """Give the last publication of each series and last month known, in KEPT_COLUMNS."""
    kept, last = KeptForecast, _last_publication()
    query = (
        select(*(getattr(kept, name) for name in KEPT_COLUMNS))
        .join(
            last,
            (kept.agency_id == last.c.agency_id)
            & (kept.service_type == last.c.service_type)
            & (kept.origin_month == last.c.origin_month)
            & (kept.published_at == last.c.published_at),
        )
        .where(kept.step <= SCORED_STEPS)
        .order_by(kept.agency_id, kept.service_type, kept.origin_month, kept.step)
    )
    return [tuple(row) for row in session.execute(query)]


def _last_publication() -> Subquery:
    kept = KeptForecast
    series = (kept.agency_id, kept.service_type, kept.origin_month)
    return (
        select(*series, func.max(kept.published_at).label("published_at"))
        .group_by(*series)
        .subquery()
    )


def _last_kept(
    session: Session, origins: set[str]
) -> dict[Key, dict[str, tuple[str | Decimal, ...]]]:
    kept = KeptForecast
    query = select(kept).where(kept.origin_month.in_(sorted(origins)))
    found: dict[Key, dict[str, tuple[str | Decimal, ...]]] = defaultdict(dict)
    # Later publications of the same month stand in place of earlier ones.
    for row in session.scalars(query.order_by(kept.published_at, kept.kept_id)):
        amounts = (getattr(row, name) for name in AMOUNTS)
        key = (row.agency_id, row.service_type, row.origin_month)
        found[key][row.month] = (row.members, *amounts)
    return found
