"""Every page of the portal, in the order in which navigation lists them."""

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.pages.account.page import draw_account
from portal.pages.admin.audit import draw_audit
from portal.pages.admin.inspector import draw_inspector
from portal.pages.admin.overview import draw_admin
from portal.pages.admin.people import draw_people
from portal.pages.anomalies.page import draw_anomalies
from portal.pages.anomalies.services_page import draw_service_anomalies
from portal.pages.data.page import draw_data
from portal.pages.explore.page import draw_explore
from portal.pages.insights.page import draw_insights
from portal.pages.money.budget import draw_budget
from portal.pages.money.governance import draw_governance
from portal.pages.money.providers import draw_provider_strategy
from portal.pages.money.trends import draw_trends
from portal.pages.page import Page, PageRequest
from portal.pages.policies.exemptions import draw_exemptions
from portal.pages.policies.page import draw_policies
from portal.pages.reliability.migration import draw_migration
from portal.pages.reliability.overview import draw_reliability
from portal.pages.reliability.peak import draw_peak
from portal.pages.reliability.sla import draw_sla
from portal.pages.rules.page import draw_rules
from portal.pages.summary.executive import draw_executive
from portal.pages.tagging.overview import draw_tags
from portal.texts import later

__all__ = ["PAGES", "Page", "PageRequest"]


def _inspect(request: PageRequest) -> Component:
    """Give the inspector the pages, of which it is one itself."""
    return draw_inspector(request, PAGES)


PAGES: tuple[Page, ...] = (
    Page(
        "/",
        later("Executive summary"),
        later("Summary"),
        "",
        Permission.VIEW_SUMMARY,
        draw_executive,
    ),
    Page(
        "/reliability",
        later("Reliability overview"),
        later("Overview"),
        later("Reliability"),
        Permission.VIEW_RELIABILITY,
        draw_reliability,
    ),
    Page(
        "/reliability/sla",
        later("SLA performance"),
        later("SLA performance"),
        later("Reliability"),
        Permission.VIEW_RELIABILITY,
        draw_sla,
    ),
    Page(
        "/reliability/peak",
        later("Peak and non-peak"),
        later("Peak and non-peak"),
        later("Reliability"),
        Permission.VIEW_RELIABILITY,
        draw_peak,
    ),
    Page(
        "/reliability/migration",
        later("Migration impact"),
        later("Migration"),
        later("Reliability"),
        Permission.VIEW_RELIABILITY,
        draw_migration,
    ),
    Page(
        "/reliability/anomalies",
        later("Unusual days of services"),
        later("Unusual days"),
        later("Reliability"),
        Permission.VIEW_RELIABILITY,
        draw_service_anomalies,
    ),
    Page(
        "/finops/budget",
        later("Budget oversight"),
        later("Budget"),
        later("Money"),
        Permission.VIEW_COST,
        draw_budget,
    ),
    Page(
        "/finops/trends",
        later("Cost trends"),
        later("Trends"),
        later("Money"),
        Permission.VIEW_COST,
        draw_trends,
    ),
    Page(
        "/finops/anomalies",
        later("Anomalies of cost"),
        later("Anomalies"),
        later("Money"),
        Permission.VIEW_COST,
        draw_anomalies,
    ),
    Page(
        "/finops/governance",
        later("Governance and waste"),
        later("Governance and waste"),
        later("Money"),
        Permission.VIEW_GOVERNANCE,
        draw_governance,
    ),
    Page(
        "/finops/tags",
        later("Tags to mend"),
        later("Tags to mend"),
        later("Money"),
        Permission.VIEW_GOVERNANCE,
        draw_tags,
    ),
    Page(
        "/admin/policies",
        later("Tagging policies"),
        later("Tagging policies"),
        later("Money"),
        Permission.VIEW_GOVERNANCE,
        draw_policies,
    ),
    Page(
        "/finops/exemptions",
        later("Exemptions"),
        later("Exemptions"),
        later("Money"),
        Permission.VIEW_GOVERNANCE,
        draw_exemptions,
    ),
    Page(
        "/finops/providers",
        later("Provider strategy"),
        later("Providers"),
        later("Money"),
        Permission.VIEW_COST,
        draw_provider_strategy,
    ),
    Page(
        "/explore",
        later("Explore"),
        later("Explore"),
        later("Work"),
        Permission.VIEW_SUMMARY,
        draw_explore,
    ),
    Page(
        "/insights",
        later("Insights"),
        later("Insights"),
        later("Work"),
        Permission.VIEW_SUMMARY,
        draw_insights,
    ),
    Page("/data", later("Data"), later("Data"), later("Work"), Permission.VIEW_DATA, draw_data),
    Page(
        "/treasury/rules",
        later("Rules of attribution"),
        later("Rules of attribution"),
        later("Treasury"),
        Permission.VIEW_RULES,
        draw_rules,
    ),
    Page(
        "/admin",
        later("Administration"),
        later("Overview"),
        later("Administration"),
        Permission.VIEW_PEOPLE,
        draw_admin,
    ),
    Page(
        "/admin/users",
        later("People and roles"),
        later("People"),
        later("Administration"),
        Permission.VIEW_PEOPLE,
        draw_people,
    ),
    Page(
        "/admin/audit",
        later("Audit trail"),
        later("Audit trail"),
        later("Administration"),
        Permission.VIEW_AUDIT,
        draw_audit,
    ),
    Page(
        "/admin/inspect",
        later("What can they see?"),
        later("What can they see?"),
        later("Administration"),
        Permission.VIEW_PEOPLE,
        _inspect,
    ),
    Page(
        "/account",
        later("Your account"),
        later("Account"),
        "",
        Permission.VIEW_OWN_ACCOUNT,
        draw_account,
        in_nav=False,
    ),
)
