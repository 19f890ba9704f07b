"""What people do in the portal, done in a real browser: by keyboard, by address, and by form."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Server, Watch, open_context, settle, sign_in

pytestmark = pytest.mark.timeout(300)

NEW_PASSWORD = "four slow herons under a bridge"


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = open_context(chromium)
    yield context
    context.close()


def heading(page: Page) -> str:
    return page.locator("main h1").inner_text()


def lead(page: Page) -> str:
    return page.locator("main .lead").inner_text()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control with this text has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.textContent.trim()") == name:
            return
    pytest.fail(f"{name} can't be reached by Tab")


def test_everything_on_the_way_to_the_budget_is_reached_by_keyboard(
    context: BrowserContext, server: Server
) -> None:
    person = server.person("treasury")
    page = context.new_page()
    page.goto(f"{server.address}/login")
    page.focus("input[name=email]")
    page.keyboard.type(str(person["email"]))
    page.keyboard.press("Tab")
    page.keyboard.type(str(person["password"]))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{server.address}/")
    settle(page)

    tab_to(page, "Skip to content")
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "page"

    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()

    page.keyboard.press("/")
    assert page.evaluate("() => document.activeElement.id") == "search"
    page.keyboard.press("Escape")

    page.reload()
    settle(page)
    tab_to(page, "Budget")
    page.keyboard.press("Enter")
    page.wait_for_url("**/finops/budget")
    expect(page.locator("main h1")).to_have_text("Who is over budget, and who will be?")
    expect(page.locator("main h1")).to_be_focused()


def test_an_address_reproduces_a_view_and_back_leaves_it(
    context: BrowserContext, server: Server
) -> None:
    page = sign_in(context, server, "treasury")
    page.goto(f"{server.address}/finops/budget")
    settle(page)
    whole = lead(page)
    choice = page.locator("form#filters select[name=agency]")
    value = choice.locator("option").nth(2).get_attribute("value")
    name = choice.locator("option").nth(2).inner_text()
    choice.select_option(value)
    page.click("text=Apply")
    page.wait_for_url(f"**/finops/budget?agency={value}")
    expect(page.locator("main .lead")).to_contain_text(name)
    narrowed = lead(page)

    again = context.new_page()
    again.goto(page.url)
    settle(again)
    assert lead(again) == narrowed
    assert again.locator("form#filters select[name=agency]").input_value() == value

    page.go_back()
    expect(page.locator("main .lead")).to_have_text(whole)
    assert page.url == f"{server.address}/finops/budget"


def test_a_part_that_an_address_opens_is_gone_to_once_it_is_there(
    context: BrowserContext, server: Server
) -> None:
    page = sign_in(context, server, "treasury")
    page.goto(f"{server.address}/reliability/anomalies")
    settle(page)
    page.get_by_role("link", name="Days around it").last.click()
    part = page.locator("#around")
    expect(part).to_be_in_viewport()
    expect(part).to_be_focused()
    part.get_by_role("link", name="Close").click()
    expect(part).to_have_count(0)


def test_several_values_of_a_filter_survive_the_form(
    context: BrowserContext, server: Server
) -> None:
    page = sign_in(context, server, "treasury")
    page.goto(f"{server.address}/finops/budget?agency=1000&agency=1001")
    settle(page)
    before = lead(page)
    page.select_option("form#filters select[name=from]", index=3)
    page.click("text=Apply")
    page.wait_for_url("**from=*")
    settle(page)
    assert "2 MDAs" in before
    assert "2 MDAs" in lead(page)


def test_signing_out_ends_what_could_be_seen(context: BrowserContext, server: Server) -> None:
    page = sign_in(context, server, "auditor")
    settle(page)
    page.click("summary.avatar")
    page.click("text=Sign out")
    page.wait_for_url("**/login*")
    page.goto(f"{server.address}/finops/budget")
    assert "/login" in page.url
    assert "US$" not in page.content()


def test_the_frame_that_is_sent_first_holds_nobodys_data(
    context: BrowserContext, server: Server
) -> None:
    page = sign_in(context, server, "treasury")
    settle(page)
    name = page.locator("form#filters select[name=agency] option").nth(1).inner_text()
    text = context.request.get(f"{server.address}/finops/budget").text()
    assert name not in text
    assert "US$" not in text
    assert "treasury@" not in text


def test_a_password_is_changed_and_a_wrong_one_is_said(
    context: BrowserContext, server: Server
) -> None:
    person = server.person("agency_viewer")
    page = sign_in(context, server, "agency_viewer")

    def change(current: str, new: str) -> None:
        page.goto(f"{server.address}/account")
        settle(page)
        page.fill("#current", current)
        page.fill("#new", new)
        page.fill("#repeated", new)
        page.click("text=Change password")
        page.wait_for_load_state()

    change("not the password at all", NEW_PASSWORD)
    expect(page.get_by_role("alert")).to_be_visible()
    change(str(person["password"]), NEW_PASSWORD)
    page.wait_for_url(f"{server.address}/account")
    settle(page)
    change(NEW_PASSWORD, str(person["password"]))
    page.wait_for_url(f"{server.address}/account")


def test_a_token_is_shown_once_and_revoked(context: BrowserContext, server: Server) -> None:
    page = sign_in(context, server, "treasury")
    page.goto(f"{server.address}/account")
    settle(page)
    page.fill("#token-name", "nightly copy")
    page.click("text=Make a token")
    secret = page.locator("#secret").input_value()
    assert len(secret) > 20
    page.click("text=Done")
    settle(page)
    assert secret not in page.content()
    page.click("[aria-label='Revoke token nightly copy']")
    page.wait_for_load_state()
    settle(page)
    assert page.locator("text=nightly copy").count() == 0


def test_a_person_is_added_granted_and_disabled(context: BrowserContext, server: Server) -> None:
    watch = Watch(server.address)
    page = sign_in(context, server, "admin")
    watch.follow(page)
    page.goto(f"{server.address}/admin/users")
    settle(page)
    page.fill("#person-name", "Ada Newcomer")
    page.fill("#person-email", "ada@demo.invalid")
    page.click("main button:text-is('Add')")
    assert page.locator("#secret").input_value()
    page.click("text=Done")
    settle(page)
    row = page.locator("tr", has_text="ada@demo.invalid")
    row.locator("summary").click()
    row.locator("select[name=role]").select_option("auditor")
    row.locator("button", has_text="Grant").click()
    page.wait_for_load_state()
    settle(page)
    expect(row).to_contain_text("Auditor")
    for press, then in (("Revoke", "none"), ("Disable", "disabled"), ("Enable", "enabled")):
        row.locator(f"button:text-is('{press}')").click()
        page.wait_for_load_state()
        settle(page)
        expect(row).to_contain_text(then)
    row.locator("button", has_text="New password link").click()
    assert page.locator("#secret").input_value()
    assert watch.complaints == []
