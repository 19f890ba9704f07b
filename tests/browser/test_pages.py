"""Every page, as each of its readers, looked at by axe and by a watch on what it does."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Server, Watch, open_context, settle, sign_in
from tests.browser.judging import SIZES, fits, judge, look, paths_of

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

EVERY_LOOK = tuple((theme, size) for theme in ("light", "dark") for size in SIZES)
TWO_LOOKS = (("light", "desk"), ("dark", "phone"))
LOOKS = {
    "treasury": EVERY_LOOK,
    "agency_viewer": EVERY_LOOK,
    "agency_manager": TWO_LOOKS,
    "admin": EVERY_LOOK,
    "auditor": TWO_LOOKS,
}
"""A manager reads what a viewer does, and an auditor what the treasury does: two looks will do."""


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
        page.goto(server.address + path)
        for theme, size in LOOKS[role]:
            look(page, theme)
            page.set_viewport_size({"width": SIZES[size], "height": 800})
            assert judge(page) == [], f"{path}, {theme}, {size}"
            assert fits(page), f"{path} scrolls sideways, {size}"
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
