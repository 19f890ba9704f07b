"""Where the single rows behind a page's figures are to be seen."""

from __future__ import annotations

from auth.permissions import Permission
from portal.pages.page import PageRequest

_BY_PATH = (
    ("/reliability/migration", "migration-rows"),
    ("/reliability", "reliability-rows"),
    ("/finops/governance", "tagging-rows"),
    ("/finops/providers", "provider-rows"),
)
_WITHOUT_ROWS = ("/finops/tags", "/finops/exemptions")
"""Pages whose rows stand on them, with files of all of them."""


def rows_address(request: PageRequest, path: str) -> str:
    """Give the address of the rows behind a page's figures; empty where the reader has none.

    It names the months that the page looks at where the page's own address leaves them open.
    """
    may_see = request.reader.may(Permission.VIEW_DATA) and request.scope.measures is None
    if not may_see or path.startswith(_WITHOUT_ROWS):
        return ""
    view = next((name for start, name in _BY_PATH if path.startswith(start)), "cost-rows")
    period = request.year_period()
    return "/data" + request.filters.to_query(view=view, page=1, start=period.start, end=period.end)
