"""The cards on money of the executive summary."""

from collections.abc import Callable

from portal.pages import PageRequest
from portal.pages.summary.risks import draw_risks
from tests.unit.portal.pages.conftest import Draw
from tests.unit.portal.pages.figures_shown import text_of

AskFor = Callable[..., PageRequest]
SEVERAL = "several currencies"


def test_mdas_of_several_currencies_are_ranked_in_dollars(ask_for: AskFor) -> None:
    own = text_of(draw_risks(ask_for("treasury", search="?currency=own")))
    assert SEVERAL in own
    assert "US$" in own
    assert (
        own.split("has most at stake")[0]
        == text_of(draw_risks(ask_for("treasury"))).split("has most at stake")[0]
    )


def test_mdas_of_one_currency_are_ranked_in_it(ask_for: AskFor) -> None:
    own = text_of(draw_risks(ask_for("treasury", search="?currency=own&agency=10&agency=11")))
    assert SEVERAL not in own
    assert SEVERAL not in text_of(draw_risks(ask_for("treasury")))


def test_what_a_filter_leaves_as_it_is_says_so(ask_for: AskFor) -> None:
    said, search = "Not narrowed by service type", "?service=PaaS"
    assert said in text_of(draw_risks(ask_for("treasury", search=search)))
    assert said not in text_of(draw_risks(ask_for("treasury")))


def test_the_summary_draws_what_is_ahead_and_says_what_the_year_comes_to(draw: Draw) -> None:
    text = draw("treasury", "/")
    assert "is forecast at" in text
    assert "95 % band" in text
    assert "The year is forecast at " in text
    assert "The year is forecast at " in draw("viewer of 10", "/")
    assert "The year is forecast at " not in draw("treasury", "/", "?from=2025-01&to=2025-06")
    assert "is forecast at" in draw("treasury", "/", "?service=PaaS")
    assert "The year is forecast at " not in draw("treasury", "/", "?service=PaaS")
    assert "MDAs are forecast as a whole" in draw("treasury", "/", "?provider=AWS")
