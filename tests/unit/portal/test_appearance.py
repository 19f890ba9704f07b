import pytest

from tests.unit.portal.conftest import Browser


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_readers_choice_stands_in_a_page_before_it_is_painted(
    viewer: Browser, browser: Browser, theme: str
) -> None:
    for one, path in ((viewer, "/finops/budget"), (browser, "/login")):
        one.client.set_cookie("theme", theme)
        assert f'<html lang="en-GB" data-bs-theme="{theme}">' in one.get(path).text


def test_anything_else_in_the_cookie_is_left_out(browser: Browser) -> None:
    browser.client.set_cookie("theme", "dark-ish")
    assert "data-bs-theme" not in browser.get("/login").text
