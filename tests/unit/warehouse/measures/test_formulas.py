import math

import numpy as np
import pytest

from warehouse.measures import formulas
from warehouse.measures.measure import Floats


def sums(**values: float) -> dict[str, Floats]:
    return {name: np.array([value]) for name, value in values.items()}


def test_a_ratio_over_nothing_is_undefined_and_not_zero() -> None:
    assert math.isnan(formulas.ratio(np.array([0.0]), np.array([0.0]))[0])
    assert math.isnan(formulas.ratio(np.array([1.0]), np.array([np.nan]))[0])
    assert formulas.ratio(np.array([1.0]), np.array([4.0]))[0] == 0.25


@pytest.mark.parametrize(
    ("mean", "score"), [(40, 100), (40.1, 80), (60, 80), (80, 60), (90, 40), (90.1, 20)]
)
def test_utilisation_is_graded_by_its_mean(mean: float, score: float) -> None:
    found = formulas.utilisation_score(sums(utilisation_sum=mean * 2, utilisation_count=2))
    assert found[0] == score


def test_the_grade_of_unknown_utilisation_is_undefined() -> None:
    found = formulas.utilisation_score(sums(utilisation_sum=np.nan, utilisation_count=0))
    assert math.isnan(found[0])


STABLE = {
    "response_time_score_sum": 200.0,
    "response_time_score_count": 2.0,
    "error_rate_sum": 0.0,
    "error_rate_count": 2.0,
    "error_count": 0.0,
    "request_count": 0.0,
    "utilisation_count": 2.0,
}


def test_a_perfect_service_has_stability_100_and_95_5_by_the_old_formula() -> None:
    perfect = sums(**STABLE, utilisation_sum=120.0)
    assert formulas.stability(perfect)[0] == pytest.approx(100)
    assert formulas.stability_source(perfect)[0] == pytest.approx(92.5)


def test_utilisation_far_from_60_never_takes_more_than_its_part() -> None:
    idle = sums(**STABLE, utilisation_sum=0.0)
    assert formulas.stability(idle)[0] == pytest.approx(70)


def test_error_rates_come_from_requests_where_there_are_any() -> None:
    measured = sums(error_rate_sum=90.0, error_rate_count=1, error_count=5, request_count=1000)
    assert formulas.error_rate(measured)[0] == 0.005
    modelled = sums(error_rate_sum=3.0, error_rate_count=2, error_count=0, request_count=0)
    assert formulas.error_rate(modelled)[0] == 0.015


def buckets(requests: float, *within: float) -> dict[str, Floats]:
    edges = (100, 250, 500, 1000, 2500)
    names = {f"requests_le_{edge}ms": n for edge, n in zip(edges, within, strict=True)}
    return sums(request_count=requests, **names)


def test_p95_is_interpolated_inside_its_bucket() -> None:
    # The 95th of 100 lies half way between the 90 within 250 ms and the 100 within 500 ms.
    assert formulas.latency_p95(buckets(100, 50, 90, 100, 100, 100))[0] == 375


def test_p95_beyond_the_last_bucket_is_undefined() -> None:
    assert math.isnan(formulas.latency_p95(buckets(100, 0, 0, 0, 0, 94))[0])
    assert math.isnan(formulas.latency_p95(buckets(0, 0, 0, 0, 0, 0))[0])


def test_an_error_budget_is_overspent_below_zero_and_undefined_without_traffic() -> None:
    overspent = sums(targeted_error_sum=15, allowed_error_sum=10)
    assert formulas.error_budget_remaining(overspent)[0] == -0.5
    idle = sums(targeted_error_sum=0, allowed_error_sum=0)
    assert math.isnan(formulas.error_budget_remaining(idle)[0])


@pytest.mark.parametrize(
    ("squares", "available", "index"), [(1.0, 1, 1.0), (1.0, 3, 1.0), (1 / 3, 3, 0.0), (0.5, 2, 0)]
)
def test_concentration_runs_from_spread_evenly_to_all_with_one(
    squares: float, available: float, index: float
) -> None:
    found = formulas.concentration(sums(squares=squares, available=available))
    assert found[0] == pytest.approx(index)
