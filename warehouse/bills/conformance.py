"""Say where a bill keeps to its standard and where it doesn't: what is handled is told, too.

What can only be seen in the file as handed in is looked for in its first rows. What is found there
is marked on every row while lines are made of it, so that no bill is read twice for its report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from warehouse.bills.columns import CHARGE_CATEGORIES, SERVICE_CATEGORIES
from warehouse.bills.focus_columns import FOCUS_COLUMNS, FocusColumn, Kind, Level
from warehouse.bills.layouts import Layout
from warehouse.bills.layouts.evaluation import columns_of
from warehouse.bills.layouts.reading import NULL_MARKS
from warehouse.bills.line_remarks import remark_on_lines
from warehouse.bills.remarks import Remark, Severity
from warehouse.feeds.reader import sql_text

FIRST_ROWS = 20_000
"""How many rows are looked at to know which defects are counted in all."""

DEFECTS = "defects"
"""The column of a line file with the numbers of its row's defects; no column of a line."""

_FOCUS = "FOCUS "
_CUSTOM = "x_"
"""How FOCUS wants the names of a provider's own columns to begin."""

_ALLOWED: Mapping[str, Sequence[str]] = {
    "chargecategory": CHARGE_CATEGORIES,
    "chargeclass": ("Correction",),
    "chargefrequency": ("One-Time", "Recurring", "Usage-Based"),
    "pricingcategory": ("Standard", "Dynamic", "Committed", "Other"),
    "commitmentdiscountcategory": ("Spend", "Usage"),
    "commitmentdiscountstatus": ("Used", "Unused"),
    "servicecategory": SERVICE_CATEGORIES,
}
_ZONE = r"(Z|UTC|[+-][0-9]{2}:?[0-9]{2})$"
_STRAY_KEY = r'[{,]\s*"(\s+[^"]*|[^"]*\s+)"\s*:'
_PRICE = r"^[0-9]*\.[0-9]+$"
_TAGS = ("tags", "resource_tags", "labels")
_ZONES = ("availabilityzone", "line_item_availability_zone", "location_zone")


@dataclass(frozen=True, slots=True)
class Check:
    """Something to count in the rows as handed in: ``fails`` is SQL over one row."""

    column: str
    severity: Severity
    rule: str
    fails: str
    message: str


def look_for_defects(
    connection: duckdb.DuckDBPyConnection, layout: Layout, names: Sequence[str], first_rows: str
) -> tuple[Check, ...]:
    """Return what is worth counting in a bill; ``first_rows`` is a SQL query of its beginning."""
    described = connection.execute(f"DESCRIBE SELECT * FROM ({first_rows})").fetchall()
    texts = {str(name) for name, kind, *_ in described if kind == "VARCHAR"}
    spelled = {key: name for key, name in layout.spelled(names).items() if name in texts}
    checks = list(_checks(layout, spelled))
    if not checks:
        return ()
    met = ", ".join(f"coalesce(bool_or({check.fails}), false)" for check in checks)
    found = connection.execute(f"SELECT {met} FROM ({first_rows})").fetchone()
    return tuple(check for check, is_met in zip(checks, found or (), strict=True) if is_met)


def mark_defects(checks: Sequence[Check]) -> str:
    """Return SQL for the column DEFECTS of a row as handed in: the numbers of what it meets."""
    if not checks:
        return "CAST(NULL AS VARCHAR)"
    numbers = [
        f"CASE WHEN {check.fails} THEN '{number}' END" for number, check in enumerate(checks)
    ]
    return f"nullif(concat_ws(' ', {', '.join(numbers)}), '')"


def check_conformance(
    connection: duckdb.DuckDBPyConnection,
    layout: Layout,
    names: Sequence[str],
    checks: Sequence[Check],
    lines: str,
) -> list[Remark]:
    """Report on one bill.

    ``names`` are its columns, ``checks`` what was looked for, and ``lines`` is a SQL query of its
    lines with the columns ``failed`` and DEFECTS.
    """
    passed = f"SELECT * FROM ({lines}) WHERE failed = 0"
    rows = _one(connection, f"SELECT count(*) FROM ({passed})")
    remarks = list(_of_header(layout, layout.spelled(names), rows))
    remarks += _of_rows(connection, layout, checks, lines)
    remarks += remark_on_lines(connection, layout, passed)
    remarks += [Remark("", Severity.NOTE, "layout", rows, said) for said in layout.remarks]
    order = list(Severity)
    return sorted(remarks, key=lambda each: (order.index(each.level), each.column, each.rule))


def _of_header(layout: Layout, spelled: Mapping[str, str], rows: int) -> Iterator[Remark]:
    for cost in ("effective_cost", "list_cost", "contracted_cost"):
        source = layout.columns.get(cost)
        if not any(name in spelled for name in columns_of(source)):
            what = f"The export doesn't tell {cost} apart: the billed cost is used for it."
            yield Remark(cost, Severity.WARNING, "cost_is_told_apart", rows, what)
    if layout.name.startswith(_FOCUS):
        yield from _of_focus_header(layout.name.removeprefix(_FOCUS), spelled, rows)


def _of_focus_header(version: str, spelled: Mapping[str, str], rows: int) -> Iterator[Remark]:
    expected = [each for each in FOCUS_COLUMNS if each.since <= version <= each.until]
    known = {each.name.lower() for each in FOCUS_COLUMNS}
    missing = [each for each in expected if each.name.lower() not in spelled]
    for column in missing:
        if column.level is Level.MANDATORY:
            what = f"FOCUS {version} requires {column.name}, and the bill doesn't have it."
            yield Remark(column.name, Severity.ERROR, "column_is_there", rows, what)
    others = [column.name for column in missing if column.level is not Level.MANDATORY]
    if others:
        what = (
            f"Columns of FOCUS {version} that not every provider has to give aren't there: "
            f"{', '.join(others)}."
        )
        yield Remark("", Severity.NOTE, "optional_columns_are_there", rows, what)
    for bare, name in spelled.items():
        if bare not in known and not bare.startswith(_CUSTOM):
            what = f"{name} is no column of FOCUS {version}. It isn't used."
            yield Remark(name, Severity.WARNING, "column_is_of_focus", rows, what)


def _of_rows(
    connection: duckdb.DuckDBPyConnection, layout: Layout, checks: Sequence[Check], lines: str
) -> Iterator[Remark]:
    if not checks:
        return
    counted = "count(DISTINCT source_row)" if layout.entries else "count(*)"
    found = connection.execute(
        f"SELECT {DEFECTS}, {counted} FROM ({lines}) WHERE {DEFECTS} IS NOT NULL GROUP BY ALL"
    ).fetchall()
    counts: Counter[int] = Counter()
    for numbers, rows in found:
        counts.update(dict.fromkeys((int(number) for number in numbers.split()), rows))
    for number, check in enumerate(checks):
        yield Remark(check.column, check.severity, check.rule, counts[number], check.message)


def _checks(layout: Layout, texts: Mapping[str, str]) -> Iterator[Check]:
    """Yield what to look for; ``texts`` are the text columns by the layout's own spelling."""
    for name in texts.values():
        yield Check(
            name,
            Severity.WARNING,
            "nothing_is_blank",
            f"{_quoted(name)} = {sql_text(NULL_MARKS[1])}",
            f"{name} says {NULL_MARKS[1]} where there is no value. It is read as blank.",
        )
    if layout.name.startswith(_FOCUS):
        focus = {each.name.lower(): each for each in FOCUS_COLUMNS}
        for bare, name in texts.items():
            if bare in focus:
                yield from _focus_checks(focus[bare], name)
    for bare, known in layout.known_values.items():
        if bare in texts:
            yield _value_check(texts[bare], known, "is one that this program doesn't know")
    for bare in _TAGS:
        if bare in texts:
            yield _stray_key_check(texts[bare])
    for bare in _ZONES:
        if bare in texts:
            yield _price_check(texts[bare])


def _focus_checks(column: FocusColumn, name: str) -> Iterator[Check]:
    value = _given(name)
    if column.is_always_filled:
        yield Check(
            name,
            Severity.ERROR,
            "column_is_filled",
            f"{value} IS NULL",
            f"{name} is blank, and FOCUS wants it in every row.",
        )
    if column.kind is Kind.INSTANT:
        yield Check(
            name,
            Severity.WARNING,
            "instant_has_a_zone",
            f"{value} IS NOT NULL AND NOT regexp_matches({value}, {sql_text(_ZONE)})",
            f"{name} has no time zone. It is read as UTC, which FOCUS requires.",
        )
    allowed = _ALLOWED.get(column.name.lower())
    if allowed:
        yield _value_check(name, allowed, "isn't one that FOCUS allows")


def _value_check(name: str, known: Iterable[str], what: str) -> Check:
    listed = ", ".join(sql_text(value) for value in known)
    return Check(
        name,
        Severity.WARNING,
        "value_is_known",
        f"{_given(name)} NOT IN ({listed})",
        f"The value of {name} {what}: {', '.join(known)}.",
    )


def _stray_key_check(name: str) -> Check:
    return Check(
        name,
        Severity.WARNING,
        "tag_keys_have_no_stray_spaces",
        f"regexp_matches({_quoted(name)}, {sql_text(_STRAY_KEY)})",
        f"Keys in {name} begin or end with a space. The spaces are taken away.",
    )


def _price_check(name: str) -> Check:
    return Check(
        name,
        Severity.WARNING,
        "zone_is_a_zone",
        f"regexp_matches({_quoted(name)}, {sql_text(_PRICE)})",
        f"{name} holds a number where a zone should be, as if values had slipped a column.",
    )


def _given(name: str) -> str:
    blank, written = (sql_text(mark) for mark in NULL_MARKS)
    return f"nullif(nullif({_quoted(name)}, {blank}), {written})"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    found = connection.execute(query).fetchone()
    return int(found[0]) if found else 0
