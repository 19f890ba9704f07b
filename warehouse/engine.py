"""Connect the transforms to the engine that runs them: the one place that knows which.

``duckdb://`` computes in memory, ``duckdb:///path/to/file.duckdb`` in a file, which lets a
build outgrow memory. ``spark://host:port`` is a Spark cluster and ``spark://local[2]`` Spark within
this machine: files are then still read and judged by DuckDB, in memory, and the transforms run on
Spark. They are Ibis expressions and don't know what runs them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

import ibis
from ibis.backends.duckdb import Backend

from warehouse.errors import BuildError
from warehouse.transforms.plan import Engine, InProcess

# Merging one select into the next takes Ibis a fifth of its time and saves the engines none.
ibis.options.sql.fuse_selects = False

_SPARK = "spark://"

MEMORY_LIMIT = "2500MB"
"""What DuckDB may take of memory before it goes to disk; a build takes some more beside it."""


def connect_engine(
    url: str = "duckdb://", *, threads: int | None = None, spill_to: Path | None = None
) -> Backend:
    """Open a connection to the engine named by a URL; the caller disconnects it.

    With ``spill_to`` it keeps within MEMORY_LIMIT, and what exceeds that lies in this folder.
    Raises BuildError when the URL names an engine that isn't built in.
    """
    if url.startswith(_SPARK):
        url = "duckdb://"
    parts = urlsplit(url)
    if parts.scheme != "duckdb" or parts.netloc:
        raise BuildError(
            f"The engine {url!r} isn't known. Set EXCHEQUER_ENGINE to duckdb:// (in memory) or "
            "duckdb:///path/to/file.duckdb, or to spark://host:port."
        )
    settings: dict[str, int | str] = {} if threads is None else {"threads": threads}
    if spill_to is not None:
        settings |= {"memory_limit": MEMORY_LIMIT, "temp_directory": str(spill_to)}
    con = ibis.duckdb.connect(parts.path or ":memory:", **settings)
    # It would draw over what a command writes, into a file as well.
    con.raw_sql("set enable_progress_bar = false")
    return con


@contextmanager
def transforming(url: str, con: Backend, exchange: Path) -> Iterator[Engine]:
    """Give what runs the transforms on the tables of ``con``, until the block ends.

    What a cluster hands over lies below ``exchange``. Raises BuildError where it can't be had.
    """
    if not url.startswith(_SPARK):
        yield InProcess(con)
        return
    try:
        spark = import_module("warehouse.spark.engine")
    except ModuleNotFoundError as error:
        raise BuildError(
            "EXCHEQUER_ENGINE names Spark, and PySpark isn't installed. Install it (pip install "
            "--require-hashes -r requirements-spark.txt) or set EXCHEQUER_ENGINE to duckdb://."
        ) from error
    with spark.open_spark(url, con, exchange) as engine:
        yield engine
