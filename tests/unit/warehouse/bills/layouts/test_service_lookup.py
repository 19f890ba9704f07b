from __future__ import annotations

import pytest
from ibis.backends.duckdb import Backend

from warehouse.bills.columns import SERVICE_CATEGORIES
from warehouse.bills.layouts.service_lookup import category_of
from warehouse.bills.service_categories import CATEGORY_OF_SERVICE, CATEGORY_SPELLINGS


def test_every_service_is_found_in_its_category_and_others_are_other(backend: Backend) -> None:
    unknown = ["", "=", "s", "amazon ec", "x" * 300, "compute=01", "amazon ec3"]
    backend.con.execute("CREATE TABLE services (service VARCHAR)")
    for service in [*CATEGORY_OF_SERVICE, *unknown]:
        backend.con.execute("INSERT INTO services VALUES (?)", [service])
    rows = backend.table("services")
    found = rows.select("service", category=category_of(rows.service)).to_pyarrow().to_pylist()
    expected = {**CATEGORY_OF_SERVICE, **dict.fromkeys(unknown, "Other")}
    assert {row["service"]: row["category"] for row in found} == expected


@pytest.mark.parametrize("table", [CATEGORY_OF_SERVICE, CATEGORY_SPELLINGS])
def test_the_categories_are_focus_s(table: dict[str, str]) -> None:
    assert set(table.values()) <= set(SERVICE_CATEGORIES)


@pytest.mark.parametrize(
    ("service", "category"),
    [
        ("Amazon Elastic Compute Cloud - Compute", "Compute"),
        ("Amazon EC2", "Compute"),
        ("AmazonEC2", "Compute"),
        ("Amazon S3", "Storage"),
        ("Amazon RDS", "Databases"),
        ("Amazon DynamoDB", "Databases"),
        ("AWS Data Transfer", "Networking"),
        ("Virtual Machines", "Compute"),
        ("SQL Managed Instance", "Databases"),
        ("Bandwidth", "Networking"),
        ("Compute Engine", "Compute"),
        ("BigQuery", "Analytics"),
        ("BLOCK_STORAGE", "Storage"),
    ],
)
def test_real_names_have_the_category_one_expects(service: str, category: str) -> None:
    assert CATEGORY_OF_SERVICE[service.lower()] == category
