"""The other five MDA files, worked out from the same costs as usage_monthly.csv."""

from __future__ import annotations

import numpy as np

from warehouse.demo.costs import Costs
from warehouse.demo.government import Floats, Government, Ints
from warehouse.demo.places import COUNTRIES
from warehouse.demo.stories import (
    EARLY_STATUS,
    SHORT_HISTORY,
    SIZE_DISAGREES,
    UNTAGGED,
    position,
)
from warehouse.demo.writing import Columns, agency_columns, choose

PROVIDERS = ("AWS", "Azure", "GCP")

_SIZES = ("Small", "Medium", "Large")
_ADOPTION_AT_START = {"Small": 24.0, "Medium": 38.0, "Large": 52.0}


def agencies_columns(government: Government) -> Columns:
    """Give the columns of agencies.csv."""
    everyone = government.agencies
    ids = [agency.agency_id for agency in everyone]
    young = [agency.agency_id == SHORT_HISTORY.agency_id for agency in everyone]
    return {
        "agency_id": ids,
        "country": [agency.country.name for agency in everyone],
        "country_code": [agency.country.code for agency in everyone],
        "agency_name": [agency.name for agency in everyone],
        "org_size": [agency.institution.size for agency in everyone],
        "sector_type": [agency.institution.sector for agency in everyone],
        "aws_pref_region": [agency.country.region for agency in everyone],
        "currency": [agency.country.currency for agency in everyone],
        "region_group": [agency.country.region_group for agency in everyone],
        "parent_id": [_known(agency.parent_id, ids) for agency in everyone],
        "valid_from": [
            government.months[agency.first_month] if is_young else None
            for agency, is_young in zip(everyone, young, strict=True)
        ],
        "valid_to": [None] * len(everyone),
        "predecessor_id": [None] * len(everyone),
    }


def adoption_columns(government: Government) -> Columns:
    """Give the columns of baseline_adoption.csv: each country, year and size of organisation."""
    rng = government.rng("adoption")
    first = int(government.years[0])
    rows = [
        (country, year, size, _ADOPTION_AT_START[size] + 6.5 * (year - first) + rng.normal(0, 2))
        for country in COUNTRIES
        for year in range(first, int(government.years[-1]) + 1)
        for size in _SIZES
    ]
    return {
        "country": [country.name for country, _, _, _ in rows],
        "country_code": [country.code for country, _, _, _ in rows],
        "year": [year for _, year, _, _ in rows],
        "org_size": [size for _, _, size, _ in rows],
        "adoption_pct": [round(min(float(pct), 98.0), 2) for _, _, _, pct in rows],
    }


def provider_columns(government: Government, monthly_usd: Floats) -> Columns:
    """Give the columns of provider_spend.csv."""
    spend = np.stack(provider_years(government, monthly_usd), axis=2)
    agency, year, provider = np.nonzero(spend)
    return {
        **agency_columns(government, agency),
        "year": np.unique(government.years)[year],
        "cloud_provider": choose(PROVIDERS, provider),
        "spend_usd": spend[agency, year, provider],
    }


def rents_azure(government: Government, monthly_usd: Floats) -> tuple[bool, ...]:
    """Tell of each agency whether it pays Azure in any year."""
    _, azure, _ = provider_years(government, monthly_usd)
    return tuple(bool(paid) for paid in azure.sum(axis=1) > 0)


def provider_years(government: Government, monthly_usd: Floats) -> tuple[Floats, Floats, Floats]:
    """Give what each agency pays each of the providers a year: shape (A, Y) each.

    The AWS part of a year is what usage_monthly.csv adds up to; a third of the agencies rent
    from AWS alone, the others also from Azure, and some from GCP, both with a growing share.
    """
    rng = government.rng("providers")
    years = np.unique(government.years)
    aws = np.stack([monthly_usd[:, government.years == year].sum(axis=1) for year in years], axis=1)
    count = len(government.agencies)
    uses_azure = rng.random((count, 1)) < 0.68
    uses_gcp = uses_azure & (rng.random((count, 1)) < 0.6)
    grown = 1 + 0.15 * np.arange(len(years))[None, :]
    azure = aws * uses_azure * rng.uniform(0.25, 0.75, (count, 1)) * grown
    gcp = aws * uses_gcp * rng.uniform(0.05, 0.3, (count, 1)) * grown
    spend: Floats = np.round(np.stack([aws, azure, gcp]), 2)
    return spend[0], spend[1], spend[2]


def tagging_columns(government: Government, monthly_usd: Floats) -> Columns:
    """Give the columns of tagging_compliance.csv: improving everywhere but in one corner."""
    rng = government.rng("tagging")
    count, months = monthly_usd.shape
    start, end = rng.uniform(42, 68, (count, 1)), rng.uniform(76, 96, (count, 1))
    tagged = start + (end - start) * np.linspace(0, 1, months)[None, :] ** 0.8
    tagged[position(UNTAGGED)] = 33
    tagged = np.clip(tagged + rng.normal(0, 2.2, (count, months)), 5, 99.5)
    # The share of resources isn't the share of cost: what is untagged is usually the cheaper.
    untagged = monthly_usd * (1 - tagged / 100) * rng.uniform(0.75, 1.1, (count, months))
    agency, month = np.nonzero(government.is_reported())
    return {
        **agency_columns(government, agency),
        "month": choose(government.months, month),
        "tagged_pct": np.round(tagged[agency, month], 2),
        "untagged_cost_usd": np.round(untagged[agency, month], 2),
    }


def migration_columns(government: Government, costs: Costs, monthly_usd: Floats) -> Columns:
    """Give the columns of migration_summary.csv: a year's cost before and after.

    Before and after are twelve times the mean month of the (at most twelve) months on either
    side of the migration; without one, of the two halves of the last two years.
    """
    rng = government.rng("migration summary")
    months = len(government.months)
    everyone = np.flatnonzero(government.is_reported()[:, max(0, months - 13)])
    is_migrated = costs.migration_month[everyone] < months
    turns = np.where(is_migrated, costs.migration_month[everyone], max(1, months - 12))
    pre, post = (
        np.array(
            [
                _yearly(monthly_usd[agency], turn)
                for agency, turn in zip(everyone, turns, strict=True)
            ]
        )
        .reshape(-1, 2)
        .T
    )
    realised = (pre - post) / pre * 100
    expected = np.where(is_migrated, np.round(rng.uniform(12, 26, len(everyone)), 2), 0.0)
    before = rng.integers(3, 12, len(everyone))
    better = np.where(is_migrated, rng.uniform(0.1, 0.5, len(everyone)), rng.uniform(0.8, 1.1))
    sizes = [_size_in_summary(government, int(agency)) for agency in everyone]
    return {
        **agency_columns(government, everyone),
        "org_size": sizes,
        "migrated": choose(("No", "Yes"), is_migrated.astype(int)),
        "migration_date": _dates(government, everyone, turns, is_migrated),
        "pre_migration_cost_usd": np.round(pre, 2),
        "post_migration_cost_usd": np.round(post, 2),
        "expected_savings_pct": expected,
        "realized_savings_pct": np.round(realised, 2),
        "sla_breaches_pre": before,
        "sla_breaches_post": np.rint(before * better).astype(int),
    }


def _known(parent_id: int | None, ids: list[int]) -> int | None:
    return parent_id if parent_id in ids else None


def _yearly(monthly: Floats, turn: int) -> tuple[float, float]:
    before, after = monthly[max(0, turn - 12) : turn], monthly[turn : turn + 12]
    return float(before.mean() * 12), float(after.mean() * 12)


def _size_in_summary(government: Government, place: int) -> str:
    agency = government.agencies[place]
    return "Large" if agency.agency_id == SIZE_DISAGREES.agency_id else agency.institution.size


def _dates(
    government: Government,
    everyone: Ints,
    turns: Ints,
    is_migrated: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
) -> list[str | None]:
    """Write the dates month/day/year, as the MDAs do."""
    dates: list[str | None] = []
    for agency, turn, migrated in zip(everyone, turns, is_migrated, strict=True):
        late = 2 if government.agencies[agency].agency_id == EARLY_STATUS.agency_id else 0
        month = government.months[min(int(turn) + late, len(government.months) - 1)]
        dates.append(f"{int(month[5:])}/1/{month[:4]}" if migrated else None)
    return dates
