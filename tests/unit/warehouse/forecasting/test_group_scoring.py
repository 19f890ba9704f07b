"""How often bounds of sums hold: for groups drawn with a seed that is told."""

import numpy as np

from warehouse.forecasting.calendar import Floats
from warehouse.forecasting.group_scoring import score_groups
from warehouse.forecasting.series import Series

POINTS = 24


def drawn(count: int, first: int = 600) -> tuple[list[Series], list[Floats]]:
    chance = np.random.default_rng(7)
    amounts = 100 * np.exp(chance.normal(0, 0.03, (count, POINTS + 6)))
    known = [Series(str(at), first, row[:POINTS]) for at, row in enumerate(amounts)]
    return known, [row[POINTS:] for row in amounts]


def test_sums_of_calm_series_are_mostly_held_and_of_those_that_leap_never() -> None:
    known, came = drawn(12)
    found = score_groups(known, came, 4, POINTS, most=3)
    assert found is not None
    assert found.groups == 3
    assert found.held[80] > 0.7
    assert found.held[95] >= found.held[80]
    leapt = score_groups(known, [9 * ahead for ahead in came], 4, POINTS, most=1)
    assert leapt is not None
    assert set(leapt.held.values()) == {0.0}


def test_the_same_seed_draws_the_same_groups_whatever_year_series_end_in() -> None:
    known, came = drawn(8)
    found = score_groups(known, came, 4, POINTS, most=2)
    later = [Series(one.name, one.first_month + 48, one.amounts) for one in known]
    mixed = [*known[:4], *later[4:]]
    assert score_groups(mixed, came, 4, POINTS, most=2) is not None
    assert score_groups(known, came, 4, POINTS, most=2, seed=1) == found


def test_series_that_end_in_different_months_or_are_too_few_or_short_make_no_group() -> None:
    known, came = drawn(4)
    apart = [Series(one.name, 600 + at, one.amounts) for at, one in enumerate(known)]
    assert score_groups(apart, came, 2, POINTS) is None
    assert score_groups(known, came, 5, POINTS) is None
    assert score_groups(known, came, 4, POINTS + 1) is None
    # All there are make one group, and none twice.
    whole = score_groups(known, came, 4, POINTS)
    assert whole is not None
    assert whole.groups == 1
