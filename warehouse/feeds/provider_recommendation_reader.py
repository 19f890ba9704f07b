"""Read what providers recommend: exports of AWS, Azure and Google, and plain tables.

Sources: AWS Cost Optimization Hub, "ListRecommendations"; Azure Advisor, "Recommendations - List";
Google Cloud Recommender, "Recommendation".
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

import duckdb
import pyarrow as pa

from warehouse.errors import FeedError
from warehouse.feeds.inventories import TAKEN_ON
from warehouse.feeds.provider_recommendations import PROVIDER_RECOMMENDATIONS
from warehouse.feeds.soundness import PlainText

Row = Mapping[str, str | None]

_MONTHS: Final = 12
_YEAR: Final = 365 * 24 * 60 * 60
_PLACES: Final = Decimal("0.000001")
_AMOUNT: Final = re.compile(r"-?[0-9]{1,16}(\.[0-9]{1,12})?")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
"""What JSON can write, and a quoted field hold, that neither a database nor an address takes."""
_SECONDS: Final = re.compile(r"[0-9]{1,12}")
_LISTS: Final = ("items", "value", "recommendations")
"""Under which key an export's one object lists them."""
_AZURE_ACCOUNT: Final = re.compile(r"(?i)^/subscriptions/([^/]+)")
_GOOGLE_ACCOUNT: Final = re.compile(r"^(?://[^/]+/)?projects/([^/]+)")


def load_recommendations(
    connection: duckdb.DuckDBPyConnection, plain: PlainText, table: str
) -> str:
    """Load the recommendations of an export into ``table``; give SQL for its rows as text.

    Raises FeedError where the export can't be read, or its path doesn't say when it was made.
    """
    rows = list(_plain_rows(plain) if plain.path.endswith(".csv") else _exported(plain))
    columns = {
        "source_row": pa.array(range(1, len(rows) + 1), pa.int32()),
        **{
            name: pa.array([row.get(name) or None for row in rows], pa.string())
            for name in PROVIDER_RECOMMENDATIONS.column_names
        },
    }
    connection.register("recommended", pa.table(columns))
    connection.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM recommended")
    connection.unregister("recommended")
    return f"SELECT * FROM {table}"


def _plain_rows(plain: PlainText) -> Iterator[Row]:
    with plain.location.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        lacking = sorted(set(PROVIDER_RECOMMENDATIONS.column_names) - set(reader.fieldnames or ()))
        if lacking:
            raise _refused(plain.path, f"lacks the column {lacking[0]}")
        for row in reader:
            yield {name: _text(row[name]) for name in PROVIDER_RECOMMENDATIONS.column_names}


def _exported(plain: PlainText) -> Iterator[Row]:
    days = [one.group() for one in re.finditer(rf"(?<![0-9]){TAKEN_ON}(?![0-9])", plain.path)]
    if not days:
        raise _refused(plain.path, "doesn't say when it was exported. Put the day into its name, "
                                   "as aws-2026-10-31.json")  # fmt: skip
    try:
        found = json.loads(plain.location.read_text("utf-8-sig"), parse_float=Decimal)
    except ValueError:
        raise _refused(plain.path, "isn't sound JSON. If it was cut off, export it again") from None
    if isinstance(found, dict):
        found = next((found[name] for name in _LISTS if name in found), [found])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise _refused(plain.path, "lists no recommendations")
    for entry in found:
        read = next((read for sign, read in _FORMS if sign <= _keys(entry)), None)
        if read is None:
            raise _refused(plain.path, "is in a form that isn't known. Known are exports of AWS "
                                       "Cost Optimization Hub, Azure Advisor and Google "
                                       "Recommender, and the columns of the feed")  # fmt: skip
        if (row := read(entry)) is not None:
            yield {"taken_on": days[-1], **row}


def _keys(entry: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(entry) | frozenset(_inside(entry, "properties"))


def _aws(entry: Mapping[str, Any]) -> Row:
    action = _text(entry.get("actionType"))
    to = _text(entry.get("recommendedResourceSummary"))
    return {
        "provider": "AWS",
        "account_id": _text(entry.get("accountId")),
        "recommendation_id": _text(entry.get("recommendationId")),
        "resource_id": _text(entry.get("resourceArn")) or _text(entry.get("resourceId")),
        "recommendation": " ".join(
            filter(None, (action, _text(entry.get("currentResourceType")), to and f"({to})"))
        ),
        "effort": _text(entry.get("implementationEffort")),
        "yearly_saving": _times(entry.get("estimatedMonthlySavings"), _MONTHS),
        "currency": _text(entry.get("currencyCode")) or "USD",
    }


def _azure(entry: Mapping[str, Any]) -> Row | None:
    about = {**entry, **_inside(entry, "properties")}
    if about.get("category") != "Cost":
        return None
    more = _inside(about, "extendedProperties")
    resource = _text(_inside(about, "resourceMetadata").get("resourceId"))
    owner = _AZURE_ACCOUNT.match(_text(entry.get("id"))) or _AZURE_ACCOUNT.match(resource)
    said = _inside(about, "shortDescription")
    return {
        "provider": "Azure",
        "account_id": owner[1] if owner else _text(more.get("subId")),
        "recommendation_id": _text(entry.get("id")),
        "resource_id": resource,
        "recommendation": _text(said.get("solution")) or _text(said.get("problem")),
        "effort": "",
        "yearly_saving": _times(more.get("annualSavingsAmount"), 1)
        or _times(more.get("savingsAmount"), _MONTHS),
        "currency": _text(more.get("savingsCurrency")) or "USD",
    }


def _google(entry: Mapping[str, Any]) -> Row | None:
    impact = _inside(entry, "primaryImpact")
    if impact.get("category") != "COST":
        return None
    projected = _inside(impact, "costProjection")
    cost = _inside(projected, "cost")
    named = entry.get("targetResources")
    targets = [_text(one) for one in named] if isinstance(named, list) else []
    places = (_GOOGLE_ACCOUNT.match(one) for one in (*targets, _text(entry.get("name"))))
    owner = next((one for one in places if one), None)
    return {
        "provider": "GCP",
        "account_id": owner[1] if owner else "",
        "recommendation_id": _text(entry.get("name")),
        "resource_id": targets[0] if len(targets) == 1 else "",
        "recommendation": _text(entry.get("description")),
        "effort": "",
        "yearly_saving": _google_saving(cost, _text(projected.get("duration"))),
        "currency": _text(cost.get("currencyCode")) or "USD",
    }


def _google_saving(cost: Mapping[str, Any], duration: str) -> str:
    """Give what a cost below nothing, of so many seconds, comes to in a year."""
    seconds = duration.removesuffix("s")
    if "units" not in cost and "nanos" not in cost:
        return ""
    if not _SECONDS.fullmatch(seconds) or not int(seconds):
        return ""
    units, nanos = (_text(cost.get(name, 0)) for name in ("units", "nanos"))
    if not _AMOUNT.fullmatch(units) or not _AMOUNT.fullmatch(nanos):
        return units
    amount = Decimal(units) + Decimal(nanos).scaleb(-9)
    return f"{(-amount * _YEAR / int(seconds)).quantize(_PLACES):f}"


_FORMS: Final[tuple[tuple[frozenset[str], Callable[[Mapping[str, Any]], Row | None]], ...]] = (
    (frozenset({"recommendationId", "accountId"}), _aws),
    (frozenset({"id", "category", "shortDescription"}), _azure),
    (frozenset({"name", "primaryImpact"}), _google),
)
"""What tells each form of export, and how an entry of it is read."""


def _inside(entry: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = entry.get(name)
    return found if isinstance(found, dict) else {}


def _text(value: Any) -> str:
    """Write a value as text on one line."""
    return "" if value is None else _UNPRINTABLE.sub(" ", str(value)).strip()


def _times(value: Any, factor: int) -> str:
    """Write an amount times a factor; what is no number stays for the rules to judge."""
    text = _text(value)
    return f"{Decimal(text) * factor:f}" if _AMOUNT.fullmatch(text) else text


def _refused(path: str, what: str) -> FeedError:
    return FeedError(f"{path} {what}.", path=path)
