"""Say in a build's findings what rules for shared cost could not split, and why."""

from __future__ import annotations

from collections import Counter

from ibis.backends.duckdb import Backend

from warehouse.feeds.attribution_rules import ALLOCATION_RULES
from warehouse.feeds.shared_by import SHARED_BY
from warehouse.quality.finding import Finding
from warehouse.quality.findings import append_findings
from warehouse.quality.results import write_results
from warehouse.quality.rules import Rule, Severity
from warehouse.transforms.unsplit import Unsplit, find_unsplit

UNSPLIT = Rule(
    "shared_cost_has_a_measure",
    Severity.WARN,
    "What a proportional rule goes by is known of one who bears a part, in every month.",
)
_MOST_MONTHS = 6


def write_unsplit(con: Backend) -> None:
    """Write a finding for each rule that had nothing to go by in a month; needs the star."""
    found = [_finding(one) for one in find_unsplit(con)]
    append_findings(con.con, found)
    counts = Counter((each.rule, each.agency_id) for each in found)
    write_results(con.con, ALLOCATION_RULES.name, (UNSPLIT,), counts)


def _finding(one: Unsplit) -> Finding:
    amounts = " and ".join(f"{amount:,.2f} {currency}" for currency, amount in one.amounts)
    listed = ", ".join(one.months[:_MOST_MONTHS])
    if more := len(one.months) - _MOST_MONTHS:
        listed += f" and {more} more" if more > 0 else ""
    return Finding(
        0,
        UNSPLIT.name,
        ALLOCATION_RULES.name,
        f"The rule {one.rule} had nothing to split by",
        f"It goes by {SHARED_BY[one.measure].comment}, which in {listed} is known of none who "
        f"would bear a part: {amounts} stay unallocated. Unknown is not zero. Hand in what is "
        "missing, or let the rule go by another measure.",
        f"{one.rule}|{one.measure}",
    )
