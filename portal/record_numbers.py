"""Numbers of records in addresses: no longer than one that a database can hold."""

from __future__ import annotations

from typing import Final

from flask import Flask
from werkzeug.routing import IntegerConverter

LARGEST: Final = 2**31 - 1
"""What the narrowest of the databases' columns holds."""


class RecordNumber(IntegerConverter):
    """Matches a number that a record could have; an address with another one isn't known."""

    regex = r"[0-9]{1,10}"

    def __init__(self, *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **{"max": LARGEST, **options})  # type: ignore[arg-type]


def bound_record_numbers(server: Flask) -> None:
    """Have ``<int:…>`` in every address of the app mean such a number."""
    server.url_map.converters["int"] = RecordNumber
