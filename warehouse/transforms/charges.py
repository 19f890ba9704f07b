"""Charges: the lines of bills added up to days, and then given to who bears them.

The lines are read once. All that follows works on what they were added up to, whose size is that
of accounts, services and days and not of the bills.
"""

from __future__ import annotations

import ibis
from ibis.expr import types as ir

from warehouse.schema.charges import NOBODY
from warehouse.transforms.exact import (
    PLACES,
    WORK_PLACES,
    Pair,
    add_products,
    as_decimal,
    number,
    rounded,
    total,
)
from warehouse.transforms.joining import add_columns
from warehouse.transforms.rates import DOLLAR, rate_of
from warehouse.transforms.reference import PROVIDER_SPELLINGS, UNKNOWN_REGION

AMOUNTS = ("billed_cost", "effective_cost", "list_cost", "contracted_cost",
           "commitment_used_cost", "commitment_unused_cost")  # fmt: skip
LINE_GRAIN = ("month", "day", "provider", "account_id", "service_category", "service_name",
              "region", "category", "currency")  # fmt: skip
"""What charges are told apart by, before it is known who bears them."""

CHARGE_GRAINS = {
    "agg_charge_agency_service_month": (
        "agency_id", "month", "currency", "provider", "account_id", "service_category",
        "service_name", "region", "category",
    ),
    "agg_charge_service_day": (
        "service_name", "month", "day", "currency", "provider", "service_category", "category",
    ),
    "agg_charge_account_day": (
        "account_id", "month", "day", "currency", "provider", "service_category", "category",
    ),
    "agg_charge_agency_day": (
        "agency_id", "month", "day", "currency", "provider", "service_category", "category",
    ),
}  # fmt: skip
"""Summaries made from the charges themselves."""

COARSER_CHARGE_GRAINS = {
    "agg_charge_agency_month": (
        "agg_charge_agency_service_month",
        ("agency_id", "month", "currency", "provider", "service_category", "category"),
    ),
    "agg_charge_day": (
        "agg_charge_service_day",
        ("month", "day", "currency", "provider", "service_category", "category"),
    ),
}
"""Summaries made from a finer one: its name and the coarser grain."""

COUNTRY_CHARGE_GRAINS = {
    "agg_charge_country_service_month": (
        "agg_charge_agency_service_month",
        ("month", "country_code", "currency", "provider", "service_category", "service_name",
         "region", "category"),
    ),
    "agg_charge_country_month": (
        "agg_charge_agency_month",
        ("month", "country_code", "currency", "provider", "service_category", "category"),
    ),
}  # fmt: skip
"""The same, over agencies of a country."""

_WORK_DIGITS = 38
_ACCOUNT = ("provider", "account_id", "month")
_SATURDAY = 5


def build_charge_lines(lines: ir.Table, *, with_tags: bool) -> ir.Table:
    """Add up the lines of bills to the day: the one pass over them.

    ``with_tags`` keeps sets of tags apart, which costs time and is needed by rules over tags alone.
    """
    status = lines.commitment_discount_status
    sums = {name: _sum(lines[name]) for name in AMOUNTS[:4]}
    # By status alone: the fee of a commitment, a purchase, says on AWS what of it went unused.
    sums["commitment_used_cost"] = _sum_where(lines.effective_cost, status == "Used")
    sums["commitment_unused_cost"] = _sum_where(lines.effective_cost, status == "Unused")
    keys = {
        "month": lines.billing_month,
        "day": lines.charge_day,
        "provider": lines.provider,
        "account_id": lines.account_id,
        "service_category": lines.service_category,
        "service_name": lines.service_name,
        "region": ibis.coalesce(lines.region_id, lines.region_name, ibis.literal(UNKNOWN_REGION)),
        "category": lines.charge_category,
        "currency": lines.billing_currency,
        **({"tags": lines.tags} if with_tags else {}),
    }
    added = lines.group_by(**keys).aggregate(**sums, line_count=lines.count())
    return added if with_tags else added.mutate(tags=ibis.null("string"))


def build_account_names(lines: ir.Table) -> ir.Table:
    """Build the name of each account that has one: the last by alphabet where it has several."""
    name = ibis.coalesce(lines.sub_account_name, lines.billing_account_name)
    return lines.group_by("provider", "account_id").aggregate(account_name=name.max())


def build_account_bearers(charges: ir.Table, owners: ir.Table, agencies: ir.Table) -> ir.Table:
    """Build who owns each billed account in each month; of several records the latest holds."""
    billed = charges.select(*_ACCOUNT).distinct()
    known = owners.semi_join(agencies, "agency_id")
    records = known.select(
        record_provider=short_name(known.provider),
        record_account=known.account_id,
        bearer=known.agency_id,
        valid_from=known.valid_from,
        valid_to=known.valid_to,
    )
    dated = billed.join(
        records,
        [
            records.record_provider == billed.provider,
            records.record_account == billed.account_id,
            records.valid_from <= billed.month,
            records.valid_to.isnull() | (records.valid_to >= billed.month),
        ],
    )
    rank = ibis.row_number().over(
        group_by=[dated[name] for name in _ACCOUNT],
        order_by=[dated.valid_from.desc(), dated.bearer],
    )
    return dated.mutate(rank=rank).filter(lambda t: t["rank"] == 0).select(*_ACCOUNT, "bearer")


def short_name(provider: ir.StringValue) -> ir.StringValue:
    """Give the short name of a provider, however it is spelt."""
    spelt = provider.strip().lower()
    found = [(spelt == spelling, name) for spelling, name in PROVIDER_SPELLINGS.items()]
    return ibis.cases(*found, else_=provider)


def build_owned(charges: ir.Table, bearers: ir.Table) -> ir.Table:
    """Add the owner of each charge's account, empty where none is recorded."""
    return add_columns(charges, bearers, *_ACCOUNT)


def build_direct(owned: ir.Table, tag_bearers: ir.Table, *, with_tags: bool) -> ir.Table:
    """Give each charge to its account's owner, else to whom its tags name, else to nobody.

    Tags have served then: charges that differ in them alone are added up.
    """
    rows = owned.mutate(tagged=ibis.null("int32"))
    if with_tags:
        rows = add_columns(owned, tag_bearers, "tags", "month")
    rows = rows.mutate(
        agency_id=ibis.coalesce(rows.bearer, rows.tagged, ibis.literal(NOBODY, type="int32")),
        attribution=ibis.cases(
            (rows.bearer.notnull(), "account"), (rows.tagged.notnull(), "tag"), else_="unallocated"
        ),
    )
    if with_tags:
        rows = rows.group_by(*LINE_GRAIN, "agency_id", "attribution").aggregate(
            line_count=rows.line_count.sum(), **{name: _sum(rows[name]) for name in AMOUNTS}
        )
    return rows.select(
        *LINE_GRAIN,
        "agency_id",
        "attribution",
        "line_count",
        **{name: rounded(rows[name]) for name in AMOUNTS},
    )


def build_fact_charge_daily(borne: ir.Table, rates: ir.Table) -> ir.Table:
    """Build fact_charge_daily: what is borne, in dollars too where the month has a rate."""
    in_dollars = borne.filter(borne.currency == DOLLAR)
    kept = in_dollars.mutate(**{f"{name}_usd": in_dollars[name] for name in AMOUNTS})
    foreign = rate_of(borne.filter(borne.currency != DOLLAR), rates)
    pairs: dict[str, Pair] = {
        f"{name}_usd": (foreign.usd_per_unit, foreign[name]) for name in AMOUNTS
    }
    converted = add_products(foreign, PLACES, **pairs)
    rows = kept.union(converted.select(*kept.columns))
    return rows.mutate(is_weekend=rows.day.day_of_week.index() >= _SATURDAY)


def build_charge_rows(charges: ir.Table) -> ir.Table:
    """Add the parts of what is invoiced or consumed that summaries add up."""
    billed, consumed = charges.billed_cost_usd, charges.effective_cost_usd
    parts = {
        "allocated_cost_usd": (billed, charges.attribution == "allocated"),
        "unallocated_cost_usd": (billed, charges.attribution == "unallocated"),
        "weekend_cost_usd": (consumed, charges.is_weekend),
    }
    nothing = as_decimal(number("0"))
    return charges.mutate(
        **{
            # Without a rate the part is as unknown as the whole.
            name: ibis.ifelse(applies | cost.isnull(), cost, nothing)
            for name, (cost, applies) in parts.items()
        }
    )


def build_charge_summary(rows: ir.Table, grain: tuple[str, ...]) -> ir.Table:
    """Add up charges to a grain."""
    amounts = [name for name in rows.columns if name.removesuffix("_usd").endswith("_cost")]
    return rows.group_by(*grain).aggregate(
        row_count=rows.count(),
        line_count=rows.line_count.sum(),
        **{name: total(rows[name]) for name in amounts},
    )


def build_coarser_charges(finer: ir.Table, grain: tuple[str, ...]) -> ir.Table:
    """Add a summary of charges up further."""
    sums = [name for name in finer.columns if name.endswith(("_cost", "_cost_usd", "_count"))]
    return finer.group_by(*grain).aggregate(**{name: finer[name].sum() for name in sums})


def with_country(rows: ir.Table, agencies: ir.Table) -> ir.Table:
    """Add the country of each agency; empty text where nobody bears the cost."""
    joined = add_columns(rows, agencies.select("agency_id", "country_code"), "agency_id")
    return joined.mutate(country_code=joined.country_code.fill_null(""))


def build_dim_billed_account(charges: ir.Table, names: ir.Table) -> ir.Table:
    """Build dim_billed_account from the charges that each agency bears."""
    billed = charges.select("agency_id", "provider", "account_id").distinct()
    return add_columns(billed, names, "provider", "account_id")


def build_dim_billed_service(charges: ir.Table) -> ir.Table:
    """Build dim_billed_service from the charges that each agency bears."""
    return charges.select("agency_id", "provider", "service_name", "service_category").distinct()


def _sum(value: ir.NumericValue) -> ir.DecimalValue:
    return as_decimal(value.sum(), _WORK_DIGITS, WORK_PLACES)


def _sum_where(value: ir.NumericValue, condition: ir.BooleanValue) -> ir.DecimalValue:
    nothing = as_decimal(number("0"), _WORK_DIGITS, WORK_PLACES)
    found = as_decimal(value.sum(where=condition), _WORK_DIGITS, WORK_PLACES)
    return found.fill_null(nothing)
