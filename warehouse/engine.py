"""Connect the transforms to the engine that runs them: the one place that knows which.

``duckdb://`` computes in memory, ``duckdb:///path/to/file.duckdb`` in a file, which lets a
build outgrow memory. A Spark cluster is added here: the transforms are Ibis expressions and
don't know what runs them.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import ibis
from ibis.backends.duckdb import Backend

from warehouse.errors import BuildError


def connect_engine(url: str = "duckdb://", *, threads: int | None = None) -> Backend:
    """Open a connection to the engine named by a URL; the caller disconnects it.

    Raises BuildError when the URL names an engine that isn't built in.
    """
    parts = urlsplit(url)
    if parts.scheme != "duckdb" or parts.netloc:
        raise BuildError(
            f"The engine {url!r} isn't known. Set EXCHEQUER_ENGINE to duckdb:// (in memory) or "
            "duckdb:///path/to/file.duckdb."
        )
    settings = {} if threads is None else {"threads": threads}
    return ibis.duckdb.connect(parts.path or ":memory:", **settings)
