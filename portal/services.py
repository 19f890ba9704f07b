"""What the parts of one running portal share: settings, records, the door to the figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, cast

from flask import current_app

from portal.download_places import DownloadPlaces
from portal.settings import Settings
from warehouse.db import Database
from warehouse.gateway import Gateway

_EXTENSION: Final = "exchequer"


def utc_now() -> datetime:
    """Give the present instant."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Services:
    """Made once by the app's factory; nothing here connects before it is used."""

    settings: Settings
    database: Database
    gateway: Gateway
    now: Callable[[], datetime] = field(default=utc_now)
    downloads: DownloadPlaces = field(default_factory=DownloadPlaces)


def keep_services(extensions: dict[str, object], services: Services) -> None:
    """Hang the services on an app."""
    extensions[_EXTENSION] = services


def services() -> Services:
    """Give the services of the app that answers the present request."""
    return cast("Services", current_app.extensions[_EXTENSION])
