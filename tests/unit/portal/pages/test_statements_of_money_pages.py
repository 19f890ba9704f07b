"""How often the pages on trends and governance read the database."""

from collections.abc import Callable

import pytest

from portal.pages import PAGES, PageRequest
from tests.unit.portal.pages.test_pages import reads
from warehouse.db import Database
from warehouse.gateway import Gateway

MOST = {"/finops/trends": 61, "/finops/governance": 29}
MOST_AGAIN = 6
"""Of the star none; limits, views, events and what anomalies are records, and may have changed."""


@pytest.mark.parametrize("path", sorted(MOST))
def test_a_page_reads_the_database_a_bounded_number_of_times(
    path: str, database: Database, ask_for: Callable[..., PageRequest]
) -> None:
    page = next(page for page in PAGES if page.path == path)
    asked = {**vars(ask_for("treasury", path)), "gateway": Gateway(database)}
    with reads() as first:
        page.build(PageRequest(**asked))
    assert 0 < len(first) <= MOST[path]
    with reads() as again:
        page.build(PageRequest(**asked))
    assert len(again) <= MOST_AGAIN
