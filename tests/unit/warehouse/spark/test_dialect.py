from __future__ import annotations

import ibis

from warehouse.spark.dialect import type_name, write_statement
from warehouse.transforms.exact import as_decimal, number

ROWS = ibis.table({"tags": "string", "cost": "decimal(28, 12)", "ratio": "float64"}, name="rows")


def test_json_is_text_and_a_map_is_read_from_it() -> None:
    pairs = ROWS.tags.try_cast("json").cast("map<string, string>")

    written = write_statement(ROWS.select(pairs=pairs))

    assert "FROM_JSON(`t0`.`tags`, 'MAP<STRING, STRING>')" in written
    assert "AS JSON" not in written.upper()


def test_exact_amounts_are_written_with_all_their_casts() -> None:
    product = as_decimal(ROWS.cost * number("0.05"))

    written = write_statement(ROWS.select(product=product))

    assert "AS DECIMAL(28, 6))" in written
    assert "CAST('0.05' AS DECIMAL(15, 2))" in written


def test_floating_point_is_written_without_a_session() -> None:
    assert "1.5" in write_statement(ROWS.select(more=ROWS.ratio + 1.5))


def test_types_are_spelt_as_spark_does() -> None:
    kinds = [ibis.dtype(text) for text in ("int32", "int64", "decimal(18, 12)", "string", "date")]
    assert [type_name(kind) for kind in kinds] == [
        "INT", "BIGINT", "DECIMAL(18, 12)", "STRING", "DATE",
    ]  # fmt: skip
