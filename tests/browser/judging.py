"""What every page is judged by in a browser: axe, both colour schemes, and its width."""

from __future__ import annotations

from playwright.sync_api import Page, TimeoutError

from portal.pages import PAGES
from tests.browser.conftest import VENDOR, settle

AXE = (VENDOR / "axe.min.js").read_text("utf-8")
SIZES = {"desk": 1280, "phone": 375}
NARROWEST = 320
"""A screen of 1280 pixels at 400 %."""


OF_LOOKS = ("color-contrast", "link-in-text-block", "meta-viewport", "target-size")
"""Axe's rules about what another theme or size may change on a page that passes all others."""


def judge(page: Page, *only: str) -> list[str]:
    """Give what axe finds, a line each; only by these rules where some are given."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE)
    found = page.evaluate(
        "only => axe.run(document, {resultTypes: ['violations'], performanceTimer: false, "
        "rules: {'target-size': {enabled: true}}, "
        "...(only.length && {runOnly: {type: 'rule', values: only}})})",
        list(only),
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
