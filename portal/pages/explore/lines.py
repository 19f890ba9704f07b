"""Explore the lines of bills: each charge as billed, whose it is, and what made it so."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components import html
from portal.components.cards import card, grid
from portal.components.parts import Text, strong
from portal.components.states import banner
from portal.components.tables import Column, data_table
from portal.dimension_names import dimension_word
from portal.formats import count
from portal.pages.explore.bill_reach import reach_said
from portal.pages.explore.controls import PATH
from portal.pages.explore.line_filters import draw_search
from portal.pages.explore.line_grid import draw_grid, paper_columns, shown_rows
from portal.pages.explore.line_question import (
    amount,
    applied,
    lines_asked,
    not_applied,
    sort_of,
)
from portal.pages.frame import report, sections, whose
from portal.pages.page import PageRequest
from portal.pages.series import span_of
from portal.texts import say, say_number, say_parts
from warehouse.lines.asking import LineTotals

NARROWED_BY = ("account", "service", "service_category", "category", "attribution")
_TABLE_ROWS = 50


def draw_lines(request: PageRequest) -> Component:
    """Draw the view: what the lines come to, the grid of them, and a table that needs no grid."""
    totals = request.gateway.line_totals(
        lines_asked(request.filters, request.year_period()), request.scope
    )
    return report(
        request,
        path=PATH,
        here=say("Lines"),
        question=say("Which lines make up our bills?"),
        answer=_answer(request, totals),
        trail=((say("Explore"), PATH), (say("Bills"), _bills(request))),
        controls=("agency", "provider", "region"),
        more=("year",),
        further=NARROWED_BY,
        kpis=html.Div([draw_search(request), _totals(totals)]),
        body=[sections(request, [(_draw_lines, 12)])] if totals else [],
        definitions=_definitions(),
        source=say("the providers' bills, line by line, as handed in"),
        notices=[
            *reach_said(request),
            *(banner(
                say("Lines aren't split by {dimension}, so that filter isn't applied to them.",
                    dimension=dimension_word(name)),
            )
            for name in not_applied(request.filters)),
        ],
    )  # fmt: skip


def _bills(request: PageRequest) -> str:
    return PATH + request.filters.to_query(view="bills", sort=None, tags=(), find=None, columns=(),
                                           after=None)  # fmt: skip


def _answer(request: PageRequest, totals: Sequence[LineTotals]) -> list[Text]:
    if not totals:
        return [
            say("No line of bills of {whose} for {span} is left by the filters.",
                whose=whose(request), span=span_of(request)),
            *([" ", say("Tags are compared letter by letter, capitals too.")]
              if request.filters.tags else []),
        ]  # fmt: skip
    lines = sum(one.line_count for one in totals)
    return say_parts(
        "{lines} of {whose} for {span} ask for {billed}; {effective} was consumed.",
        lines=strong(say_number(lines, "{number} line", "{number} lines")),
        whose=whose(request),
        span=span_of(request),
        billed=strong(_listed(totals, "billed_cost")),
        effective=strong(_listed(totals, "effective_cost")),
    )


def _listed(totals: Sequence[LineTotals], name: str) -> str:
    amounts = [_cents(one, name) for one in totals]
    if len(amounts) == 1:
        return amounts[0]
    return say("{several} and {last}", several=", ".join(amounts[:-1]), last=amounts[-1])


def _cents(totals: LineTotals, name: str) -> str:
    return amount(f"{getattr(totals, name):.2f}", totals.currency)


def _totals(totals: Sequence[LineTotals]) -> Component:
    if not totals:
        return html.Div()
    columns = [
        Column("currency", say("Billed in")),
        Column("lines", say("Lines"), numeric=True),
        Column("billed_cost", say("Invoiced"), numeric=True),
        Column("effective_cost", say("Consumed"), numeric=True),
        Column("list_cost", say("At public prices"), numeric=True, is_key=False),
        Column("contracted_cost", say("At agreed prices"), numeric=True, is_key=False),
    ]
    costs = ("billed_cost", "effective_cost", "list_cost", "contracted_cost")
    rows = [
        {
            "currency": one.currency,
            "lines": count(one.line_count),
            **{name: _cents(one, name) for name in costs},
        }
        for one in totals
    ]
    table = data_table(caption=say("What the lines come to"), columns=columns, rows=rows)
    return grid([card(headline=say("What the lines come to"), children=[table], span=12)])


def _of_shared_cost(request: PageRequest) -> str:
    """Say where cost is that several MDAs bear, which an MDA would look for here in vain."""
    if request.scope.is_government:
        return say("Cost that several MDAs share stands here once, as it was billed.")
    return say("Your share of cost that several MDAs bear is not among these lines; the treasury "
               "sees the lines that it comes from.")  # fmt: skip


def _draw_lines(request: PageRequest) -> Component:
    # Read once a page: the gateway remembers what the lines come to.
    asked = lines_asked(request.filters, request.year_period())
    totals = request.gateway.line_totals(asked, request.scope)
    return card(
        headline=say("Each line as billed"),
        subtitle=_of_shared_cost(request),
        children=[draw_grid(request), _plain_table(request, totals)],
        footer=_downloads(request),
        span=12,
    )


def _caption(request: PageRequest, shown: int, totals: Sequence[LineTotals]) -> str:
    lines = sum(one.line_count for one in totals)
    if request.filters.after is None:
        return say("The first {shown} of {all} lines", shown=shown, all=f"{lines:,}")
    return say("{shown} further of {all} lines", shown=shown, all=f"{lines:,}")


def _plain_table(request: PageRequest, totals: Sequence[LineTotals]) -> Component:
    """Draw the lines as a table, for paper and for whom a grid is a hindrance."""
    page = request.gateway.lines(
        lines_asked(request.filters, request.year_period()),
        request.scope,
        sort=sort_of(request),
        after=request.filters.after,
        limit=_TABLE_ROWS,
    )
    table = data_table(
        caption=_caption(request, len(page.rows), totals),
        show_caption=True,
        columns=paper_columns(),
        rows=shown_rows(request, page.rows),
        is_dense=True,
    )
    links = []
    if request.filters.after is not None:
        first = PATH + request.filters.to_query(after=None)
        links.append(html.A(say("First lines"), href=first, className="button button-quiet"))
    if page.next_key is not None:
        following = PATH + request.filters.to_query(after=page.next_key)
        links.append(html.A(say("Next lines"), href=following, className="button button-quiet"))
    pages = {"aria-label": say("Pages of the table of lines")}
    return html.Details(
        [
            html.Summary(say("View as table"), className="link"),
            table,
            html.Nav(links, className="pager", **pages),
        ],
        className="as-table",
        **({"open": True} if request.filters.after is not None else {}),
    )


def _downloads(request: PageRequest) -> list[Component]:
    if not request.reader.may(Permission.EXPORT):
        return []
    period = request.year_period()
    query = (
        applied(request.filters)
        .to_query(start=period.start, end=period.end, view=None, after=None, sort=None, page=1)
        .removeprefix("?")
    )

    def link(form: str, text: str, named: str) -> Component:
        href = f"/export/lines?{query}{'&' if query else ''}{urlencode({'format': form})}"
        return html.A(text, href=href, download="", **{"aria-label": named})

    return [
        link("csv", say("CSV"), say("These lines as CSV")),
        link("focus-csv", say("FOCUS 1.2 CSV"), say("These lines as FOCUS 1.2, CSV")),
        link("focus-parquet", say("FOCUS 1.2 Parquet"), say("These lines as FOCUS 1.2, Parquet")),
    ]


def _definitions() -> Sequence[tuple[str, str]]:
    return (
        (say("Line"), say("one row of a bill, in the provider's own currency, to the last digit")),
        (
            say("Owner by"),
            say("the step that gave the line its MDA: the owner of its account, else a rule over "
                "its tags; cost shared by a rule, and what nobody owns yet, stays with nobody"),
        ),
        (
            say("Bill and row"),
            say("the file that the line came in and its row there; of a bill with lines of several "
                "MDAs neither is shown"),
        ),
    )  # fmt: skip
