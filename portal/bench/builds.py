"""How long a build takes, beside DuckDB merely reading and adding up the same files."""

from __future__ import annotations

from functools import partial

from portal.bench.bare import read_and_add_up
from portal.bench.installation import Installation, build_once
from portal.bench.samples import Sample, measure


def time_builds(made: Installation, *, runs: int) -> tuple[Sample, Sample]:
    """Build and publish from scratch, and read bare, by turns; give both samples."""
    built, bare = _one_turn(made)
    for _ in range(runs - 1):
        later_built, later_bare = _one_turn(made)
        built, bare = built.joined(later_built), bare.joined(later_bare)
    return built, bare


def _one_turn(made: Installation) -> tuple[Sample, Sample]:
    built = measure(f"build, {made.label}", partial(build_once, made), runs=1, unit="s")
    name = f"DuckDB bare read and aggregate, {made.label}"
    return built, measure(name, partial(read_and_add_up, made.data_dir), runs=1, unit="s")
