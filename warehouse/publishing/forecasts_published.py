"""After a build: keep the forecasts that it published, to be scored when their months arrive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from ibis.backends.duckdb import Backend
from sqlalchemy.orm import Session

from warehouse.governance.forecast_models import TOGETHER
from warehouse.governance.kept_forecasts import AMOUNTS, SCORED_STEPS, Published, keep_forecasts
from warehouse.months import months_between
from warehouse.question import BuildInfo

_COLUMNS = ", ".join(("origin_month", "month", "forecaster", *AMOUNTS))
_CENT = Decimal("0.01")


def keep_published(con: Backend, session: Session, info: BuildInfo) -> int:
    """Keep what of each agency's forecast, and of all together, is new in this build.

    Of service types, which are several to an agency, only the months that are scored.
    """
    published = [
        *_kept(con, "fact_forecast", "agg_forecast_month", "''"),
        *(
            one
            for one in _kept(
                con, "fact_forecast_service", "agg_forecast_service_month", "service_type"
            )
            if one.step <= SCORED_STEPS
        ),
    ]
    return keep_forecasts(session, published, info.build_id, info.published_at)


def _kept(con: Backend, fact: str, summary: str, service_type: str) -> Iterator[Published]:
    columns = f"{service_type}, {_COLUMNS}"
    within: dict[tuple[str, str], set[int]] = defaultdict(set)
    for agency, *row in con.con.execute(f"select agency_id, {columns} from {fact}").fetchall():
        within[row[0], row[2]].add(agency)
        yield _published(agency, row, "")
    for row in con.con.execute(f"select {columns} from {summary}").fetchall():
        # Who is too far behind has no forecast of the month, and is in no sum of it.
        members = sorted(within[row[0], row[2]])
        yield _published(TOGETHER, row, ",".join(map(str, members)))


def _published(agency: int, row: Any, members: str) -> Published:
    service_type, origin, month, forecaster, *amounts = row
    return Published(
        agency_id=agency,
        service_type=service_type,
        origin_month=origin,
        month=month,
        step=months_between(origin, month),
        forecaster=forecaster,
        amounts=tuple(Decimal(amount).quantize(_CENT) for amount in amounts),
        members=members,
    )
