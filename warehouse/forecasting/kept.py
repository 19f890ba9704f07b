"""Forecasts that were really published, beside what came: no back-test can flatter these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kept:
    """One month ahead as it was published; ``members`` are the agencies of a sum, else empty.

    Of a service type where it names one, else of all of them.
    """

    agency_id: int
    service_type: str
    origin: int
    month: int
    forecaster: str
    mean: float
    low: float
    high: float
    members: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Scored:
    """A published month that has come: ``missed`` is how far it was off, either way."""

    kept: Kept
    came: float
    missed: float
    held: bool


def scored(
    kept: Iterable[Kept], recorded: Mapping[tuple[int, str], Mapping[int, float]]
) -> list[Scored]:
    """Score what has come, as it is known now: a corrected month is scored anew.

    ``recorded`` holds amounts by agency and service type, or "" for all, and month. A sum is
    compared once all agencies that were in it have recorded the month; an agency that came later is
    in neither side. Nothing is compared with months told otherwise: those recorded have to go back
    to the last that was known.
    """
    found = []
    for one in kept:
        whose = one.members or (one.agency_id,)
        known = [
            months[one.month]
            for agency in whose
            if (months := recorded.get((agency, one.service_type)))
            and one.month in months
            and min(months) <= one.origin
        ]
        if len(known) < len(whose):
            continue
        came = sum(known)
        # To the cent: bounds are published in cents.
        held = round(one.low, 2) <= round(came, 2) <= round(one.high, 2)
        found.append(Scored(one, came, abs(came - one.mean), held))
    return found
