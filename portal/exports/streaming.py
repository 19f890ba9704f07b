"""A download that leaves while the rest of it is still being written.

What writes it knows only a path. That path is a pipe: what is written there is sent at once, and
where the receiver is slow the writer waits. Nothing of it lies on the disk or whole in memory.
"""

from __future__ import annotations

import hashlib
import os
import select
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextvars import copy_context
from pathlib import Path
from threading import Thread
from typing import Final, Self

Write = Callable[[Path], int]
"""Writes a file at a path and gives how many lines it has."""
Ended = Callable[[int | None, str], None]
"""Is told how many lines were sent, ``None`` if it broke off, and the hash of what was."""

_CHUNK: Final = 1 << 16
_SECONDS: Final = 0.05
"""How often it is looked whether the writer is still there."""


class Stream(Iterator[bytes]):
    """The bytes that a writer writes, as they come; closed before their end, it stops the writer.

    Making one waits for the first bytes: what the writer can't do is raised here, before anything
    was sent. What goes wrong later breaks the answer off, so that nobody takes it for whole.
    """

    def __init__(self, write: Write, folder: Path, prefix: str, ended: Ended) -> None:
        self._ended = ended
        self._digest = hashlib.sha256()
        self._count: int | None = None
        self._error: BaseException | None = None
        self._is_over = False
        own = Path(tempfile.mkdtemp(prefix=prefix, dir=folder))
        try:
            pipe = own / "lines"
            os.mkfifo(pipe, 0o600)
            # Opened first, so that the writer never waits for somebody to read.
            self._reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
            try:
                self._writer = Thread(
                    target=copy_context().run, args=(self._write, write, pipe), daemon=True
                )
                # Not select, which can't wait for what is opened where a thousand others are.
                self._ready = select.poll()
                self._ready.register(self._reading, select.POLLIN)
                self._writer.start()
                self._first = self._read()
                if self._first is None and self._error is not None:
                    raise self._error
            except BaseException:
                os.close(self._reading)
                raise
        finally:
            shutil.rmtree(own, ignore_errors=True)

    def __iter__(self) -> Self:
        """Give itself: the bytes come once."""
        return self

    def __next__(self) -> bytes:
        """Give the next bytes; raises what stopped the writer."""
        if self._is_over:
            raise StopIteration
        chunk, self._first = self._first, None
        chunk = chunk if chunk is not None else self._read()
        if chunk is not None:
            self._digest.update(chunk)
            return chunk
        self._end(self._count if self._error is None else None)
        raise self._error or StopIteration

    def close(self) -> None:
        """Stop the writer, if it hasn't ended; a server calls this however an answer ends."""
        self._end(None)

    def _end(self, count: int | None) -> None:
        if self._is_over:
            return
        self._is_over = True
        # Whoever writes on into a pipe that nobody reads is told so.
        os.close(self._reading)
        self._writer.join()
        self._ended(count, self._digest.hexdigest())

    def _read(self) -> bytes | None:
        """Wait for further bytes; ``None`` once the writer is gone and all is read."""
        while True:
            was_writing = self._writer.is_alive()
            self._ready.poll(_SECONDS * 1_000)
            try:
                chunk = os.read(self._reading, _CHUNK)
            except BlockingIOError:
                continue
            if chunk:
                return chunk
            if not was_writing:
                return None
            # The pipe isn't open for writing yet, or no longer: select doesn't wait then.
            self._writer.join(_SECONDS)

    def _write(self, write: Write, pipe: Path) -> None:
        try:
            self._count = write(pipe)
        except BaseException as error:  # raised again in the thread that reads
            self._error = error
