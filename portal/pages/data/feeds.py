"""The parts of the data page about files, rules and findings."""

from __future__ import annotations

from collections.abc import Mapping

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components import html
from portal.components.cards import card, download_links, nothing_card
from portal.components.states import status_word
from portal.components.tables import Column, data_table, pager
from portal.exports.links import table_export_url
from portal.formats import count, plural
from portal.pages.frame import agency_names
from portal.pages.page import PageRequest
from warehouse.question import Value

PAGE_SIZE = 50

_TONES = {"accepted": "ok", "refused": "bad", "superseded": "warn"}
_SEVERITIES = {"fail": "bad", "hold": "warn", "warn": "warn"}
_SEVERITY_WORDS = {"fail": "row to quarantine", "hold": "slice held", "warn": "finding"}
_COUNTS = (
    Column("rows_read", "Read", numeric=True),
    Column("rows_passed", "Passed", numeric=True, is_key=False),
    Column("rows_failed", "Failed", numeric=True),
    Column("rows_held", "Held", numeric=True, is_key=False),
)
_COUNT_NAMES = ("rows_read", "rows_passed", "rows_failed", "rows_held")


def draw_feeds(request: PageRequest) -> Component:
    """List files with what became of their rows; an MDA sees the counts of its own rows."""
    return _files(request) if request.scope.is_government else _own_counts(request)


def draw_quality(request: PageRequest) -> Component:
    """List every rule with how many of the reader's rows did not meet it."""
    page = request.gateway.rows("quality_result", request.scope, limit=5000)
    totals: dict[tuple[str, str], dict[str, Value]] = {}
    for row in page.rows:
        rule = totals.setdefault((str(row["feed"]), str(row["rule"])), {**row, "rows_failed": 0})
        rule["rows_failed"] = int(rule["rows_failed"] or 0) + int(row["rows_failed"] or 0)
    if not totals:
        return nothing_card("Quality rules", "No rule was applied to rows of yours.", 12)
    ordered = sorted(totals.values(), key=lambda row: -int(row["rows_failed"] or 0))
    broken = sum(bool(row["rows_failed"]) for row in ordered)
    rows = [
        {
            "rule": html.Code(str(row["rule"])),
            "feed": _plain(row["feed"]),
            "description": row["description"],
            "severity": _SEVERITY_WORDS.get(str(row["severity"]), row["severity"]),
            "rows_failed": count(int(row["rows_failed"] or 0)),
            "result": (
                status_word("not met", _SEVERITIES.get(str(row["severity"]), "warn"))
                if row["rows_failed"]
                else status_word("met", "ok")
            ),
        }
        for row in ordered[(request.filters.page - 1) * PAGE_SIZE :][:PAGE_SIZE]
    ]
    columns = (
        Column("rule", "Rule"),
        Column("feed", "Feed", is_key=False),
        Column("description", "Expects", is_key=False),
        Column("severity", "If not met", is_key=False),
        Column("rows_failed", "Rows", numeric=True),
        Column("result", "Result"),
    )
    return card(
        headline=f"{broken} of {plural(len(ordered), 'rule')} were not met by every row",
        subtitle="Those with most rows first",
        children=[
            data_table(caption="Quality rules and results", columns=columns, rows=rows),
            table_pager(request, len(ordered)),
        ],
        footer=table_downloads(request, "quality_result", "quality results"),
    )


def draw_findings(request: PageRequest) -> Component:
    """List what the build noticed and did not repair silently."""
    page = request.gateway.rows(
        "finding", request.scope, limit=PAGE_SIZE, offset=(request.filters.page - 1) * PAGE_SIZE
    )
    if not page.rows:
        return nothing_card("Findings", "The build noticed nothing that needs a look.", 12)
    names = agency_names(request)
    rows = [
        {
            "title": row["title"],
            "agency": agency_text(row["agency_id"], names),
            "feed": _plain(row["feed"]),
            "detail": row["detail"],
        }
        for row in page.rows
    ]
    columns = (
        Column("title", "Finding"),
        Column("agency", "Concerns"),
        Column("feed", "Feed", is_key=False),
        Column("detail", "With its values", is_key=False),
    )
    return card(
        headline=plural(page.total, "finding"),
        subtitle="Shown, not repaired silently",
        children=[
            data_table(caption="Findings", columns=columns, rows=rows),
            table_pager(request, page.total),
        ],
        footer=table_downloads(request, "finding", "findings"),
    )


def agency_text(identifier: Value, names: Mapping[str, str]) -> str:
    """Name the MDA of a row; 0 stands for no known one."""
    return names.get(str(identifier), "no known MDA" if not identifier else f"MDA {identifier}")


def table_pager(request: PageRequest, total: int) -> Component:
    """Link the pages of a table before and after this one."""
    page = request.filters.page
    last = max(1, -(-total // PAGE_SIZE))
    addresses = {
        number: f"/data{request.filters.to_query(page=number)}"
        for number in (page - 1, page + 1)
        if 1 <= number <= last
    }
    return pager(page=page, size=PAGE_SIZE, total=total, addresses=addresses)


def table_downloads(request: PageRequest, table: str, what: str) -> list[Component]:
    """Link a table's rows for download, where the reader may export."""
    if not request.reader.may(Permission.EXPORT):
        return []
    csv, xlsx = table_export_url(table, "csv"), table_export_url(table, "xlsx")
    return download_links(csv=csv, xlsx=xlsx, what=what)


def _files(request: PageRequest) -> Component:
    page = request.gateway.rows("source_file", request.scope, limit=1000, order_by=("feed", "path"))
    if not page.rows:
        return nothing_card("Feeds", "No file was handed in.", 12)
    rows = [
        {
            "feed": _plain(row["feed"]),
            "path": html.Code(str(row["path"])),
            "status": status_word(str(row["status"]), _TONES.get(str(row["status"]), "warn")),
            "message": row["message"] or "",
        }
        | {name: count(int(row[name] or 0)) for name in _COUNT_NAMES}
        for row in page.rows
    ]
    refused = sum(row["status"] == "refused" for row in page.rows)
    any_message = any(row["message"] for row in page.rows)
    columns = (
        Column("feed", "Feed"),
        Column("path", "File", is_key=False),
        Column("status", "Status"),
        *_COUNTS,
        *([Column("message", "What to do", is_key=False)] if any_message else []),
    )
    headline = f"{plural(refused, 'file')} refused" if refused else "Every file was accepted"
    return card(
        headline=headline,
        subtitle=f"{plural(len(rows), 'file')}; rows read = passed + failed + held",
        children=[data_table(caption="Files of the feeds", columns=columns, rows=rows)],
        footer=table_downloads(request, "source_file", "files"),
    )


def _own_counts(request: PageRequest) -> Component:
    page = request.gateway.rows(
        "source_count", request.scope, limit=5000, order_by=("feed", "path")
    )
    if not page.rows:
        return nothing_card("Feeds", "No file with rows of yours was handed in.", 12)
    names = agency_names(request)
    rows = [
        {
            "feed": _plain(row["feed"]),
            "path": html.Code(str(row["path"])) if row["path"] else "shared with other MDAs",
            "agency": agency_text(row["agency_id"], names),
        }
        | {name: count(int(row[name] or 0)) for name in _COUNT_NAMES}
        for row in page.rows
    ]
    columns = (
        Column("feed", "Feed"),
        Column("path", "File", is_key=False),
        *([Column("agency", "MDA", is_key=False)] if len(names) > 1 else []),
        *_COUNTS,
    )
    return card(
        headline="Your rows in the files of this build",
        subtitle="A file may hold rows of other MDAs too; they are not counted here",
        children=[data_table(caption="Your rows by file", columns=columns, rows=rows)],
        footer=table_downloads(request, "source_count", "row counts"),
    )


def _plain(feed: Value) -> str:
    return str(feed).replace("_", " ")
