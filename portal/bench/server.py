"""The portal with two workers on a free port, as ``exchequer serve`` runs it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

WORKERS = 2

_SOURCES = Path(__file__).resolve().parents[2]
_READY_SECONDS = 60
_STOP_SECONDS = 10


class ServerError(Exception):
    """The server didn't come up; the message holds the end of its log."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    pid: int
    port: int

    @property
    def address(self) -> str:
        """Give its address."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def serving(environment: Mapping[str, str], log: Path) -> Iterator[Server]:
    """Serve with these variables for as long as the block runs; raises ServerError."""
    port = _free_port()
    command = [sys.executable, "-m", "portal.cli", "serve", "--no-worker"]
    chosen = {"EXCHEQUER_PORT": str(port), "EXCHEQUER_WORKERS": str(WORKERS), **environment}
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env={**os.environ, **chosen},
            cwd=_SOURCES,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_ready(process, port, log)
        yield Server(process.pid, port)
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if _is_ready(port):
            return
        time.sleep(0.05)
    tail = log.read_text(encoding="utf-8", errors="replace")[-2000:]
    raise ServerError(f"The server didn't come up. Its log ends:\n{tail}")


def _is_ready(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
