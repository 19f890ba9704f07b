"""What a build says about its bills: the rules of their rows, and findings about their files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from warehouse.bills.bill_holds import HeldBill
from warehouse.bills.fetch_failures import FetchFailure
from warehouse.bills.intake import TakenBill
from warehouse.bills.layouts import BILL_RULES
from warehouse.bills.line_writing import MALFORMED
from warehouse.bills.restatements import FileSlice, Restatement, StrayCurrency, is_fetched
from warehouse.feeds.inputs import BILLS
from warehouse.quality.finding import Finding
from warehouse.quality.rules import Rule, Severity
from warehouse.schema.operations import BILLS_WAIT

STRAY = Rule(
    "bill_has_one_currency",
    Severity.FAIL,
    "An account's bill of a month is in one currency.",
)
ONCE = Rule(
    "bill_is_handed_in_once",
    Severity.WARN,
    "The same file isn't handed in under two names.",
)
RESTATED = Rule(
    "bill_is_said_once",
    Severity.WARN,
    "An account's charges of a month come in one file, or in parts that share none.",
)
UNFETCHED = Rule(
    "bill_can_be_fetched",
    Severity.WARN,
    "A bill that is declared to be fetched is given by its provider.",
)
WARNED = (ONCE, RESTATED, UNFETCHED)


def rules_of_rows() -> tuple[Rule, ...]:
    """Return the rules that send a row of a bill to quarantine."""
    return (
        *(Rule(rule.name, Severity.FAIL, rule.description) for rule in BILL_RULES),
        STRAY,
        Rule(MALFORMED, Severity.FAIL, "A row has as many fields as the header."),
    )


def _what_to_do(found: Restatement) -> str:
    if is_fetched(found.replaced.path):
        return (
            "A bill that is handed in counts before what is fetched, also where it ends earlier: "
            "hand in its newest state, or take it away."
        )
    return (
        "If both are right and parts of one bill, see that they share no charge; otherwise take "
        "the former away."
    )


def repeated_finding(taken: TakenBill) -> Finding:
    """Tell of a file that is the same as another."""
    path = taken.file.path
    return Finding(0, ONCE.name, BILLS, f"{path} was handed in twice", taken.message or "", path)


def restated_finding(found: Restatement) -> Finding:
    """Tell of a bill that two files hold, and which of them counts."""
    kept, replaced = found.kept, found.replaced
    return Finding(
        0,
        RESTATED.name,
        BILLS,
        f"{_bill(replaced)} is in two files",
        f"{_bill(replaced)} is in {replaced.path} ({_said(replaced)}) and again in {kept.path} "
        f"({_said(kept)}). Only the latter is counted. " + _what_to_do(found),
        f"{replaced.path}|{_bill(replaced)}",
    )


def waiting_findings(held: Iterable[HeldBill]) -> Iterator[Finding]:
    """Tell what the bills that wait come to, by currency, and what is counted meanwhile."""
    by_currency: dict[str, list[HeldBill]] = defaultdict(list)
    for each in held:
        by_currency[each.suspicion.currency].append(each)
    for currency, found in sorted(by_currency.items()):
        waits = sum(each.now.billed_cost for each in found)
        counted = sum(each.counted.billed_cost for each in found if each.counted is not None)
        yield Finding(
            0,
            BILLS_WAIT,
            BILLS,
            f"Bills of {waits:,.2f} {currency} wait for approval",
            f"{len(found):,} times an account's bill of a month waits for approval: "
            f"{waits:,.2f} {currency} in all. In their place {counted:,.2f} {currency} is counted, "
            "as before.",
            currency,
        )


def unfetched_finding(failure: FetchFailure) -> Finding:
    """Tell of a bill that a provider's interface didn't give."""
    bill = f"The bill of {failure.provider} account {failure.account} for {failure.month}"
    return Finding(
        0,
        UNFETCHED.name,
        BILLS,
        f"{bill} couldn't be fetched",
        f"{bill} couldn't be fetched as bills/apis/{failure.source}.toml says: {failure.message}",
        f"{failure.source}|{failure.month}",
    )


def stray_finding(found: StrayCurrency) -> Finding:
    """Tell of lines in another currency than their bill."""
    return Finding(
        0,
        STRAY.name,
        BILLS,
        f"{_bill(found.stray)} mixes currencies",
        stray_reason(found),
        f"{found.stray.path}|{_bill(found.stray)}|{found.stray.slice.billing_currency}",
    )


def stray_reason(found: StrayCurrency) -> str:
    """Say which lines are in which currency, and what to do."""
    stray, kept = found.stray.slice, found.kept.slice
    return (
        f"{_bill(found.stray)} is in {kept.billing_currency} ({kept.row_count:,} lines), and "
        f"{stray.row_count:,} lines of it in {found.stray.path} are in {stray.billing_currency}. "
        "These are in quarantine: ask the provider which currency the bill is in, and hand in "
        "the rest as a bill of its own account."
    )


def _bill(part: FileSlice) -> str:
    one = part.slice
    return f"The bill of {one.provider} account {one.billing_account_id} for {one.billing_month}"


def _said(part: FileSlice) -> str:
    one = part.slice
    return f"{one.row_count:,} lines, {one.billed_cost:,.2f} {one.billing_currency}"
