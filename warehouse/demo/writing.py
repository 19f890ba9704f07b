"""Writing a feed's file: plain CSV, UTF-8, the same bytes for the same rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from warehouse.demo.government import Government, Ints

Columns = Mapping[str, Any]

_OPTIONS = pacsv.WriteOptions(quoting_style="none", quoting_header="none", batch_size=65_536)


def write_feed(path: Path, columns: Columns) -> int:
    """Write columns of equal length (arrays or lists; ``None`` is blank); return the rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pa.table({name: pa.array(values) for name, values in columns.items()})
    # Arrow leaves strings that need quotes as an error: no name in the demo has a comma.
    pacsv.write_csv(table, path, write_options=_OPTIONS)
    return int(table.num_rows)


def choose(labels: Sequence[str | None], positions: np.ndarray[Any, Any]) -> Any:
    """Give the label at each position, as an Arrow array."""
    return pc.take(pa.array(labels, type=pa.string()), pa.array(positions.ravel()))


def agency_columns(government: Government, positions: Ints) -> dict[str, Any]:
    """Give the columns that name the agency in most MDA files."""
    agencies = government.agencies
    ids = np.array([agency.agency_id for agency in agencies], dtype=np.int64)
    return {
        "agency_id": ids[positions],
        "country": choose([agency.country.name for agency in agencies], positions),
        "country_code": choose([agency.country.code for agency in agencies], positions),
    }
