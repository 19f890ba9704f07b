"""Contracts and invoices on the page of providers: each reader's own, every figure asked again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from portal.pages import PageRequest
from portal.pages.money.providers import draw_provider_strategy
from tests.factories.government import (
    CONTRACT_HEADER,
    INVOICE_HEADER,
    MONTHS,
    account_of,
    write_government,
)
from tests.factories.published import published
from tests.unit.portal.pages.figures_shown import (
    agrees,
    asked_again,
    figures_of,
    text_of,
    unasked_in_sentences,
    unasked_of,
)
from warehouse.db import Database
from warehouse.measures import REGISTRY

Ask = Callable[..., PageRequest]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("contracted")
    data = write_government(folder / "data", with_bills=True)
    (data / "contracts/contracts/passed.csv").write_text(
        f"{CONTRACT_HEADER}\nK-9,Amazon,AWS,,,PO-9,1.5,USD,2025-01-01,2025-12-31\n"
        "K-8,Amazon,AWS,,,PO-8,1,USD,2024-01-01,2025-03-31\n"
    )
    (data / "invoices/invoices/twice.csv").write_text(
        f"{INVOICE_HEADER}\nI-999999999999-{MONTHS[-2]},Ocean,DigitalOcean,,{MONTHS[-2]},77.25,,"
        "USD,,\n"
    )
    with published(data, folder) as opened:
        yield opened


@pytest.mark.parametrize(
    ("who", "search"),
    [("treasury", ""), ("treasury", "?agency=10"), ("viewer of 10", ""), ("auditor", "")],
)
def test_every_figure_is_what_the_gateway_answers(ask_for: Ask, who: str, search: str) -> None:
    request = ask_for(who, "/finops/providers", search)
    page = draw_provider_strategy(request)
    assert unasked_of(page) == []
    assert unasked_in_sentences(page) == []
    wrong = [
        f"{shown} but {value}"
        for shown in figures_of(page)
        if not agrees(
            shown.text, value := asked_again(request, shown), REGISTRY[shown.measure].unit
        )
    ]
    assert wrong == []


def test_the_treasury_sees_the_governments_own_and_every_agencys(ask_for: Ask) -> None:
    shown = text_of(draw_provider_strategy(ask_for("treasury", "/finops/providers")))
    assert all(name in shown for name in ("K-0", "K-10", "K-17", "PO-1"))
    of_ten = text_of(draw_provider_strategy(ask_for("treasury", "/finops/providers", "?agency=10")))
    assert "a reseller's prices" in of_ten
    assert "asks for something else" in shown
    assert "not received" in shown


def test_an_agency_sees_its_own_contract_and_invoices_alone(ask_for: Ask) -> None:
    shown = text_of(draw_provider_strategy(ask_for("viewer of 10", "/finops/providers")))
    assert "K-10" in shown
    assert f"I-{account_of(10)}" in shown
    assert not any(other in shown for other in ("K-0", "K-11", "I-999999999999", account_of(11)))


def test_a_ceiling_that_is_passed_is_said_to_be_and_stands_first(ask_for: Ask) -> None:
    shown = text_of(draw_provider_strategy(ask_for("treasury", "/finops/providers")))
    assert re.search(r"K-9 is [0-9,.]+ % drawn: its ceiling is passed", shown)
    assert "passed already" in shown


def test_a_contract_that_ended_stands_last_and_warns_of_nothing(ask_for: Ask) -> None:
    request = ask_for("treasury", "/finops/providers")
    shown = text_of(draw_provider_strategy(request))
    assert shown.index("K-8 (AWS)") > max(shown.index(f"{name} (AWS)") for name in ("K-0", "K-9"))
    assert "ended" in shown[shown.index("K-8 (AWS)") :]


def test_invoices_of_two_providers_with_one_number_stay_two(ask_for: Ask) -> None:
    shown = text_of(draw_provider_strategy(ask_for("treasury", "/finops/providers")))
    assert shown.count(f"I-999999999999-{MONTHS[-2]}") == 2
    assert "US$77.25" in shown
    assert "US$950.00" in shown
