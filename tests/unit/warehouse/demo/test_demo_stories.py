"""Each story of the demo can be found in the raw files by its own record."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from warehouse.demo import STORIES, Story
from warehouse.demo.stories import (
    BAD_ROWS,
    EARLY_STATUS,
    IDLE,
    MIGRATION_PAID,
    NO_BUDGET,
    NO_TELEMETRY,
    OVERRUN,
    SHORT_HISTORY,
    SIZE_DISAGREES,
    SPIKE,
    TAX_TIME,
    UNTAGGED,
)
from warehouse.forecasting.anomaly_events import Alerting, find_monthly
from warehouse.forecasting.telemetry_scoring import telemetry_alerts


@pytest.fixture(scope="module")
def usage(demo: Path) -> pd.DataFrame:
    return pd.read_csv(demo / "mda/usage_monthly.csv")


def monthly_cost(usage: pd.DataFrame, story: Story) -> pd.Series:
    own = usage[(usage.agency_id == story.agency_id) & (usage.cost_usd > 0)]
    return own.groupby("month").cost_usd.sum().drop("2026-13", errors="ignore")


def service_by_month(demo: Path, story: Story) -> pd.DataFrame:
    services = pd.read_csv(demo / "services/services.csv")
    owned = services[services.agency_id == story.agency_id].set_index("digital_service_name")
    rows = pd.read_csv(demo / "telemetry/telemetry.csv")
    own = rows[rows.digital_service_id == owned.digital_service_id[story.service]]
    by = own.groupby(own.period_start.str[:7]).agg(
        latency=("latency_mean_ms", "mean"),
        errors=("errors", "sum"),
        requests=("requests", "sum"),
        good=("successful_minutes", "sum"),
        total=("total_minutes", "sum"),
    )
    return by.assign(error_rate=by.errors / by.requests, availability=by.good / by.total)


def test_each_story_names_an_agency_that_its_text_names(demo: Path) -> None:
    agencies = pd.read_csv(demo / "mda/agencies.csv").set_index("agency_id")
    for story in STORIES:
        agency = agencies.loc[story.agency_id]
        body = agency.agency_name.removesuffix(f" of {agency.country}")
        assert body in story.what_to_find
        assert agency.country in story.what_to_find
    assert len({story.name for story in STORIES}) == len(STORIES)


def test_the_overrunning_agency_is_a_fifth_above_its_budget(
    demo: Path, usage: pd.DataFrame
) -> None:
    budgets = pd.read_csv(demo / "budgets/budgets.csv", dtype={"period": str})
    rates = pd.read_csv(demo / "fx/exchange_rates.csv").set_index(["month", "currency"])
    own = budgets[(budgets.agency_id == OVERRUN.agency_id) & (budgets.period == "2026")]
    rate = rates.usd_per_unit[("2026-01", own.currency.item())]
    spent = monthly_cost(usage, OVERRUN).loc["2026-01":].sum()
    assert spent > 1.2 * own.amount.item() * rate * 10 / 12


def test_tax_filing_collapses_in_its_peak_and_recovers_in_april(demo: Path) -> None:
    months = service_by_month(demo, TAX_TIME)
    for year in ("2025", "2026"):
        peak, april = months.loc[f"{year}-01" : f"{year}-03"], months.loc[f"{year}-04"]
        assert (peak.latency > 3 * april.latency).all()
        assert (peak.error_rate > 5 * april.error_rate).all()
        assert (peak.availability < 0.995).all()


def test_the_migration_that_paid_cut_cost_and_latency_and_lost_minutes(
    demo: Path, usage: pd.DataFrame
) -> None:
    cost = monthly_cost(usage, MIGRATION_PAID)
    saving = 1 - cost.loc["2025-07":"2026-06"].sum() / cost.loc["2024-07":"2025-06"].sum()
    assert 0.2 < saving < 0.32
    months = service_by_month(demo, MIGRATION_PAID)
    before, after = months.loc[:"2025-06"], months.loc["2025-07":]
    assert after.latency.mean() < 0.6 * before.latency.mean()
    assert after.availability.mean() > before.availability.mean() + 0.002


def test_the_corner_stays_untagged_while_the_others_improve(demo: Path) -> None:
    tagging = pd.read_csv(demo / "mda/tagging_compliance.csv")
    corner = tagging.agency_id == UNTAGGED.agency_id
    others = tagging[~corner].groupby("month").tagged_pct.mean()
    assert tagging[corner].tagged_pct.max() < 40
    assert others["2026-10"] > others["2023-11"] + 20
    assert tagging[~corner & (tagging.month == "2026-10")].tagged_pct.min() > 60


def test_only_the_idle_estate_is_idle_all_the_time(usage: pd.DataFrame) -> None:
    machines = usage[usage.service_type != "SaaS"]
    busiest = machines.groupby("agency_id").utilisation_pct.max()
    assert list(busiest[busiest < 20].index) == [IDLE.agency_id]


def test_the_spike_is_one_month_of_more_than_twice_the_usual(usage: pd.DataFrame) -> None:
    cost = monthly_cost(usage, SPIKE)
    ratio = cost / cost.rolling(7, center=True, min_periods=4).median()
    assert list(ratio[ratio > 1.5].index) == ["2026-04"]
    assert ratio["2026-04"] > 2


def test_the_young_agency_has_six_months_everywhere(demo: Path, usage: pd.DataFrame) -> None:
    months = list(monthly_cost(usage, SHORT_HISTORY).index)
    assert months == ["2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10"]
    agencies = pd.read_csv(demo / "mda/agencies.csv").set_index("agency_id")
    assert agencies.valid_from[SHORT_HISTORY.agency_id] == "2026-05"
    telemetry = pd.read_csv(demo / "telemetry/telemetry.csv")
    own = telemetry[telemetry.agency_id == SHORT_HISTORY.agency_id]
    assert own.period_start.min() == "2026-05-01"


def test_just_one_agency_has_no_budget(demo: Path) -> None:
    agencies = pd.read_csv(demo / "mda/agencies.csv")
    budgets = pd.read_csv(demo / "budgets/budgets.csv")
    assert set(agencies.agency_id) - set(budgets.agency_id) == {NO_BUDGET.agency_id}


def test_a_few_agencies_have_no_telemetry_and_most_have_fourteen_months(demo: Path) -> None:
    rows = pd.read_csv(demo / "telemetry/telemetry.csv")
    days = rows.groupby("agency_id").period_start.nunique()
    assert NO_TELEMETRY.agency_id not in days.index
    assert 15 <= len(days) < 24
    assert (days > 14 * 30).sum() == len(days) - 1


def test_the_bad_rows_are_three_and_all_of_one_agency(usage: pd.DataFrame) -> None:
    month_is_wrong = ~usage.month.str.match(r"\d{4}-(0[1-9]|1[0-2])$")
    bad = usage[(usage.cost_usd < 0) | (usage.utilisation_pct > 100) | month_is_wrong]
    assert list(bad.agency_id) == [BAD_ROWS.agency_id] * 3


def test_only_one_agency_turned_post_before_its_reported_date(
    demo: Path, usage: pd.DataFrame
) -> None:
    summary = pd.read_csv(demo / "mda/migration_summary.csv").dropna(subset="migration_date")
    reported = pd.to_datetime(summary.migration_date, format="%m/%d/%Y").dt.strftime("%Y-%m")
    turned = usage[usage.migration_status == "Post"].groupby("agency_id").month.min()
    first = turned.loc[summary.agency_id].to_numpy()
    assert list(summary.agency_id[first < reported.to_numpy()]) == [EARLY_STATUS.agency_id]
    assert set(turned.index) == set(summary.agency_id)


def test_just_one_size_disagrees_between_two_files(demo: Path) -> None:
    agencies = pd.read_csv(demo / "mda/agencies.csv").set_index("agency_id")
    summary = pd.read_csv(demo / "mda/migration_summary.csv").set_index("agency_id")
    differs = summary.org_size != agencies.org_size.loc[summary.index]
    assert list(summary.index[differs]) == [SIZE_DISAGREES.agency_id]


def test_the_stories_of_cost_are_the_anomalies_of_the_demo_and_no_others(
    usage: pd.DataFrame,
) -> None:
    months = usage[usage.month <= "2026-10"].groupby(["agency_id", "month"]).cost_usd.sum()
    frame = months.rename("y").reset_index()
    frame = frame.assign(unique_id=frame.agency_id.astype(str), ds=pd.to_datetime(frame.month))
    found = find_monthly(frame[["unique_id", "ds", "y"]], alerting=Alerting(500, 0.12))
    alerts = found.events[found.events.is_alert]
    assert {(row.unique_id, f"{row.first:%Y-%m}") for row in alerts.itertuples()} == {
        (str(OVERRUN.agency_id), "2026-01"),
        (str(SPIKE.agency_id), "2026-04"),
    }
    assert found.too_little_history == (str(SHORT_HISTORY.agency_id),)
    drops = found.events[(found.events.kind == "drop") & (found.events.share < -0.25)]
    assert str(MIGRATION_PAID.agency_id) in set(drops.unique_id)


def test_what_stands_out_of_telemetry_is_tax_time_and_days_of_lost_minutes(demo: Path) -> None:
    rows = pd.read_csv(demo / "telemetry/telemetry.csv").merge(
        pd.read_csv(demo / "services/services.csv")[["digital_service_id", "slo_target_pct"]],
        on="digital_service_id",
    )
    rows = rows.assign(
        unique_id=rows.digital_service_id,
        ds=pd.to_datetime(rows.period_start),
        timed=rows.requests,
        waited=rows.latency_mean_ms * rows.requests,
        allowed=(1 - rows.slo_target_pct / 100) * rows.requests,
        lost=rows.total_minutes - rows.successful_minutes,
    )
    alerts = telemetry_alerts(rows)
    lost = [
        rows.lost[(rows.unique_id == one.unique_id) & rows.ds.between(one.first, one.last)].max()
        for one in alerts.itertuples()
    ]
    is_tax = alerts.unique_id.str.startswith("e-tax-filing") & alerts["first"].dt.month.isin((1, 2))
    assert alerts[is_tax]["first"].min() == pd.Timestamp("2026-01-01")
    assert alerts[~is_tax & (pd.Series(lost) < 30)].empty, "nothing that isn't there"
    assert 10 < len(alerts) < 60
