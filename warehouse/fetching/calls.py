"""Calls of a provider's interface: counted, limited, and made again where it asks to wait."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from warehouse.errors import FetchError

ATTEMPTS = 5
LONGEST_WAIT_SECONDS = 60.0

_Answer = TypeVar("_Answer")


class ProviderBusyError(Exception):
    """A call that may succeed later; ``wait`` is how long the provider asks to wait, in seconds."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


@dataclass(slots=True)
class Calls:
    """The calls that may be made of one billing account today, and those that were made.

    Each attempt counts, as providers count and charge each.
    """

    limit: int
    made: int = 0
    sleep: Callable[[float], None] = time.sleep

    def make(self, call: Callable[[], _Answer]) -> _Answer:
        """Make a call, again where the provider is busy, each time after a longer wait.

        Raises FetchError where the provider stays busy or today's calls are used up.
        """
        for attempt in range(1, ATTEMPTS + 1):
            if self.made >= self.limit:
                raise FetchError(
                    f"All {self.limit:,} calls of today are used up. The rest is fetched on the "
                    "next days; where a month alone needs more, raise calls_a_day."
                )
            self.made += 1
            try:
                return call()
            except ProviderBusyError as busy:
                said, wait = str(busy), busy.wait
            if attempt < ATTEMPTS:
                self.sleep(min(2.0**attempt if wait is None else wait, LONGEST_WAIT_SECONDS))
        raise FetchError(
            f"It didn't answer in {ATTEMPTS} attempts: {said} It is asked again tomorrow."
        )


def one_line(text: object, most: int = 300) -> str:
    """Say in one line what a provider answered, as a sentence."""
    said = " ".join(str(text).split())[:most].rstrip(" .")
    return f"{said}."
