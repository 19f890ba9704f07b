"""Take the pictures of the documentation: ``python -m tests.browser.gallery docs``.

A demo portal is started for it, so that the pictures show what everybody can reproduce. Beside
them ``gallery.md`` says what each shows.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, FloatRect

from tests.browser.conftest import Server, launched, open_context, served, settle, sign_in

LARGEST = 400_000
"""Bytes of one picture."""
TALLEST = {1440: 1560, 375: 3300}
"""How much of a page is pictured, in pixels by its width; long tables are cut."""


HEAD = """# The pages

What `make run` shows, on an invented government. Taken by `python -m tests.browser.gallery docs`.
"""


@dataclass(frozen=True)
class Shot:
    """One picture: its file, the page, whose eyes see it, and on what it is looked at."""

    name: str
    path: str
    caption: str
    role: str = "treasury"
    width: int = 1440
    theme: str = "light"


SHOTS = (
    Shot("executive-light", "/", "Executive summary: where the government stands this year"),
    Shot("executive-dark", "/", "The same in dark", theme="dark"),
    Shot("executive-phone", "/", "The same on a phone", width=375),
    Shot("home", "/", "An MDA's home: the bill, why it changed, what is open", "agency_manager"),
    Shot("reliability-light", "/reliability", "Reliability overview"),
    Shot("sla", "/reliability/sla", "SLA performance: what breaks its limits, and why"),
    Shot("peak", "/reliability/peak", "Peak and non-peak: who holds at tax time"),
    Shot("migration", "/reliability/migration", "Migration: what it saved, and what got better"),
    Shot("budget-light", "/finops/budget", "Budget oversight"),
    Shot("trends", "/finops/trends", "Cost trends, and why spend changed"),
    Shot("governance", "/finops/governance", "Governance and waste"),
    Shot("governance-dark", "/finops/governance", "The same in dark", theme="dark"),
    Shot("providers", "/finops/providers", "Provider strategy"),
    Shot(
        "explore",
        "/explore?measure=actual_spend,waste_pct&by=sector,agency&across=service_type",
        "Explore: any measure by any dimension it has",
    ),
    Shot("data-light", "/data", "Data: what arrived, and what was kept out and why"),
    Shot("admin", "/admin", "Administration", "admin"),
)


def take(chromium: Browser, server: Server, shot: Shot, folder: Path) -> Path:
    """Take one picture of a page."""
    context = open_context(chromium, width=shot.width, theme=shot.theme)
    page = sign_in(context, server, shot.role)
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
    """Take every picture into ``images`` below a folder, and write the page that shows them."""
    images = folder / "images"
    images.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as var, served(Path(var)) as server, launched() as chromium:
        for shot in SHOTS:
            file = take(chromium, server, shot, images)
            size = file.stat().st_size
            print(f"{file}: {size:,} bytes")
            if size > LARGEST:
                raise SystemExit(f"{file} is larger than {LARGEST:,} bytes.")
    parts = [f"## {shot.caption}\n\n![{shot.caption}](images/{shot.name}.png)\n" for shot in SHOTS]
    (folder / "gallery.md").write_text("\n".join((HEAD, *parts)), "utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("Give the folder: python -m tests.browser.gallery docs")
    main(Path(sys.argv[1]))
