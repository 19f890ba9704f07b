"""Static files, compressed once a process: a first visit takes megabytes of scripts.

Answers with data are compressed as they go out, by Flask-Compress; files are the same for
everybody, so that what many readers load at once costs the processor once.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
from typing import Final, Literal

import brotli  # type: ignore[import-untyped]  # published without types
from flask import Flask, Response, request

from portal.security.headers import ASSETS, COMPONENTS

Encoding = Literal["br", "gzip"]

SMALLEST: Final = 500
"""Bytes; below, the headers weigh more than what is saved."""

_ENCODINGS: Final[tuple[Encoding, ...]] = ("br", "gzip")
_BROTLI_QUALITY: Final = 9
"""Once a process this may take longer than for an answer that is made for one reader."""


class CompressedFiles:
    """What files are once compressed, by their content: a changed file is another one."""

    def __init__(self) -> None:
        self._kept: dict[tuple[bytes, Encoding], bytes] = {}
        self._lock = threading.Lock()

    def compress(self, content: bytes, encoding: Encoding) -> bytes:
        """Give the compressed content; readers that come together wait for one compression."""
        key = (hashlib.blake2b(content, digest_size=16).digest(), encoding)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = _compress(content, encoding)
            return self._kept[key]


def compress_files_once(server: Flask) -> None:
    """Have the app keep files compressed; register it after Flask-Compress, to run before it."""
    files = CompressedFiles()
    kinds = frozenset(server.config["COMPRESS_MIMETYPES"])

    def encode(response: Response) -> Response:
        encoding = next((one for one in _ENCODINGS if request.accept_encodings[one] > 0), None)
        is_file = request.endpoint in (ASSETS, COMPONENTS) and response.status_code == 200
        if not is_file or encoding is None or response.mimetype not in kinds:
            return response
        response.direct_passthrough = False
        content = response.get_data()
        if len(content) < SMALLEST:
            return response
        response.set_data(files.compress(content, encoding))
        response.headers["Content-Encoding"] = encoding
        etag, _ = response.get_etag()
        if etag:
            response.set_etag(f"{etag}:{encoding}")
            response.make_conditional(request)
        return response

    server.after_request(encode)


def _compress(content: bytes, encoding: Encoding) -> bytes:
    if encoding == "br":
        compressed: bytes = brotli.compress(content, quality=_BROTLI_QUALITY)
        return compressed
    return gzip.compress(content, mtime=0)
