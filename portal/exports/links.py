"""Addresses of downloads: what a page writes into its links, and the route reads back."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlencode

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
    if question.year != "calendar":
        pairs.append(("year", question.year))
    if question.currency != "USD":
        pairs.append(("currency", question.currency))
    return urlencode(pairs)


def table_export_url(table: str, format: ExportFormat, **where: str) -> str:
    """Write the address of a download of one table's rows, narrowed by ``column=value``."""
    pairs = [("where", f"{column}:{value}") for column, value in where.items()]
    return f"/export/table/{table}?{urlencode([*pairs, ('format', format)])}"
