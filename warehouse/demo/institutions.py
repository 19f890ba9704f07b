"""The institutions that every state of the federation has, and what they offer to citizens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Size = Literal["Small", "Medium", "Large"]


@dataclass(frozen=True, slots=True)
class Offer:
    """A digital service as an institution describes it in services.csv."""

    name: str
    service_type: Literal["IaaS", "PaaS", "SaaS"]
    criticality: Literal["High", "Medium", "Low"]
    daily_requests: int
    """On an ordinary working day of a middle-sized state."""
    latency_ms: int
    peak_months: tuple[int, ...] = ()
    hours_a_day: int = 24
    slo_target_pct: str = ""
    provider: Literal["AWS", "Azure"] = "AWS"


@dataclass(frozen=True, slots=True)
class Institution:
    """A ministry or one of the bodies under it."""

    name: str
    sector: str
    size: Size
    offers: tuple[Offer, ...]


def _ministry(of: str, *offers: Offer) -> Institution:
    return Institution(f"Ministry of {of}", "Ministry", "Large", offers)


CLUSTERS: tuple[tuple[Institution, Institution, Institution], ...] = (
    (
        _ministry("Finance", Offer("Payments portal", "PaaS", "Medium", 9_000, 260)),
        Institution(
            "Revenue Authority",
            "Authority",
            "Large",
            (
                Offer("e-Tax filing", "PaaS", "High", 60_000, 240, (1, 2, 3), 24, "99.9"),
                Offer("Taxpayer account", "SaaS", "Medium", 25_000, 210, (1, 2, 3), 24, "99.5"),
            ),
        ),
        Institution(
            "Customs Service",
            "Agency",
            "Medium",
            (Offer("Customs declaration", "IaaS", "High", 30_000, 290, (11, 12), 24, "99.9"),),
        ),
    ),
    (
        _ministry("Health", Offer("Vaccination booking", "SaaS", "Medium", 14_000, 230, (9, 10))),
        Institution(
            "National Hospitals Service",
            "Agency",
            "Large",
            (
                Offer("Patient records", "IaaS", "High", 80_000, 270, (), 24, "99.95"),
                Offer("Hospital appointments", "SaaS", "Medium", 22_000, 240, (), 24, "99.5"),
            ),
        ),
        Institution(
            "Medicines Agency",
            "Agency",
            "Small",
            (Offer("Medicine register", "SaaS", "Low", 2_500, 200),),
        ),
    ),
    (
        _ministry("Home Affairs", Offer("Residence permits", "PaaS", "Medium", 7_000, 280)),
        Institution(
            "Passport Office",
            "Department",
            "Medium",
            (Offer("Passport renewal", "PaaS", "High", 18_000, 310, (6, 7), 24, "99.9"),),
        ),
        Institution(
            "Civil Registry",
            "Department",
            "Small",
            (Offer("Birth and marriage records", "SaaS", "Medium", 8_000, 250, (), 12, "99.5"),),
        ),
    ),
    (
        _ministry("Justice", Offer("Laws online", "SaaS", "Low", 12_000, 180)),
        Institution(
            "Land Registry",
            "Agency",
            "Medium",
            (
                Offer("Land search", "IaaS", "High", 20_000, 260, (), 24, "99.9"),
                Offer("Title transfer", "PaaS", "Medium", 6_000, 300, (), 12, "99.5"),
            ),
        ),
        Institution(
            "Courts Service",
            "Department",
            "Small",
            (Offer("Case filing", "PaaS", "High", 5_000, 340, (), 12, "99.5"),),
        ),
    ),
    (
        _ministry("Works and Transport", Offer("Road permits", "PaaS", "Low", 4_000, 270)),
        Institution(
            "Ports Authority",
            "Authority",
            "Medium",
            (Offer("Berth booking", "IaaS", "High", 9_000, 320, (), 24, "99.9"),),
        ),
        Institution(
            "Licensing Board",
            "Department",
            "Small",
            (
                Offer("Licence payments", "SaaS", "High", 15_000, 260, (1, 7), 24, "99.5", "Azure"),
                Offer("Vehicle registration", "PaaS", "Medium", 9_000, 280, (1,)),
            ),
        ),
    ),
    (
        _ministry("Education", Offer("Examination results", "SaaS", "Medium", 10_000, 220, (8,))),
        Institution(
            "Schools Admissions Board",
            "Agency",
            "Medium",
            (Offer("School admissions", "PaaS", "High", 12_000, 300, (3, 4), 24, "99.5", "Azure"),),
        ),
        Institution(
            "Student Grants Office",
            "Department",
            "Small",
            (Offer("Student grants", "PaaS", "Medium", 6_000, 240, (8, 9)),),
        ),
    ),
    (
        _ministry("Social Protection", Offer("Benefit claims", "PaaS", "High", 16_000, 330)),
        Institution(
            "Pensions Board",
            "Authority",
            "Medium",
            (Offer("Pension statement", "SaaS", "Medium", 11_000, 230, (12,), 24, "99.5"),),
        ),
        Institution(
            "Employment Service",
            "Agency",
            "Small",
            (Offer("Job matching", "PaaS", "Medium", 13_000, 250, (), 24, "99.5"),),
        ),
    ),
    (
        _ministry("Agriculture", Offer("Farm support claims", "PaaS", "Medium", 5_000, 290, (5,))),
        Institution(
            "Meteorological Service",
            "Department",
            "Medium",
            (Offer("Storm warnings", "IaaS", "High", 40_000, 190, (8, 9, 10), 24, "99.95"),),
        ),
        Institution(
            "Fisheries Department",
            "Department",
            "Small",
            (Offer("Fishing licences", "SaaS", "Low", 2_000, 260),),
        ),
    ),
)
"""Triples of a ministry and the two bodies under it."""
