"""Memory of a family of processes, read from a real /proc."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from portal.bench.memory import family_of, pss_mib

_HOLD = "import sys; block = bytearray({size}); print('ready', flush=True); sys.stdin.read()"


def holder(size: int) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD.format(size=size)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def test_a_child_belongs_to_its_parents_family() -> None:
    with holder(1) as child:
        assert child.pid in family_of(os.getpid())
        assert family_of(child.pid) == (child.pid,)
        child.communicate()


def test_a_process_that_holds_more_counts_for_more() -> None:
    with holder(1) as light, holder(64 * 1024 * 1024) as heavy:
        difference = pss_mib((heavy.pid,)) - pss_mib((light.pid,))
        assert 60 < difference < 70
        light.communicate()
        heavy.communicate()


def test_a_name_with_brackets_and_spaces_hides_no_parent(tmp_path: Path) -> None:
    (tmp_path / "10").mkdir()
    (tmp_path / "10" / "stat").write_text("10 (gunicorn: (app) w) S 7 10 10 0")
    (tmp_path / "self").mkdir()
    assert family_of(7, tmp_path) == (7, 10)
