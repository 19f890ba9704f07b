"""What is open for an MDA, as far as its own records tell."""

from __future__ import annotations

from dataclasses import dataclass

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components import html
from portal.components.cards import card
from portal.components.states import empty_state
from portal.formats import money, month_name, month_short, percent, plural
from portal.pages.evidence import currency_of, dimension_text
from portal.pages.limits import limits_in_force
from portal.pages.page import PageRequest, months_before
from portal.pages.series import number
from warehouse.question import Answer, Period

_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Task:
    """One open thing: the word for what to do, a sentence, why it matters, and where to look."""

    word: str
    tone: str
    sentence: str
    detail: str
    href: str = ""


def tasks_of(request: PageRequest, money_now: Answer, service: Answer) -> list[Task]:
    """Gather what is open for the MDAs in view, most pressing first."""
    found = [
        *(_kept_out(request) if request.reader.may(Permission.VIEW_DATA) else []),
        *_missing_months(request),
        *_budget(request, money_now),
        *_breaches(request, service),
        *_telemetry(service),
        *_tags(request),
    ]
    return found


def draw_tasks(tasks: list[Task]) -> Component:
    """List what is open, each with where to look."""
    if not tasks:
        return card(
            headline="Nothing is open",
            children=[
                empty_state(
                    title="Every row passed, every month is there",
                    why="The budget holds, services are measured, and tags meet the target.",
                )
            ],
        )
    return card(
        headline=f"{plural(len(tasks), 'thing')} to do",
        subtitle="What is open in your own records, most pressing first",
        children=[html.Ul([_line(task) for task in tasks], className="tasks")],
    )


def _line(task: Task) -> Component:
    title = html.A(task.sentence, href=task.href) if task.href else html.Span(task.sentence)
    return html.Li(
        [
            html.Span(task.word, className=f"badge tone-{task.tone}"),
            html.Div([title, html.P(task.detail)]),
        ],
        className="task",
    )


def _kept_out(request: PageRequest) -> list[Task]:
    counts = request.gateway.rows("source_count", request.scope, limit=50_000).rows
    failed = sum(int(row["rows_failed"] or 0) for row in counts)
    tasks = []
    if failed:
        verb = "is" if failed == 1 else "are"
        tasks.append(
            Task("Correct", "bad", f"{plural(failed, 'row')} {verb} in quarantine",
                 "Correct them in your file and hand it in again; until then they are not counted.",
                 "/data?view=quarantine")
        )  # fmt: skip
    held = len(_held_months(request))
    if held:
        tasks.append(
            Task("Explain", "warn", f"{plural(held, 'month')} of records "
                 f"{'is' if held == 1 else 'are'} held",
                 "They look unlike the months before. The treasury releases them; tell it why.",
                 "/data?view=held")
        )  # fmt: skip
    return tasks


def _held_months(request: PageRequest) -> set[tuple[str, str]]:
    """Give agency and month of what is held: records are there, so they aren't missing."""
    rows = request.gateway.rows("held_slice", request.scope, limit=1000).rows
    return {(str(row["agency_id"]), str(row["month"])) for row in rows}


def _missing_months(request: PageRequest) -> list[Task]:
    """Find gaps between an MDA's first month on record and the last month of the build."""
    end = request.filters.end or request.build.data_to
    answer = request.ask("row_count", by=("agency", "month"), period=Period(None, end))
    reported: dict[str, set[str]] = {}
    names: dict[str, str] = {}
    for row in answer.rows:
        if row["row_count"]:
            reported.setdefault(str(row["agency"]), set()).add(str(row["month"]))
            names[str(row["agency"])] = dimension_text(row, "agency")
    held = _held_months(request) if request.reader.may(Permission.VIEW_DATA) else set()
    tasks = []
    for agency, months in reported.items():
        gaps = [month for month in _gaps(months, end) if (agency, month) not in held]
        if gaps:
            listed = ", ".join(month_short(month) for month in gaps[-_MOST_NAMED:])
            more = f" and {len(gaps) - _MOST_NAMED} before" if len(gaps) > _MOST_NAMED else ""
            tasks.append(
                Task("Hand in", "bad", f"Usage of {plural(len(gaps), 'month')} is missing",
                     f"{names[agency]}: {listed}{more}. Totals of the year lack them.", "/data")
            )  # fmt: skip
    return tasks


def _gaps(months: set[str], end: str) -> list[str]:
    gaps = []
    month, first = end, min(months)
    while month > first:
        if month not in months:
            gaps.append(month)
        month = months_before(month, 1)
    return gaps[::-1]


def _budget(request: PageRequest, money_now: Answer) -> list[Task]:
    if money_now.value("ytd_spend") is None:
        return []
    href = f"/finops/budget{request.filters.to_query()}"
    amount, share = (
        money_now.value("ytd_budget_variance"), money_now.value("ytd_budget_variance_pct")
    )  # fmt: skip
    if share is None or amount is None:
        return [
            Task("Ask", "warn", "No budget is recorded",
                 "Spend can't be set against anything until the treasury records one.", href)
        ]  # fmt: skip
    if amount <= 0:
        return []
    limit = limits_in_force(request, request.build.data_to)["budget_amber_ratio"]
    return [
        Task("Explain", "bad" if share > limit else "warn",
             f"Spend is {money(amount, currency_of(money_now))} over budget",
             f"{percent(share)} above the budget of the same months.", href)
    ]  # fmt: skip


def _breaches(request: PageRequest, service: Answer) -> list[Task]:
    """Name broken limits where they were measured; modelled ones ask for telemetry instead."""
    broken = service.value("sla_breaches")
    if not broken or service.modelled:
        return []
    return [
        Task("Look", "warn", f"{plural(int(broken), 'service-month')} broke a limit",
             "Latency, failed requests or utilisation went beyond it, as measured.",
             f"/reliability{request.filters.to_query()}")
    ]  # fmt: skip


def _telemetry(service: Answer) -> list[Task]:
    if not service.modelled:
        return []
    return [
        Task("Hand in", "warn", "Services without telemetry are not measured",
             "Their latency and errors are modelled from utilisation and prove nothing.",
             "/reliability")
    ]  # fmt: skip


def _tags(request: PageRequest) -> list[Task]:
    month = request.filters.end or request.build.data_to
    answer = request.ask("tagged_pct", "untagged_cost", by=("agency",), period=Period(month, month))
    target = limits_in_force(request, month)["tag_target_pct"]
    tasks = []
    for row in answer.rows:
        share, untagged = number(row["tagged_pct"]), number(row["untagged_cost"])
        if share is not None and share * 100 < target:
            tasks.append(
                Task("Tag", "warn", f"{percent(share)} of spend is tagged; the target is "
                     f"{target:g} %",
                     f"{dimension_text(row, 'agency')}: {money(untagged, currency_of(answer))} "
                     f"without a tag in {month_name(month)}.", "#opportunities")
            )  # fmt: skip
    return tasks
