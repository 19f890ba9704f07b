from hypothesis import given
from hypothesis import strategies as st

from warehouse.scope import Scope

agencies = st.frozensets(st.integers(1, 50), max_size=8)
scopes = st.one_of(agencies.map(Scope.of_agencies), st.just(Scope.whole_government()))


def test_a_scope_of_no_agencies_sees_nothing() -> None:
    assert Scope.of_agencies([]) == Scope.nothing()
    assert not Scope.nothing().covers(1)
    assert not Scope.nothing().is_government


@given(scopes, scopes)
def test_keys_are_equal_only_for_equal_scopes(one: Scope, other: Scope) -> None:
    assert (one.key == other.key) == (one == other)


def test_a_limit_on_measures_is_a_part_of_the_key() -> None:
    tagging = Scope.whole_government(frozenset({"tagged_pct"}))
    assert tagging.key != Scope.whole_government().key
