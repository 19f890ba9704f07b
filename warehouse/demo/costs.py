"""What each agency's cloud costs by month and service type, and when it migrated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from warehouse.demo.government import Floats, Government, Ints
from warehouse.demo.stories import (
    EARLY_STATUS,
    IDLE,
    MIGRATION_PAID,
    OVERRUN,
    SPIKE,
    position,
)

SERVICE_TYPES = ("IaaS", "PaaS", "SaaS")

_YEARLY_USD = {"Large": 2_600_000.0, "Medium": 1_050_000.0, "Small": 380_000.0}
_USUAL_AGENCIES = 24
_SEASON = np.array([1.02, 1.05, 1.04, 0.99, 0.98, 0.97, 1.0, 1.01, 1.01, 0.98, 0.97, 0.98])
"""No month is far from the one before: a season seen once can't be told from an event."""
_WHOLE_NOISE, _PART_NOISE = 0.03, 0.02
_CHANCE = 2.0
"""Spreads beyond which chance doesn't reach: what stands out is a story, or it isn't there."""
_MIX_AT_START = np.array([0.58, 0.26, 0.16])
_MIX_AT_END = np.array([0.47, 0.35, 0.18])
_OVERRUN_RATIO = 1.34
SPIKE_RATIO = 2.3
_NEVER = 1_000_000


@dataclass(frozen=True, slots=True)
class Costs:
    """Shapes: agencies A, months M, service types S."""

    migration_month: Ints
    """(A) Position of the first month after migration; beyond the end for who never did."""
    planned_usd: Floats
    """(A, M) What a planner would have expected: trend, season, migration, no surprises."""
    cost_usd: Floats
    """(A, M, S) What it came to; 0 where nothing is reported."""
    utilisation_pct: Floats
    """(A, M, S)"""

    def is_post(self) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Tell whether a month is after the migration: shape (A, M)."""
        months = np.arange(self.planned_usd.shape[1])
        return np.asarray(months[None, :] >= self.migration_month[:, None])


def spend(government: Government) -> Costs:
    """Draw the costs of all agencies."""
    rng = government.rng("costs")
    migration_month = _migrations(government)
    planned = _planned(government, migration_month)
    actual = planned * noise(rng, _WHOLE_NOISE, planned.shape)
    start = government.back(OVERRUN.months_back)
    actual[position(OVERRUN), start:] *= _OVERRUN_RATIO
    actual[position(SPIKE), government.back(SPIKE.months_back)] *= SPIKE_RATIO
    actual *= government.is_reported()
    months = len(government.months)
    share = np.linspace(_MIX_AT_START, _MIX_AT_END, months)[None, :, :]
    share = share * noise(rng, _PART_NOISE, (len(government.agencies), months, 3))
    share /= share.sum(axis=2, keepdims=True)
    cost = actual[:, :, None] * share
    return Costs(migration_month, planned, cost, _utilisation(government, migration_month))


def noise(rng: np.random.Generator, spread: float, shape: tuple[int, ...]) -> Floats:
    """Draw factors about 1 that chance never takes far."""
    return np.asarray(1 + spread * np.clip(rng.normal(0.0, 1.0, shape), -_CHANCE, _CHANCE))


def _migrations(government: Government) -> Ints:
    rng = government.rng("migrations")
    count, months = len(government.agencies), len(government.months)
    drawn = rng.integers(max(1, government.back(26)), max(2, government.back(7)), count)
    wanted = rng.random(count) < 0.5
    wanted &= np.array([agency.first_month == 0 for agency in government.agencies])
    for story in (OVERRUN, SPIKE, IDLE):
        wanted[position(story)] = False
    migrated = np.where(wanted & (months >= 12), drawn, _NEVER)
    for story in (MIGRATION_PAID, EARLY_STATUS):
        migrated[position(story)] = max(1, government.back(story.months_back))
    return migrated


def _planned(government: Government, migration_month: Ints) -> Floats:
    rng = government.rng("plans")
    count, months = len(government.agencies), len(government.months)
    # More agencies divide a government finer, so each is smaller, and the whole a bit larger.
    scale = min(1.0, _USUAL_AGENCIES / count) ** 0.5
    yearly = np.array([_YEARLY_USD[agency.institution.size] for agency in government.agencies])
    level = yearly * rng.lognormal(0.0, 0.25, count) * scale / 12
    growth = rng.uniform(0.03, 0.12, count)
    trend = (1 + growth[:, None]) ** ((np.arange(months) - months + 1) / 12)[None, :]
    strength = rng.uniform(0.6, 1.6, count)
    season = 1 + strength[:, None] * (_SEASON[government.month_numbers - 1] - 1)[None, :]
    saving = rng.normal(0.13, 0.07, count)
    saving[position(MIGRATION_PAID)] = 0.34
    is_post = np.arange(months)[None, :] >= migration_month[:, None]
    planned: Floats = level[:, None] * trend * season * np.where(is_post, 1 - saving[:, None], 1)
    return planned


def _utilisation(government: Government, migration_month: Ints) -> Floats:
    rng = government.rng("utilisation")
    count, months = len(government.agencies), len(government.months)
    usual = rng.normal(51, 12, (count, 1, 3))
    season = 60 * (_SEASON[government.month_numbers - 1] - 1)[None, :, None]
    is_post = np.arange(months)[None, :] >= migration_month[:, None]
    drawn = usual + season + 9 * is_post[:, :, None] + rng.normal(0, 7, (count, months, 3))
    idle = position(IDLE)
    drawn[idle, :, :2] = rng.uniform(8, 17, drawn[idle, :, :2].shape)
    clipped: Floats = np.clip(drawn, 6, 96)
    return clipped
