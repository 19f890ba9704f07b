"""What differs between two documents: of policies, or of lists of values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """One place in which two documents differ: what stood there, and what stands there now.

    Of lists only the entries that went or came; their order means nothing.
    """

    where: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    def __str__(self) -> str:
        """Say it in one line."""
        before, after = ", ".join(self.before), ", ".join(self.after)
        if not before:
            return f"{self.where}: + {after}"
        if not after:
            return f"{self.where}: - {before}"
        return f"{self.where}: {before} -> {after}"


def compare_documents(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> tuple[Change, ...]:
    """Give every place that differs, in the order in which the documents name them."""
    old, new = dict(_places(before or {})), dict(_places(after or {}))
    changes = []
    for where in dict.fromkeys((*new, *old)):
        was, now = old.get(where, ()), new.get(where, ())
        gone = tuple(value for value in was if value not in now)
        come = tuple(value for value in now if value not in was)
        if gone or come or (where in old) != (where in new):
            changes.append(Change(where, gone, come))
    return tuple(changes)


def _places(said: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give each value that a document has with its place, such as ``tags.Owner.values``."""
    for name, value in said.items():
        where = f"{within}.{name}" if within else str(name)
        if not isinstance(value, Mapping):
            yield where, _texts(value)
            continue
        if not value:
            yield where, ("{}",)
        # Written out or plainly, an assignment is the same.
        if "assign" in value:
            yield where, _texts(value["assign"])
        yield from _places({key: value[key] for key in value if key != "assign"}, where)


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list | tuple) else (str(value),)
