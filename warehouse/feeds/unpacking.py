"""Unpack gzip files piece by piece, and stop where no table would have gone on."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

from warehouse.errors import FeedError

HIGHEST_RATIO = 300
"""Unpacked bytes to packed ones; records of the most uniform kind stay well below."""

_CHUNK = 1 << 22
_RATIO_MATTERS = 64 * 1024**2
"""Unpacked bytes below which no ratio is looked at."""


def unpacked_chunks(
    path: str, location: Path, max_bytes: int, *, chunk: int = _CHUNK
) -> Iterator[bytes]:
    """Unpack a gzip file piece by piece; refuse what is cut off, damaged, too large, or a bomb."""
    size = 0
    try:
        with location.open("rb") as raw, gzip.open(raw, "rb") as packed:
            while piece := packed.read(chunk):
                size += len(piece)
                if size > max_bytes:
                    raise refused(
                        path,
                        f"unpacks to more than {max_bytes:,} bytes",
                        "Hand it in as several files.",
                    )
                if size > _RATIO_MATTERS and size > HIGHEST_RATIO * raw.tell():
                    raise refused(
                        path,
                        f"unpacks to more than {HIGHEST_RATIO} times its size, as no table does",
                        "Export and pack it again.",
                    )
                yield piece
    except EOFError:
        raise refused(path, "is cut off: the gzip data stops early", "Send it again.") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise refused(path, f"isn't sound gzip data ({error})", "Pack and send it again.") from None


def refused(path: str, what: str, remedy: str) -> FeedError:
    """Word the refusal of a file: what it is, and what to do."""
    return FeedError(f"{path} {what}. {remedy}", path=path)
