"""Turn a person's grants into the rows and measures they may be answered from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from auth.permissions import Permission
from auth.principals import Principal
from warehouse.scope import Scope

TAGGING_MEASURES: Final = frozenset(
    {
        "tagged_pct",
        "tagged_pct_unweighted",
        "untagged_cost",
        "untagged_share",
        "governance_risk_count",
        "tagging_report_count",
        "agencies_below_tag_target",
        "tagged_pct_change",
        "tagged_pct_unweighted_change",
        "untagged_share_change",
        "policy_compliance",
        "policy_compliance_by_resource",
        "policy_compliance_by_sense",
        "taggable_cost",
        "non_compliant_cost",
        "not_visible_cost",
        "exempt_cost",
        "not_taggable_cost",
        "taggable_resource_count",
        "non_compliant_resource_count",
        "unbilled_resource_count",
        "not_visible_resource_count",
        "tag_compliance",
        "tag_compliance_by_resource",
    }
)
"""Tag compliance and the amounts it concerns: all the cost that an administrator sees.

Named one by one, so that a new measure is closed to administrators until somebody opens it.
"""

_ABOUT_AGENCIES: Final = frozenset(
    {Permission.VIEW_PEOPLE, Permission.MANAGE_PEOPLE, Permission.VIEW_DATA}
)
"""Who holds these for no agency still has to read their names, and what they handed in."""


def scope_for(principal: Principal, permission: Permission) -> Scope:
    """Give the scope under which this person uses this permission.

    Rows come from the grants that carry the permission. Where those reach further than the
    grants to see cost, only the tagging measures are answered.
    """
    rows = principal.agencies_for(permission)
    if rows == frozenset() and permission in _ABOUT_AGENCIES and principal.has(permission):
        rows = principal.agencies_for(Permission.VIEW_GOVERNANCE)
    cost = principal.agencies_for(Permission.VIEW_COST)
    is_covered = cost is None or (rows is not None and rows <= cost)
    measures = None if is_covered else TAGGING_MEASURES
    return Scope.whole_government(measures) if rows is None else Scope.of_agencies(rows, measures)


def scope_for_measures(principal: Principal, measures: Iterable[str]) -> Scope:
    """Give the widest scope in which all these measures may be answered together.

    Who sees tagging only and asks for another figure gets the tagging scope too: it refuses the
    figure by name, where an empty answer would look like a government without cost.
    """
    cost = scope_for(principal, Permission.VIEW_COST)
    if cost.is_government:
        return cost
    if cost.agencies and not frozenset(measures) <= TAGGING_MEASURES:
        return cost
    tagging = scope_for(principal, Permission.VIEW_GOVERNANCE)
    return tagging if tagging.is_government else cost
