"""E-mail and network addresses in the one form in which they are compared."""

from __future__ import annotations

import hashlib
import ipaddress
import re
from typing import Final

from auth.errors import InvalidValueError
from auth.plain_text import encode_unprintable, is_one_line

EMAIL_LIMIT: Final = 254
"""Longest e-mail address that can be delivered to (RFC 5321, erratum 1690)."""

_EMAIL = re.compile(r"[^\s@\"(),:;<>\[\]\\]+@[^\s@\"(),:;<>\[\]\\]+")


def normalise_email(email: str) -> str:
    """Return the form in which e-mail addresses are kept and compared."""
    return email.strip().lower()


def require_email(email: str) -> str:
    """Return the normalised address, or raise InvalidValueError if it can't be one."""
    plain = normalise_email(email)
    if len(plain) > EMAIL_LIMIT or not is_one_line(plain) or not _EMAIL.fullmatch(plain):
        raise InvalidValueError(
            "email", email, "give one e-mail address, such as first.last@ministry.example."
        )
    return plain


def account_key(email: str) -> str:
    """Return the key under which attempts for this e-mail address are counted."""
    plain = normalise_email(email)
    return hashlib.sha256(plain.encode("utf-8", "backslashreplace")).hexdigest()


def address_key(address: str) -> str:
    """Return the key under which attempts from this network address are counted.

    Whoever has one IPv6 address usually has the 2**64 of its network, so the network counts.
    """
    try:
        parsed = ipaddress.ip_address(address.strip())
    except ValueError:
        return encode_unprintable(address, 64)
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((int(parsed), 64), strict=False))
