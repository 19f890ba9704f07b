"""Turn HTML from standard input into a tagged PDF on standard output, in a process of its own.

It is started by ``portal.paper.press`` for one document and ends with it, so that no web worker
holds the layout engine, and one that is lost in a page takes nothing along. It reads nothing but
the two font files and what the document carries within itself.
"""

from __future__ import annotations

import logging
import os
import resource
import sys
from pathlib import Path
from typing import Final

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

HERE: Final = Path(__file__).resolve().parent
FONTS: Final = HERE.parents[1] / "assets" / "vendor" / "inter"
FONT_FILES: Final = (
    "inter-latin-wght-normal.woff2",
    "inter-latin-ext-wght-normal.woff2",
)
MOST_MEMORY: Final = 2 * 1024**3
MOST_SECONDS: Final = 60
NICENESS: Final = 5
"""How far it steps back behind the processes that answer readers."""


class OwnFiles(URLFetcher):  # type: ignore[misc]  # WeasyPrint comes without types
    """Gives our fonts and what is written into the document; refuses every other address."""

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """Fetch ``font:NAME`` or a ``data:`` image. Raises ValueError for anything else."""
        if url.startswith("data:image/"):
            return super().fetch(url)
        name = url.removeprefix("font:")
        if url == name or name not in FONT_FILES:
            raise ValueError("Only our own fonts and images within the document are read.")
        body = (FONTS / name).read_bytes()
        return URLFetcherResponse(url, body, {"Content-Type": "font/woff2"})


def print_document(markup: str) -> bytes:
    """Lay a document out on A4 and write it as PDF/UA-1."""
    fonts, files = FontConfiguration(), OwnFiles(allowed_protocols=("data", "font"))
    sheet = CSS(filename=str(HERE / "paper.css"), font_config=fonts, url_fetcher=files)
    document = HTML(string=markup, base_url="", url_fetcher=files)
    pdf: bytes = document.write_pdf(stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/ua-1")
    return pdf


def limit_itself() -> None:
    """Bound memory and time, so that a document without end stops here."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(NICENESS)


def main() -> None:
    """Read, print, write."""
    limit_itself()
    logging.disable(logging.CRITICAL)
    sys.stdout.buffer.write(print_document(sys.stdin.buffer.read().decode("utf-8")))


if __name__ == "__main__":
    main()
