"""The rules that rows are judged by, made from what the feeds declare.

A rule's ``fails`` and ``reason`` are DuckDB SQL over one row in which every column comes twice:
under its own name typed (NULL where the text can't be read) and as ``t_<name>`` in the text
handed in (NULL where blank).

Amounts are read into 64 bits with six decimals, which nearly all fit, and the whole file once
more into a wide decimal where a sound one doesn't: the two are equally exact, and reading,
adding and comparing narrow ones is many times as fast.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache

from warehouse.feeds.feed import Column, Feed, Kind
from warehouse.feeds.reader import sql_text

MALFORMED = "row_has_every_field"
UNKNOWN_AGENCY = "agency_is_known"
OTHER_COUNTRY = "country_agrees_with_agency"
REPEATED = "row_comes_once"
CONFLICTING = "key_is_unique"

_MONTH = "(19|20)[0-9]{2}-(0[1-9]|1[0-2])"
_SHORT_NUMBER = " *[+-]?[0-9]{0,12}[.]?[0-9]{0,6} *"
"""What is a number and short, if the engine can read it at all."""
_NUMBER = r" *[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})? *"
_WHOLE = " *[+-]?[0-9]+ *"
_DATE = "[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}"
_INSTANT = r"(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:00(:00)?)?"

NARROW, WIDE = "DECIMAL(18,6)", "DECIMAL(28,12)"
_MOST_NARROW = Decimal("999999999999.999999")
_PLACES_NARROW = 6

TOO_LONG = 1 << 62
"""The mark of a row with a sound amount that only the wide decimal can hold."""

_SQL_TYPES = {
    Kind.IDENTIFIER: "INTEGER",
    Kind.YEAR: "INTEGER",
    Kind.COUNT: "BIGINT",
    Kind.DATE: "DATE",
    Kind.FLAG: "BOOLEAN",
}


class Severity(StrEnum):
    """What becomes of rows that don't meet a rule."""

    FAIL = "fail"
    HOLD = "hold"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Rule:
    """One expectation: its name, what it expects, when a row fails it and what to say then.

    ``fails`` is empty for rules that look at more than the row itself.
    """

    name: str
    severity: Severity
    description: str
    fails: str = ""
    reason: str = ""


@cache
def rules_of(feed: Feed) -> tuple[Rule, ...]:
    """Return all rules that send a row of this feed to quarantine, in the order they are told."""
    rules = [_not_a_header(feed)]
    for column in feed.columns:
        rules.extend(_column_rules(column))
    rules.extend(_joined_rules(feed))
    rules.append(Rule(MALFORMED, Severity.FAIL, "A row has as many fields as the header."))
    return tuple(rules)


def sql_type(column: Column, *, wide: bool = False) -> str:
    """Return the DuckDB type that a column has in staging; ``wide`` where an amount is too long."""
    if column.kind is Kind.AMOUNT:
        return WIDE if wide or not _has_narrow_limits(column) else NARROW
    return _SQL_TYPES.get(column.kind, "VARCHAR")


def typed(column: Column, *, wide: bool = False) -> str:
    """Return SQL that reads ``t_<column>`` into the column's type, NULL where it can't be."""
    source = f"t_{column.name}"
    if column.kind is Kind.AMOUNT:
        return _wide(source) if sql_type(column, wide=wide) == WIDE else _narrow(source)
    if column.kind in (Kind.IDENTIFIER, Kind.YEAR, Kind.COUNT):
        return (
            f"CASE WHEN {_matches(source, _WHOLE)} "
            f"THEN TRY_CAST({source} AS {sql_type(column)}) END"
        )
    if column.kind is Kind.DATE:
        parsed = f"CAST(TRY_STRPTIME({source}, '%m/%d/%Y') AS DATE)"
        return f"CASE WHEN {_matches(source, _DATE)} THEN {parsed} END"
    if column.kind is Kind.FLAG:
        return f"CASE {source} WHEN 'Yes' THEN true WHEN 'No' THEN false END"
    return f"CASE WHEN {_well_written(column)} THEN {_normal(column)} END"


def mark_unread(column: Column, bits: Mapping[str, int]) -> str:
    """Return SQL that marks a row whose amount couldn't be read into the narrow decimal.

    The amount is either no number at all, or one out of range, or a sound one that is too long.
    """
    value = _wide(f"t_{column.name}")
    marks = f"WHEN {value} IS NULL THEN {bits[f'{column.name}_can_be_read']} "
    if column.least is not None and column.most is not None:
        least, most = _limit(column, column.least), _limit(column, column.most)
        out_of_range = bits[f"{column.name}_is_in_range"]
        marks += f"WHEN {value} NOT BETWEEN {least} AND {most} THEN {out_of_range} "
    return f"CASE {marks}ELSE {TOO_LONG} END"


def _narrow(source: str) -> str:
    return f"CASE WHEN {_matches(source, _SHORT_NUMBER)} THEN TRY_CAST({source} AS {NARROW}) END"


def _wide(source: str) -> str:
    # Most are short all the same, and a short text is read a hundred times as fast.
    exact = f"coalesce(CAST({_narrow(source)} AS {WIDE}), TRY_CAST({source} AS {WIDE}))"
    return f"CASE WHEN {_matches(source, _NUMBER)} THEN {exact} END"


def _has_narrow_limits(column: Column) -> bool:
    limits = [limit for limit in (column.least, column.most) if limit is not None]
    return all(limit == round(limit, _PLACES_NARROW) for limit in limits)


def _matches(source: str, pattern: str) -> str:
    return f"regexp_full_match({source}, {sql_text(pattern)})"


def _well_written(column: Column) -> str:
    source = f"t_{column.name}"
    if column.kind is Kind.MONTH:
        return _matches(source, _MONTH)
    if column.kind is Kind.PERIOD:
        return _matches(source, f"(19|20)[0-9]{{2}}|{_MONTH}")
    if column.kind is Kind.INSTANT:
        return f"{_matches(source, _INSTANT)} AND TRY_CAST({source} AS TIMESTAMP) IS NOT NULL"
    return f"{source} IS NOT NULL"


def _normal(column: Column) -> str:
    source = f"t_{column.name}"
    if column.kind is Kind.INSTANT:
        return f"CASE WHEN length({source}) = 10 THEN {source} ELSE {_hour(source)} END"
    return source


def _hour(source: str) -> str:
    return f"replace({source}[1:16], ' ', 'T')"


def _not_a_header(feed: Feed) -> Rule:
    same = [f"t_{name} = {sql_text(name)}" for name in feed.column_names[:3]]
    return Rule(
        "row_is_not_a_header",
        Severity.FAIL,
        "The header comes once, as row 1.",
        " AND ".join(same),
        "'This is the header again. Delete the row.'",
    )


def _column_rules(column: Column) -> list[Rule]:
    name, text = column.name, f"t_{column.name}"
    rules = []
    if column.required:
        rules.append(
            Rule(
                f"{name}_is_given",
                Severity.FAIL,
                f"{name} is never blank.",
                f"{text} IS NULL",
                f"'{name} is blank. Fill it in.'",
            )
        )
    if column.kind is not Kind.TEXT:
        rules.append(
            Rule(
                f"{name}_can_be_read",
                Severity.FAIL,
                f"{name} can be read as {column.kind.value}.",
                f"{text} IS NOT NULL AND {name} IS NULL",
                _told(name, f" can''t be read as {column.kind.value}. Correct it."),
            )
        )
    rules.extend(_limit_rules(column))
    return rules


def _limit_rules(column: Column) -> list[Rule]:
    name, text = column.name, f"t_{column.name}"
    if column.allowed:
        values = ", ".join(sql_text(value) for value in column.allowed)
        said = ", ".join(column.allowed)
        return [
            Rule(
                f"{name}_is_allowed",
                Severity.FAIL,
                f"{name} is one of {said}.",
                f"{text} NOT IN ({values})",
                _told(name, f" isn''t one of {said}. Correct it."),
            )
        ]
    if column.pattern:
        return [
            Rule(
                f"{name}_is_well_written",
                Severity.FAIL,
                f"{name} is {column.pattern_hint}.",
                f"NOT {_matches(text, column.pattern)}",
                _told(name, f" should be {column.pattern_hint}. Correct it."),
            )
        ]
    if column.least is not None and column.most is not None:
        limits = f"{column.least:,f} to {column.most:,f}"
        least, most = _limit(column, column.least), _limit(column, column.most)
        return [
            Rule(
                f"{name}_is_in_range",
                Severity.FAIL,
                f"{name} lies in {limits}.",
                f"{name} < {least} OR {name} > {most}",
                _told(name, f" lies outside {limits}. Check the value and its unit."),
            )
        ]
    return []


def _limit(column: Column, value: Decimal) -> str:
    # Of the column's own type: against a bare number DuckDB widens every value first.
    kind = WIDE if abs(value) > _MOST_NARROW else sql_type(column)
    return f"CAST({value:f} AS {kind})"


def _joined_rules(feed: Feed) -> list[Rule]:
    rules = []
    if feed.agency and feed.name != "agencies":
        rules.append(
            Rule(
                UNKNOWN_AGENCY,
                Severity.FAIL,
                "The agency is in agencies.csv.",
                reason=_told(
                    feed.agency,
                    " isn''t among the accepted rows of agencies.csv. Add or correct the agency "
                    "there, or correct the number here.",
                ),
            )
        )
        if "country_code" in feed.column_names:
            rules.append(
                Rule(
                    OTHER_COUNTRY,
                    Severity.FAIL,
                    "The country is the one that agencies.csv gives for the agency.",
                    reason=_told(
                        "country_code",
                        " isn''t the country that agencies.csv gives for agency ''' || t_agency_id "
                        "|| '''. Correct the country or the agency.",
                    ),
                )
            )
    key = ", ".join(feed.key)
    rules.append(Rule(REPEATED, Severity.FAIL, "The same row isn't handed in twice."))
    rules.append(Rule(CONFLICTING, Severity.FAIL, f"No two rows share {key}."))
    return rules


def _told(name: str, rest: str) -> str:
    return f"'{name} ''' || coalesce(t_{name}[1:80], '') || '''{rest}'"
