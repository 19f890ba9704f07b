"""Every page in a made-up language: what comes out in English is a name or a code."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

import pytest
from plotly.utils import PlotlyJSONEncoder

from auth.people import list_people
from portal import texts
from portal.pages import PAGES, PageRequest
from portal.pages.shell import draw_chrome, layout
from portal.texts import language
from tests.unit.portal.pages.accents import (
    LANGUAGE,
    accented,
    bare_words,
    texts_shown,
    write_accents,
)
from warehouse.db import Database
from warehouse.gateway import Gateway
from warehouse.measures import DIMENSION_NAMES, REGISTRY
from warehouse.schema import DIMENSIONS, FACTS, OPERATIONS, SUMMARIES
from warehouse.scope import Scope

Draw = Callable[..., str]

NAMES = frozenset(
    {
        "Exchequer",
        "USD",
        "UTC",
        "Excel",
        "Power",
        "Query",
        "curl",
        "Ada",
        "Byron",
        "maybe",
        "console",
        "original",
        "English",
    }
)
"""Of products and people, and what the addresses below hold; the same in every language."""

VIEWS = (
    ("treasury", "/"),
    ("treasury", "/?agency=10"),
    ("viewer of 10", "/"),
    ("manager of 10 and 12", "/"),
    *(("treasury", page.path) for page in PAGES if page.nav_group in {"Reliability", "Money"}),
    *(("viewer of 10", page.path) for page in PAGES if page.nav_group in {"Reliability", "Money"}),
    ("treasury", "/explore"),
    ("treasury", "/explore?measure=actual_spend,waste_pct&by=agency,month"),
    ("treasury", "/explore?measure=stability_score&by=service_type&across=peak"),
    *(
        ("treasury", f"/data?view={view}")
        for view in ("feeds", "quality", "quarantine", "held", "findings", "builds", "catalogue",
                     "measures", "usage-rows", "cost-rows", "reconciliation-rows",
                     "reliability-rows", "tagging-rows",
                     "provider-rows", "migration-rows")
    ),
    ("viewer of 10", "/data"),
    *(("admin", page.path) for page in PAGES if page.nav_group == "Administration"),
    ("admin", "/finops/governance"),
    ("treasury", "/account"),
    ("treasury", "/finops/budget?from=2025-13&agency=x&peak=maybe"),
    ("treasury", "/finops/budget?agency=999999"),
)  # fmt: skip

ENGLISH_TABLES = {
    "quality_result": ("description",),
    "finding": ("title", "detail"),
    "quarantined_row": ("reason",),
    "held_slice": ("reason",),
    "source_file": ("message",),
}
"""Sentences that a build writes down once for all readers: they stay as they were written."""


@pytest.fixture(autouse=True)
def accents(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    folder = tmp_path_factory.getbasetemp() / "accents"
    if not folder.exists():
        write_accents(folder)
    monkeypatch.setattr(texts, "FOLDER", folder)
    texts._catalogue.cache_clear()
    before = language.set(LANGUAGE)
    yield
    language.reset(before)
    texts._catalogue.cache_clear()


@pytest.fixture(scope="module")
def vocabulary(database: Database, gateway: Gateway) -> frozenset[str]:
    """Words of the data: names of MDAs and services, and what a build wrote down."""
    scope = Scope.whole_government()
    known = [
        text
        for name in DIMENSION_NAMES
        if name not in {"migration_status", "migrated", "peak", "month", "quarter"}
        for pair in gateway.options(name, scope)
        for text in pair
    ]
    with database.reading_records() as session:
        known += [person.name for person in list_people(session)]
    known += [table.name for table in (*DIMENSIONS, *FACTS, *OPERATIONS, *SUMMARIES)]
    for table, columns in ENGLISH_TABLES.items():
        for row in gateway.rows(table, scope, limit=1000).rows:
            known += [str(row[column] or "") for column in columns]
    known += [measure.formula for measure in REGISTRY.values()]
    return frozenset(
        word for text in known for word in re.findall("[A-Za-z]+", f"{text} {text.lower()}")
    )


@pytest.mark.parametrize(("who", "address"), VIEWS)
def test_a_page_says_nothing_in_english_but_names(
    who: str, address: str, draw: Draw, vocabulary: frozenset[str]
) -> None:
    path, _, query = address.partition("?")
    shown = set(texts_shown(json.loads(draw(who, path, f"?{query}" if query else ""))))
    assert shown
    left = {text: bare_words(text) - vocabulary - NAMES for text in shown}
    assert {text: sorted(words) for text, words in left.items() if words} == {}


def test_the_frame_says_nothing_in_english_but_names(
    ask_for: Callable[..., PageRequest], vocabulary: frozenset[str]
) -> None:
    parts = [layout(), *draw_chrome(ask_for("treasury"), "/", PAGES)]
    shown = set(texts_shown(json.loads(json.dumps(parts, cls=PlotlyJSONEncoder))))
    assert accented("Skip to content") in shown
    left = {text: bare_words(text) - vocabulary - NAMES for text in shown}
    assert {text: sorted(words) for text, words in left.items() if words} == {}
