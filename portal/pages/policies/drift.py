"""Where the policy in force at a provider differs from ours, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from dash.development.base_component import Component

from portal.components.cards import card
from portal.components.parts import Text, strong
from portal.components.states import empty_state
from portal.components.tables import Column, data_table
from portal.pages.page import PageRequest
from portal.pages.policies.words import SETTING_NAMES
from portal.texts import say, say_known, say_number, say_parts
from warehouse.errors import NothingPublishedError
from warehouse.policies.drift import UNSAYABLE, WHOLE_TAG
from warehouse.question import Value

_MOST_ROWS: Final = 100
_SAME: Final = "same"


def draw_drift(request: PageRequest, names: Mapping[str, str]) -> Component:
    """Draw what differs, account by account, as of each account's last export."""
    rows = _drifted(request)
    accounts = {(row["provider"], row["account_id"]) for row in rows}
    differing = [row for row in rows if row["setting"] != _SAME]
    drifted = {(row["provider"], row["account_id"]) for row in differing}
    return card(
        headline=_headline(len(accounts), len(drifted)),
        subtitle=say("Compared with our policies of the month of the export. Exchequer exports a "
                     "policy of stage enforce as enforced; it changes and blocks nothing itself"),
        children=[_table(differing, names)]
        if differing
        else [
            empty_state(
                title=say("Nothing differs")
                if accounts
                else say("No provider's policy was handed in"),
                why=say("Every account that was exported is under the policy that we publish.")
                if accounts
                else say("Put exports of policies in force into the folder provider_policies, and "
                         "what differs from ours is listed here."),
            )
        ],
        anchor="drift",
    )  # fmt: skip


def _headline(accounts: int, drifted: int) -> str | list[Text]:
    if not accounts:
        return say("What is in force at providers isn't known")
    return say_parts(
        "At {drifted} of {accounts} something else is in force",
        drifted=strong(f"{drifted:,}"),
        accounts=say_number(accounts, "{number} account", "{number} accounts"),
    )


def _drifted(request: PageRequest) -> Sequence[Mapping[str, Value]]:
    try:
        page = request.gateway.rows(
            "fact_policy_drift", request.scope, limit=_MOST_ROWS * 10,
            order_by=("agency_id", "provider", "account_id", "tag", "setting"),
        )  # fmt: skip
    except NothingPublishedError:
        return ()
    return page.rows


def _table(rows: Sequence[Mapping[str, Value]], names: Mapping[str, str]) -> Component:
    columns = (
        Column("agency", say("MDA")),
        Column("account", say("Account")),
        Column("tag", say("Tag")),
        Column("what", say("What differs")),
        Column("ours", say("Only in our policy")),
        Column("theirs", say("Only in force there")),
        Column("day", say("Exported"), is_key=False),
    )
    cells = [
        {
            "agency": names.get(str(row["agency_id"]), say("nobody yet")),
            "account": f"{row['provider']} {row['account_id']}",
            "tag": str(row["tag"]),
            "what": _what(row),
            "ours": "" if row["setting"] == WHOLE_TAG else str(row["ours"]),
            "theirs": "" if row["setting"] == WHOLE_TAG else str(row["theirs"]),
            "day": str(row["exported_on"]),
        }
        for row in rows[:_MOST_ROWS]
    ]
    return data_table(caption=say("Policies that differ"), columns=columns, rows=cells)


def _what(row: Mapping[str, Value]) -> str:
    if row["setting"] == UNSAYABLE:
        return say("It can't be compared")
    if row["setting"] != WHOLE_TAG:
        return say_known(SETTING_NAMES[str(row["setting"])])
    if row["ours"]:
        return say("We ask for the tag; nothing there does")
    return say("Something there asks for the tag; we don't")
