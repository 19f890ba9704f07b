"""Read text and look at it in the same pass: for files too large to be gone through twice.

What reads from a :class:`SoundStream` gets the bytes of a sound UTF-8 text, or an end: of what
can't be one, ``refusal`` then says why. A gigabyte of zeros that was packed into a megabyte is
refused as soon as it shows: by a NUL byte, a line of absurd length, or the ratio that
:mod:`warehouse.feeds.unpacking` looks at.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from pathlib import Path

from warehouse.errors import FeedError
from warehouse.feeds.soundness import MAX_FILE_BYTES, refuse_nul
from warehouse.feeds.unpacking import refused, unpacked_chunks

LONGEST_LINE = 8 * 1024**2
"""Bytes of a line above which no table is meant."""

_CHUNK = 1 << 22
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class NotUtf8Error(ValueError):
    """The text is in another encoding, or in none."""


class SoundStream(io.RawIOBase):
    """The bytes of a text file, plain or gzip, without blank lines at its end.

    ``refusal`` is set where reading stopped because the file is unsound.
    """

    def __init__(self, path: str, location: Path, *, max_bytes: int = MAX_FILE_BYTES) -> None:
        super().__init__()
        self.refusal: FeedError | None = None
        self._path = path
        self._chunks = _chunks_of(path, location, max_bytes)
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._offset = 0
        self._line = 0
        self._held = b""
        self._ready = b""

    def readable(self) -> bool:
        """Say that it can be read from."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Return up to ``size`` bytes, or as many as are at hand; none at the end.

        Raises NotUtf8Error, or FeedError, which stays in ``refusal``.
        """
        while not self._ready:
            try:
                chunk = next(self._chunks, b"")
                if not chunk:
                    self._decode(b"", final=True)
                    return b""
                self._ready = self._looked_at(chunk)
            except FeedError as refusal:
                self.refusal = refusal
                raise
        ready = self._ready
        if size < 0 or size >= len(ready):
            self._ready = b""
            return ready
        self._ready = ready[size:]
        return ready[:size]

    def _looked_at(self, chunk: bytes) -> bytes:
        if self._offset == 0 and chunk.startswith(_UTF_16):
            raise NotUtf8Error("The text is UTF-16.")
        refuse_nul(self._path, chunk, self._offset)
        self._offset += len(chunk)
        # Plain ASCII, nearly always: five times as fast to see as to decode.
        if not (chunk.isascii() and self._decoder.getstate()[0] == b""):
            self._decode(chunk)
        kept = chunk.rstrip(b"\r\n")
        text = self._held + kept if self._held and kept else kept
        self._held = chunk[len(kept) :] if kept else self._held + chunk
        last = chunk.rfind(b"\n")
        self._line = self._line + len(chunk) if last < 0 else len(chunk) - last - 1
        if max(self._line, len(self._held)) > LONGEST_LINE:
            raise refused(
                self._path,
                f"has a line of more than {LONGEST_LINE:,} bytes, so isn't a table",
                "Export it again as CSV.",
            )
        return text

    def _decode(self, chunk: bytes, *, final: bool = False) -> None:
        try:
            self._decoder.decode(chunk, final=final)
        except UnicodeDecodeError as error:
            raise NotUtf8Error(str(error)) from None


def read_start(path: str, location: Path, size: int) -> bytes:
    """Return the first bytes of a text file, plain or gzip."""
    if path.endswith(".gz"):
        return next(unpacked_chunks(path, location, MAX_FILE_BYTES, chunk=size), b"")
    with location.open("rb") as stream:
        return stream.read(size)


def _chunks_of(path: str, location: Path, max_bytes: int) -> Iterator[bytes]:
    if location.stat().st_size > max_bytes:
        raise refused(path, f"is larger than {max_bytes:,} bytes", "Hand it in as several files.")
    if path.endswith(".gz"):
        yield from unpacked_chunks(path, location, max_bytes)
        return
    with location.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk
