"""Match a file's header with the columns that its feed declares."""

from __future__ import annotations

import csv
from difflib import get_close_matches

from warehouse.errors import FeedError
from warehouse.feeds.feed import Feed


def match_header(feed: Feed, path: str, line: str) -> tuple[str, ...]:
    """Return the column names in the file's order; any order is taken.

    Raises FeedError that names every missing, unknown, doubled or misspelt column.
    """
    fields = next(csv.reader([line.strip("\r\n")]), [])
    names = tuple(field.strip() for field in fields)
    _refuse_other_separators(feed, path, names)
    return match_names(feed, path, names)


def refuse_doubled_header(path: str, first: str, second: str) -> None:
    """Refuse a file whose second row is the header again."""
    if first.strip() == second.strip():
        raise FeedError(
            f"{path} has its header twice (rows 1 and 2). Delete row 2 and hand the file in again.",
            path=path,
            row=2,
        )


def match_names(feed: Feed, path: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return ``names`` if they are the columns of the feed, each once."""
    doubled = sorted({name for name in names if names.count(name) > 1})
    needed = [column.name for column in feed.columns if not column.optional]
    missing = [name for name in needed if name not in names]
    unknown = [name for name in names if name not in feed.column_names]
    complaints = [f"column {name!r} comes {names.count(name)} times" for name in doubled]
    complaints += [_describe_unknown(name, feed, names) for name in unknown]
    complaints += [f"column {name!r} is missing" for name in missing]
    if complaints:
        raise FeedError(
            f"The header of {path} isn't that of {feed.name}: {'; '.join(complaints)}. The "
            f"columns have to be {', '.join(needed)}. Correct the header (row 1) and hand the "
            f"file in again.",
            path=path,
            row=1,
        )
    return names


def _refuse_other_separators(feed: Feed, path: str, names: tuple[str, ...]) -> None:
    if len(names) > 1 or not names:
        return
    for separator, called in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if feed.columns[0].name in names[0].split(separator) and separator in names[0]:
            raise FeedError(
                f"{path} separates its columns by {called}. Save it with commas as separators.",
                path=path,
                row=1,
            )


def _describe_unknown(name: str, feed: Feed, names: tuple[str, ...]) -> str:
    free = [known for known in feed.column_names if known not in names]
    near = get_close_matches(name.lower().replace(" ", "_"), free, n=1, cutoff=0.6)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    return f"column {name!r} isn't known{hint}"
