"""The pages of ``docs/reference``, made from the declarations they describe.

Run ``python -m portal.reference docs/reference``. A test compares the result with what is
committed, so that a measure, setting, permission or table can't be added without its page.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from sqlalchemy import Table

from auth.permissions import DESCRIPTIONS, MATRIX, Permission, Role
from portal.access import CALLBACK_PERMISSIONS
from portal.app import ROUTE_PERMISSIONS
from portal.pages import PAGES
from portal.settings import Settings
from warehouse.bills.columns import LINE_COLUMNS
from warehouse.bills.fetch_sources import USUAL_CALLS_A_DAY
from warehouse.feeds import FEEDS
from warehouse.feeds.attribution_rules import ALLOCATION_RULES
from warehouse.feeds.inventories import INVENTORIES
from warehouse.feeds.inventory_layouts import LAYOUTS
from warehouse.feeds.provider_policies import PROVIDER_POLICIES
from warehouse.feeds.provider_recommendations import PROVIDER_RECOMMENDATIONS
from warehouse.feeds.shared_by import SHARED_BY
from warehouse.measures import REGISTRY
from warehouse.schema import DIMENSIONS, FACTS, OPERATIONS, SUMMARIES
from warehouse.schema.views import VIEWS

_MADE = "<!-- Made by `make reference`. Change the declaration, not this page. -->\n"


def render_all() -> dict[str, str]:
    """Give every reference page by file name."""
    return {
        "measures.md": render_measures(),
        "settings.md": render_settings(),
        "permissions.md": render_permissions(),
        "data-model.md": render_data_model(),
        "feeds.md": render_feeds(),
    }


def render_measures() -> str:
    """List the registry, grouped as it is on screen."""
    parts = ["# Measures", _MADE]
    groups = dict.fromkeys(measure.group for measure in REGISTRY.values())
    for group in groups:
        parts.append(f"## {group}\n")
        for measure in (m for m in REGISTRY.values() if m.group == group):
            good = {"high": "higher is better", "low": "lower is better"}.get(measure.good or "")
            parts.append(
                f"### `{measure.name}`: {measure.label}\n\n{measure.description}\n\n"
                + _table(
                    ("", ""),
                    [
                        ("formula", f"`{measure.formula}`"),
                        ("field term", measure.term),
                        ("unit", measure.unit),
                        ("adds up", measure.additivity),
                        ("direction", good or "neither"),
                        ("source", f"`{measure.source}`"),
                        ("dimensions", ", ".join(measure.dimensions) or "none"),
                    ],
                )
            )
    return "\n".join(parts)


def render_settings() -> str:
    """List the environment variables."""
    rows = [
        (
            f"`EXCHEQUER_{name.upper()}`",
            field.description or "",
            "none" if field.is_required() else f"`{field.get_default(call_default_factory=False)}`",
        )
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(
        ["# Settings", _MADE, _table(("environment variable", "what it does", "default"), rows)]
    )


def render_permissions() -> str:
    """Show who may do what, and what each address and callback asks for."""
    roles = list(Role)
    matrix = [
        (
            f"`{permission}`",
            DESCRIPTIONS[permission],
            *("yes" if permission in MATRIX[role] else "" for role in roles),
        )
        for permission in Permission
    ]
    pages = [(f"`{page.path}`", page.title, f"`{page.permission}`") for page in PAGES]
    routes = sorted((f"`{name}`", f"`{need}`") for name, need in ROUTE_PERMISSIONS.items())
    callbacks = sorted((f"`{name}`", f"`{need}`") for name, need in CALLBACK_PERMISSIONS.items())
    return "\n".join(
        [
            "# Permissions",
            _MADE,
            _table(("permission", "what it allows", *(f"`{role}`" for role in roles)), matrix),
            "## Pages\n",
            _table(("address", "question", "permission"), pages),
            "## Routes\n",
            _table(("endpoint", "permission"), routes),
            "## Callbacks\n",
            _table(("callback", "permission"), callbacks),
        ]
    )


def render_data_model() -> str:
    """Describe every table and view of the star."""
    parts = ["# Data model", _MADE, _draw_star()]
    for title, tables in (
        ("Dimensions", DIMENSIONS),
        ("Facts", FACTS),
        ("Summaries", SUMMARIES),
        ("The build about itself", OPERATIONS),
    ):
        parts.append(f"## {title}\n")
        parts.extend(_describe(table) for table in tables)
    parts.append("## Views\n")
    parts.append(_table(("view", "what it shows"), [(f"`{v.name}`", v.comment) for v in VIEWS]))
    return "\n".join(parts)


def render_feeds() -> str:
    """Describe every feed's file: columns, types, units, keys."""
    parts = ["# Feeds", _MADE]
    for feed in FEEDS:
        rows = [
            (
                f"`{column.name}`",
                column.kind.value,
                column.unit or "",
                "yes" if column.required else "",
                column.comment,
            )
            for column in feed.columns
        ]
        place = f"{feed.folder}/" if feed.takes_any_name else f"{feed.folder}/{feed.name}"
        parts.append(
            f"## `{place}`\n\nKey: {', '.join(f'`{k}`' for k in feed.key)}.\n\n"
            + _table(("column", "type", "unit", "required", "what it holds"), rows)
        )
        if feed is ALLOCATION_RULES:
            parts.append(_describe_measures_to_split_by())
        if feed is INVENTORIES:
            parts.append(_describe_inventories())
        if feed is PROVIDER_POLICIES:
            parts.append(_describe_provider_policies())
        if feed is PROVIDER_RECOMMENDATIONS:
            parts.append(_describe_provider_recommendations())
    parts.append(_describe_bills())
    return "\n".join(parts)


def _describe_measures_to_split_by() -> str:
    return (
        "### Measures to split by\n\nA proportional rule names one of these. Each is known of an "
        "agency and month before any cost is shared, so that no rule can turn in a circle; spend "
        "as pages show it holds shares already, and budgets are phased by it. An agency of which "
        "the measure isn't known in the month bears no part. Where it is known of none, or is "
        "nothing or less for all, the month stays unallocated, and a finding names rule and "
        "months.\n\n"
        + _table(
            ("measure", "in proportion to", "known from"),
            [(f"`{one.name}`", one.comment, _KNOWN_FROM[one.source]) for one in SHARED_BY.values()],
        )
        + "\n"
    )


_KNOWN_FROM = {
    "bills": "lines of bills with an owner",
    "resources": "lines of bills with an owner",
    "usage": "`mda/usage_monthly`",
    "telemetry": "`telemetry/telemetry`",
}


def _describe_inventories() -> str:
    return (
        "### Exports of providers\n\nBelow `inventories/` files may have any name, and be CSV, "
        "JSON or JSON lines, packed or not. What they are is told by what is in them; when they "
        "were taken is told by the last day or month in their path, as in "
        "`inventories/aws-2026-10-31.json`.\n\n"
        + _table(
            ("inventory", "provider", "as it comes from"),
            [(one.name, one.provider, f"`{one.exported_by}`") for one in LAYOUTS],
        )
        + "\n"
    )


def _describe_provider_policies() -> str:
    return (
        "### Exports of providers\n\nBelow `provider_policies/` files are what "
        "`aws organizations describe-effective-policy --policy-type TAG_POLICY` gives for an "
        "account, and what `az policy assignment list` gives, with the definitions that are not "
        'Azure\'s own beside it as `{"assignments": […], "definitions": […]}`. What is assigned '
        "to a management group reaches the accounts that `organisation/organisation_units` puts "
        "below it. When they were exported is told by their path.\n"
    )


def _describe_provider_recommendations() -> str:
    return (
        "### Exports of providers\n\nBelow `provider_recommendations/` files are CSV with these "
        "columns, or what `aws cost-optimization-hub list-recommendations`, `az advisor "
        "recommendation list --category Cost` and `gcloud recommender recommendations list "
        "--format json` give. When they were exported is told by their path, as in "
        "`provider_recommendations/aws-2026-10-31.json`. Of each account the last export counts. "
        "What Azure and Google recommend for other ends than cost is left out.\n"
    )


def _describe_bills() -> str:
    rows = [
        (
            f"`{column.name}`",
            f"`{column.focus}`" if column.focus else "",
            column.form.value,
            "yes" if column.required else "",
            column.comment,
        )
        for column in LINE_COLUMNS
    ]
    return (
        "## `bills/`\n\nBills are read whatever their names, from any folder below, as CSV, gzip "
        "CSV or Parquet. Their layout is told by their columns: FOCUS 1.0 to 1.4, exports of "
        "providers, or a column map: a file that ends in `columns.toml`, in the bill's folder or "
        "one above it. Each row is brought to a line:\n\n"
        + _table(("column", "FOCUS", "form", "never empty", "what it holds"), rows)
        + "\n```toml\n# columns.toml: column of a line = column of the file\n"
        'provider = "Data centre"\n\n[columns]\ncharge_day = "Date"\n'
        'billing_account_id = "Account"\nservice_name = "Service"\nbilled_cost = "Cost"\n\n'
        '[constants]\nbilling_currency = "USD"\n```\n\n' + _describe_fetching()
    )


def _describe_fetching() -> str:
    return (
        "### `bills/apis/`\n\nOne file a billing account that is to be fetched from its provider, "
        "each month at most once a day, into `bills/fetched/`. Credentials are never in it: they "
        "come from the environment or from a profile. What couldn't be fetched is a finding.\n\n"
        "```toml\n# bills/apis/payer.toml: AWS Cost Explorer\n"
        'provider = "AWS"\naccount = "111122223333"   # the billing account, as its bills name it\n'
        'from = "2026-01"           # the first month\n'
        'profile = "billing"        # a profile of the machine; left out: the usual variables\n'
        "net = true                 # costs after agreed discounts\n"
        f"calls_a_day = {USUAL_CALLS_A_DAY}          # each call of Cost Explorer is charged\n"
        "```\n\n"
        "```toml\n# bills/apis/enrolment.toml: Azure Cost Management\n"
        'provider = "Azure"\naccount = "1234567"\nfrom = "2026-01"\n'
        'scope = "/providers/Microsoft.Billing/billingAccounts/1234567"\n'
        'environment = "HEALTH_"    # HEALTH_AZURE_TENANT_ID, HEALTH_AZURE_CLIENT_ID and\n'
        "                           # HEALTH_AZURE_CLIENT_SECRET; left out: the usual ones\n```\n"
    )


def _draw_star() -> str:
    """Draw which fact refers to which dimension, as a Mermaid diagram."""
    arrows = sorted(
        {
            f"    {key.column.table.name} ||--o{{ {fact.name} : {key.parent.name}"
            for fact in FACTS
            for key in fact.foreign_keys
        }
    )
    return "\n".join(["```mermaid", "erDiagram", *arrows, "```\n"])


def _describe(table: Table) -> str:
    rows = [
        (
            f"`{column.name}`",
            type(column.type).__name__.lower(),
            "key" if column.primary_key else ("may be empty" if column.nullable else ""),
            column.comment or "",
        )
        for column in table.columns
    ]
    return f"### `{table.name}`\n\n{table.comment}\n\n" + _table(
        ("column", "type", "", "what it holds"), rows
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [_row(head), _row(["---"] * len(head)), *(_row(row) for row in rows)]
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def main(arguments: Sequence[str]) -> None:
    """Write every page into the folder named on the command line."""
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in render_all().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
