"""The portal as it is served: what it writes down when it starts and stops."""

from __future__ import annotations

import secrets
from pathlib import Path

from auth.audit import list_events
from portal.bench.server import serving
from portal.cli.installation import opened
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
