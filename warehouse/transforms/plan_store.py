"""Plans kept on disk: writing the statements of a build takes ten seconds, reading them none."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Mapping
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from secrets import token_hex

from sqlalchemy import Table

from warehouse.code import digest_of_code
from warehouse.transforms.plan import Plan, Step

_WRITERS = ("ibis-framework", "sqlglot", "duckdb")
"""The packages whose versions decide how a statement is written."""


def kept_plan(folder: Path, form: Hashable, tables: Mapping[str, Table]) -> Plan | None:
    """Give the plan that this program wrote for inputs of this form, where it is kept."""
    try:
        steps = json.loads((folder / _name_of(form)).read_bytes())
        return Plan(
            [
                Step(name, query, tables[name] if is_declared else None, like)
                for name, query, is_declared, like in steps
            ]
        )
    except (OSError, ValueError, KeyError, TypeError):
        # Not there, or not whole: it is written again.
        return None


def keep_plan(folder: Path, form: Hashable, plan: Plan) -> None:
    """Keep a plan for the next process, and remove those that another program wrote.

    Whoever reads meanwhile finds a whole file or none. A disk that is full keeps no plan, and
    that stops no build.
    """
    steps = [[s.name, s.query, s.declared is not None, s.like] for s in plan.steps]
    name = _name_of(form)
    unfinished = folder / f"{token_hex(8)}.unfinished"
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            unfinished.write_text(json.dumps(steps), "utf-8")
            unfinished.replace(folder / name)
        finally:
            unfinished.unlink(missing_ok=True)
        for other in folder.glob("*.json"):
            if not other.name.startswith(_program()):
                other.unlink(missing_ok=True)


def _program() -> str:
    """Name the code and the packages that write statements: others write other ones."""
    said = (digest_of_code("spark", "transforms", "schema"), *map(version, _WRITERS))
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:12]


def _name_of(form: Hashable) -> str:
    return f"{_program()}-{hashlib.sha256(repr(form).encode()).hexdigest()[:20]}.json"
