"""Every state a page can be in, looked at by axe: empty, broken, stale, refused, signed out."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Server, open_context, running, settle, sign_in
from tests.browser.judging import NARROWEST, OF_LOOKS, fits, judge
from tests.factories.government import write_government
from tests.factories.people import add_people

pytestmark = pytest.mark.timeout(300)

LOOKS = (("light", 1280), ("dark", 375))


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """Serve a small government whose records end long ago."""
    folder = tmp_path_factory.mktemp("old")
    data = write_government(folder / "data")
    people = add_people(folder)
    secret = secrets.token_hex(32)
    with running(folder, EXCHEQUER_DATA_DIR=str(data), EXCHEQUER_SECRET_KEY=secret) as address:
        yield Server(address, people), folder


def accept(page: Page) -> None:
    """Judge the page as it stands in every look."""
    for at, (theme, width) in enumerate(LOOKS):
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        page.set_viewport_size({"width": width, "height": 800})
        settle(page)
        assert judge(page, *(OF_LOOKS if at else ())) == [], f"{page.url}, {theme}, {width}"
        assert fits(page), f"{page.url}, {theme}, {width}"
    page.set_viewport_size({"width": NARROWEST, "height": 800})
    assert fits(page), f"{page.url}, {NARROWEST}"


STATES = {
    "treasury": (
        ("/", "The latest records are of"),
        ("/?from=yesterday", "is no start month that can be read"),
        ("/?agency=99", "This view can't be shown"),
        ("/finops/budget?agency=13", "no budget recorded"),
        ("/reliability?agency=14", "Hand in telemetry"),
        ("/?agency=14&from=2025-03", "US$"),
        ("/nowhere", "Nothing is known under this address"),
        ("/admin/users", "Nothing is known under this address"),
    ),
    "agency_viewer": (
        ("/?agency=11", "This view can't be shown"),
        ("/data?view=usage-rows", "row 2"),
    ),
}


@pytest.mark.parametrize("role", STATES)
def test_a_page_says_what_state_it_is_in(
    chromium: Browser, old: tuple[Server, Path], role: str
) -> None:
    server, _ = old
    context = open_context(chromium)
    page = sign_in(context, server, role)
    for path, said in STATES[role]:
        page.goto(server.address + path)
        settle(page)
        expect(page.locator("main")).to_contain_text(said)
        accept(page)
    context.close()


def test_who_is_signed_out_meanwhile_comes_back_to_the_same_view(
    chromium: Browser, old: tuple[Server, Path]
) -> None:
    server, _ = old
    context = open_context(chromium)
    page = sign_in(context, server, "auditor")
    settle(page)
    context.clear_cookies()
    page.click("nav >> text=Budget")
    page.wait_for_url("**/login?next=*")
    person = server.person("auditor")
    page.fill("input[name=email]", str(person["email"]))
    page.fill("input[name=password]", str(person["password"]))
    page.click("main button[type=submit]")
    page.wait_for_url("**/finops/budget")
    context.close()


def test_without_a_star_a_page_gives_a_reference_and_a_way_to_try_again(
    chromium: Browser, old: tuple[Server, Path]
) -> None:
    server, folder = old
    context = open_context(chromium)
    page = sign_in(context, server, "treasury")
    builds = folder / "builds"
    shutil.move(builds, folder / "gone")
    try:
        page.goto(f"{server.address}/finops/budget?to=2025-02")
        settle(page)
        expect(page.get_by_role("alert").or_(page.locator(".state")).first).to_be_visible()
        accept(page)
    finally:
        shutil.rmtree(builds, ignore_errors=True)
        shutil.move(folder / "gone", builds)
    context.close()


def test_before_the_first_build_a_page_says_that_it_is_being_made(
    chromium: Browser, tmp_path: Path
) -> None:
    people = add_people(tmp_path)
    settings = {
        "EXCHEQUER_DATA_DIR": str(tmp_path / "nothing"),
        "EXCHEQUER_SECRET_KEY": secrets.token_hex(32),
    }
    with running(tmp_path, awaits="/healthz", **settings) as address:
        context = open_context(chromium)
        page = sign_in(context, Server(address, people), "treasury")
        settle(page)
        expect(page.locator("main")).to_contain_text("No figures are published yet")
        accept(page)
        context.close()


def test_in_forced_colours_marks_and_words_stay(
    chromium: Browser, old: tuple[Server, Path]
) -> None:
    server, _ = old
    context = open_context(chromium)
    page = sign_in(context, server, "treasury")
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    for path in ("/", "/reliability", "/finops/budget"):
        page.goto(server.address + path)
        settle(page)
        assert judge(page) == [], path
        drawn = page.eval_on_selector(".card", "card => getComputedStyle(card).borderTopWidth")
        assert drawn != "0px"
    context.close()
