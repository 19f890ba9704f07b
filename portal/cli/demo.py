"""``exchequer demo``: write the files of an invented government."""

from __future__ import annotations

from pathlib import Path

import click

from warehouse.demo import generate_demo

DEMO_LINES = 40_000
"""Lines of bills that a demo has unless told otherwise: some seconds of a build."""


@click.command(epilog="Example: exchequer demo --out demo --agencies 12 --months 24")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="Folder to write the feeds to."
)
@click.option("--agencies", default=24, show_default=True, help="How many agencies.")
@click.option("--months", default=36, show_default=True, help="How many months.")
@click.option(
    "--lines",
    type=click.IntRange(min=0),
    default=DEMO_LINES,
    show_default=True,
    help="About how many lines of bills.",
)
@click.option("--seed", default=2026, show_default=True, help="Equal seeds give equal files.")
def demo(out: Path, agencies: int, months: int, lines: int, seed: int) -> None:
    """Write every feed of an invented government, with stories worth finding in it."""
    summary = generate_demo(
        out,
        agencies=agencies,
        months=months,
        seed=seed,
        lines=lines,
        on_step=lambda step: click.echo(f"  {step}", err=True),
    )
    click.echo(f"Wrote {sum(summary.rows.values()):,} rows to {out}.")
