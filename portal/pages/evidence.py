"""What stands behind a figure: the question it answers, its rows as a table, its downloads.

A figure on a page carries the question it answers, in the words of the downloads' address, the
measure, and the row of the answer. So each can be asked again, by whoever doubts it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.addresses import export_url, question_query
from portal.components import html
from portal.components.cards import download_links
from portal.components.tables import ROW, Column, data_table, view_as_table
from portal.dimension_names import dimension_brief
from portal.formats import figure_of, month_name
from portal.pages.page import PageRequest
from portal.received_texts import say_received
from portal.service_types import is_type, type_name
from portal.texts import later, say, say_known
from warehouse.measures import REGISTRY
from warehouse.question import Answer, Value

_VALUES = {"Pre": later("before"), "Post": later("after")}
_SERVICES = {"service_type", "digital_service"}
"""Dimensions of which a value may be a type of service; a service without a name goes by it."""
_IN_WORDS = {"migration_status", "migrated", "peak", "quarter"}
"""Dimensions whose labels are words of ours, not names."""
_MOST_ROWS = 50
"""Rows of a table behind a chart; the download has all."""


def evidence_of(
    answer: Answer, measure: str, row: Mapping[str, Value] | None = None
) -> Mapping[str, str]:
    """Give the attributes that say which question a figure answers, and which row it is."""
    found = {"data-question": question_query(answer.question), "data-figure": measure}
    return found if row is None else {**found, ROW: row_key(answer, row)}


def row_key(answer: Answer, row: Mapping[str, Value]) -> str:
    """Name a row of an answer by the identifiers of its dimensions: ``1000|2025-01``."""
    return "|".join("" if row[name] is None else str(row[name]) for name in answer.question.by)


def figure(
    answer: Answer, measure: str, text: str, row: Mapping[str, Value] | None = None
) -> Component:
    """Write a figure of an answer into a text or a cell, with the question it answers."""
    return html.Span(text, **evidence_of(answer, measure, row))


def answer_table(
    answer: Answer, caption: str, titles: Mapping[str, str] = MappingProxyType({})
) -> Component:
    """Write an answer's rows out, exact, with the registry's labels and units."""
    by, measures = answer.question.by, answer.question.measures
    columns = [
        *(Column(key, titles.get(key) or dimension_brief(key)) for key in by),
        *(
            Column(
                name,
                titles.get(name) or say_known(REGISTRY[name].label),
                numeric=True,
                is_key=at < 2,
                figure=name,
            )
            for at, name in enumerate(measures)
        ),
    ]
    rows = [
        {ROW: row_key(answer, row)}
        | {key: dimension_text(row, key) for key in by}
        | {
            name: figure_of(_number(row[name]), REGISTRY[name].unit, currency_of(answer, row))
            for name in measures
        }
        for row in answer.rows[:_MOST_ROWS]
    ]
    evidence = {"data-question": question_query(answer.question)}
    is_cut = len(answer.rows) > _MOST_ROWS
    if is_cut:
        caption = say(
            "{what}: the first {shown} of {every} rows; the files have all",
            what=caption,
            shown=_MOST_ROWS,
            every=f"{len(answer.rows):,}",
        )
    return data_table(
        caption=caption, columns=columns, rows=rows, show_caption=is_cut, evidence=evidence
    )


def table_of(answer: Answer, caption: str) -> Component:
    """Fold the answer's table away under its chart."""
    return view_as_table(table=answer_table(answer, caption), row_count=len(answer.rows))


def downloads_of(request: PageRequest, answer: Answer, what: str) -> Sequence[Component]:
    """Link the answer's rows for download, where the reader may export."""
    if not request.reader.may(Permission.EXPORT):
        return []
    return download_links(
        csv=export_url(answer.question, "csv"),
        xlsx=export_url(answer.question, "xlsx"),
        what=what,
    )


def dimension_text(row: Mapping[str, Value], key: str) -> str:
    """Give a dimension's label in a row, its identifier where it has none."""
    value = row.get(f"{key}_name", row.get(key))
    if value is None or value == "":
        return say("not reported")
    if key in _SERVICES and is_type(row.get(key)):
        return type_name(row[key])
    if key == "month":
        return month_name(str(row[key]))
    if key in _IN_WORDS:
        return say_received(_VALUES.get(str(value), str(value)))
    return str(value)


def why_missing(answer: Answer, measure: str = "") -> str:
    """Say why a figure is not available, or all figures of an answer that are not."""
    known = [answer.reasons.get(measure, "")] if measure else answer.reasons.values()
    return "; ".join(dict.fromkeys(filter(None, known))) or say("nothing was recorded")


def currency_of(answer: Answer, row: Mapping[str, Value] | None = None) -> str:
    """Give the currency that money is in, in the answer or in one row of it.

    It is empty where amounts of several MDAs, each in its own, stand in one answer.
    """
    if answer.currency or row is None:
        return answer.currency
    agency = row.get("agency")
    if agency is not None:
        return answer.currencies.get(int(agency), "")
    return str(row.get("currency") or "")


def in_several_currencies(answer: Answer) -> bool:
    """Tell whether its amounts are of several currencies, so that none is the largest."""
    return not answer.currency and len(set(answer.currencies.values())) > 1


def not_ranked() -> str:
    """Say why amounts of several currencies stand in no order."""
    return say(
        "Amounts are in more than one currency, which are never ranked against each other. Choose "
        "one MDA, or US dollars."
    )


def _number(value: Value) -> float | None:
    return None if value is None else float(value)
