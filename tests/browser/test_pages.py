"""Every page, as each of its readers, looked at by axe and by a watch on what it does."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Server, Watch, open_context, settle, sign_in
from tests.browser.judging import SIZES, fits, judge, look, paths_of

pytestmark = pytest.mark.timeout(300)

LOOKS = {
    "treasury": (("light", "desk"), ("dark", "phone")),
    "auditor": (("dark", "desk"),),
    "agency_viewer": (("light", "desk"), ("dark", "phone")),
    "agency_manager": (("light", "phone"),),
    "admin": (("light", "desk"), ("dark", "phone")),
}
"""Each page in both themes and at both sizes, and in what no other reader's page has shown yet.

An auditor reads the treasury's pages and a manager a viewer's, so each of the two pairs sees
more looks than either reader alone.
"""
FURTHER = {"/explore": ("/explore?view=bills",)}
"""Views so much of their own that they are pages by themselves."""


@pytest.mark.parametrize("role", LOOKS)
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
            for theme, size in LOOKS[role]:
                page.set_viewport_size({"width": SIZES[size], "height": 800})
                look(page, theme)
                assert judge(page) == [], f"{address}, {theme}, {size}"
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
