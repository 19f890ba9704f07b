"""The portal as it is served: what it writes down when it starts and stops."""

from __future__ import annotations

import secrets
import socket
from pathlib import Path

import pytest

from auth.audit import list_events
from portal.bench.server import serving
from portal.cli.installation import opened
from portal.gunicorn_config import bound_sending
from portal.settings import Settings


def test_start_and_stop_are_in_the_audit_trail(settings: Settings, tmp_path: Path) -> None:
    environment = {
        "EXCHEQUER_VAR_DIR": str(settings.var_dir),
        "EXCHEQUER_DATA_DIR": str(settings.data_dir),
        "EXCHEQUER_SECRET_KEY": secrets.token_hex(32),
    }
    with serving(environment, tmp_path / "log"):
        pass
    with opened(settings) as database, database.reading_records() as db:
        actions = [event.action for event in list_events(db, limit=2)]
    assert actions == ["portal.stop", "portal.start"], (tmp_path / "log").read_text("utf-8")


def test_who_takes_nothing_of_an_answer_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        bound_sending(listener, 0.05)
        with socket.create_connection(listener.getsockname(), timeout=30):
            connection, _ = listener.accept()
            with connection, pytest.raises(BlockingIOError):
                connection.sendall(bytes(100_000_000))
