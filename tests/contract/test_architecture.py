"""Rules about the code base that a reader relies on."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("auth", "portal", "warehouse")


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_one_module_opens_databases() -> None:
    opening = re.compile(r"create_engine\(|engine_from_config\(|sqlite3\.connect\(")
    found = {named(path) for path in modules() if opening.search(path.read_text("utf-8"))}
    assert found == {"warehouse/db.py"}


def test_no_module_is_named_for_nothing() -> None:
    vague = {"utils.py", "helpers.py", "common.py", "misc.py"}
    assert [named(path) for path in modules() if path.name in vague] == []


def test_functions_import_nothing() -> None:
    """An import inside a function hides an arrow; optional ones stand in a ``try`` at the top."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    found = [
        f"{named(path)}:{inner.lineno}"
        for path in modules()
        for outer in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(outer, functions)
        for inner in ast.walk(outer)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert found == []


def test_no_module_holds_more_than_one_subject_can_need() -> None:
    long = {named(p): n for p in modules() if (n := len(p.read_text("utf-8").splitlines())) > 400}
    assert long == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_say_what_they_are_for(package: str) -> None:
    assert (ROOT / package / "__init__.py").read_text("utf-8").startswith('"""')


def test_import_contracts_hold() -> None:
    run = subprocess.run(
        [ROOT / ".venv/bin/lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout


def test_no_file_names_a_package_registry() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    hosts = re.compile(r"py[p]i\.org|python[h]osted|registry\.[n]pmjs")
    found = []
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path.suffix in {".woff2", ".png", ".ico"} or not path.is_file():
            continue
        if hosts.search(path.read_text("utf-8", errors="replace")):
            found.append(name)
    assert found == []
