"""The build's engine is given policies, lists and exemptions as it expects them."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import ibis

from warehouse.db import open_database
from warehouse.governance.in_force import records_in_force
from warehouse.governance.policies import install_starting_set
from warehouse.governance.policy_models import TagExemption
from warehouse.migrate import migrate
from warehouse.publishing.record_tables import load_records
from warehouse.scope import Scope
from warehouse.transforms.staging import RECORDS

NOW = datetime(2026, 11, 28, tzinfo=UTC)


def test_records_of_policies_have_the_types_that_the_transforms_read(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/records.sqlite", tmp_path)
    migrate(database)
    with database.records(Scope.whole_government()) as session:
        install_starting_set(session, NOW)
        session.add(
            TagExemption(
                agency_id=10, provider="AWS", account_id="0111", resource_id="", tag="*",
                reason="Moving.", asked_by="m@health.example", asked_at=NOW,
                expires_on=date(2026, 12, 31), state="approved",
            )
        )  # fmt: skip
        session.flush()
        records = records_in_force(session, NOW.date())
    database.dispose()
    con = ibis.duckdb.connect()
    load_records(con, records)
    for name in ("rec_tagging_policy", "rec_value_list", "rec_tag_exemption"):
        found = {column: str(type_) for column, type_ in con.get_schema(name).items()}
        assert found == dict(RECORDS[name]), name
    (document,) = con.con.execute("SELECT document FROM rec_tagging_policy").fetchall()[0]
    assert json.loads(document)["policy"] == "starting-set"
    assert con.con.execute("SELECT * FROM rec_tag_exemption").fetchall() == [
        (10, "AWS", "0111", "", "*", "2026-12-31")
    ]
    con.disconnect()
