"""A real server with the demo government, and a real Chromium to look at it with."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

import warehouse.build
from tests.factories.once import made_once

ROOT = Path(__file__).resolve().parents[2]
VENDOR = Path(__file__).parent / "vendor"

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Server:
    """A running portal and the demo's sign-ins by role."""

    address: str
    sign_ins: tuple[dict[str, object], ...]

    def person(self, role: str) -> dict[str, object]:
        return next(person for person in self.sign_ins if person["role"] == role)


@dataclass
class Watch:
    """What a page did that no page may do."""

    origin: str
    console: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        page.on("console", lambda m: m.type in {"error", "warning"} and self.console.append(m.text))
        page.on("pageerror", lambda error: self.console.append(str(error)))
        page.on("request", lambda request: self._note(request.url))
        page.on("response", lambda r: r.status >= 400 and self.failed.append(f"{r.status} {r.url}"))

    def _note(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https"} and f"{parts.scheme}://{parts.netloc}" != self.origin:
            self.foreign.append(url)

    @property
    def complaints(self) -> list[str]:
        return [*self.console, *self.foreign, *self.failed]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(var: Path) -> Iterator[Server]:
    """Serve the demo from a folder of its own, and stop it at the end."""
    with running(var, "--demo") as address:
        people = json.loads((var / "demo-sign-ins.json").read_text("utf-8"))
        yield Server(address, tuple(people))


@contextmanager
def running(var: Path, *options: str, awaits: str = "/readyz", **settings: str) -> Iterator[str]:
    """Run ``exchequer serve`` until the end; give its address once ``awaits`` answers."""
    port = free_port()
    if not (var / "plans").exists():
        # What was written for one build of the run is not written again in another process.
        shared = Path(warehouse.build.PLANS)
        shared.mkdir(parents=True, exist_ok=True)
        (var / "plans").symlink_to(shared)
    log = (var / "server.log").open("wb")
    process = subprocess.Popen(
        [Path(sys.executable).parent / "exchequer", "serve", *options],
        cwd=ROOT,
        env=os.environ
        | {
            "EXCHEQUER_VAR_DIR": str(var),
            "EXCHEQUER_PORT": str(port),
            "EXCHEQUER_WORKERS": "2",
        }
        | settings,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address + awaits, process, var / "server.log")
        yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=20)
        log.close()


@contextmanager
def launched() -> Iterator[Browser]:
    """Start the Chromium of this machine."""
    path = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    assert path, "no Chromium: `make test` installs it, or install your system's package"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo_var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give this process its own copy of the demo, which is invented and built once in a run."""

    def make(folder: Path) -> None:
        with served(folder):
            pass

    var = tmp_path_factory.mktemp("portal") / "var"
    shutil.copytree(made_once(tmp_path_factory, "demo", make), var)
    return var


@pytest.fixture(scope="session")
def server(demo_var: Path) -> Iterator[Server]:
    """Serve this process's own copy of the demo."""
    with served(demo_var) as demo:
        yield demo


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start a browser for a module's tests; one process can't drive two at the same time."""
    with launched() as browser:
        yield browser


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.5)
    pytest.fail(f"the portal did not get ready:\n{log.read_text('utf-8', 'replace')[-4000:]}")


def open_context(chromium: Browser, *, width: int = 1280, theme: str = "light") -> BrowserContext:
    """Open a browser of one size and theme, with nothing moving in it."""
    return chromium.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
    )


def settle(page: Page) -> None:
    """Wait until the page's own heading stands and its charts are drawn."""
    page.wait_for_selector("main h1")
    page.wait_for_function(
        "() => !document.querySelector('[data-dash-is-loading=true]') && "
        "[...document.querySelectorAll('.dash-graph')].every(g => g.querySelector('svg'))"
    )


def sign_in(context: BrowserContext, server: Server, role: str) -> Page:
    """Open a tab as one of the demo's people."""
    page = context.new_page()
    person = server.person(role)
    page.goto(f"{server.address}/login")
    page.fill("input[name=email]", str(person["email"]))
    page.fill("input[name=password]", str(person["password"]))
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/login" not in url)
    return page
