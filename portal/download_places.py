"""How many downloads of lines run at once: each holds a thread until its last byte is taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from threading import Lock
from typing import Final

from portal.texts import say, say_number

MOST_EACH: Final = 2
"""So many a person; others wait for nobody who takes one after the other."""
_RETRY_AFTER: Final = 30


class NoPlaceError(Exception):
    """No further download may begin now; the message says why."""

    retry_after = _RETRY_AFTER

    def __init__(self, message: str, *, is_own: bool) -> None:
        super().__init__(message)
        self.is_own = is_own


class DownloadPlaces:
    """The places of one process. May be shared by threads."""

    def __init__(self) -> None:
        self._people: Counter[int] = Counter()
        self._lock = Lock()

    def take(self, person: int, *, most: int) -> Callable[[], None]:
        """Take a place and give what leaves it; ``most`` are taken at once.

        Raises NoPlaceError.
        """
        with self._lock:
            if self._people[person] >= MOST_EACH:
                said = say_number(
                    MOST_EACH,
                    "{number} download of yours is still running. Begin another once it has ended.",
                    "{number} downloads of yours are still running. Begin another once one of them "
                    "has ended.",
                )
                raise NoPlaceError(said, is_own=True)
            if self._people.total() >= most:
                said = say("As many downloads are running as can. Try again in a minute.")
                raise NoPlaceError(said, is_own=False)
            self._people[person] += 1

        def leave() -> None:
            with self._lock:
                self._people[person] -= 1
                if not self._people[person]:
                    del self._people[person]

        return leave
