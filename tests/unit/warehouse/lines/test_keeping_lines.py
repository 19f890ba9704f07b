"""Lines are kept with each build: written again only where something has changed."""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories.government import GOVERNMENT, account_of, write_government
from tests.unit.warehouse.lines.conftest import Billed
from warehouse.lines.asking import LineFilter
from warehouse.lines.kept import DOWNLOADS, LineFolder
from warehouse.scope import Scope

ALL = Scope.whole_government()


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Billed]:
    made = Billed(tmp_path)
    write_government(made.data, GOVERNMENT[:3], with_bills=True)
    yield made
    made.database.dispose()


def written(installation: Billed) -> dict[str, float]:
    folder = LineFolder(installation.var).path
    return {
        path.relative_to(folder).as_posix(): path.stat().st_mtime_ns
        for path in folder.rglob("*.parquet")
    }


def owners(installation: Billed, account: int) -> set[tuple[object, object]]:
    asked = LineFilter(where=(("account", (account_of(account),)),))
    rows = installation.gateway.lines(asked, ALL, limit=500).rows
    return {(row["agency_id"], row["attribution"]) for row in rows}


def append(path: Path, *rows: tuple[object, ...]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def test_only_the_lines_of_a_changed_bill_are_written_again(installation: Billed) -> None:
    installation.build()
    first = written(installation)
    bill = installation.data / "bills/11.csv"
    bill.write_text(bill.read_text().replace("Amazon EC2", "Amazon Chime"))
    installation.build()
    second = written(installation)
    assert {name: second[name] for name in first} == first
    added = second.keys() - first.keys()
    assert added
    assert {name.split("/")[2].split("-")[0] for name in added} == {"11"}


def test_a_new_owner_has_the_lines_of_that_account_from_the_next_build_on(
    installation: Billed,
) -> None:
    installation.build()
    assert owners(installation, 11) == {(11, "account")}
    append(
        installation.data / "accounts/accounts/11.csv",
        ("AWS", account_of(11), 12, "2025-03", ""),
    )
    installation.build()
    assert owners(installation, 11) == {(11, "account"), (12, "account")}
    assert not installation.gateway.lines(
        LineFilter(where=(("account", (account_of(11),)), ("day", ("2025-03-01",)))),
        Scope.of_agencies([11]),
    ).rows


def test_tags_and_shared_cost_say_how_a_line_came_to_its_owner(installation: Billed) -> None:
    (installation.data / "accounts/accounts/11.csv").unlink()
    append(
        installation.data / "accounts/tag_rules/rules.csv",
        ("rule", "priority", "tag_key", "value_pattern", "agency_id", "valid_from", "valid_to"),
        ("by centre", 1, "cost centre", "CC-0011", 11, "2024-01", ""),
    )
    append(
        installation.data / "accounts/allocation_rules/rules.csv",
        ("rule", "priority", "provider", "account_id", "service_name", "method", "agency_id",
         "share", "valid_from", "valid_to"),
        ("shared", 1, "AWS", "999999999999", "*", "even", "", "", "2025-03", ""),
    )  # fmt: skip
    installation.build()
    assert owners(installation, 11) == {(11, "tag")}
    shared = LineFilter(where=(("account", ("999999999999",)),))
    rows = installation.gateway.lines(shared, ALL, limit=500).rows
    assert {(row["agency_id"], row["attribution"], str(row["day"]) >= "2025-03") for row in rows} \
        == {(0, "unallocated", False), (0, "allocated", True)}  # fmt: skip
    assert not installation.gateway.lines(shared, Scope.of_agencies([10, 11])).rows


def test_readers_of_the_build_before_keep_their_lines(installation: Billed) -> None:
    installation.build()
    before = installation.gateway.build_info().build_id
    bill = installation.data / "bills/11.csv"
    bill.write_text("\n".join(bill.read_text().splitlines()[:-2]) + "\n")
    installation.build()
    kept = LineFolder(installation.var).read_build(before)
    assert kept is not None
    assert all((LineFolder(installation.var).path / one.path).is_file() for one in kept.files)


def test_lines_that_no_build_lists_are_removed_in_the_end(installation: Billed) -> None:
    installation.build()
    folder = LineFolder(installation.var)
    left = folder.path / "0123-abcd"
    left.mkdir()
    os.utime(left, (time.time() - 7200,) * 2)
    folder.clean(installation.gateway.build_info().build_id)
    assert not left.exists()
    assert installation.gateway.lines(LineFilter(), ALL).rows


def test_a_government_without_bills_has_no_lines(tmp_path: Path) -> None:
    made = Billed(tmp_path)
    write_government(made.data, GOVERNMENT[:2])
    made.build()
    assert made.gateway.lines(LineFilter(), ALL).rows == ()
    assert made.gateway.line_totals(LineFilter(), ALL) == ()
    made.database.dispose()


def test_on_postgresql_too_lines_are_those_of_the_figures(
    postgres_url: str, tmp_path: Path
) -> None:
    made = Billed(tmp_path, postgres_url)
    write_government(made.data, GOVERNMENT[:2], with_bills=True)
    made.build()
    [totals] = made.gateway.line_totals(LineFilter(), Scope.of_agencies([10]))
    assert totals.line_count == 30
    made.database.dispose()


def test_what_a_killed_download_left_is_removed_in_the_end(tmp_path: Path) -> None:
    folder = LineFolder(tmp_path)
    (folder.path / "builds").mkdir(parents=True)
    downloads = tmp_path / DOWNLOADS
    for name in ("lines-old", "lines-new", "spill"):
        (downloads / name).mkdir(parents=True)
    long_ago = time.time() - 7200
    for name in ("lines-old", "spill"):
        os.utime(downloads / name, (long_ago, long_ago))
    folder.clean("any")
    assert {left.name for left in downloads.iterdir()} == {"lines-new", "spill"}
