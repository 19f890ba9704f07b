"""Every page of the portal, in the order in which navigation lists them."""

from auth.permissions import Permission
from portal.pages import account, budget, data, executive, people, reliability
from portal.pages.page import Page, PageRequest

__all__ = ["PAGES", "Page", "PageRequest"]

PAGES = (
    Page(
        "/", "Executive summary", "Summary", "", Permission.VIEW_SUMMARY, executive.draw_executive
    ),
    Page(
        "/reliability",
        "Reliability overview",
        "Overview",
        "Reliability",
        Permission.VIEW_RELIABILITY,
        reliability.draw_reliability,
    ),
    Page(
        "/finops/budget",
        "Budget oversight",
        "Budget",
        "Money",
        Permission.VIEW_COST,
        budget.draw_budget,
    ),
    Page("/data", "Data", "Data", "Work", Permission.VIEW_DATA, data.draw_data),
    Page(
        "/admin/users",
        "People and roles",
        "People",
        "Administration",
        Permission.VIEW_PEOPLE,
        people.draw_people,
    ),
    Page(
        "/account",
        "Your account",
        "Account",
        "",
        Permission.VIEW_OWN_ACCOUNT,
        account.draw_account,
        in_nav=False,
    ),
)
