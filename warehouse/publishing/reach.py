"""From which month to which a build has the cost of most agencies."""

from __future__ import annotations

import duckdb

_MONTHS_OF_COST = """
    WITH counted AS (
        SELECT month, count(DISTINCT agency_id) AS agencies FROM fact_cost_monthly GROUP BY month),
    compared AS (
        SELECT month, agencies, max(agencies) OVER (
            ORDER BY month ROWS BETWEEN 12 PRECEDING AND 1 PRECEDING) AS before FROM counted)
    SELECT min(month), max(month) FILTER (WHERE before IS NULL OR agencies * 2 >= before)
    FROM compared
"""
"""The first month of cost, and the last of which at least half of the agencies have it.

Where a few agencies' bills run ahead of everybody's summaries, the government's last month would
else be theirs alone, and would look like a fall.
"""


def months_of_cost(connection: duckdb.DuckDBPyConnection) -> tuple[str, str]:
    """Give the first and the last month of cost of a finished star."""
    found = connection.execute(_MONTHS_OF_COST).fetchone()
    return (str(found[0]), str(found[1])) if found else ("", "")
