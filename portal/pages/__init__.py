"""Every page of the portal, in the order in which navigation lists them."""

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.pages.account.page import draw_account
from portal.pages.admin.audit import draw_audit
from portal.pages.admin.inspector import draw_inspector
from portal.pages.admin.overview import draw_admin
from portal.pages.admin.people import draw_people
from portal.pages.data.page import draw_data
from portal.pages.explore.page import draw_explore
from portal.pages.money.budget import draw_budget
from portal.pages.money.governance import draw_governance
from portal.pages.money.providers import draw_provider_strategy
from portal.pages.money.trends import draw_trends
from portal.pages.page import Page, PageRequest
from portal.pages.reliability.migration import draw_migration
from portal.pages.reliability.overview import draw_reliability
from portal.pages.reliability.peak import draw_peak
from portal.pages.reliability.sla import draw_sla
from portal.pages.summary.executive import draw_executive

__all__ = ["PAGES", "Page", "PageRequest"]


def _inspect(request: PageRequest) -> Component:
    """Give the inspector the pages, of which it is one itself."""
    return draw_inspector(request, PAGES)


PAGES: tuple[Page, ...] = (
    Page("/", "Executive summary", "Summary", "", Permission.VIEW_SUMMARY, draw_executive),
    Page(
        "/reliability",
        "Reliability overview",
        "Overview",
        "Reliability",
        Permission.VIEW_RELIABILITY,
        draw_reliability,
    ),
    Page(
        "/reliability/sla",
        "SLA performance",
        "SLA performance",
        "Reliability",
        Permission.VIEW_RELIABILITY,
        draw_sla,
    ),
    Page(
        "/reliability/peak",
        "Peak and non-peak",
        "Peak and non-peak",
        "Reliability",
        Permission.VIEW_RELIABILITY,
        draw_peak,
    ),
    Page(
        "/reliability/migration",
        "Migration impact",
        "Migration",
        "Reliability",
        Permission.VIEW_RELIABILITY,
        draw_migration,
    ),
    Page(
        "/finops/budget",
        "Budget oversight",
        "Budget",
        "Money",
        Permission.VIEW_COST,
        draw_budget,
    ),
    Page(
        "/finops/trends",
        "Cost trends",
        "Trends",
        "Money",
        Permission.VIEW_COST,
        draw_trends,
    ),
    Page(
        "/finops/governance",
        "Governance and waste",
        "Governance and waste",
        "Money",
        Permission.VIEW_GOVERNANCE,
        draw_governance,
    ),
    Page(
        "/finops/providers",
        "Provider strategy",
        "Providers",
        "Money",
        Permission.VIEW_COST,
        draw_provider_strategy,
    ),
    Page("/explore", "Explore", "Explore", "Work", Permission.VIEW_SUMMARY, draw_explore),
    Page("/data", "Data", "Data", "Work", Permission.VIEW_DATA, draw_data),
    Page(
        "/admin",
        "Administration",
        "Overview",
        "Administration",
        Permission.VIEW_PEOPLE,
        draw_admin,
    ),
    Page(
        "/admin/users",
        "People and roles",
        "People",
        "Administration",
        Permission.VIEW_PEOPLE,
        draw_people,
    ),
    Page(
        "/admin/audit",
        "Audit trail",
        "Audit trail",
        "Administration",
        Permission.VIEW_AUDIT,
        draw_audit,
    ),
    Page(
        "/admin/inspect",
        "What can they see?",
        "What can they see?",
        "Administration",
        Permission.VIEW_PEOPLE,
        _inspect,
    ),
    Page(
        "/account",
        "Your account",
        "Account",
        "",
        Permission.VIEW_OWN_ACCOUNT,
        draw_account,
        in_nav=False,
    ),
)
