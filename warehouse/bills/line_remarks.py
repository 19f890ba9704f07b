"""What the lines of a bill tell of it: credits, taxes, commitments, rounding, tags."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import duckdb

from warehouse.bills.layouts import Layout
from warehouse.bills.remarks import Remark, Severity

_FEWEST_ROUNDED = 5
_ROUNDED_SHARE = 0.9
"""A provider of whose broken amounts so many are whole in another cost rounds that cost."""

_ROUNDED = ("effective_cost", "contracted_cost")
_MOST_NAMED = 10
_TAGS = "tags_of_bill"

_WORDS: Mapping[str, tuple[str, ...]] = {
    "who bears the cost": (
        "businessunit", "bu", "costcenter", "costcentre", "costdepartment", "department", "dept",
        "division", "ministry", "agency",
    ),
    "the environment": ("env", "environment", "stage"),
    "the application": ("app", "application", "applicationname", "appname"),
    "whose it is": ("owner", "businessowner", "technicalowner"),
}  # fmt: skip
"""What tags are called that mean one thing, without capitals, spaces and marks."""

_MEANINGS = {word: meaning for meaning, words in _WORDS.items() for word in words}


@dataclass(frozen=True, slots=True)
class _Kind:
    """Lines to count, and to add up by currency, and what to say of them."""

    column: str
    severity: Severity
    rule: str
    where: str
    cost: str
    message: str


_KINDS = (
    _Kind(
        "charge_category",
        Severity.NOTE,
        "credits",
        "charge_category = 'Credit'",
        "billed_cost",
        "Credits and refunds: {amount}. They are kept and shown apart; where they outweigh the "
        "rest, shares of a total turn negative.",
    ),
    _Kind(
        "charge_category",
        Severity.NOTE,
        "taxes",
        "charge_category = 'Tax'",
        "billed_cost",
        "Taxes: {amount}.",
    ),
    _Kind(
        "charge_category",
        Severity.NOTE,
        "adjustments",
        "charge_category = 'Adjustment'",
        "billed_cost",
        "Discounts, rounding and other adjustments: {amount}.",
    ),
    _Kind(
        "charge_class",
        Severity.NOTE,
        "corrections",
        "charge_class = 'Correction'",
        "billed_cost",
        "Corrections of earlier bills: {amount}. Their day is set into this bill's month.",
    ),
    _Kind(
        "billed_cost",
        Severity.WARNING,
        "usage_costs_something",
        "charge_category = 'Usage' AND billed_cost < 0",
        "billed_cost",
        "Usage with a negative cost, which should be a credit or a correction: {amount}.",
    ),
    _Kind(
        "charge_day",
        Severity.NOTE,
        "usage_is_billed_in_its_month",
        "charge_class IS DISTINCT FROM 'Correction' "
        "AND strftime(charge_day, '%Y-%m') < billing_month",
        "billed_cost",
        "Usage of the month before the bill's, reported late: {amount}. It keeps its day.",
    ),
    _Kind(
        "effective_cost",
        Severity.NOTE,
        "unused_commitments",
        "commitment_discount_status = 'Unused' AND effective_cost > 0",
        "effective_cost",
        "Commitments that nothing used: {amount}.",
    ),
)


def remark_on_lines(
    connection: duckdb.DuckDBPyConnection, layout: Layout, lines: str
) -> Iterator[Remark]:
    """Report what the lines tell; ``lines`` is a SQL query of them."""
    yield from _of_kinds(connection, lines)
    yield from _of_rounding(connection, lines)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_TAGS} AS SELECT tags, count(*) AS row_count, "
        f"json_valid(tags) AS is_read FROM ({lines}) WHERE tags IS NOT NULL GROUP BY tags"
    )
    yield from _of_tags(connection)
    yield from _of_spellings(connection)
    connection.execute(f"DROP TABLE {_TAGS}")
    if "service_category" not in layout.columns:
        yield from _of_services(connection, lines)


def _of_kinds(connection: duckdb.DuckDBPyConnection, lines: str) -> Iterator[Remark]:
    counted = ", ".join(
        f"count(*) FILTER (WHERE {kind.where}), sum({kind.cost}) FILTER (WHERE {kind.where})"
        for kind in _KINDS
    )
    found = connection.execute(
        f"SELECT billing_currency, {counted} FROM ({lines}) GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    for place, kind in enumerate(_KINDS):
        amounts = [(row[0], *row[1 + 2 * place : 3 + 2 * place]) for row in found]
        given = [(currency, rows, total) for currency, rows, total in amounts if rows]
        if given:
            amount = ", ".join(f"{currency} {total:,.2f}" for currency, _, total in given)
            rows = sum(count for _, count, _ in given)
            yield Remark(
                kind.column, kind.severity, kind.rule, rows, kind.message.format(amount=amount)
            )


def _of_rounding(connection: duckdb.DuckDBPyConnection, lines: str) -> Iterator[Remark]:
    """Find providers whose other cost is whole where what is billed is not."""
    counted = ", ".join(
        f"count(*) FILTER (WHERE {cost} = round({cost}, 0) AND {cost} <> billed_cost)"
        for cost in _ROUNDED
    )
    found = connection.execute(
        f"SELECT provider, count(*), {counted} FROM ({lines}) "
        "WHERE billed_cost <> round(billed_cost, 0) AND commitment_discount_status IS NULL "
        "GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    for provider, rows, *counts in found:
        for cost, rounded in zip(_ROUNDED, counts, strict=True):
            if rounded >= _FEWEST_ROUNDED and rounded >= _ROUNDED_SHARE * rows:
                said = (
                    f"{provider} gives {cost} in whole numbers in {rounded:,} of {rows:,} rows "
                    "whose billed cost isn't whole. Totals of it are wrong by as much; ask for "
                    "another export before using them."
                )
                yield Remark(cost, Severity.ERROR, "cost_is_not_rounded", rounded, said)


def _of_tags(connection: duckdb.DuckDBPyConnection) -> Iterator[Remark]:
    repeated = _sum(
        connection,
        f"SELECT sum(row_count) FROM {_TAGS} "
        "WHERE is_read AND len(json_keys(tags)) <> "
        "len(list_distinct([trim(key) FOR key IN json_keys(tags)]))",
    )
    if repeated:
        said = "A row has one tag twice, as its keys differ in spaces alone. Both are kept."
        yield Remark("tags", Severity.WARNING, "tag_keys_come_once", repeated, said)
    unread = _sum(connection, f"SELECT sum(row_count) FROM {_TAGS} WHERE NOT is_read")
    if unread:
        said = "Tags can't be read as a JSON object. Tag rules pass these lines by."
        yield Remark("tags", Severity.ERROR, "tags_can_be_read", unread, said)


def _of_spellings(connection: duckdb.DuckDBPyConnection) -> Iterator[Remark]:
    """Find keys that mean the same: alike but for capitals and marks, or known words for it."""
    found = connection.execute(
        "SELECT key, sum(row_count) FROM ("
        "SELECT unnest(list_distinct(json_keys(tags))) AS key, row_count "
        f"FROM {_TAGS} WHERE is_read) GROUP BY key ORDER BY 2 DESC, 1"
    ).fetchall()
    groups: dict[str, list[tuple[str, int]]] = {}
    for key, rows in found:
        bare = re.sub(r"[\s_-]", "", key.lower())
        groups.setdefault(_MEANINGS.get(bare.split(":")[-1], bare), []).append((key, int(rows)))
    for meaning, keys in groups.items():
        if len(keys) > 1:
            named = ", ".join(f"{key} ({rows:,} rows)" for key, rows in keys[:_MOST_NAMED])
            what = meaning if meaning in _WORDS else "the same"
            said = f"{len(keys)} tags mean {what}: {named}. A tag rule has to name each."
            rows = sum(count for _, count in keys)
            yield Remark("tags", Severity.WARNING, "tag_keys_are_spelled_alike", rows, said)


def _of_services(connection: duckdb.DuckDBPyConnection, lines: str) -> Iterator[Remark]:
    found = connection.execute(
        f"SELECT service_name, count(*) FROM ({lines}) WHERE service_category = 'Other' "
        "GROUP BY service_name ORDER BY 2 DESC, 1"
    ).fetchall()
    if found:
        named = ", ".join(name for name, _ in found[:_MOST_NAMED])
        rows = sum(count for _, count in found)
        said = f"{len(found)} services have no category that is known, and are in Other: {named}."
        yield Remark("service_category", Severity.NOTE, "service_has_a_category", rows, said)


def _sum(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    found = connection.execute(query).fetchone()
    return int(found[0] or 0) if found else 0
