"""From navigation to the last chart drawn, in a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from portal.bench.samples import Sample

try:
    from playwright.sync_api import Browser, BrowserContext, StorageState, sync_playwright
except ImportError:  # It comes with the development requirements only.
    sync_playwright = None

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")

_TIMEOUT_MS = 60_000
_QUIET_MS = 600
# Taller than any page, so that charts drawn only when they come near are drawn and counted.
_VIEWPORT = {"width": 1280, "height": 6000}
# Pages without a chart are finished when nothing in their main part changes any more.
_WATCH = """
(() => {
  const watch = {last: null};
  window.exchequerBench = watch;
  const drawn = (node) => node.nodeType === 1 &&
    (node.closest('svg, .js-plotly-plot') || node.querySelector('svg'));
  new MutationObserver((records) => {
    for (const record of records) {
      const isIn = record.target.closest?.('main, svg, .js-plotly-plot');
      if (isIn || [...record.addedNodes].some(drawn)) {
        watch.last = performance.now();
      }
    }
  }).observe(document, {subtree: true, childList: true, attributes: true});
})()
"""
_FINISHED = """
(quiet) => {
  const watch = window.exchequerBench;
  const graphs = [...document.querySelectorAll('.dash-graph')];
  return watch.last !== null && document.querySelector('h1') !== null &&
    graphs.every((graph) => graph.querySelector('.main-svg')) &&
    performance.now() - watch.last > quiet;
}
"""
_WEIGHT = """
() => ['navigation', 'resource']
  .flatMap((kind) => performance.getEntriesByType(kind))
  .reduce((sum, entry) => sum + entry.transferSize, 0) / 1024
"""


class NoBrowserError(Exception):
    """No browser can be driven here; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """Where and as whom the browser signs in."""

    address: str
    email: str
    password: str


def time_to_last_chart(sign_in: SignIn, paths: Sequence[str], *, runs: int) -> tuple[Sample, ...]:
    """Time each page with the browser's cache empty, then again with it warm, and weigh the latter.

    Signing in isn't counted. Raises NoBrowserError where Playwright or Chromium is missing.
    """
    with chromium() as browser:
        cookies = _sign_in(browser, sign_in)
        samples = []
        for path in paths:
            address = f"{sign_in.address}{path}"
            visits = [_two_visits(browser, cookies, address) for _ in range(runs)]
            cold, warm, weight = zip(*visits, strict=True)
            samples.append(Sample(f"browser {path}, to the last chart", "ms", cold))
            samples.append(Sample(f"browser {path}, to the last chart, cache warm", "ms", warm))
            samples.append(Sample(f"browser {path}, over the wire, cache warm", "KiB", weight))
        return tuple(samples)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Drive the system's Chromium, without a window; raises NoBrowserError."""
    if sync_playwright is None:
        raise NoBrowserError("Playwright isn't installed; run `make install-dev`.")
    found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None:
        raise NoBrowserError(f"No browser found; looked for {', '.join(CHROMIUM_NAMES)}.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def last_drawn_ms(context: BrowserContext, address: str) -> tuple[float, float]:
    """Open an address in a new tab; give the time to the last drawing, and KiB transferred."""
    page = context.new_page()
    page.add_init_script(_WATCH)
    page.goto(address, wait_until="commit", timeout=_TIMEOUT_MS)
    page.wait_for_function(_FINISHED, arg=_QUIET_MS, timeout=_TIMEOUT_MS)
    found = float(page.evaluate("window.exchequerBench.last")), float(page.evaluate(_WEIGHT))
    page.close()
    return found


def _sign_in(browser: Browser, sign_in: SignIn) -> StorageState:
    """Sign in by the form and give the cookies, for browsers that know nothing else."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{sign_in.address}/login", timeout=_TIMEOUT_MS)
        page.fill("[name=email]", sign_in.email)
        page.fill("[name=password]", sign_in.password)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login" not in url, timeout=_TIMEOUT_MS)
        return context.storage_state()


def _two_visits(
    browser: Browser, cookies: StorageState, address: str
) -> tuple[float, float, float]:
    """Visit with an empty cache, then with a warm one; give both times and the second's weight."""
    with browser.new_context(viewport=_VIEWPORT, storage_state=cookies) as context:
        cold, _ = last_drawn_ms(context, address)
        warm, weight = last_drawn_ms(context, address)
        return cold, warm, weight
