"""A tagging policy on its way: one administrator writes it, another publishes, an MDA reads it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Server, Watch, open_context, settle

pytestmark = pytest.mark.timeout(300)

PAGE = "/admin/policies"
RULES = """\
tags:
  Retention:
    spelling: Retention
    required: true
    values: [7y, "*-legal-hold"]
"""


@pytest.fixture
def people(chromium: Browser, server: Server) -> Iterator[dict[str, Page]]:
    """Open a browser of their own for two administrators and for a manager of an MDA."""
    found = {}
    contexts = []
    for email in ("admin", "admin-2", "manager-1"):
        contexts.append(open_context(chromium))
        person = next(one for one in server.sign_ins if str(one["email"]).split("@")[0] == email)
        found[email] = signed_in(contexts[-1].new_page(), server, person)
    yield found
    for context in contexts:
        context.close()


def signed_in(page: Page, server: Server, person: dict[str, object]) -> Page:
    page.goto(f"{server.address}/login")
    page.fill("input[name=email]", str(person["email"]))
    page.fill("input[name=password]", str(person["password"]))
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/login" not in url)
    return page


def test_a_policy_is_written_by_one_published_by_another_and_read_by_all(
    people: dict[str, Page], server: Server
) -> None:
    watch = Watch(server.address)
    ada, aron, mara = people["admin"], people["admin-2"], people["manager-1"]
    for page in people.values():
        watch.follow(page)

    ada.goto(f"{server.address}{PAGE}")
    settle(ada)
    ada.click("text=New policy")
    ada.wait_for_url("**view=new")
    settle(ada)
    ada.fill("#policy-policy", "retention")
    ada.fill("#policy-owner", "Treasury")
    ada.select_option("#policy-stage", "warn")
    meaning = ada.locator("#policy-check")
    ada.fill("#policy-rules", "tags:\n  Retention:\n    values: ['pattern:[']\n")
    expect(meaning).to_contain_text("1 problem")
    expect(meaning).to_contain_text("tags.Retention")
    ada.fill("#policy-rules", RULES)
    expect(meaning).to_contain_text("Every resource must carry Retention, spelt exactly so.")
    expect(meaning).to_contain_text("Allowed are 7y and values that end with -legal-hold.")
    ada.fill("#policy-note", "Asked for by the auditor.")
    ada.click("text=Save the draft")
    ada.wait_for_url("**policy=retention")
    settle(ada)
    ada.click("text=Submit for review")
    expect(ada.locator("main")).to_contain_text("another administrator has to approve it")

    mara.goto(f"{server.address}{PAGE}?policy=retention")
    settle(mara)
    expect(mara.locator("main")).to_contain_text("No policy of this name is known")

    aron.goto(f"{server.address}{PAGE}")
    settle(aron)
    aron.click("main a:text-is('retention')")
    aron.wait_for_url("**policy=retention")
    settle(aron)
    aron.click("text=Approve and publish")
    expect(aron.locator("main")).to_contain_text("Version 1, published")

    mara.reload()
    settle(mara)
    expect(mara.locator("main")).to_contain_text("Every resource must carry Retention")
    assert mara.locator("main form[method=post]").count() == 0
    assert watch.complaints == []
