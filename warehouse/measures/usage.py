"""What was used: hours, storage, traffic and resources, from fact_usage_monthly."""

from __future__ import annotations

from warehouse.measures import formulas
from warehouse.measures.dimensions import USAGE
from warehouse.measures.measure import Measure, Unit


def _used(name: str, label: str, description: str, unit: Unit, component: str = "") -> Measure:
    column = component or name
    return Measure(
        name=name,
        label=label,
        term=label.lower(),
        description=description,
        formula=f"sum({column})",
        unit=unit,
        dimensions=USAGE,
        additivity="additive over all dimensions",
        good=None,
        source="fact_cost_monthly" if column == "costed_units" else "fact_usage_monthly",
        group="Usage",
        decimals=0,
        family="cost" if column in {"workload_units", "costed_units"} else "usage",
        components=(column,),
        compute=formulas.total(column),
    )


MEASURES = (
    _used("compute_hours", "Compute hours", "Hours of compute.", "hours"),
    _used("storage_gb", "Gigabyte-months stored", "Gigabytes stored, added over months.", "gb"),
    _used("data_egress_gb", "Gigabytes sent out", "Data sent out of the cloud.", "gb"),
    _used(
        "workload_units",
        "Units of work",
        "Compute hours + 0.05 x GB stored + 0.5 x GB sent.",
        "units",
    ),
    _used(
        "costed_units",
        "Units of work with spend",
        "Units of work of services with spend in an agency's month: what a unit's cost is over.",
        "units",
    ),
    _used(
        "resource_months",
        "Resource-months",
        "Resources in use, added over months.",
        "count",
        "resource_count",
    ),
)
