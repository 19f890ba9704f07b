"""Lines of bills through the gateway: within the scope, in order, page by page, narrowed."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.factories.government import GOVERNMENT, account_of, write_government
from tests.unit.warehouse.bills.intake.bill_rows import bill, charge
from tests.unit.warehouse.lines.conftest import Billed
from warehouse.errors import NoSuchTableError, QuestionError, ScopeMissingError, TooMuchError
from warehouse.lines.asking import LineFilter, LineSort
from warehouse.lines.column_filters import ColumnFilter
from warehouse.lines.kept import LineFolder
from warehouse.lines.reading import LineReader
from warehouse.question import Period, Question
from warehouse.scope import Scope

ALL = Scope.whole_government()
TEN = Scope.of_agencies([10])


def handed_in(data: Path, pattern: str = "*.csv") -> list[dict[str, str]]:
    """Read the bills as a plain reader does."""
    found: list[dict[str, str]] = []
    for path in sorted((data / "bills").glob(pattern)):
        with path.open(encoding="utf-8", newline="") as file:
            found += csv.DictReader(file)
    return found


def total(rows: list[dict[str, str]]) -> Decimal:
    return sum((Decimal(row["BilledCost"]) for row in rows), Decimal(0))


def all_pages(
    billed: Billed, asked: LineFilter, scope: Scope, sort: LineSort, size: int = 7
) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    after = None
    while True:
        page = billed.gateway.lines(asked, scope, sort=sort, after=after, limit=size)
        found += [dict(row) for row in page.rows]
        after = page.next_key
        if after is None:
            return found


def test_whoever_sees_all_is_given_every_line_that_was_handed_in(billed: Billed) -> None:
    [totals] = billed.gateway.line_totals(LineFilter(), ALL)
    rows = handed_in(billed.data)
    assert totals.line_count == len(rows)
    assert totals.billed_cost == total(rows)


def test_an_agency_is_given_its_own_lines_alone(billed: Billed) -> None:
    own = handed_in(billed.data, "10.csv")
    [totals] = billed.gateway.line_totals(LineFilter(), TEN)
    assert (totals.line_count, totals.billed_cost) == (len(own), total(own))
    rows = all_pages(billed, LineFilter(), TEN, LineSort())
    assert len(rows) == len(own)
    assert {row["agency_id"] for row in rows} == {10}
    assert {row["account_id"] for row in rows} == {account_of(10)}


def test_lines_agree_with_the_figures_of_the_same_build(billed: Billed) -> None:
    for scope in (ALL, TEN):
        question = Question(("billed_cost", "charge_line_count"), period=Period("2025-02"))
        [row] = billed.gateway.ask(question, scope).rows
        [totals] = billed.gateway.line_totals(LineFilter(Period("2025-02")), scope)
        assert row["charge_line_count"] == totals.line_count
        assert row["billed_cost"] == pytest.approx(float(totals.billed_cost), abs=0.001)


def test_what_nobody_owns_is_for_whom_all_is_in_scope(billed: Billed) -> None:
    unowned = LineFilter(where=(("attribution", ("unallocated",)),))
    assert billed.gateway.lines(unowned, ALL).rows
    everybody = Scope.of_agencies([0, 10, 11, 12, 13, 14])
    assert billed.gateway.lines(unowned, everybody).rows == ()
    assert billed.gateway.lines(LineFilter(where=(("agency", ("0",)),)), everybody).rows == ()


@pytest.mark.parametrize(
    "text", ["-day", "day", "-billed_cost", "billed_cost", "account", "-resource", "-quantity"]
)
def test_pages_give_each_line_once_and_in_order(billed: Billed, text: str) -> None:
    sort = LineSort.read(text)
    rows = all_pages(billed, LineFilter(), ALL, sort)
    assert len(rows) == len(handed_in(billed.data))
    places = [(row["source"], row["source_row"]) for row in rows]
    assert len(set(places)) == len(rows)
    values = [_ordered_by(row, sort.by) for row in rows]
    assert values == sorted(values, reverse=sort.descending)
    assert len(set(values)) > 1 or sort.by == "quantity", "unknown of all"


def _ordered_by(row: dict[str, object], name: str) -> Any:
    if name == "account":
        return row["account_name"] or row["account_id"]
    if name == "resource":
        return row["resource_id"] or row["resource_name"] or row["charge_description"] or ""
    return str(row["day"]) if name == "day" else Decimal(str(row[name] or 0))


def test_texts_that_no_address_takes_are_places_all_the_same(tmp_path: Path) -> None:
    made = Billed(tmp_path)
    write_government(made.data, GOVERNMENT[:1], with_bills=True)
    names = ["~", "é~ü", "", "x" * 249 + "~b", "x" * 249 + "~a", "%7E", "' OR 1=1"]
    rows = [
        charge(at, SubAccountId=account_of(10), ResourceId=text, ConsumedQuantity="1" * at)
        for at, text in enumerate(names, start=1)
    ]
    (made.data / "bills/10.csv").write_bytes(bill(*rows))
    made.build()
    for text in ("resource", "-resource", "quantity"):
        found = all_pages(made, LineFilter(), TEN, LineSort.read(text), size=1)
        assert len({row["source_row"] for row in found}) == len(names), text
    assert LineSort.read("tags") == LineSort(), "lines aren't ordered by their tags"
    made.database.dispose()


def test_a_line_leads_back_to_its_file_and_row(billed: Billed) -> None:
    for row in billed.gateway.lines(LineFilter(), TEN).rows:
        assert row["source"] == "bills/10.csv"
        with (billed.data / str(row["source"])).open(encoding="utf-8", newline="") as file:
            lines = list(csv.reader(file))
        # The header is row 1.
        assert str(row["day"]) in lines[int(str(row["source_row"])) - 1][10]


def column(*texts: str) -> LineFilter:
    return LineFilter(columns=tuple(ColumnFilter.read(text) for text in texts))


@pytest.mark.parametrize(
    "text",
    ["", "service", "service.contains", "service.contains.", "service.from.1", "agency_id.equals.1",
     "billed_cost.from.x", "billed_cost.from.1e9", "billed_cost.from.NaN", "day.from.2025-02-30",
     "day.contains.2025", "billed_cost) OR (1.from.1", "service.contains.a\x00b",
     f"service.contains.{'x' * 129}"],
)  # fmt: skip
def test_a_condition_that_a_column_can_t_be_asked_is_refused(text: str) -> None:
    with pytest.raises(QuestionError):
        ColumnFilter.read(text)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (LineFilter(where=(("day", ("2025-02-01",)),)), 1),
        (LineFilter(where=(("day", ("yesterday",)),)), 0),
        (LineFilter(where=(("service", ("Amazon EC2",)), ("region", ("us-east-1",)))), 30),
        (LineFilter(where=(("account", (account_of(11),)),)), 0),
        (LineFilter(where=(("agency", ("11",)),)), 0),
        (LineFilter(where=(("agency", ("x",)),)), 0),
        (LineFilter(Period("2025-04")), 10),
        (LineFilter(tags=(("CostCentre", "CC-0010"),)), 30),
        (LineFilter(tags=(("CostCentre", "*"),)), 30),
        (LineFilter(tags=(("CostCentre", "CC-0011"),)), 0),
        (LineFilter(tags=(('Cost"Centre', "*"),)), 0),
        (LineFilter(tags=(("' OR 1=1 --", "x"),)), 0),
        (LineFilter(text="EC2:0"), 30),
        (LineFilter(text="' OR true --"), 0),
        (LineFilter(where=(("currency", ("USD",)),)), 30),
        (column("service.contains.ec2"), 30),
        (column("service.equals.amazon ec2"), 30),
        (column("service.starts.EC2"), 0),
        (column("service.contains.' OR true --"), 0),
        (column("service.contains.%"), 0),
        (column(f"account.contains.{account_of(11)}"), 0),
        (column("tags.contains.cc-0010"), 30),
        (column("day.equals.2025-02-01"), 1),
        (column("day.from.2025-04-01"), 10),
        (column("day.from.2025-03-01", "day.to.2025-03-31"), 10),
        (column("day.to.1999-12-31"), 0),
        (column("billed_cost.from.0"), 30),
        (column("billed_cost.to.-0.000001"), 0),
        (column("quantity.from.0"), 0),
    ],
)
def test_lines_are_narrowed(billed: Billed, asked: LineFilter, expected: int) -> None:
    assert len(billed.gateway.lines(asked, TEN, limit=500).rows) == expected
    counted = billed.gateway.line_totals(asked, TEN)
    assert sum(one.line_count for one in counted) == expected


def test_the_place_of_anothers_line_gives_own_lines_alone(billed: Billed) -> None:
    foreign = billed.gateway.lines(LineFilter(), Scope.of_agencies([11]), limit=1).next_key
    assert foreign is not None
    rows = billed.gateway.lines(LineFilter(), TEN, after=foreign).rows
    assert {row["agency_id"] for row in rows} == {10}


@pytest.mark.parametrize(
    "key", ["", "x", "2025-02-30~2025-02~10~0~1", "2025-02-01~2025-02~10~0~x", "1~2~3~4~5~6",
            "2025-02-01~2025-02~10~0~" + "9" * 200, "'~2025-02~10~0~1"],
)  # fmt: skip
def test_what_is_no_place_is_refused(billed: Billed, key: str) -> None:
    with pytest.raises(QuestionError):
        billed.gateway.lines(LineFilter(), TEN, after=key)


@pytest.mark.parametrize("amount", ["1" * 17, "1" * 28, "0." + "1" * 13, ".", "-", "1e5", "NaN"])
def test_what_can_t_be_an_amount_of_a_line_is_no_place_among_amounts(
    billed: Billed, amount: str
) -> None:
    by_cost = LineSort("billed_cost")
    with pytest.raises(QuestionError):
        billed.gateway.lines(LineFilter(), TEN, sort=by_cost, after=f"{amount}~2025-02~10~0~1")
    beyond = f"{'9' * 16}.{'9' * 12}~2025-02~10~0~1"
    assert len(billed.gateway.lines(LineFilter(), TEN, sort=by_cost, after=beyond).rows) == 30


def test_no_scope_and_a_scope_of_some_measures_read_no_line(billed: Billed) -> None:
    with pytest.raises(ScopeMissingError):
        billed.gateway.lines(LineFilter(), None)  # type: ignore[arg-type]
    with pytest.raises(NoSuchTableError):
        billed.gateway.lines(LineFilter(), Scope.whole_government(frozenset({"tagged_pct"})))
    assert billed.gateway.lines(LineFilter(), Scope.nothing()).rows == ()


def test_files_hold_the_lines_of_one_agency_and_no_text_of_another(billed: Billed) -> None:
    build_id = billed.gateway.build_info().build_id
    folder = LineFolder(billed.var)
    kept = folder.read_build(build_id)
    assert kept is not None
    for file in kept.files:
        content = (folder.path / file.path).read_bytes()
        for agency_id in (10, 11, 12):
            if agency_id != file.agency_id:
                assert account_of(agency_id).encode() not in content, file.path


def test_tags_that_can_t_be_read_hinder_nobody_who_looks_for_a_tag(tmp_path: Path) -> None:
    made = Billed(tmp_path)
    write_government(made.data, GOVERNMENT[:1], with_bills=True)
    tags = ('{"team": "red"}', '{"team', "team", "['team']", '["team"]', '{"team": null}', "5")
    rows = [charge(at, SubAccountId=account_of(10), Tags=text) for at, text in enumerate(tags)]
    (made.data / "bills/odd.csv").write_bytes(bill(*rows))
    made.build()
    asked = LineFilter(tags=(("team", "*"),))
    assert [row["tags"] for row in made.gateway.lines(asked, TEN).rows] == ['{"team": "red"}']
    [totals] = made.gateway.line_totals(asked, TEN)
    assert totals.line_count == 1
    assert made.gateway.write_lines(asked, TEN, "csv", made.var / "downloads/lines") == 1
    made.database.dispose()


def test_the_lines_of_an_invoice_are_those_that_name_it_and_are_in_scope(billed: Billed) -> None:
    rows = handed_in(billed.data)
    name = next(row["InvoiceId"] for row in rows if row.get("InvoiceId"))
    asked = LineFilter(where=(("invoice", (name,)),))
    [totals] = billed.gateway.line_totals(asked, ALL)
    assert totals.billed_cost == total([row for row in rows if row["InvoiceId"] == name])
    own = [row for row in handed_in(billed.data, "10.csv") if row["InvoiceId"] == name]
    assert sum(one.line_count for one in billed.gateway.line_totals(asked, TEN)) == len(own)


def test_what_takes_too_long_is_given_up_and_says_what_to_do(billed: Billed) -> None:
    reader = LineReader(billed.var)
    with pytest.raises(TooMuchError, match="Choose fewer months"), reader._cursor(0.05) as cursor:
        cursor.execute("select count(*) from range(1000000000000) a where a.range % 7 = 3")
