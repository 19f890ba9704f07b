"""The view of bills: every figure follows the filters, and nobody sees another's account."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from portal.pages import PageRequest
from portal.pages.explore.page import draw_explore
from tests.factories.government import account_of
from tests.factories.published import copy_of_government, opened_in
from tests.unit.portal.pages.figures_shown import (
    agrees,
    asked_again,
    charts_of,
    figures_of,
    text_of,
    unasked_in_sentences,
    unasked_of,
)
from warehouse.db import Database
from warehouse.measures import REGISTRY

Ask = Callable[..., PageRequest]
VIEW = "?view=bills"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("billed")
    copy_of_government(tmp_path_factory, folder, with_bills=True)
    with opened_in(folder / "var") as opened:
        yield opened


@pytest.mark.parametrize(
    ("who", "search"),
    [
        ("treasury", VIEW),
        ("treasury", f"{VIEW}&agency=10"),
        ("treasury", f"{VIEW}&where=service:Amazon+EC2&from=2025-03"),
        ("auditor", f"{VIEW}&year=fiscal"),
        ("viewer of 10", VIEW),
        ("manager of 10 and 12", f"{VIEW}&provider=AWS"),
    ],
)
def test_every_figure_is_what_the_gateway_answers(ask_for: Ask, who: str, search: str) -> None:
    request = ask_for(who, "/explore", search)
    page = draw_explore(request)
    found = figures_of(page)
    assert unasked_of(page) == []
    assert unasked_in_sentences(page) == []
    wrong = [
        f"{shown} but {value}"
        for shown in found
        if not agrees(
            shown.text, value := asked_again(request, shown), REGISTRY[shown.measure].unit
        )
    ]
    assert wrong == []
    assert len(found) > 20
    assert list(charts_of(page))


def test_a_viewer_sees_its_own_account_and_no_other(ask_for: Ask) -> None:
    page = text_of(draw_explore(ask_for("viewer of 10", "/explore", VIEW)))
    assert "Ministry of Health" in page
    for other in (account_of(11), "999999999999", "Revenue Authority", "Shared"):
        assert other not in page


def test_the_account_of_nobody_is_the_treasurys_to_see(ask_for: Ask) -> None:
    page = text_of(draw_explore(ask_for("treasury", "/explore", VIEW)))
    assert "999999999999" in page


def test_a_foreign_account_in_the_address_answers_as_an_unknown_one(ask_for: Ask) -> None:
    foreign, unknown = (
        text_of(
            draw_explore(ask_for("viewer of 10", "/explore", f"{VIEW}&where=account:{account}"))
        )
        for account in (account_of(11), account_of(77))
    )
    assert foreign.replace(account_of(11), "X") == unknown.replace(account_of(77), "X")


def test_without_bills_the_view_says_so(ask_for: Ask) -> None:
    page = text_of(draw_explore(ask_for("treasury", "/explore", f"{VIEW}&to=2024-03")))
    assert "There are no bills of all MDAs" in page
