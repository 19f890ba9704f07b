"""The parts of the data page at the very bottom: single rows, each with its file and row number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.addresses import table_export_url
from portal.components import html
from portal.components.cards import card, download_links, nothing_card
from portal.components.parts import strong
from portal.components.tables import Column, data_table
from portal.formats import count, decimal, money_exact, month_short, percent
from portal.pages.data.feeds import PAGE_SIZE, agency_text, table_pager
from portal.pages.evidence import currency_of, evidence_of
from portal.pages.explore.bills import may_see_bills
from portal.pages.explore.line_question import lines_address
from portal.pages.frame import agency_names, whose
from portal.pages.page import PageRequest
from portal.service_types import type_name
from portal.texts import later, say, say_known, say_number, say_parts
from warehouse.question import Value

Row = Mapping[str, Value]
Where = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class RowTable:
    """One fact whose rows can be looked at: its table, what to call a row, and its columns.

    ``columns`` maps a column of the fact to its heading.
    """

    table: str
    what: str
    columns: Mapping[str, str]
    total: str = ""
    """The measure that says what the amounts of its rows come to."""


ROW_TABLES: Mapping[str, RowTable] = {
    "usage-rows": RowTable(
        "fact_usage_monthly",
        later("usage and cost"),
        {
            "month": later("Month"),
            "service_type": later("Service"),
            "region": later("Region"),
            "migration_status": later("Migration"),
            "cost_usd": later("Cost"),
            "utilisation_pct": later("Utilisation"),
            "compute_hours": later("Compute hours"),
            "storage_gb": later("GB stored"),
            "data_egress_gb": later("GB sent out"),
            "resource_count": later("Resources"),
        },
        "recorded_spend",
    ),
    "cost-rows": RowTable(
        "fact_cost_monthly",
        later("cost"),
        {
            "month": later("Month"),
            "service_type": later("Service"),
            "cost_usd": later("Cost"),
            "region": later("Region"),
            "migration_status": later("Migration"),
            "category": later("Charge"),
            "source": later("Taken from"),
            "utilisation_pct": later("Utilisation"),
            "idle_cost_usd": later("Idle cost"),
        },
        "actual_spend",
    ),
    "reconciliation-rows": RowTable(
        "fact_bill_reconciliation",
        later("bills beside summaries"),
        {
            "month": later("Month"),
            "source": later("Cost taken from"),
            "reason": later("Why"),
            "summary_usd": later("Own summary"),
            "effective_usd": later("Consumed by bills"),
            "billed_usd": later("Invoiced"),
            "difference_usd": later("Bills above summary"),
        },
    ),
    "reliability-rows": RowTable(
        "fact_performance",
        later("reliability"),
        {
            "month": later("Month"),
            "digital_service_id": later("Service"),
            "service_type": later("Type"),
            "region": later("Region"),
            "is_modelled": later("Basis"),
            "latency_ms": later("Latency"),
            "error_rate_pct": later("Failed requests"),
            "utilisation_pct": later("Utilisation"),
            "request_count": later("Requests"),
        },
    ),
    "tagging-rows": RowTable(
        "fact_tagging_compliance",
        later("tagging"),
        {
            "month": later("Month"),
            "tagged_pct": later("Tagged"),
            "untagged_cost_usd": later("Untagged cost"),
        },
        "untagged_cost",
    ),
    "provider-rows": RowTable(
        "fact_provider_spend",
        later("provider spend"),
        {"year": later("Year"), "provider": later("Provider"), "spend_usd": later("Spend")},
    ),
    "migration-rows": RowTable(
        "fact_migration_summary",
        later("migration"),
        {
            "migration_date": later("Migrated on"),
            "pre_migration_cost_usd": later("Cost before"),
            "post_migration_cost_usd": later("Cost after"),
            "expected_savings_pct": later("Savings expected"),
            "realised_savings_pct": later("Savings claimed"),
            "sla_breaches_pre": later("Breaches before"),
            "sla_breaches_post": later("Breaches after"),
        },
    ),
}
"""By the name of the data page's part."""

_TEXT = {"month", "year", "service_type", "region", "migration_status", "digital_service_id",
         "is_modelled", "provider", "migration_date", "category", "source", "reason"}  # fmt: skip
_FILE = "file_and_row"
_SOURCES = {"bill": later("bills"), "summary": later("own summary"), "none": later("neither")}
_ON_PHONES = 3


def draw_rows(request: PageRequest, name: str) -> Component:
    """List the rows of one fact that the filters leave, newest month first."""
    asked = ROW_TABLES[name]
    what = say_known(asked.what)
    where = _where(request, asked)
    order = ("-month",) if "month" in asked.columns else ()
    page = request.gateway.rows(
        asked.table, request.scope, where=where, limit=PAGE_SIZE,
        offset=(request.filters.page - 1) * PAGE_SIZE, order_by=(*order, "agency_id"),
    )  # fmt: skip
    if not page.rows:
        why = say("No row of {what} is in view. Take a filter away to see more.", what=what)
        return nothing_card(say("Rows of {what}", what=what), why, 12)
    files, names = _files(request), agency_names(request)
    rows = [
        {"agency": agency_text(row["agency_id"], names)}
        | {column: _cell(column, row) for column in asked.columns}
        | {_FILE: _source(request, row, files)}
        for row in page.rows
    ]
    columns = [
        Column("agency", say("MDA")),
        *(
            Column(column, say_known(title), numeric=column not in _TEXT, is_key=at < _ON_PHONES)
            for at, (column, title) in enumerate(asked.columns.items())
        ),
        Column(_FILE, say("File and row"), is_key=False),
    ]
    caption = say("Rows of {what}, {whose}", what=what, whose=whose(request))
    return card(
        headline=say_number(
            page.total, "{number} row of {what}", "{number} rows of {what}", what=what
        ),
        subtitle=say(
            "{whose}; each with the file it was handed in with and its row there (the header is "
            "row 1)",
            whose=whose(request),
        ),
        children=[
            *_together(request, asked),
            data_table(caption=caption, columns=columns, rows=rows, is_dense=True),
            table_pager(request, page.total),
        ],
        footer=_downloads(request, asked, where),
    )


def controls_of(name: str) -> tuple[str, ...]:
    """Name the filters that the rows of a fact can be narrowed by."""
    columns = ROW_TABLES[name].columns
    by_column = {"service_type": "service", "provider": "provider", "region": "region"}
    return ("agency", *(by_column[column] for column in columns if column in by_column))


def _together(request: PageRequest, asked: RowTable) -> list[Component]:
    """Give what the amounts of all these rows come to, as its measure answers it."""
    if not asked.total:
        return []
    answer = request.ask(asked.total)
    amount = answer.value(asked.total)
    if amount is None or len(answer.notes) > 0:
        return []
    said = say_parts(
        "All rows together: {amount}.",
        amount=strong(money_exact(amount, currency_of(answer)), evidence_of(answer, asked.total)),
    )
    return [html.P(said, className="card-body")]


def _where(request: PageRequest, asked: RowTable) -> Where:
    """Turn the address's filters into columns of the fact; those it doesn't have are left out."""
    chosen = {name: list(values) for name, values in request.filters.to_where()}
    by_column = {
        "agency_id": chosen.get("agency"),
        "service_type": chosen.get("service_type"),
        "digital_service_id": chosen.get("digital_service"),
        "region": chosen.get("region"),
        "provider": chosen.get("provider"),
        "migration_status": chosen.get("migration_status"),
        "month": _months(request),
    }
    has = {"agency_id", *asked.columns}
    return {column: found for column, found in by_column.items() if found and column in has}


def _months(request: PageRequest) -> list[str] | None:
    period = request.filters.period
    if period.start is None and period.end is None:
        return None
    known = [month for month, _ in request.gateway.options("month", request.scope)]
    start, end = period.start or known[0], period.end or known[-1]
    return [month for month in known if start <= month <= end] or [start]


def _files(request: PageRequest) -> Mapping[str, str]:
    """Name the files by number, as far as this reader may know them."""
    table = "source_file" if request.scope.is_government else "source_count"
    rows = request.gateway.rows(table, request.scope, limit=50_000).rows
    return {str(row["source_id"]): str(row["path"] or "") for row in rows}


def _source(request: PageRequest, row: Row, files: Mapping[str, str]) -> Component | str:
    if row.get("source") == "bill" and may_see_bills(request):
        month, agency = str(row["month"]), str(row["agency_id"])
        href = lines_address(request, agency=(agency,), start=month, end=month)
        said = say("lines of the bills")
        name = say("lines of the bills of {month}, MDA {agency}", month=month, agency=agency)
        return html.A(said, href=href, **{"aria-label": name})
    if row.get("source_id") is None:
        return say("made by the build")
    place = say("row {number}", number=f"{int(row['source_row'] or 0):,}")
    path = files.get(str(row["source_id"]), "")
    if not path:
        return f"{say('a file shared with other MDAs')}, {place}"
    name = html.Code(path.rpartition("/")[2], title=path, className="unbroken")
    return html.Span([name, " ", html.Span(place, className="unbroken")])


def _cell(column: str, row: Row) -> Component | str:
    value = row[column]
    if column == "reason":
        return _reason(row)
    if column == "source":
        return say_known(_SOURCES[str(value)])
    if column == "is_modelled":
        return say("modelled") if value else say("measured")
    if value is None:
        return say("not reported")
    if column == "month":
        return html.Span(month_short(str(value)), className="unbroken")
    if column in ("service_type", "digital_service_id"):
        return type_name(value)
    if column == "region":
        return html.Span(str(value), className="unbroken")
    if column in _TEXT:
        return {"Pre": say("before"), "Post": say("after")}.get(str(value), str(value))
    number = float(value)
    if column.endswith("_usd"):
        return money_exact(number)
    if column.endswith("_pct"):
        return percent(number / 100, 2)
    if column.endswith("_ms"):
        return f"{decimal(number, 1)} ms"
    return count(number) if number == int(number) else decimal(number, 2)


def _reason(row: Row) -> str:
    """Say why a month's cost isn't taken from its bills."""
    if row["reason"] == "no_bill":
        return say("no bill of this month")
    if row["reason"] == "part_of_month":
        return say("the bills reach only a part of the month")
    if row["reason"] == "no_rate":
        return say("a bill is in a currency without an exchange rate")
    if row["reason"] == "covers_too_little" and row["coverage_ratio"] is not None:
        covered = percent(float(row["coverage_ratio"]), 0)
        return say("the bills cover only {share} of the summary", share=covered)
    if row["reason"] == "covers_too_little":
        return say("the bills cover next to nothing of the summary")
    return say("the bills are whole")


def _downloads(request: PageRequest, asked: RowTable, where: Where) -> list[Component]:
    if not request.reader.may(Permission.EXPORT):
        return []
    return download_links(
        csv=table_export_url(asked.table, "csv", where),
        xlsx=table_export_url(asked.table, "xlsx", where),
        what=say("rows of {what}", what=say_known(asked.what)),
    )
