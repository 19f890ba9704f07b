"""Two providers on the loopback, speaking just enough of Cost Explorer and of Cost Management."""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Spent:
    """What a provider's books hold of one day."""

    day: str
    account: str
    service: str
    region: str
    billed: str
    effective: str
    kind: str = "Usage"


@dataclass
class Books:
    """The books of a provider, and how it behaves when asked.

    ``trouble`` maps the number of a call, from 1, to the answer that it gets instead.
    """

    spent: list[Spent]
    page_size: int = 2
    trouble: dict[int, tuple[int, dict[str, Any], dict[str, str]]] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    address: str = ""

    def cost_explorer(self, action: str, body: dict[str, Any], _query: str) -> dict[str, Any]:
        """Answer as Cost Explorer does."""
        rows = list(self._within(body["TimePeriod"]["Start"], body["TimePeriod"]["End"]))
        start = int(body.get("NextPageToken", "0"))
        if action == "GetDimensionValues":
            name = _AWS[body["Dimension"]]
            values = sorted({getattr(row, name) for row in rows})
            page, token = self._page(values, start)
            answer: dict[str, Any] = {
                "DimensionValues": [{"Value": value, "Attributes": {}} for value in page],
                "ReturnSize": len(page),
                "TotalSize": len(values),
            }
            return answer | token
        rows = [row for row in rows if _matches(row, body.get("Filter"))]
        keys = [_AWS[one["Key"]] for one in body.get("GroupBy", ())]
        sums: defaultdict[tuple[str, ...], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 2)
        for row in rows:
            kept = sums[(row.day, *(getattr(row, key) or "NoRegion" for key in keys))]
            kept[0] += Decimal(row.billed)
            kept[1] += Decimal(row.effective)
        page, token = self._page(sorted(sums), start)
        names = body["Metrics"]
        results = []
        for day in sorted({key[0] for key in page}):
            groups = [
                {"Keys": list(key[1:]), "Metrics": _metrics(names, sums[key])}
                for key in page
                if key[0] == day
            ]
            result: dict[str, Any] = {"TimePeriod": {"Start": day, "End": day}, "Estimated": True}
            if keys:
                result |= {"Groups": groups, "Total": {}}
            else:
                result |= {"Groups": [], "Total": groups[0]["Metrics"]}
            results.append(result)
        return {"ResultsByTime": results} | token

    def cost_management(self, _action: str, body: dict[str, Any], query: str) -> dict[str, Any]:
        """Answer as Cost Management does."""
        period = body["timePeriod"]
        is_actual = body["type"] == "ActualCost"
        rows = [
            [
                float(row.billed if is_actual else row.effective),
                int(row.day.replace("-", "")),
                row.account,
                row.service,
                row.region,
                row.kind,
                "EUR",
            ]
            for row in self._within(period["from"][:10], period["to"])
            if is_actual or row.kind != "Purchase"
        ]
        start = int(parse_qs(query).get("$skiptoken", ["0"])[0])
        page, token = self._page(rows, start)
        link = None
        if token:
            link = f"{self.address}/next?api-version=1&$skiptoken={token['NextPageToken']}"
        names = [*("Cost", "UsageDate", "SubscriptionId", "ServiceName"),
                 *("ResourceLocation", "ChargeType", "Currency")]  # fmt: skip
        columns = [{"name": name, "type": "String"} for name in names]
        return {"properties": {"nextLink": link, "columns": columns, "rows": page}}

    def _within(self, start: str, end: str) -> Iterator[Spent]:
        return (row for row in self.spent if start <= row.day < end)

    def _page(self, values: list[Any], start: int) -> tuple[list[Any], dict[str, str]]:
        page = values[start : start + self.page_size]
        more = start + self.page_size < len(values)
        return page, {"NextPageToken": str(start + self.page_size)} if more else {}


_AWS = {"LINKED_ACCOUNT": "account", "REGION": "region", "SERVICE": "service"}


def _matches(row: Spent, chosen: Mapping[str, Any] | None) -> bool:
    if chosen is None:
        return True
    if "Not" in chosen:
        return not _matches(row, chosen["Not"])
    one = chosen["Dimensions"]
    return getattr(row, _AWS[one["Key"]]) in one["Values"]


def _metrics(names: Iterable[str], sums: Iterable[Decimal]) -> dict[str, dict[str, str]]:
    return {
        name: {"Amount": f"{amount:f}", "Unit": "USD"}
        for name, amount in zip(names, sums, strict=True)
    }


@contextmanager
def serving(
    books: Books, answer: Callable[[str, dict[str, Any], str], dict[str, Any]]
) -> Iterator[str]:
    """Serve the books on the loopback; gives the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            action = str(self.headers.get("X-Amz-Target", "")).rpartition(".")[2]
            books.asked.append({"action": action, **body})
            trouble = books.trouble.get(len(books.asked))
            if trouble is not None:
                status, said, headers = trouble
            else:
                status, headers = 200, {}
                said = answer(action, body, urlsplit(self.path).query)
            content = json.dumps(said).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        books.address = f"http://127.0.0.1:{server.server_address[1]}"
        yield books.address
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
