"""What a question costs: statements run, and answers kept."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from warehouse.answering.recent import Recent
from warehouse.db import Database
from warehouse.gateway import Gateway
from warehouse.question import Question
from warehouse.scope import Scope

ALL = Scope.whole_government()


@contextmanager
def counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    ("measures", "by", "table"),
    [
        (("actual_spend", "waste_pct", "row_count"), (), "agg_usage_country_month"),
        (("actual_spend",), ("agency",), "agg_usage_agency_month"),
        (("actual_spend",), ("region",), "agg_usage_country_service_month"),
        (("actual_spend",), ("agency", "region"), "agg_usage_agency_region_month"),
        (("latency_ms", "sla_breaches", "health_score"), ("month",),
         "agg_performance_country_month"),
        (("tagged_pct", "budget_variance"), ("country",), "agg_finance_country_month"),
    ],
)  # fmt: skip
def test_measures_of_one_table_take_one_statement_on_the_smallest(
    measures: tuple[str, ...], by: tuple[str, ...], table: str, database: Database
) -> None:
    gateway = Gateway(database)
    for dimension in by:
        gateway.options(dimension, ALL)
    gateway.ask(Question(("agency_count",)), ALL)
    with counted() as statements:
        gateway.ask(Question(measures, by=by), ALL)
    assert len(statements) == 1
    assert f"FROM main.{table} " in statements[0].replace("\n", " ")


def test_a_limited_reader_is_never_answered_from_a_table_of_all_agencies(
    database: Database,
) -> None:
    gateway = Gateway(database)
    with counted() as statements:
        gateway.ask(Question(("actual_spend", "latency_ms", "budget")), Scope.of_agencies([10]))
    assert statements
    assert not any("agg_" in s and "_country_" in s for s in statements)
    asked = [s for s in statements if "FROM main.agg_" in s]
    assert len(asked) >= 3
    assert all("agency_id IN" in s for s in asked)


def test_the_same_question_is_read_once(database: Database) -> None:
    gateway = Gateway(database)
    question = Question(("actual_spend",), by=("month",))
    first = gateway.ask(question, ALL)
    with counted() as statements:
        assert gateway.ask(question, ALL) is first
    assert statements == []


def test_what_was_used_longest_ago_goes_first() -> None:
    kept: Recent[int] = Recent(2)
    kept.put("a", 1)
    kept.put("b", 2)
    assert kept.get("a") == 1
    kept.put("c", 3)
    assert [kept.get(key) for key in "abc"] == [1, None, 3]
    assert len(kept) == 2


@pytest.mark.parametrize(
    "ask",
    [
        lambda gateway, scope: gateway.options("agency", scope),
        lambda gateway, scope: gateway.rows("dim_agency", scope, where={"agency_id": [10, 11]}),
        lambda gateway, scope: gateway.ask(Question(("actual_spend",), by=("agency",)), scope).rows,
    ],
    ids=["options", "rows", "answers"],
)
def test_what_was_read_once_is_kept_for_its_scope_alone(
    ask: Callable[[Gateway, Scope], Any], database: Database
) -> None:
    gateway = Gateway(database)
    everyone = ask(gateway, ALL)
    with counted() as statements:
        assert ask(gateway, ALL) == everyone
    assert statements == []
    one = ask(gateway, Scope.of_agencies([10]))
    assert one != everyone
    assert one == ask(Gateway(database), Scope.of_agencies([10]))


def test_long_pages_of_rows_are_read_anew(database: Database) -> None:
    gateway = Gateway(database)
    long = gateway.rows("fact_usage_monthly", ALL, limit=101)
    assert len(long.rows) == 101
    with counted() as statements:
        assert gateway.rows("fact_usage_monthly", ALL, limit=101) == long
    assert statements


def test_what_is_made_of_an_answer_is_made_once(database: Database) -> None:
    gateway = Gateway(database)
    answer = gateway.ask(Question(("actual_spend",), by=("agency",)), ALL)
    assert answer.once("agencies", lambda: len(answer.rows)) == len(answer.rows)
    again = gateway.ask(Question(("actual_spend",), by=("agency",)), ALL)
    assert again.once("agencies", lambda: 0) == len(answer.rows)
    assert again.once(("agencies", 2), lambda: 2) == 2
