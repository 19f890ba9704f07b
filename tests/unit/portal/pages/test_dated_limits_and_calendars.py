"""Limits and peak months are those of the months and the MDAs in view."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from auth.principals import Principal
from portal.access import Reader
from portal.cli.installation import migrate_records
from portal.filters import read_filters
from portal.pages.axes import peaks_of
from portal.pages.limits import limits_in_view
from portal.pages.money.budget import draw_budget
from portal.pages.page import PageRequest
from tests.factories.government import write_government
from tests.unit.portal.pages.conftest import ROLES
from tests.unit.portal.pages.figures_shown import text_of
from warehouse.build import build
from warehouse.db import Database, open_database
from warehouse.gateway import Gateway
from warehouse.governance.models import PeakCalendar, Threshold

DECIDED = {
    "source": "portal",
    "recorded_by": "treasury@treasury.example",
    "recorded_at": datetime(2025, 4, 1, tzinfo=UTC),
}
JAMAICAS_PEAKS = (3, 5)
MONTHS = [f"2025-{number:02d}" for number in range(1, 5)]


@pytest.fixture(scope="module")
def of_two_calendars(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("calendars")
    opened = open_database(f"sqlite:///{folder}/records.sqlite", folder)
    migrate_records(opened)
    with opened.records() as session:
        for number in JAMAICAS_PEAKS:
            session.add(
                PeakCalendar(
                    country_code="JM",
                    effective_from="1900-01",
                    version=1,
                    month_number=number,
                    **DECIDED,
                )
            )
        session.add(
            Threshold(
                name="budget_amber_ratio",
                effective_from="2025-04",
                version=1,
                value=Decimal("0.33"),
                **DECIDED,
            )
        )
    build(opened, write_government(tmp_path_factory.mktemp("hand-in")), folder)
    yield opened
    opened.dispose()


def asked(database: Database, who: str, search: str = "") -> PageRequest:
    return PageRequest(
        reader=Reader.of(Principal(1, "ada@treasury.example", "Ada Byron", ROLES[who], 1, "x")),
        filters=read_filters(search),
        theme="light",
        gateway=Gateway(database),
        database=database,
        now=datetime(2026, 1, 5, tzinfo=UTC),
    )


def test_an_mda_sees_the_peak_months_of_its_own_country(of_two_calendars: Database) -> None:
    assert peaks_of(asked(of_two_calendars, "viewer of 13"), MONTHS) == {"2025-03"}
    others = peaks_of(asked(of_two_calendars, "viewer of 10"), MONTHS)
    assert others == {"2025-01", "2025-02", "2025-03"}


def test_a_month_that_is_a_peak_for_some_only_is_no_band(of_two_calendars: Database) -> None:
    assert peaks_of(asked(of_two_calendars, "treasury"), MONTHS) == {"2025-03"}
    assert not peaks_of(asked(of_two_calendars, "treasury"), [])


def test_limits_are_those_of_the_last_month_in_view(of_two_calendars: Database) -> None:
    now = asked(of_two_calendars, "treasury")
    before = asked(of_two_calendars, "treasury", "?from=2025-01&to=2025-03")
    later = asked(of_two_calendars, "treasury", "?from=2025-01&to=2025-12")

    assert (now.last_month, before.last_month, later.last_month) == (
        "2025-04",
        "2025-03",
        "2025-04",
    )
    assert limits_in_view(now)["budget_amber_ratio"] == 0.33
    assert limits_in_view(later)["budget_amber_ratio"] == 0.33
    assert limits_in_view(before)["budget_amber_ratio"] != 0.33
    assert "slightly over up to 33 %" in text_of(draw_budget(now))
    assert "slightly over up to 33 %" not in text_of(draw_budget(before))
