"""The worker beside the server is replaced when it dies, and ends with the server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.bench.memory import family_of


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        **os.environ,
        "EXCHEQUER_VAR_DIR": str(tmp_path / "var"),
        "EXCHEQUER_DATA_DIR": str(tmp_path / "data"),
    }
    command = [sys.executable, "-m", "portal.keeper", str(os.getpid())]
    process = subprocess.Popen(command, env=environment)
    yield process
    process.kill()
    process.wait()


def wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def workers_of(keeper: subprocess.Popen[bytes]) -> tuple[int, ...]:
    return family_of(keeper.pid)[1:]


def test_a_killed_worker_is_followed_by_another(keeper: subprocess.Popen[bytes]) -> None:
    wait_for(lambda: len(workers_of(keeper)) == 1)
    (first,) = workers_of(keeper)
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: workers_of(keeper) not in {(), (first,)})


def test_the_worker_goes_with_its_keeper(keeper: subprocess.Popen[bytes]) -> None:
    wait_for(lambda: len(workers_of(keeper)) == 1)
    (worker,) = workers_of(keeper)
    keeper.terminate()
    assert keeper.wait(10) == 0
    wait_for(lambda: not _lives(worker))


def test_a_keeper_of_another_process_keeps_nothing() -> None:
    command = [sys.executable, "-m", "portal.keeper", "1"]
    assert subprocess.run(command, check=False, timeout=30).returncode == 0


def _lives(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text("utf-8")
    except OSError:
        return False
