from decimal import Decimal

import pytest
from sqlalchemy import Column, Engine, MetaData, Table, create_engine, func, insert, select
from sqlalchemy.dialects import postgresql

from warehouse.schema import DIMENSIONS, FACTS, OPERATIONS, STAR, SUMMARIES
from warehouse.schema.types import Exact

DECLARED = (*DIMENSIONS, *FACTS, *SUMMARIES, *OPERATIONS)


def test_every_table_of_the_star_is_listed_once() -> None:
    assert sorted(t.name for t in DECLARED) == sorted(t.name for t in STAR.tables.values())


@pytest.mark.parametrize("table", DECLARED, ids=lambda t: t.name)
def test_tables_and_columns_say_what_they_are(table: Table) -> None:
    assert table.comment, table.name
    assert [c.name for c in table.columns if not c.comment] == []
    assert list(table.primary_key.columns), table.name


@pytest.fixture
def engine() -> Engine:
    return create_engine("sqlite://")


def test_amounts_come_back_as_they_went_in_and_add_up_exactly(engine: Engine) -> None:
    metadata = MetaData()
    ledger = Table("ledger", metadata, Column("cost_usd", Exact()))
    metadata.create_all(engine)
    rows = [{"cost_usd": Decimal("0.1")}, {"cost_usd": Decimal("0.2")}, {"cost_usd": None}]
    with engine.begin() as connection:
        connection.execute(insert(ledger), rows)
        assert connection.scalar(select(func.sum(ledger.c.cost_usd))) == Decimal("0.3")


def test_the_seventh_place_is_rounded_half_to_even(engine: Engine) -> None:
    kind = Exact()
    dialect = engine.dialect
    assert kind.process_bind_param(Decimal("0.0000005"), dialect) == 0
    assert kind.process_bind_param(Decimal("0.0000015"), dialect) == 2


def test_postgresql_stores_amounts_as_numeric() -> None:
    compiled = Exact().load_dialect_impl(postgresql.dialect())  # type: ignore[no-untyped-call]
    assert (compiled.precision, compiled.scale) == (28, 6)
