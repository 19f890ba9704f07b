"""One walk through the portal without a mouse: every page, every control, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Server, open_context, settle
from tests.browser.judging import paths_of

pytestmark = pytest.mark.timeout(300)

MOST_STEPS = 700
AT_ONCE = 20
"""Steps taken before the page is asked what was reached: asking took longer than walking."""
_TOLD = """
at => {
  if (!at || at === document.body) return null;
  const style = getComputedStyle(at);
  const box = at.getBoundingClientRect();
  const ring = parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== 'none';
  return {
    isTitle: at.id === 'page-title',
    text: (at.getAttribute('aria-label') || at.textContent || at.name || '').trim().slice(0, 80),
    tag: at.tagName, ring, drawn: box.width > 0 && box.height > 0,
    inMain: Boolean(at.closest('main')),
  };
}
"""
_FOCUSED = f"() => ({_TOLD})(document.activeElement)"
_FOLLOW = f"""
() => {{
  const told = {_TOLD};
  window.followed = [];
  window.follows ||= document.addEventListener(
    'focusin', event => window.followed.push(told(event.target)), true) || true;
}}
"""
_CONTROLS = """
() => [...document.querySelectorAll(
  'main a[href], main button, main select, main input:not([type=hidden]), main summary, ' +
  'main [tabindex="0"]'
)].filter(one => one.checkVisibility() && !one.disabled).length
"""


def type_sign_in(page: Page, server: Server) -> None:
    person = server.person("treasury")
    page.goto(f"{server.address}/login")
    while page.evaluate("() => document.activeElement.name") != "email":
        page.keyboard.press("Tab")
    page.keyboard.type(str(person["email"]))
    page.keyboard.press("Tab")
    page.keyboard.type(str(person["password"]))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{server.address}/")
    settle(page)


def step_to(page: Page, wanted: Callable[[dict[str, object]], bool]) -> dict[str, object]:
    """Press Tab until what has the focus is wanted."""
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        found = page.evaluate(_FOCUSED)
        if found and wanted(found):
            return dict(found)
    pytest.fail("it can't be reached by Tab")


def test_the_whole_portal_is_walked_by_keyboard(chromium: Browser, server: Server) -> None:
    context = open_context(chromium)
    page = context.new_page()
    type_sign_in(page, server)
    for path in sorted(paths_of(page) - {"/account"}):
        page.evaluate("() => document.activeElement.blur()")
        link = page.locator(f"nav a[href='{path}']")
        if not link.count():
            continue
        name = link.inner_text()
        is_there = urlsplit(page.url).path == path
        before = page.inner_text("main h1")
        step_to(page, lambda at, name=name: at["text"] == name and not at["inMain"])
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url, path=path: url.split("?")[0].endswith(path))
        if not is_there:
            # The address changes first; what is walked must be the page that it names.
            page.wait_for_function(
                "before => { const title = document.querySelector('main h1'); "
                "return title && title.innerText !== before }",
                arg=before,
            )
        settle(page)
        _reach_everything(page, path)
    context.close()


def _reach_everything(page: Page, path: str) -> None:
    """Walk through the page's own controls: each is reached, seen, and let go of again."""
    expected = page.evaluate(_CONTROLS)
    page.evaluate("() => document.querySelector('#page').focus()")
    page.evaluate(_FOLLOW)
    reached = 0
    for _ in range(0, MOST_STEPS, AT_ONCE):
        for _ in range(AT_ONCE):
            page.keyboard.press("Tab")
        found = page.evaluate("() => [window.followed, window.followed = []][0]")
        for at in found:
            if at["isTitle"]:
                # A page put in place once more gives lost focus to its title: from there on.
                reached = 0
                continue
            if not at["inMain"]:
                break
            assert at["ring"], f"{path}: no focus is to be seen on {at}"
            assert at["drawn"], f"{path}: what has the focus isn't drawn: {at}"
            reached += 1
        else:
            if found:
                continue
        break
    else:
        pytest.fail(f"{path}: the focus doesn't leave the page")
    assert reached >= expected, f"{path}: {reached} of {expected} controls are reached"


def test_a_filter_a_table_and_a_way_down_take_no_mouse(chromium: Browser, server: Server) -> None:
    context = open_context(chromium)
    page = context.new_page()
    type_sign_in(page, server)
    page.goto(f"{server.address}/finops/budget")
    settle(page)
    step_to(page, lambda at: at["tag"] == "SELECT" and "From" not in str(at["text"]))
    while page.evaluate("() => document.activeElement.name") != "agency":
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    step_to(page, lambda at: at["text"] == "Apply")
    page.keyboard.press("Enter")
    page.wait_for_url("**agency=*")
    settle(page)

    step_to(page, lambda at: at["text"] == "View as table")
    page.keyboard.press("Enter")
    expect(page.locator("details.as-table[open] table").first).to_be_visible()

    page.evaluate("() => document.querySelector('#page').focus()")
    step_to(page, lambda at: at["text"] == "The rows behind this page")
    page.keyboard.press("Enter")
    page.wait_for_url("**/data?*view=cost-rows*")
    settle(page)
    expect(page.locator("main")).to_contain_text("row ")
    page.keyboard.press("Alt+ArrowLeft")
    page.go_back() if "/data" in page.url else None
    page.wait_for_url("**/finops/budget?agency=*")
    context.close()


def test_tab_goes_past_the_lines_of_bills_and_arrows_go_among_them(
    chromium: Browser, server: Server
) -> None:
    context = open_context(chromium)
    page = context.new_page()
    type_sign_in(page, server)
    page.goto(f"{server.address}/explore?view=lines")
    settle(page)
    expect(page.locator(".lines-frame [role=gridcell]").first).not_to_be_empty(timeout=60_000)
    of_grid = "() => document.activeElement.getAttribute('role')"
    page.focus("#lines-find")
    while page.evaluate(of_grid) != "columnheader":
        page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate(_FOCUSED)["text"] == "View as table"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(of_grid) == "gridcell"
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(of_grid) == "gridcell"
    page.keyboard.press("Tab")
    assert page.evaluate(_FOCUSED)["text"] == "View as table"
    context.close()
