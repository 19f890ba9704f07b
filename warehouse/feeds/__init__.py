"""The feeds: what each kind of file must look like, and a strict reader for them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from warehouse.feeds.accounts import ACCOUNTS
from warehouse.feeds.agencies import AGENCIES
from warehouse.feeds.attribution_rules import ALLOCATION_RULES, TAG_RULES
from warehouse.feeds.baseline_adoption import BASELINE_ADOPTION
from warehouse.feeds.budgets import BUDGETS
from warehouse.feeds.exchange_rates import EXCHANGE_RATES
from warehouse.feeds.feed import Column, Feed, Kind
from warehouse.feeds.inventories import INVENTORIES, ORGANISATION_UNITS
from warehouse.feeds.invoices import CONTRACTS, INVOICES
from warehouse.feeds.migration_summary import MIGRATION_SUMMARY
from warehouse.feeds.provider_policies import PROVIDER_POLICIES
from warehouse.feeds.provider_recommendations import PROVIDER_RECOMMENDATIONS
from warehouse.feeds.provider_spend import PROVIDER_SPEND
from warehouse.feeds.services import SERVICES
from warehouse.feeds.tagging_compliance import TAGGING_COMPLIANCE
from warehouse.feeds.telemetry import TELEMETRY
from warehouse.feeds.usage_monthly import USAGE_MONTHLY

FEEDS: tuple[Feed, ...] = (
    # Agencies first: the rules of the others look them up.
    AGENCIES,
    BASELINE_ADOPTION,
    USAGE_MONTHLY,
    PROVIDER_SPEND,
    MIGRATION_SUMMARY,
    TAGGING_COMPLIANCE,
    BUDGETS,
    EXCHANGE_RATES,
    TELEMETRY,
    ACCOUNTS,
    TAG_RULES,
    ALLOCATION_RULES,
    SERVICES,
    INVOICES,
    CONTRACTS,
    INVENTORIES,
    ORGANISATION_UNITS,
    PROVIDER_POLICIES,
    PROVIDER_RECOMMENDATIONS,
)

FEED_BY_NAME: Mapping[str, Feed] = MappingProxyType({feed.name: feed for feed in FEEDS})

__all__ = ["FEEDS", "FEED_BY_NAME", "Column", "Feed", "Kind"]
