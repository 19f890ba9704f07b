"""The worker ends when it is asked to, whatever it is doing just then."""

from __future__ import annotations

import subprocess
import sys

_ASKED_AT_THE_WORST_MOMENT = """
import os, signal, threading, time
from portal.cli.worker import _stop_on_signals
stop = threading.Event()
_stop_on_signals(stop)
with stop._cond:  # As the main thread does for a moment whenever it waits.
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(0.05)
assert stop.wait(10)
"""


def test_a_signal_that_comes_while_the_event_is_locked_ends_it_all_the_same() -> None:
    ended = subprocess.run([sys.executable, "-c", _ASKED_AT_THE_WORST_MOMENT], timeout=60)
    assert ended.returncode == 0
