from tests.unit.warehouse.quality.hand_in import HandIn, agency

TAG_RULES = "accounts/tag_rules.csv"
TAG_HEADER = "rule,priority,tag_key,value_pattern,agency_id,valid_from,valid_to"
SHARES = "accounts/allocation_rules-2025.csv"
SHARES_HEADER = (
    "rule,priority,provider,account_id,service_name,method,agency_id,share,valid_from,valid_to"
)


def test_rules_that_name_nobody_or_anybody_unknown_go_to_quarantine(hand_in: HandIn) -> None:
    hand_in.agencies(agency(1), agency(2))
    hand_in.write(TAG_RULES, TAG_HEADER, "a,1,team,x*,1,2025-01,", "b,1,team,y,7,2025-01,")
    hand_in.write(
        SHARES,
        SHARES_HEADER,
        "hub,1,AWS,111,*,even,,,2025-01,",
        "net,2,*,*,*,fixed,2,0.25,2025-01,2025-06",
        "net,2,*,*,*,fixed,7,0.25,2025-01,2025-06",
        "bad,2,*,*,*,halves,2,1.25,2025-01,",
    )

    outcome = hand_in.stage()

    assert outcome.rows("SELECT rule FROM stg_tag_rules") == [("a",)]
    assert outcome.rows("SELECT rule, agency_id FROM stg_allocation_rules ORDER BY 1") == [
        ("hub", None),
        ("net", 2),
    ]
    assert outcome.rows(
        "SELECT f.path, c.agency_id, c.rows_passed, c.rows_failed FROM source_count c"
        " JOIN source_file f USING (source_id) WHERE c.feed LIKE '%_rules' ORDER BY 1, 2"
    ) == [(SHARES, 0, 1, 1), (SHARES, 2, 1, 1), (TAG_RULES, 0, 0, 1), (TAG_RULES, 1, 1, 0)]
