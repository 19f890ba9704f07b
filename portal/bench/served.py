"""What only a running server shows: time in a real browser, and memory of two workers."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from auth.permissions import Role
from portal.bench.browser import NoBrowserError, SignIn, time_to_last_chart
from portal.bench.installation import Installation
from portal.bench.memory import family_of, pss_mib
from portal.bench.pages import paths_of
from portal.bench.report import Report
from portal.bench.samples import Sample
from portal.bench.server import WORKERS, Server, serving


def measure_served(
    report: Report, made: Installation, *, runs: int, only: Collection[str] = ()
) -> None:
    """Serve with two workers; time the pages in a browser, then weigh the workers."""
    environment = {f"EXCHEQUER_{name.upper()}": value for name, value in made.settings.items()}
    paths = paths_of(Role.TREASURY, only)
    with serving(environment, made.var_dir / "gunicorn.log") as server:
        _weigh(report, server, made, "before the first sign-in")
        try:
            reader = SignIn(server.address, made.emails["treasury"], made.password)
            report.add(
                Sample(f"{sample.name}, treasury, {made.label}", sample.unit, sample.values)
                for sample in time_to_last_chart(reader, paths, runs=runs)
            )
        except NoBrowserError as error:
            report.notes.append(f"Not measured: time in a browser. {error}")
        _weigh(report, server, made, "after use")


def _weigh(report: Report, server: Server, made: Installation, when: str) -> None:
    if not Path("/proc/self/smaps_rollup").exists():
        report.notes.append("Not measured: memory. This system has no /proc/PID/smaps_rollup.")
        return
    weight = pss_mib(family_of(server.pid))
    name = f"memory of the master and {WORKERS} workers (PSS), {when}, {made.label}"
    report.add([Sample(name, "MiB", (weight,))])
