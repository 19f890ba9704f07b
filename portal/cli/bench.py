"""``exchequer bench``: measure this installation's code, and say against what."""

from __future__ import annotations

import signal
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

import click

from portal.bench.run import FULL, PARTS, QUICK, run_bench


@click.command(
    epilog="Example: exchequer bench --quick --out bench.json",
    short_help="Measure builds, pages, browser and memory.",
)
@click.option("--quick", is_flag=True, help="Small demo, few repetitions: a minute, to try it.")
@click.option(
    "--part",
    "parts",
    type=click.Choice(PARTS),
    multiple=True,
    default=PARTS,
    help="Measure only this; all by default.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("bench.json"),
    show_default=True,
    help="File for every single value.",
)
def bench(quick: bool, parts: tuple[str, ...], out: Path) -> None:
    """Measure builds, questions, pages, the browser, memory, bills and forecasts in one run.

    All of it runs on demo governments in a temporary folder; nothing of this installation is
    read or changed. What matters are the ratios: times depend on the machine and on what else
    it does.
    """
    # Ended from outside, it still takes down the server it started and removes its files.
    signal.signal(signal.SIGTERM, _stop)
    with tempfile.TemporaryDirectory(prefix="exchequer-bench-") as folder:
        report = run_bench(
            QUICK if quick else FULL,
            Path(folder),
            parts=parts,
            on_step=lambda step: click.echo(step, err=True),
        )
    report.write_json(out)
    click.echo(report.render())
    click.echo(f"\nEvery value is in {out}.")


def _stop(number: int, _frame: object) -> NoReturn:
    sys.exit(128 + number)
