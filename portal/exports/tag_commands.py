"""The work list as commands of the providers' own tools, for a person to read and run."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from warehouse.question import Value

Row = Mapping[str, Value]

TOOLS: Final = {"aws": "AWS", "azure": "Azure", "gcloud": "GCP"}
"""The tools, and the provider whose resources each can tag."""

_TO_FILL: Final = "FILL-IN"
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")
_LABEL = re.compile(r"[\w-]{0,63}")
_MACHINE = re.compile(
    r"//compute\.googleapis\.com/projects/([^/]+)/zones/([^/]+)/(instances|disks)/([^/]+)"
)


def write_commands(tool: str, rows: Iterable[Row]) -> Iterator[str]:
    """Write one line for each tag of a resource that the tool can mend.

    A line that needs a value from a person, or that can't be a command, is commented out: what is
    run as it stands changes no tag to something that nobody chose. Tags and names are what other
    people wrote, so each is quoted for the shell, and a line break never ends a comment.
    """
    yield "#!/bin/sh"
    yield "# Exchequer runs none of this. Read it, fill in what is missing, then run it yourself."
    yield f"# Lines with {_TO_FILL} need a value; take the # away once it is there."
    for row in rows:
        yield _line(_WRITERS[tool], row)


def _line(write: Callable[[str, str, str], str | None], row: Row) -> str:
    resource, key = str(row["resource_id"]), str(row["spelling"])
    value = _value_of(row)
    if _UNPRINTABLE.search(resource + key + (value or "")):
        return f"# no command: {resource!r} has characters that no command line should carry"
    # Nothing may pass for an option of the command, either.
    if resource.startswith("-") or key.startswith("-"):
        return f"# no command known for {resource}"
    command = write(resource, key, value or _TO_FILL)
    if command is None:
        return f"# no command known for {resource}"
    return command if value is not None else f"# {command}"


def _value_of(row: Row) -> str | None:
    """Give the value that a misspelt key has already; any other has to be chosen by somebody."""
    is_there = row["outcome"] == "wrong_spelling" or (
        row["outcome"] == "wrong_case" and row["key_found"] != row["spelling"]
    )
    return str(row["value_found"]) if is_there and row["value_found"] else None


def _aws(resource: str, key: str, value: str) -> str | None:
    if not resource.startswith("arn:"):
        return None
    # As JSON: the short form takes commas and equals signs of a value for its own.
    tags = shlex.quote(json.dumps({key: value}, ensure_ascii=False))
    return (
        "aws resourcegroupstaggingapi tag-resources --resource-arn-list "
        f"{shlex.quote(resource)} --tags {tags}"
    )


def _azure(resource: str, key: str, value: str) -> str | None:
    if not resource.lower().startswith("/subscriptions/"):
        return None
    tags = shlex.quote(f"{key}={value}")
    return f"az tag update --resource-id {shlex.quote(resource)} --operation Merge --tags {tags}"


def _gcloud(resource: str, key: str, value: str) -> str | None:
    found = _MACHINE.fullmatch(resource)
    if found is None:
        return None
    project, zone, kind, name = (shlex.quote(part) for part in found.groups())
    # Labels of Google are in lower case, keys and values alike.
    value = value if value == _TO_FILL else value.lower()
    if not _LABEL.fullmatch(key.lower()) or not _LABEL.fullmatch(value.lower()):
        return None
    label = shlex.quote(f"{key.lower()}={value}")
    return (
        f"gcloud compute {kind} add-labels {name} --zone {zone} --project {project} "
        f"--labels {label}"
    )


_WRITERS: Final = {"aws": _aws, "azure": _azure, "gcloud": _gcloud}
