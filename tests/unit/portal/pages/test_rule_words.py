"""Rules for shared cost in words: among whom, and in proportion to what."""

from __future__ import annotations

import pytest

from portal.pages.rules.words import MEASURES, rule_in_words
from warehouse.feeds.shared_by import SHARED_BY
from warehouse.governance.rule_books import read_book, records_of, write_book

HEADER = (
    "rule,priority,provider,account_id,service_name,method,agency_id,share,valid_from,valid_to,"
    "measure\n"
)


def said(row: str) -> str:
    document = read_book("allocation_rules", HEADER + row)
    assert read_book("allocation_rules", write_book("allocation_rules", document["rows"])) == (
        document
    )
    [sentence] = rule_in_words("allocation_rules", records_of(document), {"7": "Health"})
    return sentence


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("hub,1,AWS,111,*,proportional,,,2025-01,,",
         "among every MDA that is billed directly, in proportion to what each is invoiced"),
        ("hub,1,AWS,111,*,proportional,,,2025-01,,request_count",
         "among every MDA with telemetry, in proportion to the requests that"),
        ("hub,1,AWS,111,*,proportional,7,,2025-01,,storage_gb",
         "among Health, in proportion to the gigabytes that each stores"),
    ],
)  # fmt: skip
def test_a_proportional_rule_says_what_it_goes_by(row: str, expected: str) -> None:
    assert expected in said(row)


def test_every_measure_that_a_rule_may_name_has_words() -> None:
    assert MEASURES.keys() == SHARED_BY.keys()
