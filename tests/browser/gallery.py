"""Take the pictures of the documentation: ``python -m tests.browser.gallery docs/images``.

A demo portal is started for it, so that the pictures show what everybody can reproduce.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, FloatRect

from tests.browser.conftest import Server, launched, open_context, served, settle, sign_in

LARGEST = 300_000
"""Bytes of one picture."""
TALLEST = {1440: 1560, 375: 3300}
"""How much of a page is pictured, in pixels by its width; long tables are cut."""


@dataclass(frozen=True)
class Shot:
    """One picture: its file, the page, and on what it is looked at."""

    name: str
    path: str
    width: int = 1440
    theme: str = "light"


SHOTS = (
    Shot("executive-light", "/"),
    Shot("executive-dark", "/", theme="dark"),
    Shot("executive-phone", "/", width=375),
    Shot("reliability-light", "/reliability"),
    Shot("budget-light", "/finops/budget"),
    Shot("data-light", "/data"),
)


def take(chromium: Browser, server: Server, shot: Shot, folder: Path) -> Path:
    """Take one picture of a page as the treasury sees it."""
    context = open_context(chromium, width=shot.width, theme=shot.theme)
    page = sign_in(context, server, "treasury")
    page.goto(server.address + shot.path)
    settle(page)
    page.evaluate("() => document.fonts.ready")
    page.wait_for_timeout(400)  # plotly draws once more when the typeface has arrived
    file = folder / f"{shot.name}.png"
    whole = page.evaluate("() => document.documentElement.scrollHeight")
    height = min(whole, TALLEST[shot.width])
    clip: FloatRect = {"x": 0, "y": 0, "width": shot.width, "height": height}
    page.screenshot(path=file, full_page=True, clip=clip)
    context.close()
    return file


def main(folder: Path) -> None:
    """Take every picture into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as var, served(Path(var)) as server, launched() as chromium:
        for shot in SHOTS:
            file = take(chromium, server, shot, folder)
            size = file.stat().st_size
            print(f"{file}: {size:,} bytes")
            if size > LARGEST:
                raise SystemExit(f"{file} is larger than {LARGEST:,} bytes.")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("Give the folder: python -m tests.browser.gallery docs/images")
    main(Path(sys.argv[1]))
