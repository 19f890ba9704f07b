"""Finds texts in the source of pages that would reach a reader without being said."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

SAYING = frozenset({"say", "say_number", "say_parts", "later"})
_FOR_MACHINES = frozenset(
    {"className", "style", "id", "role", "method", "action", "href", "identifier", "format"}
)
"""Arguments that no reader sees."""
_LOGGING = frozenset({"exception", "error", "warning", "info", "compile", "once"})
_SENTENCE = re.compile(r"[A-Za-z]{2,}.*\s|\s.*[A-Za-z]{2,}")
_OF_STYLE = re.compile(r"[a-z<%{][^A-Z]*[-<>{}%=][^A-Z]*")
"""Names of classes, markup and forms of numbers: lower case, with a sign that sentences lack."""


def find_unsaid(path: Path) -> Iterator[tuple[int, str]]:
    """Give each sentence-like text of a module that stands outside what says it, with its line."""
    tree = ast.parse(path.read_text("utf-8"))
    yield from _Texts(_documentation(tree)).within(tree)


class _Texts:
    def __init__(self, documentation: frozenset[int]) -> None:
        self._documentation = documentation

    def within(self, node: ast.AST) -> Iterator[tuple[int, str]]:
        if isinstance(node, ast.Raise):
            return
        if isinstance(node, ast.Call):
            yield from self._within_call(node)
        elif isinstance(node, ast.JoinedStr):
            yield from _told(node, "".join(map(_written, node.values)))
            for part in node.values:
                if isinstance(part, ast.FormattedValue):
                    yield from self.within(part.value)
        elif isinstance(node, ast.Constant):
            if isinstance(node.value, str) and id(node) not in self._documentation:
                yield from _told(node, node.value)
        else:
            for part in ast.iter_child_nodes(node):
                yield from self.within(part)

    def _within_call(self, node: ast.Call) -> Iterator[tuple[int, str]]:
        name = _name(node.func)
        if name in _LOGGING:
            return
        parts: list[ast.AST] = [] if name in SAYING else [node.func, *node.args]
        parts += [word.value for word in node.keywords if word.arg not in _FOR_MACHINES]
        for part in parts:
            yield from self.within(part)


def _told(node: ast.expr, text: str) -> Iterator[tuple[int, str]]:
    if _SENTENCE.search(text) and not _OF_STYLE.fullmatch(text):
        yield node.lineno, text


def _written(part: ast.expr) -> str:
    return str(part.value) if isinstance(part, ast.Constant) else "{}"


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _documentation(tree: ast.Module) -> frozenset[int]:
    """Give the texts that stand by themselves: they document."""
    alone = (node.value for node in ast.walk(tree) if isinstance(node, ast.Expr))
    return frozenset(id(value) for value in alone if isinstance(value, ast.Constant))
