"""``exchequer policy``: take tagging policies in and out, compare them, and approve alone."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click
from sqlalchemy.orm import Session

from portal.cli.installation import CONSOLE, opened
from portal.review_steps import approve_outside, keep
from portal.services import utc_now
from portal.settings import load_settings
from warehouse.governance.policies import policy_of, published_lists, published_policies
from warehouse.governance.policy_models import PolicyVersion
from warehouse.governance.review import Edit, Reviewable, UnknownVersionError
from warehouse.governance.reviewed import LISTS, POLICIES
from warehouse.policies.aws_form import read_aws, write_aws
from warehouse.policies.azure_form import read_azure, write_azure
from warehouse.policies.comparison import compare_documents
from warehouse.policies.documents import Policy, write_policy
from warehouse.policies.drift import compare_with_provider
from warehouse.policies.errors import PolicyFormError, Unsaid
from warehouse.policies.provider_exports import read_export
from warehouse.policies.rule_sets import Subject, applies
from warehouse.policies.rule_sets import in_force as holding_in
from warehouse.policies.value_lists import ValueList, write_value_list
from warehouse.policies.yaml_form import read_yaml, write_yaml
from warehouse.rehearsal import rehearse
from warehouse.scope import Scope

_ALL: Final = Scope.whole_government()
_FORMS: Final = ("yaml", "aws", "azure")
_VERSION: Final = re.compile(r"([a-z0-9][a-z0-9-]{0,62})@([0-9]{1,8})")


@click.group(epilog="Example: exchequer policy export starting-set --form aws")
def policy() -> None:
    """Take tagging policies in and out, compare them, and approve without a second person."""


@policy.command(
    "import",
    epilog=(
        "Example: exchequer policy import tags.json --form aws --name costs --owner Treasury "
        "--effective-from 2026-01"
    ),
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--form", type=click.Choice(_FORMS), default="yaml", show_default=True)
@click.option("--name", help="Name of the policy, for the forms that lack it.")
@click.option("--owner", help="Who answers for it, for the forms that lack it.")
@click.option(
    "--attached-to",
    metavar="PLACE",
    help="government, country:TT, agency:1004 or account:AWS/123, for the forms that lack it.",
)
@click.option("--effective-from", metavar="MONTH", help="First month, for the forms that lack it.")
def import_(
    file: Path,
    form: str,
    name: str | None,
    owner: str | None,
    attached_to: str | None,
    effective_from: str | None,
) -> None:
    """Make drafts of the policies and lists in a file; publish them in the portal."""
    text = file.read_text("utf-8")
    head = _head(name=name, owner=owner, attached_to=attached_to, effective_from=effective_from)
    policies, lists, unsaid = _read(text, form, head)
    with opened(load_settings()) as database, database.records(_ALL) as db:
        now = utc_now()
        for values in lists:
            document = write_value_list(values)
            row = keep(db, LISTS, values.list, document, Edit(), by=CONSOLE, now=now)
            click.echo(f"Drafted version {row.version} of the list {values.list}.")
        for one in policies:
            document = write_policy(one)
            made = keep(db, POLICIES, one.policy, document, Edit(), by=CONSOLE, now=now)
            click.echo(f"Drafted version {made.version} of {one.policy}.")
    _tell(unsaid, "Left out")


@policy.command(epilog="Example: exchequer policy export starting-set --form azure > rules.json")
@click.argument("name", required=False)
@click.option("--form", type=click.Choice(_FORMS), default="yaml", show_default=True)
def export(name: str | None, form: str) -> None:
    """Write the published policies, or one; what a form has no words for goes to standard error."""
    with opened(load_settings()) as database, database.reading_records(_ALL) as db:
        lists = published_lists(db)
        rows = {row.policy: policy_of(row) for row in POLICIES.published(db)}
    if name is not None and name not in rows:
        raise UnknownVersionError(POLICIES.word, name)
    wanted = [rows[name]] if name is not None else list(rows.values())
    if form == "yaml":
        click.echo(write_yaml(wanted, lists.values() if name is None else ()), nl=False)
        return
    if len(wanted) != 1:
        raise click.UsageError(
            f"A document of {form} holds one policy: name one of {', '.join(sorted(rows))}."
        )
    write = write_aws if form == "aws" else write_azure
    text, unsaid = write(wanted[0], lists)
    click.echo(text)
    _tell(unsaid, "Not in it")


@policy.command(
    epilog=(
        "Example: exchequer policy diff starting-set@1 starting-set@2, or exchequer policy diff "
        "--in-force effective.json"
    )
)
@click.argument("before", metavar="A", required=False)
@click.argument("after", metavar="B", required=False)
@click.option(
    "--in-force",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A provider's export of what is in force: an effective policy of AWS, or assignments of "
    "Azure with their definitions.",
)
@click.option("--agency", type=int, default=0, help="With --in-force: who owns the account.")
def diff(before: str | None, after: str | None, in_force: Path | None, agency: int) -> None:
    """Say what differs between two policies, or between ours and one in force at a provider.

    Each of A and B is a YAML file, or NAME@VERSION.
    """
    if in_force is not None:
        _tell_drift(in_force.read_text("utf-8-sig"), agency)
        return
    if before is None or after is None:
        raise click.UsageError("Name two policies, or give --in-force.")
    with opened(load_settings()) as database, database.reading_records(_ALL) as db:
        changes = compare_documents(_document(db, before), _document(db, after))
    for change in changes:
        click.echo(str(change))
    if not changes:
        click.echo("Nothing differs.")


@policy.command(
    epilog=(
        "Example: exchequer policy approve costs --outside-approval --reason 'One administrator'"
    )
)
@click.argument("name")
@click.option("--list", "is_list", is_flag=True, help="A list of values, not a policy.")
@click.option(
    "--outside-approval",
    is_flag=True,
    required=True,
    help="Say that no second administrator approves; the audit trail marks it.",
)
@click.option("--reason", required=True, help="Why; kept with the version.")
def approve(name: str, is_list: bool, outside_approval: bool, reason: str) -> None:
    """Publish the open version of a policy where there is no second administrator."""
    if not outside_approval:
        raise click.UsageError("Approve it in the portal, or give --outside-approval.")
    of: Reviewable[Any] = LISTS if is_list else POLICIES
    with opened(load_settings()) as database, database.records(_ALL) as db:
        row = approve_outside(db, of, name, by=CONSOLE, now=utc_now(), reason=reason)
        version = row.version
    click.echo(f"Published version {version} of {name}, marked as outside approval.")


@policy.command(epilog="Example: exchequer policy evaluate draft.yaml --format json")
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text",
              show_default=True, help="How to write what was found.")  # fmt: skip
def evaluate(file: Path | None, form: str) -> None:
    """Judge the last month's resources by the policies in force, and by those of a YAML file too.

    The lists of values are those that are published.
    """
    candidates = read_yaml(file.read_text("utf-8"))[0] if file is not None else ()
    with opened(load_settings()) as database:
        found = rehearse(database, candidates)
    if form == "json":
        click.echo(json.dumps(found, indent=2))
        return
    before, after = (_percent(found[f"compliance_{one}"]) for one in ("before", "after"))
    click.echo(f"{found['resource_count']:,} resources in {found['month']}.")
    if file is None:
        click.echo(f"Compliance by cost: {before}.")
        return
    click.echo(f"Compliance by cost moves from {before} to {after}.")
    cost = "unknown cost" if found["cost_usd"] is None else f"US${found['cost_usd']:,.2f} a month"
    click.echo(
        f"Touched: {found['touched_count']:,} resources of {len(found['agencies']):,} agencies, "
        f"{cost}."
    )
    for one in found["resources"]:
        change = f"{one['before'] or 'not asked'} -> {one['after'] or 'not asked'}"
        click.echo(f"{one['agency_id']}\t{one['resource_id']}\t{one['tag']}\t{change}")


def _tell_drift(text: str, agency: int) -> None:
    """Compare an export with the policies in force this month; nothing is changed or blocked."""
    exported = read_export(text)
    month = f"{utc_now():%Y-%m}"
    with opened(load_settings()) as database, database.reading_records(_ALL) as db:
        holding = holding_in(published_policies(db), month)
        lists = published_lists(db)
    for provider, target in dict.fromkeys((one.provider, one.target) for one in exported):
        subject = Subject(month, agency_id=agency, provider=provider, account_id=target)
        policies = [one.policy for one in holding if applies(one.policy, subject)]
        documents = [one.document for one in exported if one.target == target]
        found = compare_with_provider(provider, policies, lists, documents)
        for one in found:
            click.echo(f"{provider} {target}: {one}")
        if not found:
            click.echo(f"{provider} {target}: nothing differs.")


def _percent(share: float | None) -> str:
    return "not known" if share is None else f"{share:.2%}"


def _head(**said: str | None) -> dict[str, Any]:
    """Gather what the options say of a policy; ``agency:1004`` is where it is attached."""
    names = {"name": "policy"}
    head: dict[str, Any] = {names.get(key, key): text for key, text in said.items() if text}
    level, has_place, place = str(head.get("attached_to", "")).partition(":")
    if has_place:
        head["attached_to"] = {level: place}
    return head


def _read(
    text: str, form: str, head: Mapping[str, Any]
) -> tuple[tuple[Policy, ...], tuple[ValueList, ...], tuple[Unsaid, ...]]:
    if form == "yaml":
        if head:
            raise click.UsageError("A YAML document says its name, owner, place and month itself.")
        policies, lists = read_yaml(text)
        return policies, lists, ()
    read = read_aws if form == "aws" else read_azure
    found, unsaid = read(text, head)
    return (found,), (), unsaid


def _document(db: Session, named: str) -> Mapping[str, Any]:
    match = _VERSION.fullmatch(named)
    if match is not None and not Path(named).exists():
        row: PolicyVersion | None = db.get(PolicyVersion, (match[1], int(match[2])))
        if row is None:
            raise UnknownVersionError(POLICIES.word, match[1], int(match[2]))
        return dict(row.document)
    policies, _ = read_yaml(Path(named).read_text("utf-8"))
    if len(policies) != 1:
        raise PolicyFormError("single policy", f"it holds {len(policies)}", where=named)
    return write_policy(policies[0])


def _tell(unsaid: tuple[Unsaid, ...], what: str) -> None:
    for one in unsaid:
        click.echo(f"{what}: {one}", err=True)
