"""``exchequer forecast``: forecast the series of a CSV file, or score the forecaster on files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click
import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from warehouse.forecasting.error_table import write_table
from warehouse.forecasting.frames import Outlook, forecast_frame, month_numbers, series_of
from warehouse.forecasting.group_scoring import POINTS, STEPS, score_groups
from warehouse.forecasting.intervals import BANDS
from warehouse.forecasting.learning import learn_table
from warehouse.forecasting.reading import PART, read_series
from warehouse.forecasting.scoring import CASES, HELD_OUT, score
from warehouse.forecasting.series import Series

_FILE = click.Path(exists=True, path_type=Path)
_OUT = click.Path(dir_okay=False, allow_dash=True, path_type=Path)
_MOST_STEPS: Final = 60


def _bands(_context: click.Context, _parameter: click.Parameter, text: str) -> tuple[float, ...]:
    try:
        bands = tuple(float(part) for part in text.split(","))
    except ValueError:
        bands = ()
    if not bands or not all(0 < band < 100 for band in bands):
        raise click.BadParameter(f"{text!r} isn't a list of percentages such as 80,95.")
    return bands


@click.command(
    epilog="Example: exchequer forecast --in spend.csv --h 12 --out ahead.csv --totals year.csv"
)
@click.argument("files", nargs=-1, type=_FILE)
@click.option("--in", "given", type=_FILE, help="CSV of unique_id, ds, y; may be gzipped.")
@click.option("--h", "--horizon", "horizon", type=click.IntRange(1, _MOST_STEPS), default=12,
              show_default=True, help="Months ahead.")  # fmt: skip
@click.option("--levels", callback=_bands, default=",".join(map(str, BANDS)), show_default=True,
              help="Bands, in per cent.")  # fmt: skip
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Day on which it is asked: months "
              "not over by then don't count. [default: today]")  # fmt: skip
@click.option("--out", type=_OUT, default=Path("-"), help="File for the months ahead.")
@click.option("--totals", type=_OUT, help="File for the sum of the months ahead.")
@click.option("--score", "scored", is_flag=True, help="Score the forecaster on files of series, "
              "or folders of them, instead.")  # fmt: skip
@click.option("--groups", type=click.IntRange(2, 10_000), metavar="N", help="With --score: how "
              "often bounds of the sums of random groups of N series held, as of a government of N "
              "agencies.")  # fmt: skip
@click.option("--learn", type=_OUT, metavar="TABLE", help="Learn a table of errors from files of "
              "series instead, each file having the same say.")  # fmt: skip
def forecast(
    files: tuple[Path, ...],
    given: Path | None,
    horizon: int,
    levels: tuple[float, ...],
    as_of: dt.datetime | None,
    out: Path,
    totals: Path | None,
    scored: bool,
    learn: Path | None,
    groups: int | None,
) -> None:
    """Forecast every monthly series of a file, with bounds borne out by past errors.

    Rows may stand in any order. A series of fewer than twelve months keeps its last value.

    --score takes the last months of each series away and forecasts them from what was before: it
    says how far off the forecasts were against a seasonally adjusted last value (OWA, 1 is as good
    as that), and how many months and running totals lay inside the bounds. A column `part` may say
    which months are `test`; without it they are the last 18.
    """
    paths = _expanded((*((given,) if given else ()), *files))
    if groups and not scored:
        raise click.UsageError("--groups goes with --score.")
    if scored or learn:
        if not paths:
            raise click.UsageError("Name a file of series.")
        if learn:
            write_table(learn_table([series_of(read_series(path)) for path in paths]), learn)
        elif groups:
            _score_groups(paths, groups)
        else:
            _score(paths)
        return
    if len(paths) != 1:
        raise click.UsageError("Name one file to forecast, with --in FILE.")
    frame = read_series(paths[0])
    day = as_of.date() if as_of else dt.datetime.now(dt.UTC).date()
    _say_left_out(frame, day)
    outlook = forecast_frame(frame, horizon, levels, day)
    _write(outlook, horizon, out, totals)


def _expanded(paths: Sequence[Path]) -> list[Path]:
    """Give files, and of folders the CSV files in them."""
    found: list[Path] = []
    for path in paths:
        found += sorted(path.glob("*.csv*")) if path.is_dir() else [path]
    return found


def _say_left_out(frame: pd.DataFrame, day: dt.date) -> None:
    late = month_numbers(frame["ds"]) >= (day.year - 1970) * 12 + day.month - 1
    if late.any():
        click.echo(f"{late.sum():,} rows of months not over on {day} are left out.", err=True)


def _write(outlook: Outlook, horizon: int, out: Path, totals: Path | None) -> None:
    _write_frame(outlook.months, out)
    if totals is not None:
        whole = outlook.totals.iloc[horizon - 1 :: horizon]
        _write_frame(whole.drop(columns="ds"), totals)
    if outlook.too_little_history:
        click.echo(
            f"{len(outlook.too_little_history):,} series have too little history, fewer than 12 "
            f"months: their last value is repeated ({', '.join(outlook.too_little_history[:5])}"
            f"{', …' if len(outlook.too_little_history) > 5 else ''}).",
            err=True,
        )


def _write_frame(frame: pd.DataFrame, path: Path) -> None:
    with click.open_file(str(path), "w", encoding="utf-8") as file:
        frame.to_csv(file, index=False, date_format="%Y-%m-%d", float_format="%.10g")


def _score(paths: Sequence[Path]) -> None:
    table = Table("file", "given", "ahead", "series", "OWA", "80 %", "95 %", "80 % of totals",
                  "95 % of totals", header_style="bold")  # fmt: skip
    for path in paths:
        known, came = known_and_came(read_series(path))
        for case in CASES:
            found = score(known, came, case)
            shares = [found.held[80], found.held[95], found.held_totals[80], found.held_totals[95]]
            table.add_row(
                path.name.split(".")[0],
                case.name,
                str(case.horizon),
                f"{found.series:,}",
                f"{found.owa:.3f}",
                *(f"{100 * share:.1f}" for share in shares),
            )
    Console(width=120).print(table)


def _score_groups(paths: Sequence[Path], size: int) -> None:
    table = Table("file", "given", "ahead", "groups", "80 %", "95 %", header_style="bold",
                  title=f"Sums of {size} series")  # fmt: skip
    for path in paths:
        known, came = known_and_came(read_series(path))
        for points in POINTS:
            found = score_groups(known, came, size, points)
            if found is None:
                continue
            table.add_row(
                path.name.split(".")[0],
                f"{points} points",
                f"1 to {STEPS}",
                f"{found.groups:,}",
                *(f"{100 * found.held[band]:.1f}" for band in BANDS),
            )
    if not table.row_count:
        raise click.UsageError(f"No file has {size} series that end in one month of the year.")
    Console(width=120).print(table)


def known_and_came(frame: pd.DataFrame) -> tuple[list[Series], list[np.ndarray]]:
    """Give each series as known, and the amounts that came after."""
    known, came = [], []
    test = frame[frame[PART] == "test"] if PART in frame else frame.iloc[:0]
    first = test.groupby("unique_id")["ds"].min()
    for one in series_of(frame):
        end = one.first_month + len(one.amounts) - HELD_OUT
        if one.name in first.index:
            end = int(month_numbers(first.loc[[one.name]])[0])
        before = one.before(end)
        ahead = one.amounts[len(before.amounts) :]
        if len(before.amounts) and len(ahead) >= HELD_OUT:
            known.append(before)
            came.append(ahead)
    if not known:
        raise click.UsageError(f"No series has more than {HELD_OUT} months to be scored on.")
    return known, came
