"""CSV files of series, read strictly: what can't be right is named by file, row and value."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import math
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

import pandas as pd

from warehouse.errors import FeedError
from warehouse.forecasting.frames import COLUMNS

PART: Final = "part"
"""A further column may part each series into what is known, ``train``, and what came, ``test``."""


def read_series(path: Path) -> pd.DataFrame:
    """Read ``unique_id, ds, y`` and, if there, ``part``; a blank amount is a gap."""
    names: list[str] = []
    days: list[dt.date] = []
    amounts: list[float] = []
    parts: list[str] = []
    with _opened(path) as file:
        for row, values in _rows(file, path):
            if not values["y"].strip():
                continue
            names.append(values["unique_id"])
            days.append(_day(values["ds"], path, row))
            amounts.append(_amount(values["y"], path, row))
            parts.append(values.get(PART, ""))
    if not names:
        raise FeedError(f"{path} holds no amounts.", path=str(path))
    frame = pd.DataFrame({"unique_id": names, "ds": pd.to_datetime(days), "y": amounts})
    return frame.assign(part=parts) if any(parts) else frame


def _opened(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _rows(file: IO[str], path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        reader = csv.DictReader(file, strict=True)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise FeedError(
                f"{path} lacks the column {missing[0]!r}: its first line has to name "
                f"{', '.join(COLUMNS)}.",
                path=str(path),
                row=1,
            )
        for row, values in enumerate(reader, start=2):
            if None in values or None in values.values():
                raise FeedError(
                    f"Row {row} of {path} hasn't as many values as the first line has names.",
                    path=str(path),
                    row=row,
                )
            if not values["unique_id"].strip():
                raise FeedError(
                    f"Row {row} of {path} names no series: unique_id is blank.",
                    path=str(path),
                    row=row,
                )
            yield row, values
    except (UnicodeDecodeError, csv.Error, gzip.BadGzipFile, EOFError) as error:
        raise FeedError(f"{path} can't be read as CSV in UTF-8: {error}.", path=str(path)) from None


def _day(text: str, path: Path, row: int) -> dt.date:
    written = text.strip()
    try:
        return dt.date.fromisoformat(
            f"{written}-01" if len(written) == len("2026-01") else written[:10]
        )
    except ValueError:
        raise FeedError(
            f"Row {row} of {path}: ds is {text!r}, not a date such as 2026-01-31 or a month "
            "such as 2026-01.",
            path=str(path),
            row=row,
        ) from None


def _amount(text: str, path: Path, row: int) -> float:
    try:
        amount = float(text)
    except ValueError:
        amount = math.nan
    if not math.isfinite(amount):
        raise FeedError(
            f"Row {row} of {path}: y is {text!r}, not an amount such as 1234.56.",
            path=str(path),
            row=row,
        )
    return amount
