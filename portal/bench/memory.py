"""Memory of a process and its children, each shared page counted once (PSS)."""

from __future__ import annotations

from pathlib import Path

_KIB_PER_MIB = 1024


def family_of(pid: int, proc: Path = Path("/proc")) -> tuple[int, ...]:
    """List a process and everything it started that still runs."""
    children: dict[int, list[int]] = {}
    for folder in proc.iterdir():
        if folder.name.isdigit() and (parent := _parent_of(folder)) is not None:
            children.setdefault(parent, []).append(int(folder.name))
    family = [pid]
    for member in family:
        family.extend(children.get(member, ()))
    return tuple(family)


def pss_mib(pids: tuple[int, ...], proc: Path = Path("/proc")) -> float:
    """Add up the proportional set sizes of these processes, in MiB."""
    total = 0
    for pid in pids:
        rollup = (proc / str(pid) / "smaps_rollup").read_text(encoding="ascii")
        line = next(line for line in rollup.splitlines() if line.startswith("Pss:"))
        total += int(line.split()[1])
    return total / _KIB_PER_MIB


def _parent_of(folder: Path) -> int | None:
    try:
        stat = (folder / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None  # It ended while the list was being read.
    # The name in brackets may hold spaces and brackets itself.
    return int(stat.rpartition(")")[2].split()[1])
