from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.factories.providers import Books, Spent
from tests.unit.warehouse.bills.intake.bill_rows import bill, charge
from tests.unit.warehouse.fetching.conftest import TODAY, Fetching
from tests.unit.warehouse.fetching.spending import (
    DENIED,
    FEW_ACCOUNTS,
    MANY_ACCOUNTS,
    THROTTLED,
    Serve,
    declare_aws,
    expected,
    findings,
    sums,
)
from tests.unit.warehouse.quality.hand_in import HandIn
from warehouse.bills.fetch_sources import AWS
from warehouse.fetching.fetch import OPENERS
from warehouse.fetching.schedule import BackgroundFetch


@pytest.mark.parametrize("spent", [FEW_ACCOUNTS, MANY_ACCOUNTS], ids=["by account", "by region"])
def test_cost_explorer_is_read_page_by_page_and_builds_to_its_own_sums(
    fetching: Fetching, serve: Serve, spent: list[Spent]
) -> None:
    books = Books(spent)
    serve(AWS, books)
    declare_aws(fetching)

    report = fetching.fetch()

    assert not report.failures
    assert report.calls == len(books.asked)
    assert any("NextPageToken" in asked for asked in books.asked)
    outcome = fetching.stage()
    for column, name in (("charge_day", "day"), ("service_name", "service"),
                         ("region_id", "region"), ("sub_account_id", "account")):  # fmt: skip
        assert sums(outcome, column) == expected(spent, name)
    assert outcome.rows(
        "SELECT DISTINCT provider, billing_account_id, billing_currency, billing_month "
        "FROM stg_charge"
    ) == [("AWS", "999", "USD", "2025-03")]


def test_tax_is_known_as_tax_and_a_service_by_its_category(
    fetching: Fetching, serve: Serve
) -> None:
    serve(AWS, Books(FEW_ACCOUNTS))
    declare_aws(fetching)
    fetching.fetch()

    found = fetching.stage().rows(
        "SELECT charge_category, service_category FROM stg_charge WHERE service_name = 'Tax' "
        "OR service_name LIKE '%Compute' ORDER BY ALL"
    )

    assert [category for category, _ in found] == ["Tax", "Usage"]
    assert found[1][1] == "Compute"


def test_a_provider_that_stays_busy_is_let_be_until_tomorrow(
    fetching: Fetching, serve: Serve
) -> None:
    books = Books(FEW_ACCOUNTS, trouble=dict.fromkeys(range(1, 99), THROTTLED))
    serve(AWS, books)
    declare_aws(fetching)

    [failure] = fetching.fetch().failures

    assert "didn't answer in 5 attempts" in failure.message
    assert "Nothing of the month was fetched before, so it is missing." in failure.message
    assert len(books.asked) == 5
    assert fetching.stage().rows("SELECT count(*) FROM stg_charge") == [(0,)]


def test_a_failure_half_way_leaves_the_file_of_before_and_stands_in_the_build(
    fetching: Fetching, serve: Serve
) -> None:
    books = Books(FEW_ACCOUNTS)
    serve(AWS, books)
    declare_aws(fetching)
    fetching.fetch()
    before = fetching.text("payer/2025-03.csv")
    books.spent = [*FEW_ACCOUNTS, Spent("2025-03-04", "111", "Tax", "", "5", "5")]
    books.trouble = {len(books.asked) + 4: DENIED}

    report = fetching.fetch(date(2025, 3, 5))

    assert not report.fetched
    assert fetching.text("payer/2025-03.csv") == before
    outcome = fetching.stage()
    assert sums(outcome, "billing_account_id") == {"999": expected(FEW_ACCOUNTS, "kind")["Usage"]}
    [said] = findings(outcome)
    assert "The bill of AWS account 999 for 2025-03 couldn't be fetched" in said
    assert "AccessDeniedException" in said
    assert "may call ce:GetCostAndUsage" in said
    assert "What was fetched on 2025-03-04 stays in place." in said
    assert outcome.rows(
        "SELECT rows_failed FROM quality_result WHERE rule = 'bill_can_be_fetched'"
    ) == [(1,)]

    fetching.fetch(date(2025, 3, 6))
    assert not findings(fetching.stage())
    assert ",5,5,USD" in fetching.text("payer/2025-03.csv")


def test_a_restated_month_replaces_the_file_and_its_rows(fetching: Fetching, serve: Serve) -> None:
    books = Books(FEW_ACCOUNTS)
    serve(AWS, books)
    declare_aws(fetching)
    fetching.fetch()
    books.spent = [Spent("2025-03-01", "111", "Amazon EC2", "us-east-1", "7", "6")]

    fetching.fetch(date(2025, 3, 5))

    outcome = fetching.stage()
    assert sums(outcome, "service_name") == {"Amazon EC2": (Decimal(7), Decimal(6))}
    assert not findings(outcome)


def test_a_month_is_asked_for_once_a_day_and_no_more_when_it_is_settled(
    fetching: Fetching, serve: Serve
) -> None:
    books = Books(FEW_ACCOUNTS)
    serve(AWS, books)
    declare_aws(fetching, start="2025-03")

    assert fetching.fetch().calls > 0
    assert fetching.fetch().calls == 0
    assert fetching.fetch(date(2025, 4, 10)).calls > 0
    assert fetching.fetch(date(2025, 4, 15)).calls > 0
    last = fetching.fetch(date(2025, 4, 16))
    assert len(last.fetched) == 1
    asked = len(books.asked)
    fetching.fetch(date(2025, 4, 17))
    assert not [a for a in books.asked[asked:] if a["TimePeriod"]["Start"] == "2025-03-01"]
    assert fetching.fetch(date(2025, 4, 17), month="2025-03").fetched


def test_no_more_calls_are_made_than_a_day_may_have(fetching: Fetching, serve: Serve) -> None:
    books = Books(FEW_ACCOUNTS)
    serve(AWS, books)
    declare_aws(fetching, "calls_a_day = 4", start="2025-02")

    report = fetching.fetch()

    assert len(books.asked) == report.calls == 4
    assert {failure.month for failure in report.failures} == {"2025-02", "2025-03"}
    assert "All 4 calls of today are used up" in report.failures[0].message
    fetching.fetch(month="2025-03")
    assert len(books.asked) == 4


def test_parts_that_do_not_add_up_to_the_whole_are_not_taken(
    fetching: Fetching, serve: Serve
) -> None:
    books = Books(FEW_ACCOUNTS, page_size=100)
    books.trouble = {
        3: (200, {"ResultsByTime": []}, {}),
    }
    serve(AWS, books)
    declare_aws(fetching)

    [failure] = fetching.fetch().failures

    assert "of the whole is 126.47" in failure.message
    assert not (fetching.root / "fetched/payer/2025-03.csv").exists()


def test_a_month_without_any_cost_does_not_empty_the_file_of_before(
    fetching: Fetching, serve: Serve
) -> None:
    books = Books(FEW_ACCOUNTS)
    serve(AWS, books)
    declare_aws(fetching)
    fetching.fetch()
    books.spent = []

    [failure] = fetching.fetch(date(2025, 3, 5)).failures

    assert "nothing was billed" in failure.message
    assert sums(fetching.stage(), "billing_account_id").keys() == {"999"}


def test_a_bill_that_is_handed_in_counts_before_what_is_fetched(
    fetching: Fetching, serve: Serve
) -> None:
    serve(AWS, Books(FEW_ACCOUNTS))
    declare_aws(fetching)
    fetching.fetch()
    exact = charge(1, "126.5", BillingAccountId="999")
    HandIn(fetching.root).write_bytes("bills/march.csv", bill(exact))

    outcome = fetching.stage()

    assert outcome.rows("SELECT sum(billed_cost) FROM stg_charge") == [(Decimal("126.5"),)]
    [(said,)] = outcome.rows("SELECT detail FROM finding WHERE rule = 'bill_is_said_once'")
    assert "A bill that is handed in counts before what is fetched" in said


def test_what_is_no_longer_declared_fails_no_more(fetching: Fetching, serve: Serve) -> None:
    serve(AWS, Books(FEW_ACCOUNTS, trouble={1: DENIED}))
    declare_aws(fetching)
    fetching.fetch()
    assert findings(fetching.stage())
    (fetching.root / "data/bills/apis/payer.toml").unlink()

    fetching.fetch()

    assert not findings(fetching.stage())


def test_credentials_are_in_no_file_that_is_written(fetching: Fetching, serve: Serve) -> None:
    serve(AWS, Books(FEW_ACCOUNTS, trouble={9: DENIED}))
    declare_aws(fetching)
    fetching.fetch()

    for path in (fetching.root / "fetched").rglob("*"):
        if path.is_file():
            assert "of-this-test" not in path.read_text("utf-8")


def test_variables_that_are_missing_are_named(
    fetching: Fetching, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    books = Books(FEW_ACCOUNTS)
    serve(AWS, books)
    declare_aws(fetching, 'environment = "HEALTH_"')
    monkeypatch.setenv("HEALTH_AWS_ACCESS_KEY_ID", "a-key-of-this-test")

    [failure] = fetching.fetch().failures
    assert "no HEALTH_AWS_SECRET_ACCESS_KEY" in failure.message
    assert not books.asked

    monkeypatch.setenv("HEALTH_AWS_SECRET_ACCESS_KEY", "a-secret-of-this-test")
    assert not fetching.fetch(month="2025-03").failures


def test_nothing_is_fetched_or_written_where_nothing_is_declared(fetching: Fetching) -> None:
    report = fetching.fetch(TODAY)

    assert report.calls == 0
    assert not (fetching.root / "fetched").exists()


def test_what_is_not_installed_is_named_with_how_to_install_it(
    fetching: Fetching, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare_aws(fetching)
    monkeypatch.setitem(sys.modules, "warehouse.fetching.aws", None)
    fetching.openers |= OPENERS

    [failure] = fetching.fetch().failures

    assert "requirements-providers.txt" in failure.message


def test_the_worker_fetches_beside_its_builds(fetching: Fetching, serve: Serve) -> None:
    books = Books([])
    serve(AWS, books)
    declare_aws(fetching, start=f"{datetime.now(UTC).date() - timedelta(days=1):%Y-%m}")
    background = BackgroundFetch(fetching.root / "data", fetching.root)

    background.start()
    background.start()
    background.wait(60)

    assert {asked["action"] for asked in books.asked} == {"GetDimensionValues", "GetCostAndUsage"}
    made = len(books.asked)
    background.start()
    background.wait(60)
    assert len(books.asked) == made
