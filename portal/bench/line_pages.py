"""Pages of lines of bills through the gateway, as the grid asks for them one after the other."""

from __future__ import annotations

from itertools import product

from portal.bench.installation import Installation
from portal.bench.questions import SCOPES
from portal.bench.samples import Sample, measure
from warehouse.gateway import Gateway
from warehouse.lines.asking import LineFilter, LineSort
from warehouse.scope import Scope

SORTS = ("-day", "-billed_cost")


def time_line_pages(made: Installation, *, runs: int) -> dict[str, Sample]:
    """Go down the grid in each order, a page further each time; give samples by name.

    The label of the installation stands in each measurement, so that two sizes can be compared.
    """
    database = made.open()
    found: dict[str, Sample] = {}
    try:
        gateway = Gateway(database)
        for text, who in product(SORTS, SCOPES):
            walk = _Walk(gateway, SCOPES[who], LineSort.read(text))
            # Loads the engine and opens the files: once a worker, not once a page.
            walk.go_on()
            name = f"gateway.lines {text}, {who}"
            found[name] = measure(f"{name}, {made.label}", walk.go_on, runs=runs)
    finally:
        database.dispose()
    return found


class _Walk:
    """A reader who goes down the lines; at the end they begin anew."""

    def __init__(self, gateway: Gateway, scope: Scope, sort: LineSort) -> None:
        self._gateway, self._scope, self._sort = gateway, scope, sort
        self._after: str | None = None

    def go_on(self) -> None:
        """Read the next page; none was asked for before, so none is remembered."""
        page = self._gateway.lines(LineFilter(), self._scope, sort=self._sort, after=self._after)
        self._after = page.next_key
