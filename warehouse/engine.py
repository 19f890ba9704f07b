"""Connect the transforms to the engine that runs them: the one place that knows which.

``duckdb://`` computes in memory, ``duckdb:///path/to/file.duckdb`` in a file, which lets a
build outgrow memory. A Spark cluster is added here: the transforms are Ibis expressions and
don't know what runs them.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import ibis
from ibis.backends.duckdb import Backend

from warehouse.errors import BuildError

MEMORY_LIMIT = "2500MB"
"""What DuckDB may take of memory before it goes to disk; a build takes some more beside it."""


def connect_engine(
    url: str = "duckdb://", *, threads: int | None = None, spill_to: Path | None = None
) -> Backend:
    """Open a connection to the engine named by a URL; the caller disconnects it.

    With ``spill_to`` it keeps within MEMORY_LIMIT, and what exceeds that lies in this folder.
    Raises BuildError when the URL names an engine that isn't built in.
    """
    parts = urlsplit(url)
    if parts.scheme != "duckdb" or parts.netloc:
        raise BuildError(
            f"The engine {url!r} isn't known. Set EXCHEQUER_ENGINE to duckdb:// (in memory) or "
            "duckdb:///path/to/file.duckdb."
        )
    settings: dict[str, int | str] = {} if threads is None else {"threads": threads}
    if spill_to is not None:
        settings |= {"memory_limit": MEMORY_LIMIT, "temp_directory": str(spill_to)}
    return ibis.duckdb.connect(parts.path or ":memory:", **settings)
