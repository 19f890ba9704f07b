"""The page on peaks, for those who see many MDAs, one that is measured, and one that is not."""

from collections.abc import Callable, Mapping

import pytest

from portal.pages.page import PageRequest
from portal.pages.reliability.peak_asks import ask_difference, ask_seasons
from portal.pages.reliability.peak_calendar import month_ranges
from portal.pages.reliability.peak_cards import peak_cards
from portal.pages.reliability.peak_verdict import overall
from tests.unit.portal.pages.conftest import Draw
from warehouse.question import Answer, Value

PATH = "/reliability/peak"


def seasons_of(request: PageRequest, *seasons: Mapping[str, Value]) -> Answer:
    """Give the answer on seasons with other figures: of peak months, then of other months."""
    asked = ask_seasons(request)
    names = ("peak", "non-peak")
    rows = tuple({"peak": name, **row} for name, row in zip(names, seasons, strict=False))
    return Answer(asked.question, rows, asked.build)


def cards_of(request: PageRequest, *seasons: Mapping[str, Value]) -> str:
    difference = ask_difference(request)
    return str(peak_cards(seasons_of(request, *seasons), difference, is_pooled=True))


def test_the_treasury_reads_whether_critical_services_hold(draw: Draw) -> None:
    drawn = draw("treasury", PATH)
    assert "Do critical services hold at tax time?" in drawn
    assert "critical services of all MDAs that were measured broke a limit" in drawn
    assert "Portal of Revenue Authority" in drawn


def test_the_calendar_in_use_says_where_it_comes_from(draw: Draw) -> None:
    drawn = draw("treasury", PATH)
    assert "January to March, July to September" in drawn
    assert "the product's default" in drawn


def test_a_measured_mda_sees_its_own_service_and_country(draw: Draw) -> None:
    drawn = draw("viewer of 10", PATH)
    assert "Portal of Ministry of Health" in drawn
    assert "Trinidad & Tobago" in drawn
    assert "Jamaica" not in drawn
    assert "Revenue Authority" not in drawn


def test_nothing_is_concluded_from_modelled_seasons(draw: Draw) -> None:
    drawn = draw("viewer of 13", PATH)
    assert "It can't be said for Ports Authority: nothing was measured." in drawn
    assert "modelled, concludes nothing" in drawn
    for word in ("loses most", "lost most", "Yes:", "tone-good", "tone-bad"):
        assert word not in drawn


def test_services_measured_in_peak_months_alone_are_judged_by_their_limits(draw: Draw) -> None:
    drawn = draw("treasury", PATH, "?from=2025-01&to=2025-03")
    assert (
        "Yes: none of the 3 critical services of all MDAs that were measured broke a limit" in drawn
    )
    assert "Against other months it can't be said: measured in peak months only" in drawn
    assert "This part could not be drawn" not in drawn


def test_without_a_measured_peak_month_nothing_is_said_of_it(draw: Draw) -> None:
    drawn = draw("treasury", PATH, "?from=2025-04&to=2025-04")
    assert "It can't be said for all MDAs" in drawn
    assert "This part could not be drawn" not in drawn


@pytest.mark.parametrize(
    ("breaches", "said"),
    [
        (0, "Yes, as far as measured: no service of all MDAs broke a limit in peak months"),
        (1, "Limits broke in 1 service-month of all MDAs in peak months"),
    ],
)
def test_without_a_critical_service_the_limits_broken_at_peak_decide(
    ask_for: Callable[..., PageRequest], breaches: int, said: str
) -> None:
    request = ask_for("treasury", PATH)
    seasons = seasons_of(request, {"sla_breaches": breaches, "request_count": 100})
    parts = overall(request, seasons)
    assert "".join(p if isinstance(p, str) else p.children for p in parts).startswith(said)


def test_a_measured_season_does_not_stand_beside_a_modelled_one(
    ask_for: Callable[..., PageRequest],
) -> None:
    request = ask_for("treasury", PATH)
    figures = {"stability_score": 81.5, "latency_ms": 200, "sla_breach_rate": 0.1}
    modelled, counted = {**figures, "request_count": None}, {**figures, "request_count": 9}
    drawn = cards_of(request, counted, modelled)
    assert "measured; other months are modelled" in drawn
    assert "in other months; " not in drawn
    assert "modelled; other months are measured" in cards_of(request, modelled, counted)
    assert " in other months; both measured" in cards_of(request, counted, counted)
    assert " in other months; both modelled" in cards_of(request, modelled, modelled)
    assert cards_of(request, counted, counted).count("'81.5'") == 2
    assert "measured; no other month with records" in cards_of(request, counted)


def test_a_difference_of_pooled_services_is_not_said_to_be_one_of_the_same_services(
    draw: Draw,
) -> None:
    assert "services pooled" in draw("treasury", PATH)
    one = draw("treasury", PATH, "?agency=10&service=portal-10")
    assert "peak minus other months, one service" in one
    assert "services pooled" not in one


def test_a_filter_on_the_season_is_dropped_because_both_are_compared(draw: Draw) -> None:
    assert "peak minus other months" in draw("treasury", PATH, "?peak=peak")


def test_months_without_any_record_are_said_to_have_none(draw: Draw) -> None:
    drawn = draw("viewer of 13", PATH, "?from=2020-01&to=2020-02")
    assert "No reliability records were handed in for Ports Authority in this period." in drawn


def test_every_section_is_drawn_for_every_filter(draw: Draw) -> None:
    for search in ("", "?agency=12", "?service=PaaS", "?status=Post", "?year=fiscal",
                   "?agency=10&agency=12", "?agency=10&service=portal-10"):  # fmt: skip
        assert "This part could not be drawn" not in draw("treasury", PATH, search)


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ((), ""),
        ((1,), "January"),
        ((1, 2, 3, 7), "January to March, July"),
        ((12, 11), "November to December"),
    ],
)
def test_months_of_the_year_are_written_as_ranges(numbers: tuple[int, ...], text: str) -> None:
    assert month_ranges(numbers) == text
