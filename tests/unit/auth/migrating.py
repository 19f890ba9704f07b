"""Running the migrations as a caller does: from their folder, on a connection of its own."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

import auth.migrations


def upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(auth.migrations.__file__).parent))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
