"""AWS Cost Explorer: the one module that imports boto3.

Cost Explorer splits by two dimensions in one call, and bills are wanted by three. So it is asked
by service and region for each account, or by service and account for each region, whichever is
fewer calls, and at last for the whole: parts that don't add up to it are refused.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError

from warehouse.bills.fetch_sources import Source
from warehouse.errors import FetchError
from warehouse.fetching.calls import Calls, ProviderBusyError, one_line
from warehouse.fetching.costs import DayCost

_REGION = "us-east-1"
"""Where Cost Explorer is, whatever region the costs are of."""
_BUSY = frozenset(
    (
        *("ThrottlingException", "Throttling", "LimitExceededException", "RequestLimitExceeded"),
        *("TooManyRequestsException", "ServiceUnavailable", "InternalFailure"),
    )
)
_NO_REGION = "NoRegion"
_CENT = Decimal("0.01")
_ADVICE = (
    "See that the credentials are right and may call ce:GetCostAndUsage and ce:GetDimensionValues."
)


def open_costs(source: Source, calls: Calls) -> Callable[[date, date], list[DayCost]]:
    """Open Cost Explorer with the credentials that the source names."""
    for name in ("botocore", "boto3", "urllib3"):
        # At the level of debugging they write requests with their signatures.
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        session = boto3.Session(**_credentials(source), region_name=_REGION)
        client = session.client(
            "ce",
            config=Config(connect_timeout=10, read_timeout=60, retries={"total_max_attempts": 1}),
        )
    except (BotoCoreError, ValueError) as error:
        raise FetchError(f"{one_line(error)} {_ADVICE}") from error
    return _CostExplorer(client, source, calls).daily_costs


def _credentials(source: Source) -> dict[str, str]:
    if source.profile:
        return {"profile_name": source.profile}
    if not source.environment:
        return {}
    names = {name: source.variable(name.upper()) for name in _VARIABLES}
    missing = [names[name] for name in _VARIABLES[:2] if not os.environ.get(names[name])]
    if missing:
        raise FetchError(f"The environment has no {' and no '.join(missing)}. Set it there.")
    return {
        name: os.environ[variable] for name, variable in names.items() if variable in os.environ
    }


_VARIABLES = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")


class _CostExplorer:
    def __init__(self, client: Any, source: Source, calls: Calls) -> None:
        self._client = client
        self._calls = calls
        prefix = "Net" if source.net else ""
        self._billed, self._effective = f"{prefix}UnblendedCost", f"{prefix}AmortizedCost"

    def daily_costs(self, start: date, end: date) -> list[DayCost]:
        """Give what each day from ``start`` until before ``end`` cost."""
        period = {"Start": start.isoformat(), "End": end.isoformat()}
        accounts = self._values("LINKED_ACCOUNT", period)
        regions = self._values("REGION", period)
        if len(accounts) <= len(regions) + 1:
            found = [
                cost
                for account in accounts
                for cost in self._split(period, "REGION", "LINKED_ACCOUNT", account)
            ]
        else:
            found = [
                cost
                for region in regions
                for cost in self._split(period, "LINKED_ACCOUNT", "REGION", region)
            ]
            found += self._split(period, "LINKED_ACCOUNT", "REGION", "", without=regions)
        self._require_whole(period, found)
        return found

    def _values(self, dimension: str, period: Mapping[str, str]) -> list[str]:
        pages = self._pages(
            self._client.get_dimension_values, Dimension=dimension, TimePeriod=period
        )
        found = [one["Value"] for page in pages for one in page["DimensionValues"]]
        return sorted({value for value in found if value and value != _NO_REGION})

    def _split(
        self,
        period: Mapping[str, str],
        by: str,
        of: str,
        value: str,
        without: list[str] | None = None,
    ) -> Iterator[DayCost]:
        chosen: dict[str, Any] = {"Dimensions": {"Key": of, "Values": without or [value]}}
        if without is not None:
            chosen = {"Not": chosen}
        pages = self._pages(
            self._client.get_cost_and_usage,
            TimePeriod=period,
            Granularity="DAILY",
            Metrics=[self._billed, self._effective],
            GroupBy=[{"Type": "DIMENSION", "Key": key} for key in ("SERVICE", by)],
            Filter=chosen,
        )
        for page in pages:
            for result in page["ResultsByTime"]:
                day = date.fromisoformat(result["TimePeriod"]["Start"])
                for group in result["Groups"]:
                    service, other = group["Keys"]
                    account, region = (value, other) if by == "REGION" else (other, value)
                    yield self._cost(day, account, service, region, group["Metrics"])

    def _cost(
        self, day: date, account: str, service: str, region: str, metrics: Mapping[str, Any]
    ) -> DayCost:
        return DayCost(
            day=day,
            account_id=account,
            service=service,
            region="" if region == _NO_REGION else region,
            category="Tax" if service == "Tax" else "Usage",
            billed=Decimal(metrics[self._billed]["Amount"]),
            effective=Decimal(metrics[self._effective]["Amount"]),
            currency=metrics[self._billed]["Unit"],
        )

    def _require_whole(self, period: Mapping[str, str], found: list[DayCost]) -> None:
        metrics = [self._billed, self._effective]
        pages = self._pages(
            self._client.get_cost_and_usage,
            TimePeriod=period,
            Granularity="DAILY",
            Metrics=metrics,
        )
        whole = dict.fromkeys(metrics, Decimal(0))
        for page in pages:
            for result in page["ResultsByTime"]:
                for name in metrics:
                    whole[name] += Decimal(result["Total"][name]["Amount"])
        parts = {
            self._billed: sum((one.billed for one in found), Decimal(0)),
            self._effective: sum((one.effective for one in found), Decimal(0)),
        }
        for name in metrics:
            if abs(whole[name] - parts[name]) >= _CENT:
                raise FetchError(
                    f"The parts by account, service and region add up to {parts[name]:,.2f} and "
                    f"{name} of the whole is {whole[name]:,.2f}, so they weren't taken. The costs "
                    "may have been changing; they are fetched again tomorrow."
                )

    def _pages(self, method: Callable[..., Any], **asked: Any) -> Iterator[Mapping[str, Any]]:
        further: dict[str, str] = {}
        while True:
            page = self._calls.make(lambda: _called(method, {**asked, **further}))  # noqa: B023
            yield page
            if not page.get("NextPageToken"):
                return
            further = {"NextPageToken": page["NextPageToken"]}


def _called(method: Callable[..., Any], asked: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        answer: Mapping[str, Any] = method(**asked)
    except (ConnectionError, HTTPClientError) as error:
        raise ProviderBusyError(one_line(error)) from error
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if code in _BUSY or status == 429 or status >= 500:
            raise ProviderBusyError(one_line(error)) from error
        raise FetchError(f"{one_line(error)} {_ADVICE}") from error
    except BotoCoreError as error:
        raise FetchError(f"{one_line(error)} {_ADVICE}") from error
    return answer
