"""After a build: keep the forecasts that it published, to be scored when their months arrive."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from ibis.backends.duckdb import Backend
from sqlalchemy.orm import Session

from warehouse.governance.forecast_models import TOGETHER
from warehouse.governance.kept_forecasts import AMOUNTS, Published, keep_forecasts
from warehouse.months import months_between
from warehouse.question import BuildInfo

_COLUMNS = ", ".join(("origin_month", "month", "forecaster", *AMOUNTS))
_CENT = Decimal("0.01")


def keep_published(con: Backend, session: Session, info: BuildInfo) -> int:
    """Keep what of each agency's forecast, and of all together, is new in this build."""
    of_agencies = con.con.execute(f"select agency_id, {_COLUMNS} from fact_forecast").fetchall()
    last_months: dict[int, set[str]] = defaultdict(set)
    for agency, _, month, *_ in of_agencies:
        last_months[agency].add(month)
    published = [_published(agency, row, "") for agency, *row in of_agencies]
    for row in con.con.execute(f"select {_COLUMNS} from agg_forecast_month").fetchall():
        # Who is too far behind has no forecast of the month, and is in no sum of it.
        within = sorted(agency for agency, months in last_months.items() if row[1] in months)
        published.append(_published(TOGETHER, row, ",".join(map(str, within))))
    return keep_forecasts(session, published, info.build_id, info.published_at)


def _published(agency: int, row: Any, members: str) -> Published:
    origin, month, forecaster, *amounts = row
    return Published(
        agency_id=agency,
        origin_month=origin,
        month=month,
        step=months_between(origin, month),
        forecaster=forecaster,
        amounts=tuple(Decimal(amount).quantize(_CENT) for amount in amounts),
        members=members,
    )
