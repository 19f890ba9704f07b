"""Inventories as providers export them: what is read of each, and what is said of a wrong one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.warehouse.quality.hand_in import HandIn, Outcome

AWS, AZURE, GOOGLE = "111122223333", "0f1e2d3c-0000-4000-8000-000000000001", "health-live"
MACHINE = f"arn:aws:ec2:eu-west-1:{AWS}:instance/i-1"
DISK = f"/subscriptions/{AZURE}/resourceGroups/g/providers/Microsoft.Compute/disks/d"
INSTANCE = f"//compute.googleapis.com/projects/{GOOGLE}/zones/z/instances/i"

TAGGING = {
    "ResourceTagMappingList": [
        {"ResourceARN": MACHINE, "Tags": [{"Key": "Cost Centre", "Value": 'a "b"'}]},
        {"ResourceARN": "arn:aws:s3:::bucket", "Tags": []},
    ]
}
SNAPSHOT = {
    "fileVersion": "1.0",
    "configurationItems": [
        {
            "configurationItemStatus": "OK",
            "resourceType": "AWS::EC2::Instance",
            "resourceId": "i-1",
            "ARN": MACHINE,
            "awsAccountId": AWS,
            "awsRegion": "eu-west-1",
            "tags": {"Owner": "a"},
        },
        {
            "configurationItemStatus": "ResourceDeleted",
            "resourceType": "AWS::EC2::Volume",
            "resourceId": "vol-1",
            "awsAccountId": AWS,
        },
    ],
}
QUERIED = {
    "Results": [
        json.dumps(
            {
                "arn": MACHINE,
                "accountId": AWS,
                "resourceType": "AWS::EC2::Instance",
                "tags": [{"key": "Owner", "value": "a", "tag": "Owner=a"}],
            }
        )
    ]
}
GRAPH = {
    "count": 2,
    "data": [
        {"id": DISK, "name": "d", "type": "microsoft.compute/disks", "tags": {"Owner": "a"}},
        {"id": f"{DISK}2", "name": "d2", "type": "microsoft.compute/disks", "tags": None},
    ],
}
ASSETS = (
    {
        "name": INSTANCE,
        "asset_type": "compute.googleapis.com/Instance",
        "resource": {"location": "europe-west1-b", "data": {"labels": {"owner": "a"}}},
    },
    {"name": f"{INSTANCE}2", "asset_type": "compute.googleapis.com/Instance", "resource": {}},
)

READ = "SELECT source_row, taken_on, provider, account_id, resource_id, region, tags FROM "


def found(outcome: Outcome) -> list[tuple[Any, ...]]:
    return outcome.rows(f"{READ} stg_inventories ORDER BY source_id, source_row")


def test_the_inventories_of_three_providers_are_read_as_they_are_exported(hand_in: HandIn) -> None:
    hand_in.write(f"inventories/{AWS}/tagging-2026-09-30.json", json.dumps(TAGGING, indent=1))
    hand_in.write("inventories/2026-10/config.json", json.dumps(SNAPSHOT))
    hand_in.write("inventories/2026-11/config.json", json.dumps(QUERIED))
    hand_in.write("inventories/azure/2026-10-30.json", json.dumps(GRAPH))
    hand_in.write("inventories/google/2026-10-31.jsonl", *map(json.dumps, ASSETS))
    hand_in.write(
        "inventories/graph-2026-10-29.csv",
        "id,type,location,tags",
        f'{DISK},microsoft.compute/disks,westeurope,"{{""Owner"":""b""}}"',
    )
    outcome = hand_in.stage()
    assert sorted(found(outcome), key=str) == sorted(
        [
            (1, "2026-09-30", "AWS", AWS, MACHINE, "eu-west-1", '{"Cost Centre":"a \\"b\\""}'),
            (2, "2026-09-30", "AWS", AWS, "arn:aws:s3:::bucket", None, "{}"),
            (1, "2026-10", "AWS", AWS, MACHINE, "eu-west-1", '{"Owner":"a"}'),
            (1, "2026-11", "AWS", AWS, MACHINE, "eu-west-1", '{"Owner":"a"}'),
            (1, "2026-10-30", "Azure", AZURE, DISK, None, '{"Owner":"a"}'),
            (2, "2026-10-30", "Azure", AZURE, f"{DISK}2", None, "{}"),
            (1, "2026-10-31", "GCP", GOOGLE, INSTANCE, "europe-west1-b", '{"owner":"a"}'),
            (2, "2026-10-31", "GCP", GOOGLE, f"{INSTANCE}2", None, "{}"),
            (2, "2026-10-29", "Azure", AZURE, DISK, "westeurope", '{"Owner":"b"}'),
        ],
        key=str,
    )
    assert outcome.staged.files_refused == 0
    assert outcome.failures() == []


def test_the_plain_form_is_for_any_provider(hand_in: HandIn) -> None:
    hand_in.write(
        "inventories/own.csv",
        "taken_on,provider,account_id,resource_id,tags",
        '2026-10,Data centre,hall 1,server 7,"{""Owner"": ""a""}"',
    )
    assert found(hand_in.stage()) == [
        (2, "2026-10", "Data centre", "hall 1", "server 7", None, '{"Owner": "a"}')
    ]


@pytest.mark.parametrize(
    ("path", "content", "said"),
    [
        ("a.json", json.dumps(GRAPH), "Put the day into its name"),
        ("2026-10.jsonl", f'{json.dumps(ASSETS[0])}\n{{"name": "//x', "Row 2 of inventories/2026"),
        ("2026-10.json", '[{"arn": "a", "tags": []}, 5]', "'5'"),
        ("2026-10.json", '[{"colour": "red"}]', "a form that isn't known: its first has colour"),
        ("2026-10.json", json.dumps([{"id": DISK, "type": "x"}]), "of none of its 1 resources"),
    ],
)
def test_an_inventory_that_cannot_be_used_is_refused_and_told_why(
    hand_in: HandIn, path: str, content: str, said: str
) -> None:
    hand_in.write(f"inventories/{path}", content)
    ((status, message),) = hand_in.stage().rows(
        "SELECT status, message FROM source_file WHERE feed = 'inventories'"
    )
    assert status == "refused"
    assert said in message


def test_a_resource_that_cannot_be_placed_is_set_aside_with_its_row(hand_in: HandIn) -> None:
    doubled = [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]
    listed = [
        {"ResourceARN": "arn:aws:s3:::bucket", "Tags": []},
        {"ResourceARN": MACHINE, "Tags": doubled},
    ]
    hand_in.write("inventories/2026-10.json", json.dumps({"ResourceTagMappingList": listed}))
    outcome = hand_in.stage()
    assert found(outcome) == []
    assert outcome.failures() == [(1, "account_id_is_given"), (2, "tags_is_well_written")]


def test_policies_in_force_at_providers_are_read_from_their_exports(hand_in: HandIn) -> None:
    content = json.dumps({"tags": {"owner": {"tag_key": "Owner"}}})
    effective = {"EffectivePolicy": {"TargetId": AWS, "PolicyContent": content}}
    own = {"id": "/x/own", "properties": {"policyRule": {"if": {}, "then": {}}}}
    assigned = {
        "name": "n",
        "properties": {"scope": f"/subscriptions/{AZURE}", "policyDefinitionId": "/x/OWN"},
    }
    unknown = {"name": "u", "properties": {"scope": "/", "policyDefinitionId": "/x/other"}}
    hand_in.write("provider_policies/2026-10-31/aws.json", json.dumps(effective))
    hand_in.write(
        "provider_policies/azure-2026-10.json",
        json.dumps({"assignments": [assigned, unknown], "definitions": [own]}),
    )
    hand_in.write("provider_policies/2026-10.json", '{"Statement": []}')
    hand_in.write("provider_policies/aws.json", json.dumps(effective))
    outcome = hand_in.stage()
    assert outcome.rows(
        "SELECT taken_on, provider, target, statement FROM stg_provider_policies ORDER BY ALL"
    ) == [("2026-10", "Azure", AZURE, "n"), ("2026-10-31", "AWS", AWS, "effective policy")]
    refused = outcome.rows("SELECT message FROM source_file WHERE status = 'refused' ORDER BY path")
    assert "neither an EffectivePolicy of AWS nor a policy assignment" in refused[0][0]
    assert "Put the day into its name" in refused[1][0]
