"""What a breach most likely comes from, in words: from what was measured and the limits alone.

Only for services that were measured. Where latency and errors are modelled from utilisation, any
cause read out of them would be utilisation again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portal.formats import percent
from portal.texts import say, say_number
from warehouse.question import Value


@dataclass(frozen=True, slots=True)
class Limits:
    """What figures are judged by: milliseconds, and per cent."""

    latency_ms: float
    latency_warning_ms: float
    error_pct: float
    error_warning_pct: float
    capacity_pct: float
    idle_pct: float
    """Below it a service can't be said to be short of resources."""

    @classmethod
    def of(cls, in_force: Mapping[str, float]) -> Limits:
        """Take them from the limits in force in a month."""
        return cls(
            latency_ms=in_force["sla_latency_ms"],
            latency_warning_ms=in_force["warning_latency_ms"],
            error_pct=in_force["sla_error_rate_pct"],
            error_warning_pct=in_force["warning_error_rate_pct"],
            capacity_pct=in_force["capacity_utilisation_pct"],
            idle_pct=in_force["idle_utilisation_pct"],
        )


@dataclass(frozen=True, slots=True)
class Observed:
    """What is known of a service over a period: its mean load, and in how many months what broke.

    ``peak_breaches`` are those of ``breaches`` that fell into peak months; ``None`` where that
    can't be told, because only one season is in view.
    """

    utilisation: float | None
    breaches: int = 0
    latency_breaches: int = 0
    error_breaches: int = 0
    capacity_breaches: int = 0
    latency_warnings: int = 0
    error_warnings: int = 0
    peak_breaches: int | None = None

    @classmethod
    def of(cls, row: Mapping[str, Value], peak_breaches: int | None = None) -> Observed:
        """Read a row of an answer that has all of it."""
        load = row["service_utilisation"]
        return cls(
            utilisation=None if load is None else float(load),
            breaches=_whole(row["sla_breaches"]),
            latency_breaches=_whole(row["latency_breach_count"]),
            error_breaches=_whole(row["error_breach_count"]),
            capacity_breaches=_whole(row["capacity_breach_count"]),
            latency_warnings=_whole(row["latency_warnings"]),
            error_warnings=_whole(row["error_warnings"]),
            peak_breaches=peak_breaches,
        )


def likely_cause(seen: Observed, limits: Limits) -> str:
    """Say in words what the breaches most likely come from; what is near a limit, else nothing."""
    if not seen.breaches:
        return _without_breach(seen)
    is_slow, is_failing = seen.latency_breaches > 0, seen.error_breaches > 0
    what = _what_broke(is_slow=is_slow, is_failing=is_failing)
    if seen.capacity_breaches:
        capacity = over_capacity(seen.utilisation, seen.capacity_breaches, limits)
        cause = say("{capacity}, and {what}", capacity=capacity, what=what) if what else capacity
    else:
        cause = say("{what} {load}", what=what, load=_load(seen.utilisation, limits))
    if seen.peak_breaches == seen.breaches:
        return say("{cause}; in peak months only", cause=cause)
    return cause


def over_capacity(utilisation: float | None, months: int, limits: Limits) -> str:
    """Say how far over the limit of capacity a service's resources ran; empty where they didn't.

    Utilisation is reported, so this is known of services that aren't measured, too.
    """
    limit = percent(limits.capacity_pct / 100)
    if utilisation is not None and utilisation * 100 > limits.capacity_pct:
        return say(
            "over capacity: utilisation {load} above the limit of {limit}",
            load=percent(utilisation),
            limit=limit,
        )
    if not months:
        return ""
    return say_number(
        months,
        "over capacity in {number} month: above the limit of {limit}",
        "over capacity in {number} months: above the limit of {limit}",
        limit=limit,
    )


def limits_hit(seen: Observed) -> str:
    """Name the limits that were hit, in the order latency, errors, capacity."""
    names = (
        (say("latency"), seen.latency_breaches),
        (say("errors"), seen.error_breaches),
        (say("capacity"), seen.capacity_breaches),
    )
    return ", ".join(name for name, times in names if times)


def _what_broke(*, is_slow: bool, is_failing: bool) -> str:
    if is_slow and is_failing:
        return say("slow and failing")
    if is_slow:
        return say("slow")
    return say("errors") if is_failing else ""


def _load(utilisation: float | None, limits: Limits) -> str:
    if utilisation is None:
        return say("with a load that was not reported")
    if utilisation * 100 < limits.idle_pct:
        return say("with little load (utilisation {load})", load=percent(utilisation))
    return say("with normal load (utilisation {load})", load=percent(utilisation))


def _without_breach(seen: Observed) -> str:
    if seen.latency_warnings and seen.error_warnings:
        return say("near the limits of latency and errors")
    if seen.latency_warnings:
        return say("near the limit of latency")
    if seen.error_warnings:
        return say("near the limit of errors")
    return say("no limit broken")


def _whole(value: Value) -> int:
    return 0 if value is None else int(float(value))
