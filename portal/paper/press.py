"""The one place where a PDF is ordered: bounded in number, time and size."""

from __future__ import annotations

import ctypes.util
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

from portal.texts import say

PRINTER: Final = Path(__file__).with_name("printer.py")
_KEPT: Final = ("PATH", "HOME", "XDG_CACHE_HOME", "FONTCONFIG_PATH", "DYLD_FALLBACK_LIBRARY_PATH")
"""What the printer may know of our environment; no secret is in it."""


class PressError(Exception):
    """No PDF can be made now; the message is for the reader."""

    retry_after: int | None = None


class PressBusyError(PressError):
    """Others are waiting; it works again in ``retry_after`` seconds."""

    retry_after = 10


class PrintFailedError(PressError):
    """The printer ended with an error; ``said`` is its last line, for the log."""

    def __init__(self, message: str, said: list[str]) -> None:
        super().__init__(message)
        self.said = said[0] if said else ""


class Press:
    """Prints one document at a time in this process, and one a person.

    ``waits`` is how many seconds a reader stands in line, ``takes`` how many one document may
    take, ``most_bytes`` how long it may be. At most ``most_waiting`` stand in line: each of them
    holds a thread that other readers are answered by.
    """

    def __init__(
        self,
        *,
        waits: float = 10,
        takes: float = 90,
        most_waiting: int = 2,
        most_bytes: int = 8 * 1024 * 1024,
        printer: Path = PRINTER,
    ) -> None:
        self._waits, self._takes, self._most, self._printer = waits, takes, most_bytes, printer
        self._most_people = 1 + most_waiting
        self._turn = threading.Lock()
        self._people: set[int] = set()
        self._guard = threading.Lock()

    def print_for(self, person: int, markup: str) -> bytes:
        """Print a document. Raises PressError, which says why not."""
        if not can_print():
            raise PressError(
                say(
                    "PDFs can't be made here: the library Pango is missing. An operator installs "
                    "it with the system's package manager. Until then, print the page from the "
                    "browser."
                )
            )
        document = markup.encode("utf-8", "replace")
        if len(document) > self._most:
            raise PressError(say("This page is too long for one PDF. Narrow it with filters."))
        with self.turn_of(person):
            return self._run(document)

    @contextmanager
    def turn_of(self, person: int) -> Iterator[None]:
        """Hold the press for a person; raises PressBusyError where they or others hold it."""
        with self._guard:
            if person in self._people:
                raise PressBusyError(
                    say("Your last PDF is still being made. Try again in a moment.")
                )
            if len(self._people) >= self._most_people:
                raise _busy()
            self._people.add(person)
        try:
            if not self._turn.acquire(timeout=self._waits):
                raise _busy()
            try:
                yield
            finally:
                self._turn.release()
        finally:
            with self._guard:
                self._people.discard(person)

    def _run(self, document: bytes) -> bytes:
        known = {name: os.environ[name] for name in _KEPT if name in os.environ}
        try:
            # A printer that is stopped can't tidy up; what it put down is cleared away here.
            with tempfile.TemporaryDirectory(prefix="exchequer-press-") as desk:
                done = subprocess.run(
                    [sys.executable, "-I", str(self._printer)],
                    input=document,
                    capture_output=True,
                    timeout=self._takes,
                    cwd="/",
                    env={**known, "LANG": "C.UTF-8", "TMPDIR": desk},
                    check=True,
                )
        except subprocess.TimeoutExpired:
            raise PressError(
                say("This page took too long to print. Narrow it with filters.")
            ) from None
        except subprocess.CalledProcessError as error:
            last = error.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
            raise PrintFailedError(say("This page couldn't be printed."), last) from None
        return done.stdout


def _busy() -> PressBusyError:
    return PressBusyError(say("Other PDFs are being made. Try again in a moment."))


@cache
def can_print() -> bool:
    """Tell whether this machine has what the printer needs beside its wheel."""
    return ctypes.util.find_library("pango-1.0") is not None
