"""Addresses of downloads: what a page writes into its links, and the route reads back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal
from urllib.parse import urlencode

from portal.asking import write_against, write_whatif
from portal.trail import TrailFilters
from warehouse.question import Question

ExportFormat = Literal["csv", "xlsx"]


def export_url(question: Question, format: ExportFormat) -> str:
    """Write the address under which the answer to this question can be downloaded."""
    return f"/export/measures?{question_query(question)}&format={format}"


def question_query(question: Question) -> str:
    """Write a question as the query of an address, as ``portal.asking`` reads it."""
    pairs = [("measure", name) for name in question.measures]
    if question.by:
        pairs.append(("by", ",".join(question.by)))
    for dimension, values in question.where:
        pairs.extend(("where", f"{dimension}:{value}") for value in values)
    if question.period.start:
        pairs.append(("from", question.period.start))
    if question.period.end:
        pairs.append(("to", question.period.end))
    if question.against is not None:
        pairs.append(("against", write_against(question.against)))
    if question.year != "calendar":
        pairs.append(("year", question.year))
    if question.currency != "USD":
        pairs.append(("currency", question.currency))
    if question.whatif:
        pairs.append(("whatif", write_whatif(question.whatif)))
    return urlencode(pairs)


def table_export_url(
    table: str, format: ExportFormat, where: Mapping[str, Iterable[str]] = MappingProxyType({})
) -> str:
    """Write the address of a download of one table's rows, narrowed to accepted values."""
    pairs = [("where", f"{column}:{value}") for column, found in where.items() for value in found]
    return f"/export/table/{table}?{urlencode([*pairs, ('format', format)])}"


def trail_export_url(chosen: TrailFilters, format: ExportFormat) -> str:
    """Write the address of a download of the events that these filters leave."""
    query = chosen.to_query(page=1).removeprefix("?")
    return f"/export/audit?{f'{query}&' if query else ''}format={format}"


def review_export_url(format: ExportFormat) -> str:
    """Write the address of a download of every grant in force."""
    return f"/export/access-review?format={format}"
