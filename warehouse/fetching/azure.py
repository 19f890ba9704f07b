"""Azure Cost Management: the one module that imports Azure's packages.

A query is split by as many dimensions as are wanted, and is made twice: for the actual cost, which
is invoiced, and for the amortised one. A kind of charge that only one of them has, such as the
purchase of a reservation, costs nothing in the other.
"""

from __future__ import annotations

import logging
import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from azure.core.credentials import TokenCredential
from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ServiceRequestError,
    ServiceResponseError,
)
from azure.identity import ClientSecretCredential, DefaultAzureCredential
from azure.mgmt.costmanagement import CostManagementClient

from warehouse.bills.fetch_sources import Source
from warehouse.bills.layouts.azure import CHARGE_TYPES
from warehouse.errors import FetchError
from warehouse.fetching.calls import Calls, ProviderBusyError, one_line
from warehouse.fetching.costs import DayCost

_DIMENSIONS = ("SubscriptionId", "ServiceName", "ResourceLocation", "ChargeType")
_COSTS = ("cost", "pretaxcost", "totalcost")
_VARIABLES = ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET")
_CATEGORIES = {name.lower(): category for name, category in CHARGE_TYPES.items()}
_ADVICE = (
    "See that the credentials are right and that who they stand for is a Cost Management Reader "
    "of the scope."
)

_Key = tuple[date, str, str, str, str, str]


def open_costs(source: Source, calls: Calls) -> Callable[[date, date], list[DayCost]]:
    """Open Cost Management with the credentials that the source names."""
    # Below this level they write addresses and headers.
    logging.getLogger("azure").setLevel(logging.WARNING)
    client = CostManagementClient(
        _credential(source), retry_total=0, connection_timeout=10, read_timeout=60
    )
    return costs_through(client, source, calls)


def costs_through(
    client: CostManagementClient, source: Source, calls: Calls
) -> Callable[[date, date], list[DayCost]]:
    """Give what asks a client for the costs of some days."""

    def daily_costs(start: date, end: date) -> list[DayCost]:
        """Give what each day from ``start`` until before ``end`` cost."""
        billed = _ask(client, source, calls, "ActualCost", start, end)
        effective = _ask(client, source, calls, "AmortizedCost", start, end)
        nothing = Decimal(0)
        return [
            DayCost(*key[:5], billed.get(key, nothing), effective.get(key, nothing), key[5])
            for key in billed.keys() | effective.keys()
        ]

    return daily_costs


def _credential(source: Source) -> TokenCredential:
    if not source.environment:
        return DefaultAzureCredential()
    names = [source.variable(name) for name in _VARIABLES]
    missing = [name for name in names if not os.environ.get(name)]
    if missing:
        raise FetchError(f"The environment has no {' and no '.join(missing)}. Set it there.")
    tenant, person, secret = (os.environ[name] for name in names)
    return ClientSecretCredential(tenant, person, secret)


def _ask(
    client: CostManagementClient, source: Source, calls: Calls, kind: str, start: date, end: date
) -> Mapping[_Key, Decimal]:
    last = end - timedelta(days=1)
    asked = {
        "type": kind,
        "timeframe": "Custom",
        "timePeriod": {"from": f"{start}T00:00:00Z", "to": f"{last}T23:59:59Z"},
        "dataset": {
            "granularity": "Daily",
            "aggregation": {"totalCost": {"name": "Cost", "function": "Sum"}},
            "grouping": [{"type": "Dimension", "name": name} for name in _DIMENSIONS],
        },
    }
    found: defaultdict[_Key, Decimal] = defaultdict(Decimal)
    for columns, rows in _pages(client, source, calls, asked):
        for row in rows:
            key, cost = _read(dict(zip(columns, row, strict=True)))
            found[key] += cost
    return found


def _pages(
    client: CostManagementClient, source: Source, calls: Calls, asked: Mapping[str, Any]
) -> Iterator[tuple[list[str], Sequence[Sequence[Any]]]]:
    scope = source.scope.strip("/")
    further: dict[str, str] = {}
    while True:
        page = calls.make(lambda: _called(client, scope, asked, further))  # noqa: B023
        if page is None or page.properties is None:
            if further:
                raise ValueError("a page in the middle is missing")
            return
        columns = [str(column.name).lower() for column in page.properties.columns or ()]
        yield columns, page.properties.rows or ()
        if not page.properties.next_link:
            return
        # The query is posted again, with what the link adds to the address.
        parts = parse_qsl(urlsplit(page.properties.next_link).query)
        further = {name: value for name, value in parts if name != "api-version"}
        if not further:
            raise ValueError("its link to the next page leads nowhere")


def _read(row: Mapping[str, Any]) -> tuple[_Key, Decimal]:
    day = str(row["usagedate"])
    written = f"{day[:4]}-{day[4:6]}-{day[6:8]}" if day.isdigit() else day[:10]
    cost = next(row[name] for name in _COSTS if name in row)
    key = (
        date.fromisoformat(written),
        str(row["subscriptionid"] or ""),
        str(row["servicename"] or ""),
        str(row["resourcelocation"] or ""),
        _CATEGORIES.get(str(row["chargetype"]).lower(), "Adjustment"),
        str(row["currency"]),
    )
    return key, Decimal(str(cost))


def _called(
    client: CostManagementClient, scope: str, asked: Mapping[str, Any], further: Mapping[str, str]
) -> Any:
    try:
        return client.query.usage(scope, dict(asked), params=dict(further))
    except ClientAuthenticationError as error:
        raise FetchError(f"{one_line(error.message)} {_ADVICE}") from error
    except HttpResponseError as error:
        status = error.status_code or 0
        if status == 429 or status >= 500:
            raise ProviderBusyError(one_line(error.message), _wait(error)) from error
        raise FetchError(f"{one_line(error.message)} {_ADVICE}") from error
    except (ServiceRequestError, ServiceResponseError) as error:
        raise ProviderBusyError(one_line(error.message)) from error
    except AzureError as error:
        raise FetchError(f"{one_line(error)} {_ADVICE}") from error


def _wait(error: HttpResponseError) -> float | None:
    """Give how many seconds the answer asks to wait: the longest of its limits."""
    headers = error.response.headers if error.response is not None else {}
    told = [
        float(value)
        for name, value in headers.items()
        if name.lower().endswith("retry-after") and str(value).isdigit()
    ]
    return max(told, default=None)
