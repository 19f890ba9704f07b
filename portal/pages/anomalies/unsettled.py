"""The anomalies of a period that are still to be settled, as a filter of questions."""

from __future__ import annotations

from typing import Final

from portal.pages.anomalies.states import Known, known_cases
from portal.pages.page import PageRequest
from portal.pages.series import number
from warehouse.governance.anomaly_cases import FALSE_ALARM, PLANNED, RESOLVED
from warehouse.question import Answer, Period

Where = tuple[tuple[str, tuple[str, ...]], ...]

_SETTLED: Final = frozenset({PLANNED, FALSE_ALARM, RESOLVED})


def ask_unsettled(request: PageRequest, period: Period) -> tuple[Answer, Where | None]:
    """Give the alerts of a period, and the filter that leaves those that are to be settled.

    None where there are none. What is planned, a false alarm or resolved is settled, and so is
    what one of these mutes; what is open or acknowledged isn't, nor what is new in this build.
    """
    answer = request.ask("anomaly_alerts", by=("anomaly",), period=period)
    alerts = [
        str(row["anomaly"]) for row in answer.rows if (number(row["anomaly_alerts"]) or 0) > 0
    ]
    known = known_cases(request) if alerts else Known()
    left = tuple(name for name in alerts if not _is_settled(known, name))
    if len(left) == len(alerts):
        return answer, () if left else None
    return answer, (("anomaly", left),) if left else None


def _is_settled(known: Known, name: str) -> bool:
    case = known.by_name.get(name)
    return case is not None and (case.state in _SETTLED or known.muted_by(case) is not None)
