"""MDAs whose records of their migration disagree with each other: shown, not repaired."""

from __future__ import annotations

from collections.abc import Mapping

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components import html
from portal.components.cards import card, nothing_card
from portal.components.tables import Column, data_table
from portal.pages.frame import agency_names, drill_to, whose
from portal.pages.page import PageRequest
from portal.texts import say, say_number
from warehouse.question import Value

RULES = (
    "post_starts_at_migration_date",
    "migrated_agency_has_post_usage",
    "post_usage_is_reported_as_migration",
    "org_size_agrees",
)
"""Rules by which a build compares what is reported of migrations with what usage shows."""

_PATH = "/reliability/migration"
_MOST_ROWS = 25
_MOST_FINDINGS = 5_000


def draw_disagreements(request: PageRequest) -> Component:
    """List the MDAs with their disagreements in words, those about dates first."""
    if not request.reader.may(Permission.VIEW_DATA):
        return nothing_card(
            say("Records that disagree"),
            say("Your role does not cover the records' findings."),
            _span(request),
        )
    found = _findings(request)
    if not found:
        return _nothing_disagrees(request)
    names = agency_names(request)
    early = sum(RULES[0] in {rule for rule, _ in details} for details in found.values())
    rows = [
        {
            "agency": _name(request, agency, names.get(str(agency), str(agency))),
            "details": html.Ul(
                [html.Li(text) for _, text in details], className="disagreements"
            ),
        }
        for agency, details in list(found.items())[:_MOST_ROWS]
    ]  # fmt: skip
    columns = (Column("agency", say("MDA")), Column("details", say("What disagrees")))
    shown = (
        say("{shown} of {all} shown.", shown=len(rows), all=len(found))
        if len(rows) < len(found)
        else ""
    )
    return card(
        headline=say_number(
            len(found),
            "The records of {number} MDA disagree",
            "The records of {number} MDAs disagree",
        ),
        subtitle=_early(early, shown)
        if early
        else say("Comparisons on this page follow the usage. {shown}", shown=shown).strip(),
        children=[
            data_table(caption=say("MDAs whose records disagree"), columns=columns, rows=rows)
        ],
        footer=[html.A(say("All findings of this build"), href="/data?view=findings")],
        span=_span(request),
    )


def _nothing_disagrees(request: PageRequest) -> Component:
    return card(
        headline=say("Migration records agree with usage"),
        subtitle=say(
            "Migration dates, status of usage and organisation sizes were compared by the build; "
            "nothing disagrees, {whose}",
            whose=whose(request),
        ),
        span=_span(request),
    )


def _span(request: PageRequest) -> int:
    return 12 if request.sees_many else 5


def _early(number: int, shown: str) -> str:
    return say_number(
        number,
        "{number} MDA's usage turns to after migration before the date that it reports; "
        "comparisons on this page follow the usage. {shown}",
        "{number} MDAs' usage turns to after migration before the date that they report; "
        "comparisons on this page follow the usage. {shown}",
        shown=shown,
    ).strip()


def _findings(request: PageRequest) -> dict[int, list[tuple[str, str]]]:
    """Gather the findings by MDA: rule and sentence, in the order of the rules."""
    where: dict[str, object] = {"rule": list(RULES)}
    if request.agency_ids is not None:
        where["agency_id"] = list(request.agency_ids)
    page = request.gateway.rows("finding", request.scope, where=where, limit=_MOST_FINDINGS)
    ordered = sorted(page.rows, key=lambda row: (RULES.index(str(row["rule"])), _id(row)))
    found: dict[int, list[tuple[str, str]]] = {}
    for row in ordered:
        found.setdefault(_id(row), []).append(
            (str(row["rule"]), f"{row['title']}. {row['detail']}")
        )
    return found


def _id(row: Mapping[str, Value]) -> int:
    return int(row["agency_id"] or 0)


def _name(request: PageRequest, agency: int, name: str) -> Component | str:
    if not request.sees_many:
        return name
    return html.A(name, href=drill_to(_PATH, request, agency=(str(agency),)))
