"""Forecasts of the services of an agency: they add up to its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.factories.foreseen import FIRST, agency
from warehouse.forecasting.agencies import months_ahead
from warehouse.forecasting.backtest import past_forecasts
from warehouse.forecasting.parts import Part, parts_ahead, past_parts, split_cents
from warehouse.forecasting.series import Series
from warehouse.transforms.service_forecasts import foresee_services


def test_parts_of_an_agency_add_up_to_it_to_the_cent_whatever_they_are() -> None:
    one, other = agency(1), agency(2)
    ahead = months_ahead([one, other])
    shares = (0.6, 0.4 - 1e-9, 0.0)
    parts = [
        Part(place, name, Series(name, FIRST, share * of.series.amounts))
        for place, of in enumerate((one, other))
        for name, share in zip(("IaaS", "PaaS", "SaaS"), shares, strict=True)
    ]
    short = Part(1, "new", Series("new", FIRST + 30, np.array([0.0, 0.0, -5.0, 7.0])))
    found = parts_ahead([*parts, short], ahead)
    for place, own in enumerate(ahead):
        mine = [part for part in found if part.part.place == place]
        added = sum(part.figures[:, 0] for part in mine)
        assert added.tolist() == own.figures[:, 0].tolist()  # type: ignore[union-attr]
        for part in mine:
            assert (np.diff(part.figures[:, [3, 1, 0, 2, 4]], axis=1) >= 0).all()
    # A part that never was below nothing is never told to be more than the whole may be.
    calm = replace(one, series=replace(one.series, amounts=np.full(34, 1000.0)))
    share = np.random.default_rng(1).uniform(0.1, 0.9, 34)
    leaping = [Part(0, str(at), Series("", FIRST, of * calm.series.amounts))
               for at, of in enumerate((share, 1 - share))]  # fmt: skip
    (most,) = months_ahead([calm])
    for part in parts_ahead(leaping, [most]):
        assert (part.figures[:, [2, 4]] <= most.figures[:, [2, 4]]).all()
    for part in found[:6]:
        assert (part.figures[:, [2, 4]] <= ahead[part.part.place].figures[:, [2, 4]]).all()
    assert found[0].figures[:, 0] == pytest.approx(0.6 * ahead[0].figures[:, 0], abs=1)
    assert [part.is_too_short for part in found] == [False] * 6 + [True]


def test_parts_of_an_agency_that_gets_money_back_lie_between_their_bounds() -> None:
    one = agency(1)
    spent, back = one.series.amounts, -3 * one.series.amounts
    (ahead,) = months_ahead([replace(one, series=replace(one.series, amounts=spent + back))])
    assert (ahead.figures[:, 0] < 0).all()
    parts = [Part(0, name, Series(name, FIRST, of))
             for name, of in (("a", spent / 2), ("b", back), ("c", spent / 2))]  # fmt: skip
    found = parts_ahead(parts, [ahead])
    added = sum(part.figures[:, 0] for part in found)
    assert added.tolist() == ahead.figures[:, 0].tolist()  # type: ignore[union-attr]
    for part in found:
        assert (np.diff(part.figures[:, [3, 1, 0, 2, 4]], axis=1) >= 0).all()


def test_past_parts_are_drawn_to_what_was_foreseen_of_their_agency() -> None:
    series = [agency(number).series for number in (1, 2)]
    past = past_forecasts(series)
    young = Series("SaaS", FIRST + 20, 0.3 * series[1].amounts[20:])
    parts = [
        Part(0, "IaaS", Series("IaaS", FIRST, 0.7 * series[0].amounts)),
        Part(1, "SaaS", young),
        Part(0, "PaaS", Series("PaaS", FIRST, 0.3 * series[0].amounts)),
    ]
    found = past_parts(parts, past)
    first, rest = (found.mean[found.place == place] for place in (0, 2))
    assert first + rest == pytest.approx(past.mean[past.place == 0], abs=0.006)
    assert first == pytest.approx(0.7 * past.mean[past.place == 0], rel=1e-3)
    came = found.actual[found.place == 2]
    assert came[0] == pytest.approx(0.3 * series[0].amounts[22:28])
    # The young one is judged from half of its fourteen months on.
    alone = found.place == 1
    assert found.origin[alone].tolist() == list(range(FIRST + 26, FIRST + 33))
    assert found.mean[alone] == pytest.approx(past.mean[past.place == 1][-7:], abs=0.006)
    assert (found.low <= found.mean).all()
    assert (found.mean <= found.high).all()
    # Where nothing was foreseen of the agency, nothing was of its parts.
    assert past_parts(parts[1:2], past.rows(past.place == 0)).mean.shape == (0, 6)
    assert past_parts([], past).mean.shape == (0, 6)


def test_a_month_of_a_service_counts_as_come_where_its_agency_recorded_it() -> None:
    one = agency(1)
    bridged = FIRST + 5
    one = replace(one, recorded={at: of for at, of in one.recorded.items() if at != bridged})
    ahead, past = months_ahead([one]), past_forecasts([one.series])
    services = foresee_services([Part(0, "IaaS", one.series)], ahead, past)
    recorded = services.recorded([one])
    assert recorded == {(1, "IaaS"): one.recorded}


def test_what_nothing_is_known_of_is_split_as_it_last_was_or_alike() -> None:
    whole = np.array([100.0, 100.0, -30.0])
    weights = np.array([[1.0, 1 / 3, 0.5], [0.0, 2 / 3, 0.5]])
    assert split_cents(whole, weights).tolist() == [[100, 33, -15], [0, 67, -15]]
    (own,) = months_ahead([agency(1)])
    nothing = [Part(0, name, Series(name, FIRST, np.zeros(34))) for name in "ab"]
    one, two = parts_ahead(nothing, [own])
    assert abs(one.figures[:, 0] - two.figures[:, 0]).max() <= 1
    assert (one.figures[:, 0] + two.figures[:, 0]).tolist() == own.figures[:, 0].tolist()
