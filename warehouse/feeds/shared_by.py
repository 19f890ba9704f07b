"""What shared cost can be split by: the measures that a proportional rule may name.

Each is known for an agency and a month before any cost is shared, so none can turn in a circle.
What isn't here can't be had so early: spend as it is shown holds shares already, and budgets
are phased by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

DIRECT: Final = "billed_cost"
"""What a rule goes by that names no measure."""


@dataclass(frozen=True, slots=True)
class SharedBy:
    """One measure: in a rule's words, where it comes from, and the column of its source.

    ``source`` is ``bills`` for what an agency is billed directly, in the currency that is split,
    ``resources``, ``usage`` or ``telemetry``.
    """

    name: str
    source: str
    column: str
    comment: str


_ALL: Final = (
    SharedBy(DIRECT, "bills", "billed_cost",
             "what each is invoiced directly, by account or tag, in the same currency"),
    SharedBy("effective_cost", "bills", "effective_cost",
             "what each consumes directly, by account or tag, in the same currency"),
    SharedBy("billed_resource_count", "resources", "",
             "how many resources each is billed for directly"),
    SharedBy("recorded_spend", "usage", "cost_usd", "each one's spend by its own usage records"),
    SharedBy("compute_hours", "usage", "compute_hours", "each one's hours of computing"),
    SharedBy("storage_gb", "usage", "storage_gb", "the gigabytes that each stores"),
    SharedBy("data_egress_gb", "usage", "data_egress_gb", "the gigabytes that each sends out"),
    SharedBy("workload_units", "usage", "workload_units", "each one's units of work"),
    SharedBy("resource_months", "usage", "resource_count",
             "the resources in each one's usage records"),
    SharedBy("request_count", "telemetry", "request_count",
             "the requests that each one's services answered, by telemetry"),
)  # fmt: skip

SHARED_BY: Final[Mapping[str, SharedBy]] = MappingProxyType({one.name: one for one in _ALL})
"""The measures by name."""


def columns_of(source: str) -> Mapping[str, str]:
    """Give the measures that come from one source, and the column of each."""
    return {one.name: one.column for one in _ALL if one.source == source}
