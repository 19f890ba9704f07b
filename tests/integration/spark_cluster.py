"""A standalone Spark cluster on loopback: a master and two workers, ended with the block."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pyspark

LONGEST_LIFE = "3000"
"""Seconds after which every process ends by itself, should nobody end it."""

_HOME = Path(pyspark.__file__).parent
_LAUNCHER = _HOME / "bin" / "spark-class"
_DEPLOY = "org.apache.spark.deploy"
_LOOPBACK = "127.0.0.1"
_START_SECONDS = 180


@contextmanager
def cluster(folder: Path, *, workers: int = 2) -> Iterator[str]:
    """Give the URL of a master that has as many workers of one core each."""
    port = _free_port()
    url = f"spark://{_LOOPBACK}:{port}"
    with ExitStack() as running:
        log = folder / "master.log"
        master = ("--host", _LOOPBACK, "--port", str(port), "--webui-port", "0")
        running.enter_context(_process(f"{_DEPLOY}.master.Master", master, log))
        _wait_for(log, "I have been elected leader", 1)
        for number in range(workers):
            place = folder / f"worker{number}"
            options = ("--host", _LOOPBACK, "--webui-port", "0", "--cores", "1", "--memory", "1g",
                       "--work-dir", str(place), url)  # fmt: skip
            worker_log = folder / f"worker{number}.log"
            running.enter_context(_process(f"{_DEPLOY}.worker.Worker", options, worker_log))
        _wait_for(log, "Registering worker", workers)
        yield url


@contextmanager
def _process(name: str, options: tuple[str, ...], log: Path) -> Iterator[None]:
    environment = {
        **os.environ,
        "SPARK_HOME": str(_HOME),
        "SPARK_LOCAL_IP": _LOOPBACK,
        "SPARK_DAEMON_MEMORY": "512m",
    }
    with log.open("w") as written:
        started = subprocess.Popen(
            ["timeout", LONGEST_LIFE, str(_LAUNCHER), name, *options],
            stdout=written,
            stderr=subprocess.STDOUT,
            env=environment,
        )
        try:
            yield
        finally:
            # ``timeout`` hands the signal on, and a worker takes its executors along.
            started.terminate()
            try:
                started.wait(30)
            except subprocess.TimeoutExpired:
                started.kill()
                started.wait()


def _wait_for(log: Path, said: str, times: int) -> None:
    until = time.monotonic() + _START_SECONDS
    while log.read_text("utf-8", errors="replace").count(said) < times:
        if time.monotonic() > until:
            raise TimeoutError(f"{said!r} isn't in {log}:\n{log.read_text('utf-8')[-2000:]}")
        time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port
