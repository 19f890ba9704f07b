from urllib.parse import urlencode

from hypothesis import given
from hypothesis import strategies as st

from portal.filters import LONGEST_ADDRESS, MOST_VALUES, Filters, read_filters
from warehouse.question import Period

NAMES = ("from", "to", "agency", "service", "provider", "region", "status", "peak", "currency",
         "year", "view", "page")  # fmt: skip


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
