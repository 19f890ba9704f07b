"""Causes in words, from what was measured and the limits in force."""

import pytest

from portal.pages.reliability.causes import (
    Limits,
    Observed,
    likely_cause,
    limits_hit,
    over_capacity,
)

LIMITS = Limits(
    latency_ms=500,
    latency_warning_ms=400,
    error_pct=3,
    error_warning_pct=2.5,
    capacity_pct=85,
    idle_pct=20,
)


@pytest.mark.parametrize(
    ("seen", "cause"),
    [
        (
            Observed(0.91, breaches=2, capacity_breaches=2),
            "over capacity: utilisation 91 % above the limit of 85 %",
        ),
        (
            Observed(0.91, breaches=2, latency_breaches=1, capacity_breaches=2),
            "over capacity: utilisation 91 % above the limit of 85 %, and slow",
        ),
        (
            Observed(0.7, breaches=1, capacity_breaches=1),
            "over capacity in 1 month: above the limit of 85 %",
        ),
        (Observed(0.545, breaches=3, latency_breaches=3),
         "slow with normal load (utilisation 54.5 %)"),
        (Observed(0.545, breaches=3, error_breaches=3),
         "errors with normal load (utilisation 54.5 %)"),
        (
            Observed(0.545, breaches=3, latency_breaches=3, error_breaches=2),
            "slow and failing with normal load (utilisation 54.5 %)",
        ),
        (Observed(0.05, breaches=1, latency_breaches=1),
         "slow with little load (utilisation 5 %)"),
        (Observed(None, breaches=1, error_breaches=1),
         "errors with a load that was not reported"),
        (
            Observed(0.5, breaches=3, latency_breaches=3, peak_breaches=3),
            "slow with normal load (utilisation 50 %); in peak months only",
        ),
        (
            Observed(0.5, breaches=3, latency_breaches=3, peak_breaches=2),
            "slow with normal load (utilisation 50 %)",
        ),
        (Observed(0.5, latency_warnings=2), "near the limit of latency"),
        (Observed(0.5, error_warnings=1), "near the limit of errors"),
        (Observed(0.5, latency_warnings=1, error_warnings=1),
         "near the limits of latency and errors"),
        (Observed(0.5), "no limit broken"),
    ],
)  # fmt: skip
def test_a_cause_follows_from_what_broke_and_the_load_beside_it(seen: Observed, cause: str) -> None:
    assert likely_cause(seen, LIMITS) == cause


def test_another_limit_makes_another_cause() -> None:
    strict = Limits(500, 400, 3, 2.5, capacity_pct=70, idle_pct=60)
    assert over_capacity(0.8, 0, LIMITS) == ""
    assert over_capacity(0.8, 0, strict) == (
        "over capacity: utilisation 80 % above the limit of 70 %"
    )
    seen = Observed(0.5, breaches=1, latency_breaches=1)
    assert likely_cause(seen, LIMITS) == "slow with normal load (utilisation 50 %)"
    assert likely_cause(seen, strict) == "slow with little load (utilisation 50 %)"


def test_the_limits_that_were_hit_are_named_in_one_order() -> None:
    seen = Observed(0.9, breaches=4, latency_breaches=1, capacity_breaches=3)
    assert limits_hit(seen) == "latency, capacity"
