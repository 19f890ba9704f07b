"""The report of a bench run: a table to read and a file to compare with later ones."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from portal.bench.samples import Ratio, Sample

_PACKAGES = ("dash", "duckdb", "flask", "ibis-framework", "plotly", "pyarrow", "sqlalchemy")


@dataclass(slots=True)
class Report:
    """What one run found, in the order in which it was found."""

    options: Mapping[str, Any]
    samples: list[Sample] = field(default_factory=list)
    ratios: list[Ratio] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What could not be measured, and what a reader has to know about the rest."""
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def add(self, samples: Iterable[Sample]) -> None:
        """Keep measurements."""
        self.samples.extend(samples)

    def compare(self, name: str, above: Sample, below: Sample) -> None:
        """Keep the ratio of two medians."""
        self.ratios.append(Ratio.of(name, above, below))

    def write_json(self, path: Path) -> None:
        """Write everything, single values included."""
        content = {
            "started_at": self.started_at.isoformat(timespec="seconds"),
            "machine": {
                "cores": len(os.sched_getaffinity(0)),
                "system": platform.platform(),
                "python": platform.python_version(),
            },
            "packages": {name: version(name) for name in _PACKAGES},
            "options": dict(self.options),
            "measurements": [sample.as_json() for sample in self.samples],
            "ratios": [ratio.as_json() for ratio in self.ratios],
            "notes": self.notes,
        }
        path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")

    def render(self) -> str:
        """Write the tables as Markdown, which reads well on a terminal too."""
        measured = [_row(sample) for sample in self.samples]
        compared = [(ratio.name, f"{ratio.value:.2f}") for ratio in self.ratios]
        parts = [
            _table(("measured", "unit", "median", "min", "max", "p95", "runs"), measured),
            _table(("ratio of medians", "value"), compared),
            "\n".join(f"- {note}" for note in self.notes),
        ]
        return "\n\n".join(part for part in parts if part)


def _row(sample: Sample) -> tuple[str, ...]:
    figures = (sample.median, min(sample.values), max(sample.values), sample.p95)
    return (sample.name, sample.unit, *map(_short, figures), str(len(sample.values)))


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    lines = [head, tuple("-" * width for width in widths), *rows]
    return "\n".join(
        "| "
        + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        + " |"
        for line in lines
    )
