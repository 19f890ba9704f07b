"""The parts of the data page about files, rules and findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.addresses import table_export_url
from portal.components import html
from portal.components.cards import card, download_links, nothing_card
from portal.components.states import status_word
from portal.components.tables import Column, data_table, pager
from portal.formats import count
from portal.pages.frame import agency_names
from portal.pages.page import PageRequest
from portal.texts import later, say, say_known, say_number
from warehouse.question import Value

PAGE_SIZE = 50

_TONES = {"accepted": "ok", "refused": "bad", "superseded": "warn", "repeated": "warn",
          "kept": "warn"}  # fmt: skip
_SEVERITIES = {"fail": "bad", "hold": "warn", "warn": "warn"}
_SEVERITY_WORDS = {
    "fail": later("row to quarantine"),
    "hold": later("slice held"),
    "warn": later("finding"),
}
_STATUS_WORDS = {
    "accepted": later("accepted"),
    "refused": later("refused"),
    "superseded": later("superseded"),
    "repeated": later("repeated"),
    "kept": later("kept for what is held"),
}
_URGENCY = {"refused": 0, "accepted": 2}
_MOST_FILES = 5000
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
        return nothing_card(say("Quality rules"), say("No rule was applied to rows of yours."), 12)
    ordered = sorted(totals.values(), key=lambda row: -int(row["rows_failed"] or 0))
    broken = sum(bool(row["rows_failed"]) for row in ordered)
    rows = [
        {
            "rule": html.Code(str(row["rule"])),
            "feed": feed_name(row["feed"]),
            "description": row["description"],
            "severity": say_known(_SEVERITY_WORDS.get(str(row["severity"]), str(row["severity"]))),
            "rows_failed": count(int(row["rows_failed"] or 0)),
            "result": (
                status_word(say("not met"), _SEVERITIES.get(str(row["severity"]), "warn"))
                if row["rows_failed"]
                else status_word(say("met"), "ok")
            ),
        }
        for row in _shown(request, ordered)
    ]
    columns = (
        Column("rule", say("Rule")),
        Column("feed", say("Feed"), is_key=False),
        Column("description", say("Expects"), is_key=False),
        Column("severity", say("If not met"), is_key=False),
        Column("rows_failed", say("Rows"), numeric=True),
        Column("result", say("Result")),
    )
    return card(
        headline=say_number(
            len(ordered),
            "{broken} of {number} rule was not met by every row",
            "{broken} of {number} rules were not met by every row",
            broken=broken,
        ),
        subtitle=say("Those with most rows first"),
        children=[
            data_table(caption=say("Quality rules and results"), columns=columns, rows=rows),
            table_pager(request, len(ordered)),
        ],
        footer=table_downloads(request, "quality_result", say("quality results")),
    )


def draw_findings(request: PageRequest) -> Component:
    """List what the build noticed and did not repair silently."""
    page = request.gateway.rows(
        "finding", request.scope, limit=PAGE_SIZE, offset=(request.filters.page - 1) * PAGE_SIZE
    )
    if not page.rows:
        return nothing_card(
            say("Findings"), say("The build noticed nothing that needs a look."), 12
        )
    names = agency_names(request)
    rows = [
        {
            "title": row["title"],
            "agency": agency_text(row["agency_id"], names),
            "feed": feed_name(row["feed"]),
            "detail": row["detail"],
        }
        for row in page.rows
    ]
    columns = (
        Column("title", say("Finding")),
        Column("agency", say("Concerns")),
        Column("feed", say("Feed"), is_key=False),
        Column("detail", say("With its values"), is_key=False),
    )
    return card(
        headline=say_number(page.total, "{number} finding", "{number} findings"),
        subtitle=say("Shown, not repaired silently"),
        children=[
            data_table(caption=say("Findings"), columns=columns, rows=rows),
            table_pager(request, page.total),
        ],
        footer=table_downloads(request, "finding", say("findings")),
    )


def agency_text(identifier: Value, names: Mapping[str, str]) -> str:
    """Name the MDA of a row; 0 stands for no known one."""
    if not identifier:
        return names.get(str(identifier), say("no known MDA"))
    return names.get(str(identifier), say("MDA {number}", number=identifier))


def table_pager(request: PageRequest, total: int) -> Component | None:
    """Link the pages of a table before and after this one; nothing where there is one page."""
    if total <= PAGE_SIZE:
        return None
    return pager(
        page=request.filters.page,
        size=PAGE_SIZE,
        total=total,
        address=lambda page: f"/data{request.filters.to_query(page=page)}",
    )


def table_downloads(request: PageRequest, table: str, what: str) -> list[Component]:
    """Link a table's rows for download, where the reader may export."""
    if not request.reader.may(Permission.EXPORT):
        return []
    csv, xlsx = table_export_url(table, "csv"), table_export_url(table, "xlsx")
    return download_links(csv=csv, xlsx=xlsx, what=what)


def _files(request: PageRequest) -> Component:
    page = request.gateway.rows(
        "source_file", request.scope, limit=_MOST_FILES, order_by=("feed", "path")
    )
    if not page.rows:
        return nothing_card(say("Feeds"), say("No file was handed in."), 12)
    # What somebody has to look at comes first, wherever its feed stands.
    files = sorted(page.rows, key=lambda row: _URGENCY.get(str(row["status"]), 1))
    any_message = any(row["message"] for row in files)
    rows = [
        {
            "feed": feed_name(row["feed"]),
            "path": html.Code(str(row["path"])),
            "status": status_word(
                _status(str(row["status"])), _TONES.get(str(row["status"]), "warn")
            ),
            "message": row["message"] or "",
        }
        | {name: count(int(row[name] or 0)) for name in _COUNT_NAMES}
        for row in _shown(request, files)
    ]
    refused = sum(row["status"] == "refused" for row in files)
    columns = (
        Column("feed", say("Feed")),
        Column("path", say("File"), is_key=False),
        Column("status", say("Status")),
        *_count_columns(),
        *([Column("message", say("What to do"), is_key=False)] if any_message else []),
    )
    headline = (
        say_number(refused, "{number} file refused", "{number} files refused")
        if refused
        else say("Every file was accepted")
    )
    return card(
        headline=headline,
        subtitle=say_number(
            page.total,
            "{number} file; rows read = passed + failed + held",
            "{number} files; rows read = passed + failed + held",
        ),
        children=[
            data_table(caption=say("Files of the feeds"), columns=columns, rows=rows),
            table_pager(request, len(files)),
        ],
        footer=table_downloads(request, "source_file", say("files")),
    )


def _own_counts(request: PageRequest) -> Component:
    page = request.gateway.rows(
        "source_count", request.scope, limit=5000, order_by=("feed", "path")
    )
    if not page.rows:
        return nothing_card(say("Feeds"), say("No file with rows of yours was handed in."), 12)
    names = agency_names(request)
    rows = [
        {
            "feed": feed_name(row["feed"]),
            "path": html.Code(str(row["path"])) if row["path"] else say("shared with other MDAs"),
            "agency": agency_text(row["agency_id"], names),
        }
        | {name: count(int(row[name] or 0)) for name in _COUNT_NAMES}
        for row in _shown(request, page.rows)
    ]
    columns = (
        Column("feed", say("Feed")),
        Column("path", say("File"), is_key=False),
        *([Column("agency", say("MDA"), is_key=False)] if len(names) > 1 else []),
        *_count_columns(),
    )
    return card(
        headline=say("Your rows in the files of this build"),
        subtitle=say("A file may hold rows of other MDAs too; they are not counted here"),
        children=[
            data_table(caption=say("Your rows by file"), columns=columns, rows=rows),
            table_pager(request, len(page.rows)),
        ],
        footer=table_downloads(request, "source_count", say("row counts")),
    )


def _shown(
    request: PageRequest, rows: Sequence[Mapping[str, Value]]
) -> Sequence[Mapping[str, Value]]:
    """Give the rows of the page that the address names."""
    return rows[(request.filters.page - 1) * PAGE_SIZE :][:PAGE_SIZE]


def _count_columns() -> tuple[Column, ...]:
    return (
        Column("rows_read", say("Read"), numeric=True),
        Column("rows_passed", say("Passed"), numeric=True, is_key=False),
        Column("rows_failed", say("Failed"), numeric=True),
        Column("rows_held", say("Held"), numeric=True, is_key=False),
    )


def _status(word: str) -> str:
    return say_known(_STATUS_WORDS.get(word, word))


def feed_name(feed: Value) -> str:
    """Name a feed in plain words."""
    return say_known(str(feed).replace("_", " "))
