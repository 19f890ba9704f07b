"""What operators watch: whether the process lives, whether it can serve, and how it is doing."""

from __future__ import annotations

import hmac
import logging
import os
import time
from collections.abc import Iterator

import structlog
from flask import Blueprint, Flask, Response, abort, current_app, g, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from portal.answers import json_error
from portal.services import Services, services
from warehouse.errors import WarehouseError
from warehouse.gateway import Gateway
from warehouse.question import Question
from warehouse.scope import Scope

routes = Blueprint("observability", __name__)

PROBE = Question(measures=("actual_spend",))
"""The question that shows that figures can be served."""

MULTIPROCESS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Set for the web processes by the server's start; each writes its counts into files there."""

_EXTENSION = "exchequer-meters"
_LOG = structlog.get_logger("portal.request")


def set_up_logging(level: str) -> None:
    """Write one JSON object a line, with the request's id."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.WriteLoggerFactory(),
    )


class Meters:
    """What one process counts."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "exchequer_requests",
            "Answers given.",
            ("endpoint", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "exchequer_request_seconds",
            "Time to answer.",
            ("endpoint",),
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
            registry=self.registry,
        )

    def everybodys(self) -> CollectorRegistry:
        """Give what all web processes counted together, where they share a folder for it."""
        if MULTIPROCESS_FOLDER not in os.environ:
            return self.registry
        shared = CollectorRegistry()
        MultiProcessCollector(shared)  # type: ignore[no-untyped-call]  # published without types
        return shared


def watch(server: Flask) -> None:
    """Have the app count and log every answer, with its request's id."""
    meters = Meters()
    server.extensions[_EXTENSION] = meters

    def start() -> None:
        g.started = time.perf_counter()

    def finish(response: Response) -> Response:
        seconds = time.perf_counter() - g.get("started", time.perf_counter())
        endpoint = request.endpoint or "none"
        meters.requests.labels(endpoint, response.status_code).inc()
        meters.seconds.labels(endpoint).observe(seconds)
        response.headers["X-Request-Id"] = g.get("request_id", "")
        _LOG.info(
            "request",
            method=request.method,
            path=request.path,
            status=response.status_code,
            ms=round(seconds * 1000, 1),
        )
        return response

    server.before_request_funcs.setdefault(None, []).insert(0, start)
    server.after_request(finish)


@routes.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Say that the process lives; touches nothing."""
    return jsonify(status="alive")


@routes.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Say whether figures can be served, by answering a real question."""
    fault = _find_fault(services())
    if fault:
        return json_error(503, "not_ready", fault)
    return jsonify(status="ready")


@routes.get("/metrics")
def metrics() -> ResponseReturnValue:
    """Give what this process counted, to whoever has the token."""
    our = services()
    token = our.settings.metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token is None or not hmac.compare_digest(
        given.encode("utf-8", "backslashreplace"), token.get_secret_value().encode()
    ):
        abort(401)
    meters: Meters = current_app.extensions[_EXTENSION]
    build = our.database.published()
    about_build = CollectorRegistry()
    about_build.register(_Published(build.published_at.timestamp() if build else 0))
    text = generate_latest(meters.everybodys()) + generate_latest(about_build)
    return text, {"Content-Type": CONTENT_TYPE_LATEST}


class _Published(Collector):
    """The one figure that isn't counted but read."""

    def __init__(self, timestamp: float) -> None:
        self.timestamp = timestamp

    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily(
            "exchequer_published_timestamp_seconds",
            "When the build in use was published; 0 before the first.",
            value=self.timestamp,
        )


def _find_fault(our: Services) -> str:
    try:
        with our.database.reading_records() as db:
            db.connection()
        # Through a gateway that keeps nothing: an answer from before says nothing about now.
        Gateway(our.database, cache_size=0).ask(PROBE, Scope.whole_government())
    except WarehouseError as error:
        return str(error)
    except SQLAlchemyError:
        return "The database can't be reached."
    return ""
