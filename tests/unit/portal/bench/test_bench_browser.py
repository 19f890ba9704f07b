"""The stopwatch in the browser stops at the last drawing, not at the first."""

from __future__ import annotations

from pathlib import Path

from portal.bench.browser import chromium, last_drawn_ms

_PAGE = """
<h1>Spend</h1><div class="dash-graph"></div><p></p>
<script>
  setTimeout(() => { document.querySelector('p').textContent = 'text only' }, 900);
  setTimeout(() => {
    document.querySelector('.dash-graph').innerHTML = '<svg class="main-svg"></svg>';
  }, 400);
</script>
"""


def test_the_time_of_the_last_chart_counts_and_later_text_does_not(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(_PAGE)
    with chromium() as browser, browser.new_context() as context:
        drawn, _ = last_drawn_ms(context, page.as_uri())
        assert 400 <= drawn < 900
