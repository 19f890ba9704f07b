"""Look at the text in a gzip file while it is unpacked, a piece at a time, and keep none of it.

A gigabyte of zeros packs into a megabyte. It is refused as soon as it shows: by a NUL byte, a
line of absurd length, or the ratio that :mod:`warehouse.feeds.unpacking` looks at.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from pathlib import Path

from warehouse.feeds.soundness import MAX_FILE_BYTES, refuse_nul, refuse_other_kinds
from warehouse.feeds.unpacking import refused, unpacked_chunks

LONGEST_LINE = 8 * 1024**2
"""Bytes of a line above which no table is meant."""

_START = 4096


@dataclass(frozen=True, slots=True)
class PackedText:
    """What was seen of the text in a gzip file; ``is_utf8`` is False where it is another encoding.

    ``has_plain_lines`` says that no line is blank and none ends in a lone carriage return.
    """

    is_utf8: bool
    encoding: str
    line_count: int
    has_plain_lines: bool


@dataclass(slots=True)
class _Lines:
    """Counts lines over chunks; blank lines at the very end are no lines."""

    feeds: int = 0
    returns: int = 0
    pairs: int = 0
    has_blank: bool = False
    length: int = 0
    tail: bytes = field(default=b"")
    pending: bytes = field(default=b"")

    def add(self, path: str, chunk: bytes) -> None:
        text = self.pending + chunk if self.pending else chunk
        kept = text.rstrip(b"\r\n")
        self.pending = text[len(kept) :]
        joined = self.tail + kept
        feeds = kept.count(b"\n")
        self.feeds += feeds
        if b"\r" in kept:
            self.returns += kept.count(b"\r")
            self.pairs += joined.count(b"\r\n")
        self.has_blank = self.has_blank or b"\n\n" in joined or b"\n\r" in joined
        self.length = len(kept) - kept.rfind(b"\n") - 1 + (0 if feeds else self.length)
        if self.pending:
            self.length = 0
        if max(self.length, len(self.pending)) > LONGEST_LINE:
            raise refused(
                path,
                f"unpacks to a line of more than {LONGEST_LINE:,} bytes, so isn't a table",
                "Export it again as CSV.",
            )
        self.tail = kept[-1:] or self.tail

    @property
    def are_plain(self) -> bool:
        pairs_only = self.returns == self.pairs and self.pairs in (0, self.feeds)
        return not self.has_blank and pairs_only


def scan_packed_text(path: str, location: Path, *, max_bytes: int = MAX_FILE_BYTES) -> PackedText:
    """Read a gzip file through once and say what its text is like.

    Raises FeedError where it is cut off, damaged, empty, no text, too large, or a bomb.
    """
    lines = _Lines()
    decoder = codecs.getincrementaldecoder("utf-8")()
    encoding, is_utf8, offset = "", True, 0
    for chunk in unpacked_chunks(path, location, max_bytes):
        if not encoding:
            encoding = _encoding_of_start(path, chunk)
            is_utf8 = encoding != "utf-16"
        if not is_utf8:
            continue
        refuse_nul(path, chunk, offset)
        lines.add(path, chunk)
        offset += len(chunk)
        # Plain ASCII, nearly always: five times as fast to see as to decode.
        if not (chunk.isascii() and decoder.getstate()[0] == b""):
            is_utf8 = _decodes(decoder, chunk)
    if not encoding:
        raise refused(path, "is empty", "Send the file again.")
    is_utf8 = is_utf8 and _decodes(decoder, b"", final=True)
    return PackedText(is_utf8, encoding, lines.feeds + 1, lines.are_plain)


def read_packed_start(path: str, location: Path, size: int) -> bytes:
    """Return the first ``size`` bytes of the text in a gzip file."""
    return next(unpacked_chunks(path, location, MAX_FILE_BYTES, chunk=size), b"")


def _encoding_of_start(path: str, chunk: bytes) -> str:
    start = chunk[:_START]
    refuse_other_kinds(path, start)
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    return "utf-16" if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final=final)
    except UnicodeDecodeError:
        return False
    return True
