"""Growth of like on like of a part of an agency's records, and what can't block it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pytest

from warehouse.answering.evaluation import Context, Figures
from warehouse.answering.frames import Frame, Key
from warehouse.answering.kinds import EVALUATIONS
from warehouse.answering.planner import Need, Span
from warehouse.gateway import Gateway
from warehouse.measures import REGISTRY
from warehouse.measures.sources import FAMILIES
from warehouse.months import shifted
from warehouse.question import Period, Question
from warehouse.schema.types import SCALE
from warehouse.scope import Scope

LAST = "2025-06"
QUARTER = Period("2025-04", LAST)
CHANGES = ("three_month_change", "yoy_change")
ALL = Scope.whole_government()


@dataclass(frozen=True)
class Record:
    agency: int
    service_type: str
    month: str
    cost: int
    currency: str = "JMD"
    has_rate: bool = True


def course(
    agency: int, service: str, *costs: int | None, last: str = LAST, **more: Any
) -> list[Record]:
    """Give the months that end with ``last`` these costs; ``None`` has no record."""
    first = shifted(last, 1 - len(costs))
    return [
        Record(agency, service, shifted(first, at), cost, **more)
        for at, cost in enumerate(costs)
        if cost is not None
    ]


STARTED = [
    *course(1, "IaaS", *[100] * 18),
    *course(1, "PaaS", 50, 50, 50),
    *course(2, "IaaS", *[10] * 18),
]
"""The first agency took up a second service in the last three months."""


def figures_of(
    name: str,
    records: Iterable[Record],
    *,
    by: tuple[str, ...] = (),
    service: str = "",
    currency: Literal["USD", "own"] = "USD",
) -> Figures:
    measure = REGISTRY[name]
    question = Question((name,), by=by, period=QUARTER, currency=currency)
    filters = (("service_type", (service,)),) if service else ()
    context = Context(question, filters, Span(QUARTER.start, QUARTER.end), LAST, (), 0)
    evaluation = EVALUATIONS[measure.kind]
    held = list(records)
    frames = [_read(need, held) for need in evaluation.needs(measure, context)]
    return evaluation.figures(measure, context, frames)


def _read(need: Need, records: Iterable[Record]) -> Frame:
    groups: dict[Key, list[Record]] = {}
    for record in records:
        is_kept = all(getattr(record, name) in chosen for name, chosen in need.filters)
        (span,) = need.spans
        if is_kept and str(span.start) <= record.month <= str(span.end):
            key = tuple(getattr(record, name) for name in (*need.keys, *need.hidden))
            groups.setdefault(key, []).append(record)
    columns = {
        name: [_component(name, found) for found in groups.values()] for name in need.components
    }
    return Frame(need, FAMILIES["cost"][-1], tuple(groups), columns)


def _component(name: str, records: list[Record]) -> Any:
    currencies = [record.currency for record in records]
    unrated = [record.month for record in records if not record.has_rate]
    found: Mapping[str, Any] = {
        "row_count": len(records),
        "currency_low": min(currencies),
        "currency_high": max(currencies),
        "missing_cost_local": min(unrated, default=None),
    }
    return found.get(name, sum(record.cost for record in records) * 10**SCALE)


@pytest.mark.parametrize(("name", "expected"), [("three_month_change", 50), ("yoy_change", 150)])
def test_a_service_that_began_is_growth_and_services_add_up(name: str, expected: int) -> None:
    assert figures_of(name, STARTED).values[()] == expected
    by_service = figures_of(name, STARTED, by=("service_type",)).values
    assert by_service == {("IaaS",): 0, ("PaaS",): expected}
    assert figures_of(name, STARTED, service="PaaS").values[()] == expected
    of_agencies = figures_of(name, STARTED, by=("agency",), service="PaaS").values
    assert of_agencies == {(1,): expected}


@pytest.mark.parametrize("name", CHANGES)
def test_a_service_that_ended_is_a_fall(name: str) -> None:
    ended = [
        *course(1, "IaaS", *[100] * 18),
        *course(1, "PaaS", *[20] * 15, None, None, None),
    ]
    expected = figures_of(name, ended).values[()]
    assert expected == {"three_month_change": -20, "yoy_change": -60}[name]
    assert figures_of(name, ended, by=("service_type",)).values == {
        ("IaaS",): 0,
        ("PaaS",): expected,
    }


def test_services_by_month_add_up_to_the_months() -> None:
    records = [*STARTED, *course(3, "PaaS", 7, 7, 9)]
    whole = figures_of("yoy_change", records, by=("month",)).values
    parts = figures_of("yoy_change", records, by=("service_type", "month")).values
    for (month,), change in whole.items():
        assert change == sum(value or 0 for (_, at), value in parts.items() if at == month)
    assert {at for _, at in parts} == {"2025-04", "2025-05", LAST}


def test_the_service_of_a_late_agency_still_moves_nothing() -> None:
    records = [*STARTED, *course(3, "PaaS", 9, 9, 9, 9, 9, None)]
    by_service = figures_of("three_month_change", records, by=("service_type",)).values
    assert by_service == {("IaaS",): 0, ("PaaS",): 50}


def test_growth_of_a_new_service_says_that_nothing_was_spent_before() -> None:
    for name, why in (("three_month_growth", "nothing spent in the first three"),
                      ("yoy_growth", "nothing was spent then")):  # fmt: skip
        found = figures_of(name, STARTED, service="PaaS")
        assert found.values[()] is None
        assert any(why in reason for reason in found.reasons)


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize(
    "more", [{"currency": "XCD"}, {"has_rate": False}], ids=["currency", "rate"]
)
def test_an_agency_that_is_not_compared_blocks_nothing(name: str, more: dict[str, Any]) -> None:
    steady = course(1, "IaaS", *[100] * 18)
    joined = [*steady, *course(2, "IaaS", 5, 5, **more)]
    assert figures_of(name, joined, currency="own").values[()] == 0
    compared = [*steady, *course(2, "IaaS", *[5] * 18, **more)]
    found = figures_of(name, compared, currency="own")
    assert found.values[()] is None
    assert found.reasons


@pytest.mark.parametrize("dimension", ["service_type", "region", "category", "migration_status"])
def test_parts_add_up_to_the_whole_in_the_star(gateway: Gateway, dimension: str) -> None:
    period = Period("2025-01", "2025-04")
    whole = gateway.ask(Question(CHANGES, period=period), ALL)
    parts = gateway.ask(Question(CHANGES, by=(dimension,), period=period), ALL)
    for name in CHANGES:
        added = sum(float(row[name] or 0) for row in parts.rows)
        assert whole.value(name) == pytest.approx(added)
