"""What is downloaded, as columns and rows, whatever file it is then written to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from portal.access import Reader
from portal.asking import write_against
from portal.services import Services
from warehouse.gateway import RowPage
from warehouse.measures import REGISTRY
from warehouse.question import Answer, BuildInfo, Value

PAGE_ROWS = 20_000
ATTEMPTS = 3

_UNITS = {
    "usd": "USD",
    "ratio": "0 to 1",
    "pct_points": "percentage points",
    "gb": "GB",
    "ms": "ms",
    "hours": "hours",
}


@dataclass(frozen=True, slots=True)
class ExportTable:
    """Columns, rows in their order, and facts about them for whoever reads the file later."""

    name: str
    columns: tuple[str, ...]
    rows: Iterable[Sequence[Value]]
    total: int
    facts: tuple[tuple[str, str], ...] = ()


def answer_table(answer: Answer, *, plain_names: bool = False) -> ExportTable:
    """Lay out an answer; column names carry units unless ``plain_names``."""
    keys = list(answer.rows[0]) if answer.rows else _keys(answer)
    titles = tuple(keys) if plain_names else tuple(_title(key, answer) for key in keys)
    rows = [[row.get(key) for key in keys] for row in answer.rows]
    facts = (
        ("Measures", ", ".join(REGISTRY[name].label for name in answer.question.measures)),
        ("Filters", "; ".join(f"{k} = {', '.join(v)}" for k, v in answer.question.where) or "none"),
        ("From", answer.question.period.start or "the first month"),
        ("To", answer.question.period.end or "the last month"),
        *_against(answer),
        ("Currency", answer.question.currency),
        ("Modelled", ", ".join(sorted(answer.modelled)) or "nothing"),
        *(("Note", note) for note in answer.notes),
        *((f"Missing {name}", reason) for name, reason in answer.reasons.items()),
        *build_facts(answer.build),
    )
    return ExportTable("measures", titles, rows, len(rows), facts)


def star_table(
    our: Services, reader: Reader, name: str, where: Mapping[str, list[str]], most: int | None
) -> ExportTable:
    """Lay out a table's rows in scope, read page by page from one and the same build."""
    for _ in range(ATTEMPTS):
        build = our.gateway.build_info(reader.scope)
        first = our.gateway.rows(name, reader.scope, where=where, limit=PAGE_ROWS)
        count = first.total if most is None else min(first.total, most)
        rows = list(_all_rows(our, reader, name, where, first, count))
        if our.gateway.build_info().build_id == build.build_id:
            break
    cut = () if count == first.total else (("Rows", f"1 to {count} of {first.total}"),)
    facts = (("Table", name), *cut, *build_facts(build))
    return ExportTable(name, first.columns, rows, first.total, facts)


def build_facts(build: BuildInfo) -> tuple[tuple[str, str], ...]:
    """Say which build the figures are from."""
    return (
        ("Build", build.build_id),
        ("Published", build.published_at.isoformat(timespec="seconds")),
        ("Records", f"{build.data_from} to {build.data_to}"),
    )


def _all_rows(
    our: Services,
    reader: Reader,
    name: str,
    where: Mapping[str, list[str]],
    first: RowPage,
    count: int,
) -> Iterator[tuple[Value, ...]]:
    page, given = first, 0
    while page.rows and given < count:
        for row in page.rows[: count - given]:
            yield tuple(row.values())
        given += len(page.rows)
        if given < count:
            page = our.gateway.rows(name, reader.scope, where=where, limit=PAGE_ROWS, offset=given)


def _against(answer: Answer) -> tuple[tuple[str, str], ...]:
    period = answer.question.against
    return () if period is None else (("Compared with", write_against(period)),)


def _keys(answer: Answer) -> list[str]:
    dimensions = [key for name in answer.question.by for key in (name, f"{name}_name")]
    return [*dimensions, *answer.question.measures]


def _title(key: str, answer: Answer) -> str:
    measure = REGISTRY.get(key)
    if measure is None:
        return key
    if measure.unit == "usd" and answer.question.currency == "own":
        return f"{key} (own currency)"
    unit = _UNITS.get(measure.unit, measure.unit)
    return f"{key} ({unit})"
