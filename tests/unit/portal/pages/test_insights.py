"""Every kind of insight, on data where it holds and on data where it doesn't."""

from __future__ import annotations

import csv
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from dash.development.base_component import Component
from plotly.utils import PlotlyJSONEncoder

from auth.permissions import Permission, Role
from auth.principals import GrantInfo, Principal
from portal.access import Reader
from portal.cli.installation import migrate_records
from portal.filters import read_filters
from portal.pages.insights import judging
from portal.pages.insights.advice import Advice
from portal.pages.insights.board import draw_recommendations
from portal.pages.insights.courses import COURSES
from portal.pages.insights.insight import Insight, Judged, Level, Unjudged
from portal.pages.insights.judging import KINDS, judge_all, most_important
from portal.pages.insights.outcome import draw_outcome
from portal.pages.insights.page import draw_insights
from portal.pages.insights.wording import plain
from portal.pages.page import PageRequest
from tests.unit.portal.pages.figures_shown import agrees, asked_again, figures_of
from warehouse.build import build
from warehouse.db import Database, open_database
from warehouse.demo import generate_demo
from warehouse.demo.stories import NO_TELEMETRY, OVERRUN, SPIKE, STORIES
from warehouse.gateway import Gateway
from warehouse.governance.anomaly_cases import (
    ACKNOWLEDGED,
    FALSE_ALARM,
    OPEN,
    PLANNED,
    RESOLVED,
    cases_of,
    move_case,
)
from warehouse.governance.recommendation_models import Recommendation
from warehouse.measures import REGISTRY
from warehouse.question import Answer
from warehouse.schema.anomalies import COST
from warehouse.schema.operations import BILLS_WAIT

Ask = Callable[..., PageRequest]

SLOW, RISKY, DEARER, ADVISED_AT, WAITING, MUCH_ADVISED = 1016, 1023, 1014, 1001, 1000, 1003
"""Agencies of which the demo tells nothing of the kind: what is told of them is added here."""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("insights")
    generate_demo(folder / "data")
    mda = folder / "data/mda"
    rewrite(mda / "usage_monthly.csv", RISKY, lambda row: (
        row.update(utilisation_pct="12") if row["service_type"] == "IaaS" else None))  # fmt: skip
    rewrite(mda / "tagging_compliance.csv", RISKY, lambda row: row.update(tagged_pct="50"))
    rewrite(folder / "data/telemetry/telemetry.csv", SLOW,
            lambda row: row.update(latency_mean_ms="800"))  # fmt: skip
    rewrite(mda / "usage_monthly.csv", DEARER, lambda row: (
        row.update(cost_usd=f"{1.2 * float(row['cost_usd']):.2f}")
        if row["migration_status"] == "Post" else None))  # fmt: skip
    exported = folder / "data/provider_recommendations/aws-2026-10-31.json"
    exported.parent.mkdir()
    with (folder / "data/accounts/accounts.csv").open(encoding="utf-8", newline="") as file:
        account, another = (
            next(row for row in rows if row["agency_id"] == str(agency))
            for rows in [list(csv.DictReader(file))]
            for agency in (ADVISED_AT, MUCH_ADVISED)
        )
    exported.write_text(json.dumps({"items": [
        {"recommendationId": f"r-{number}", "accountId": account["account_id"],
         "actionType": "Rightsize", "currentResourceType": "Ec2Instance", "resourceId": "i-1",
         "estimatedMonthlySavings": saving, "currencyCode": "USD", "implementationEffort": "Low"}
        for number, saving in ((1, 100.25), (2, 50))
    ]}))  # fmt: skip
    exported.with_name("many-2026-10.json").write_text(json.dumps([
        {"recommendationId": f"m-{at}", "accountId": another["account_id"], "actionType": "Stop",
         "currentResourceType": "Ec2Instance", "resourceId": f"i-{at:02}",
         "estimatedMonthlySavings": at or None, "currencyCode": "USD"}
        for at in range(23)
    ]))  # fmt: skip
    exported.with_name("aws-2026-09-30.json").write_text(
        exported.read_text("utf-8").replace("r-1", "r-0"), "utf-8"
    )
    opened = open_database(f"sqlite:///{folder}/records.sqlite", folder)
    migrate_records(opened)
    build(opened, folder / "data", folder)
    (star,) = (folder / "builds").glob("*.sqlite")
    with sqlite3.connect(star) as connection:
        connection.execute("insert into finding values (999999, ?, ?, 'bills', 'A bill waits', '')",
                           (WAITING, BILLS_WAIT))  # fmt: skip
    connection.close()
    yield opened
    opened.dispose()


def rewrite(path: Path, agency: int, change: Callable[[dict[str, str]], Any]) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["agency_id"] == str(agency):
            change(row)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def ask(database: Database) -> Ask:
    gateway = Gateway(database)

    def asked(*agencies: int, search: str = "", **limits: float) -> PageRequest:
        """Ask as the treasury, or as who views these agencies; with limits of this test's own."""
        grants = tuple(GrantInfo(Role.AGENCY_VIEWER, one) for one in agencies)
        person = Principal(1, "a@treasury.example", "A", grants or (GrantInfo(Role.TREASURY),), 1)
        request = PageRequest(
            reader=Reader.of(person).under(Permission.VIEW_SUMMARY),
            filters=read_filters(search),
            theme="light",
            gateway=gateway,
            database=database,
            now=datetime(2026, 11, 20, tzinfo=UTC),
            csrf_token="t0ken",
        )
        since = [(name, value, "1900-02") for name, value in limits.items()]
        vars(request)["limits"] = (*request.limits, *since)
        return request

    return asked


def judged(name: str, request: PageRequest) -> Judged:
    return next(kind for kind in KINDS if kind.name == name).judge(request)


def sentence(verdict: Judged) -> str:
    assert isinstance(verdict, Insight), verdict
    return plain(verdict.sentence)


HOLDS = {
    "overspent": (1004, 1000), "overrun": (1004, 1000), "unbudgeted": (1022, 1000),
    "anomalies": (1008, 1000), "idle": (1017, 1000), "untagged": (1013, 1006),
    "risky": (RISKY, 1017), "dearer": (DEARER, 1010), "fragmentation": (1018, 1000),
    "dependence": (1004, 1000), "peak": (1001, 1007), "unusual_days": (1001, 1007),
    "scaling": (1001, SLOW), "tuning": (SLOW, 1001), "stability": (1010, 1000),
    "cheaper": (1010, 1007), "forecast": (1006, 1000), "telemetry": (1005, 1001),
    "history": (1020, 1000), "kept_out": (1014, 1000), "contradictions": (1011, 1000),
}  # fmt: skip
"""Of each kind an agency for which it holds, and one for which it doesn't."""


@pytest.mark.parametrize("name", HOLDS)
def test_a_kind_is_told_where_it_holds_and_nowhere_else(ask: Ask, name: str) -> None:
    there, not_there = HOLDS[name]
    assert isinstance(judged(name, ask(there)), Insight)
    assert not isinstance(judged(name, ask(not_there)), Insight)
    everywhere = judged(name, ask())
    assert isinstance(everywhere, Insight)
    assert str(there) in everywhere.agencies
    assert str(not_there) not in everywhere.agencies


ALONE = {"peak", "scaling", "unbudgeted", "kept_out", "contradictions", "history", "anomalies"}
"""Kinds that hold for nobody but the agencies of the stories."""


def test_the_stories_of_the_demo_are_all_found_and_nothing_beside_them(ask: Ask) -> None:
    found = {one.kind.name: one.insight.agencies for one in judge_all(ask()).found}
    assert all(story.insights for story in STORIES)
    for name in {name for story in STORIES for name in story.insights}:
        told = {str(story.agency_id) for story in STORIES if name in story.insights}
        assert told <= found[name], name
        assert name not in ALONE or told == found[name], name


def test_a_bill_that_waits_for_approval_contradicts_nothing(ask: Ask) -> None:
    page = ask().gateway.rows("finding", ask().scope, where={"agency_id": [WAITING]})
    assert [row["rule"] for row in page.rows] == [BILLS_WAIT]
    assert judged("contradictions", ask(WAITING)) is None
    assert "A bill waits" not in sentence(judged("contradictions", ask()))


def test_what_somebody_settled_is_not_told_as_standing_out(ask: Ask, database: Database) -> None:
    with database.records() as records:
        own = cases_of(records, (SPIKE.agency_id,))
        case = next(one for one in own if one.state == OPEN and one.subject == COST)
        number = case.case_id

    def say_that_it_is(state: str) -> None:
        with database.records() as records:
            (now,) = (one for one in cases_of(records, None) if one.case_id == number)
            move_case(records, number, state, agencies=None, lock=now.lock, reason="Known.",
                      by="t@treasury.example", now=datetime(2026, 11, 20, tzinfo=UTC))  # fmt: skip

    say_that_it_is(ACKNOWLEDGED)
    assert str(SPIKE.agency_id) in judged("anomalies", ask()).agencies
    for state in (PLANNED, FALSE_ALARM, RESOLVED):
        say_that_it_is(state)
        told = judged("anomalies", ask())
        assert isinstance(told, Insight)
        assert told.agencies == {str(OVERRUN.agency_id)}
        assert "stood out 1 time, by" in sentence(told)
        assert judged("anomalies", ask(SPIKE.agency_id)) is None
        assert advised("notices", ask(SPIKE.agency_id)) == []
    say_that_it_is(OPEN)
    assert isinstance(judged("anomalies", ask(SPIKE.agency_id)), Insight)


def test_services_that_stood_out_are_named_in_their_own_unit_until_somebody_settles_it(
    ask: Ask, database: Database
) -> None:
    own, whole = (sentence(judged("unusual_days", ask(*who))) for who in ((1001,), ()))
    named = "e-Tax filing{} (1 to 18 January 2026: error budget used up 74.42 times as fast as"
    assert named.format("") in own
    assert named.format(", Revenue Authority of Maristela") in whole
    assert "US$" not in whole
    begun = judged("unusual_days", ask(1007, search="?from=2024-11&to=2025-01"))
    assert isinstance(begun, Unjudged)
    assert "too few days" in begun.why
    pensions = 1019
    with database.records() as records:
        (case,) = (one for one in cases_of(records, (pensions,)) if one.subject != COST)
        assert isinstance(judged("unusual_days", ask(pensions)), Insight)
        move_case(records, case.case_id, RESOLVED, agencies=None, lock=case.lock, reason="Mended.",
                  by="t@treasury.example", now=datetime(2026, 11, 20, tzinfo=UTC))  # fmt: skip
    assert judged("unusual_days", ask(pensions)) is None
    told = judged("unusual_days", ask())
    assert isinstance(told, Insight)
    assert str(pensions) not in told.agencies


def test_a_reader_of_one_mda_is_addressed_and_nobody_is_ranked(ask: Ask) -> None:
    for agency in (1001, 1004, 1005, 1008, 1010, 1013, 1017, 1020, 1022, RISKY):
        for one in judge_all(ask(agency)).found:
            said = plain(one.insight.sentence)
            assert " MDA" not in said, said
            assert one.insight.agencies <= {str(agency)}
            assert said.endswith(".")


def test_the_treasury_looking_at_one_mda_reads_its_name(ask: Ask) -> None:
    said = sentence(judged("untagged", ask(search="?agency=1013")))
    assert "the spend of Ports Authority of Quelida" in said
    assert "your" in sentence(judged("untagged", ask(1013)))


def test_money_at_stake_comes_before_spend_concerned_and_the_largest_first(ask: Ask) -> None:
    found = judge_all(ask()).found
    ranks = [
        (one.kind.level, -(one.insight.stake.amount if one.insight.stake else 0)) for one in found
    ]
    assert ranks == sorted(ranks)
    top = most_important(ask(), 3)
    assert [one.kind.name for one in top][:1] == ["overrun"]
    assert len({one.kind.topic for one in top}) == 3


def test_what_a_filter_narrows_is_said_of_the_services_it_leaves(ask: Ask) -> None:
    told = judged("idle", ask(search="?service=IaaS"))
    assert isinstance(told, Insight)
    assert "of the spend of all MDAs on infrastructure (IaaS): " in plain(told.sentence)


def test_a_limit_moved_by_the_treasury_decides_what_is_told(ask: Ask) -> None:
    assert judged("concentration", ask()) is None
    told = judged("concentration", ask(insight_top_agencies_pct=15))
    assert sentence(told).startswith("Two of 24 MDAs make up 2")
    assert judged("concentration", ask(1004)) is None
    own = judged("concentration", ask(1004, insight_top_service_pct=35))
    assert "of your spend is " in sentence(own)
    assert judged("fragmentation", ask(insight_provider_count=4)) is None


def test_what_the_records_do_not_support_is_not_said_but_listed(ask: Ask) -> None:
    verdicts = judge_all(ask(NO_TELEMETRY.agency_id))
    assert {"peak", "scaling", "tuning", "stability", "unusual_days"} <= {
        one.kind.name for one in verdicts.open
    }
    assert verdicts.judged + len(verdicts.open) == len(KINDS)
    assert all(one.why for one in verdicts.open)


@pytest.mark.parametrize("who", [(), (1004,), (1020,)])
def test_the_page_shows_figures_that_can_be_asked_again(ask: Ask, who: tuple[int, ...]) -> None:
    request = ask(*who)
    drawn = draw_insights(request)
    text = json.dumps(drawn.to_plotly_json(), cls=PlotlyJSONEncoder)
    assert "could not be" not in text.replace("could not be judged", "")
    assert "could not be computed" not in text
    shown = figures_of(drawn)
    assert len(shown) > 5
    for one in shown:
        assert agrees(one.text, asked_again(request, one), REGISTRY[one.measure].unit), one


class Reckoned(PageRequest):
    """A request that is answered with these rows, for what few records tell of."""

    rows: tuple[dict[str, Any], ...] = ()

    def ask(self, *measures: str, **given: Any) -> Answer:  # type: ignore[override]
        asked, _ = self.question(*measures, **given)
        wanted = dict(given.get("where", ()))
        rows = [row for row in self.rows
                if all(str(row.get(key)) in found for key, found in wanted.items())]  # fmt: skip
        if not asked.by:
            rows = rows[:1]
        return Answer(asked, tuple({**dict.fromkeys(measures), **row} for row in rows), self.build)


def reckoned(request: PageRequest, *rows: dict[str, Any]) -> PageRequest:
    made = Reckoned(**{one.name: getattr(request, one.name) for one in fields(request)})
    object.__setattr__(made, "rows", rows)
    return made


BILLED = {
    "commitments": ({"commitment_unused_cost": 900.0, "commitment_utilisation": 0.8},
                    {"commitment_unused_cost": 9.0, "commitment_utilisation": 0.99}),
    "chargeback": ({"unallocated_cost": 500.0, "allocation_rate": 0.9},
                   {"unallocated_cost": 1.0, "allocation_rate": 0.99}),
    "policies": ({"policy_compliance": 0.5, "non_compliant_cost": 700.0},
                 {"policy_compliance": 0.9, "non_compliant_cost": 70.0}),
    "invoices": ({"invoice": "F-1", "invoice_difference": 40.0, "invoice_differing_count": 1},
                 {"invoice": "F-1", "invoice_difference": 0.0, "invoice_differing_count": 0}),
    "contracts": ({"contract": "K-1", "contract_running_out_count": 1, "contract_left": 5.0,
                   "contract_drawn_pct": 0.9},
                  {"contract": "K-1", "contract_running_out_count": 0, "contract_left": 5.0,
                   "contract_drawn_pct": 0.2}),
}  # fmt: skip
"""What bills, invoices and contracts may tell: figures with which a kind holds, and without."""


@pytest.mark.parametrize("name", BILLED)
def test_a_kind_of_bills_is_told_where_it_holds_and_nowhere_else(ask: Ask, name: str) -> None:
    holding, sound = BILLED[name]
    told = judged(name, reckoned(ask(), holding))
    assert sentence(told)
    assert isinstance(told, Insight)
    assert told.stake is not None
    assert told.stake.amount > 0
    assert judged(name, reckoned(ask(), sound)) is None
    assert isinstance(judged(name, ask()), Unjudged)


def test_shared_cost_given_to_an_mda_is_told_to_it(ask: Ask) -> None:
    given = {"allocated_cost": 300.0, "effective_cost": 900.0}
    assert "US$300 of your spend" in sentence(judged("chargeback", reckoned(ask(1004), given)))
    assert judged("chargeback", reckoned(ask(1004), {**given, "allocated_cost": 0.0})) is None


def test_every_kind_is_held_to_both_sides() -> None:
    assert {kind.name for kind in KINDS} == {*HOLDS, *BILLED, "concentration"}


def test_a_kind_that_breaks_leaves_the_others(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_request: PageRequest) -> Judged:
        raise ZeroDivisionError

    kinds = tuple(replace(one, judge=broken) if one.name == "idle" else one for one in KINDS)
    monkeypatch.setattr(judging, "KINDS", kinds)
    verdicts = judge_all(ask(1017), Level.AT_STAKE)
    assert "reference" in next(one.why for one in verdicts.open if one.kind.name == "idle")
    assert verdicts.judged > 1


ADVISED = {
    "rightsizing": (1017, 1000), "tagging": (1013, 1006), "notices": (1008, 1000),
    "forecasting": (1006, 1000), "imported": (ADVISED_AT, 1000),
}  # fmt: skip
"""Of each kind of recommendation an agency that it is made to, and one that it isn't."""


def advised(name: str, request: PageRequest) -> list[Advice]:
    return list(next(one for one in COURSES if one.name == name).advise(request))


@pytest.mark.parametrize("name", ADVISED)
def test_a_recommendation_is_made_where_the_data_supports_it(ask: Ask, name: str) -> None:
    there, not_there = ADVISED[name]
    own = advised(name, ask(there))
    assert {one.agency for one in own} == {there}
    assert all(plain(one.why) for one in own)
    assert advised(name, ask(not_there)) == []
    everywhere = advised(name, ask())
    assert {one.key for one in own} <= {one.key for one in everywhere}
    assert not_there not in {one.agency for one in everywhere}


def test_what_a_provider_recommends_is_passed_on_with_what_it_would_save(ask: Ask) -> None:
    (one,) = advised("imported", ask(ADVISED_AT))
    assert one.saving is not None
    assert one.saving.amount == pytest.approx(12 * 150.25)
    assert one.target.startswith("AWS/")
    assert "2 recommendations" in plain(one.why)


def test_resources_are_listed_by_saving_and_a_page_at_a_time(ask: Ask) -> None:
    def drawn(*agencies: int, search: str = "") -> tuple[Component, str]:
        page = draw_insights(ask(*agencies, search=search))
        return page, json.dumps(page.to_plotly_json(), cls=PlotlyJSONEncoder)

    first, text = drawn(MUCH_ADVISED)
    assert "For 23 resources providers recommend something" in text
    assert "10 of 23 shown" in text
    assert re.findall(r"i-\d\d\b", text)[0] == "i-22"
    assert "i-12" not in text
    last, text = drawn(MUCH_ADVISED, search="?view=resources&page=3")
    assert "Rows 21 to 23 of 23" in text
    # What nobody has estimated comes last, without an amount.
    assert list(dict.fromkeys(re.findall(r"i-\d\d\b", text))) == ["i-02", "i-01", "i-00"]
    for page, search, count in ((first, "", 10), (last, "?view=resources&page=3", 2)):
        shown = [one for one in figures_of(page) if one.measure == "recommended_saving_most"]
        assert len(shown) == count
        for one in shown:
            assert agrees(one.text, asked_again(ask(MUCH_ADVISED, search=search), one), "usd")
    assert "Rows 21 to 23 of 23" in drawn(MUCH_ADVISED, search="?view=resources&page=99")[1]
    assert "The records support no recommendation" not in drawn(MUCH_ADVISED, search="?page=9")[1]
    assert "i-22" not in drawn(ADVISED_AT)[1]
    assert "For 24 resources" in drawn()[1]


def test_the_other_recommendations_follow_their_limits(ask: Ask) -> None:
    assert advised("platform", ask(1004)) == []
    assert [one.target for one in advised("platform", ask(1004, insight_top_service_pct=20))] == [
        "IaaS"
    ]
    bill = {"agency": 1004, "agency_name": "Hospitals", "commitment_unused_cost": 900.0}
    unused = reckoned(ask(1004), {**bill, "commitment_utilisation": 0.5})
    assert [one.saving.amount for one in advised("commitments", unused) if one.saving] == [900.0]
    assert (
        advised("commitments", reckoned(ask(1004), {**bill, "commitment_utilisation": 0.99})) == []
    )
    assert {one.name for one in COURSES} == {*ADVISED, "platform", "commitments"}


def test_what_is_recommended_to_many_stands_once_with_its_mdas_beneath(ask: Ask) -> None:
    title = "Tag what carries no tag, and enforce it"
    many = advised("tagging", ask())
    assert len(many) > 1
    whole = json.dumps(draw_recommendations(ask()).to_plotly_json(), cls=PlotlyJSONEncoder)
    assert whole.count(f'"children": "{title}"') == 1
    assert f"{len(many)} recommendations to {len(many)} MDAs." in whole
    for one in many:
        assert f'"children": "{one.agency_name}"' in whole
    own = json.dumps(draw_recommendations(ask(many[0].agency)).to_plotly_json(),
                     cls=PlotlyJSONEncoder)  # fmt: skip
    assert f'"children": "{title}"' in own
    assert "recommendations to" not in own
    for other in many[1:]:
        assert other.agency_name not in own


@pytest.mark.parametrize(
    ("done", "said"),
    [
        (date(2026, 11, 3), "Not yet known"),
        (date(2026, 10, 30), "Not yet known"),
        (date(2026, 6, 5), "July to October 2026"),
        # As many months before as after, whatever day is said: records begin in November 2023.
        (date(2024, 1, 5), "in February to March 2024 than in November to December 2023"),
        (date(2023, 11, 5), "Not known"),
    ],
)
def test_what_was_saved_is_known_when_a_whole_month_has_passed(
    ask: Ask, done: date, said: str
) -> None:
    row = Recommendation(agency_id=1017, kind="rightsizing", target="IaaS", done_on=done)
    request = ask(1017)
    drawn = draw_outcome(request, next(c for c in COURSES if c.name == "rightsizing"), row)
    assert said in plain(drawn)
    for one in figures_of(drawn):
        assert agrees(one.text, asked_again(request, one), "usd")
    assert len(figures_of(drawn)) == ("Not" not in said)
