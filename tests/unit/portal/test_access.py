"""Grants become the rows and measures a person may be answered from, and no more."""

from __future__ import annotations

import pytest

from auth.permissions import Permission, Role
from auth.principals import GrantInfo, Principal
from portal.access import Reader
from portal.scoping import TAGGING_MEASURES, scope_for, scope_for_measures
from warehouse.measures import REGISTRY
from warehouse.scope import Scope


def person(*grants: tuple[Role, int | None]) -> Principal:
    return Principal(1, "a@b.example", "A", tuple(GrantInfo(*grant) for grant in grants))


ADMIN = (Role.ADMIN, None)
VIEWER = (Role.AGENCY_VIEWER, 10)
TAGGING = Scope.whole_government(TAGGING_MEASURES)


@pytest.mark.parametrize(
    ("grants", "permission", "scope"),
    [
        ((), Permission.VIEW_COST, Scope.nothing()),
        ((VIEWER,), Permission.VIEW_COST, Scope.of_agencies([10])),
        ((VIEWER, (Role.AGENCY_MANAGER, 11)), Permission.VIEW_COST, Scope.of_agencies([10, 11])),
        ((VIEWER, (Role.AGENCY_MANAGER, 11)), Permission.SIGN_OFF, Scope.of_agencies([11])),
        (((Role.TREASURY, None),), Permission.VIEW_COST, Scope.whole_government()),
        (((Role.AUDITOR, None),), Permission.VIEW_DATA, Scope.whole_government()),
        ((ADMIN,), Permission.VIEW_COST, Scope.nothing()),
        ((ADMIN,), Permission.EXPORT, Scope.nothing()),
        ((ADMIN,), Permission.VIEW_GOVERNANCE, TAGGING),
        ((ADMIN,), Permission.VIEW_PEOPLE, TAGGING),
        ((ADMIN, VIEWER), Permission.VIEW_COST, Scope.of_agencies([10])),
        ((ADMIN, VIEWER), Permission.VIEW_GOVERNANCE, TAGGING),
        ((VIEWER,), Permission.VIEW_PEOPLE, Scope.nothing()),
        ((VIEWER,), Permission.RELEASE_SLICE, Scope.nothing()),
    ],
)
def test_grants_become_a_scope(
    grants: tuple[tuple[Role, int | None], ...], permission: Permission, scope: Scope
) -> None:
    assert scope_for(person(*grants), permission) == scope


def test_tagging_reaches_every_agency_for_an_administrator_and_cost_none() -> None:
    assert scope_for_measures(person(ADMIN), ["tagged_pct"]) == TAGGING
    assert scope_for_measures(person(ADMIN), ["tagged_pct", "actual_spend"]) == TAGGING
    both = person(ADMIN, VIEWER)
    assert scope_for_measures(both, ["actual_spend"]) == Scope.of_agencies([10])


def test_an_administrator_s_measures_are_all_known_ones_and_none_is_waste() -> None:
    assert set(REGISTRY) >= TAGGING_MEASURES
    assert not TAGGING_MEASURES & {"idle_cost", "waste_pct", "high_risk_spend", "actual_spend"}


def test_a_reader_uses_each_permission_in_its_own_scope() -> None:
    reader = Reader.of(person(ADMIN, VIEWER))
    assert reader.agency_ids == frozenset({10})
    assert reader.under(Permission.VIEW_GOVERNANCE).agency_ids is None
    assert reader.may(Permission.MANAGE_PEOPLE)
    assert not reader.may(Permission.RELEASE_SLICE)
