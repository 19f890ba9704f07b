"""Choose the files of lines that a reader may open: nothing else is opened for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from warehouse.lines.asking import LineFilter
from warehouse.lines.column_filters import is_within
from warehouse.lines.kept import KeptBuild, KeptFile
from warehouse.scope import Scope

Place = tuple[str, int, int]
"""Month, agency, and which of the files of these it is."""


@dataclass(frozen=True, slots=True)
class ChosenFile:
    """A file of lines, and where it stands among all that its reader may open."""

    place: Place
    file: KeptFile


def choose_files(kept: KeptBuild, asked: LineFilter, scope: Scope) -> tuple[ChosenFile, ...]:
    """Give the files in scope that can have lines asked for, in the order of their places.

    Files of agency 0 hold what nobody owns yet or many share: for whom all is in scope alone.
    """
    agencies = _agencies(asked)
    days = _days(asked)
    start, end = asked.period.start or "", asked.period.end or "9999-12"
    parts: Counter[tuple[str, int]] = Counter()
    chosen = []
    for file in kept.files:
        if not _is_in_scope(file, scope):
            continue
        part = parts[file.month, file.agency_id]
        parts[file.month, file.agency_id] += 1
        if not start <= file.month <= end or (agencies and file.agency_id not in agencies):
            continue
        if days is not None and not any(file.first_day <= day <= file.last_day for day in days):
            continue
        if not is_within(asked.columns, file.first_day, file.last_day):
            continue
        chosen.append(ChosenFile((file.month, file.agency_id, part), file))
    return tuple(sorted(chosen, key=lambda one: one.place))


def sources_of(kept: KeptBuild, scope: Scope) -> Mapping[str, str]:
    """Give the paths of bills all of whose lines are in scope, by their hash.

    The number of a row in a bill that others share would tell how much of it is theirs.
    """
    shared = {file.source for file in kept.files if not _is_in_scope(file, scope)}
    return {sha256: path for sha256, path in kept.sources.items() if sha256 not in shared}


def months_of_days(files: Iterable[ChosenFile], *, descending: bool) -> Iterator[tuple[str, str]]:
    """Give runs of months that together cover the days of files: first one, then ever longer.

    Lines of a day lie in the files of one month but for strays, so that the first page opens few;
    whoever looks for what is rare comes to the end in few steps.
    """
    months = sorted(
        {m for one in files for m in _between(one.file.first_day[:7], one.file.last_day[:7])},
        reverse=descending,
    )
    at, length = 0, 1
    while at < len(months):
        run = sorted(months[at : at + length])
        yield run[0], run[-1]
        at, length = at + length, length * 2


def _is_in_scope(file: KeptFile, scope: Scope) -> bool:
    return scope.is_government or (file.agency_id != 0 and scope.covers(file.agency_id))


def _agencies(asked: LineFilter) -> frozenset[int] | None:
    """Give the agencies asked for; of one that can't be read there are no lines."""
    found: frozenset[int] | None = None
    for name, values in asked.where:
        if name == "agency":
            read = frozenset(int(v) if v.isascii() and v.isdigit() else -1 for v in values)
            found = read if found is None else found & read or frozenset({-1})
    return found


def _days(asked: LineFilter) -> tuple[str, ...] | None:
    found = [values for name, values in asked.where if name == "day"]
    return found[0] if found else None


def _between(first: str, last: str) -> Iterator[str]:
    year, month = int(first[:4]), int(first[5:])
    while f"{year:04}-{month:02}" <= last:
        yield f"{year:04}-{month:02}"
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
