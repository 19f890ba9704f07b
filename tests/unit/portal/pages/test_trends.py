"""Where spend is heading, for whoever may ask."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import delete

from portal.pages.money.accepted import draw_accepted
from portal.pages.money.forecast_services import draw_ahead_by_service
from portal.pages.money.what_if import draw_what_if
from portal.pages.page import PageRequest
from tests.unit.portal.pages.conftest import Draw
from tests.unit.portal.pages.figures_shown import agrees, asked_again, figures_of
from warehouse.db import Database
from warehouse.governance.recommendation_models import Recommendation
from warehouse.governance.recommendations import ACCEPTED, Decision, decide
from warehouse.measures import REGISTRY
from warehouse.scope import Scope

PATH = "/finops/trends"


@pytest.mark.parametrize("who", ["treasury", "auditor", "viewer of 10", "manager of 10 and 12"])
@pytest.mark.parametrize(
    "search",
    ["", "?agency=10", "?service=PaaS", "?agency=10&service=PaaS", "?currency=own", "?year=fiscal",
     "?from=2025-01&to=2025-01", "?from=2024-03", "?to=2024-02"],
)  # fmt: skip
def test_the_page_is_whole_under_every_filter(draw: Draw, who: str, search: str) -> None:
    text = draw(who, PATH, search)
    assert "could not be drawn" not in text
    assert "Not available with these filters" not in text
    assert text.count('"type": "H1"') == 1


def test_the_sentence_says_the_direction_and_what_drives_it(draw: Draw) -> None:
    text = draw("treasury", PATH)
    assert "Spend of all MDAs is " in text
    assert "on average of the last three" in text


def test_months_ahead_stand_beside_what_past_forecasts_missed(draw: Draw) -> None:
    text = draw("treasury", PATH)
    assert "is forecast at" in text
    assert "missed by" in text
    assert "repeating the last month" in text
    assert "The 80 % band held " in text
    assert "Back-tested: " in text
    assert "Published: every forecast shown here is kept" in text


def test_mdas_are_ranked_for_the_treasury_and_services_for_an_mda(draw: Draw) -> None:
    assert "Who grows fastest" in draw("treasury", PATH)
    one = draw("viewer of 10", PATH)
    assert "Which service grows fastest" in one
    assert "by=service_type" in one
    assert "Which service grows fastest" not in draw("viewer of 10", PATH, "?service=PaaS")


def test_a_row_leads_down_with_the_filters(draw: Draw) -> None:
    assert "/finops/trends?from=2025-01&agency=10" in draw("treasury", PATH, "?from=2025-01")
    assert "/finops/trends?agency=10&service=PaaS" in draw("treasury", PATH, "?agency=10")


def test_jumps_are_listed_with_a_way_to_the_half_year_that_ends_with_them(draw: Draw) -> None:
    text = draw("treasury", PATH, "?from=2024-01")
    assert "from=2024-05&to=2024-10&agency=10" in text
    assert "Rises of more than 25 % on the month before" in text


def test_months_of_last_year_are_compared_only_where_there_were_any(draw: Draw) -> None:
    assert "the same months of last year" in draw("treasury", PATH)
    assert "a year before too" in draw("treasury", PATH, "?from=2024-02&to=2024-09")


def test_a_single_month_is_too_early_to_say(draw: Draw) -> None:
    text = draw("treasury", PATH, "?from=2024-01&to=2024-02")
    assert "It is too early to say where spend of all MDAs is heading" in text


def test_what_if_is_asked_in_the_address_and_answered_by_a_measure(draw: Draw) -> None:
    plain = draw("treasury", PATH)
    assert "As forecast, the year comes to " in plain
    assert "whatif=-5" in plain
    moved = draw("treasury", PATH, "?whatif=-5")
    assert "With what is ahead moved by " in moved
    assert "whatif_year_end" in moved
    assert "measure=whatif_year_end&measure=whatif_over_budget" in moved
    # A plus sign that is typed into an address arrives as a space.
    assert "With what is ahead moved by " in draw("treasury", PATH, "?whatif=+5")
    for wrong in ("-101", "5e3", "nan", "x"):
        text = draw("treasury", PATH, f"?whatif={wrong}")
        assert "is no way to move the forecast" in text
        assert "As forecast, the year comes to " in text


def test_a_service_has_a_forecast_of_its_own(draw: Draw) -> None:
    one = draw("viewer of 10", PATH, "?service=PaaS")
    assert "Spend of Ministry of Health on platform (PaaS) is " in one
    assert "is forecast at" in one
    assert "likely between" in one
    assert "drawn to its MDA's forecast" in one
    assert "Back-tested: " in one
    assert "repeating the last month" in one
    assert "The year is forecast at" not in one
    whole = draw("treasury", PATH, "?service=PaaS")
    assert "likely between" in whole
    assert "not MDAs' bands added up" in whole
    assert "Back-tested: " in whole
    for who, search in (
        ("manager of 10 and 12", "?service=PaaS"),
        ("treasury", "?service=PaaS&service=IaaS"),
        ("treasury", "?service=PaaS&agency=10&agency=12"),
    ):
        several = draw(who, PATH, search)
        assert "is forecast at" in several
        assert "likely between" not in several
        assert "bands of several MDAs or service types don't add up" in several
    # With what if, too, the chart says what it shows.
    assert "is forecast at" in draw("viewer of 10", PATH, "?service=PaaS&whatif=-5")
    assert "as a whole and by service type" in draw("treasury", PATH, "?where=category:Usage")


def test_services_are_listed_with_what_is_ahead_of_each(draw: Draw) -> None:
    for who in ("treasury", "viewer of 10"):
        text = draw(who, PATH)
        assert "The next twelve months" in text
        assert "service=PaaS#ahead" in text
    assert "The next twelve months" not in draw("treasury", PATH, "?service=PaaS")


def forget_decisions(database: Database) -> None:
    """Forget what was decided before, by other tests too: records are shared, order is not."""
    with database.records(Scope.whole_government()) as session:
        session.execute(delete(Recommendation))


@pytest.fixture
def accepted(database: Database) -> Iterator[None]:
    """Let one agency have a saving it accepted, and another accept what nobody can estimate."""
    forget_decisions(database)
    with database.records(Scope.whole_government()) as session:
        for key, saving in (
            ((10, "rightsizing", "IaaS"), Decimal(1200)),
            ((12, "tagging", ""), None),
        ):
            decision = Decision(
                ACCEPTED, estimate_usd=saving, estimate_months=12 if saving else None
            )
            decide(session, key, decision, lock=0, by="a@b.example", now=datetime.now(UTC))
    yield
    forget_decisions(database)


@pytest.mark.usefixtures("accepted")
def test_what_was_accepted_is_listed_with_what_could_not_be_counted(draw: Draw) -> None:
    whole = draw("treasury", PATH, "?whatif=accepted")
    assert "could not be drawn" not in whole
    assert "1 accepted recommendation is counted in; 1 more isn't" in whole
    assert "US$100.00" in whole
    assert "no saving is estimated for it" in whole
    assert "With what accepted recommendations are estimated to save, the year comes to " in whole
    assert "it runs from" in whole.replace("moved with it, ", "it ")
    assert "What if: " in whole
    own = draw("viewer of 10", PATH, "?whatif=accepted")
    assert "1 accepted recommendation is counted in" in own
    assert "no saving is estimated for it" not in own


def test_without_any_accepted_the_forecast_is_said_to_stay_as_it_is(draw: Draw) -> None:
    text = draw("viewer of 13", PATH, "?whatif=accepted")
    assert "No recommendation is accepted yet" in text
    assert "whatif=accepted" in draw("treasury", PATH)


@pytest.mark.usefixtures("accepted")
def test_what_what_if_shows_is_what_its_questions_answer(
    ask_for: Callable[..., PageRequest],
) -> None:
    for who in ("treasury", "viewer of 10"):
        request = ask_for(who, PATH, "?whatif=accepted")
        drawn = [draw(request) for draw in (draw_what_if, draw_accepted, draw_ahead_by_service)]
        shown = [one for part in drawn for one in figures_of(part)]
        assert len(shown) > 8
        for one in shown:
            unit = REGISTRY[one.measure].unit
            assert agrees(one.text, asked_again(request, one), unit), one
