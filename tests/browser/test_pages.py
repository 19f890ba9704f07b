"""Every page, as each of its readers, looked at by axe and by a watch on what it does."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Server, Watch, open_context, settle, sign_in
from tests.browser.judging import OF_LOOKS, SIZES, fits, judge, look, paths_of

pytestmark = pytest.mark.timeout(600)

IS_SOAK = os.environ.get("EXCHEQUER_SOAK") == "1"

LOOKS = {
    "treasury": (("light", "desk"), ("dark", "phone")),
    "agency_manager": (("light", "phone"),),
    "admin": (("dark", "desk"),),
}
"""Who sees most, who sees one agency's, and who administers: together in every look."""
FURTHER_LOOKS = {
    "auditor": (("dark", "desk"),),
    "agency_viewer": (("light", "desk"), ("dark", "phone")),
    "admin": (("light", "desk"), ("dark", "phone")),
}
"""An auditor reads the treasury's pages and a viewer a manager's: in long runs only."""
FURTHER = {"/explore": ("/explore?view=bills",)}
"""Views so much of their own that they are pages by themselves."""
ALL_LOOKS = LOOKS | FURTHER_LOOKS if IS_SOAK else LOOKS


@pytest.mark.parametrize("role", ALL_LOOKS)
def test_pages_are_accessible_and_keep_to_themselves(
    chromium: Browser, server: Server, role: str
) -> None:
    context = open_context(chromium)
    page = sign_in(context, server, role)
    watch = Watch(server.address)
    watch.follow(page)
    settle(page)
    for path in sorted(paths_of(page)):
        for address in (path, *FURTHER.get(path, ())):
            page.goto(server.address + address)
            for at, (theme, size) in enumerate(ALL_LOOKS[role]):
                page.set_viewport_size({"width": SIZES[size], "height": 800})
                look(page, theme)
                found = judge(page, *(() if at == 0 or IS_SOAK else OF_LOOKS))
                assert found == [], f"{address}, {theme}, {size}"
                assert fits(page), f"{address} scrolls sideways, {size}"
    assert watch.complaints == []
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_the_sign_in_page_is_accessible(
    chromium: Browser, server: Server, theme: str, size: str
) -> None:
    context = open_context(chromium, width=SIZES[size], theme=theme)
    page = context.new_page()
    watch = Watch(server.address)
    watch.follow(page)
    page.goto(f"{server.address}/login")
    assert judge(page) == []
    assert watch.complaints == []
    context.close()
