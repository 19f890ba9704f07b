"""One bench run: everything measured beside what it is compared with, on the same machine."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from portal.bench.bills import time_bill_pages, time_bills, time_pandas, weigh_build
from portal.bench.builds import time_builds
from portal.bench.forecasts import time_forecasts
from portal.bench.installation import Installation, Size, prepare
from portal.bench.line_pages import time_line_pages
from portal.bench.pages import time_pages
from portal.bench.policies import time_policies
from portal.bench.questions import time_questions
from portal.bench.report import Report
from portal.bench.samples import Sample
from portal.bench.served import measure_served


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to measure, and how often."""

    small: Size
    large: Size
    builds: int
    questions: int
    pages: int
    visits: int
    few_lines: Size
    many_lines: Size
    resources: int
    series: int
    rounds: int = 3
    """Turns at which questions and pages are timed."""
    paths: tuple[str, ...] = ()
    """Of the pages, only these; empty for every page of the navigation."""


SMALL = Size("10 k", agencies=24, months=36, regions_per_service=4, telemetry_months=22)
BILLS = Size("", agencies=24, months=12, regions_per_service=1, telemetry_months=1)
FULL = Plan(
    small=SMALL,
    large=Size("1 M", agencies=1000, months=36, regions_per_service=10, telemetry_months=3),
    builds=3,
    questions=60,
    pages=30,
    visits=5,
    few_lines=replace(BILLS, label="100 k", lines=100_000),
    many_lines=replace(BILLS, label="10 M", lines=10_000_000),
    resources=1_000_000,
    series=10_000,
)
QUICK = Plan(
    small=Size("2.6 k", agencies=24, months=36, regions_per_service=1, telemetry_months=3),
    large=Size("26 k", agencies=24, months=36, regions_per_service=10, telemetry_months=3),
    builds=1,
    questions=9,
    pages=6,
    visits=1,
    few_lines=replace(BILLS, label="2 k", lines=2_000),
    many_lines=replace(BILLS, label="20 k", lines=20_000),
    resources=10_000,
    series=1_000,
)

PARTS = ("portal", "bills", "policies", "forecast")
"""What a run measures: the portal on monthly records, bills, tagging policies, and forecasts."""

_SETTING = (
    "Sizes are rows of usage_monthly.csv; a larger government also has more agencies.",
    "A build of bills reads, judges, normalises and attributes every line and keeps it as Parquet; "
    "the bare read adds up the same files to the same grain. Copying the originals is in the "
    "build's time.",
    "Cold: answers and names forgotten before each time, as after a new build. Warm: the same "
    "question again.",
    "Pages: the portal's own callback through the WSGI test client, with sign-in check, all "
    "questions, drawing, JSON and compression; no network.",
    "Browser: a fresh browser profile each time, from navigation to the last change on the page, "
    "charts included, with all of the page in view; once with the cache empty, then again with it "
    "warm, weighed by what goes over the wire.",
)


def run_bench(
    plan: Plan,
    folder: Path,
    *,
    parts: Collection[str] = PARTS,
    on_step: Callable[[str], None] = lambda step: None,
) -> Report:
    """Measure by plan, with all files in ``folder``, which the caller removes."""
    report = Report(options={**asdict(plan), "parts": list(parts)})
    report.notes.extend(_SETTING)
    if "portal" in parts:
        _measure_portal(report, plan, folder, on_step)
    if "bills" in parts:
        _measure_bills(report, plan, folder, on_step)
    if "policies" in parts:
        on_step(f"{plan.resources:,} resources, judged by tagging policies")
        judged, grouped = time_policies(plan.resources, runs=plan.builds)
        report.add((judged, grouped))
        report.compare("judging against scanning and grouping", judged, grouped)
    if "forecast" in parts:
        on_step(f"{plan.series:,} series, forecast with past errors and bounds")
        ahead, grouped = time_forecasts(plan.series, runs=plan.builds)
        report.add((ahead, grouped))
        report.compare("forecasting against reading and grouping", ahead, grouped)
    return report


def _measure_portal(
    report: Report, plan: Plan, folder: Path, on_step: Callable[[str], None]
) -> None:
    made = []
    for size in (plan.small, plan.large):
        on_step(f"{size.label} rows: demo files and builds")
        made.append(prepare(size, folder / size.label.replace(" ", "")))
        built, bare = time_builds(made[-1], runs=plan.builds)
        report.add((built, bare))
        report.compare(f"build against bare read, {size.label} rows", built, bare)
    small, large = made
    on_step("questions to the gateway")
    _compare(report, plan, plan.questions, time_questions, small, large)
    on_step("pages, on the server")
    _compare(report, plan, plan.pages, partial(time_pages, only=plan.paths), small, large)
    on_step("pages in a browser, and memory")
    measure_served(report, large, runs=plan.visits, only=plan.paths)


def _measure_bills(
    report: Report, plan: Plan, folder: Path, on_step: Callable[[str], None]
) -> None:
    made = []
    for size in (plan.few_lines, plan.many_lines):
        on_step(f"{size.label} lines of bills: demo files and builds")
        made.append(prepare(size, folder / f"{size.label.replace(' ', '')}-lines"))
        built, again, bare = time_bills(made[-1], runs=1)
        report.add((built, again, bare))
        report.compare(f"build against bare read, {size.label} lines", built, bare)
    few, many = made
    on_step("the page of bills and pages of their lines, on the server")
    _compare(report, plan, plan.pages, time_bill_pages, few, many)
    _compare(report, plan, plan.pages, time_line_pages, few, many)
    on_step("memory of a build, and pandas")
    report.add([weigh_build(many)])
    ours, pandas = time_pandas(many, folder / "pandas", runs=plan.builds)
    report.add((ours, pandas))
    report.compare("pandas against a build, one bill", pandas, ours)


def _compare(
    report: Report,
    plan: Plan,
    runs: int,
    timing: Callable[..., Mapping[str, Sample]],
    small: Installation,
    large: Installation,
) -> None:
    """Time the same things on both installations by turns, and compare the medians.

    By turns, so that a machine that grows slower or busier does so for both.
    """
    few, many = dict[str, Sample](), dict[str, Sample]()
    for _ in range(plan.rounds):
        for made, found in ((small, few), (large, many)):
            for name, sample in timing(made, runs=-(-runs // plan.rounds)).items():
                found[name] = found[name].joined(sample) if name in found else sample
    report.add((*few.values(), *many.values()))
    for name in few:
        ratio = f"{name}: {large.size.label} rows against {small.size.label}"
        report.compare(ratio, many[name], few[name])
