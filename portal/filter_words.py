"""The words that name what an address can say, for sentences about what couldn't be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from portal.texts import later

FILTER_WORDS: Final[Mapping[str, str]] = {
    "from": later("start month"),
    "to": later("end month"),
    "agency": later("MDA"),
    "status": later("migration status"),
    "by": later("dimension of rows"),
    "across": later("dimension of columns"),
    "sort": later("order"),
    "top": later("number of rows"),
    "where": later("filter"),
    "now": later("period compared"),
    "against": later("period to compare with"),
    "service": later("service"),
    "provider": later("provider"),
    "region": later("region"),
    "peak": later("peak"),
    "currency": later("currency"),
    "year": later("year"),
    "view": later("view"),
    "page": later("page"),
    "measure": later("measure"),
    "tag": later("tag"),
    "find": later("text to find"),
    "anomaly": later("anomaly"),
    "after": later("place in the list"),
    "whatif": later("way to move the forecast"),
    "col": later("condition on a column"),
}
