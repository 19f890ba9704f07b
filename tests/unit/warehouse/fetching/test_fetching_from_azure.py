from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial

import pytest

from tests.factories.providers import Books
from tests.unit.warehouse.fetching.conftest import Fetching, open_azure
from tests.unit.warehouse.fetching.spending import (
    FEW_ACCOUNTS,
    FORBIDDEN,
    SUBSCRIPTIONS,
    THROTTLED,
    TOO_MANY,
    Serve,
    declare_aws,
    declare_azure,
    expected,
    sums,
)
from warehouse.bills.fetch_sources import AWS, AZURE
from warehouse.fetching.costs import DayCost


def test_cost_management_gives_what_is_billed_and_what_it_cost_with_commitments_spread(
    fetching: Fetching, serve: Serve
) -> None:
    books = Books(SUBSCRIPTIONS)
    serve(AZURE, books)
    declare_azure(fetching)

    assert not fetching.fetch().failures

    outcome = fetching.stage()
    for column, name in (("charge_day", "day"), ("service_name", "service"),
                         ("region_id", "region"), ("sub_account_id", "account")):  # fmt: skip
        assert sums(outcome, column) == expected(SUBSCRIPTIONS, name)
    assert sums(outcome, "charge_category")["Purchase"] == (Decimal(100), Decimal(0))
    assert sums(outcome, "billing_currency").keys() == {"EUR"}
    assert [asked["type"] for asked in books.asked].count("AmortizedCost") == 2
    assert [asked["type"] for asked in books.asked].count("ActualCost") == 3


def test_a_provider_that_is_busy_is_asked_again_after_a_while(
    fetching: Fetching, serve: Serve
) -> None:
    aws, azure = Books(FEW_ACCOUNTS), Books(SUBSCRIPTIONS)
    aws.trouble = {3: THROTTLED, 4: (503, {}, {})}
    azure.trouble = {2: TOO_MANY}
    serve(AWS, aws)
    serve(AZURE, azure)
    declare_aws(fetching)
    declare_azure(fetching)

    report = fetching.fetch()

    assert not report.failures
    assert fetching.slept == [7.0, 2.0, 4.0]
    assert report.calls == len(aws.asked) + len(azure.asked)
    assert sums(fetching.stage(), "provider") == {
        "AWS": expected([*FEW_ACCOUNTS], "kind")["Usage"],
        "Azure": (Decimal("100.3"), Decimal("6.3")),
    }


def test_azure_says_who_may_not_ask(fetching: Fetching, serve: Serve) -> None:
    serve(AZURE, Books(SUBSCRIPTIONS, trouble={1: FORBIDDEN}))
    declare_azure(fetching)

    [failure] = fetching.fetch().failures

    assert "no access to it" in failure.message
    assert "Cost Management Reader" in failure.message


def test_an_answer_that_cannot_be_understood_is_a_failure_and_no_rows(
    fetching: Fetching, serve: Serve
) -> None:
    serve(AZURE, Books(SUBSCRIPTIONS, trouble={1: (200, {"properties": {
        "columns": [{"name": "Cost"}], "rows": [[1.0]]}}, {})}))  # fmt: skip
    declare_azure(fetching)

    [failure] = fetching.fetch().failures

    assert "can't be understood: 'usagedate'" in failure.message


def test_days_that_were_not_asked_for_are_not_taken(fetching: Fetching) -> None:
    declare_azure(fetching)
    stray = DayCost(
        date(2025, 2, 28), "sub-1", "Storage", "", "Usage", Decimal(1), Decimal(1), "EUR"
    )
    fetching.openers[AZURE] = lambda *_: lambda *_: [stray]

    [failure] = fetching.fetch().failures
    assert "answered with 2025-02-28" in failure.message


def test_a_provider_that_cannot_be_reached_is_tried_again(
    fetching: Fetching, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(AWS, Books(FEW_ACCOUNTS))
    monkeypatch.setenv("AWS_ENDPOINT_URL_COST_EXPLORER", "http://127.0.0.1:9")
    fetching.openers[AZURE] = partial(open_azure, "http://127.0.0.1:9")
    declare_aws(fetching)
    declare_azure(fetching)

    report = fetching.fetch()

    assert report.calls == 10
    assert fetching.slept == [2.0, 4.0, 8.0, 16.0] * 2
    assert all("didn't answer in 5 attempts" in one.message for one in report.failures)
