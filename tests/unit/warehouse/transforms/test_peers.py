"""What agencies see of their peers: groups that hold their bounds, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Any

import ibis
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ibis.backends.duckdb import Backend
from ibis.expr import types as ir

from tests.unit.warehouse.transforms.staging_rows import Staging
from warehouse.transforms.peers import build_agg_peer_agency_month, build_peer_groups

TABLES = ("agg_peer_agency_month",)
"""What is built for these tests, with all that it is made from."""

MONTH = "2025-01"


def ministry(staging: Staging, agency_id: int, cost: int, **row: Any) -> None:
    """Hand in an agency of one sector, size and country, and one month of its usage."""
    common = {"sector_type": "Ministry", "org_size": "Large", "country_code": "TT"}
    where = {name: row.pop(name, value) for name, value in common.items()}
    staging.add(
        "stg_agencies", agency_id=agency_id, country="A country", agency_name=str(agency_id),
        currency="USD", **where,
    )  # fmt: skip
    if cost:
        staging.usage(agency_id, row.pop("month", MONTH), cost_usd=cost, **row)


def shown(staging: Staging, figure: str, month: str = MONTH) -> dict[int, Decimal]:
    staging.build()
    return dict(
        staging.rows(
            "select agency_id, value from agg_peer_agency_month "
            f"where figure = '{figure}' and month = '{month}' order by 1"
        )
    )


def test_an_agency_is_shown_the_others_of_its_group_and_not_itself(staging: Staging) -> None:
    for agency in range(1, 7):
        ministry(staging, agency, 100, utilisation_pct=10 if agency == 1 else 50)

    assert shown(staging, "waste_pct") == {1: Decimal(0)} | dict.fromkeys(
        range(2, 7), Decimal("0.200000")
    )
    assert staging.rows(
        "select distinct basis, reader_agencies_most from agg_peer_agency_month"
    ) == [("sector and size", 1)]


def test_four_others_are_too_few(staging: Staging) -> None:
    for agency in range(1, 6):
        ministry(staging, agency, 100)

    assert shown(staging, "waste_pct") == {}


def test_who_spent_nothing_is_nobodys_peer(staging: Staging) -> None:
    for agency in range(1, 7):
        ministry(staging, agency, 0 if agency == 6 else 100)

    assert shown(staging, "waste_pct") == {}


@pytest.mark.parametrize(("heaviest", "is_shown"), [(400, True), (401, False)])
def test_a_peer_may_weigh_half_and_no_more(staging: Staging, heaviest: int, is_shown: bool) -> None:
    # Whoever of the lighter looks sees the heaviest beside four others of 100.
    for agency in range(1, 7):
        ministry(staging, agency, heaviest if agency == 1 else 100)

    assert bool(shown(staging, "waste_pct")) == is_shown


def test_the_heaviest_is_left_out_where_the_others_are_enough(staging: Staging) -> None:
    for agency in range(1, 8):
        ministry(staging, agency, 9000 if agency == 1 else 100)

    assert sorted(shown(staging, "waste_pct")) == [2, 3, 4, 5, 6, 7]


def test_the_closest_group_is_taken_and_the_remaining_share_one(staging: Staging) -> None:
    for agency in range(1, 7):
        ministry(staging, agency, 100)
    for agency in range(11, 18):
        ministry(staging, agency, 100, sector_type="Agency", org_size="LMS"[agency % 3])
    for agency in range(21, 27):
        ministry(
            staging, agency, 100,
            sector_type=f"Sector {agency}", org_size=f"Size {agency}", country_code=f"X{agency}",
        )  # fmt: skip
    staging.build()

    assert staging.rows(
        "select basis, min(agency_id), max(agency_id), count(distinct agency_id), "
        "max(reader_agencies_most) from agg_peer_agency_month group by 1 order by 2"
    ) == [("sector and size", 1, 6, 6, 1), ("sector", 11, 17, 7, 1), ("remaining", 21, 26, 6, 1)]


def test_who_fits_in_no_group_is_set_against_the_whole_government(staging: Staging) -> None:
    for agency in range(1, 9):
        ministry(staging, agency, 100, utilisation_pct=10 if agency == 1 else 50)
    ministry(staging, 21, 100, sector_type="Agency", org_size="Small", country_code="JM")

    assert shown(staging, "waste_pct")[21] == Decimal("0.125")
    assert staging.rows(
        "select distinct basis, reader_agencies_most from agg_peer_agency_month "
        "where agency_id in (1, 21) order by all"
    ) == [("government", 1), ("sector and size", 1)]


def test_a_month_has_to_hold_the_bounds_of_its_own(staging: Staging) -> None:
    for agency in range(1, 8):
        ministry(staging, agency, 100)
        if agency < 6:
            staging.usage(agency, "2025-02", cost_usd=100)
        staging.usage(agency, "2025-03", cost_usd=900 if agency == 1 else 100)

    assert len(shown(staging, "waste_pct")) == 7
    assert staging.rows(
        "select distinct month from agg_peer_agency_month where figure = 'waste_pct'"
    ) == [(MONTH,)]


def test_an_agency_learns_of_no_month_before_it_reports_it(staging: Staging) -> None:
    for agency in range(1, 9):
        ministry(staging, agency, 100)
        if agency > 1:
            staging.usage(agency, "2025-02", cost_usd=100)

    assert sorted(shown(staging, "waste_pct", "2025-02")) == [2, 3, 4, 5, 6, 7, 8]


def test_each_figure_counts_those_alone_who_have_it(staging: Staging) -> None:
    for agency in range(1, 8):
        ministry(staging, agency, 200, compute_hours=81)
        staging.usage(agency, "2025-02", cost_usd=210, compute_hours=81)
        if agency > 1:
            staging.budget(agency, "2025-02", "200", phasing="given")
            staging.add(
                "stg_tagging_compliance", agency_id=agency, month="2025-02",
                tagged_pct=10 * agency, untagged_cost_usd=1,
            )  # fmt: skip
        if agency < 6:
            staging.telemetry(agency, "parking", "2025-02-01", requests=1000, errors=10)
    staging.build()

    assert staging.rows(
        "select agency_id, figure, value from agg_peer_agency_month "
        "where month = '2025-02' and agency_id in (1, 2) order by 2, 1"
    ) == [
        (2, "budget_variance_pct", Decimal("0.05")),
        (1, "cost_per_unit", Decimal("2.080000")),
        (2, "cost_per_unit", Decimal("2.080000")),
        (1, "mom_growth", Decimal("0.05")),
        (2, "mom_growth", Decimal("0.05")),
        # 30, 40, 50, 60 and 70 %.
        (2, "tagged_pct", Decimal("0.5")),
        (1, "waste_pct", Decimal(0)),
        (2, "waste_pct", Decimal(0)),
    ]


def test_failed_requests_are_those_that_were_measured(staging: Staging) -> None:
    for agency in range(1, 8):
        ministry(staging, agency, 100)
        if agency > 1:
            staging.telemetry(agency, f"portal-{agency}", "2025-01-01", requests=700, errors=9)

    # 9 of 700 are 0.012857…
    assert shown(staging, "error_rate") == dict.fromkeys(range(2, 8), Decimal("0.0129"))


# Whatever a government looks like ---------------------------------------------------------------


@dataclass(frozen=True)
class Member:
    """An agency's month: what it weighs, and its share above the line."""

    sector: str
    size: str
    spend: int
    below: int
    above: int


members = st.builds(
    Member,
    sector=st.sampled_from("MD"),
    size=st.sampled_from("LS"),
    spend=st.integers(0, 1000),
    below=st.integers(1, 1000),
    above=st.integers(0, 500),
)
governments = st.lists(members, min_size=6, max_size=18)
Published = dict[int, tuple[float, str, int]]


@pytest.fixture(scope="module")
def engine() -> Iterator[Backend]:
    con = ibis.duckdb.connect(threads=1)
    yield con
    con.disconnect()


@pytest.fixture(scope="module")
def publish(engine: Backend) -> Callable[[Sequence[Member]], Published]:
    """Give what each agency of a government is shown: the value, the basis, the reader's limit."""
    tables = {
        "a": "agency_id integer, sector_type varchar, org_size varchar, country_code varchar",
        "c": "agency_id integer, cost_usd decimal(28, 6)",
        "f": "agency_id integer, month varchar, figure varchar, above decimal(28, 6), "
        "below decimal(28, 6), spend decimal(28, 6)",
    }
    for name, columns in tables.items():
        engine.raw_sql(f"create table {name} ({columns})")
    agencies, costs, figures = (engine.table(name) for name in tables)
    steps: dict[str, str] = {}

    def step(name: str, expression: ir.Table) -> ir.Table:
        steps[name] = engine.compile(expression)
        return ibis.table(expression.schema(), name=name)

    groups = build_peer_groups(agencies, costs, step)
    step("published", build_agg_peer_agency_month(groups, figures))

    def published(government: Sequence[Member]) -> Published:
        fill(
            "a", (f"{at}, '{one.sector}', '{one.size}', 'TT'" for at, one in enumerate(government))
        )
        fill("c", (f"{at}, {one.spend}" for at, one in enumerate(government)))
        fill(
            "f",
            (
                f"{at}, '{MONTH}', 'waste_pct', {one.above}, {one.below}, {one.spend}"
                for at, one in enumerate(government)
            ),
        )
        for name, query in steps.items():
            engine.raw_sql(f"create or replace table {name} as {query}")
        rows = engine.raw_sql(
            "select agency_id, value, basis, reader_agencies_most from published"
        ).fetchall()
        return {agency: (float(value), basis, most) for agency, value, basis, most in rows}

    def fill(table: str, rows: Iterable[str]) -> None:
        engine.raw_sql(f"delete from {table}")
        engine.raw_sql(f"insert into {table} values {', '.join(f'({row})' for row in rows)}")

    return published


common = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@common
@given(government=governments)
def test_every_figure_is_of_five_others_of_whom_none_weighs_more_than_half(
    publish: Callable[[Sequence[Member]], Published], government: list[Member]
) -> None:
    found = publish(government)
    for agency, (value, _, most) in found.items():
        group = group_of(agency, found, government)
        # Whatever a reader who may hold ``most`` agencies takes out of the group, its own among
        # them, the rest holds the bounds.
        held_by_one = [who for who in combinations(sorted(group), most) if agency in who]
        for held in held_by_one[:40]:
            others = group - set(held)
            assert len(others) >= 5
            for weight in ("spend", "below"):
                weights = [getattr(government[other], weight) for other in others]
                assert max(weights) * 2 <= sum(weights)
        others = group - {agency}
        whole = sum(government[other].below for other in others)
        exact = sum(government[other].above for other in others) / whole
        assert value == pytest.approx(exact, abs=0.00051)


@common
@given(government=governments, who=st.integers(0, 17), above=st.integers(0, 500))
def test_what_one_agency_reports_moves_its_peers_by_half_at_the_most_and_itself_not_at_all(
    publish: Callable[[Sequence[Member]], Published],
    government: list[Member],
    who: int,
    above: int,
) -> None:
    who %= len(government)
    one = government[who]
    was, now = (
        publish(government),
        publish([*government[:who], changed(one, above), *government[who + 1 :]]),
    )

    assert was.keys() == now.keys()
    assert was.get(who) == now.get(who)
    moved_itself = abs(above - one.above) / one.below
    for agency in was:
        assert abs(was[agency][0] - now[agency][0]) <= moved_itself / 2 + 0.00101


def changed(one: Member, above: int) -> Member:
    return Member(one.sector, one.size, one.spend, one.below, above)


def group_of(agency: int, found: Published, government: Sequence[Member]) -> set[int]:
    """Work out who is in an agency's group from what is common to those on its basis."""
    basis = found[agency][1]
    everyone = {at for at, one in enumerate(government) if one.spend > 0}
    if basis == "government":
        return everyone
    own = government[agency]
    alike: Mapping[str, Callable[[Member], bool]] = {
        "sector and size": lambda one: (one.sector, one.size) == (own.sector, own.size),
        "sector": lambda one: one.sector == own.sector,
        "size": lambda one: one.size == own.size,
    }
    is_alike = alike.get(basis, lambda one: True)
    return {at for at in found if found[at][1] == basis and is_alike(government[at])}
