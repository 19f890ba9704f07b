"""Views for an analyst with a BI tool: the usual questions, answered from the star.

Each is one ``select`` that both databases understand. On SQLite amounts are kept as whole
millionths, so there a view divides; what it shows are floating-point numbers, fit for reading
and not for accounting. The limits behind the flags are the dated records that the build used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from warehouse.schema.types import SCALE

_AMOUNT = re.compile(r"amount\(([a-z0-9_.]+)\)")


@dataclass(frozen=True, slots=True)
class View:
    """A named question. In ``template``, ``amount(x)`` reads an exact column."""

    name: str
    comment: str
    template: str

    def sql(self, dialect: Literal["sqlite", "postgresql"]) -> str:
        """Write the ``select`` for a database, without ``create view``."""
        on_sqlite = dialect == "sqlite"
        amount = rf"(\1 / {10**SCALE}.0)" if on_sqlite else r"\1"
        star = "" if on_sqlite else "star."
        return _AMOUNT.sub(amount, self.template).replace("{star}", star).strip()


v_cost_spikes = View(
    "v_cost_spikes",
    "Grain: agency, month with a month before: growth, and whether it exceeds the spike limit.",
    """
select f.agency_id, a.agency_name, f.country_code, f.month,
    amount(f.cost_usd) as cost_usd,
    amount(f.previous_cost_usd) as previous_cost_usd,
    (amount(f.cost_usd) - amount(f.previous_cost_usd))
        / nullif(amount(f.previous_cost_usd), 0) as growth_ratio,
    f.is_spend_spike
from {star}fact_finance_governance f
join {star}dim_agency a on a.agency_id = f.agency_id
where f.is_spend_spike is not null
""",
)

v_cloud_waste = View(
    "v_cloud_waste",
    "Grain: agency, month, service type with usage: cost of usage rows below the idle limit, and "
    "its share of the cost of all of them, as the MDA has it. "
    "An upper bound: a row just below the limit counts as a whole.",
    """
select s.agency_id, a.agency_name, s.country_code, s.month, s.service_type,
    sum(amount(s.usage_cost_usd)) as usage_cost_usd,
    sum(amount(s.idle_cost_usd)) as idle_cost_usd,
    sum(amount(s.idle_cost_usd)) / nullif(sum(amount(s.usage_cost_usd)), 0) as waste_ratio
from {star}agg_usage_agency_service_month s
join {star}dim_agency a on a.agency_id = s.agency_id
where s.usage_cost_usd is not null
group by s.agency_id, a.agency_name, s.country_code, s.month, s.service_type
""",
)

# Which service types grew fast follows from how many did: those that grew most. So the view
# needs no limit of its own that could drift from the recorded one.
v_cost_trends = View(
    "v_cost_trends",
    "Grain: agency, month, service type: cost, mean of the last three months, growth over the "
    "month before, and whether that exceeds the limit of fast growth.",
    """
with monthly as (
    select agency_id, country_code, service_type, month,
        cast(substr(month, 1, 4) as integer) * 12 + cast(substr(month, 6, 2) as integer)
            as month_index,
        sum(amount(cost_usd)) as cost_usd
    from {star}agg_usage_agency_service_month
    where cost_usd is not null
    group by agency_id, country_code, service_type, month
), smoothed as (
    select agency_id, country_code, service_type, month, cost_usd,
        max(cost_usd) over (
            partition by agency_id, service_type order by month_index
            range between 1 preceding and 1 preceding) as previous_cost_usd,
        avg(cost_usd) over (
            partition by agency_id, service_type order by month_index
            range between 2 preceding and current row) as rolling_3m_cost_usd
    from monthly
), grown as (
    select agency_id, country_code, service_type, month, cost_usd, previous_cost_usd,
        rolling_3m_cost_usd,
        case when previous_cost_usd > 0
            then (cost_usd - previous_cost_usd) / previous_cost_usd end as growth_ratio
    from smoothed
), ranked as (
    select agency_id, country_code, service_type, month, cost_usd, previous_cost_usd,
        rolling_3m_cost_usd, growth_ratio,
        rank() over (
            partition by agency_id, month, growth_ratio is null
            order by growth_ratio desc) as growth_rank
    from grown
)
select r.agency_id, a.agency_name, r.country_code, r.service_type, r.month, r.cost_usd,
    r.previous_cost_usd, r.rolling_3m_cost_usd, r.growth_ratio,
    case when r.growth_ratio is not null
        then r.growth_rank <= f.fast_growth_count end as is_fast_growth
from ranked r
join {star}dim_agency a on a.agency_id = r.agency_id
join {star}fact_finance_governance f on f.agency_id = r.agency_id and f.month = r.month
""",
)

v_budget_runrate = View(
    "v_budget_runrate",
    "Grain: agency, calendar year: spend of the reported months, the year's end at that pace, "
    "and the budget. The projected variance is empty unless all twelve months are budgeted.",
    """
select f.agency_id, a.agency_name, f.country_code, d.year,
    count(f.cost_usd) as reported_month_count,
    sum(amount(f.cost_usd)) as spend_usd,
    sum(amount(f.cost_usd)) / nullif(count(f.cost_usd), 0) * 12 as run_rate_usd,
    count(f.budget_usd) as budget_month_count,
    sum(amount(f.budget_usd)) as budget_usd,
    case when count(f.budget_usd) = 12
        then sum(amount(f.cost_usd)) / nullif(count(f.cost_usd), 0) * 12
            - sum(amount(f.budget_usd)) end as projected_variance_usd
from {star}fact_finance_governance f
join {star}dim_date d on d.month = f.month
join {star}dim_agency a on a.agency_id = f.agency_id
group by f.agency_id, a.agency_name, f.country_code, d.year
""",
)

v_seasonality_index = View(
    "v_seasonality_index",
    "Grain: agency, month with cost: cost over the mean of up to six months ending with it, and "
    "whether that exceeds the limit of a high season.",
    """
select f.agency_id, a.agency_name, f.country_code, f.month,
    amount(f.cost_usd) as cost_usd,
    amount(f.trailing_6m_mean_usd) as trailing_6m_mean_usd,
    amount(f.seasonality_index) as seasonality_index,
    f.is_high_season
from {star}fact_finance_governance f
join {star}dim_agency a on a.agency_id = f.agency_id
where f.cost_usd is not null
""",
)

v_sla_bands = View(
    "v_sla_bands",
    "Grain of fact_performance: green, amber and red bands of latency and errors, the band of "
    "utilisation, and the health score made of the three. Mind is_modelled.",
    """
with rows_read as (
    select agency_id, month, digital_service_id, service_type, region, provider,
        migration_status, is_modelled, is_sla_breach,
        amount(latency_ms) as latency_ms,
        amount(error_rate_pct) as error_rate_pct,
        amount(utilisation_pct) as utilisation_pct,
        amount(health_score) as health_score
    from {star}fact_performance
)
select r.agency_id, a.agency_name, a.country_code, r.month, r.digital_service_id,
    r.service_type, r.region, r.provider, r.migration_status, r.is_modelled,
    r.latency_ms,
    case when r.latency_ms <= 250 then 'green' when r.latency_ms <= 500 then 'amber'
        when r.latency_ms is not null then 'red' end as latency_band,
    r.error_rate_pct,
    case when r.error_rate_pct <= 1 then 'green' when r.error_rate_pct <= 3 then 'amber'
        when r.error_rate_pct is not null then 'red' end as error_band,
    r.utilisation_pct,
    case when r.utilisation_pct < 20 then 'idle' when r.utilisation_pct <= 85 then 'green'
        when r.utilisation_pct is not null then 'full' end as utilisation_band,
    r.health_score, r.is_sla_breach
from rows_read r
join {star}dim_agency a on a.agency_id = r.agency_id
""",
)

VIEWS: tuple[View, ...] = (
    v_cost_spikes,
    v_cloud_waste,
    v_cost_trends,
    v_budget_runrate,
    v_seasonality_index,
    v_sla_bands,
)
