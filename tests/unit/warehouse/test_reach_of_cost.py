"""The last month of a build is one of which most agencies have cost."""

from __future__ import annotations

import duckdb
import pytest

from warehouse.publishing.reach import months_of_cost


@pytest.mark.parametrize(
    ("agencies", "last"),
    [
        ([10, 10, 10], "2025-03"),
        # A few agencies' bills are ahead, for one month and for two.
        ([10, 10, 3], "2025-02"),
        ([10, 3, 3], "2025-01"),
        ([10, 10, 5], "2025-03"),
        ([1], "2025-01"),
        ([2, 10], "2025-02"),
        # Most agencies are gone for good.
        ([10, *[3] * 13], "2026-02"),
    ],
)
def test_a_month_that_few_agencies_have_isn_t_the_last(agencies: list[int], last: str) -> None:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE fact_cost_monthly (agency_id INTEGER, month VARCHAR)")
    for at, count in enumerate(agencies):
        month = f"{2025 + at // 12}-{at % 12 + 1:02d}"
        connection.execute(
            "INSERT INTO fact_cost_monthly SELECT range, ? FROM range(?)", [month, count]
        )

    assert months_of_cost(connection) == ("2025-01", last)
