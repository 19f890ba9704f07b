"""Keep one worker running beside the web server: start it, and start another when it is gone.

A process of its own that imports nothing of ours, so that it weighs little and outlives whatever
ends a worker. It ends with the server, however that one ends.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import Final

LOOK_SECONDS: Final = 1.0
FIRST_WAIT_SECONDS: Final = 1.0
LONGEST_WAIT_SECONDS: Final = 60.0
STEADY_SECONDS: Final = 60.0
"""A worker that lived for as long is followed by another at once."""


def keep_worker(server: int) -> None:
    """Keep a worker as long as ``server`` is this process's parent."""
    wait = FIRST_WAIT_SECONDS
    while os.getppid() == server:
        command = [
            sys.executable, "-m", "portal.cli", "worker", "--while-parent", str(os.getpid()),
        ]  # fmt: skip
        started = time.monotonic()
        worker = subprocess.Popen(command)
        try:
            _follow(worker, server)
        finally:
            if worker.poll() is None:
                worker.terminate()
        if os.getppid() != server:
            return
        if time.monotonic() - started >= STEADY_SECONDS:
            wait = FIRST_WAIT_SECONDS
        print(
            f"The worker ended with {worker.returncode}; another starts in {wait:.0f} s.",
            file=sys.stderr,
            flush=True,
        )
        time.sleep(wait)
        wait = min(wait * 2, LONGEST_WAIT_SECONDS)


def _follow(worker: subprocess.Popen[bytes], server: int) -> None:
    """Return when the worker or the server is gone."""
    while os.getppid() == server:
        try:
            worker.wait(LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        return


def main() -> None:
    """Keep a worker for the server whose process number is the only argument."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    keep_worker(int(sys.argv[1]))


if __name__ == "__main__":
    main()
