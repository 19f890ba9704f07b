from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.unit.warehouse.transforms.staging_rows import Staging

TABLES = ("agg_performance_country_month", "dim_digital_service", "fact_performance")
"""What is built for these tests, with all that it is made from."""


def _service(staging: Staging, name: str, agency_id: int, **row: Any) -> None:
    usual = {"digital_service_name": name, "service_type": "PaaS", "criticality": "High"}
    staging.add("stg_services", digital_service_id=name, agency_id=agency_id, **{**usual, **row})


@pytest.mark.parametrize(
    ("status", "utilisation", "latency", "errors"),
    [
        ("Pre", "50", "380", "1.5"),
        ("Post", "50", "340", "0.8"),
        ("Pre", "70", "440", "1.5"),
        ("Pre", "70.01", "440.03", "2.7"),
        ("Post", "80.01", "430.03", "3.5"),
    ],
)
def test_without_telemetry_latency_and_errors_are_modelled(
    staging: Staging, status: str, utilisation: str, latency: str, errors: str
) -> None:
    staging.agency(1)
    staging.usage(1, "2025-01", migration_status=status, utilisation_pct=Decimal(utilisation))
    staging.build()

    assert staging.rows(
        "select is_modelled, digital_service_id, provider, latency_ms, error_rate_pct, "
        "latency_weight, request_count from fact_performance"
    ) == [(True, "IaaS", "", Decimal(latency), Decimal(errors), Decimal(1), Decimal(0))]


def test_a_slice_with_telemetry_has_no_modelled_row(staging: Staging) -> None:
    staging.agency(1)
    staging.agency(2)
    _service(staging, "passports", 1)
    for service_type in ("IaaS", "PaaS"):
        staging.usage(1, "2025-01", service_type=service_type)
        staging.usage(2, "2025-01", service_type=service_type)
    staging.usage(1, "2025-02", service_type="PaaS")
    staging.telemetry(1, "passports", "2025-01-01")
    staging.build()

    assert staging.rows(
        "select agency_id, month, digital_service_id, is_modelled from fact_performance "
        "order by 1, 2, 3"
    ) == [
        (1, "2025-01", "IaaS", True),
        (1, "2025-01", "passports", False),
        (1, "2025-02", "PaaS", True),
        (2, "2025-01", "IaaS", True),
        (2, "2025-01", "PaaS", True),
    ]


def test_telemetry_is_weighted_by_requests_and_added_up(staging: Staging) -> None:
    staging.agency(1)
    _service(staging, "passports", 1)
    staging.usage(1, "2025-01", service_type="PaaS", utilisation_pct=40)
    staging.usage(
        1, "2025-01", service_type="PaaS", utilisation_pct=60, aws_region="us-west-2",
        migration_status="Post", source_row=3,
    )  # fmt: skip
    staging.telemetry(1, "passports", "2025-01-01", requests=100, errors=1, latency_mean_ms=100)
    staging.telemetry(1, "passports", "2025-01-02T05:00", requests=300, errors=7,
                      latency_mean_ms=200)  # fmt: skip
    staging.build()

    assert staging.rows(
        "select service_type, migration_status, utilisation_pct, latency_ms, latency_weight, "
        "error_rate_pct, request_count, error_count, successful_minutes, requests_le_250ms "
        "from fact_performance"
    ) == [
        ("PaaS", "Post", Decimal(50), Decimal(175), Decimal(400), Decimal(2), Decimal(400),
         Decimal(8), Decimal(2860), Decimal(1800))
    ]  # fmt: skip


def test_a_service_without_traffic_has_no_latency_and_breaches_nothing(staging: Staging) -> None:
    staging.agency(1)
    staging.telemetry(1, "parking", "2025-01-01", requests=0, errors=0, latency_mean_ms=None)
    staging.build()

    assert staging.rows(
        "select service_type, migration_status, latency_ms, error_rate_pct, is_sla_breach, "
        "response_time_score, health_score from fact_performance"
    ) == [("SaaS", "Pre", None, None, False, None, None)]
    assert staging.rows(
        "select agency_id, service_type from dim_digital_service "
        "where digital_service_id = 'parking'"
    ) == [(1, None)]


def test_telemetry_of_an_agency_that_reported_its_migration_is_post_from_that_month(
    staging: Staging,
) -> None:
    staging.agency(1)
    staging.add(
        "stg_migration_summary", agency_id=1, migrated=True, migration_date="2025-02-15",
        pre_migration_cost_usd=1, post_migration_cost_usd=1, expected_savings_pct=0,
        realized_savings_pct=0, sla_breaches_pre=0, sla_breaches_post=0,
    )  # fmt: skip
    staging.telemetry(1, "parking", "2025-01-31")
    staging.telemetry(1, "parking", "2025-02-01")
    staging.build()

    assert staging.rows("select month, migration_status from fact_performance order by 1") == [
        ("2025-01", "Pre"),
        ("2025-02", "Post"),
    ]


def test_a_recorded_target_wins_over_the_listed_one_from_its_month_on(staging: Staging) -> None:
    staging.agency(1)
    _service(staging, "passports", 1, slo_target_pct=Decimal("99.5"))
    staging.add(
        "rec_service_target", digital_service_id="passports", agency_id=1,
        availability_ratio=Decimal("0.999"), effective_from="2025-02",
    )  # fmt: skip
    staging.telemetry(1, "passports", "2025-01-31", requests=1000, errors=4)
    staging.telemetry(1, "passports", "2025-02-01", requests=1000, errors=4)
    staging.build()

    assert staging.rows("select month, slo_target_ratio from fact_performance order by 1") == [
        ("2025-01", Decimal("0.995")),
        ("2025-02", Decimal("0.999")),
    ]


def test_a_limit_moved_in_july_leaves_june_as_it_was(staging: Staging) -> None:
    staging.add(
        "rec_threshold", name="capacity_utilisation_pct", value=70, effective_from="2025-07"
    )
    staging.agency(1)
    staging.usage(1, "2025-06", utilisation_pct=75)
    staging.usage(1, "2025-07", utilisation_pct=75)
    staging.build()

    assert staging.rows(
        "select month, is_capacity_breach, is_sla_breach, is_latency_breach "
        "from fact_performance order by month"
    ) == [("2025-06", False, False, False), ("2025-07", True, True, False)]


@pytest.mark.parametrize(
    ("utilisation", "score"),
    [("19.99", "68.000000"), ("20", "76.000000"), ("85", "64.000000"), ("85.01", "52.000000")],
)
def test_the_health_score_weighs_three_bands(
    staging: Staging, utilisation: str, score: str
) -> None:
    staging.agency(1)
    staging.usage(1, "2025-01", utilisation_pct=Decimal(utilisation))
    staging.build()

    # Before migration, 1.5 % errors are amber; above 80 % utilisation 4.2 % are red.
    assert staging.one("select health_score from fact_performance") == Decimal(score)


def test_millions_of_millions_of_requests_fit_the_summary(staging: Staging) -> None:
    staging.agency(1)
    for day in range(1, 10):
        staging.telemetry(
            1, "parking", f"2025-01-0{day}", requests=10**12, latency_mean_ms=Decimal("500.25")
        )
    staging.build()

    # SQLite keeps millionths in 64 bits.
    (total,) = staging.rows("select latency_weighted_s_sum from agg_performance_country_month")
    assert total == (Decimal("4502250000000"),)
    assert total[0] * 10**6 < 2**63
