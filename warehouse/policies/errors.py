"""What can be wrong with a policy, told so that its writer can mend it."""

from __future__ import annotations

from dataclasses import dataclass

from warehouse.errors import WarehouseError


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where in the document, with which value, and what."""

    where: str
    value: str
    what: str

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.where or 'the policy'}: {self.what}"


class PolicyError(WarehouseError):
    """A policy can't be read as one."""

    def __init__(self, name: str, problems: tuple[Problem, ...]) -> None:
        said = "; ".join(map(str, problems))
        super().__init__(f"The policy {name!r} can't be used: {said}.")
        self.name = name
        self.problems = problems


class PolicyFormError(WarehouseError):
    """A file is not in the form it is read as."""

    def __init__(self, form: str, what: str, *, where: str = "") -> None:
        super().__init__(f"This is no {form}{f' at {where}' if where else ''}: {what}.")
        self.form = form
        self.where = where
        self.what = what


@dataclass(frozen=True, slots=True)
class Unsaid:
    """Something that a form has no words for, and is therefore not in what was written."""

    where: str
    what: str

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.where}: {self.what}"
