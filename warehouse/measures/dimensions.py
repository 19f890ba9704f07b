"""The names of dimensions, and which of them the facts have."""

from __future__ import annotations

DIMENSION_NAMES = (
    "agency",
    "parent",
    "country",
    "sector",
    "org_size",
    "digital_service",
    "service_type",
    "region",
    "region_group",
    "provider",
    "account",
    "service",
    "service_category",
    "category",
    "attribution",
    "policy",
    "tag",
    "tag_outcome",
    "invoice",
    "contract",
    "anomaly",
    "resource",
    "month",
    "quarter",
    "year",
    "day",
    "weekday",
    "migration_status",
    "migrated",
    "peak",
    "currency",
)
"""Every dimension that can be named in a question, in the order pages list them."""

AGENCY = ("agency", "parent", "country", "sector", "org_size", "region_group", "migrated",
          "currency")  # fmt: skip
TIME = ("month", "quarter", "year", "peak")

FINANCE = (*AGENCY, *TIME)
MONTHLY_FINANCE = (*AGENCY, "month")
USAGE = (*FINANCE, "service_type", "region", "migration_status")
COST = (*USAGE, "category")
MONTHLY_COST = (*AGENCY, "month", "service_type", "region", "migration_status", "category")
YEARLY_COST = tuple(name for name in MONTHLY_COST if name != "month")
PERFORMANCE = (*USAGE, "digital_service", "provider")
PERFORMANCE_CHANGE = tuple(name for name in PERFORMANCE if name != "migration_status")
PERFORMANCE_SEASON = tuple(name for name in PERFORMANCE if name not in {"month", "peak"})
PROVIDER = (*AGENCY, "year", "provider")
PROVIDER_GROUP = (*AGENCY, "year")
CHARGE_GROUP = (*AGENCY, "provider", "account", "service", "service_category", "region",
                "category", "attribution")  # fmt: skip
CHARGE = (*CHARGE_GROUP, *TIME, "day", "weekday")
INVOICE = (*FINANCE, "provider", "invoice")
CONTRACT = (*AGENCY, "provider", "contract")
RESOURCES = (*FINANCE, "provider", "account", "service", "tag_outcome")
TAGS = (*RESOURCES, "policy", "tag")
ANOMALY = (*FINANCE, "anomaly")
ANOMALY_POINT = (*ANOMALY, "day")
DRIFT = (*FINANCE, "provider", "account", "tag")
RESOURCE = (*AGENCY, "provider", "account", "resource")
ADVICE = (*FINANCE, "provider", "account", "resource")
ADOPTION = ("country", "org_size", "year")
