"""Tagging policies: resources judged by five of them, beside merely scanning and grouping them."""

from __future__ import annotations

import json
from functools import partial
from typing import Any, Final

from ibis.backends.duckdb import Backend

from portal.bench.samples import Sample, measure
from warehouse.engine import connect_engine
from warehouse.governance.in_force import RECORD_COLUMNS
from warehouse.policies.documents import read_policy, write_policy
from warehouse.rehearsal import judge_loaded
from warehouse.transforms.resource_steps import RESOURCES

_HEAD = {"owner": "treasury", "stage": "warn", "effective_from": "2026-01"}
_POLICIES: Final[tuple[dict[str, Any], ...]] = (
    {
        "policy": "costs",
        "tags": {
            "CostCentre": {
                "spelling": "CostCentre",
                "required": "true",
                "values": ["CC-1*", "CC-20"],
                "aliases": ["CostCenter", "Cost department"],
            }
        },
    },
    {
        "policy": "environments",
        "tags": {"Environment": {"required": "true", "values": ["prod", "test", "dev"]}},
    },
    {
        "policy": "owners",
        "tags": {
            "Owner": {"required": "true", "values": ["pattern:[a-z0-9]+@x[.]example"]},
            "Application": {"spelling": "Application", "required": "true"},
        },
    },
    {
        "policy": "agencies",
        "applies_to": {"service": ["Service 1*"]},
        "tags": {"Agency": {"spelling": "Agency", "required": "true"}},
    },
    {
        "policy": "data",
        "attached_to": {"agency": "7"},
        "tags": {"DataClassification": {"values": ["Official", "Secret"]}},
    },
)
"""Of every kind: lists, wildcards, patterns, another spelling, a condition, one agency alone."""

_MADE = """
    create table {name} as
    select (i % 200 + 1)::integer as agency_id, '2026-10' as month, 'AWS' as provider,
           (i % 200)::varchar as account_id,
           'arn:aws:ec2:eu-west-1:1:instance/i-' || i as resource_id, 'USD' as currency,
           'root' as billing_account_id, null::varchar as resource_name,
           'ec2:instance' as resource_type, 'Service ' || (i % 20) as service_name,
           'Compute' as service_category, 'eu-west-1' as region, '' as environment,
           case when i % 10 > 0 then
             '{{"Name":"host-' || i || '","CostCentre":"CC-' || (i % 300) || '","Environment":"'
             || ['prod', 'Test', 'dev', 'dev'][i % 4 + 1] || '","Owner":"team' || (i % 100)
             || '@x.example","Application":"app-' || (i % 500) || '"'
             || if(i % 3 = 0, ',"Agency":"' || (i % 50) || '"', '') || '}}' end as tags,
           'bill' as tag_source, null::varchar as billed_tags,
           null::varchar as account_tags, true as is_taggable, 1::integer as line_count,
           ((i % 1000) / 100)::decimal(28, 6) as effective_cost,
           ((i % 1000) / 100)::decimal(28, 6) as effective_cost_usd,
           ((i % 1000) / 100)::decimal(28, 6) as weight_usd, md5(tags) as tag_set
    from range({count}) t(i)
"""
_AGENCIES = (
    "create table dim_agency as select (i + 1)::integer as agency_id, 'XA' as country_code, "
    "'Ministry' as sector_type from range(200) t(i)"
)
_GROUPED = (
    "create or replace table grouped as select agency_id, account_id, service_name, count(*), "
    f"count(distinct tag_set), count(tags), sum(effective_cost_usd) from {RESOURCES} group by all"
)


def time_policies(count: int, *, runs: int) -> tuple[Sample, Sample]:
    """Judge so many resources by five policies, and scan and group the same rows."""
    con = connect_engine("duckdb://")
    try:
        con.con.execute(_MADE.format(name=RESOURCES, count=count))
        con.con.execute(_AGENCIES)
        records: dict[str, Any] = {name: [] for name in RECORD_COLUMNS}
        for at, document in enumerate(_POLICIES):
            said = json.dumps(write_policy(read_policy({**_HEAD, **document})))
            records["rec_tagging_policy"].append((document["policy"], 1, at, "2026-01", said))
        judged = measure(
            f"{count:,} resources judged by {len(_POLICIES)} policies",
            partial(judge_loaded, con, records),
            runs=runs,
            unit="s",
        )
        grouped = measure(
            f"DuckDB scans and groups {count:,} resources",
            partial(_group, con),
            runs=runs,
            unit="s",
        )
        return judged, grouped
    finally:
        con.disconnect()


def _group(con: Backend) -> None:
    con.con.execute(_GROUPED)
