"""What pages say once, say of which basis, and never say of one line alone."""

from collections.abc import Callable

import pytest

from portal.pages.page import PageRequest
from portal.pages.series import at_most, span_of
from portal.pages.sources import source_of
from warehouse.measures import REGISTRY

Draw = Callable[..., str]
AskFor = Callable[..., PageRequest]


@pytest.mark.parametrize(("rows", "shown"), [(3, 3), (10, 10), (11, 11), (12, 10)])
def test_a_list_is_never_cut_by_one(rows: int, shown: int) -> None:
    assert len(at_most(range(rows), 10)) == shown


def test_a_filter_that_some_records_lack_is_explained_once(draw: Draw) -> None:
    text = draw("treasury", "/", "?service=PaaS")
    assert text.count("Not split by service type in all records") == 1
    assert "this filter is not applied here" not in text


def test_mixed_fiscal_years_are_said_once_above_the_figures(draw: Draw) -> None:
    text = draw("treasury", "/", "?year=fiscal")
    assert text.count("A mixture of fiscal years") == 1
    assert "whatever the fiscal year" in text


def test_without_fiscal_years_a_period_is_its_months(ask_for: AskFor) -> None:
    assert span_of(ask_for("treasury", "/")) == "January to April 2025"


def test_the_pages_of_one_mda_keep_their_own_title_where_a_filter_is_wrong(draw: Draw) -> None:
    refused = draw("viewer of 10", "/", "?agency=11")
    assert "This view can't be shown." in refused
    assert "what must we do?" in refused
    assert "Where do we stand this year?" not in refused


def test_sources_are_named_in_words() -> None:
    assert not [name for name in REGISTRY if "_" in source_of(name)]


def test_a_task_names_service_and_month_and_leads_to_the_page_about_them(draw: Draw) -> None:
    text = draw("viewer of 10", "/")
    if "broke a limit" in text:
        assert "/reliability/sla?" in text


def test_a_pivot_says_in_words_which_records_it_is_made_from(draw: Draw) -> None:
    text = draw("treasury", "/explore", "?measure=actual_spend&by=agency")
    assert "monthly usage and cost records of the MDAs" in text


def test_amounts_of_several_currencies_are_ranked_nowhere(draw: Draw) -> None:
    for path in ("/finops/trends", "/reliability"):
        assert "never ranked against each other" in draw("treasury", path, "?currency=own"), path


def test_each_row_of_a_table_in_own_currencies_names_its_own(draw: Draw, ask_for: AskFor) -> None:
    growth = draw("treasury", "/finops/trends", "?currency=own")
    asked = ask_for("treasury", "/finops/trends", "?currency=own")
    codes = set(asked.ask("actual_spend", by=("agency",)).currencies.values()) - {"USD"}
    assert codes
    assert all(f"{code} " in growth for code in codes)


def test_rows_show_their_filters_and_what_they_come_to(draw: Draw) -> None:
    rows = draw("treasury", "/data", "?view=usage-rows&agency=10")
    assert "filter-agency" in rows
    assert "All rows together" in rows
    assert "filter-agency" not in draw("treasury", "/data", "?view=feeds")


def test_tagged_and_untagged_are_told_apart_where_they_do_not_make_up_the_whole(
    draw: Draw,
) -> None:
    assert "need not make up the whole" in draw("treasury", "/finops/governance")
