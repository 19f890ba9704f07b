"""Charges: what bills say, by day, with who bears it; and the summaries that pages ask.

Agency 0 stands for cost that nobody owns yet: a reader of agencies never sees it, and what the
agencies and it have together is the bill.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Table

from warehouse.schema.star import STAR, agency, day, exact, flag, month, text, whole

NOBODY = 0
"""The agency of cost that nobody bears yet."""

UNKNOWN_REGION = "unknown"
"""The region of what says none."""

REASONS = ("no_bill", "part_of_month", "no_rate", "covers_too_little")
"""Why an agency's month doesn't take its cost from bills."""

AMOUNTS = (
    ("billed_cost", "Invoiced"),
    ("effective_cost", "Consumed: commitments spread over their use"),
    ("list_cost", "At public prices"),
    ("contracted_cost", "At agreed prices"),
    ("commitment_used_cost", "Consumed under a commitment that was used"),
    ("commitment_unused_cost", "Of commitments that went unused"),
)
"""Amounts of a charge and their meaning; each is kept in the billing currency and in dollars."""

_ATTRIBUTION = "How it came to its agency: account, tag, allocated; or unallocated."


def _agency() -> Column[Any]:
    return whole("agency_id", "Who bears it; 0 where nobody does yet.", key=True)


def _currency() -> Column[Any]:
    return text("currency", "The currency it is billed in, ISO 4217.", key=True)


def _amounts() -> tuple[Column[Any], ...]:
    return (
        *(exact(name, f"{says}, in the billing currency.") for name, says in AMOUNTS),
        *(
            exact(f"{name}_usd", f"{says}, US dollars; empty without a rate.", nullable=True)
            for name, says in AMOUNTS
        ),
    )


def _sums() -> tuple[Column[Any], ...]:
    return (
        whole("row_count", "Rows of fact_charge_daily."),
        whole("line_count", "Lines of bills."),
        *_amounts(),
        exact("allocated_cost_usd", "Invoiced, given by a rule for shared cost.", nullable=True),
        exact("unallocated_cost_usd", "Invoiced, borne by nobody yet.", nullable=True),
        exact("weekend_cost_usd", "Consumed on Saturdays and Sundays.", nullable=True),
    )


def _day() -> Column[Any]:
    return day("day", "Day that the charge began.", key=True)


def _country() -> Column[Any]:
    return text("country_code", "Country of the agency; empty text where nobody bears it.",
                key=True)  # fmt: skip


def _provider() -> Column[Any]:
    return text("provider", "Short name of the provider.", key=True)


def _service_category() -> Column[Any]:
    return text("service_category", "FOCUS ServiceCategory.", key=True)


def _service() -> Column[Any]:
    return text("service_name", "The provider's service.", key=True)


def _account() -> Column[Any]:
    return text("account_id", "Account, subscription or project.", key=True)


def _region() -> Column[Any]:
    return text("region", "Provider region.", key=True)


def _category() -> Column[Any]:
    return text("category", "FOCUS ChargeCategory.", key=True)


dim_billed_account = Table(
    "dim_billed_account", STAR,
    _agency(), _provider(), _account(),
    text("account_name", "Its name on the last bill; empty if it has none.", nullable=True),
    comment="Grain: agency, provider, account: the accounts whose charges an agency bears.",
)  # fmt: skip

dim_billed_service = Table(
    "dim_billed_service", STAR,
    _agency(), _provider(), _service(), _service_category(),
    comment="Grain: agency, provider, service, its category: what an agency is billed for.",
)  # fmt: skip

fact_charge_daily = Table(
    "fact_charge_daily", STAR,
    _agency(),
    month("Month of the bill, YYYY-MM."),
    _day(),
    text("provider", "Short name.", key=True, to="dim_cloud_provider.provider"),
    _account(),
    _service_category(),
    _service(),
    text("region", "Provider region.", key=True, to="dim_region.region"),
    text("category", "FOCUS ChargeCategory.", key=True, to="dim_cost_category.category"),
    text("attribution", _ATTRIBUTION, key=True),
    _currency(),
    *_amounts(),
    flag("is_weekend", "Saturday or Sunday."),
    whole("line_count", "Lines of bills behind it; those of shared cost are spread with it."),
    comment="Grain: agency, bill's month, day, provider, account, service, region, charge "
    "category, attribution, currency. What agencies bear and nobody bears is the bill.",
)  # fmt: skip

fact_bill_reconciliation = Table(
    "fact_bill_reconciliation", STAR,
    agency(),
    month(),
    exact("summary_usd", "Cost as the MDA summed it up, US dollars; empty without.", nullable=True),
    exact("billed_usd", "Invoiced by bills, US dollars; empty without.", nullable=True),
    exact("effective_usd", "Consumed by bills, US dollars; empty without.", nullable=True),
    exact("compared_usd", "The summary, where bills are known too.", nullable=True),
    exact("difference_usd", "Consumed by bills - summary, where both are known.", nullable=True),
    whole("compared_count", "1 where both are known, else 0."),
    exact("coverage_ratio", "Consumed by bills / summary; empty where it can't be.", nullable=True),
    text("source", "bill, summary or none: where the month's cost is taken from."),
    text(
        "reason",
        f"Why it isn't the bill: {', '.join(REASONS)}; else empty text.",
    ),
    comment="Grain: agency, month with a summary or a bill: the two beside each other, and which "
    "of them fact_cost_monthly takes.",
)  # fmt: skip

agg_charge_country_month = Table(
    "agg_charge_country_month", STAR,
    month(), _country(), _currency(), _provider(), _service_category(), _category(), *_sums(),
    comment="Charges by month, country, currency, provider, service category, charge category.",
)  # fmt: skip

agg_charge_country_service_month = Table(
    "agg_charge_country_service_month", STAR,
    month(), _country(), _currency(), _provider(), _service_category(), _service(), _region(),
    _category(), *_sums(),
    comment="Charges by month, country, provider, service, region, charge category.",
)  # fmt: skip

agg_charge_day = Table(
    "agg_charge_day", STAR,
    month(), _day(), _currency(), _provider(), _service_category(), _category(), *_sums(),
    comment="Charges of all agencies by day, provider, service category, charge category.",
)  # fmt: skip

agg_charge_service_day = Table(
    "agg_charge_service_day", STAR,
    _service(), month(), _day(), _currency(), _provider(), _service_category(), _category(),
    *_sums(),
    comment="Charges of all agencies by service and day.",
)  # fmt: skip

agg_charge_account_day = Table(
    "agg_charge_account_day", STAR,
    _account(), month(), _day(), _currency(), _provider(), _service_category(), _category(),
    *_sums(),
    comment="Charges of all agencies by account and day.",
)  # fmt: skip

agg_charge_agency_month = Table(
    "agg_charge_agency_month", STAR,
    _agency(), month(), _currency(), _provider(), _service_category(), _category(), *_sums(),
    comment="Charges by agency, month, provider, service category, charge category.",
)  # fmt: skip

agg_charge_agency_day = Table(
    "agg_charge_agency_day", STAR,
    _agency(), month(), _day(), _currency(), _provider(), _service_category(), _category(),
    *_sums(),
    comment="Charges by agency, day, provider, service category, charge category.",
)  # fmt: skip

agg_charge_agency_service_month = Table(
    "agg_charge_agency_service_month", STAR,
    _agency(), month(), _currency(), _provider(), _account(), _service_category(), _service(),
    _region(), _category(), *_sums(),
    comment="Charges by agency, month, account, service, region, charge category.",
)  # fmt: skip

CHARGE_DIMENSIONS = (dim_billed_account, dim_billed_service)
CHARGE_FACTS = (fact_charge_daily, fact_bill_reconciliation)
CHARGE_SUMMARIES = (
    agg_charge_country_month,
    agg_charge_country_service_month,
    agg_charge_day,
    agg_charge_service_day,
    agg_charge_account_day,
    agg_charge_agency_month,
    agg_charge_agency_day,
    agg_charge_agency_service_month,
)
