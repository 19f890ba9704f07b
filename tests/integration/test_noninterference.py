"""Whatever happens to one agency's data, another agency's reader is answered as before."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from portal.pages import PAGES
from tests.factories.government import (
    GOVERNMENT,
    SHARED_ACCOUNT,
    Agency,
    account_of,
    recommended,
    resource_of,
)
from tests.integration.concentration_answers import mask_concentration
from tests.integration.peer_answers import mask_peers
from tests.integration.portal_scene import A2, TREASURY, A, Edit, Scene, prepared_scene
from tests.integration.portal_transcript import (
    EVERYTHING,
    Transcript,
    differences,
    write_tables,
    write_transcript,
)
from warehouse.governance.recommendations import ACCEPTED, OF_RESOURCE, Decision, decide
from warehouse.governance.spend_events import Told, tell_event
from warehouse.measures import REGISTRY
from warehouse.schema import STAR
from warehouse.scope import Scope

pytestmark = pytest.mark.timeout(900)

IS_SOAK = os.environ.get("EXCHEQUER_SOAK") == "1"
CHANGED = 11
SAVES = Decision(ACCEPTED, estimate_usd=Decimal(120), estimate_months=12)
"""What B's manager accepts, where they say anything: it moves what if, and B's alone."""


@dataclass(frozen=True)
class Variant:
    """What becomes of agency 11 alone: other figures, other files, or nothing left of it."""

    name: str
    agencies: tuple[Agency, ...] = GOVERNMENT
    edits: tuple[Edit, ...] = ()
    says: Told | None = None
    """What its manager says to change its spend, before the build."""
    is_new: bool = False
    """Whether it was so from the first build on, as records once made outlast their file."""


def only_b(**changes: object) -> tuple[Agency, ...]:
    return tuple(
        replace(agency, **changes) if agency.agency_id == CHANGED else agency  # type: ignore[arg-type]
        for agency in GOVERNMENT
    )


def append(path: Path, *rows: Sequence[object]) -> None:
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def append_lines(path: Path, *lines: str) -> None:
    with path.open("a", encoding="utf-8", newline="") as file:
        file.writelines(f"{line}\r\n" for line in lines)


def add_a_service_elsewhere(data: Path) -> None:
    """Give B one more service, in a region and with a provider that nobody else uses."""
    append(
        data / f"services/services/{CHANGED}.csv",
        ("customs-11", "Customs", CHANGED, "PaaS", "High", "24x7", "1;2", "778899001122",
         "sa-east-1", "99.5"),
    )  # fmt: skip
    append(
        data / f"telemetry/telemetry/{CHANGED}.csv",
        *(
            (CHANGED, "customs-11", "sa-east-1", "AWS", f"2025-0{month}-03", 90_000, 4000, 900,
             10, 20, 30_000, 80_000, 89_000, 1300, 1440)
            for month in (1, 2, 3)
        ),
    )  # fmt: skip


def pay_a_new_provider(data: Path) -> None:
    """Have B pay a provider that nobody else pays."""
    append(
        data / f"mda/provider_spend/{CHANGED}.csv",
        (CHANGED, "Trinidad & Tobago", "TT", 2025, "Oracle", 77_777),
    )


def be_billed_elsewhere(data: Path) -> None:
    """Have B billed in a region, for a service and on a day that nobody else has."""
    path = data / f"bills/{CHANGED}.csv"
    lines = path.read_text().splitlines()
    changed = lines[1].replace("us-east-1", "sa-east-1").replace("Amazon EC2", "Amazon Chime")
    append_lines(path, changed, lines[2].replace("-04T", "-05T"))


def be_listed(data: Path) -> None:
    """Have B's resources listed, and its account's policy and recommendations exported."""
    account = f"{CHANGED:012d}"
    listed = f"arn:aws:ec2:sa-east-1:{account}:instance/i-listed"
    (data / "inventories").mkdir()
    (data / "inventories/2025-02.csv").write_text(
        "taken_on,provider,account_id,resource_id,region,tags\n"
        f'2025-02,AWS,{account},{listed},sa-east-1,"{{""CostCentre"": ""CC-00{CHANGED}""}}"\n'
        f"2025-02,AWS,{account},{listed}-2,sa-east-1,{{}}\n"
    )
    said = {"tags": {"listed": {"tag_key": "Listed"}}}
    policy = {"TargetId": account, "PolicyContent": json.dumps(said)}
    (data / "provider_policies").mkdir()
    (data / "provider_policies/2025-02.json").write_text(json.dumps({"EffectivePolicy": policy}))
    append(
        data / f"provider_recommendations/{CHANGED}.csv",
        recommended(account, "r-3", f"{listed}-2", 77),
    )


def share_an_account(data: Path) -> None:
    """Have B billed in the account of nobody's, for a resource that providers recommend to stop."""
    (data / "accounts/tag_rules").mkdir()
    (data / f"accounts/tag_rules/{CHANGED}.csv").write_text(
        "rule,priority,tag_key,value_pattern,agency_id,valid_from,valid_to\n"
        f"team-b,1,Team,b,{CHANGED},2024-01,\n"
    )
    path, own = data / "bills/shared.csv", "arn:aws:ec2:sa-east-1:shared/i-b"
    lines = [line.replace(resource_of(SHARED_ACCOUNT), own) for line in
             path.read_text().splitlines()[1:]]  # fmt: skip
    append_lines(path, *(line.replace("CostCentre", "Team").replace("CC-9999", "b")
                         for line in lines))  # fmt: skip
    append(
        data / "provider_recommendations/shared.csv",
        recommended(SHARED_ACCOUNT, "s-2", own, 999),
    )


def add_bad_rows(data: Path) -> None:
    """Give B rows that no rule lets pass."""
    append(
        data / f"mda/usage_monthly/{CHANGED}.csv",
        (CHANGED, "Trinidad & Tobago", "TT", "2025-13", "IaaS", 1, 1, 1, 1, 1, "us-east-1", "Pre",
         1),
        (CHANGED, "Trinidad & Tobago", "TT", "2025-01", "IaaS", -1, 1, 1, 900, "=1+1", "us-east-1",
         "Pre", 1),
    )  # fmt: skip


def add_a_file_before_all_others(data: Path) -> None:
    """Hand in one more file of B's, which is read first."""
    path = data / "mda/tagging_compliance/0.csv"
    lines = (data / f"mda/tagging_compliance/{CHANGED}.csv").read_text().splitlines()
    (data / f"mda/tagging_compliance/{CHANGED}.csv").write_text("\n".join(lines[:9]) + "\n")
    path.write_text("\n".join((lines[0], *lines[9:])) + "\n")


COMMON = (
    Variant(
        "has and hands in more",
        only_b(factor=2.1, name="Board of Inland Revenue", spoil="migration_summary"),
        (
            add_a_service_elsewhere,
            add_bad_rows,
            add_a_file_before_all_others,
            pay_a_new_provider,
            be_billed_elsewhere,
            be_listed,
            share_an_account,
        ),
        says=Told("campaign", "2025-01", None, None, Decimal("0.9"), "Only B knows of this."),
    ),
    Variant("has a slice held", only_b(spoil="jump")),
    Variant("is gone", tuple(one for one in GOVERNMENT if one.agency_id != CHANGED)),
)
ONE_BY_ONE = (
    Variant(
        "pays a new provider",
        only_b(billed_in_full=True),
        (pay_a_new_provider, be_billed_elsewhere),
    ),
    Variant("handed in a cut off file", only_b(spoil="usage_monthly")),
    Variant(
        "has neither budget nor telemetry",
        only_b(has_budget=False, has_telemetry=False),
        is_new=True,
    ),
    Variant("costs more", only_b(factor=2.1)),
    Variant("has another name", only_b(name="Board of Inland Revenue")),
    Variant("runs a new service", edits=(add_a_service_elsewhere,)),
    Variant("handed in bad rows", edits=(add_bad_rows,)),
    Variant("handed in one more file", edits=(add_a_file_before_all_others,)),
    Variant("first handed in a cut off file", only_b(spoil="usage_monthly"), is_new=True),
    Variant("has no budget", only_b(has_budget=False), is_new=True),
    Variant("has no telemetry", only_b(has_telemetry=False)),
)
VARIANTS = (*COMMON, *ONE_BY_ONE) if IS_SOAK else COMMON
PEOPLE = (A, A2) if IS_SOAK else (A,)
PARTS = {"has a slice held": slice(0, None, 2), "is gone": slice(1, None, 2)}
"""What is asked after these variants in ordinary runs: half of all each, and not the same."""
ON_POSTGRESQL = tuple(
    one for one in COMMON if one.name == "has and hands in more" or (IS_SOAK and "gone" in one.name)
)


@dataclass(frozen=True)
class Allowance:
    """Something that may change for others, in some variants, and why."""

    variants: frozenset[str]
    mask: Callable[[str], str]
    reason: str


EXCEPTIONS = (
    Allowance(
        frozenset({"has and hands in more", "pays a new provider"}),
        mask_concentration,
        "Concentration is measured against the number of providers that the government can buy "
        "from, which is the same for every reader and grows with the first who buys elsewhere.",
    ),
    Allowance(
        frozenset(
            {
                "has and hands in more",
                "pays a new provider",
                "has a slice held",
                "has neither budget nor telemetry",
                "is gone",
                "costs more",
                "first handed in a cut off file",
                "has no budget",
            }
        ),
        mask_peers,
        "Ratios of a group fixed at build, of at least five others of whom none weighs more than "
        "half: one member moves them by half of its own change at the most, and can't be told "
        "from the others.",
    ),
)
"""All that interferes; nothing else may."""


@dataclass(frozen=True)
class Before:
    """The installation that is copied for each variant, and what was answered then."""

    scene: Scene
    answers: dict[str, Transcript]
    tables: Transcript
    """What the treasury was given then, which sees all."""


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Before]:
    scene = prepared_scene(tmp_path_factory)
    yield Before(scene, {name: ask(scene, name) for name in PEOPLE}, tables_of(scene))
    scene.close()


def ask(scene: Scene, person: str, part: slice = EVERYTHING) -> Transcript:
    """Ask in a session that ends afterwards: the account page lists those that live."""
    visitor = scene.visitor(person)
    answers = write_transcript(visitor, is_whole=IS_SOAK, part=part)
    assert visitor.submit("/logout").status_code == 303
    return answers


def tables_of(scene: Scene) -> Transcript:
    """Give what somebody who sees all agencies sees of every table."""
    return write_tables(scene.visitor(TREASURY))


def apply(variant: Variant, before: Before, folder: Path) -> Scene:
    if variant.is_new:
        scene = Scene(folder)
        scene.prepare(variant.agencies, variant.edits)
    else:
        scene = before.scene.copied_to(folder)
        rebuild(scene, variant)
    return scene


def rebuild(scene: Scene, variant: Variant) -> None:
    """Let B's manager say what they know and accept, and build what has become of B."""
    if variant.says is not None:
        by, now = "manager@b.example", datetime(2025, 5, 1, tzinfo=UTC)
        with scene.database.records(Scope.of_agencies({CHANGED})) as records:
            tell_event(records, CHANGED, variant.says, agencies={CHANGED}, by=by, now=now)
            decide(records, (CHANGED, "idle", ""), SAVES, lock=0, by=by, now=now)
            account = account_of(CHANGED)
            target = f"AWS/{account}/{resource_of(account)}"
            decide(records, (CHANGED, OF_RESOURCE, target), SAVES, lock=0, by=by, now=now)
    scene.rebuild(variant.agencies, variant.edits)


def exceptions_of(variant: Variant) -> list[Allowance]:
    return [one for one in EXCEPTIONS if variant.name in one.variants]


def excepted(variant: Variant, answers: Transcript) -> Transcript:
    """Mask what the list of exceptions lets change in this variant."""
    for one in exceptions_of(variant):
        answers = {name: one.mask(text) for name, text in answers.items()}
    return answers


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda one: one.name.replace(" ", "-"))
def test_a_reader_is_answered_as_before_when_another_agency(
    variant: Variant, before: Before, tmp_path: Path
) -> None:
    scene = apply(variant, before, tmp_path / "portal")
    try:
        for person in PEOPLE:
            part = EVERYTHING if IS_SOAK else PARTS.get(variant.name, EVERYTHING)
            now = ask(scene, person, part)
            was = {name: before.answers[person][name] for name in now}
            assert differences(excepted(variant, was), excepted(variant, now)) == {}, person
            # An exception that nothing needs any more has to go.
            assert bool(differences(was, now)) == bool(exceptions_of(variant))
        # The comparison can fail: whoever sees all agencies does see that one has changed.
        assert differences(before.tables, tables_of(scene)) != {}
        if variant.says is not None:
            trends = scene.visitor(TREASURY).page("/finops/trends").get_data(as_text=True)
            assert variant.says.note in trends
    finally:
        scene.close()


def test_on_postgresql_too_a_reader_is_answered_as_before(
    postgres_url: str, tmp_path: Path
) -> None:
    scene = Scene(tmp_path / "portal", postgres_url)
    scene.prepare()
    try:
        part = EVERYTHING if IS_SOAK else slice(0, None, 3)
        was, tables = ask(scene, A, part), tables_of(scene)
        for variant in ON_POSTGRESQL:
            rebuild(scene, variant)
            now = excepted(variant, ask(scene, A, part))
            assert differences(excepted(variant, was), now) == {}, variant.name
            assert differences(tables, tables_of(scene)) != {}, variant.name
    finally:
        scene.close()


def test_of_peers_nothing_but_their_own_figures_is_masked(before: Before) -> None:
    masked = {
        name: mask_peers(text)
        for name, text in before.answers[A].items()
        if mask_peers(text) != text
    }
    assert any(name.startswith("/api/") for name in masked)
    assert any(name.startswith("/export/measures") for name in masked)
    assert "/export/table/agg_peer_agency_month?format=csv" in masked
    assert any(name.startswith("callback") for name in masked)
    for name, text in masked.items():
        assert text.count("<peers>") > 0, name
        # What is left holds everything else: own figures, labels, the rest of the page.
        assert len(text) > len(before.answers[A][name]) / 2 or "agg_peer" in name, name


def test_of_concentration_nothing_but_the_figure_is_masked(before: Before) -> None:
    masked = {
        name: mask_concentration(text)
        for name, text in before.answers[A].items()
        if mask_concentration(text) != text
    }
    assert any(name.startswith("/api/") for name in masked)
    pages = [name for name in masked if name.startswith("callback")]
    assert pages
    assert all("'/finops/providers'" in name for name in pages)
    for name, text in masked.items():
        # Of a page it is one card's number; of an answer, a number in each row.
        assert name.startswith("/api/") or text.count("<concentration>") == 1, name
        assert abs(len(text) - len(before.answers[A][name])) < 20 * text.count("<concentration>")


def test_what_is_compared_covers_every_page_measure_and_table(before: Before) -> None:
    asked = " ".join(before.answers[A])
    for name in (*REGISTRY, *(page.path for page in PAGES), *(t.name for t in STAR.sorted_tables)):
        assert name in asked
    answered = [text for text in before.answers[A].values() if text.startswith("200")]
    assert len(answered) > 300
    assert not any("Revenue Authority" in text for text in before.answers[A].values())
