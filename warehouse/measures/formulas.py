"""The arithmetic of measures, on arrays of sums; NaN stands for undefined throughout."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from warehouse.measures.measure import Floats, Sums

_BUCKETS_MS = (100.0, 250.0, 500.0, 1000.0, 2500.0)


def ratio(numerator: Floats, denominator: Floats) -> Floats:
    """Divide; undefined where the denominator is zero or itself undefined.

    >>> ratio(np.array([1.0, 1.0]), np.array([4.0, 0.0]))
    array([0.25,  nan])
    """
    out = np.full(np.shape(numerator), np.nan)
    quotient: Floats = np.divide(numerator, denominator, out=out, where=denominator != 0)
    return quotient


def total(name: str) -> Callable[[Sums], Floats]:
    """Give the sum itself."""
    return lambda sums: sums[name]


def count(name: str) -> Callable[[Sums], Floats]:
    """Give a count, which is 0 and not undefined where there are no rows."""
    return lambda sums: np.nan_to_num(sums[name], nan=0.0)


def count_of(name: str, base: str) -> Callable[[Sums], Floats]:
    """Give a count that is undefined where there was nothing to count in."""
    return lambda sums: np.where(sums[base] > 0, count(name)(sums), np.nan)


def mean(total_name: str, count_name: str, scale: float = 1.0) -> Callable[[Sums], Floats]:
    """Divide one sum by another (``scale`` turns hundredths into ratios)."""
    return lambda sums: ratio(sums[total_name], sums[count_name]) / scale


def error_rate(sums: Sums) -> Floats:
    """Divide errors by requests; where there are no requests, take the mean of the rows' rates."""
    modelled = ratio(sums["error_rate_sum"], sums["error_rate_count"]) / 100
    measured = ratio(sums["error_count"], sums["request_count"])
    return np.where(sums["request_count"] > 0, measured, modelled)


def latency(sums: Sums) -> Floats:
    """Take the mean latency, weighted by requests where they are known."""
    return ratio(sums["latency_weighted_s_sum"], sums["latency_weight"]) * 1000


def utilisation(sums: Sums) -> Floats:
    """Take the mean of the rows' utilisation, 0 to 100."""
    return ratio(sums["utilisation_sum"], sums["utilisation_count"])


def utilisation_score(sums: Sums) -> Floats:
    """Grade the mean utilisation: up to 40 % is 100, then 80, 60, 40 and 20."""
    used = utilisation(sums)
    grades = np.select([used <= 40, used <= 60, used <= 80, used <= 90], [100.0, 80.0, 60.0, 40.0])
    return np.where(np.isnan(used), np.nan, np.where(used > 90, 20.0, grades))


def stability(sums: Sums) -> Floats:
    """Weigh response time, errors and utilisation; best at 60 % utilisation."""
    distance = np.abs(utilisation(sums) - 60)
    return _stability(sums, np.maximum(0.0, 100 - distance * 5 / 3))


def stability_source(sums: Sums) -> Floats:
    """Compute the score as the old report did; it can't reach 100."""
    return _stability(sums, 75 - np.abs(utilisation(sums) - 60))


def engineering_risk(sums: Sums) -> Floats:
    """Add latency / 10, 20 for each per cent of errors, and half the utilisation."""
    return latency(sums) / 10 + 20 * 100 * error_rate(sums) + utilisation(sums) / 2


def latency_p95(sums: Sums) -> Floats:
    """Interpolate the 95th percentile in the buckets; undefined beyond the last one."""
    wanted = 0.95 * sums["request_count"]
    answer = np.full(np.shape(wanted), np.nan)
    lower_edge, lower_count = 0.0, np.zeros(np.shape(wanted))
    for edge in _BUCKETS_MS:
        upper_count = sums[f"requests_le_{edge:.0f}ms"]
        inside = np.isnan(answer) & (upper_count >= wanted) & (wanted > 0)
        share = ratio(wanted - lower_count, upper_count - lower_count)
        answer = np.where(inside, lower_edge + share * (edge - lower_edge), answer)
        lower_edge, lower_count = edge, upper_count
    return answer


def error_budget_remaining(sums: Sums) -> Floats:
    """Relate the failed requests to those that the targets allow."""
    return 1 - ratio(sums["targeted_error_sum"], sums["allowed_error_sum"])


def target(sums: Sums) -> Floats:
    """Give the share of requests that should succeed, from the failures that are allowed."""
    return 1 - ratio(sums["allowed_error_sum"], sums["targeted_request_sum"])


def has_traffic(sums: Sums) -> Floats:
    """Give 1 for each service that has requests; the others are undefined."""
    return np.where(sums["request_count"] > 0, 1.0, np.nan)


def has_target(sums: Sums) -> Floats:
    """Give 1 for each service that has a target and traffic; the others are undefined."""
    return np.where(sums["allowed_error_sum"] > 0, 1.0, np.nan)


def holds_target(sums: Sums) -> Floats:
    """Give 1 for each service whose failures are within its target, 0 where they are not."""
    held = np.where(sums["targeted_error_sum"] <= sums["allowed_error_sum"], 1.0, 0.0)
    return np.where(sums["allowed_error_sum"] > 0, held, np.nan)


def in_hundredths(compute: Callable[[Sums], Floats]) -> Callable[[Sums], Floats]:
    """Give a ratio in hundredths, so that a difference of two is in percentage points."""
    return lambda sums: 100 * compute(sums)


def availability_requests(sums: Sums) -> Floats:
    """Divide successful requests by all."""
    return ratio(sums["request_count"] - sums["error_count"], sums["request_count"])


def concentration(sums: Sums) -> Floats:
    """Normalise the Herfindahl index by the providers available; one provider gives 1."""
    available = sums["available"]
    normalised = ratio(sums["squares"] - ratio(np.ones_like(available), available),
                       1 - ratio(np.ones_like(available), available))  # fmt: skip
    return np.where((available == 1) & ~np.isnan(sums["squares"]), 1.0, normalised)


def effective_number(sums: Sums) -> Floats:
    """Turn the Herfindahl index into the number of equal parts that would give it."""
    return ratio(np.ones_like(sums["squares"]), sums["squares"])


def _stability(sums: Sums, utilisation_part: Floats) -> Floats:
    response = ratio(sums["response_time_score_sum"], sums["response_time_score_count"])
    return 0.4 * response + 0.3 * (100 - 100 * error_rate(sums)) + 0.3 * utilisation_part
