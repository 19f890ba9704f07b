"""The figures of 24 real-looking agencies, reckoned by hand before, to the last digit shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from warehouse.build import build
from warehouse.db import open_database
from warehouse.gateway import Gateway
from warehouse.migrate import migrate
from warehouse.question import Answer, Period, Question
from warehouse.scope import Scope

ALL = Scope.whole_government()
MIGRATED = (("migrated", ("Yes",)),)
Where = tuple[tuple[str, tuple[str, ...]], ...]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def gateway(
    request: pytest.FixtureRequest,
    exchequer_samples: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Gateway]:
    var_dir = tmp_path_factory.mktemp("var")
    url = f"sqlite:///{var_dir}/records.sqlite"
    if request.param == "postgresql":
        url = request.getfixturevalue("new_postgres_database")()
    database = open_database(url, var_dir)
    migrate(database)
    build(database, exchequer_samples, var_dir)
    yield Gateway(database)
    database.dispose()


def ask(gateway: Gateway, *names: str, by: tuple[str, ...] = (), where: Where = ()) -> Answer:
    return gateway.ask(Question(names, by=by, where=where), ALL)


@pytest.mark.parametrize(
    ("name", "scale", "digits", "expected"),
    [
        ("row_count", 1, 0, 720),
        ("row_count_usage_monthly", 1, 0, 720),
        ("agency_count", 1, 0, 24),
        ("agency_month_count", 1, 0, 240),
        ("actual_spend", 1, 2, 72_669.52),
        ("ytd_spend", 1, 2, 72_669.52),
        ("run_rate", 1, 2, 87_203.42),
        ("latency_ms", 1, 4, 368.4394),
        ("error_rate", 100, 4, 1.4346),
        ("sla_breaches", 1, 0, 3),
        ("sla_breach_rate", 100, 4, 0.4167),
        ("stability_score", 1, 4, 81.9762),
        ("stability_peak_delta", 1, 4, 1.7943),
        ("over_capacity_count", 1, 0, 0),
        ("stability_score_source", 1, 4, 76.7136),
        ("health_score", 1, 3, 77.711),
        ("latency_warnings", 1, 0, 112),
        ("error_warnings", 1, 0, 9),
        ("idle_cost", 1, 2, 793.34),
        ("waste_pct", 100, 4, 1.0917),
        ("untagged_cost", 1, 2, 22_829.98),
        ("untagged_share", 100, 3, 31.416),
        ("governance_risk_count", 1, 0, 189),
        ("tagging_report_count", 1, 0, 240),
        ("agencies_below_tag_target", 1, 0, 12),
        ("tagged_pct", 100, 2, 68.58),
        ("tagged_pct_unweighted", 100, 2, 69.09),
        ("spend_spikes", 1, 0, 38),
        ("spend_growth_count", 1, 0, 216),
        ("fast_growth", 1, 0, 230),
        ("seasonality_high_count", 1, 0, 20),
        ("cost_delta", 1, 2, -1_386_540.60),
        ("realised_savings", 100, 2, 10.51),
        ("realised_savings_mean", 100, 2, 11.03),
        ("sla_breaches_pre", 1, 0, 126),
        ("sla_breaches_post", 1, 0, 80),
        ("agencies_without_budget", 1, 0, 24),
    ],
)
def test_the_whole_government(
    name: str, scale: int, digits: int, expected: float, gateway: Gateway
) -> None:
    found = ask(gateway, name).value(name)
    assert found is not None
    assert round(found * scale, digits) == expected


def test_fiscal_years_give_a_mixed_year_to_date(gateway: Gateway) -> None:
    answer = gateway.ask(Question(("ytd_spend",), year="fiscal"), ALL)
    assert answer.value("ytd_spend") == 56_224.62


def test_the_three_breaches_are_where_they_were_found(gateway: Gateway) -> None:
    rows = ask(gateway, "sla_breaches", by=("agency", "service_type", "month")).rows
    breached = [(r["agency"], r["service_type"], r["month"]) for r in rows if r["sla_breaches"]]
    assert breached == [
        (1007, "PaaS", "2025-10"),
        (1007, "SaaS", "2025-09"),
        (1010, "IaaS", "2025-07"),
    ]


@pytest.mark.parametrize(
    ("name", "dimension", "where", "digits", "expected"),
    [
        ("stability_score", "migration_status", (), 4, {"Pre": 80.0372, "Post": 85.5941}),
        ("stability_score_source", "migration_status", (), 4, {"Pre": 75.5408, "Post": 78.9217}),
        ("stability_score", "peak", (), 4, {"peak": 82.6939, "non-peak": 80.8996}),
        ("stability_score_source", "peak", (), 4, {"peak": 77.1472, "non-peak": 76.0632}),
        ("stability_score", "migration_status", MIGRATED, 4, {"Pre": 80.9081, "Post": 85.5941}),
        ("stability_score_source", "migration_status", MIGRATED, 4,
         {"Pre": 76.0629, "Post": 78.9217}),
        ("latency_ms", "migration_status", MIGRATED, 4, {"Pre": 370.1789, "Post": 382.4140}),
        ("average_monthly_spend", "migration_status", MIGRATED, 2,
         {"Pre": 3_667.72, "Post": 3_207.66}),
        ("actual_spend", "service_type", (), 2,
         {"IaaS": 40_919.27, "PaaS": 19_874.78, "SaaS": 11_875.47}),
    ],
)  # fmt: skip
def test_by_dimension(
    name: str, dimension: str, where: Where, digits: int, expected: dict[str, float],
    gateway: Gateway,
) -> None:  # fmt: skip
    rows = ask(gateway, name, by=(dimension,), where=where).rows
    assert {row[dimension]: round(float(row[name] or 0), digits) for row in rows} == expected


def test_the_agencies_that_did_not_migrate_over_the_same_months(gateway: Gateway) -> None:
    others = (("migrated", ("No",)),)
    periods = (Period("2025-01", "2025-06"), Period("2025-07", "2025-10"))
    found = [
        gateway.ask(Question(("average_monthly_spend",), where=others, period=period), ALL)
        for period in periods
    ]
    values = [round(answer.value("average_monthly_spend") or 0, 2) for answer in found]
    assert values == [3_798.97, 3_759.68]


@pytest.mark.parametrize(
    ("period", "shares"),
    [
        (Period(), {"AWS": 58.98, "Azure": 29.44, "GCP": 11.58}),
        (Period("2025-01", "2025-10"), {"AWS": 56.00, "Azure": 32.65, "GCP": 11.35}),
    ],
)
def test_provider_shares(period: Period, shares: dict[str, float], gateway: Gateway) -> None:
    rows = gateway.ask(Question(("provider_share",), by=("provider",), period=period), ALL).rows
    found = {row["provider"]: round(float(row["provider_share"] or 0) * 100, 2) for row in rows}
    assert found == shares


def test_savings_and_breaches_of_the_migrated(gateway: Gateway) -> None:
    names = ("realised_savings", "realised_savings_mean", "sla_breaches_pre", "sla_breaches_post")
    row = ask(gateway, *names, where=MIGRATED).rows[0]
    weighted, plain = float(row[names[0]] or 0), float(row[names[1]] or 0)
    assert (round(weighted * 100, 2), round(plain * 100, 2)) == (21.90, 21.55)
    assert (row["sla_breaches_pre"], row["sla_breaches_post"]) == (55, 17)


def test_the_change_by_migration_is_that_of_the_migrated(gateway: Gateway) -> None:
    answer = ask(gateway, "stability_delta", "latency_delta_ms")
    assert round(answer.value("stability_delta") or 0, 4) == round(85.59413 - 80.90815, 4)
    assert round(answer.value("latency_delta_ms") or 0, 4) == 12.2351


def test_every_latency_and_error_figure_is_named_as_modelled(gateway: Gateway) -> None:
    names = ("latency_ms", "error_rate", "sla_breaches", "stability_score", "health_score")
    assert ask(gateway, *names).modelled == set(names)
    assert "actual_spend" not in ask(gateway, "actual_spend", "latency_ms").modelled
