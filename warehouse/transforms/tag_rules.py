"""Policies in force, made into tables of rules that resources are joined with."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import pyarrow as pa
from ibis.backends.duckdb import Backend

from warehouse.policies.documents import read_policy
from warehouse.policies.rule_sets import ATTRIBUTES, InForce, RuleSets, Subject, looked_at, names_of
from warehouse.policies.value_lists import ValueList
from warehouse.transforms.policy_drift import COLUMNS, DRIFT, write_drift
from warehouse.transforms.resources import ENVIRONMENTS
from warehouse.transforms.tag_findings import SUBJECT

LOOKED_AT: Final = "step_tag_looked_at"
SUBJECTS: Final = "step_tag_subject"
SETS: Final = "step_tag_set"
NAMES: Final = "step_policy_name"
"""Keys that some policy asks for or that say what a resource serves, in plain form."""

_TEXT, _FLAG, _WHOLE = pa.string(), pa.bool_(), pa.int32()
_SETS = {name: _WHOLE if name == "agency_id" else _TEXT for name in SUBJECT} | {"rule_set": _WHOLE}
_RULES = {"rule": _WHOLE, "rule_set": _WHOLE, "tag": _TEXT, "spelling": _TEXT, "policy": _TEXT,
          "ignores_case": _FLAG, "takes_any_value": _FLAG, "from_account": _FLAG}  # fmt: skip
_LISTS = {"names": "name", "literals": "literal", "patterns": "pattern", "required_for": "kind"}

TABLES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        LOOKED_AT: {f"by_{name}": "boolean" for name in ATTRIBUTES},
        NAMES: {"name": "string"},
        SETS: {name: str(kind) for name, kind in _SETS.items()},
        "step_tag_rule": {n: "boolean" if k == _FLAG else str(k) for n, k in _RULES.items()},
        **{
            f"step_tag_{column}": {"rule_set": "int32", "rule": "int32", column: "string"}
            for column in _LISTS.values()
        },
        DRIFT: COLUMNS,
    }
)
"""The tables that are made here, with the types of their columns."""


def write_looked_at(con: Backend) -> dict[str, pa.Table]:
    """Say which attributes of resources some policy looks at, and which keys."""
    published = _published(con)
    found = looked_at(published)
    row = {f"by_{name}": pa.array([name in found], _FLAG) for name in ATTRIBUTES}
    names = sorted({*ENVIRONMENTS, *names_of(published)})
    return {LOOKED_AT: pa.table(row), NAMES: pa.table({"name": pa.array(names, _TEXT)})}


def write_rule_tables(con: Backend) -> dict[str, pa.Table]:
    """Give each subject its set of rules, and write the rules of all sets."""
    sets = RuleSets(_published(con), _value_lists(con))
    rows = con.con.execute(f"select {', '.join(SUBJECT)} from {SUBJECTS}").fetchall()
    given = [(*row, sets.set_of(Subject(**dict(zip(SUBJECT, row, strict=True))))) for row in rows]
    rules = list(sets.rules())
    tables = {
        SETS: _table(_SETS, given),
        "step_tag_rule": _table(_RULES, [[getattr(one, name) for name in _RULES] for one in rules]),
    }
    for field, column in _LISTS.items():
        columns = {"rule_set": _WHOLE, "rule": _WHOLE, column: _TEXT}
        entries = [(one.rule_set, one.rule, each) for one in rules for each in getattr(one, field)]
        tables[f"step_tag_{column}"] = _table(columns, entries)
    return tables


def write_drifted(con: Backend) -> dict[str, pa.Table]:
    """Say where policies in force at providers differ from ours."""
    return write_drift(con, _published(con), _value_lists(con))


DERIVED: Final[Mapping[str, Callable[[Backend], dict[str, pa.Table]]]] = MappingProxyType(
    {"looked_at": write_looked_at, "rules": write_rule_tables, "drift": write_drifted}
)
"""By name, what makes tables of a build that no statement can."""


def _published(con: Backend) -> tuple[InForce, ...]:
    rows = con.con.execute("select position, version, document from rec_tagging_policy").fetchall()
    return tuple(
        InForce(int(position), int(version), read_policy(json.loads(document)))
        for position, version, document in rows
    )


def _value_lists(con: Backend) -> dict[str, ValueList]:
    rows = con.con.execute(
        'select "list", list("value" order by "value") from rec_value_list group by 1'
    ).fetchall()
    return {name: ValueList(list=name, values=tuple(values)) for name, values in rows}


def _table(columns: Mapping[str, Any], rows: Any) -> pa.Table:
    found = list(zip(*rows, strict=True)) or [()] * len(columns)
    return pa.table(
        {name: pa.array(found[at], kind) for at, (name, kind) in enumerate(columns.items())}
    )
