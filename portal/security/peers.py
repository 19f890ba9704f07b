"""Where a request comes from: the real peer, and the networks people may come from."""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from auth.permissions import Role
from portal.settings import Settings, SettingsError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class AllowedAddresses:
    """Networks for everybody, and narrower ones for some roles; none is no limit."""

    everybody: tuple[Network, ...]
    by_role: Mapping[Role, tuple[Network, ...]]

    def allows(self, address: str | None) -> bool:
        """Tell whether anybody may come from here."""
        return _is_within(address, self.everybody)

    def allows_roles(self, address: str | None, roles: Collection[Role]) -> bool:
        """Tell whether somebody with these roles may come from here."""
        return all(_is_within(address, self.by_role.get(role, ())) for role in roles)


def read_allowed_addresses(settings: Settings) -> AllowedAddresses:
    """Read the networks of the settings, or raise SettingsError naming the bad one."""
    everybody: list[Network] = []
    by_role: defaultdict[Role, list[Network]] = defaultdict(list)
    for entry in settings.allowed_addresses:
        role, _, network = entry.rpartition("=")
        try:
            found = ipaddress.ip_network(network.strip())
            (by_role[Role(role.strip())] if role else everybody).append(found)
        except ValueError as error:
            raise SettingsError(
                f"EXCHEQUER_ALLOWED_ADDRESSES: {entry!r} can't be read ({error}). Write a network "
                "such as 10.0.0.0/8, or role=network such as admin=10.1.0.0/16."
            ) from None
    return AllowedAddresses(
        tuple(everybody), {role: tuple(networks) for role, networks in by_role.items()}
    )


def _is_within(address: str | None, networks: tuple[Network, ...]) -> bool:
    if not networks:
        return True
    try:
        peer = ipaddress.ip_address(address or "")
    except ValueError:
        return False
    if isinstance(peer, ipaddress.IPv6Address) and peer.ipv4_mapped is not None:
        peer = peer.ipv4_mapped
    return any(peer in network for network in networks)
