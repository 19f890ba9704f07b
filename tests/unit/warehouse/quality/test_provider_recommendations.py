"""What providers recommend, as they export it: what is read, and what is said of a wrong export."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from tests.unit.warehouse.quality.hand_in import HandIn, Outcome

FOLDER = "provider_recommendations"
SUBSCRIPTION = "0f1e2d3c-0000-4000-8000-000000000001"
AWS: dict[str, Any] = {
    "recommendationId": "r-1", "accountId": "111122223333", "actionType": "Rightsize",
    "currentResourceType": "Ec2Instance", "recommendedResourceSummary": "t3.small",
    "resourceArn": "arn:aws:ec2:eu-west-1:111122223333:instance/i-1",
    "estimatedMonthlySavings": 10.1, "currencyCode": "USD", "implementationEffort": "Low",
}  # fmt: skip
AZURE: dict[str, Any] = {
    "id": f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Advisor/recommendations/a",
    "category": "Cost", "shortDescription": {"problem": "p", "solution": "Shut it down"},
    "extendedProperties": {"annualSavingsAmount": "240.5", "savingsCurrency": "EUR"},
    "resourceMetadata": {"resourceId": f"/subscriptions/{SUBSCRIPTION}/vm"},
}  # fmt: skip
GOOGLE: dict[str, Any] = {
    "name": "projects/123/locations/z/recommenders/google.compute.instance.IdleResourceRecommender"
    "/recommendations/g",
    "description": "Save cost by stopping it.",
    "targetResources": ["//compute.googleapis.com/projects/health-live/zones/z/instances/i"],
    "primaryImpact": {
        "category": "COST",
        "costProjection": {
            "cost": {"currencyCode": "USD", "units": "-73", "nanos": -500000000},
            "duration": "2628000s",
        },
    },
}  # fmt: skip


def found(outcome: Outcome) -> list[tuple[Any, ...]]:
    return outcome.rows(
        "SELECT taken_on, provider, account_id, recommendation, yearly_saving, currency "
        "FROM stg_provider_recommendations ORDER BY provider, account_id"
    )


def test_exports_of_three_providers_come_to_one_table(hand_in: HandIn) -> None:
    azure = {"id": AZURE["id"], "properties": {k: v for k, v in AZURE.items() if k != "id"}}
    other_end = {**AZURE, "id": "x", "category": "Security"}
    hand_in.write(f"{FOLDER}/aws-2026-10-31.json", json.dumps({"items": [AWS]}))
    hand_in.write(f"{FOLDER}/azure-2026-10-30.json", json.dumps([azure, other_end]))
    hand_in.write(f"{FOLDER}/2026-10/google.json", json.dumps([GOOGLE]))
    assert found(hand_in.stage()) == [
        ("2026-10-31", "AWS", "111122223333", "Rightsize Ec2Instance (t3.small)",
         Decimal("121.2"), "USD"),
        ("2026-10-30", "Azure", SUBSCRIPTION, "Shut it down", Decimal("240.5"), "EUR"),
        ("2026-10", "GCP", "health-live", "Save cost by stopping it.", Decimal(882), "USD"),
    ]  # fmt: skip


def test_a_plain_table_is_read_and_its_rows_are_judged(hand_in: HandIn) -> None:
    hand_in.write(
        f"{FOLDER}/ours.csv",
        "taken_on,provider,account_id,recommendation_id,resource_id,recommendation,effort,"
        "yearly_saving,currency\n2026-10,AWS,1,a,,Stop it,,,USD\n"
        "2026-10,AWS,1,b,,Stop it,,-5,USD\n2026-10,AWS,,c,,Stop it,,5,USD\n",
    )
    outcome = hand_in.stage()
    assert found(outcome) == [("2026-10", "AWS", "1", "Stop it", None, "USD")]
    assert len(outcome.failures()) == 2


def test_an_export_that_cannot_be_read_is_refused_with_what_to_do(hand_in: HandIn) -> None:
    hand_in.write(f"{FOLDER}/aws.json", json.dumps({"items": [AWS]}))
    hand_in.write(f"{FOLDER}/cut-2026-10.json", '{"items": [')
    hand_in.write(f"{FOLDER}/odd-2026-10.json", '[{"finding": "x"}]')
    hand_in.write(f"{FOLDER}/short-2026-10.csv", "taken_on,provider\n2026-10,AWS\n")
    outcome = hand_in.stage()
    assert found(outcome) == []
    refused = outcome.rows("SELECT message FROM source_file WHERE status = 'refused' ORDER BY path")
    for (message,), said in zip(
        refused,
        ("Put the day into its name", "isn't sound JSON", "isn't known", "lacks the column"),
        strict=True,
    ):
        assert said in message


def test_what_no_program_can_read_is_refused_or_quarantined_and_stops_no_build(
    hand_in: HandIn,
) -> None:
    hand_in.write(f"{FOLDER}/deep-2026-10.json", "[" * 100_000)
    half = '[{"recommendationId": "\\ud800", "accountId": "1"}]'
    hand_in.write(f"{FOLDER}/half-2026-10.json", half)
    header = "taken_on,provider,account_id,recommendation_id,resource_id,recommendation,effort"
    row = f"2026-10,AWS,1,{'a' * 200_000},,Stop it,,5,USD"
    hand_in.write(f"{FOLDER}/wide.csv", f"{header},yearly_saving,currency", row)
    odd = (("abc", "10s"), ({}, "10s"), (1e40, "10s"), (1, "\u00b2s"), (1, "9" * 5000 + "s"))
    google = []
    for at, (units, duration) in enumerate(odd):
        cost = {"cost": {"currencyCode": "USD", "units": units}, "duration": duration}
        impact = {"category": "COST", "costProjection": cost}
        google.append({**GOOGLE, "name": f"projects/p/x/{at}", "primaryImpact": impact})
    hand_in.write(f"{FOLDER}/google-2026-10.json", json.dumps(google))
    huge = json.dumps([AWS]).replace("10.1", "1e9999999")
    hand_in.write(f"{FOLDER}/aws-2026-10.json", huge)
    hand_in.write(f"{FOLDER}/vast-2026-10.json", huge.replace("1e", "1e99999999999999"))
    outcome = hand_in.stage()
    refused = outcome.rows("SELECT path FROM source_file WHERE status = 'refused' ORDER BY path")
    assert [path.rpartition("/")[2] for (path,) in refused] == [
        "deep-2026-10.json", "half-2026-10.json", "vast-2026-10.json", "wide.csv",
    ]  # fmt: skip
    assert [saving for *_, saving, _ in found(outcome)] == [None, None]
    assert len(outcome.failures()) == 4


def test_what_no_database_keeps_and_no_address_takes_is_no_part_of_a_text(hand_in: HandIn) -> None:
    told = {**AWS, "resourceArn": "arn:\x00i\t1", "actionType": "Stop\r\n\x1b[31mit"}
    hand_in.write(f"{FOLDER}/aws-2026-10-31.json", json.dumps([told]))
    rows = hand_in.stage().rows(
        "SELECT resource_id, recommendation FROM stg_provider_recommendations"
    )
    assert rows == [("arn: i 1", "Stop [31mit Ec2Instance (t3.small)")]
