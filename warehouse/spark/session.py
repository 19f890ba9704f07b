"""The one module that imports PySpark: a session on a cluster or in this process, and its end."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

from warehouse.errors import BuildError

__all__ = ["SPARK_ERRORS", "DataFrame", "SparkSession", "first_line", "spark_session"]

SPARK_ERRORS = (PySparkException, Py4JError)
"""What a statement that fails raises."""

_SETTINGS = {
    # Sums, casts and days as on DuckDB: an overflow or a text that is no number is an error, and
    # the product of two amounts keeps all its places.
    "spark.sql.ansi.enabled": "true",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.caseSensitive": "true",
    "spark.sql.mapKeyDedupPolicy": "LAST_WIN",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.log.level": "ERROR",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_PARTITIONS = "spark.sql.shuffle.partitions"
_STOP_SECONDS = 20


@contextmanager
def spark_session(url: str) -> Iterator[SparkSession]:
    """Open a session on ``spark://host:port`` or ``spark://local[2]``, and end it with its JVM.

    What isn't said here, such as memory, comes from ``spark-defaults.conf``. Raises BuildError
    where Java is missing or the cluster can't be reached.
    """
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        raise BuildError(
            "EXCHEQUER_ENGINE names Spark, which needs Java 17 or newer, and there is none. "
            "Install a Java runtime (deploy/system-packages java) or set EXCHEQUER_ENGINE to "
            "duckdb://."
        )
    try:
        session = _open(_master_of(url), url)
    except Exception as error:  # Py4J, Spark and the JVM each have kinds of their own.
        raise BuildError(
            f"No session on {url} could be opened: {first_line(error)} See that the master runs "
            "and can be reached from here, and that Java is 17 or newer."
        ) from error
    try:
        yield session
    finally:
        _close(session)


def _master_of(url: str) -> str:
    place = url.removeprefix("spark://")
    return place if place.startswith("local") and ":" not in place else url


def _open(master: str, url: str) -> SparkSession:
    builder = SparkSession.builder.appName("exchequer").master(master)
    for name, value in _SETTINGS.items():
        builder = builder.config(name, value)
    if master != url or urlsplit(url).hostname in _LOOPBACK:
        # Nobody outside this machine has business with a session on it.
        builder = builder.config("spark.driver.bindAddress", "127.0.0.1")
        builder = builder.config("spark.driver.host", "127.0.0.1")
    session = builder.getOrCreate()
    if session.sparkContext.getConf().get(_PARTITIONS) is None:
        # What is shuffled has been added up before: Spark's 200 parts would be nearly empty.
        session.conf.set(_PARTITIONS, str(session.sparkContext.defaultParallelism))
    return session


def _close(session: SparkSession) -> None:
    context = session.sparkContext
    gateway = type(context)._gateway
    with suppress(
        Exception
    ):  # A cluster that is gone can't be told; the JVM is ended all the same.
        session.stop()
    if gateway is None:
        return
    java: subprocess.Popen[bytes] | None = getattr(gateway, "proc", None)
    gateway.shutdown()
    type(context)._gateway = None
    type(context)._jvm = None
    if java is not None and java.stdin is not None:
        # The JVM lives as long as its standard input.
        java.stdin.close()
        try:
            java.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            java.kill()
            java.wait()


def first_line(error: Exception) -> str:
    """Say what failed, without the plan and the trace that Spark adds."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
