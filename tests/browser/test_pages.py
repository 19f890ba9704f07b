"""Every page, as each of its readers, looked at by axe and by a watch on what it does."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, TimeoutError

from portal.pages import PAGES
from tests.browser.conftest import VENDOR, Server, Watch, open_context, settle, sign_in

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

AXE = (VENDOR / "axe.min.js").read_text("utf-8")
SIZES = {"desk": 1280, "phone": 375}
ROLES = ("treasury", "agency_viewer", "agency_manager", "admin", "auditor")


def judge(page: Page) -> list[str]:
    """Give what axe finds, a line each."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE)
    found = page.evaluate(
        "() => axe.run(document, {resultTypes: ['violations'], performanceTimer: false})"
    )
    return [
        f"{violation['id']} ({violation['impact']}): {node['target']} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def paths_of(page: Page) -> set[str]:
    """Give the addresses that the navigation offers this reader, and those of everybody."""
    links = page.eval_on_selector_all("nav a[href^='/']", "all => all.map(a => a.pathname)")
    return {path for path in links if path in {p.path for p in PAGES}} | {"/account", "/data"}


def look(page: Page, theme: str) -> None:
    """Switch the device between light and dark and wait until the page is drawn in it."""
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.wait_for_function("theme => document.documentElement.dataset.bsTheme === theme", arg=theme)
    settle(page)


def fits(page: Page) -> bool:
    """Tell whether nothing scrolls sideways, once charts have followed the page's width."""
    try:
        page.wait_for_function(
            "() => document.documentElement.scrollWidth <= innerWidth", timeout=3_000
        )
    except TimeoutError:
        return False
    return True


@pytest.mark.parametrize("role", ROLES)
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
        for theme in ("light", "dark"):
            look(page, theme)
            for size, width in SIZES.items():
                page.set_viewport_size({"width": width, "height": 800})
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
