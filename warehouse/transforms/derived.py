"""What no statement can make: by name, the functions that make tables of a build in the process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import pyarrow as pa
from ibis.backends.duckdb import Backend

from warehouse.transforms import anomalies, forecasts, tag_rules

DERIVED: Final[Mapping[str, Callable[[Backend], dict[str, pa.Table]]]] = MappingProxyType(
    {
        **tag_rules.DERIVED,
        forecasts.FORECASTS: forecasts.write_forecasts,
        "anomalies": anomalies.write_anomalies,
    }
)

TABLES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {**tag_rules.TABLES, **forecasts.TABLES, **anomalies.TABLES}
)
"""The tables that they make, with the types of their columns."""
