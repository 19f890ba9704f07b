"""``exchequer anomalies``: find what stands out in a CSV of series, or score the search for it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from warehouse.forecasting.anomaly_events import Alerting, find_daily, find_monthly, is_daily
from warehouse.forecasting.anomaly_scoring import (
    Score,
    above_last_days,
    changed_by_a_fifth,
    daily_alerts,
    daily_case,
    monthly_alerts,
    monthly_case,
    score,
)
from warehouse.forecasting.frames import series_of
from warehouse.forecasting.reading import read_series
from warehouse.forecasting.telemetry_scoring import above_last_days as worse_than_last_days
from warehouse.forecasting.telemetry_scoring import telemetry_alerts, telemetry_case

_FILE = click.Path(exists=True, path_type=Path)
_OUT = click.Path(dir_okay=False, allow_dash=True, path_type=Path)


@click.command(
    epilog="Example: exchequer anomalies --in spend.csv --out events.csv --least-excess 1000"
)
@click.argument("files", nargs=-1, type=_FILE)
@click.option("--in", "given", type=_FILE, help="CSV of unique_id, ds, y; may be gzipped.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Day on which it is asked: what "
              "isn't over by then doesn't count. [default: today]")  # fmt: skip
@click.option("--least-excess", type=click.FloatRange(0), default=0.0, show_default=True,
              help="Money above what was expected below which nothing is an alert.")  # fmt: skip
@click.option("--least-per-cent", type=click.FloatRange(0), default=12.0, show_default=True,
              help="The same in per cent.")  # fmt: skip
@click.option("--out", type=_OUT, default=Path("-"), help="File for the events.")
@click.option("--score", "scored", is_flag=True, help="Put events into files of monthly series, "
              "into daily bills and telemetry made for it, and count which are found.")  # fmt: skip
@click.option("--seed", type=int, default=1, show_default=True, help="Of what is put in.")
def anomalies(
    files: tuple[Path, ...],
    given: Path | None,
    as_of: dt.datetime | None,
    least_excess: float,
    least_per_cent: float,
    out: Path,
    scored: bool,
    seed: int,
) -> None:
    """Find months or days whose amount stands out from what came before in the same series.

    Each is judged by earlier ones alone: months after twelve months, days after four weeks.
    Neighbours make one event, with what was expected, bounds and the excess. Drops are listed and
    are no alerts.
    """
    paths = (*((given,) if given else ()), *files)
    if scored:
        _score(paths, seed)
        return
    if len(paths) != 1:
        raise click.UsageError("Name one file of series, with --in FILE.")
    frame = read_series(paths[0])
    day = as_of.date() if as_of else dt.datetime.now(dt.UTC).date()
    find = find_daily if is_daily(frame) else find_monthly
    found = find(frame, day, Alerting(least_excess, least_per_cent / 100))
    with click.open_file(str(out), "w", encoding="utf-8") as file:
        told = found.events.drop(columns="points")
        told.to_csv(file, index=False, float_format="%.10g")
    if found.too_little_history:
        names = ", ".join(found.too_little_history[:5])
        more = ", …" if len(found.too_little_history) > 5 else ""
        click.echo(
            f"{len(found.too_little_history):,} series have too little history to be judged "
            f"({names}{more}).",
            err=True,
        )


def _score(paths: tuple[Path, ...], seed: int) -> None:
    table = Table("series", "rule", "events", "alerts", "precision", "recall", "recall by shape",
                  header_style="bold")  # fmt: skip
    for path in paths:
        case = monthly_case(series_of(read_series(path)), seed)
        name = path.name.split(".")[0]
        _add(table, name, "of Exchequer", score(case, monthly_alerts))
        _add(table, name, "change above 20 %", score(case, changed_by_a_fifth))
    case = daily_case(seed=seed)
    _add(table, "daily bills", "of Exchequer", score(case, daily_alerts))
    _add(table, "daily bills", "30 % above last days", score(case, above_last_days))
    case = telemetry_case(seed=seed)
    _add(table, "daily telemetry", "of Exchequer", score(case, telemetry_alerts))
    _add(table, "daily telemetry", "30 % above last days", score(case, worse_than_last_days))
    Console(width=140).print(table)


def _add(table: Table, name: str, rule: str, found: Score) -> None:
    shapes = ", ".join(f"{shape} {part:.2f}" for shape, part in found.recall_by_shape.items())
    table.add_row(name, rule, f"{found.events:,}", f"{found.alerts:,}",
                  f"{found.precision:.2f}", f"{found.recall:.2f}", shapes)  # fmt: skip
