"""How gunicorn runs the portal: one loaded app, forked, each worker answering in threads."""

from __future__ import annotations

import os
import socket
import struct
from typing import Any, Final

import click
from prometheus_client import multiprocess
from sqlalchemy.exc import SQLAlchemyError

from auth.actors import Actor
from auth.audit import Outcome, record
from portal.observability import MULTIPROCESS_FOLDER
from portal.services import Services, services
from portal.settings import load_settings

_SETTINGS = load_settings()
_SENDING_SECONDS: Final = 900.0
"""How long somebody may take nothing of an answer; a proxy that buffers pauses long too."""

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
    for listener in server.LISTENERS:
        bound_sending(listener.sock, _SENDING_SECONDS)
    click.echo(f"Exchequer is at http://{bind[0]}")


def bound_sending(listener: socket.socket, seconds: float) -> None:
    """Have connections of a listener fail whose other end takes nothing for so long.

    They take it over from the listener. Without it, whoever asks and reads nothing holds a thread
    for as long as they like.
    """
    whole, part = divmod(seconds, 1)
    limit = struct.pack("@ll", int(whole), round(part * 1_000_000))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)


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
