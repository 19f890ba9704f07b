"""Everything that one reader can ask the portal, asked and written down, to compare two builds."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import product
from random import Random
from typing import Any

from openpyxl import load_workbook
from werkzeug.test import TestResponse

from portal.pages import PAGES
from portal.plain_markup import INSIDE
from tests.factories.government import account_of, resource_of
from tests.integration.portal_scene import CALLBACKS, Visitor, body_of
from warehouse.measures import REGISTRY
from warehouse.schema import STAR

Transcript = dict[str, str]

OWN, FOREIGN, UNKNOWN = 10, 11, 9999

PATHS = (
    *(page.path for page in PAGES),
    "/admin",
    "/treasury",
    "/treasury/held",
    "/treasury/rules/",
    "/finops/providers",
    "/finops/tags",
    "/finops/exemptions",
    "/finops/anomalies",
    "/reliability/anomalies",
    "/reliability/sla",
    "/data/",
    "//data",
    "/nowhere",
)
SEARCHES = (
    "",
    f"?agency={FOREIGN}",
    f"?agency={UNKNOWN}",
    f"?agency={OWN}&agency={FOREIGN}",
    "?from=2024-06&to=2025-02&year=fiscal&whatif=accepted",
    "?from=2019-01&to=2031-12&service=IaaS",
    "?service=portal-11&provider=Oracle&region=sa-east-1",
    "?service=portal-10&currency=own",
    "?view=quality",
    "?view=quarantine",
    "?view=held",
    "?view=findings",
    "?view=builds",
    "?view=bills",
    "?view=resources",
    f"?view=bills&where=account:0{FOREIGN:011d}&where=service:Amazon+Chime",
    "?view=lines",
    f"?view=lines&agency={FOREIGN}&tag=CostCentre=CC-00{FOREIGN}",
    f"?view=lines&col=account.contains.0{FOREIGN:011d}&col=billed_cost.from.0.01",
)
GRID_REQUESTS = (
    {"startRow": 0, "endRow": 100, "sortModel": [], "filterModel": {}},
    {"startRow": 0, "endRow": 100, "sortModel": [{"colId": "billed_cost", "sort": "desc"}]},
    {"startRow": 100, "endRow": 200, "sortModel": []},
    {"startRow": 0, "sortModel": [{"colId": "agency_id", "sort": "asc"}]},
    {"startRow": 0, "filterModel": {"agency_id": {"filter": FOREIGN}}, "agency": FOREIGN},
)
GRID_PLACES = (
    None,
    {"row": 100, "sort": "-day", "key": f"2025-03-01~2025-03~{FOREIGN}~0~3"},
    {"row": 0, "sort": "-day", "key": f"2025-03-01~2025-03~{FOREIGN}~0~3", "agency": FOREIGN},
)
MORE_SEARCHES = (
    f"?agency={OWN}",
    "?service=portal-11",
    "?service=portal-12",
    "?provider=AWS",
    "?provider=Oracle",
    "?region=us-east-1",
    "?region=sa-east-1",
    "?region=eu-west-3",
    "?from=2025-04",
    "?to=2024-03",
    "?status=Post",
    "?status=Pre&peak=peak",
    "?peak=non-peak",
    "?currency=own&year=fiscal",
    "?from=2019-01&to=2031-12",
    "?view=catalogue",
    "?view=measures",
    "?view=quality&page=2",
    f"?view=held&agency={FOREIGN}",
)
WITH_VIEWS = {"data", "explore", "insights"}
FORGED = (
    None,
    FOREIGN,
    str(FOREIGN),
    [FOREIGN],
    {"agency": FOREIGN, "agencies": [FOREIGN], "role": "treasury"},
    {"type": "agency", "index": FOREIGN},
)
FILTERS = (
    f"where=agency:{FOREIGN}",
    f"where=agency:{UNKNOWN}",
    f"agency={FOREIGN}",
    f"where=agency:{OWN}&where=agency:{FOREIGN}",
    "where=digital_service:portal-11",
    "where=provider:Oracle",
    "where=region:sa-east-1",
    "where=account:112233445566",
    "where=country:JM",
    f"where=account:0{FOREIGN:011d}",
    "where=service:Amazon+Chime",
    "from=2024-06&to=2025-02",
    "from=2019-01",
    "from=2025-05",
    "year=fiscal&by=year",
    "currency=own",
)

EVERYTHING = slice(None)

_MOST_MEASURES = 20
_INSTANT = r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(\+00:00|Z)?"
_MARKUP = re.compile(rf'"{INSIDE}":("(?:[^"\\]|\\.)*")')
_MASKS = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        (r"\b\d{8}T\d{6}-[0-9a-f]{8}\b", "<build>"),
        (r"\bbuild [0-9a-f]{8}\b", "build <date>"),
        (_INSTANT, "<instant>"),
        (r"\b\d{8}T\d{6}Z\b", "<instant>"),
        (r"\b\d{1,2} [A-Z][a-z]+ 20\d\d, \d\d:\d\d UTC\b", "<instant>"),
        (r"\b(just now|\d+ (minute|hour|day)s? ago)\b", "<ago>"),
        # When the reader signed in before: not at all, in the first session of a test.
        (r"not in the last 90 days", "<instant>"),
        (r'"value":"[0-9a-f]{64}","type":"hidden","name":"csrf_token"', "<csrf>"),
        (r'name="csrf_token" value="[0-9a-f]{64}"', "<csrf>"),
        # How a build names its inputs and its program, in the table about itself.
        (r",[0-9a-f]{64},[0-9a-f]{12}(?=\r)", ",<inputs>,<program>"),
        (r"\.(css|js|svg)\?m=[\d.]+", r".\1?m=<time>"),
        (r'"end_id":"[^"]+"', "<end>"),
    )
)


def write_transcript(
    visitor: Visitor, *, is_whole: bool = False, part: slice = EVERYTHING
) -> Transcript:
    """Ask everything, or a part of it, and keep each answer, with what builds differ in masked."""
    questions = list(_questions(visitor, is_whole))
    # Neighbours are alike: so that a part holds some of every kind, whatever its step.
    Random(len(questions)).shuffle(questions)
    asked: Transcript = {}
    for name, ask in questions[part]:
        assert name not in asked, f"asked twice: {name}"
        answer = ask()
        text = _written(answer)
        # What failed looks alike whatever it would have shown.
        is_sound = answer.status_code < 500 and "Quote reference" not in text
        assert is_sound, f"{name} failed:\n{text[:2000]}"
        asked[name] = mask(text)
    return asked


def write_tables(visitor: Visitor) -> Transcript:
    """Ask for every table whole: where anything at all has changed, one of them shows it."""
    tables = sorted(table.name for table in STAR.tables.values())
    paths = (f"/export/table/{name}?format=csv" for name in tables)
    return {path: mask(_written(visitor.get(path))) for path in paths}


def differences(before: Transcript, after: Transcript) -> dict[str, str]:
    """Give each question that is answered otherwise, with the first place where it is."""
    return {
        name: _first_difference(before.get(name, ""), after.get(name, ""))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    }


def mask(text: str) -> str:
    """Mask what differs between builds and requests whoever asks."""
    for pattern, name in _MASKS:
        text = pattern.sub(name, text)
    return text


def _questions(
    visitor: Visitor, is_whole: bool
) -> Iterator[tuple[str, Callable[[], TestResponse]]]:
    searches = (*SEARCHES, *MORE_SEARCHES) if is_whole else SEARCHES
    for callback in visitor.dependencies:
        for name, body in _bodies(callback, is_whole, searches):
            yield f"callback {name}", partial(visitor.post, CALLBACKS, json=body)
    for path in _addresses(is_whole):
        yield path, partial(visitor.get, path)


def _bodies(
    callback: Mapping[str, Any], is_whole: bool, searches: Sequence[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give bodies for one callback: honest ones, and ones that claim what isn't so."""
    given = [*callback["inputs"], *callback["state"]]
    candidates = [_candidates(one["property"], searches) for one in given]
    split = len(callback["inputs"])
    at_address = [
        values if one["property"] in {"pathname", "search"} else values[:1]
        for one, values in zip(given, candidates, strict=True)
    ]
    properties = [one["property"] for one in given]
    chosen = [
        tuple(values)
        for values in product(*at_address)
        if is_whole or _is_told_apart(dict(zip(properties, values, strict=True)))
    ]
    first = [values[0] for values in candidates]
    for at, values in enumerate(candidates):
        chosen += [(*first[:at], value, *first[at + 1 :]) for value in values[1:]]
    output = str(callback["output"])[:40]
    for values in {repr(values): values for values in chosen}.values():
        yield f"{output} {values!r}", body_of(callback, values[:split], values[split:])
    honest = body_of(callback, first[:split], first[split:])
    yield f"{output} forged trigger", honest | {"changedPropIds": [f'{{"agency":{FOREIGN}}}.n']}
    yield f"{output} forged name", honest | {"agency": FOREIGN}
    pattern = [one | {"id": {"type": one["id"], "index": FOREIGN}} for one in honest["inputs"]]
    yield f"{output} pattern names", honest | {"inputs": pattern}


def _is_told_apart(address: Mapping[str, Any]) -> bool:
    """Tell whether a page has the view that is asked for; others are drawn as without it."""
    is_view = str(address.get("search", "")).startswith("?view=")
    return not is_view or str(address.get("pathname", "")).strip("/") in WITH_VIEWS


def _candidates(name: str, searches: Sequence[str]) -> Sequence[Any]:
    if name == "pathname":
        return PATHS
    if name == "search":
        return searches
    if name == "getRowsRequest":
        return (*GRID_REQUESTS, *FORGED)
    return (*GRID_PLACES, *FORGED[1:]) if name == "data" else FORGED


def _addresses(is_whole: bool) -> Iterator[str]:
    yield from ("/", "/data?view=held", "/_dash-layout", "/api/v1/measures", "/api/v1/openapi.json")
    yield from ("/admin/users", "/metrics", "/readyz", "/api/v1/nothing", "/export/nothing")
    for dimension, names in _batches():
        yield f"/api/v1/measures/{names}?by={dimension}"
    for names in dict.fromkeys(names for _, names in _batches()):
        yield f"/api/v1/measures/{names}"
        yield f"/export/measures?measure={names}&by=month&format=csv"
    some = (
        "actual_spend",
        "billed_cost",
        "sla_breaches",
        "request_count",
        "budget_variance",
        "tagged_pct",
    )
    for name, given in product(tuple(REGISTRY) if is_whole else some, FILTERS):
        yield f"/api/v1/measures/{name}?{given}"
    if is_whole:
        for measure in REGISTRY.values():
            for dimension in measure.dimensions:
                yield f"/api/v1/measures/{measure.name}?by={dimension}&format=csv"
                yield f"/api/v1/measures/{measure.name}?by={dimension},agency"
    yield "/api/v1/measures/whatif_year_end?whatif=accepted&by=agency"
    yield f"/api/v1/measures/whatif_spend?whatif=accepted&by=month&where=agency:{FOREIGN}"
    for account in (OWN, FOREIGN):
        named = f"where=resource:{resource_of(account_of(account))}"
        yield f"/api/v1/measures/recommended_saving_most,recommended_count?{named}"
        yield f"/api/v1/measures/resource_cost_change?{named}&from=2025-04&against=2025-03"
    yield "/export/measures?measure=actual_spend&by=agency&format=csv"
    yield "/export/measures?measure=actual_spend&by=agency,month&format=xlsx"
    yield f"/export/measures?measure=actual_spend&by=month&where=agency:{FOREIGN}&format=csv"
    yield "/export/lines"
    for form in ("csv", "focus-csv"):
        for given in (f"agency={FOREIGN}", f"agency={OWN}&agency={FOREIGN}", "sort=-billed_cost",
                      f"tag=CostCentre=CC-00{FOREIGN}", f"where=account:0{FOREIGN:011d}",
                      "where=attribution:unallocated", "find=ec2", "from=2025-02",
                      f"col=tags.contains.CC-00{FOREIGN}", "col=day.from.2025-02-01"):  # fmt: skip
            yield f"/export/lines?{given}&format={form}"
    yield "/export/tag-commands?tool=aws"
    yield f"/export/tag-commands?tool=aws&agency={FOREIGN}"
    yield f"/export/tag-commands?tool=aws&agency={OWN}&agency={FOREIGN}"
    yield f"/admin/policies?account=AWS/0{FOREIGN:011d}"
    yield "/export/table/finding?format=xlsx"
    yield "/export/table/unknown?format=csv"
    for where in ("agency_id:x", "agency_id:1e9", "agency_id:99999999999", "agency_id:%00",
                  "month:%00", "cost_usd:x", "cost_usd:NaN", "cost_usd:1e30", "source_id:1",
                  "source_id:x", "source_row:2"):  # fmt: skip
        yield f"/export/table/fact_usage_monthly?format=csv&where={where}"
    for where in ("migration_date:2025-01-01", "migration_date:x", "is_migrated:true"):
        yield f"/export/table/fact_migration_summary?format=csv&where={where}"
    for table in sorted(table.name for table in STAR.tables.values()):
        yield f"/export/table/{table}?format=csv"
        yield f"/export/table/{table}?format=csv&where=agency_id:{FOREIGN}"


def _batches() -> Iterator[tuple[str, str]]:
    """Ask all measures of a dimension in few requests."""
    dimensions = dict.fromkeys(name for one in REGISTRY.values() for name in one.dimensions)
    for dimension in dimensions:
        names = [one.name for one in REGISTRY.values() if dimension in one.dimensions]
        for at in range(0, len(names), _MOST_MEASURES):
            yield dimension, ",".join(names[at : at + _MOST_MEASURES])


def _written(answer: TestResponse) -> str:
    """Write an answer as text: the status, what names it, and the body."""
    names = ("Location", "Content-Type", "Content-Disposition")
    headers = [f"{name}: {answer.headers[name]}" for name in names if name in answer.headers]
    is_sheet = "spreadsheet" in answer.headers.get("Content-Type", "")
    body = _cells(answer.data) if is_sheet else _MARKUP.sub(_unquoted, answer.text)
    return "\n".join((answer.status, *headers, body))


def _unquoted(found: re.Match[str]) -> str:
    """Write the markup that a component carries as it stands in the document."""
    return f'"{INSIDE}":{json.loads(found[1])}'


def _cells(data: bytes) -> str:
    """Write all cells of a workbook, whose own bytes hold the time it was made."""
    book = load_workbook(io.BytesIO(data), read_only=True)
    return "\n".join(str(row) for sheet in book for row in sheet.iter_rows(values_only=True))


def _first_difference(before: str, after: str) -> str:
    at = next(
        (i for i, (one, other) in enumerate(zip(before, after, strict=False)) if one != other),
        min(len(before), len(after)),
    )
    start = max(0, at - 60)
    return f"…{before[start : at + 100]!r}\nnow {after[start : at + 100]!r}"
