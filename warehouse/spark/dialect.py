"""How an expression is written for Spark, where that differs from what Ibis writes."""

from __future__ import annotations

from typing import Any

import sqlglot as sg
import sqlglot.expressions as sge
from ibis.backends.sql.compilers.base import SQLGlotCompiler
from ibis.backends.sql.compilers.pyspark import PySparkCompiler
from ibis.backends.sql.datatypes import PySparkType
from ibis.expr import datatypes as dt
from ibis.expr import types as ir


class _Compiler(PySparkCompiler):  # type: ignore[misc]
    """Ibis's own, which keeps JSON as text, and then can't make a map of it."""

    __slots__ = ()

    def visit_Cast(self, op: Any, *, arg: sge.Expression, to: dt.DataType) -> Any:  # noqa: N802
        if op.arg.dtype.is_json() and to.is_map():
            # A text that isn't JSON has no map, as on the other engine.
            return self.f.from_json(arg, sge.convert(type_name(to)))
        return super().visit_Cast(op, arg=arg, to=to)

    def visit_TryCast(self, op: Any, *, arg: sge.Expression, to: dt.DataType) -> Any:  # noqa: N802
        return arg if to.is_json() else super().visit_TryCast(op, arg=arg, to=to)

    def visit_ArrayIndex(  # noqa: N802
        self, op: Any, *, arg: sge.Expression, index: sge.Expression
    ) -> Any:
        # Beyond its end a list has nothing; ``element_at`` would stop the build there.
        return self.f.try_element_at(arg, self.cast(index, dt.int32) + 1)

    # What Ibis does beyond its general rule hangs on an option that only its own session sets.

    def visit_NonNullLiteral(self, op: Any, *, value: Any, dtype: dt.DataType) -> Any:  # noqa: N802
        if dtype.is_floating():
            return SQLGlotCompiler.visit_NonNullLiteral(self, op, value=value, dtype=dtype)
        return super().visit_NonNullLiteral(op, value=value, dtype=dtype)

    def visit_Field(self, op: Any, *, rel: Any, name: str) -> Any:  # noqa: N802
        return SQLGlotCompiler.visit_Field(self, op, rel=rel, name=name)


_COMPILER = _Compiler()


def write_statement(expression: ir.Expr) -> str:
    """Write an expression as a query for Spark."""
    query = _COMPILER.to_sqlglot(expression)
    text: str = query.sql(
        dialect=_COMPILER.dialect, copy=False, unsupported_level=sg.ErrorLevel.RAISE
    )
    return text


def type_name(kind: dt.DataType) -> str:
    """Write a type as Spark spells it."""
    name: str = PySparkType.to_string(kind)
    return name
