from pathlib import Path

import pytest

from portal.reference import render_all

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "reference"
PAGES = render_all()


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_reference_page_is_as_its_declaration_says(name: str) -> None:
    committed = (FOLDER / name).read_text("utf-8")
    assert committed == PAGES[name], f"{name} is stale: run `make reference`"


def test_no_reference_page_is_left_over() -> None:
    assert {path.name for path in FOLDER.glob("*.md")} == set(PAGES)
