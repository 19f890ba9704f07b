"""One demo government for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from warehouse.demo import generate_demo


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    generate_demo(folder)
    return folder
