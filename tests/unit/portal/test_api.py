"""The programming interface answers within scope, and says what it can't answer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import Client

from tests.unit.portal.conftest import Browser

Opener = Callable[[str], Browser]
SPEND = "/api/v1/measures/actual_spend"


def test_the_registry_lists_every_measure_with_its_dimensions(viewer: Browser) -> None:
    found = viewer.get("/api/v1/measures").get_json()["measures"]
    spend = next(one for one in found if one["name"] == "actual_spend")
    assert spend["unit"] == "usd"
    assert "agency" in spend["dimensions"]


def test_rows_carry_identifiers_labels_and_numbers(treasury: Browser) -> None:
    rows = treasury.get(f"{SPEND}?by=agency,month&from=2024-03&to=2024-03").get_json()["rows"]
    assert rows[0]["agency"] == 10
    assert rows[0]["agency_name"] == "Ministry of Health"
    assert rows[0]["month"] == "2024-03"
    assert isinstance(rows[0]["actual_spend"], int | float)
    assert len(rows) == 8


def test_an_agency_sees_its_own_rows_alone(viewer: Browser, treasury: Browser) -> None:
    own = viewer.get(f"{SPEND}?by=agency").get_json()["rows"]
    assert [row["agency"] for row in own] == [10]
    whole = treasury.get(f"{SPEND}?where=agency:10").get_json()["rows"]
    assert whole[0]["actual_spend"] == own[0]["actual_spend"]


@pytest.mark.parametrize("given", ["agency={}", "where=agency:{}", "where=agency={}"])
def test_a_foreign_agency_answers_as_an_unknown_one(viewer: Browser, given: str) -> None:
    foreign = viewer.get(f"{SPEND}?{given.format(11)}")
    unknown = viewer.get(f"{SPEND}?{given.format(987654)}")
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.data == unknown.data


def test_a_dimension_that_a_measure_lacks_is_422_and_names_those_it_has(viewer: Browser) -> None:
    answer = viewer.get("/api/v1/measures/actual_spend?by=digital_service")
    assert answer.status_code == 422
    error = answer.get_json()["error"]
    assert error["code"] == "unknown_dimension"
    assert "agency" in error["available"]


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/api/v1/measures/nothing", 404, "unknown_measure"),
        (f"{SPEND}?from=2024-13", 400, "bad_period"),
        (f"{SPEND}?from=NaN", 400, "bad_period"),
        (f"{SPEND}?from=2025-02&to=2025-01", 400, "bad_period"),
        (f"{SPEND}?year=lunar", 400, "bad_parameter"),
        (f"{SPEND}?format=pdf", 400, "bad_parameter"),
        (f"{SPEND}?scope=all", 400, "bad_parameter"),
        (f"{SPEND}?where=agency", 400, "bad_parameter"),
        (f"{SPEND}?from=2024-01&from=2024-02", 400, "bad_parameter"),
        (f"{SPEND}?where=agency:{'1' * 5000}", 400, "bad_parameter"),
        (f"{SPEND}?by={',agency' * 500}", 400, "bad_parameter"),
        ("/api/v1/measures/" + ",".join(["actual_spend"] * 99), 400, "bad_parameter"),
        ("/api/v2/measures", 404, "not_found"),
    ],
)
def test_what_cannot_be_asked_has_one_shape(
    viewer: Browser, address: str, status: int, code: str
) -> None:
    answer = viewer.get(address)
    error = (answer.get_json(silent=True) or {"error": {"code": "not_found"}})["error"]
    assert (answer.status_code, error["code"]) == (status, code)


def test_several_measures_come_in_one_answer(viewer: Browser) -> None:
    answer = viewer.get("/api/v1/measures/actual_spend,waste_pct?by=month").get_json()
    assert {"actual_spend", "waste_pct"} <= set(answer["rows"][0])
    assert answer["build"]["data_from"] == "2024-01"


def test_csv_has_the_same_names_as_json(viewer: Browser) -> None:
    answer = viewer.get(f"{SPEND}?by=month&format=csv")
    assert answer.mimetype == "text/csv"
    assert answer.get_data(as_text=True).splitlines()[0] == "month,month_name,actual_spend"


def test_an_administrator_sees_tagging_and_no_other_cost(admin: Browser) -> None:
    assert admin.get("/api/v1/measures/tagged_pct?by=agency").status_code == 200
    assert len(admin.get("/api/v1/measures/untagged_cost?by=agency").get_json()["rows"]) == 8
    refused = admin.get(SPEND)
    assert refused.status_code == 403
    assert "rows" not in refused.get_json()


def test_who_has_no_grant_may_ask_nothing(as_reader: Opener) -> None:
    assert as_reader("nobody@health.example").get(SPEND).status_code == 404


def test_a_personal_token_reads_what_its_owner_reads(app: Flask, viewer: Browser) -> None:
    shown = viewer.submit("/account/tokens", name="nightly", days="30").get_data(as_text=True)
    found = re.search(r"exq_[A-Za-z0-9_-]+", shown)
    assert found
    bearer = {"Authorization": f"Bearer {found[0]}"}
    rows = Client(app).get(f"{SPEND}?by=agency", headers=bearer).get_json()["rows"]
    assert [row["agency"] for row in rows] == [10]
    assert Client(app).get("/_dash-layout", headers=bearer).status_code == 401
    listed = json.dumps(viewer.show("/account").get_json())
    number = re.search(r"/account/tokens/(\d+)/revoke", listed)
    assert number
    assert viewer.submit(f"/account/tokens/{number[1]}/revoke").status_code == 303
    assert Client(app).get(SPEND, headers=bearer).status_code == 401


def test_the_description_names_every_parameter_it_takes(viewer: Browser) -> None:
    described = viewer.get("/api/v1/openapi.json").get_json()
    assert described["openapi"] == "3.1.0"
    parameters = described["paths"]["/api/v1/measures/{names}"]["get"]["parameters"]
    names = {one["name"] for one in parameters}
    assert {"by", "where", "from", "to", "agency", "year", "currency", "format"} <= names


def test_a_change_can_be_asked_against_any_period(treasury: Browser) -> None:
    asked = "/api/v1/measures/bridge_change?from=2025-01&to=2025-03&against=2024-01..2024-03"
    answer = treasury.get(asked).get_json()
    assert answer["notes"] == ["2025-01 to 2025-03 against 2024-01 to 2024-03."]
    spends = [
        treasury.get(f"{SPEND}?from={year}-01&to={year}-03").get_json()["rows"][0]["actual_spend"]
        for year in (2024, 2025)
    ]
    assert answer["rows"][0]["bridge_change"] == pytest.approx(spends[1] - spends[0])


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ("bridge_change?against=2024-01..", 400),
        ("bridge_change?against=2024-03..2024-01", 400),
        ("bridge_change?against=spring", 400),
        ("actual_spend?against=2024-01", 422),
    ],
)
def test_a_period_to_compare_with_that_means_nothing_is_refused(
    given: str, status: int, treasury: Browser
) -> None:
    assert treasury.get(f"/api/v1/measures/{given}").status_code == status
