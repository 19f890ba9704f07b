"""Rules of attribution in plain words: a sentence for each of their times."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from portal.formats import month_name, percent
from portal.texts import later, say, say_known, say_number
from warehouse.feeds.attribution_rules import ANY
from warehouse.feeds.shared_by import DIRECT, SHARED_BY
from warehouse.governance.models import EVERY_AGENCY
from warehouse.governance.newest import Row
from warehouse.governance.rule_books import BOOKS

Names = Mapping[str, str]

MEASURES: Final[Mapping[str, str]] = {
    "billed_cost": later("what each is invoiced directly"),
    "effective_cost": later("what each consumes directly"),
    "billed_resource_count": later("how many resources each is billed for directly"),
    "recorded_spend": later("each one's spend by its own records"),
    "compute_hours": later("each one's hours of computing"),
    "storage_gb": later("the gigabytes that each stores"),
    "data_egress_gb": later("the gigabytes that each sends out"),
    "workload_units": later("each one's units of work"),
    "resource_months": later("the resources in each one's records"),
    "request_count": later("the requests that each one's services answered"),
}
"""What a proportional rule goes by, in words that end a sentence."""

_MOST_NAMED = 4
_BILLED = later("every MDA that is billed directly")
_HAS_RECORDS = later("every MDA that hands in usage records")
_OF_ALL: Final[Mapping[str, str]] = {
    "bills": _BILLED,
    "resources": _BILLED,
    "telemetry": later("every MDA with telemetry"),
}


def rule_in_words(book: str, records: Sequence[Row], names: Names) -> list[str]:
    """Say what a rule does, a sentence for each of its times, the latest first."""
    columns = BOOKS[book].columns
    rows = [dict(zip(columns, row, strict=True)) for row in records]
    by_time: dict[tuple[str, str], list[Mapping[str, object]]] = defaultdict(list)
    for row in rows:
        by_time[str(row["valid_from"]), str(row["valid_to"] or "")].append(row)
    write = {"accounts": _owner, "tag_rules": _tag}.get(book, _split)
    return [
        say("{what}, {when}.", what=write(found, names), when=_when(*time))
        for time, found in sorted(by_time.items(), reverse=True)
    ]


def _owner(rows: Sequence[Mapping[str, object]], names: Names) -> str:
    return say("{agency} bears it", agency=_agencies(rows, names))


def _tag(rows: Sequence[Mapping[str, object]], names: Names) -> str:
    row = rows[0]
    return say(
        "{agency} bears what carries {tag} = {value}",
        agency=_agencies(rows, names),
        tag=row["tag_key"],
        value=row["value_pattern"],
    )


def _split(rows: Sequence[Mapping[str, object]], names: Names) -> str:
    row, shared = rows[0], _shared(rows[0])
    if row["method"] == "fixed":
        parts = [
            say("{agency} {share}", agency=_name(one, names), share=percent(_share(one)))
            for one in rows
        ]
        left = 1 - sum(map(_share, rows), Decimal(0))
        if left:
            parts.append(say("nobody {share}", share=percent(left)))
        return say("{shared} is split by fixed shares: {parts}", shared=shared,
                   parts=_listed(parts))  # fmt: skip
    if row["method"] == "even":
        among = _agencies(rows, names)
        return say("{shared} is split evenly among {agencies}", shared=shared, agencies=among)
    measure = str(row["measure"] or DIRECT)
    of_all = say_known(_OF_ALL.get(SHARED_BY[measure].source, _HAS_RECORDS))
    return say(
        "{shared} is split among {agencies}, in proportion to {measure}",
        shared=shared,
        agencies=_listed([_name(one, names, of_all) for one in rows]),
        measure=say_known(MEASURES[measure]),
    )


def _shared(row: Mapping[str, object]) -> str:
    provider, account, service = (str(row[n]) for n in ("provider", "account_id", "service_name"))
    where = say("every provider") if provider == ANY else provider
    if account != ANY:
        where = say("account {account} of {provider}", account=account, provider=where)
    if service == ANY:
        return say("What is left of {where}", where=where)
    return say("{service} of {where}", service=service, where=where)


def _agencies(rows: Sequence[Mapping[str, object]], names: Names) -> str:
    return _listed([_name(row, names) for row in rows])


def _name(row: Mapping[str, object], names: Names, every: str = "") -> str:
    number = row["agency_id"]
    if number == EVERY_AGENCY:
        return every or say_known(_BILLED)
    return names.get(str(number), str(number))


def _share(row: Mapping[str, object]) -> Decimal:
    share = row["share"]
    return share if isinstance(share, Decimal) else Decimal(0)


def _listed(parts: Sequence[str]) -> str:
    shown = ", ".join(parts[:_MOST_NAMED])
    more = len(parts) - _MOST_NAMED
    if more <= 0:
        return shown
    others = say_number(more, "{number} more", "{number} more")
    return say("{first} and {others}", first=shown, others=others)


def _when(first: str, last: str) -> str:
    if not last:
        return say("from {month} on", month=month_name(first))
    return say("{first} to {last}", first=month_name(first), last=month_name(last))
