from __future__ import annotations

from tests.factories.government import INVOICE_HEADER
from tests.unit.warehouse.quality.hand_in import HandIn, usage


def invoice(number: str, provider: str, agency: str = "1", amount: int = 100) -> str:
    return f"{number},Island Telecom,{provider},{agency},2025-01,{amount},,USD,,"


def test_an_invoice_under_two_names_of_a_provider_is_told_with_both_places(
    hand_in: HandIn,
) -> None:
    hand_in.usage(usage(1))
    hand_in.write(
        "invoices/invoices/a.csv",
        INVOICE_HEADER,
        invoice("I-1", "AWS"),
        invoice("I-2", "AWS"),
        invoice("I-2", "Azure"),
    )
    hand_in.write(
        "invoices/invoices/b.csv", INVOICE_HEADER, invoice("I-1", "Amazon Web Services", amount=90)
    )

    outcome = hand_in.stage()

    [(agency_id, title, detail)] = outcome.rows(
        "SELECT agency_id, title, detail FROM finding WHERE rule = 'invoice_has_one_spelling'"
    )
    assert agency_id == 0
    assert title == "Invoice I-1 was handed in under two names of AWS"
    assert "invoices/invoices/a.csv row 2 as “AWS”" in detail
    assert "again in invoices/invoices/b.csv row 2 as “Amazon Web Services”" in detail
    assert outcome.failures() == []
