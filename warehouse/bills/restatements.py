"""Find the bills that files say twice, and the currencies that don't belong.

A month's bill comes in one file or in many, and comes again when it is restated. Two files that
bill the same account for the same month are parts of one bill unless they hold the same charges:
then only the one that reaches further counts, or the later by its path. What was fetched from a
provider is a summary of the bill: it counts only where none is handed in for the same days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from warehouse.bills.line_files import BilledSlice
from warehouse.feeds.inputs import FETCHED_FOLDER

Billed = tuple[str, str, str]
"""Provider, billing account and billing month."""

SAME_SHARE = 0.5
"""A larger share of the smaller one's charges in both files makes one a restatement."""


@dataclass(frozen=True, slots=True)
class FileSlice:
    """A slice of one file."""

    source_id: int
    path: str
    slice: BilledSlice


@dataclass(frozen=True, slots=True)
class Restatement:
    """A bill that one file says again, so that the other's lines of it aren't counted."""

    kept: FileSlice
    replaced: FileSlice


@dataclass(frozen=True, slots=True)
class StrayCurrency:
    """Lines in another currency than most of their bill is in."""

    kept: FileSlice
    stray: FileSlice


SharedCharges = Callable[[Billed, Iterable[int]], Mapping[tuple[int, int], float]]
"""Gives, for pairs of the files that bill the same, the share of charges that both hold."""


def find_restatements(slices: Iterable[FileSlice], shared: SharedCharges) -> list[Restatement]:
    """Find which slices are said again by another file."""
    found = []
    for billed, by_file in sorted(_by_bill(slices).items()):
        fetched = _fetched_besides(by_file)
        found += fetched
        gone = {each.replaced.source_id for each in fetched}
        candidates = _with_days_in_common({n: p for n, p in by_file.items() if n not in gone})
        if not candidates:
            continue
        shares = shared(billed, sorted(candidates))
        for (one, other), share in sorted(shares.items()):
            if share > SAME_SHARE:
                older, newer = sorted((by_file[one], by_file[other]), key=_reach)
                found.append(Restatement(kept=newer[0], replaced=older[0]))
    return _once(found)


def find_stray_currencies(slices: Iterable[FileSlice]) -> list[StrayCurrency]:
    """Find lines in another currency than most lines of the same bill."""
    found = []
    by_bill: dict[Billed, list[FileSlice]] = defaultdict(list)
    for each in slices:
        by_bill[each.slice.bill].append(each)
    for _, parts in sorted(by_bill.items()):
        rows: dict[str, int] = defaultdict(int)
        for part in parts:
            rows[part.slice.billing_currency] += part.slice.row_count
        usual = max(rows, key=lambda code: (rows[code], code))
        kept = next(part for part in parts if part.slice.billing_currency == usual)
        kept = replace(kept, slice=replace(kept.slice, row_count=rows[usual]))
        found += [
            StrayCurrency(kept, part) for part in parts if part.slice.billing_currency != usual
        ]
    return found


def _by_bill(slices: Iterable[FileSlice]) -> dict[Billed, dict[int, list[FileSlice]]]:
    """Group slices by bill and file, leaving out bills that only one file holds."""
    by_bill: dict[Billed, dict[int, list[FileSlice]]] = defaultdict(lambda: defaultdict(list))
    for each in slices:
        by_bill[each.slice.bill][each.source_id].append(each)
    return {billed: by_file for billed, by_file in by_bill.items() if len(by_file) > 1}


def is_fetched(path: str) -> bool:
    """Tell whether a file was fetched from a provider, and not handed in."""
    return path.startswith(f"{FETCHED_FOLDER}/")


def _fetched_besides(by_file: Mapping[int, list[FileSlice]]) -> list[Restatement]:
    """Find what was fetched of a bill that is handed in, too, for some of the same days."""
    given = [parts for parts in by_file.values() if not is_fetched(parts[0].path)]
    found = []
    for parts in by_file.values():
        if not is_fetched(parts[0].path):
            continue
        first, last = _span(parts)
        same = [one for one in given if _span(one)[0] <= last and _span(one)[1] >= first]
        if same:
            found.append(Restatement(kept=max(same, key=_reach)[0], replaced=parts[0]))
    return found


def _with_days_in_common(by_file: Mapping[int, list[FileSlice]]) -> set[int]:
    spans = sorted((*_span(parts), source_id) for source_id, parts in by_file.items())
    found: set[int] = set()
    furthest, whose = "", 0
    for first, last, source_id in spans:
        if furthest and first <= furthest:
            found |= {whose, source_id}
        if last > furthest:
            furthest, whose = last, source_id
    return found


def _span(parts: list[FileSlice]) -> tuple[str, str]:
    return min(p.slice.first_day for p in parts), max(p.slice.last_day for p in parts)


def _reach(parts: list[FileSlice]) -> tuple[str, str]:
    return max(part.slice.last_day for part in parts), parts[0].path


def _once(found: Iterable[Restatement]) -> list[Restatement]:
    """Keep one restatement of each slice: by the newest of the files that say it again."""
    by_slice: dict[tuple[int, Billed], Restatement] = {}
    for each in found:
        key = each.replaced.source_id, each.replaced.slice.bill
        known = by_slice.get(key)
        if known is None or _reach([each.kept]) > _reach([known.kept]):
            by_slice[key] = each
    return list(by_slice.values())
