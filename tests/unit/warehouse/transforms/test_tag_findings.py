"""Resources judged by policies: literal lines and policies in, outcomes out."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from tests.factories.bills import line, put_lines
from tests.unit.warehouse.transforms.staging_rows import Staging

TABLES = (
    "agg_resource_month",
    "agg_tag_month",
    "fact_policy_drift",
    "fact_resource_monthly",
    "fact_tag_finding",
)
"""What is built for these tests, with all that it is made from."""

HEAD = {"owner": "cloud@treasury.example", "effective_from": "2025-01", "stage": "warn"}
COST_CENTRE = {
    "spelling": "CostCentre",
    "required": "true",
    "values": ["CC-*"],
    "aliases": ["CostCenter", "Cost department"],
}


def policy(staging: Staging, name: str, tags: dict[str, Any], **head: Any) -> None:
    document = {"policy": name, **HEAD, "tags": tags, **head}
    (position,) = staging.rows("select count(*) from rec_tagging_policy")[0]
    staging.add(
        "rec_tagging_policy",
        policy=name,
        version=head.get("version", 1),
        position=position,
        effective_from=document["effective_from"],
        document=json.dumps({k: v for k, v in document.items() if k != "version"}),
    )


def resource(name: str, tags: dict[str, str] | None, cost: str = "1", **row: Any) -> dict[str, Any]:
    said = None if tags is None else json.dumps(tags)
    return line("2025-03-01", cost, resource_id=name, tags=said, **row)


def outcomes(staging: Staging, tag: str = "costcentre") -> dict[str, tuple[str, str]]:
    found = staging.rows("select resource_id, outcome, outcome_by_sense from fact_resource_monthly")
    return {name: (outcome, by_sense) for name, outcome, by_sense in found}


@pytest.fixture
def owned(staging: Staging) -> Staging:
    staging.agency(1)
    staging.add(
        "rec_account_owner", agency_id=1, account_id="111", provider="AWS", valid_from="2025-01"
    )
    return staging


def test_each_resource_is_judged_by_the_letter_and_by_its_sense(owned: Staging) -> None:
    policy(owned, "costs", {"CostCentre": COST_CENTRE})
    put_lines(
        owned.con,
        [
            resource("right", {"CostCentre": "CC-1", "Name": "a"}),
            resource("wrong key case", {"costcentre": "CC-1"}),
            resource("alias", {"Cost department": "CC-1"}),
            resource("stray space", {" CostCentre": "CC-1"}),
            resource("wrong value case", {"CostCentre": "cc-1"}),
            resource("wrong value", {"CostCentre": "1"}),
            resource("missing", {"Name": "x"}),
            resource("untagged", None),
            resource("two keys", {"costcenter": "1", "CostCentre": "CC-2"}),
            line("2025-03-01", "1", service_name="Tax", charge_category="Tax"),
        ],
    )
    owned.build()
    assert outcomes(owned) == {
        "right": ("compliant", "compliant"),
        "wrong key case": ("wrong_case", "compliant"),
        "alias": ("wrong_spelling", "compliant"),
        "stray space": ("wrong_spelling", "compliant"),
        "wrong value case": ("wrong_case", "compliant"),
        "wrong value": ("wrong_value", "wrong_value"),
        "missing": ("missing", "missing"),
        "untagged": ("missing", "missing"),
        "two keys": ("compliant", "compliant"),
        "no id: Tax": ("not_taggable", "not_taggable"),
    }
    assert owned.rows(
        "select resource_id, key_found, value_found from fact_tag_finding"
        " where outcome = 'wrong_spelling' order by 1"
    ) == [("alias", "Cost department", "CC-1"), ("stray space", " CostCentre", "CC-1")]
    assert owned.one("select sum(cost_usd) from agg_resource_month") == Decimal(10)


def test_a_key_that_the_bill_shows_nowhere_is_not_visible_and_never_missing(
    owned: Staging,
) -> None:
    policy(owned, "costs", {"CostCentre": COST_CENTRE, "Owner": {"required": "true"}})
    put_lines(owned.con, [resource("a", {"CostCentre": "CC-1"}), resource("b", None)])
    owned.build()
    assert outcomes(owned)["a"][0] == "not_visible"
    assert owned.rows("select tag, outcome, resource_count from agg_tag_month order by 1, 2") == [
        ("costcentre", "compliant", 1),
        ("costcentre", "missing", 1),
        ("owner", "not_visible", 2),
    ]


def test_capitals_of_a_key_matter_to_aws_and_not_to_azure(owned: Staging) -> None:
    owned.add(
        "rec_account_owner", agency_id=1, account_id="s", provider="Azure", valid_from="2025-01"
    )
    policy(owned, "costs", {"CostCentre": COST_CENTRE})
    put_lines(
        owned.con,
        [
            resource("aws", {"COSTCENTRE": "CC-1"}),
            resource("azure", {"COSTCENTRE": "CC-1"}, provider="Azure", account_id="s"),
        ],
    )
    owned.build()
    assert outcomes(owned)["aws"][0] == "wrong_case"
    assert outcomes(owned)["azure"][0] == "compliant"


def test_rules_reach_whom_they_are_meant_for(owned: Staging) -> None:
    owned.agency(2)
    owned.add(
        "rec_account_owner", agency_id=2, account_id="222", provider="AWS", valid_from="2025-01"
    )
    need = {"CostCentre": {"spelling": "CostCentre", "required": "true"}}
    policy(owned, "one", need, attached_to={"agency": "1"})
    policy(owned, "live", {"Owner": {"required": "true"}}, applies_to={"environment": "prod*"})
    keys = {"CostCentre": "CC-1", "Owner": "x"}
    put_lines(
        owned.con,
        [
            resource("shows all", keys),
            resource("theirs", {"Name": "x"}, account_id="222"),
            resource("theirs live", {"Env": "Production"}, account_id="222"),
            resource("ours", {"Name": "x"}),
        ],
    )
    owned.build()
    assert {name: one for name, (one, _) in outcomes(owned).items()} == {
        "shows all": "compliant",
        "theirs": "no_policy",
        "theirs live": "missing",
        "ours": "missing",
    }


def test_a_kind_is_read_from_the_identifier(owned: Staging) -> None:
    machine = "arn:aws:ec2:eu-west-1:111:instance/i-1"
    disk = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/d"
    policy(owned, "kinds", {"Owner": {"required_for": ["ec2:instance", "Microsoft.Compute/*"]}})
    put_lines(
        owned.con,
        [
            resource(machine, {"a": "b"}),
            resource(disk, {"a": "b"}),
            resource("arn:aws:s3:::bucket", {"owner": "b"}),
            resource("vol-1", {"a": "b"}, resource_type="volume"),
        ],
    )
    owned.build()
    kinds = dict(owned.rows("select resource_id, resource_type from fact_resource_monthly"))
    assert kinds[machine] == "ec2:instance"
    assert kinds[disk] == "microsoft.compute/disks"
    assert kinds["vol-1"] == "volume"
    assert outcomes(owned)[machine][0] == "missing"
    assert outcomes(owned)[disk][0] == "missing"
    assert outcomes(owned)["vol-1"][0] == "no_policy"


def test_an_exemption_excuses_its_resource_until_it_ends(owned: Staging) -> None:
    policy(owned, "costs", {"CostCentre": COST_CENTRE})
    excused = {"agency_id": 1, "provider": "AWS", "account_id": "111", "tag": "*"}
    owned.add("rec_tag_exemption", resource_id="old", expires_on="2025-03-31", **excused)
    owned.add("rec_tag_exemption", resource_id="over", expires_on="2025-02-28", **excused)
    owned.add(
        "rec_tag_exemption",
        resource_id="theirs",
        expires_on="2026-03-31",
        **excused | {"agency_id": 9},
    )
    put_lines(
        owned.con,
        [
            resource("shows", {"CostCentre": "CC-1"}),
            *(resource(name, None) for name in ("old", "over", "theirs")),
        ],
    )
    owned.build()
    assert outcomes(owned)["old"][0] == "exempt"
    assert outcomes(owned)["over"][0] == "missing"
    assert outcomes(owned)["theirs"][0] == "missing"


def test_a_month_keeps_the_version_of_its_time(owned: Staging) -> None:
    policy(owned, "costs", {"Owner": {"required": "true"}})
    later = {"Owner": {"required": "true", "values": ["a@x.example"]}}
    policy(owned, "costs", later, version=2, effective_from="2025-04")
    lines = [
        line(f"2025-0{month}-01", "1", resource_id="one", tags='{"owner": "b"}') for month in (3, 4)
    ]
    put_lines(owned.con, lines)
    owned.build()
    assert owned.rows("select month, outcome from fact_resource_monthly order by 1") == [
        ("2025-03", "compliant"),
        ("2025-04", "wrong_value"),
    ]


def test_no_policy_judges_nothing(owned: Staging) -> None:
    put_lines(owned.con, [resource("a", {"b": "c"})])
    owned.build()
    assert outcomes(owned)["a"] == ("no_policy", "no_policy")
    assert owned.one("select count(*) from agg_tag_month") == 0


def test_the_tags_of_the_last_day_count(owned: Staging) -> None:
    policy(owned, "costs", {"Owner": {"required": "true"}})
    put_lines(
        owned.con,
        [
            line("2025-03-01", "1", resource_id="a", tags='{"owner": "x"}'),
            line("2025-03-09", "2", resource_id="a", tags='{"name": "x"}'),
            resource("b", {"owner": "x"}),
        ],
    )
    owned.build()
    assert owned.rows(
        "select outcome, line_count, effective_cost from fact_resource_monthly order by resource_id"
    ) == [("missing", 2, Decimal(3)), ("compliant", 1, Decimal(1))]


MACHINE = "arn:aws:ec2:eu-west-1:111:instance/i-1"


def inventory(staging: Staging, name: str, tags: dict[str, str], **row: Any) -> None:
    usual = {"taken_on": "2025-03-30", "provider": "AWS", "account_id": "111", "listed_by": "a"}
    staging.add("stg_inventories", resource_id=name, tags=json.dumps(tags), **usual | row)


def test_what_an_inventory_shows_beats_the_bill_and_is_asked_of_no_bill(owned: Staging) -> None:
    policy(owned, "costs", {"CostCentre": COST_CENTRE, "Owner": {"required": "true"}})
    put_lines(
        owned.con,
        [resource("i-1", {"CostCentre": "CC-1"}), resource("on the bill", {"CostCentre": "CC-1"})],
    )
    inventory(owned, MACHINE, {"CostCentre": "CC-1"}, taken_on="2025-03-01")
    inventory(owned, MACHINE, {"CostCentre": "x", "owner": "a"})
    owned.build()
    assert owned.rows(
        "select resource_id, resource_type, tag_source, outcome, faults, effective_cost_usd"
        " from fact_resource_monthly order by 1"
    ) == [
        ("i-1", "ec2:instance", "inventory", "wrong_value", "costcentre:wrong_value", 1),
        ("on the bill", "", "bill", "not_visible", "", 1),
    ]


def test_what_only_an_inventory_lists_is_judged_and_its_cost_is_unknown(owned: Staging) -> None:
    policy(owned, "costs", {"CostCentre": COST_CENTRE})
    put_lines(owned.con, [resource(MACHINE, {"CostCentre": "CC-1"}, resource_type="machine")])
    inventory(owned, MACHINE, {"CostCentre": "CC-1"})
    inventory(owned, f"{MACHINE}2", {})
    inventory(owned, "arn:aws:ec2:eu-west-1:111:instance/i-3", {"CostCentre": "CC-1"},
              taken_on="2025-04")  # fmt: skip
    inventory(owned, "elsewhere", {}, account_id="999")
    owned.build()
    assert owned.rows(
        "select agency_id, month, resource_id, service_name, outcome, effective_cost, line_count"
        " from fact_resource_monthly where currency = '' order by 1, 2"
    ) == [
        (0, "2025-03", "elsewhere", "unknown service", "missing", None, 0),
        (1, "2025-03", f"{MACHINE}2", "Amazon EC2", "missing", None, 0),
        (1, "2025-04", "arn:aws:ec2:eu-west-1:111:instance/i-3", "Amazon EC2", "compliant", None,
         0),
    ]  # fmt: skip
    assert owned.rows(
        "select month, is_billed, resource_count, cost_usd from agg_resource_month"
        " where agency_id = 1 order by 1, 2, 3"
    ) == [
        ("2025-03", False, 1, None),
        ("2025-03", True, 1, Decimal(1)),
        ("2025-04", False, 1, None),
    ]


def test_a_tag_of_the_account_stands_in_where_a_policy_lets_it(owned: Staging) -> None:
    handed_down = COST_CENTRE | {"from_account": "true"}
    policy(
        owned,
        "costs",
        {"CostCentre": handed_down, "Owner": {"spelling": "Owner", "required": "true"}},
    )
    shown = {"CostCentre": "CC-1", "Owner": "a"}
    put_lines(
        owned.con,
        [
            resource("own", shown | {"CostCentre": "x"}),
            resource("lacks", {"Owner": "a"}),
            resource("untagged", None),
        ],
    )
    inventory(owned, "arn:aws:organizations::999999999999:account/o-1/111",
              {"CostCentre": "CC-9", "Owner": "b"})  # fmt: skip
    owned.build()
    faults = dict(owned.rows("select resource_id, faults from fact_resource_monthly"))
    assert faults == {
        "own": "costcentre:wrong_value",
        "lacks": "",
        "untagged": "owner:missing",
    }


def test_a_policy_in_force_at_a_provider_is_compared_with_ours_account_by_account(
    owned: Staging,
) -> None:
    asked = {"spelling": "CostCentre", "values": ["CC-*"], "enforced_for": ["ec2:instance"]}
    policy(owned, "costs", {"CostCentre": asked}, stage="enforce")
    put_lines(owned.con, [resource("a", None)])
    as_ours = {"tag_key": "CostCentre", "tag_value": ["CC-*"], "enforced_for": ["ec2:instance"]}
    other = {"tag_key": "CostCentre", "tag_value": ["CC-*", "X"]}
    usual = {"provider": "AWS", "statement": "effective policy"}
    for target, taken_on, said in (
        ("111", "2025-02-28", as_ours),
        ("111", "2025-03-31", other),
        ("unit", "2025-03-31", as_ours),
    ):
        owned.add("stg_provider_policies", target=target, taken_on=taken_on,
                  document=json.dumps({"costcentre": said}), **usual)  # fmt: skip
    for unit, kind, parent in (("unit", "unit", None), ("222", "account", "unit")):
        owned.add("stg_organisation_units", provider="AWS", unit_id=unit, unit_type=kind,
                  parent_id=parent)  # fmt: skip
    owned.build()
    assert owned.rows(
        "select agency_id, account_id, tag, setting, ours, theirs from fact_policy_drift"
        " order by 2, 4"
    ) == [
        (1, "111", "costcentre", "enforced_for", "ec2:instance", ""),
        (1, "111", "costcentre", "values", "", "X"),
        (0, "222", "", "same", "", ""),
    ]
