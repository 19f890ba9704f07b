"""What a version of a book of rules would move, in money, as the worker counted it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, Final

from dash.development.base_component import Component

from portal.components import html
from portal.components.states import banner
from portal.components.tables import Column, data_table
from portal.formats import money, money_exact, month_name, months_range
from portal.pages.page import PageRequest
from portal.pages.reviews import draw_preview_of
from portal.pages.rules.seen import agency_names, book_reviewed
from portal.pages.rules.words import MEASURES
from portal.texts import later, say, say_known, say_number
from warehouse.governance.rule_models import RuleVersion

Found = Mapping[str, Any]

_STEPS: Final[Mapping[str, str]] = {
    "account": later("Direct, by the owner of the account"),
    "tag": later("Direct, by a tag"),
    "allocated": later("Allocated by a rule for shared cost"),
    "unallocated": later("Unallocated: nobody bears it"),
}
_MOST_SHOWN: Final = 25


def draw_preview(request: PageRequest, row: RuleVersion) -> Component:
    """Draw the last preview of a version, or the button that asks for one."""
    why = say(
        "The worker attributes every line of the bills twice, with this version and without it, "
        "and says whose cost moves."
    )
    of = book_reviewed(request, row.book)
    return draw_preview_of(request, of, row, why, partial(_draw, agency_names(request)))


def _draw(names: Mapping[str, str], found: Found) -> list[Component]:
    moving = [one for one in found["currencies"] if Decimal(one["moved"])]
    if not moving:
        return [
            html.P(
                html.Strong(say("On the bills of today, nobody's cost moves.")),
            ),
            *_unsplit(found),
            _steps(found),
        ]
    amounts = ", ".join(money(Decimal(one["moved"]), one["currency"]) for one in moving)
    sentence = say(
        "This change moves {amounts} of {accounts}, in the bills of {months}.",
        amounts=amounts,
        accounts=say_number(found["account_count"], "{number} account", "{number} accounts"),
        months=months_range(found["first_month"], found["last_month"]),
    )
    return [
        html.P(html.Strong(sentence)),
        html.P(
            say("Direct, allocated and unallocated add up to what was billed, before and after."),
            className="muted",
        ),
        *_unsplit(found),
        _steps(found),
        _agencies(found["agencies"], names),
        _accounts(found["accounts"], names),
    ]


def _unsplit(found: Found) -> list[Component]:
    """Say what rules can't split, for want of what they go by; earlier previews don't know."""
    return [
        banner(
            say(
                "{rule} goes by {measure}, which is known of none who would bear a part in "
                "{months}: {amounts} stay unallocated.",
                rule=one["rule"],
                measure=say_known(MEASURES[one["measure"]]),
                months=_months(one["months"]),
                amounts=", ".join(
                    money(Decimal(part["amount"]), part["currency"]) for part in one["amounts"]
                ),
            ),
            kind="warn",
        )
        for one in found.get("unsplit", ())
    ]


def _months(months: Sequence[str]) -> str:
    if len(months) == 1:
        return month_name(months[0])
    return say("{number} months between {months}", number=len(months),
               months=months_range(months[0], months[-1]))  # fmt: skip


def _steps(found: Found) -> Component:
    order = list(_STEPS)
    steps = sorted(found["steps"], key=lambda one: (one["currency"], order.index(one["step"])))
    rows = [
        {"step": say_known(_STEPS[one["step"]]), "currency": one["currency"], **_amounts(one)}
        for one in steps
    ]
    columns = (
        Column("step", say("Step")),
        Column("currency", say("Currency"), is_key=False),
        *_columns(),
    )
    return _recorded(say("What each step gives out"), columns, rows)


def _agencies(agencies: Sequence[Found], names: Mapping[str, str]) -> Component:
    rows = [
        {
            "agency": _name(one, names),
            "currency": one["currency"],
            **_amounts(one),
        }
        for one in agencies
    ]
    columns = (
        Column("agency", say("MDA")),
        Column("currency", say("Currency"), is_key=False),
        *_columns(),
    )
    return _folded(
        say_number(len(rows), "{number} amount changes", "{number} amounts change"),
        say("Whose cost moves"),
        columns,
        rows,
    )


def _accounts(accounts: Sequence[Found], names: Mapping[str, str]) -> Component:
    rows = [
        {
            "account": f"{one['provider']} {one['account_id']}",
            "agency": _name(one, names),
            "months": months_range(one["first_month"], one["last_month"]),
            "currency": one["currency"],
            **_amounts(one),
        }
        for one in accounts
    ]
    columns = (
        Column("account", say("Account")),
        Column("agency", say("MDA")),
        Column("months", say("Months"), is_key=False),
        Column("currency", say("Currency"), is_key=False),
        *_columns(),
    )
    return _folded(
        say_number(len(rows), "{number} change of an account", "{number} changes of accounts"),
        say("Accounts of which cost moves"),
        columns,
        rows,
    )


def _folded(
    summary: str, caption: str, columns: Sequence[Column], rows: Sequence[Mapping[str, Any]]
) -> Component:
    if len(rows) <= _MOST_SHOWN:
        return _recorded(caption, columns, rows)
    return html.Details(
        [html.Summary(summary, className="link"), _recorded(caption, columns, rows)],
        className="as-table",
    )


def _recorded(
    caption: str, columns: Sequence[Column], rows: Sequence[Mapping[str, Any]]
) -> Component:
    return data_table(
        caption=caption,
        columns=columns,
        rows=rows,
        show_caption=True,
        evidence={"data-recorded": "preview"},
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column("before", say("Now"), numeric=True),
        Column("after", say("Then"), numeric=True),
        Column("change", say("Change"), numeric=True),
    )


def _amounts(one: Found) -> dict[str, str]:
    before, after = (Decimal(one[name] or 0) for name in ("before", "after"))
    currency = one["currency"]
    return {
        "before": money_exact(before, currency),
        "after": money_exact(after, currency),
        "change": f"{'+' if after > before else ''}{money_exact(after - before, currency)}",
    }


def _name(one: Found, names: Mapping[str, str]) -> str:
    number = one["agency_id"]
    return names.get(str(number), str(number)) if number else say("Nobody yet")
