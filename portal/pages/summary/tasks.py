"""What is open for an MDA, as far as its own records tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components import html
from portal.components.cards import card
from portal.components.parts import Text
from portal.components.states import empty_state
from portal.formats import moment, money, month_name, month_short, percent
from portal.pages.anomalies.latest import in_a_sentence, open_anomalies
from portal.pages.anomalies.seen import PATH as ANOMALIES
from portal.pages.anomalies.seen import SERVICES_PATH
from portal.pages.anomalies.services import service_in_a_sentence, service_names
from portal.pages.anomalies.services_listing import open_service_anomalies
from portal.pages.evidence import currency_of, dimension_text, figure
from portal.pages.frame import drill_to
from portal.pages.limits import limits_in_view
from portal.pages.page import PageRequest
from portal.pages.series import number
from portal.pages.tagging.times import news_of
from portal.texts import say, say_number, say_parts
from warehouse.months import shifted
from warehouse.question import Answer, Period, Value

_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Task:
    """One open thing: the word for what to do, a sentence, why it matters, and where to look."""

    word: str
    tone: str
    sentence: Sequence[Text]
    detail: Sequence[Text]
    href: str = ""


def tasks_of(request: PageRequest, service: Answer) -> list[Task]:
    """Gather what is open for the MDAs in view, most pressing first."""
    found = [
        *(_kept_out(request) if request.reader.may(Permission.VIEW_DATA) else []),
        *_missing_months(request),
        *_budgets(request),
        *_anomalies(request),
        *_unusual_days(request),
        *_breaches(request, service),
        *_telemetry(request, service),
        *_tags(request),
        *_tag_news(request),
    ]
    return found


def draw_tasks(tasks: list[Task]) -> Component:
    """List what is open, each with where to look."""
    if not tasks:
        return card(
            headline=say("Nothing is open"),
            children=[
                empty_state(
                    title=say("Every row passed, every month is there"),
                    why=say("The budget holds, services are measured, and tags meet the target."),
                )
            ],
        )
    return card(
        headline=say_number(len(tasks), "{number} thing to do", "{number} things to do"),
        subtitle=say("What is open in your own records, most pressing first"),
        children=[html.Ul([_line(task) for task in tasks], className="tasks")],
    )


def _line(task: Task) -> Component:
    said = list(task.sentence)
    title = html.A(said, href=task.href) if task.href else html.Span(said)
    return html.Li(
        [
            html.Span(task.word, className=f"badge tone-{task.tone}"),
            html.Div([title, html.P(list(task.detail))]),
        ],
        className="task",
    )


def _kept_out(request: PageRequest) -> list[Task]:
    counts = request.gateway.rows("source_count", request.scope, limit=50_000).rows
    failed = sum(int(row["rows_failed"] or 0) for row in counts)
    tasks = []
    if failed:
        sentence = say_number(
            failed, "{number} row is in quarantine", "{number} rows are in quarantine"
        )
        detail = say("Correct them in your file and hand it in again; until then they are not "
                     "counted.")  # fmt: skip
        tasks.append(Task(say("Correct"), "bad", [sentence], [detail], "/data?view=quarantine"))
    slices = _held(request)
    held = len(_held_months(slices))
    if held:
        sentence = say_number(
            held, "{number} month of records is held", "{number} months of records are held"
        )
        detail = say("They look unlike the months before. The treasury releases them; tell it why.")
        tasks.append(Task(say("Explain"), "warn", [sentence], [detail], "/data?view=held"))
    bills = sum(bool(row["part"]) for row in slices)
    if bills:
        sentence = say_number(bills, "{number} bill is held", "{number} bills are held")
        detail = say("They leap from what was billed before, which counts until then. The treasury "
                     "releases them; tell it why.")  # fmt: skip
        tasks.append(Task(say("Explain"), "warn", [sentence], [detail], "/data?view=held"))
    return tasks


def _held_months(slices: Iterable[Mapping[str, Value]]) -> set[tuple[str, str]]:
    """Give agency and month of the records held: they are there, so they aren't missing."""
    return {(str(row["agency_id"]), str(row["month"])) for row in slices if not row["part"]}


def _held(request: PageRequest) -> tuple[Mapping[str, Value], ...]:
    return request.gateway.rows("held_slice", request.scope, limit=1000).rows


def _missing_months(request: PageRequest) -> list[Task]:
    """Find gaps between an MDA's first month on record and the last month of the build."""
    end = request.last_month
    answer = request.ask("row_count", by=("agency", "month"), period=Period(None, end))
    reported: dict[str, set[str]] = {}
    names: dict[str, str] = {}
    for row in answer.rows:
        if row["row_count"]:
            reported.setdefault(str(row["agency"]), set()).add(str(row["month"]))
            names[str(row["agency"])] = dimension_text(row, "agency")
    held = _held_months(_held(request)) if request.reader.may(Permission.VIEW_DATA) else set()
    tasks = []
    for agency, months in reported.items():
        gaps = [month for month in _gaps(months, end) if (agency, month) not in held]
        if gaps:
            sentence = say_number(
                len(gaps),
                "Usage of {number} month is missing",
                "Usage of {number} months is missing",
            )
            detail = _missing_in_words(names[agency], gaps)
            tasks.append(Task(say("Hand in"), "bad", [sentence], [detail], "/data"))
    return tasks


def _missing_in_words(name: str, gaps: list[str]) -> str:
    listed = ", ".join(month_short(month) for month in gaps[-_MOST_NAMED:])
    if len(gaps) > _MOST_NAMED:
        return say(
            "{mda}: {months} and {number} before. Totals of the year lack them.",
            mda=name, months=listed, number=len(gaps) - _MOST_NAMED,
        )  # fmt: skip
    return say("{mda}: {months}. Totals of the year lack them.", mda=name, months=listed)


def _gaps(months: set[str], end: str) -> list[str]:
    gaps = []
    month, first = end, min(months)
    while month > first:
        if month not in months:
            gaps.append(month)
        month = shifted(month, -1)
    return gaps[::-1]


def _budgets(request: PageRequest) -> list[Task]:
    """Ask of each MDA in view whether it has a budget, and whether spend is above it."""
    answer = request.ask(
        "ytd_budget_variance", "ytd_budget_variance_pct", "agencies_without_budget",
        by=("agency",), period=request.year_period(),
    )  # fmt: skip
    tasks = (_budget(request, answer, row) for row in answer.rows)
    return [task for task in tasks if task is not None]


def _budget(request: PageRequest, answer: Answer, row: Mapping[str, Value]) -> Task | None:
    name = dimension_text(row, "agency")
    href = drill_to("/finops/budget", request, agency=(str(row["agency"]),))
    if row["agencies_without_budget"]:
        detail = say(
            "{mda}: spend can't be set against anything until the treasury records one.", mda=name
        )
        return Task(say("Ask"), "warn", [say("No budget is recorded")], [detail], href)
    amount, share = number(row["ytd_budget_variance"]), number(row["ytd_budget_variance_pct"])
    if amount is None or share is None or amount <= 0:
        return None
    limit = limits_in_view(request)["budget_amber_ratio"]
    above = figure(answer, "ytd_budget_variance", money(amount, currency_of(answer, row)), row)
    size = figure(answer, "ytd_budget_variance_pct", percent(share), row)
    return Task(
        word=say("Explain"),
        tone="bad" if share > limit else "warn",
        sentence=say_parts("Spend is {amount} over budget", amount=above),
        detail=say_parts("{mda}: {share} above the budget of the same months.", mda=name,
                         share=size),
        href=href,
    )  # fmt: skip


def _anomalies(request: PageRequest) -> list[Task]:
    """Name the anomalies of the year so far that nobody has looked at, and the largest of them."""
    if not request.reader.may(Permission.VIEW_COST):
        return []
    answer, found = open_anomalies(request)
    if not found:
        return []
    sentence = say_number(
        len(found), "{number} anomaly of cost is open", "{number} anomalies of cost are open"
    )
    names = dict(request.gateway.options("agency", request.scope))
    mda = names.get(str(found[0].agency_id), str(found[0].agency_id))
    return [
        Task(
            say("Look"), "warn", [sentence], in_a_sentence(answer, found[0], mda),
            drill_to(ANOMALIES, request),
        )
    ]  # fmt: skip


def _unusual_days(request: PageRequest) -> list[Task]:
    """Name the anomalies of its services that nobody has looked at, and the largest of them."""
    if not request.reader.may(Permission.VIEW_RELIABILITY):
        return []
    answer, found = open_service_anomalies(request)
    if not found:
        return []
    sentence = say_number(
        len(found),
        "{number} anomaly of reliability is open",
        "{number} anomalies of reliability are open",
    )
    mdas = dict(request.gateway.options("agency", request.scope))
    mda = mdas.get(str(found[0].agency_id), str(found[0].agency_id))
    said = service_in_a_sentence(answer, found[0], mda, service_names(request))
    return [Task(say("Look"), "warn", [sentence], said, drill_to(SERVICES_PATH, request))]


def _breaches(request: PageRequest, service: Answer) -> list[Task]:
    """Name broken limits where they were measured; modelled ones ask for telemetry instead."""
    broken = service.value("sla_breaches")
    if not broken or service.modelled:
        return []
    count = figure(service, "sla_breaches", f"{broken:,.0f}")
    sentence = (
        say_parts("{count} service-month broke a limit", count=count)
        if broken == 1
        else say_parts("{count} service-months broke a limit", count=count)
    )
    rows = _broken_months(request)
    services = {str(row["digital_service"]) for row in rows}
    narrowed = {"service": tuple(services)} if len(services) == 1 else {}
    href = drill_to("/reliability/sla", request, **narrowed)
    return [Task(say("Look"), "warn", sentence, [_broken_in_words(rows)], href)]


def _broken_months(request: PageRequest) -> list[Mapping[str, Value]]:
    """Find the service and month of each broken limit that was measured, the latest first."""
    answer = request.ask(
        "sla_breaches", "request_count", by=("digital_service", "month"),
        period=request.year_period(),
    )  # fmt: skip
    found = [row for row in answer.rows if row["sla_breaches"] and row["request_count"]]
    return sorted(found, key=lambda row: str(row["month"]), reverse=True)


def _broken_in_words(rows: Sequence[Mapping[str, Value]]) -> str:
    if not rows:
        return say("Latency, failed requests or utilisation went beyond it, as measured.")
    listed = ", ".join(
        say("{service} in {month}", service=dimension_text(row, "digital_service"),
            month=month_short(str(row["month"])))
        for row in rows[:_MOST_NAMED]
    )  # fmt: skip
    if len(rows) > _MOST_NAMED:
        listed = say("{months} and {number} before", months=listed,
                     number=len(rows) - _MOST_NAMED)  # fmt: skip
    return say("Latency, failed requests or utilisation went beyond it, as measured: {listed}.",
               listed=listed)  # fmt: skip


def _telemetry(request: PageRequest, service: Answer) -> list[Task]:
    if not service.modelled:
        return []
    sentence = say("Services without telemetry are not measured")
    detail = say("Their latency and errors are modelled from utilisation and prove nothing.")
    return [
        Task(say("Hand in"), "warn", [sentence], [detail], drill_to("/reliability/sla", request))
    ]


def _tag_news(request: PageRequest) -> list[Task]:
    """Say what an owner is told after a build: tags that drifted, policies that differ."""
    names = dict(request.gateway.options("agency", request.scope))
    tasks = []
    for note in news_of(request):
        name = names.get(str(note.agency_id), str(note.agency_id))
        when = moment(note.noted_at)
        agency = (str(note.agency_id),)
        if note.kind == "faults":
            sentence = say_number(note.number, "{number} tag drifted from the policies",
                                  "{number} tags drifted from the policies")  # fmt: skip
            detail = say("{mda}: found on {moment}; see what to mend.", mda=name, moment=when)
            tasks.append(Task(say("Mend"), "warn", [sentence], [detail],
                              drill_to("/finops/tags", request, agency=agency)))  # fmt: skip
        else:
            sentence = say_number(
                note.number,
                "A provider's tagging policy differs in {number} place",
                "A provider's tagging policy differs in {number} places",
            )
            detail = say("{mda}: found on {moment}; see what is in force there.", mda=name,
                         moment=when)  # fmt: skip
            tasks.append(Task(say("Look"), "warn", [sentence], [detail], "/admin/policies#drift"))
    return tasks


def _tags(request: PageRequest) -> list[Task]:
    month = request.last_month
    answer = request.ask("tagged_pct", "untagged_cost", by=("agency",), period=Period(month, month))
    target = limits_in_view(request)["tag_target_pct"]
    return [
        _tag(request, answer, row, target)
        for row in answer.rows
        if (share := number(row["tagged_pct"])) is not None and share * 100 < target
    ]


def _tag(request: PageRequest, answer: Answer, row: Mapping[str, Value], target: float) -> Task:
    month = request.last_month
    untagged = money(number(row["untagged_cost"]), currency_of(answer, row))
    return Task(
        word=say("Tag"),
        tone="warn",
        sentence=say_parts(
            "{share} of spend is tagged; the target is {target} %",
            share=figure(answer, "tagged_pct", percent(number(row["tagged_pct"])), row),
            target=f"{target:g}",
        ),
        detail=say_parts(
            "{mda}: {amount} without a tag in {month}.",
            mda=dimension_text(row, "agency"),
            amount=figure(answer, "untagged_cost", untagged, row),
            month=month_name(month),
        ),
        href=drill_to("/finops/governance", request, agency=(str(row["agency"]),))
        if request.reader.may(Permission.VIEW_GOVERNANCE)
        else "#opportunities",
    )
