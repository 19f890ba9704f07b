"""Two providers on the loopback, and a data directory that declares what to fetch from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import ibis
import pytest
from azure.core.credentials import AccessToken
from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.mgmt.costmanagement import CostManagementClient

from tests.factories.providers import Books, serving
from tests.unit.warehouse.quality.hand_in import HandIn, Outcome, agency, usage
from warehouse.bills.fetch_sources import AWS, AZURE, Source
from warehouse.feeds.inputs import fetched_folder, find_inputs
from warehouse.fetching.aws import open_costs
from warehouse.fetching.azure import costs_through
from warehouse.fetching.calls import Calls
from warehouse.fetching.fetch import DailyCosts, FetchReport, fetch_bills
from warehouse.quality.holds import Previous
from warehouse.quality.stage import stage

TODAY = date(2025, 3, 4)


class _Token(SansIOHTTPPolicy[Any, Any]):
    def on_request(self, request: PipelineRequest[Any]) -> None:
        request.http_request.headers["Authorization"] = "Bearer a-token-of-this-test"


class _Nobody:
    """Who asks on the loopback; the policy above has the token."""

    def get_token(self, *scopes: str, **how: Any) -> AccessToken:
        return AccessToken("a-token-of-this-test", 0)


def open_azure(address: str, source: Source, calls: Calls) -> DailyCosts:
    """Open Cost Management on the loopback, where the token may travel in the clear."""
    client = CostManagementClient(
        _Nobody(), base_url=address, retry_total=0, authentication_policy=_Token()
    )
    return costs_through(client, source, calls)


@dataclass
class Fetching:
    """A data directory, what declares, and what was fetched and slept."""

    root: Path
    openers: dict[str, Callable[[Source, Calls], DailyCosts]] = field(default_factory=dict)
    slept: list[float] = field(default_factory=list)

    def declare(self, name: str, *lines: str) -> None:
        """Write a declaration."""
        HandIn(self.root).write(f"bills/apis/{name}.toml", *lines)

    def fetch(self, today: date = TODAY, **how: Any) -> FetchReport:
        """Fetch what is due on a day, without waiting."""
        return fetch_bills(
            self.root / "data", self.root, today, openers=self.openers, sleep=self.slept.append,
            **how,
        )  # fmt: skip

    def text(self, path: str) -> str:
        """Return what is in a fetched file."""
        return (fetched_folder(self.root) / path).read_text("utf-8")

    def stage(self) -> Outcome:
        """Stage what was handed in and fetched, as a build does."""
        con = ibis.duckdb.connect(threads=1)
        staged = stage(
            con,
            find_inputs(self.root / "data", None, fetched_folder(self.root)),
            raw_zone=self.root / "raw",
            line_store=self.root / "lines",
            previous=Previous({}, {}, {}),
            approvals=frozenset(),
        )
        return Outcome(staged, con.con)


@pytest.fixture
def fetching(tmp_path: Path) -> Fetching:
    """One agency with one row of usage, and nothing declared yet."""
    hand_in = HandIn(tmp_path)
    hand_in.agencies(agency(1))
    hand_in.usage(usage(1))
    return Fetching(tmp_path)


@pytest.fixture
def serve(
    fetching: Fetching, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str, Books], None]]:
    """Give a function that serves a provider's books on the loopback."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a-key-of-this-test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-secret-of-this-test")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    with ExitStack() as stack:

        def start(provider: str, books: Books) -> None:
            if provider == AWS:
                address = stack.enter_context(serving(books, books.cost_explorer))
                monkeypatch.setenv("AWS_ENDPOINT_URL_COST_EXPLORER", address)
                fetching.openers[AWS] = open_costs
            else:
                address = stack.enter_context(serving(books, books.cost_management))
                fetching.openers[AZURE] = partial(open_azure, address)

        yield start
