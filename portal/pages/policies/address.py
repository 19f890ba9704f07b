"""What an address of the pages of policies asks for."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qs, urlencode

from portal.filters import LONGEST_ADDRESS, MOST_FIELDS

POLICIES: Final = "/admin/policies"
EXEMPTIONS: Final = "/finops/exemptions"

_LONGEST = 400


def read_address(search: str) -> dict[str, str]:
    """Give the last value of each field, whatever the address is."""
    try:
        given = parse_qs(search[:LONGEST_ADDRESS].removeprefix("?"), max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
    return {name: values[-1][:_LONGEST] for name, values in given.items()}


def policies_href(**fields: str | int) -> str:
    """Write the address of a page of policies."""
    return f"{POLICIES}?{urlencode(fields)}" if fields else POLICIES
