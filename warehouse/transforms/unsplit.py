"""Where a proportional rule had nothing to go by: its measure is known of nobody in the month."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from ibis.backends.duckdb import Backend

from warehouse.transforms.attribution import build_shared_rules, with_rules

_OF_NOBODY = ("allocated", "unallocated")


@dataclass(frozen=True, slots=True)
class Unsplit:
    """A rule, the measure it goes by, and what stays unallocated for want of it."""

    rule: str
    measure: str
    months: tuple[str, ...]
    amounts: tuple[tuple[str, Decimal], ...]
    """By currency."""


def find_unsplit(con: Backend, borne: str = "fact_charge_daily") -> list[Unsplit]:
    """Find what the rules in the records could not split, in a table of charges with who bears."""
    shared = con.table(borne)
    shared = shared.filter(shared.attribution.isin(_OF_NOBODY))
    rules = con.table("rec_allocation_rule")
    ruled = with_rules(shared, build_shared_rules(shared, rules))
    by_month = ruled.filter(ruled.method == "proportional")
    by_month = by_month.group_by("rule", "valid_from", "measure", "month", "currency").aggregate(
        was_split=(by_month.attribution == "allocated").any(), amount=by_month.billed_cost.sum()
    )
    left = by_month.filter(~by_month.was_split).order_by("rule", "measure", "month", "currency")
    months: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    amounts: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    query = con.compile(left.select("rule", "measure", "month", "currency", "amount"))
    for rule, measure, month, currency, amount in con.con.execute(query).fetchall():
        months[rule, measure][month] = None
        amounts[rule, measure][currency] += amount
    return [
        Unsplit(rule, measure, tuple(found), tuple(sorted(amounts[rule, measure].items())))
        for (rule, measure), found in months.items()
    ]
