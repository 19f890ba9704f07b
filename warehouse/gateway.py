"""The only door to the star: a question and a scope in, an answer out."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from warehouse.answering.asking import notes_of, require_measures, resolve, rows_of
from warehouse.answering.billed_currencies import (
    is_mixed,
    read_billed_currencies,
    without_amounts,
)
from warehouse.answering.catalogue import Catalogue, Labels, identifier
from warehouse.answering.currencies import read_currencies
from warehouse.answering.evaluation import (
    Context,
    Figures,
    has_own_currency,
    in_billing_currency,
    is_kept_as_billed,
)
from warehouse.answering.frames import Frame, read
from warehouse.answering.kinds import EVALUATIONS
from warehouse.answering.planner import Need, choose
from warehouse.answering.recent import Recent
from warehouse.answering.rowpages import RowPage, read_rows
from warehouse.db import Database
from warehouse.errors import (
    NoSuchTableError,
    NothingPublishedError,
    QuestionError,
    ScopeMissingError,
)
from warehouse.governance.recommendations import Savings, accepted_savings
from warehouse.lines.asking import (
    MOST_ROWS,
    LineFilter,
    LineForm,
    LineKey,
    LinePage,
    LineSort,
    LineTotals,
)
from warehouse.lines.door import LineDoor
from warehouse.measures import DIMENSION_NAMES, Measure
from warehouse.measures.components import Source
from warehouse.question import ACCEPTED, Answer, BuildInfo, Question, YearKind
from warehouse.scope import Scope

__all__ = ["Gateway", "RowPage"]

_GOVERNMENT_ONLY = "kept for the whole government only"
_DOLLARS_ONLY = "kept in US dollars only"
_PAGES_KEPT = 256
_ROWS_KEPT = 100

Options = tuple[tuple[str, str], ...]
"""Identifiers and labels, in the order in which they are offered."""


class Gateway:
    """Answer questions about the published build, each within its reader's scope.

    Answers are kept by build, scope and question, so that no reader is answered from another's
    and a new build starts afresh. May be shared by threads.
    """

    def __init__(self, database: Database, cache_size: int = 4096) -> None:
        self._database = database
        self._answers: Recent[Answer] = Recent(cache_size)
        self._catalogues: Recent[Catalogue] = Recent(256)
        self._own_builds: Recent[BuildInfo] = Recent(256)
        self._options: Recent[Options] = Recent(2048)
        self._pages: Recent[RowPage] = Recent(_PAGES_KEPT)
        self._line_door = LineDoor(database.var_dir)
        self._line_pages: Recent[LinePage] = Recent(_PAGES_KEPT // 4)
        self._line_totals: Recent[tuple[LineTotals, ...]] = Recent(_PAGES_KEPT)

    def build_info(self, scope: Scope | None = None) -> BuildInfo:
        """Give the published build; with a scope, its first and last month are those in scope.

        Raises:
            NothingPublishedError: there is none yet.
        """
        build = self._database.published()
        if build is None:
            raise NothingPublishedError("No build has been published yet. Run exchequer build.")
        if scope is None or scope.is_government:
            return build
        own = self._own_builds.get((build.build_id, Scope(scope.agencies).key))
        if own is None:
            with self._database.star(scope) as connection:
                own = self._own_view(connection, scope)
        return own

    def ask(self, question: Question, scope: Scope) -> Answer:
        """Answer a question from the rows in scope.

        Raises:
            QuestionError: the question names a measure, dimension, value or table that the
                reader can't ask for; the subclass says which.
            ScopeMissingError: no scope was given.
            NothingPublishedError: nothing has been built yet.
        """
        _require_scope(scope)
        savings = self._accepted_savings(scope) if question.whatif == ACCEPTED else ()
        # What is kept was judged when it was asked first: the key holds all that was judged.
        key = (scope.key, question, savings)
        answer = self._answers.get((self.build_info().build_id, *key))
        if answer is None:
            measures = require_measures(question, scope)
            asked = replace(question, by=tuple(dict.fromkeys(question.by)))
            answer = self._read_answer(asked, measures, scope, savings)
            self._answers.put((answer.build.build_id, *key), answer)
        return answer

    def options(self, dimension: str, scope: Scope, year: YearKind = "calendar") -> Options:
        """Give the identifiers and labels that a filter on a dimension may offer this reader."""
        _require_scope(scope)
        if dimension not in DIMENSION_NAMES:
            raise QuestionError(
                f"There is no dimension {dimension!r}. There are: {', '.join(DIMENSION_NAMES)}."
            )
        key = (Scope(scope.agencies).key, dimension, year)
        found = self._options.get((self.build_info().build_id, *key))
        if found is None:
            with self._database.star(scope) as connection:
                build = self._database.build_of(connection)
                labels = self._catalogue(build, scope).labels(connection, dimension, year)
            found = _sorted_options(dimension, labels)
            self._options.put((build.build_id, *key), found)
        return found

    def rows(
        self,
        table: str,
        scope: Scope,
        *,
        where: Mapping[str, Any] | None = None,
        limit: int = 100,
        offset: int = 0,
        order_by: tuple[str, ...] = (),
    ) -> RowPage:
        """Give a page of a table's rows in scope; see ``rowpages.read_rows``."""
        _require_scope(scope)
        key = (scope.key, table, _hashable(where), limit, offset, order_by)
        page = self._pages.get((self.build_info().build_id, *key))
        if page is None:
            with self._database.star(scope) as connection:
                build = self._database.build_of(connection)
                page = read_rows(
                    connection, table, scope, where=where, limit=limit, offset=offset,
                    order_by=order_by,
                )  # fmt: skip
            if len(page.rows) <= _ROWS_KEPT:
                self._pages.put((build.build_id, *key), page)
        return page

    def lines(
        self,
        asked: LineFilter,
        scope: Scope,
        *,
        sort: LineSort | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> LinePage:
        """Give lines of bills that agencies in scope own; who sees all, what nobody owns too.

        ``after`` is a page's ``next_key``. Raises QuestionError, NothingPublishedError,
        ScopeMissingError.
        """
        build_id = self._build_of_lines(scope)
        order = sort or LineSort()
        most = max(1, min(limit, MOST_ROWS))
        key = (build_id, scope.key, asked, order, after, most)
        page = self._line_pages.get(key)
        if page is None:
            start = None if after is None else LineKey.read(after, order)
            reader = self._line_door.reader()
            page = reader.page(build_id, asked, scope, sort=order, after=start, limit=most)
            self._line_pages.put(key, page)
        return page

    def line_totals(self, asked: LineFilter, scope: Scope) -> tuple[LineTotals, ...]:
        """Count lines of bills in scope and add them up, by currency; raises as ``lines`` does."""
        build_id = self._build_of_lines(scope)
        key = (build_id, scope.key, asked)
        totals = self._line_totals.get(key)
        if totals is None:
            totals = self._line_door.reader().totals(build_id, asked, scope)
            self._line_totals.put(key, totals)
        return totals

    def write_lines(self, asked: LineFilter, scope: Scope, form: LineForm, path: Path) -> int:
        """Write lines of bills in scope into a file; give how many. Raises as ``lines`` does."""
        build_id = self._build_of_lines(scope)
        return self._line_door.reader().write(build_id, asked, scope, form, path)

    def _accepted_savings(self, scope: Scope) -> Savings:
        """Read what was decided on recommendations: it changes without a new build."""
        with self._database.reading_records(scope) as session:
            return accepted_savings(session, scope.agencies)

    def _build_of_lines(self, scope: Scope) -> str:
        """Give the build whose lines may be read; who sees some measures alone sees no lines."""
        _require_scope(scope)
        if scope.measures is not None:
            raise NoSuchTableError("lines")
        return self.build_info().build_id

    def _read_answer(
        self, question: Question, measures: Sequence[Measure], scope: Scope, savings: Savings
    ) -> Answer:
        with self._database.star(scope) as connection:
            build = self._own_view(connection, scope)
            catalogue = self._catalogue(build, scope)
            context = resolve(question, catalogue, connection, build.data_to)
            context = replace(context, savings=savings)
            figures = _figures(connection, measures, context, scope)
            currencies = _currencies_of(connection, context, scope)
            if in_billing_currency(question) and is_mixed(context, currencies):
                amounts = [m.name for m in measures if m.unit == "usd"]
                figures |= {name: without_amounts(figures[name]) for name in amounts}
            rows, reasons = rows_of(question, measures, figures, catalogue, connection)
        return Answer(
            question=question,
            rows=rows,
            build=build,
            reasons=reasons,
            modelled=frozenset(m.name for m in measures if figures[m.name].used_modelled),
            notes=notes_of(measures, figures, context),
            currencies=currencies,
        )

    def _own_view(self, connection: Connection, scope: Scope) -> BuildInfo:
        """Give the build a connection reads, with the months in which the scope has records.

        The government's last month would tell an agency that another handed in before it.
        """
        build = self._database.build_of(connection)
        if scope.is_government:
            return build
        key = (build.build_id, Scope(scope.agencies).key)
        own = self._own_builds.get(key)
        if own is None:
            first, last = self._catalogue(build, scope).usage_months(connection)
            own = replace(build, data_from=first, data_to=last) if first and last else build
            self._own_builds.put(key, own)
        return own

    def _catalogue(self, build: BuildInfo, scope: Scope) -> Catalogue:
        key = (build.build_id, Scope(scope.agencies).key)
        catalogue = self._catalogues.get(key)
        if catalogue is None:
            catalogue = Catalogue(scope.agencies)
            self._catalogues.put(key, catalogue)
        return catalogue


def _sorted_options(dimension: str, labels: Labels) -> Options:
    by_time = dimension in {"month", "quarter", "year", "day", "weekday"}
    found = [(str(identifier(dimension, value)), label) for value, label in labels.items()]
    return tuple(sorted(found, key=lambda pair: pair[0] if by_time else pair[1].casefold()))


def _hashable(where: Mapping[str, Any] | None) -> Hashable:
    """Write a condition so that it can be part of a key; an accepted list in its order."""
    return tuple(
        (name, type(wanted), tuple(wanted) if isinstance(wanted, (list, set)) else wanted)
        for name, wanted in (where or {}).items()
    )


def _require_scope(scope: object) -> None:
    if not isinstance(scope, Scope):
        raise ScopeMissingError(f"The gateway was asked with {scope!r} in place of a scope.")


def _figures(
    connection: Connection, measures: Sequence[Measure], context: Context, scope: Scope
) -> dict[str, Figures]:
    """Evaluate all measures; what can be read together is read in one statement."""
    needs = {m.name: EVALUATIONS[m.kind].needs(m, context) for m in measures}
    frames = _read_all(connection, [n for found in needs.values() for n in found], scope)
    figures = {}
    for measure in measures:
        read_frames = [frames[need] for need in needs[measure.name] if need in frames]
        if len(read_frames) < len(needs[measure.name]):
            figures[measure.name] = Figures(reasons={_GOVERNMENT_ONLY: None})
            continue
        found = EVALUATIONS[measure.kind].figures(measure, context, read_frames)
        if _lacks_own_currency(measure, context):
            found = Figures(dict.fromkeys(found.values), {_DOLLARS_ONLY: None})
        figures[measure.name] = found
    return figures


def _lacks_own_currency(measure: Measure, context: Context) -> bool:
    own = context.question.currency == "own"
    if own and in_billing_currency(context.question):
        return measure.unit == "usd" and not is_kept_as_billed(measure)
    return own and measure.unit == "usd" and not has_own_currency(measure)


def _currencies_of(connection: Connection, context: Context, scope: Scope) -> Mapping[int, str]:
    if in_billing_currency(context.question):
        return read_billed_currencies(connection, context, scope)
    return read_currencies(connection, context, scope)


def _read_all(connection: Connection, needs: Sequence[Need], scope: Scope) -> dict[Need, Frame]:
    """Read each need from the smallest table that has it, and each table once.

    Needs of one table that differ in components alone share a statement. A need that no table
    within scope can meet is left out.
    """
    batches: dict[tuple[Any, ...], list[tuple[Need, Source]]] = {}
    for need in dict.fromkeys(needs):
        source = choose(need, is_limited=not scope.is_government)
        if source is not None:
            shared = replace(need, family="", components=frozenset())
            batches.setdefault((source.table.name, shared), []).append((need, source))
    frames: dict[Need, Frame] = {}
    for members in batches.values():
        need, source = members[0]
        components = sorted(frozenset().union(*(member.components for member, _ in members)))
        frame = read(connection, need, source, tuple(components), scope.agencies)
        frames |= {member: replace(frame, need=member) for member, _ in members}
    return frames
