"""One event, told once: under the level that explains it."""

from __future__ import annotations

import datetime as dt

import pytest

from warehouse.forecasting.anomaly_naming import Seen, told_under

APRIL = (dt.date(2026, 4, 1), dt.date(2026, 4, 30))
THE_12TH = (dt.date(2026, 4, 12), dt.date(2026, 4, 13))
MAY = (dt.date(2026, 5, 1), dt.date(2026, 5, 31))


def seen(
    name: str, excess: float, when: tuple[dt.date, dt.date] = APRIL, *, is_alert: bool = True
) -> Seen:
    level = {"all": "all", "IaaS": "service", "PaaS": "service"}.get(name.rstrip("*"), "account")
    return Seen(
        name=name + f"{when[0]:%m%d}",
        level=level,
        part=name.rstrip("*"),
        is_whole=level == "all",
        is_day=when == THE_12TH,
        first=when[0],
        last=when[1],
        excess=excess,
        is_alert=is_alert and excess > 0,
    )


@pytest.mark.parametrize(
    ("events", "told"),
    [
        pytest.param(
            [seen("all", 100), seen("IaaS", 90)], {"IaaS0401"}, id="one service explains it"
        ),
        pytest.param(
            [seen("all", 100), seen("IaaS", 55), seen("PaaS", 45)], {"all0401"},
            id="several services rose",
        ),
        pytest.param(
            [seen("all", 100), seen("IaaS", 95), seen("all", 90, THE_12TH),
             seen("aws/1", 85, THE_12TH)], {"aws/10412"},
            id="one account on two days explains the month",
        ),
        pytest.param(
            [seen("IaaS", 50), seen("PaaS", 45)], {"IaaS0401", "PaaS0401"},
            id="two services are two things",
        ),
        pytest.param(
            [seen("IaaS", 50), seen("aws/1", 45)], {"aws/10401"},
            id="a service and an account of one size are one thing",
        ),
        pytest.param(
            [seen("all", 100), seen("IaaS", 90), seen("PaaS", 20)], {"all0401"},
            id="one service explains most, and another rose too",
        ),
        pytest.param(
            [seen("all", 100), seen("IaaS", -90)], {"all0401", "IaaS0401"},
            id="a drop explains no rise",
        ),
        pytest.param(
            [seen("all", 100), seen("IaaS", 90, MAY)], {"all0401", "IaaS0501"},
            id="another month explains nothing",
        ),
        pytest.param(
            [seen("all", 100), seen("IaaS", 90, is_alert=False)], {"all0401"},
            id="an alert is not told under what is none",
        ),
        pytest.param(
            [seen("all", 100, is_alert=False), seen("IaaS", 40)], {"all0401", "IaaS0401"},
            id="nor a part's alert under a whole that is none",
        ),
    ],
)  # fmt: skip
def test_events_are_told_once(events: list[Seen], told: set[str]) -> None:
    for order in (events, events[::-1]):
        under = told_under(order)
        assert under.keys() == {one.name for one in events}
        assert set(under.values()) == told
        assert all(under[name] == name for name in told)
