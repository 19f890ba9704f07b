"""Look at a file's bytes, before anything else, and refuse what can't be a table of text."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from warehouse.feeds.unpacking import refused, unpacked_chunks

MAX_FILE_BYTES = 8 * 1024**3
"""A file above this, also after unpacking, is refused: no agency's records are so large."""

_CHUNK = 1 << 22
_SIGNATURES = (
    (b"PK\x03\x04", "a spreadsheet or zip archive", "Save the sheet as CSV (UTF-8)."),
    (b"%PDF", "a PDF document", "Hand in the table itself, as CSV."),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "Save the sheet as CSV (UTF-8)."),
    (b"PAR1", "a Parquet file", "Name it with the ending .parquet, if the feed takes that."),
    (b"\x1f\x8b", "a gzip file", "Name it with the ending .csv.gz."),
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = bytes(set(range(32)) - {9, 10, 13}) + b"\x7f"
_PAGE_STARTS = (b"<!doctype", b"<html", b"<?xml", b"<head", b"<body")


@dataclass(frozen=True, slots=True)
class PlainText:
    """A sound file as UTF-8 text on disk.

    ``location`` is the original itself where that already is UTF-8. ``has_plain_lines`` says that
    no line is blank and none ends in a lone carriage return, so lines can be counted on.
    """

    path: str
    location: Path
    encoding: str
    line_count: int
    has_plain_lines: bool
    ends_with_newline: bool


def read_plain_text(
    path: str, location: Path, workspace: Path, *, max_bytes: int = MAX_FILE_BYTES
) -> PlainText:
    """Check the bytes of a CSV file and give it as UTF-8, converted into ``workspace`` if need be.

    Raises FeedError where the file is empty, too large, truncated, packed, an HTML page, or
    not text.
    """
    if location.stat().st_size > max_bytes:
        raise refused(path, f"is larger than {max_bytes:,} bytes", "Hand it in as several files.")
    if path.endswith(".gz"):
        location = _unpack(path, location, workspace, max_bytes)
    encoding = _encoding_of(path, location)
    if encoding not in ("utf-8", "utf-8-sig"):
        location = _transcode(path, location, workspace, encoding)
    return _count_lines(path, location, encoding)


def _unpack(path: str, location: Path, workspace: Path, max_bytes: int) -> Path:
    unpacked = workspace / f"{location.name}.csv"
    with unpacked.open("wb") as plain:
        for chunk in unpacked_chunks(path, location, max_bytes):
            plain.write(chunk)
    return unpacked


def _encoding_of(path: str, location: Path) -> str:
    with location.open("rb") as stream:
        start = stream.read(4096)
    refuse_other_kinds(path, start)
    for bom, encoding in _BOMS:
        if start.startswith(bom):
            return encoding
    if _is_utf8(path, location):
        return "utf-8"
    _refuse_unless_cp1252(path, location)
    return "cp1252"


def refuse_other_kinds(path: str, start: bytes) -> None:
    """Refuse what begins like something else than a table of text."""
    if not start.strip():
        raise refused(path, "is empty", "Send the file again.")
    for signature, what, remedy in _SIGNATURES:
        if start.startswith(signature):
            raise refused(path, f"is {what}, not CSV", remedy)
    if start.lstrip(codecs.BOM_UTF8 + b" \t\r\n").lower().startswith(_PAGE_STARTS):
        raise refused(
            path,
            "is a web page, not CSV: most likely the error page of the system it was fetched from",
            "Fetch it again after signing in there.",
        )


def _is_utf8(path: str, location: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for offset, chunk in _chunks(location):
            refuse_nul(path, chunk, offset)
            # Plain ASCII, nearly always: five times as fast to see as to decode.
            if not (chunk.isascii() and decoder.getstate()[0] == b""):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_unless_cp1252(path: str, location: Path) -> None:
    for offset, chunk in _chunks(location):
        refuse_nul(path, chunk, offset)
        try:
            chunk.decode("cp1252")
        except UnicodeDecodeError as error:
            raise refused(
                path,
                f"is neither UTF-8 nor Windows-1252 text (byte {offset + error.start + 1:,} is "
                f"0x{chunk[error.start]:02X})",
                "Save it as CSV (UTF-8).",
            ) from None
        if len(chunk.translate(None, _CONTROLS)) != len(chunk):
            raise refused(path, "holds control characters, so isn't text", "Send a CSV file.")


def refuse_nul(path: str, chunk: bytes, offset: int) -> None:
    """Refuse a file with a NUL byte; ``offset`` is where its ``chunk`` begins."""
    if (place := chunk.find(b"\0")) >= 0:
        raise refused(
            path,
            f"holds a NUL byte (byte {offset + place + 1:,}), so isn't text or was damaged on "
            f"the way",
            "Export and send it again.",
        )


def _chunks(location: Path) -> Iterator[tuple[int, bytes]]:
    offset = 0
    with location.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield offset, chunk
            offset += len(chunk)


def _transcode(path: str, location: Path, workspace: Path, encoding: str) -> Path:
    converted = workspace / f"{location.name}.utf8"
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with converted.open("wb") as plain:
            for offset, chunk in _chunks(location):
                text = decoder.decode(chunk).encode()
                refuse_nul(path, text, offset)
                plain.write(text)
            plain.write(decoder.decode(b"", final=True).encode())
    except UnicodeError:
        raise refused(path, f"is cut off or isn't {encoding} text", "Send it again.") from None
    return converted


def _count_lines(path: str, location: Path, encoding: str) -> PlainText:
    stop, ends_with_newline = _end_of_text(location)
    feeds = returns = pairs = 0
    has_blank = False
    tail = b""
    for offset, chunk in _chunks(location):
        part = chunk[: stop - offset]
        joined = tail + part
        feeds += part.count(b"\n")
        if returns or b"\r" in part:
            returns += part.count(b"\r")
            pairs += joined.count(b"\r\n")
        has_blank = has_blank or b"\n\n" in joined or b"\n\r" in joined
        # One byte is enough to see a pair that two chunks share, and never counts one twice.
        tail = part[-1:]
    return PlainText(
        path=path,
        location=location,
        encoding=encoding,
        line_count=feeds + 1,
        has_plain_lines=not has_blank and returns == pairs and pairs in (0, feeds),
        ends_with_newline=ends_with_newline,
    )


def _end_of_text(location: Path) -> tuple[int, bool]:
    """Return where the last line ends, not counting blank lines after it, and if it is ended."""
    size = location.stat().st_size
    with location.open("rb") as stream:
        while size > 0:
            start = max(0, size - _CHUNK)
            stream.seek(start)
            text = stream.read(size - start)
            if kept := text.rstrip(b"\r\n"):
                ends = len(kept) < len(text) or start + len(text) < location.stat().st_size
                return start + len(kept), ends
            size = start
    return 0, True
