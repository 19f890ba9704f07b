from __future__ import annotations

from pathlib import Path

import pytest

from warehouse.feeds import FEEDS
from warehouse.feeds.inputs import feed_of, find_inputs


@pytest.mark.parametrize(
    ("path", "feed"),
    [
        ("mda/agencies.csv", "agencies"),
        ("mda/usage_monthly-1000.csv", "usage_monthly"),
        ("mda/usage_monthly/1000.csv.gz", "usage_monthly"),
        ("fx/exchange_rates.csv", "exchange_rates"),
        ("telemetry/telemetry.parquet", "telemetry"),
        ("mda/agencies.parquet", None),
        ("mda/agencies.xlsx", None),
        ("mda/old/agencies.csv", None),
        ("mda/agencies/2025/one.csv", None),
        ("budgets/agencies.csv", None),
        ("bills/apis/payer.toml", "bill_sources"),
        ("bills/apis/deeper/payer.toml", None),
        ("bills/apis/columns.toml", "bill_columns"),
        ("bills/fetched/failures.json", "bill_fetches"),
        ("bills/fetched/payer/2025-03.csv", "bills"),
        ("bills/failures.json", None),
        ("notes.txt", None),
    ],
)
def test_a_file_belongs_to_the_feed_that_its_path_names(path: str, feed: str | None) -> None:
    assert feed_of(path) == feed


def test_files_are_found_sorted_with_hash_and_size_and_the_others_are_listed(
    tmp_path: Path,
) -> None:
    for path in ("mda/usage_monthly.csv", "mda/agencies.csv", "readme.txt", "mda/.hidden.csv"):
        location = tmp_path / path
        location.parent.mkdir(exist_ok=True)
        location.write_bytes(b"abc")

    inputs = find_inputs(tmp_path)

    assert [file.path for file in inputs.files] == ["mda/agencies.csv", "mda/usage_monthly.csv"]
    assert inputs.files[0].byte_count == 3
    assert inputs.files[0].sha256.startswith("ba7816bf")
    assert inputs.unknown == ("readme.txt",)


def test_the_digest_changes_with_content_and_not_with_the_place(tmp_path: Path) -> None:
    digests = []
    for folder, content in (("a", b"1"), ("b", b"1"), ("c", b"2")):
        location = tmp_path / folder / "mda" / "agencies.csv"
        location.parent.mkdir(parents=True)
        location.write_bytes(content)
        digests.append(find_inputs(tmp_path / folder).digest)

    assert digests[0] == digests[1] != digests[2]


def test_a_remembered_hash_is_used_until_the_file_changes(tmp_path: Path) -> None:
    cache = tmp_path / "hashes.json"
    location = tmp_path / "data" / "mda" / "agencies.csv"
    location.parent.mkdir(parents=True)
    location.write_bytes(b"first")
    real = find_inputs(tmp_path / "data", cache).files[0].sha256
    cache.write_text(cache.read_text().replace(real, "remembered"))

    assert find_inputs(tmp_path / "data", cache).files[0].sha256 == "remembered"
    location.write_bytes(b"second")
    assert find_inputs(tmp_path / "data", cache).files[0].sha256 not in (real, "remembered")


def test_a_broken_cache_is_made_anew(tmp_path: Path) -> None:
    cache = tmp_path / "hashes.json"
    cache.write_text('{"half')
    (tmp_path / "data" / "mda").mkdir(parents=True)
    (tmp_path / "data" / "mda" / "agencies.csv").write_bytes(b"abc")

    assert find_inputs(tmp_path / "data", cache).files[0].sha256.startswith("ba7816bf")


def test_every_feed_says_what_each_column_means_and_keys_are_columns() -> None:
    for feed in FEEDS:
        assert all(column.comment.endswith(".") for column in feed.columns), feed.name
        assert {*feed.key} <= {*feed.column_names}
        assert {feed.agency, feed.month, feed.amount} <= {"", *feed.column_names}
