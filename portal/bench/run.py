"""One bench run: everything measured beside what it is compared with, on the same machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from portal.bench.builds import time_builds
from portal.bench.installation import Installation, Size, prepare
from portal.bench.pages import time_pages
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
    paths: tuple[str, ...] = ()
    """Of the pages, only these; empty for every page of the navigation."""


SMALL = Size("10 k", agencies=24, months=36, regions_per_service=4, telemetry_months=22)
FULL = Plan(
    small=SMALL,
    large=Size("1 M", agencies=1000, months=36, regions_per_service=10, telemetry_months=3),
    builds=3,
    questions=60,
    pages=30,
    visits=5,
)
QUICK = Plan(
    small=Size("2.6 k", agencies=24, months=36, regions_per_service=1, telemetry_months=3),
    large=Size("26 k", agencies=24, months=36, regions_per_service=10, telemetry_months=3),
    builds=1,
    questions=9,
    pages=6,
    visits=1,
)

_ROUNDS = 3
_SETTING = (
    "Sizes are rows of usage_monthly.csv; a larger government also has more agencies.",
    "Cold: answers and names forgotten before each time, as after a new build. Warm: the same "
    "question again.",
    "Pages: the portal's own callback through the WSGI test client, with sign-in check, all "
    "questions, drawing, JSON and compression; no network.",
    "Browser: a fresh browser profile each time, from navigation to the last change on the page, "
    "charts included, with all of the page in view; once with the cache empty, then again with it "
    "warm, weighed by what goes over the wire.",
)


def run_bench(
    plan: Plan, folder: Path, *, on_step: Callable[[str], None] = lambda step: None
) -> Report:
    """Measure by plan, with all files in ``folder``, which the caller removes."""
    report = Report(options=asdict(plan))
    report.notes.extend(_SETTING)
    made = []
    for size in (plan.small, plan.large):
        on_step(f"{size.label} rows: demo files and builds")
        made.append(prepare(size, folder / size.label.replace(" ", "")))
        built, bare = time_builds(made[-1], runs=plan.builds)
        report.add((built, bare))
        report.compare(f"build against bare read, {size.label} rows", built, bare)
    small, large = made
    on_step("questions to the gateway")
    _compare(report, plan.questions, time_questions, small, large)
    on_step("pages, on the server")
    _compare(report, plan.pages, partial(time_pages, only=plan.paths), small, large)
    on_step("pages in a browser, and memory")
    measure_served(report, large, runs=plan.visits, only=plan.paths)
    return report


def _compare(
    report: Report,
    runs: int,
    timing: Callable[..., Mapping[str, Sample]],
    small: Installation,
    large: Installation,
) -> None:
    """Time the same things on both installations by turns, and compare the medians.

    By turns, so that a machine that grows slower or busier does so for both.
    """
    few, many = dict[str, Sample](), dict[str, Sample]()
    for _ in range(_ROUNDS):
        for made, found in ((small, few), (large, many)):
            for name, sample in timing(made, runs=-(-runs // _ROUNDS)).items():
                found[name] = found[name].joined(sample) if name in found else sample
    report.add((*few.values(), *many.values()))
    for name in few:
        ratio = f"{name}: {large.size.label} rows against {small.size.label}"
        report.compare(ratio, many[name], few[name])
