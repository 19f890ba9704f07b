"""The roles, the permissions, and which role holds which: everything else is denied."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Role(StrEnum):
    """What a grant makes of a person, for one agency or for the whole government."""

    AGENCY_VIEWER = "agency_viewer"
    AGENCY_MANAGER = "agency_manager"
    TREASURY = "treasury"
    ADMIN = "admin"
    AUDITOR = "auditor"


class Permission(StrEnum):
    """One thing that may be done. A permission to view never covers a change."""

    VIEW_SUMMARY = "view_summary"
    VIEW_RELIABILITY = "view_reliability"
    VIEW_COST = "view_cost"
    VIEW_GOVERNANCE = "view_governance"
    VIEW_DATA = "view_data"
    VIEW_OWN_ACCOUNT = "view_own_account"
    VIEW_PEOPLE = "view_people"
    VIEW_AUDIT = "view_audit"
    VIEW_RULES = "view_rules"
    EXPORT = "export"
    USE_API = "use_api"
    HAND_IN = "hand_in"
    EXPLAIN_VARIANCE = "explain_variance"
    ACKNOWLEDGE_ANOMALY = "acknowledge_anomaly"
    PROPOSE_TARGET = "propose_target"
    TELL_EVENT = "tell_event"
    REQUEST_EXEMPTION = "request_exemption"
    DECIDE_RECOMMENDATION = "decide_recommendation"
    SIGN_OFF = "sign_off"
    SET_BUDGET = "set_budget"
    SET_CALENDAR = "set_calendar"
    SET_RATE = "set_rate"
    SET_TARGET = "set_target"
    SET_THRESHOLD = "set_threshold"
    SET_ACCOUNT_OWNER = "set_account_owner"
    SET_ALLOCATION = "set_allocation"
    RELEASE_SLICE = "release_slice"
    CLOSE_MONTH = "close_month"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_POLICIES = "manage_policies"
    MANAGE_FEEDS = "manage_feeds"


DESCRIPTIONS: Final[Mapping[Permission, str]] = MappingProxyType(
    {
        Permission.VIEW_SUMMARY: "See the executive summary, and explore its measures.",
        Permission.VIEW_RELIABILITY: "See availability, latency, error rates and peak load.",
        Permission.VIEW_COST: "See spend, budgets, trends and providers.",
        Permission.VIEW_GOVERNANCE: "See tag compliance and the amounts it concerns.",
        Permission.VIEW_DATA: "See the files handed in, their quality and what is held.",
        Permission.VIEW_OWN_ACCOUNT: "See and end one's own sessions and tokens.",
        Permission.VIEW_PEOPLE: "See who has which role, granted by whom and until when.",
        Permission.VIEW_AUDIT: "Read the audit trail.",
        Permission.VIEW_RULES: "See the rules by which the cost of bills is attributed.",
        Permission.EXPORT: "Download what a page shows.",
        Permission.USE_API: "Read measures through the programming interface.",
        Permission.HAND_IN: "Hand in files for an agency.",
        Permission.EXPLAIN_VARIANCE: "Explain why an agency's spend differs from its budget.",
        Permission.ACKNOWLEDGE_ANOMALY: "Say what an unusual cost or day of an agency is, and "
        "resolve it.",
        Permission.TELL_EVENT: "Say what is known to change an agency's spend.",
        Permission.PROPOSE_TARGET: "Propose a target for a service of an agency.",
        Permission.REQUEST_EXEMPTION: "Ask that a resource be exempt from a tagging policy.",
        Permission.DECIDE_RECOMMENDATION: "Take up, finish or dismiss a recommendation.",
        Permission.SIGN_OFF: "Sign off an agency's month.",
        Permission.SET_BUDGET: "Set budgets.",
        Permission.SET_CALENDAR: "Set fiscal years and peak months.",
        Permission.SET_RATE: "Set exchange rates.",
        Permission.SET_TARGET: "Set the targets of services.",
        Permission.SET_THRESHOLD: "Set the thresholds by which figures are judged.",
        Permission.SET_ACCOUNT_OWNER: "Set which agency owns a cloud account, and since when.",
        Permission.SET_ALLOCATION: "Set how shared costs are allocated.",
        Permission.RELEASE_SLICE: "Release or reject a slice of data that is held.",
        Permission.CLOSE_MONTH: "Close a month for the whole government.",
        Permission.MANAGE_PEOPLE: "Add and disable people, and give and take roles.",
        Permission.MANAGE_POLICIES: "Change tagging policies and decide on exemptions.",
        Permission.MANAGE_FEEDS: "Set up where data comes from.",
    }
)

EVERYONE: Final = frozenset({Permission.VIEW_OWN_ACCOUNT})
"""Held by whoever is signed in, with or without a grant; shows no agency's data."""

_READING: Final = frozenset(
    {
        Permission.VIEW_SUMMARY,
        Permission.VIEW_RELIABILITY,
        Permission.VIEW_COST,
        Permission.VIEW_GOVERNANCE,
        Permission.VIEW_DATA,
        Permission.VIEW_OWN_ACCOUNT,
        Permission.EXPORT,
        Permission.USE_API,
    }
)

MATRIX: Final[Mapping[Role, frozenset[Permission]]] = MappingProxyType(
    {
        Role.AGENCY_VIEWER: _READING,
        Role.AGENCY_MANAGER: _READING
        | {
            Permission.HAND_IN,
            Permission.EXPLAIN_VARIANCE,
            Permission.ACKNOWLEDGE_ANOMALY,
            Permission.PROPOSE_TARGET,
            Permission.TELL_EVENT,
            Permission.REQUEST_EXEMPTION,
            Permission.DECIDE_RECOMMENDATION,
            Permission.SIGN_OFF,
        },
        Role.TREASURY: _READING
        | {
            Permission.VIEW_RULES,
            Permission.DECIDE_RECOMMENDATION,
            Permission.ACKNOWLEDGE_ANOMALY,
            Permission.SET_BUDGET,
            Permission.SET_CALENDAR,
            Permission.SET_RATE,
            Permission.SET_TARGET,
            Permission.SET_THRESHOLD,
            Permission.SET_ACCOUNT_OWNER,
            Permission.SET_ALLOCATION,
            Permission.RELEASE_SLICE,
            Permission.CLOSE_MONTH,
        },
        Role.ADMIN: frozenset(
            {
                Permission.VIEW_GOVERNANCE,
                Permission.VIEW_DATA,
                Permission.VIEW_OWN_ACCOUNT,
                Permission.VIEW_PEOPLE,
                Permission.EXPORT,
                Permission.USE_API,
                Permission.MANAGE_PEOPLE,
                Permission.MANAGE_POLICIES,
                Permission.MANAGE_FEEDS,
            }
        ),
        Role.AUDITOR: _READING
        | {Permission.VIEW_PEOPLE, Permission.VIEW_AUDIT, Permission.VIEW_RULES},
    }
)

AGENCY_ROLES: Final = frozenset({Role.AGENCY_VIEWER, Role.AGENCY_MANAGER})
"""Roles that are granted for one agency each."""

WHOLE_GOVERNMENT: Final[Mapping[Role, frozenset[Permission]]] = MappingProxyType(
    {
        Role.TREASURY: MATRIX[Role.TREASURY],
        Role.AUDITOR: MATRIX[Role.AUDITOR],
        Role.ADMIN: frozenset({Permission.VIEW_GOVERNANCE}),
    }
)
"""The permissions that reach every agency's rows. An administrator holds EXPORT, VIEW_DATA and
USE_API for no agency at all, so that none of them can turn into a way to all cost."""
