"""How gunicorn runs the portal: one loaded app, forked, each worker answering in threads."""

from __future__ import annotations

import os
from typing import Any

import click
from prometheus_client import multiprocess
from sqlalchemy.exc import SQLAlchemyError

from auth.actors import Actor
from auth.audit import Outcome, record
from portal.observability import MULTIPROCESS_FOLDER
from portal.services import Services, services
from portal.settings import load_settings

_SETTINGS = load_settings()

bind = [
    f"[{_SETTINGS.host}]:{_SETTINGS.port}"
    if ":" in _SETTINGS.host
    else f"{_SETTINGS.host}:{_SETTINGS.port}"
]
workers = _SETTINGS.workers
threads = _SETTINGS.threads
worker_class = "gthread"
preload_app = True
timeout = 60
graceful_timeout = 10
keepalive = 5
loglevel = "warning"
no_control_socket = True
# Whom to believe about the client is the app's own setting, EXCHEQUER_TRUSTED_PROXIES.
forwarded_allow_ips = ""


def when_ready(server: Any) -> None:
    """Say where the portal is, once it can be reached."""
    click.echo(f"Exchequer is at http://{bind[0]}")


def post_fork(server: Any, worker: Any) -> None:
    """Leave the connections of the parent alone; each worker opens its own."""
    with server.app.wsgi().app_context():
        services().database.dispose(close=False)


def on_exit(server: Any) -> None:
    """Write into the audit trail that the portal stopped; before it ever ran there is none."""
    if server.app.callable is None:
        return
    try:
        with server.app.wsgi().app_context():
            _note_stop(services())
    except SQLAlchemyError as error:
        click.echo(f"The stop couldn't be written into the audit trail: {error}", err=True)


def _note_stop(our: Services) -> None:
    with our.database.records() as db:
        record(
            db,
            actor=Actor.console().name,
            action="portal.stop",
            object="portal",
            outcome=Outcome.SUCCEEDED,
            detail={"host": our.settings.host},
            now=our.now(),
        )


def child_exit(server: Any, worker: Any) -> None:
    """Take what a gone worker was measuring out of the metrics."""
    if MULTIPROCESS_FOLDER in os.environ:
        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]  # no types
