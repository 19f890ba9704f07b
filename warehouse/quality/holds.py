"""Hold slices that are well formed but look wrong, until somebody approves them.

A slice is what one agency reported for one month in one feed. Its judgement looks at that
agency's own figures only, so one agency's slip never touches another's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import duckdb
import pyarrow as pa

from warehouse.bills.billed_before import BilledBefore
from warehouse.feeds.feed import Feed, Kind
from warehouse.quality.judge import content_of
from warehouse.quality.rules import Rule, Severity

MEDIAN_LIMIT = 10
"""A slice above this many times the median of the agency's other months, or below its inverse."""
PREVIOUS_LIMIT = 3
"""A slice above this many times what the published build has for it, or below its inverse."""
FEWEST_OTHER_MONTHS = 3

JUMPED = Rule(
    "total_is_like_other_months",
    Severity.HOLD,
    f"A month's total lies within {MEDIAN_LIMIT} times the median of the agency's other months.",
)
CHANGED = Rule(
    "total_is_like_published",
    Severity.HOLD,
    f"A month's total lies within {PREVIOUS_LIMIT} times what was published for it before.",
)
CURRENCY = Rule(
    "currency_is_unchanged", Severity.HOLD, "An agency keeps the currency published before."
)
GONE = Rule(
    "agency_is_still_there", Severity.HOLD, "An agency published before is in agencies.csv."
)


@dataclass(frozen=True, slots=True)
class Previous:
    """What the published build says, to compare with.

    ``accepted``: path to the SHA-256 of the version accepted last. ``slice_totals``: total by
    (feed, agency, month). ``currencies``: by agency. ``held``: the reason by (feed, agency,
    month, rule, content hash) of slices that wait already; they wait on while they are the same.
    ``bills``: what each file gave to each slice of a bill that is counted.
    """

    accepted: Mapping[str, str]
    slice_totals: Mapping[tuple[str, int, str], Decimal]
    currencies: Mapping[int, str]
    held: Mapping[tuple[str, int, str, str, str], str] = field(default_factory=dict)
    bills: tuple[BilledBefore, ...] = ()


@dataclass(frozen=True, slots=True)
class Suspicion:
    """One slice that a rule wants held, in the order of the columns of ``held_slice``.

    ``part`` names the account and currency of a bill, with what waits and what is counted
    meanwhile. A slice of records has none: nothing of it is counted while it waits.
    """

    feed: str
    agency_id: int
    month: str
    rule: str
    content_hash: str
    reason: str
    row_count: int
    part: str = ""
    currency: str = ""
    amount: Decimal | None = None
    amount_counted: Decimal | None = None


_Compared = tuple[int, str, Decimal, float, float, int]
"""Agency, month, total, what it is compared with, how many times that, rows."""


def hold_rules_of(feed: Feed) -> tuple[Rule, ...]:
    """Return the rules that may hold a slice of this feed."""
    if feed.name == "agencies":
        return (CURRENCY, GONE)
    if not feed.amount:
        return ()
    return (JUMPED, CHANGED) if feed.month else (CHANGED,)


def month_of(feed: Feed) -> str:
    """Return SQL that gives the month of a row; empty text where the feed has none."""
    if not feed.month:
        return "''"
    return feed.month if feed.column(feed.month).kind is Kind.MONTH else f"{feed.month}[1:7]"


def suspect_slices(
    connection: duckdb.DuckDBPyConnection, feed: Feed, table: str, previous: Previous
) -> list[Suspicion]:
    """Find the slices of ``judged_<feed>`` that look wrong, and write all totals to slice_total."""
    if not feed.amount:
        return []
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE slice AS SELECT {feed.agency} AS agency_id, "
        f"{month_of(feed)} AS month, CAST(sum({feed.amount}) AS DECIMAL(38,12)) AS total, "
        f"count(*) AS row_count FROM {table} WHERE failed = 0 GROUP BY ALL"
    )
    _register_previous(connection, feed, previous)
    found = [(JUMPED.name, *row) for row in _jumped(connection)] if feed.month else []
    found += [(CHANGED.name, *row) for row in _changed(connection)]
    suspicions = [
        Suspicion(
            feed=feed.name,
            agency_id=agency,
            month=month,
            rule=rule,
            content_hash=slice_hash(connection, feed, table, agency, month),
            reason=_reason(feed, rule, total, usual, times),
            row_count=rows,
        )
        for rule, agency, month, total, usual, times, rows in found
    ]
    return suspicions + _still_waiting(connection, feed, table, previous, suspicions)


def _jumped(connection: duckdb.DuckDBPyConnection) -> list[_Compared]:
    # The median of the others, without comparing every month with every other: the totals of an
    # agency sorted once, and the slice's own place in that list stepped over.
    return connection.execute(
        f"""
        WITH agency AS (
          SELECT agency_id, list_sort(list(CAST(total AS DOUBLE))) AS totals
          FROM slice GROUP BY agency_id HAVING count(*) > {FEWEST_OTHER_MONTHS}),
        placed AS (
          SELECT slice.*, totals, len(totals) - 1 AS others,
            row_number() OVER (PARTITION BY agency_id ORDER BY slice.total) AS place
          FROM slice JOIN agency USING (agency_id)),
        usual AS (
          SELECT *, (others + 1) // 2 AS low, (others + 2) // 2 AS high FROM placed),
        compared AS (
          SELECT *, (totals[CASE WHEN low < place THEN low ELSE low + 1 END]
                   + totals[CASE WHEN high < place THEN high ELSE high + 1 END]) / 2 AS median
          FROM usual)
        SELECT agency_id, month, total, median, total / median, row_count FROM compared
        WHERE median > 0 AND (total > {MEDIAN_LIMIT} * median OR total * {MEDIAN_LIMIT} < median)
        ORDER BY agency_id, month
        """
    ).fetchall()


def _changed(connection: duckdb.DuckDBPyConnection) -> list[_Compared]:
    return connection.execute(
        f"""
        SELECT agency_id, month, total, before, total / before, row_count
        FROM slice JOIN previous_slice USING (agency_id, month)
        WHERE before > 0 AND (total > {PREVIOUS_LIMIT} * before
                              OR total * {PREVIOUS_LIMIT} < before)
        ORDER BY agency_id, month
        """
    ).fetchall()


def _register_previous(
    connection: duckdb.DuckDBPyConnection, feed: Feed, previous: Previous
) -> None:
    known = [(key, total) for key, total in previous.slice_totals.items() if key[0] == feed.name]
    rows = pa.table(
        {
            "agency_id": pa.array([key[1] for key, _ in known], pa.int32()),
            "month": pa.array([key[2] for key, _ in known], pa.string()),
            "before": pa.array([float(total) for _, total in known], pa.float64()),
        }
    )
    connection.register("previous_slice", rows)


def _still_waiting(
    connection: duckdb.DuckDBPyConnection,
    feed: Feed,
    table: str,
    previous: Previous,
    found: list[Suspicion],
) -> list[Suspicion]:
    known = {(each.agency_id, each.month) for each in found}
    waiting = []
    for (name, agency, month, rule, content_hash), reason in sorted(previous.held.items()):
        if name != feed.name or (agency, month) in known:
            continue
        rows = _slice_count(connection, agency, month)
        if rows and slice_hash(connection, feed, table, agency, month) == content_hash:
            waiting.append(Suspicion(name, agency, month, rule, content_hash, reason, rows))
    return waiting


def _slice_count(connection: duckdb.DuckDBPyConnection, agency: int, month: str) -> int:
    found = connection.execute(
        "SELECT row_count FROM slice WHERE agency_id = ? AND month = ?", [agency, month]
    ).fetchone()
    return int(found[0]) if found else 0


def slice_hash(
    connection: duckdb.DuckDBPyConnection, feed: Feed, table: str, agency: int, month: str
) -> str:
    """Hash what a slice says, whatever files and rows it lies in."""
    found = connection.execute(
        f"SELECT sha256(string_agg(content, chr(10) ORDER BY content)) FROM ("
        f"SELECT {content_of(feed)} AS content FROM {table} "
        f"WHERE failed = 0 AND {feed.agency} = ? AND {month_of(feed)} = ?)",
        [agency, month],
    ).fetchone()
    return str(found[0]) if found else ""


def _reason(feed: Feed, rule: str, total: Decimal, usual: float, times: float) -> str:
    compared = (
        "the median of the agency's other months"
        if rule == JUMPED.name
        else "what the published build has for it"
    )
    unit = feed.column(feed.amount).unit
    return (
        f"{feed.amount} adds up to {total:,.2f} {unit}, {times:,.3g} times {compared} "
        f"({usual:,.2f}). Approve it if it is right; otherwise hand in a corrected file."
    )
