"""The work list: each resource with what is wrong with its tags, the costliest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components import html
from portal.components.cards import card, nothing_card
from portal.components.tables import Column, data_table
from portal.formats import money_exact, month_name
from portal.pages.frame import agency_names
from portal.pages.page import PageRequest
from portal.texts import later, say, say_known, say_number
from warehouse.question import Value

MOST_ROWS: Final = 20
_ANCHOR: Final = "to-mend"
_WRONG: Final = {
    "missing": later("missing"),
    "wrong_value": later("value not allowed"),
    "wrong_spelling": later("key spelt otherwise"),
    "wrong_case": later("wrong capitals"),
}
_SOURCES: Final = {"bill": later("bill"), "inventory": later("inventory")}
_TOOLS: Final = {
    "aws": later("AWS CLI"),
    "azure": later("Azure CLI"),
    "gcloud": later("gcloud"),
}


def draw_work_list(request: PageRequest) -> Component:
    """List what to mend as of the last month of each MDA, by cost."""
    where = None if request.agency_ids is None else {"agency_id": list(request.agency_ids)}
    page = request.gateway.rows(
        "fact_tag_finding",
        request.scope,
        where=where,
        limit=MOST_ROWS,
        order_by=("-effective_cost_usd",),
    )
    title = say("What to mend")
    if not page.rows:
        why = say("No resource of the last month breaks a policy, or none is known.")
        return nothing_card(title, why, 12)
    names = agency_names(request)
    columns = [
        *([Column("agency", say("MDA"))] if request.sees_many else []),
        Column("resource", say("Resource")),
        Column("account", say("Account"), is_key=False),
        Column("tag", say("Tag")),
        Column("wrong", say("What is wrong")),
        Column("found", say("Found"), is_key=False),
        Column("source", say("Tags seen in"), is_key=False),
        Column("cost", say("Cost of the month"), numeric=True),
    ]
    return card(
        headline=say_number(page.total, "{number} tag is to be mended",
                            "{number} tags are to be mended"),
        subtitle=say("As of {month}, the costliest resources first; {shown} of {all} shown. "
                     "The files have all",
                     month=month_name(str(page.rows[0]["month"])), shown=len(page.rows),
                     all=f"{page.total:,}"),
        children=[
            data_table(
                caption=title,
                columns=columns,
                rows=[_row(row, names) for row in page.rows],
            )
        ],
        footer=_downloads(request),
        anchor=_ANCHOR,
    )  # fmt: skip


def _row(row: Mapping[str, Value], names: Mapping[str, str]) -> dict[str, str | Component | None]:
    cost = row["effective_cost_usd"]
    return {
        "agency": names.get(str(row["agency_id"]), say("nobody yet")),
        "resource": html.Code(str(row["resource_id"]), className="resource-name"),
        "account": f"{row['provider']} {row['account_id']}",
        "tag": str(row["spelling"]),
        "wrong": say_known(_WRONG[str(row["outcome"])]),
        "found": _found(row),
        "source": say_known(_SOURCES[str(row["tag_source"])]),
        "cost": _unknown(row)
        if cost is None
        else html.Span(money_exact(float(cost), "USD"), **{"data-recorded": "row"}),
    }


def _unknown(row: Mapping[str, Value]) -> str:
    if row["currency"] == "":
        return say("unknown: on no bill")
    return say("unknown: no rate to dollars")


def _found(row: Mapping[str, Value]) -> str:
    if row["key_found"] is None:
        return say("nothing")
    return f"{row['key_found']} = {row['value_found']}"


def _downloads(request: PageRequest) -> Sequence[Component]:
    """Link the whole list as a file, and as commands that a person may run."""
    if not request.reader.may(Permission.EXPORT):
        return []
    agencies = [("where", f"agency_id:{one}") for one in request.agency_ids or ()]
    table = "/export/table/fact_tag_finding?" + urlencode([("format", "csv"), *agencies])
    links = [html.A(say("CSV of all that is to be mended"), href=table, download="")]
    for tool, name in _TOOLS.items():
        query = urlencode([("tool", tool), *(("agency", one.split(":")[1]) for _, one in agencies)])
        links.append(
            html.A(
                say("Commands for {tool}", tool=say_known(name)),
                href=f"/export/tag-commands?{query}",
                download="",
            )
        )
    return links
