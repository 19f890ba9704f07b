"""Downloads say what the screen says, and no cell of them runs."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from urllib.parse import parse_qsl

import openpyxl
import pytest
from werkzeug.datastructures import MultiDict

from auth.audit import list_events
from portal.addresses import export_url, question_query
from portal.asking import read_question
from portal.cli.installation import opened
from portal.exports.tables import ExportTable
from portal.exports.writers import csv_text, defused, write_xlsx
from portal.settings import Settings
from tests.unit.portal.conftest import Browser
from warehouse.question import Period, Question

MONTHLY = Question(measures=("actual_spend",), by=("month",), period=Period("2024-01", "2024-06"))


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_link_of_a_question_asks_that_question() -> None:
    question = Question(
        measures=("actual_spend", "waste_pct"),
        by=("agency", "month"),
        where=(("agency", ("10", "11")), ("service_type", ("IaaS",))),
        period=Period("2024-01", None),
        year="fiscal",
        currency="own",
    )
    assert export_url(question, "xlsx") == (
        "/export/measures?measure=actual_spend&measure=waste_pct&by=agency%2Cmonth"
        "&where=agency%3A10&where=agency%3A11&where=service_type%3AIaaS&from=2024-01"
        "&year=fiscal&currency=own&format=xlsx"
    )


def test_a_download_sums_to_the_answer(viewer: Browser) -> None:
    answer = viewer.get(export_url(MONTHLY, "csv"))
    total = sum(float(row["actual_spend (USD)"]) for row in rows_of(answer.get_data(as_text=True)))
    asked = viewer.get("/api/v1/measures/actual_spend?from=2024-01&to=2024-06").get_json()
    assert total == pytest.approx(asked["rows"][0]["actual_spend"], abs=0.005)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=exchequer-")


def test_a_workbook_holds_numbers_and_says_what_they_are(viewer: Browser) -> None:
    answer = viewer.get(export_url(MONTHLY, "xlsx"))
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    rows = list(book["Rows"].values)
    assert rows[0] == ("month", "month_name", "actual_spend (USD)")
    assert [row[0] for row in rows[1:]] == [f"2024-0{month}" for month in range(1, 7)]
    assert all(isinstance(row[2], int | float) for row in rows[1:])
    about = dict(book["About"].values)
    assert about["Marking"] == "OFFICIAL"
    assert about["Rows in all"] == "6"
    book.close()


def test_a_foreign_agency_cannot_be_downloaded(viewer: Browser) -> None:
    foreign = viewer.get("/export/measures?measure=actual_spend&where=agency:11")
    unknown = viewer.get("/export/measures?measure=actual_spend&where=agency:987654")
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.data == unknown.data


def test_a_table_is_downloaded_within_scope(viewer: Browser, treasury: Browser) -> None:
    own = rows_of(viewer.get("/export/table/fact_usage_monthly").get_data(as_text=True))
    every = rows_of(treasury.get("/export/table/fact_usage_monthly").get_data(as_text=True))
    assert {row["agency_id"] for row in own} == {"10"}
    assert {row["agency_id"] for row in every} == {str(number) for number in range(10, 18)}


def test_an_administrator_downloads_tagging_and_no_other_cost(admin: Browser) -> None:
    assert admin.get("/export/table/fact_tagging_compliance").status_code == 200
    assert admin.get("/export/measures?measure=tagged_pct&by=agency").status_code == 200
    assert admin.get("/export/table/fact_usage_monthly").status_code == 404


@pytest.mark.parametrize("name", ["nothing", "person", "api_token", "..%2fwsgi"])
def test_only_tables_of_the_star_are_downloaded(treasury: Browser, name: str) -> None:
    assert treasury.get(f"/export/table/{name}").status_code == 404


def test_each_download_leaves_one_event_with_its_hash(viewer: Browser, settings: Settings) -> None:
    answer = viewer.get(export_url(MONTHLY, "csv"))
    with opened(settings) as database, database.reading_records() as db:
        event = list_events(db, action="export", limit=1)[0]
    detail = json.loads(event.detail)
    assert event.actor == "viewer10@health.example"
    assert event.agency_id == 10
    assert detail["rows"] == 6
    assert detail["sha256"] == hashlib.sha256(answer.data).hexdigest()
    assert "measure=actual_spend" in detail["asked"]


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+44 20", "'+44 20"),
        ("-3", "'-3"),
        ("@sum", "'@sum"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("  =1", "'  =1"),
        ("plain", "plain"),
        (-3, -3),
        (-3.5, -3.5),
        (None, None),
        (True, True),
    ],
)
def test_text_that_a_spreadsheet_would_run_is_defused(given: object, written: object) -> None:
    assert defused(given) == written  # type: ignore[arg-type]  # any value is tried


def test_hostile_cells_stay_text_in_both_forms() -> None:
    rows = [['=HYPERLINK("http://evil.example")', -1.5], ["http://evil.example", 2]]
    table = ExportTable("t", ("=name", "amount"), rows, 2)
    assert csv_text(table).splitlines()[1] == '"\'=HYPERLINK(""http://evil.example"")",-1.5'
    file = io.BytesIO()
    write_xlsx(table, file, "OFFICIAL")
    sheet = openpyxl.load_workbook(file)["Rows"]
    assert sheet["A2"].data_type == "s"
    assert sheet["B2"].value == -1.5
    assert sheet["A3"].hyperlink is None


def test_a_question_about_a_change_is_written_as_it_is_read() -> None:
    question = Question(
        ("bridge_change",), by=("agency",), period=Period("2025-01", "2025-03"),
        against=Period("2024-01", "2024-03"),
    )  # fmt: skip
    arguments = MultiDict(parse_qsl(question_query(question)))
    assert read_question(arguments, tuple(arguments.poplist("measure"))) == question
