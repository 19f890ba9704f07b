"""What is to be fetched, declared in a small file below ``bills/apis/``: never a credential.

One file a billing account::

    provider = "AWS"               # or "Azure"
    account = "111122223333"       # the billing account, as its bills name it
    from = "2026-01"               # the first month to fetch
    profile = "billing"            # AWS: a profile of this machine; else the usual variables
    environment = "HEALTH_"        # or: what the names of the variables begin with
    net = true                     # AWS: costs after discounts that were agreed
    scope = "/providers/Microsoft.Billing/billingAccounts/1234567"    # Azure: what to ask about
    calls_a_day = 300              # what a provider may be asked on one day
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from warehouse.errors import FeedError

AWS, AZURE = "AWS", "Azure"

USUAL_CALLS_A_DAY = 300
"""Enough for thirty regions and some months; with Cost Explorer's price three dollars."""

_MOST_CALLS = 10_000
_ENTRIES: Mapping[str, frozenset[str]] = {
    AWS: frozenset(("provider", "account", "from", "environment", "calls_a_day", "profile", "net")),
    AZURE: frozenset(("provider", "account", "from", "environment", "calls_a_day", "scope")),
}
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_PREFIX = re.compile(r"[A-Z][A-Z0-9_]*")
_SCOPE = re.compile(
    r"(?!.*\.\.)/(subscriptions|providers/Microsoft\.(Billing|Management))/[\w./:-]+"
)


@dataclass(frozen=True, slots=True)
class Source:
    """One billing account to fetch; ``name`` is that of its file."""

    name: str
    provider: str
    account: str
    first_month: str
    environment: str = ""
    calls_a_day: int = USUAL_CALLS_A_DAY
    profile: str = ""
    net: bool = False
    scope: str = ""

    def variable(self, name: str) -> str:
        """Name the environment variable that holds what ``name`` usually does."""
        return f"{self.environment}{name}"


def read_source(text: str, path: str) -> Source:
    """Read a declaration; ``path`` is what messages call it.

    Raises FeedError that says what is wrong with it and what to write instead.
    """
    try:
        entries = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _refused(path, f"it is no TOML: {error}. Correct it.") from error
    provider = _text(entries, "provider", path)
    if provider not in _ENTRIES:
        raise _refused(path, f'provider should be "{AWS}" or "{AZURE}".')
    _require_known(entries, provider, path)
    source = Source(
        name=path.rsplit("/", 1)[-1].removesuffix(".toml"),
        provider=provider,
        account=_text(entries, "account", path),
        first_month=_text(entries, "from", path),
        environment=_text(entries, "environment", path),
        calls_a_day=_calls(entries, path),
        profile=_text(entries, "profile", path),
        net=entries.get("net", False) is True,
        scope=_text(entries, "scope", path),
    )
    _require_sound(source, entries, path)
    return source


def _require_known(entries: Mapping[str, object], provider: str, path: str) -> None:
    unknown = sorted(entries.keys() - _ENTRIES[provider])
    if unknown:
        raise _refused(
            path,
            f"it has {', '.join(unknown)}. For {provider} it may have "
            f"{', '.join(sorted(_ENTRIES[provider]))}. Credentials don't belong here: name a "
            "profile, or what the environment variables that hold them begin with.",
        )


def _require_sound(source: Source, entries: Mapping[str, object], path: str) -> None:
    if not source.account:
        raise _refused(path, "account is missing: write the billing account as its bills name it.")
    if not _MONTH.fullmatch(source.first_month):
        raise _refused(path, 'from should be the first month to fetch, like from = "2026-01".')
    if source.environment and not _PREFIX.fullmatch(source.environment):
        raise _refused(path, 'environment should be like "HEALTH_", in capital letters.')
    if source.environment and source.profile:
        raise _refused(path, "it has both profile and environment. Keep one of them.")
    if type(entries.get("net", False)) is not bool:
        raise _refused(path, "net should be true or false.")
    if source.provider == AZURE and not _SCOPE.fullmatch(source.scope):
        raise _refused(
            path,
            "scope should name what to ask about, like "
            '"/providers/Microsoft.Billing/billingAccounts/1234567".',
        )


def _calls(entries: Mapping[str, object], path: str) -> int:
    found = entries.get("calls_a_day", USUAL_CALLS_A_DAY)
    if type(found) is not int or not 1 <= found <= _MOST_CALLS:
        raise _refused(path, f"calls_a_day should be a number from 1 to {_MOST_CALLS:,}.")
    return found


def _text(entries: Mapping[str, object], entry: str, path: str) -> str:
    found = entries.get(entry, "")
    if not isinstance(found, str):
        raise _refused(path, f'{entry} should be a text, for example {entry} = "…".')
    return found.strip()


def _refused(path: str, what: str) -> FeedError:
    return FeedError(f"{path} can't be used: {what}", path=path)
