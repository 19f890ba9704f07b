"""The anomalies of a period that are still to be settled, as a filter of questions."""

from __future__ import annotations

from typing import Final

from portal.pages.anomalies.states import Known, known_cases
from portal.pages.page import PageRequest
from portal.pages.series import number
from warehouse.governance.anomaly_cases import FALSE_ALARM, PLANNED, RESOLVED
from warehouse.question import Period

Where = tuple[tuple[str, tuple[str, ...]], ...]

_SETTLED: Final = frozenset({PLANNED, FALSE_ALARM, RESOLVED})


def ask_unsettled(request: PageRequest, alerts: str, period: Period) -> Where | None:
    """Give the filter that leaves the alerts of a period that are still to be settled.

    ``alerts`` is the measure that counts them, of cost or of reliability; None where there are
    none. What is planned, a false alarm or resolved is settled, and so is what one of these mutes;
    what is open or acknowledged isn't, nor what is new in this build.
    """
    rows = request.ask(alerts, by=("anomaly",), period=period).rows
    names = [str(row["anomaly"]) for row in rows if (number(row[alerts]) or 0) > 0]
    known = known_cases(request) if names else Known()
    left = tuple(name for name in names if not _is_settled(known, name))
    if not left:
        return None
    return () if len(left) == len(names) else (("anomaly", left),)


def _is_settled(known: Known, name: str) -> bool:
    case = known.by_name.get(name)
    return case is not None and (case.state in _SETTLED or known.muted_by(case) is not None)
