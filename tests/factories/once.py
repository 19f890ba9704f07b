"""What is dear to make is made once in a run, by whichever process needs it first."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from warehouse.locking import file_lock


def folder_of_run(factory: pytest.TempPathFactory) -> Path:
    """Give the folder that all processes of this run share."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Give a folder that ``make`` has filled, for all processes to copy and none to change.

    What stopped halfway doesn't count: the next who needs it makes it anew.
    """
    folder = folder_of_run(factory) / name
    with file_lock(folder.with_name(f"{name}.lock")):
        if not folder.exists():
            unfinished = Path(factory.mktemp(f"unfinished-{name}"))
            make(unfinished)
            unfinished.rename(folder)
    return folder
