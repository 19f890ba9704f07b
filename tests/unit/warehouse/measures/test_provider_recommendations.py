"""What providers recommend by resource: whose each is, and what came of one that was done."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.factories.bills import line, publish_lines, put_lines
from tests.unit.warehouse.transforms.staging_rows import Staging
from warehouse.engine import connect_engine
from warehouse.errors import UnknownValueError
from warehouse.gateway import Gateway
from warehouse.question import Answer, Period, Question
from warehouse.scope import Scope

ALL, ONE, TWO = Scope.whole_government(), Scope.of_agencies([1]), Scope.of_agencies([2])
ARN = "arn:aws:ec2:eu-west-1:111:instance/"
OWN, SHARED, LATE, MOVED = "111", "900", "222", "901"
MONTHS = tuple(f"2025-0{month}" for month in range(1, 6))
COSTS = {
    f"{ARN}i-1": ("10.01", "10.02", "5", "4", None),
    "i-2": (None, "8.50", "8", "8.25", "8"),
    "new": (None, None, None, "3", "3"),
}
"""What the resources of agency 1's own account cost by month; i-2 as its bill calls it."""
ADVISED = (
    (OWN, "r-1", f"{ARN}i-1", "120"),
    (OWN, "r-2", f"{ARN}i-1", "200"),
    (OWN, "r-3", f"{ARN}i-2", "50"),
    (OWN, "r-4", None, "1000"),
    (OWN, "r-5", f"{ARN}unbilled", None),
    (SHARED, "s-1", "shared-1", "60"),
    (SHARED, "s-2", "shared-2", "70"),
    (SHARED, "s-3", "untagged", "80"),
    (SHARED, "s-4", None, "90"),
    (MOVED, "m-1", "handed-on", "10"),
    (MOVED, "m-2", "torn", "20"),
    (MOVED, "m-3", f"{ARN}known-twice", "30"),
)
TAGGED = (
    ("2025-02-01", "handed-on", "2", "USD"), ("2025-03-01", "handed-on", "1", "USD"),
    # Its last bill names different MDAs in two currencies.
    ("2025-03-01", "torn", "1", "USD"), ("2025-03-01", "torn", "2", "XTS"),
    ("2025-03-01", "known-twice", "1", "USD"), ("2025-02-01", f"{ARN}known-twice", "2", "USD"),
)  # fmt: skip
"""Lines of one account: day, resource, the agency that its tag names, and currency."""


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory, plans: object) -> Iterator[Gateway]:
    con = connect_engine(threads=1)
    staging = Staging(con, plans=plans)  # type: ignore[arg-type]
    for agency, account in ((1, OWN), (2, LATE)):
        staging.agency(agency)
        staging.add("rec_account_owner", provider="AWS", account_id=account, agency_id=agency,
                    valid_from="2025-01")  # fmt: skip
        staging.add("rec_tag_rule", rule=f"r{agency}", priority=1, valid_from="2025-01",
                    tag_key="Team", value_pattern=str(agency), agency_id=agency)  # fmt: skip
    for account, number, resource, saving in ADVISED:
        staging.add("stg_provider_recommendations", taken_on="2025-05-31", provider="AWS",
                    account_id=account, recommendation_id=number, resource_id=resource,
                    recommendation="Stop it", yearly_saving=saving and Decimal(saving),
                    currency="USD", source_id=1, source_row=2)  # fmt: skip
    # Still listed in May, when no bill names it any more: what that cost nobody says.
    staging.add("stg_inventories", listed_by="aws", taken_on="2025-05-31", provider="AWS",
                account_id=OWN, resource_id=f"{ARN}i-1", tags="{}")  # fmt: skip
    lines = [line("2025-05-31", "1", account_id=account, resource_id="base", tags=tags)
             for account, tags in ((OWN, None), (SHARED, '{"Team": "1"}'))]  # fmt: skip
    lines += [
        line(day, "1", account_id=MOVED, resource_id=resource, tags=f'{{"Team": "{team}"}}',
             billing_currency=currency)
        for day, resource, team, currency in TAGGED
    ]  # fmt: skip
    lines += [
        line(f"{month}-01", "1", account_id=OWN, resource_id="unrated", billing_currency=currency)
        for month in MONTHS
        for currency in ("USD", "XTS")
    ]
    for at, month in enumerate(MONTHS):
        lines += [
            line(f"{month}-01", str(costs[at]), account_id=OWN, resource_id=resource)
            for resource, costs in COSTS.items()
            if costs[at] is not None
        ]
        # The last month of this account is not over.
        lines.append(line(f"{month}-01", f"{20 - at}", account_id=LATE, resource_id="late"))
        lines += [
            line(f"{month}-01", "6", account_id=SHARED, resource_id=resource, tags=tags)
            for resource, tags, first, last in (
                ("shared-1", '{"Team": "1"}', 0, 4), ("shared-2", '{"team": "2"}', 0, 2),
                ("untagged", None, 0, 4),
                # Whose these are changes with their tags: after March, and after April.
                ("passed-on", '{"Team": "1"}', 0, 2), ("passed-on", '{"Team": "9"}', 3, 4),
                ("tag-lost", '{"Team": "1"}', 0, 3), ("tag-lost", None, 4, 4),
            )
            if first <= at <= last
        ]  # fmt: skip
    put_lines(con, lines)
    database = publish_lines(staging, tmp_path_factory.mktemp("advised"))
    con.disconnect()
    yield Gateway(database)
    database.dispose()


def came_of(gateway: Gateway, resource: str, scope: Scope = ALL, **kw: object) -> Answer:
    names = ("resource_cost_change", "resource_compared_months", "resource_gone_months")
    where = (("resource", (resource,)), *kw.pop("where", ()))  # type: ignore[misc]
    return gateway.ask(
        Question(names, where=where, period=Period("2025-04", "2026-03"),
                 against=Period("2024-03", "2025-02"), **kw),  # type: ignore[arg-type]
        scope,
    )  # fmt: skip


def test_each_is_for_who_bears_its_resource_and_known_by_its_name_on_the_bill(
    gateway: Gateway,
) -> None:
    def seen(scope: Scope, **where: object) -> dict[str, object]:
        page = gateway.rows("fact_provider_recommendation", scope, where=where)
        return {str(row["recommendation_id"]): row["resource_id"] for row in page.rows}

    own = {"r-1": f"{ARN}i-1", "r-2": f"{ARN}i-1", "r-3": "i-2", "r-4": None,
           "r-5": f"{ARN}unbilled"}  # fmt: skip
    moved = {"m-1": "handed-on", "m-3": "known-twice"}
    assert seen(ONE) == {**own, **moved, "s-1": "shared-1"}
    assert seen(TWO) == {"s-2": "shared-2"}
    assert set(seen(ALL)) == {number for _, number, _, _ in ADVISED}
    assert set(seen(ONE, is_most_of_resource=True)) == {"r-2", "r-3", "r-5", "s-1", *moved}
    with pytest.raises(UnknownValueError):
        came_of(gateway, "shared-2", ONE)


def test_of_one_resource_the_largest_saving_counts_not_their_sum(gateway: Gateway) -> None:
    names = ("recommended_saving_most", "recommended_saving", "recommended_count")
    answer = gateway.ask(Question(names, where=(("resource", (f"{ARN}i-1",)),)), ONE)
    assert [answer.value(name) for name in names] == [200.0, 320.0, 2]
    unknown = gateway.ask(Question(names, where=(("resource", (f"{ARN}unbilled",)),)), ONE)
    assert [unknown.value(name) for name in names] == [None, None, 1]


@pytest.mark.parametrize(
    ("resource", "change", "months", "gone"),
    [
        # April 4.00, May on no bill, against January 10.01 and February 10.02.
        (f"{ARN}i-1", -16.03, 2, 1),
        # Only February names it: so April alone is compared.
        ("i-2", -0.25, 1, 0),
        # Its account's bill of May doesn't reach the end: April 17, February 19.
        ("late", -2.0, 1, 0),
    ],
)
def test_what_was_saved_is_cost_in_whole_months_against_as_many_before(
    gateway: Gateway, resource: str, change: float, months: int, gone: int
) -> None:
    answer = came_of(gateway, resource)
    assert answer.value("resource_cost_change") == pytest.approx(change, abs=1e-9)
    assert answer.value("resource_compared_months") == months
    assert answer.value("resource_gone_months") == gone


def test_a_month_is_whole_by_its_neighbours_though_they_are_not_asked_for(
    gateway: Gateway,
) -> None:
    names, where = ("resource_cost_change",), (("resource", (f"{ARN}i-1",)),)
    april, february = Period("2025-04", "2025-04"), Period("2025-02", "2025-02")
    answer = gateway.ask(Question(names, where=where, period=april, against=february), ALL)
    assert answer.value(names[0]) == pytest.approx(4 - 10.02)


def test_what_bills_do_not_tell_is_unknown_and_not_nothing(gateway: Gateway) -> None:
    for resource, scope, why in (
        ("new", ALL, "month before"),
        ("unrated", ALL, "no exchange rate to US dollars for the resource in 2025-01"),
        (f"{ARN}unbilled", ALL, "months before"),
        # Agency 2 is billed for nothing else there: that others are tells it nothing.
        ("shared-2", TWO, "month after"),
        ("shared-2", ALL, "month after"),
    ):
        answer = came_of(gateway, resource, scope)
        assert answer.value("resource_cost_change") is None, resource
        assert answer.value("resource_gone_months") is None
        assert why in answer.reasons["resource_cost_change"]


def test_what_a_shared_account_bills_to_somebody_else_was_not_saved(gateway: Gateway) -> None:
    mine = {"where": (("agency", ("1",)),)}
    for scope in (ONE, ALL):
        passed_on = came_of(gateway, "passed-on", scope, **mine)
        assert passed_on.value("resource_cost_change") is None
        assert "somebody else" in passed_on.reasons["resource_cost_change"]
        # April still names it as theirs, so that alone is compared; of May nothing is known.
        lost = came_of(gateway, "tag-lost", scope, **mine)
        assert lost.value("resource_cost_change") == 0
        assert (lost.value("resource_compared_months"), lost.value("resource_gone_months")) == (
            1,
            0,
        )


def test_a_group_of_several_resources_is_not_compared(gateway: Gateway) -> None:
    name = "resource_cost_change"
    for question in (Question((name,)), Question((name,), by=("agency",))):
        assert gateway.ask(question, ALL).value(name) is None
    by_agency = came_of(gateway, f"{ARN}i-1", by=("agency", "resource"))
    assert [row[name] for row in by_agency.rows] == [pytest.approx(-16.03)]
    pair = gateway.ask(Question((name,), where=(("resource", ("late", "i-2")),)), ALL)
    assert pair.value(name) is None
    assert "one resource at a time" in pair.reasons[name]
