"""Fetch the bills that are declared, each month at most once a day, into files of their own.

A month is written whole or not at all. What fails is said in a file that the next build reads; the
file fetched before stays, and nothing is put in the place of what wasn't given.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

from warehouse.bills.fetch_failures import FetchFailure, read_failures, written
from warehouse.bills.fetch_sources import AWS, AZURE, Source, read_source
from warehouse.errors import FeedError, FetchError
from warehouse.feeds.inputs import FAILURES_FILE, SOURCES_FOLDER, fetched_folder
from warehouse.fetching.calls import Calls, one_line
from warehouse.fetching.costs import DayCost, write_costs
from warehouse.fetching.daybook import Daybook, replace_text
from warehouse.locking import file_lock
from warehouse.months import months_between, shifted

DailyCosts = Callable[[date, date], list[DayCost]]
"""Gives what each day from the first until before the second cost."""
Opener = Callable[[Source, Calls], DailyCosts]
"""Opens a provider's interface for one declaration."""

_ADAPTERS = {AWS: "warehouse.fetching.aws", AZURE: "warehouse.fetching.azure"}


def _open(source: Source, calls: Calls) -> DailyCosts:
    """Load what knows the provider: installed only where it is wanted."""
    try:
        adapter = import_module(_ADAPTERS[source.provider])
    except ModuleNotFoundError as error:
        raise FetchError(
            f"What asks {source.provider} isn't installed. Install it: pip install "
            "--require-hashes -r requirements-providers.txt."
        ) from error
    opened: DailyCosts = adapter.open_costs(source, calls)
    return opened


OPENERS: Mapping[str, Opener] = MappingProxyType({AWS: _open, AZURE: _open})


@dataclass(frozen=True, slots=True)
class FetchReport:
    """What a run came to: the files that it wrote, what failed, and how many calls it made."""

    fetched: tuple[Path, ...] = ()
    failures: tuple[FetchFailure, ...] = ()
    calls: int = 0


def fetch_bills(
    data_dir: Path,
    var_dir: Path,
    today: date,
    *,
    month: str | None = None,
    openers: Mapping[str, Opener] = OPENERS,
    sleep: Callable[[float], None] = time.sleep,
) -> FetchReport:
    """Fetch what is due, or one ``month`` whether it is due or not.

    Reads the declarations below ``data_dir``; those that can't be read are for the build to refuse.
    """
    sources = declared_sources(data_dir)
    folder = fetched_folder(var_dir)
    if not sources and not folder.is_dir():
        return FetchReport()
    with file_lock(var_dir / "fetch.lock"):
        run = _Run(folder, Daybook.open(folder, today), openers, sleep)
        for source in sources:
            run.fetch(source, month)
        failures = run.finish({source.name for source in sources})
    return FetchReport(tuple(run.fetched), failures, run.calls)


def declared_sources(data_dir: Path) -> list[Source]:
    """Read the declarations that can be read."""
    found = []
    for location in sorted((data_dir / SOURCES_FOLDER).glob("*.toml")):
        try:
            text = location.read_text("utf-8-sig")
            found.append(read_source(text, location.relative_to(data_dir).as_posix()))
        except (FeedError, UnicodeDecodeError):
            continue
    return found


class _Run:
    def __init__(
        self,
        folder: Path,
        daybook: Daybook,
        openers: Mapping[str, Opener],
        sleep: Callable[[float], None],
    ) -> None:
        self._folder = folder
        self._daybook = daybook
        self._openers = openers
        self._sleep = sleep
        self._failures = {(one.source, one.month): one for one in self._before()}
        self.fetched: list[Path] = []
        self.calls = 0

    def fetch(self, source: Source, month: str | None) -> None:
        """Fetch the months of one declaration that are due, the newest first."""
        wanted = _months(source, self._daybook.today)
        due = [
            one
            for one in wanted
            if (one == month if month else self._daybook.is_due(source.name, one))
        ]
        made = self._daybook.calls_today(source.name)
        calls = Calls(source.calls_a_day, made, self._sleep)
        opened = cache(lambda: self._openers[source.provider](source, calls))
        for one in due:
            failure = self._fetch_month(source, one, opened)
            self._failures.pop((source.name, one), None)
            if failure is not None:
                self._failures[source.name, one] = failure
            self._daybook.note(source.name, one, calls.made, fetched=failure is None)
        self.calls += calls.made - made

    def finish(self, names: Iterable[str]) -> tuple[FetchFailure, ...]:
        """Write what still fails of what is still declared; the same file where nothing changed."""
        kept = sorted(one for one in self._failures.values() if one.source in names)
        text = written(kept)
        location = self._folder / FAILURES_FILE
        known = location.read_text("utf-8") if location.is_file() else written(())
        if text != known:
            replace_text(location, text)
        return tuple(kept)

    def _fetch_month(
        self, source: Source, month: str, opened: Callable[[], DailyCosts]
    ) -> FetchFailure | None:
        location = self._folder / source.name / f"{month}.csv"
        start, end = _days(month, self._daybook.today)
        try:
            costs = opened()(start, end)
            _require_within(costs, start, end)
            if not costs and location.is_file():
                raise FetchError("It says that nothing was billed, where it said before what was.")
        except FetchError as error:
            return self._failure(source, month, str(error), location)
        except (LookupError, ValueError, TypeError, ArithmeticError) as error:
            said = f"Its answer can't be understood: {one_line(error)} It is asked again tomorrow."
            return self._failure(source, month, said, location)
        if costs:
            write_costs(location, source, costs)
            self.fetched.append(location)
        return None

    def _failure(self, source: Source, month: str, message: str, location: Path) -> FetchFailure:
        day = self._daybook.fetched_on(source.name, month)
        kept = (
            f"What was fetched {f'on {day}' if day else 'before'} stays in place."
            if location.is_file()
            else "Nothing of the month was fetched before, so it is missing."
        )
        return FetchFailure(
            source.name, month, source.provider, source.account, f"{message} {kept}"
        )

    def _before(self) -> list[FetchFailure]:
        location = self._folder / FAILURES_FILE
        try:
            return read_failures(location, location.name)
        except (FeedError, FileNotFoundError):
            return []


def _months(source: Source, today: date) -> list[str]:
    """List the months to fetch, the newest first: those of which a day is over."""
    running = f"{today:%Y-%m}"
    last = running if today.day > 1 else shifted(running, -1)
    count = months_between(source.first_month, last) + 1
    return [shifted(last, -back) for back in range(max(count, 0))]


def _days(month: str, today: date) -> tuple[date, date]:
    """Give the first day of a month, and the first that isn't over or isn't in it."""
    after = date.fromisoformat(f"{shifted(month, 1)}-01")
    return date.fromisoformat(f"{month}-01"), min(after, today)


def _require_within(costs: Iterable[DayCost], start: date, end: date) -> None:
    outside = next((one.day for one in costs if not start <= one.day < end), None)
    if outside is not None:
        raise FetchError(
            f"It was asked for {start} until before {end} and answered with {outside}. It is "
            "asked again tomorrow."
        )
