from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.filters import LONGEST_ADDRESS, MOST_VALUES, Filters, read_filters
from warehouse.question import Period

NAMES = ("from", "to", "agency", "service", "provider", "region", "status", "peak", "currency",
         "year", "view", "page", "measure", "by", "across", "sort", "top", "where")  # fmt: skip


def test_an_address_without_filters_asks_for_everything():
    filters = read_filters("")
    assert filters == Filters()
    assert filters.period == Period()
    assert filters.to_where() == ()


def test_every_filter_is_read_and_becomes_a_dimension():
    filters = read_filters(
        "?from=2025-01&to=2025-10&agency=1000&agency=1001&service=PaaS&service=e-tax"
        "&provider=AWS&region=us-east-1&status=Pre&peak=non-peak&currency=own&year=fiscal"
    )
    assert filters.period == Period("2025-01", "2025-10")
    assert filters.to_where() == (
        ("agency", ("1000", "1001")),
        ("service_type", ("PaaS",)),
        ("digital_service", ("e-tax",)),
        ("provider", ("AWS",)),
        ("region", ("us-east-1",)),
        ("migration_status", ("Pre",)),
        ("peak", ("non-peak",)),
    )
    assert (filters.currency, filters.year, filters.problems) == ("own", "fiscal", ())


def test_a_value_that_cannot_be_read_is_left_out_and_said():
    filters = read_filters("?from=2025-13&agency=x'--&status=pre&year=lunar")
    assert filters.to_where() == ()
    assert filters.start is None
    assert len(filters.problems) == 4
    assert "'2025-13' is no start month" in filters.problems[0]


def test_a_period_that_ends_before_it_starts_is_left_out_and_said():
    filters = read_filters("?from=2025-10&to=2025-01")
    assert filters.period == Period()
    assert filters.problems == (
        "The period ends (2025-01) before it starts (2025-10), so it is left out.",
    )


def test_a_choice_of_everything_narrows_nothing_and_is_no_problem():
    assert read_filters("?agency=all&from=all&peak=all&status=all") == Filters()


def test_too_many_values_and_too_long_addresses_are_bounded():
    many = read_filters("?" + "&".join(f"agency={number}" for number in range(50)))
    assert len(many.agency) == MOST_VALUES
    assert many.problems
    assert read_filters("?service=" + "x" * LONGEST_ADDRESS).problems
    assert read_filters("?" + "&".join(["agency=1"] * 500)).problems


def test_a_pivot_is_read_bounded_and_kept():
    search = (
        "?where=country%3AUG&where=country%3AKE&where=sector%3AHealth&measure=actual_spend"
        "%2Cwaste_pct&by=agency%2Cservice_type&across=month&sort=-waste_pct&top=25"
    )
    filters = read_filters(search)
    assert filters.measures == ("actual_spend", "waste_pct")
    assert filters.by == ("agency", "service_type")
    assert (filters.across, filters.sort, filters.top) == ("month", "-waste_pct", 25)
    assert filters.to_where() == (("country", ("UG", "KE")), ("sector", ("Health",)))
    assert filters.to_query() == search
    assert filters.cleared().where == ()
    assert filters.cleared().measures == filters.measures
    many = read_filters("?measure=a,b,c,d,e,f,g&by=a,b,c,d&top=1000&where=agency:1&sort=-")
    assert (len(many.measures), len(many.by), many.top, many.where) == (6, 3, 100, ())
    assert len(many.problems) == 5


def test_changes_are_written_into_the_address():
    filters = read_filters("?agency=1000&page=3")
    assert filters.to_query(page=1) == "?agency=1000"
    assert filters.to_query(agency=(), page=2) == "?page=2"


values = st.one_of(st.text(max_size=30), st.sampled_from(["2025-01", "1000", "PaaS", "Pre", "own"]))
addresses = st.lists(st.tuples(st.sampled_from(NAMES), values), max_size=30).map(urlencode)


@given(st.one_of(st.text(max_size=300), addresses, st.none(), st.integers()))
def test_no_address_raises(search):
    filters = read_filters(search)
    assert filters.page >= 1
    assert isinstance(filters.period, Period)


@given(addresses)
def test_what_was_understood_survives_the_way_through_the_address(search):
    once = read_filters(search)
    again = read_filters(once.to_query())
    assert again.to_where() == once.to_where()
    assert (again.period, again.page, again.view) == (once.period, once.page, once.view)
    assert again.problems == ()


def test_what_the_reader_prefers_holds_where_the_address_is_silent():
    preferred = read_filters("?agency=1", currency="own", year="fiscal")
    assert (preferred.currency, preferred.year) == ("own", "fiscal")
    said = read_filters("?currency=USD&year=calendar", currency="own", year="fiscal")
    assert (said.currency, said.year) == ("USD", "calendar")
    assert read_filters("", currency="lunar", year="x") == Filters()


def test_addresses_of_who_prefers_otherwise_name_both_values():
    assert read_filters("?agency=1", year="fiscal").to_query() == (
        "?agency=1&currency=USD&year=fiscal"
    )
    assert read_filters("?year=calendar", year="fiscal").to_query() == (
        "?currency=USD&year=calendar"
    )


@given(addresses, st.sampled_from(["USD", "own"]), st.sampled_from(["calendar", "fiscal"]))
def test_a_full_address_shows_every_reader_the_same(search, currency, year):
    mine = read_filters(search, currency=currency, year=year)
    theirs = read_filters(mine.to_query(is_full=True))
    assert (theirs.currency, theirs.year) == (mine.currency, mine.year)
    assert theirs.to_where() == mine.to_where()


def test_the_period_compared_with_is_read_from_one_parameter_or_from_a_forms_two() -> None:
    period = Period("2024-01", "2024-03")
    for search in ("?against=2024-01..2024-03", "?against=2024-01&against=2024-03"):
        filters = read_filters(search)
        assert filters.against == period
        assert filters.problems == ()
        assert filters.to_query() == "?against=2024-01..2024-03"
        assert read_filters(filters.to_query()) == filters
    assert read_filters("?against=2024-01").against == Period("2024-01", "2024-01")
    assert read_filters("?against=2024-01").to_query() == "?against=2024-01"
    assert read_filters("?against=all&against=all").against is None


@pytest.mark.parametrize(
    "text",
    ["2024-13", "2024-01..", "..2024-01", "2024-03..2024-01", "x", "2024-01..2024-02..2024-03"],
)
def test_a_period_to_compare_with_that_cannot_be_read_is_left_out_and_said(text: str) -> None:
    filters = read_filters(f"?from=2025-01&against={text}")
    assert filters.against is None
    assert filters.start == "2025-01"
    assert len(filters.problems) == 1


def test_no_more_conditions_on_columns_are_read_than_values_of_others():
    asked = urlencode(
        [("col", f"billed_cost.from.{at}") for at in range(MOST_VALUES)]
        + [("column", "billed_cost.to"), ("value", "1")] * 50
    )
    filters = read_filters(f"?{asked}")
    assert len(filters.columns) == MOST_VALUES
    assert len(filters.problems) == 1
