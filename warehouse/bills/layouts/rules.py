"""The rules that a row of a bill is judged by, whatever its layout."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BillRule:
    """One expectation: its mark in ``failed``, what it expects, what to do where it isn't met."""

    name: str
    bit: int
    description: str
    reason: str


def _rules(*rules: tuple[str, str, str]) -> tuple[BillRule, ...]:
    return tuple(BillRule(name, 1 << place, *said) for place, (name, *said) in enumerate(rules))


BILL_RULES: tuple[BillRule, ...] = _rules(
    (
        "billed_cost_is_given",
        "Every line says what is billed for it, 0 if nothing.",
        "The billed cost is blank. Ask the provider for the export again, or write 0.",
    ),
    (
        "cost_can_be_read",
        "Billed, effective, list and contracted cost are numbers.",
        "A cost can't be read as a number. Write it without currency signs and thousands "
        "separators, with a point before the decimals.",
    ),
    (
        "billing_period_can_be_read",
        "Every line says which month's bill it is on.",
        "The start of the billing period is blank or no date.",
    ),
    (
        "charge_day_can_be_read",
        "Every line says on which day the charge began.",
        "The start of the charge period is blank or no date.",
    ),
    (
        "charge_day_is_in_billing_period",
        "A charge begins in the period of the bill that it is on, or in the last day before it; "
        "only corrections of earlier bills don't.",
        "The charge began outside the billing period. Check whether the row belongs to another "
        "month's bill.",
    ),
    (
        "charge_category_is_known",
        "The charge category is Usage, Purchase, Tax, Credit or Adjustment.",
        "The charge category is none of FOCUS's: Usage, Purchase, Tax, Credit, Adjustment.",
    ),
    (
        "account_is_given",
        "Every line names the account that is billed or the sub account that used the service.",
        "Neither a billing account nor a sub account is given.",
    ),
    (
        "currency_is_a_code",
        "Every line names its currency by a code of three letters.",
        "The billing currency is blank or no code of three letters, for example USD.",
    ),
    (
        "provider_is_given",
        "Every line names the provider that sells the service.",
        "The provider is blank.",
    ),
)

BIT = {rule.name: rule.bit for rule in BILL_RULES}

TOO_LONG = 1 << 62
"""The mark of a row with a sound amount that only the wide decimal can hold."""
