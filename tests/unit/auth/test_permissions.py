from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from auth.permissions import AGENCY_ROLES, DESCRIPTIONS, MATRIX, WHOLE_GOVERNMENT, Permission, Role
from auth.principals import GrantInfo, Principal

READING = {
    "view_summary",
    "view_reliability",
    "view_cost",
    "view_governance",
    "view_data",
    "view_own_account",
    "export",
    "use_api",
}

SNAPSHOT = {
    "agency_viewer": READING,
    "agency_manager": READING
    | {
        "hand_in",
        "explain_variance",
        "acknowledge_anomaly",
        "propose_target",
        "tell_event",
        "request_exemption",
        "decide_recommendation",
        "sign_off",
    },
    "treasury": READING
    | {
        "view_rules",
        "decide_recommendation",
        "acknowledge_anomaly",
        "set_budget",
        "set_calendar",
        "set_rate",
        "set_target",
        "set_threshold",
        "set_account_owner",
        "set_allocation",
        "release_slice",
        "close_month",
    },
    "admin": {
        "view_governance",
        "view_data",
        "view_own_account",
        "view_people",
        "export",
        "use_api",
        "manage_people",
        "manage_policies",
        "manage_feeds",
    },
    "auditor": READING | {"view_people", "view_audit", "view_rules"},
}

READ_ONLY = {p for p in Permission if p.name.startswith("VIEW_")} | {
    Permission.EXPORT,
    Permission.USE_API,
}


def principal(*grants: GrantInfo) -> Principal:
    return Principal(1, "a@gov.example", "A", grants)


grants = st.one_of(
    st.builds(GrantInfo, st.sampled_from(sorted(AGENCY_ROLES)), st.integers(1000, 1005)),
    st.builds(GrantInfo, st.sampled_from(sorted(set(Role) - AGENCY_ROLES))),
)


def test_the_matrix_is_exactly_this() -> None:
    assert {role.value: {p.value for p in held} for role, held in MATRIX.items()} == SNAPSHOT


def test_every_role_and_every_permission_is_declared_and_described() -> None:
    assert set(MATRIX) == set(Role)
    assert set(DESCRIPTIONS) == set(Permission)
    assert set(Permission) == set().union(*MATRIX.values())
    assert set(WHOLE_GOVERNMENT) | AGENCY_ROLES == set(Role)


def test_viewers_and_auditors_hold_no_permission_to_change_anything() -> None:
    assert MATRIX[Role.AGENCY_VIEWER] <= READ_ONLY
    assert MATRIX[Role.AUDITOR] <= READ_ONLY


def test_an_administrator_sees_tag_compliance_of_all_and_no_other_cost() -> None:
    admin = principal(GrantInfo(Role.ADMIN))
    assert admin.agencies_for(Permission.VIEW_GOVERNANCE) is None
    for permission in set(Permission) - {Permission.VIEW_GOVERNANCE}:
        assert admin.agencies_for(permission) == frozenset()
    for hidden in ("VIEW_COST", "VIEW_SUMMARY", "VIEW_RELIABILITY", "VIEW_AUDIT"):
        assert not admin.has(Permission[hidden])


def test_treasury_and_auditor_reach_the_whole_government_for_what_they_may() -> None:
    for role in (Role.TREASURY, Role.AUDITOR):
        holder = principal(GrantInfo(role))
        for permission in Permission:
            expected = None if permission in MATRIX[role] else frozenset()
            assert holder.agencies_for(permission) == expected


def test_a_person_without_a_grant_sees_their_own_account_and_no_agency() -> None:
    nobody = principal()
    assert nobody.permissions == {Permission.VIEW_OWN_ACCOUNT}
    assert all(nobody.agencies_for(permission) == frozenset() for permission in Permission)


def test_an_agency_grant_without_an_agency_reaches_none() -> None:
    broken = principal(GrantInfo(Role.AGENCY_MANAGER, None))
    assert all(broken.agencies_for(permission) == frozenset() for permission in Permission)


def test_viewing_one_agency_and_managing_another_don_t_mix() -> None:
    mixed = principal(GrantInfo(Role.AGENCY_VIEWER, 1000), GrantInfo(Role.AGENCY_MANAGER, 1001))
    assert mixed.agencies_for(Permission.VIEW_COST) == {1000, 1001}
    assert mixed.agencies_for(Permission.SIGN_OFF) == {1001}


def test_being_an_administrator_too_doesn_t_widen_an_agency_grant() -> None:
    both = principal(GrantInfo(Role.ADMIN), GrantInfo(Role.AGENCY_VIEWER, 1000))
    for permission in (Permission.VIEW_COST, Permission.EXPORT, Permission.USE_API):
        assert both.agencies_for(permission) == {1000}


@given(st.lists(grants, max_size=6), st.sampled_from(list(Permission)))
def test_reach_is_the_union_of_what_each_grant_reaches_and_never_more(
    held: list[GrantInfo], permission: Permission
) -> None:
    whole = principal(*held).agencies_for(permission)
    parts = [principal(grant).agencies_for(permission) for grant in held]
    if None in parts:
        assert whole is None
    else:
        assert whole == frozenset().union(*(part for part in parts if part is not None))
    if whole is None or whole:
        assert principal(*held).has(permission)


@given(st.lists(grants, max_size=5), grants, st.sampled_from(list(Permission)))
def test_taking_a_grant_away_never_widens_reach(
    held: list[GrantInfo], extra: GrantInfo, permission: Permission
) -> None:
    less, more = (
        principal(*held).agencies_for(permission),
        principal(*held, extra).agencies_for(permission),
    )
    assert more is None or (less is not None and less <= more)


def test_a_principal_shows_its_roles_and_hides_its_secret() -> None:
    holder = Principal(
        1,
        "a@gov.example",
        "A",
        (GrantInfo(Role.ADMIN, None, datetime(2026, 1, 1, tzinfo=UTC)),),
        csrf_secret="very secret",
    )
    assert holder.roles == {Role.ADMIN}
    assert "very secret" not in repr(holder)
