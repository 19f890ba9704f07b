"""Objectives of digital services: targets held or missed, and the load they were under."""

from __future__ import annotations

from functools import partial

from warehouse.measures import formulas
from warehouse.measures.dimensions import PERFORMANCE
from warehouse.measures.measure import Kind, Measure

_NO_TARGET = "not measured: no traffic of a service with a target"

_measure = partial(
    Measure,
    group="Reliability",
    source="fact_performance",
    family="performance",
    dimensions=PERFORMANCE,
    additivity="not additive: made anew from sums at every level",
)
_services = partial(
    _measure,
    unit="count",
    additivity="additive over agencies; not over months, in which the same services count again",
    kind=Kind.SERVICES,
    decimals=0,
    components=("targeted_error_sum", "allowed_error_sum"),
    undefined=_NO_TARGET,
    measured_only=True,
)

MEASURES = (
    _measure(
        name="error_budget_burn_rate",
        label="Error budget used, times what is allowed",
        term="burn rate",
        description=(
            "How fast the failures that the services' targets allow are used up: 1 is exactly as "
            "fast as the targets allow, 2 twice as fast. Only requests of services with a target "
            "count."
        ),
        formula="(failed requests / requests) / (1 - target); of several services, failed "
        "requests / sum((1 - target) x requests)",
        unit="index",
        good="low",
        decimals=2,
        components=("targeted_error_sum", "allowed_error_sum"),
        compute=formulas.mean("targeted_error_sum", "allowed_error_sum"),
        undefined=_NO_TARGET,
        measured_only=True,
    ),
    _measure(
        name="slo_target",
        label="Target for requests that succeed",
        term="service level objective (SLO)",
        description="The share of requests that should succeed; of several services weighted by "
        "their requests.",
        formula="1 - sum((1 - target) x requests) / sum(requests), of services with a target",
        unit="ratio",
        good=None,
        decimals=2,
        components=("allowed_error_sum", "targeted_request_sum"),
        compute=formulas.target,
        undefined=_NO_TARGET,
        measured_only=True,
    ),
    _services(
        name="measured_services",
        label="Digital services measured",
        term="services with telemetry",
        description="Digital services whose requests telemetry counted, counted once each.",
        formula="count(services with requests > 0)",
        good=None,
        components=("request_count",),
        compute=formulas.has_traffic,
        undefined="not measured: no telemetry handed in",
    ),
    _services(
        name="services_with_target",
        label="Digital services with a target and traffic",
        term="services with an SLO",
        description="Digital services that have a target and were used, counted once each.",
        formula="count(services with sum((1 - target) x requests) > 0)",
        good=None,
        compute=formulas.has_target,
    ),
    _services(
        name="services_on_target",
        label="Digital services that held their target",
        term="services within their SLO",
        description=(
            "Digital services of which no more requests failed over the period than their target "
            "allows."
        ),
        formula="count(services with failed requests <= sum((1 - target) x requests))",
        good="high",
        compute=formulas.holds_target,
    ),
    _measure(
        name="service_utilisation",
        label="Utilisation beside it",
        term="mean utilisation of the service's type",
        description=(
            "How far the resources were used on which a service runs: those of its MDA's service "
            "type in the same months, as reported, whether latency and errors were measured or not."
        ),
        formula="mean(utilisation of the service's type) / 100",
        unit="ratio",
        good=None,
        decimals=1,
        components=("utilisation_sum", "utilisation_count"),
        compute=formulas.mean("utilisation_sum", "utilisation_count", 100),
        undefined="no utilisation recorded for this service's type",
        is_reported=True,
    ),
    _measure(
        name="over_capacity_count",
        label="Service-months over the capacity limit",
        term="capacity breaches, telemetry or not",
        description=(
            "Service-months with utilisation above the limit (at first 85 %). Utilisation is "
            "reported, so those without telemetry count too."
        ),
        formula="count(utilisation > limit), measured and modelled rows alike",
        unit="count",
        additivity="additive over all dimensions",
        good="low",
        decimals=0,
        components=("capacity_breach_count",),
        compute=formulas.count("capacity_breach_count"),
        is_reported=True,
    ),
)
