from hypothesis import given
from hypothesis import strategies as st

from warehouse.answering.splitting import TERMS, Side, divided, split_change

AMOUNTS = st.integers(-(10**12), 10**15)
SIDES = st.builds(Side, AMOUNTS, AMOUNTS, st.integers(0, 10**15)) | st.none()


def test_more_units_at_the_old_price_are_usage_and_the_rest_is_price() -> None:
    found = split_change(Side(100, 100, 10), Side(180, 180, 12))
    assert found == {"exchange_rate": 0, "usage": 20, "unit_price": 60}


def test_a_service_on_one_side_only_is_new_or_ended() -> None:
    assert split_change(None, Side(30, 30, 3)) == {"new": 30}
    assert split_change(Side(50, 50, 5), None) == {"ended": -50}
    assert split_change(None, None) == {}


def test_without_units_on_a_side_nothing_is_said_of_usage_or_price() -> None:
    assert split_change(Side(64, 64, 8), Side(80, 80, 0)) == {"exchange_rate": 0, "unsplit": 16}
    assert split_change(Side(64, 64, 0), Side(80, 80, 8)) == {"exchange_rate": 0, "unsplit": 16}


def test_what_the_rate_alone_changed_stands_apart() -> None:
    # 100 dollars were 1,000 of the currency, 180 dollars are 900: the rate halved them.
    found = split_change(Side(1000, 100, 10), Side(900, 180, 12))
    assert found == {"exchange_rate": -900, "usage": 200, "unit_price": 600}


@given(before=SIDES, now=SIDES)
def test_the_terms_are_the_change_to_the_last_millionth(
    before: Side | None, now: Side | None
) -> None:
    found = split_change(before, now)
    change = (now.cost if now else 0) - (before.cost if before else 0)
    assert sum(found.values()) == change
    assert found.keys() <= set(TERMS)


@given(cost=AMOUNTS, units=st.integers(1, 10**9), factor=st.integers(1, 1000))
def test_at_an_unchanged_price_all_is_usage(cost: int, units: int, factor: int) -> None:
    found = split_change(
        Side(cost, cost, units), Side(cost * factor, cost * factor, units * factor)
    )
    assert found["unit_price"] == found["exchange_rate"] == 0


def test_halves_are_rounded_to_even_on_both_sides_of_zero() -> None:
    assert [divided(n, 2) for n in (1, 3, 5, -1, -3, -5)] == [0, 2, 2, 0, -2, -2]
    assert divided(7, -2) == -4
