"""Reliability: latency, errors, availability, breaches and scores, from fact_performance."""

from __future__ import annotations

from functools import partial

from warehouse.measures import formulas
from warehouse.measures.dimensions import PERFORMANCE, PERFORMANCE_CHANGE, USAGE
from warehouse.measures.measure import Kind, Measure

_NOT_MEASURED = "not measured: no telemetry handed in"

_measure = partial(
    Measure,
    group="Reliability",
    source="fact_performance",
    family="performance",
    dimensions=PERFORMANCE,
    additivity="not additive: made anew from sums at every level",
)
_rows = partial(
    _measure, unit="count", additivity="additive over all dimensions", good="low", decimals=0
)
_score = partial(_measure, unit="score", good="high", decimals=2)

LATENCY = ("latency_weighted_s_sum", "latency_weight")
ERRORS = ("error_rate_sum", "error_rate_count", "error_count", "request_count")
_UTILISATION = ("utilisation_sum", "utilisation_count")
STABILITY = (
    "response_time_score_sum",
    "response_time_score_count",
    *ERRORS,
    *_UTILISATION,
)
_BUCKETS = tuple(f"requests_le_{edge}ms" for edge in (100, 250, 500, 1000, 2500))

MEASURES = (
    _measure(
        name="latency_ms",
        label="Average latency",
        term="mean latency",
        description=(
            "How long a request takes on average, weighted by requests where telemetry counts them."
        ),
        formula="sum(latency x requests) / sum(requests); without telemetry the plain mean",
        unit="ms",
        good="low",
        decimals=1,
        components=LATENCY,
        compute=formulas.latency,
    ),
    _measure(
        name="latency_p95_ms",
        label="Slowest 5 % of requests take longer than",
        term="95th percentile of latency",
        description=(
            "The time within which 95 of 100 requests are answered, interpolated inside the "
            "buckets of the telemetry. Not available above the last bucket, 2,500 ms."
        ),
        formula="smallest t with requests answered within t >= 0.95 x requests",
        unit="ms",
        good="low",
        decimals=0,
        components=("request_count", *_BUCKETS),
        compute=formulas.latency_p95,
        undefined="not measured: no telemetry handed in, or slower than the last bucket (2,500 ms)",
        measured_only=True,
    ),
    _measure(
        name="error_rate",
        label="Failed requests",
        term="error rate",
        description="The share of requests that failed; without telemetry the mean modelled rate.",
        formula="sum(errors) / sum(requests); without telemetry the plain mean of the rates",
        unit="ratio",
        good="low",
        decimals=2,
        components=ERRORS,
        compute=formulas.error_rate,
    ),
    _measure(
        name="availability_time",
        label="Time the service worked",
        term="availability by time",
        description="The share of the minutes in which the service should have worked and did.",
        formula="sum(successful minutes) / sum(total minutes)",
        unit="ratio",
        good="high",
        decimals=3,
        components=("successful_minutes", "total_minutes"),
        compute=formulas.mean("successful_minutes", "total_minutes"),
        undefined=_NOT_MEASURED,
        measured_only=True,
    ),
    _measure(
        name="availability_requests",
        label="Requests that succeeded",
        term="availability by requests",
        description="The share of all requests that succeeded.",
        formula="(sum(requests) - sum(errors)) / sum(requests)",
        unit="ratio",
        good="high",
        decimals=3,
        components=("request_count", "error_count"),
        compute=formulas.availability_requests,
        undefined=_NOT_MEASURED,
        measured_only=True,
    ),
    _measure(
        name="error_budget_remaining",
        label="Error budget left",
        term="error budget remaining",
        description=(
            "What is left of the failures that the services' targets allow, over the period. "
            "Below 0 the target is missed. Only requests of services with a target count."
        ),
        formula="1 - failed requests / sum((1 - target) x requests)",
        unit="ratio",
        good="high",
        decimals=1,
        components=("targeted_error_sum", "allowed_error_sum"),
        compute=formulas.error_budget_remaining,
        undefined="not measured: no traffic of a service with a target",
        measured_only=True,
    ),
    _measure(
        name="request_count",
        label="Requests",
        term="requests",
        description="Requests that telemetry counted.",
        formula="sum(requests)",
        unit="count",
        additivity="additive over all dimensions",
        good=None,
        decimals=0,
        components=("request_count",),
        compute=formulas.total("request_count"),
        undefined=_NOT_MEASURED,
        measured_only=True,
    ),
    _rows(
        name="sla_breaches",
        label="Limits broken",
        term="SLA breaches",
        description=(
            "Service-months with latency, errors or utilisation above its limit (at first 500 ms, "
            "3 %, 85 %; the third is a limit of capacity)."
        ),
        formula="count(latency > limit or error rate > limit or utilisation > limit)",
        components=("sla_breach_count",),
        compute=formulas.count("sla_breach_count"),
    ),
    _measure(
        name="sla_breach_rate",
        label="Share of service-months that broke a limit",
        term="SLA breach rate",
        description="Breaches in relation to all service-months.",
        formula="sla_breaches / rows",
        unit="ratio",
        good="low",
        decimals=2,
        components=("sla_breach_count", "row_count"),
        compute=formulas.mean("sla_breach_count", "row_count"),
    ),
    _rows(
        name="latency_breach_count",
        label="Latency limit broken",
        term="latency breaches",
        description="Service-months with mean latency above the SLA limit (at first 500 ms).",
        formula="count(latency > limit)",
        components=("latency_breach_count",),
        compute=formulas.count("latency_breach_count"),
    ),
    _rows(
        name="error_breach_count",
        label="Error limit broken",
        term="error breaches",
        description="Service-months with an error rate above the SLA limit (at first 3 %).",
        formula="count(error rate > limit)",
        components=("error_breach_count",),
        compute=formulas.count("error_breach_count"),
    ),
    _rows(
        name="capacity_breach_count",
        label="Capacity limit broken",
        term="capacity breaches",
        description="Service-months with utilisation above the limit (at first 85 %).",
        formula="count(utilisation > limit)",
        components=("capacity_breach_count",),
        compute=formulas.count("capacity_breach_count"),
    ),
    _rows(
        name="latency_warnings",
        label="Latency warnings",
        term="latency warnings",
        description="Service-months near the latency limit or above it (at first over 400 ms).",
        formula="count(latency > warning limit)",
        components=("latency_warning_count",),
        compute=formulas.count("latency_warning_count"),
    ),
    _rows(
        name="error_warnings",
        label="Error warnings",
        term="error warnings",
        description="Service-months near the error limit or above it (at first over 2.5 %).",
        formula="count(error rate > warning limit)",
        components=("error_warning_count",),
        compute=formulas.count("error_warning_count"),
    ),
    _score(
        name="response_time_score",
        label="Response time score",
        term="response time score",
        description="100 up to 250 ms, 70 up to 500 ms, else 40; the mean of the service-months.",
        formula="mean(100 if latency <= 250 else 70 if latency <= 500 else 40)",
        components=("response_time_score_sum", "response_time_score_count"),
        compute=formulas.mean("response_time_score_sum", "response_time_score_count"),
    ),
    _score(
        name="stability_score",
        label="Stability",
        term="stability score",
        description=(
            "Response time, errors and utilisation in one figure from 0 to 100, made from the "
            "averages of the group. Utilisation is best at 60 %."
        ),
        formula=(
            "0.4 x response time score + 0.3 x (100 - error rate in %) + 0.3 x U, "
            "U = max(0, 100 - |utilisation - 60| x 5/3)"
        ),
        components=STABILITY,
        compute=formulas.stability,
        undefined="no utilisation recorded beside latency and errors",
    ),
    _score(
        name="stability_score_source",
        label="Stability, as formerly reported",
        term="stability score (source)",
        description=(
            "The score by the old report's formula, which can't reach 100: to reconcile with it, "
            "not to steer by."
        ),
        formula=(
            "0.4 x response time score + 0.3 x (100 - error rate in %) + 0.3 x U, "
            "U = 75 - |utilisation - 60|"
        ),
        components=STABILITY,
        compute=formulas.stability_source,
        undefined="no utilisation recorded beside latency and errors",
    ),
    _score(
        name="health_score",
        label="Health",
        term="composite health score",
        description="Bands of latency, errors and utilisation, 0 to 100; mean of service-months.",
        formula="mean(0.4 x latency band + 0.4 x error band + 0.2 x utilisation band)",
        components=("health_score_sum", "health_score_count"),
        compute=formulas.mean("health_score_sum", "health_score_count"),
    ),
    _measure(
        name="engineering_risk",
        label="Engineering risk",
        term="engineering risk",
        description="Latency, errors and load added up, to order the engineers' table by.",
        formula="latency / 10 + 20 x error rate in % + utilisation / 2",
        unit="index",
        good="low",
        decimals=1,
        components=(*LATENCY, *ERRORS, *_UTILISATION),
        compute=formulas.engineering_risk,
        undefined="no utilisation recorded beside latency and errors",
    ),
    _measure(
        name="utilisation",
        label="Average utilisation",
        term="mean utilisation",
        description="How far the resources were used, the mean of the usage records.",
        formula="mean(utilisation) / 100",
        unit="ratio",
        good=None,
        decimals=1,
        dimensions=USAGE,
        family="usage",
        source="fact_usage_monthly",
        components=_UTILISATION,
        compute=formulas.mean("utilisation_sum", "utilisation_count", 100),
    ),
    _score(
        name="utilisation_score",
        label="Utilisation score",
        term="utilisation score",
        description="A grade of the mean utilisation: the less is used, the more room is left.",
        formula="of the mean: <= 40 % 100, <= 60 % 80, <= 80 % 60, <= 90 % 40, else 20",
        good=None,
        decimals=0,
        dimensions=USAGE,
        family="usage",
        source="fact_usage_monthly",
        components=_UTILISATION,
        compute=formulas.utilisation_score,
    ),
    _measure(
        name="stability_delta",
        label="Change of stability by migration",
        term="stability delta",
        description="Stability after migration minus before, of agencies that have both.",
        formula="stability_score(Post) - stability_score(Pre), same agencies",
        unit="score",
        good="high",
        decimals=2,
        dimensions=PERFORMANCE_CHANGE,
        kind=Kind.CHANGE,
        components=STABILITY,
        compute=formulas.stability,
        undefined="no agency with records both before and after migration",
    ),
    _measure(
        name="latency_delta_ms",
        label="Change of latency by migration",
        term="latency delta",
        description="Latency after migration minus before, of agencies that have both.",
        formula="latency_ms(Post) - latency_ms(Pre), same agencies",
        unit="ms",
        good="low",
        decimals=1,
        dimensions=PERFORMANCE_CHANGE,
        kind=Kind.CHANGE,
        components=LATENCY,
        compute=formulas.latency,
        undefined="no agency with records both before and after migration",
    ),
)
