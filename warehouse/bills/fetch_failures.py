"""What couldn't be fetched from providers: a file that a build reads like any other input.

So a failed call changes the inputs, makes a build, and stands in its record until it succeeds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from warehouse.errors import FeedError


@dataclass(frozen=True, slots=True, order=True)
class FetchFailure:
    """A month's bill that wasn't given; ``source`` is the name of its declaration."""

    source: str
    month: str
    provider: str
    account: str
    message: str


def read_failures(location: Path, path: str) -> list[FetchFailure]:
    """Read the failures; ``path`` is what messages call the file. Raises FeedError."""
    names = {each.name for each in fields(FetchFailure)}
    try:
        found = json.loads(location.read_bytes())
        if not isinstance(found, list) or not all(
            isinstance(one, dict)
            and one.keys() == names
            and all(isinstance(value, str) for value in one.values())
            for one in found
        ):
            raise ValueError("it isn't a list of failures")
    except ValueError as error:
        raise FeedError(
            f"{path} can't be read: {error}. Remove it: the next fetch writes another.", path=path
        ) from None
    return [FetchFailure(**one) for one in found]


def written(failures: Iterable[FetchFailure]) -> str:
    """Write failures as the text of their file, the same for the same ones."""
    return json.dumps([asdict(one) for one in sorted(failures)], indent=1) + "\n"
