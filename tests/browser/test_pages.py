"""Every page, as each of its readers, looked at by axe and by a watch on what it does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from portal.pages import PAGES
from tests.browser.conftest import VENDOR, Server, Watch, sign_in

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

AXE = (VENDOR / "axe.min.js").read_text("utf-8")
WIDTHS = {"desk": 1280, "phone": 375}
ROLES = ("treasury", "agency_viewer", "agency_manager", "admin", "auditor")


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["desk", "phone"])
def context(
    request: pytest.FixtureRequest, chromium: Browser, theme: str
) -> Iterator[BrowserContext]:
    context = chromium.new_context(
        viewport={"width": WIDTHS[request.param], "height": 800},
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
    )
    yield context
    context.close()


def settle(page: Page) -> None:
    """Wait until the page's own heading stands and its charts are drawn."""
    page.wait_for_selector("main h1")
    page.wait_for_function(
        "() => !document.querySelector('[data-dash-is-loading=true]') && "
        "[...document.querySelectorAll('.dash-graph')].every(g => g.querySelector('svg'))"
    )


def judge(page: Page) -> list[str]:
    """Give what axe finds, a line each."""
    page.evaluate(AXE)
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{violation['id']} ({violation['impact']}): {node['target']} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def paths_of(page: Page) -> set[str]:
    """Give the addresses that the navigation offers this reader, and those of everybody."""
    links = page.eval_on_selector_all("nav a[href^='/']", "all => all.map(a => a.pathname)")
    return {path for path in links if path in {p.path for p in PAGES}} | {"/account", "/data"}


@pytest.mark.parametrize("role", ROLES)
def test_pages_are_accessible_and_keep_to_themselves(
    context: BrowserContext, server: Server, role: str
) -> None:
    page = sign_in(context, server, role)
    watch = Watch(server.address)
    watch.follow(page)
    settle(page)
    for path in sorted(paths_of(page)):
        page.goto(server.address + path)
        settle(page)
        assert judge(page) == [], path
        wide = page.evaluate("() => document.documentElement.scrollWidth > innerWidth")
        assert not wide, f"{path} scrolls sideways"
    assert watch.complaints == []


def test_the_sign_in_page_is_accessible(context: BrowserContext, server: Server) -> None:
    page = context.new_page()
    watch = Watch(server.address)
    watch.follow(page)
    page.goto(f"{server.address}/login")
    assert judge(page) == []
    assert watch.complaints == []
