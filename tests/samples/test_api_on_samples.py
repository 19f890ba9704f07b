"""The same figures once more, as the API gives them to a reader with a personal token."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from werkzeug.test import Client

from auth.actors import Actor
from auth.people import add_user, grant
from auth.permissions import Role
from auth.tokens import create_token
from portal.app import create_app
from portal.cli.installation import migrate_records, opened
from portal.services import services, utc_now
from portal.settings import Settings
from warehouse.build import build

MEASURES = "/api/v1/measures"


@pytest.fixture(scope="module")
def treasury(
    exchequer_samples: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Client, str]]:
    settings = Settings(
        data_dir=exchequer_samples,
        var_dir=tmp_path_factory.mktemp("var"),
        secret_key=SecretStr("5b0c27f6d1e94a8893bd60fa7c2e15d4"),
    )
    by, now = Actor.console(), utc_now()
    with opened(settings) as database:
        migrate_records(database)
        build(database, settings.data_dir, settings.var_dir)
        with database.records() as db:
            person = add_user(db, email="t@treasury.example", name="T", by=by, now=now)
            grant(db, person, Role.TREASURY, by=by, now=now)
            token = create_token(db, person, "samples", now + timedelta(days=1), now, by=by)
    app = create_app(settings)
    yield app.test_client(), token
    with app.app_context():
        services().database.dispose()


def rows(treasury: tuple[Client, str], question: str) -> list[dict[str, Any]]:
    client, token = treasury
    answer = client.get(f"{MEASURES}/{question}", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found: list[dict[str, Any]] = answer.get_json()["rows"]
    return found


@pytest.mark.parametrize(
    ("question", "measure", "digits", "expected"),
    [
        ("actual_spend", "actual_spend", 2, 72_669.52),
        ("actual_spend?where=service_type:PaaS", "actual_spend", 2, 19_874.78),
        ("ytd_spend?year=fiscal", "ytd_spend", 2, 56_224.62),
        ("latency_ms", "latency_ms", 4, 368.4394),
        ("stability_score?where=migration_status:Pre", "stability_score", 4, 80.0372),
        ("stability_score?where=peak:peak", "stability_score", 4, 82.6939),
        ("provider_share?where=provider:AWS&from=2025-01&to=2025-10", "provider_share", 4, 0.56),
        ("sla_breaches_post?where=migrated:Yes", "sla_breaches_post", 0, 17),
    ],
)
def test_the_api_gives_the_worked_answers(
    treasury: tuple[Client, str], question: str, measure: str, digits: int, expected: float
) -> None:
    (row,) = rows(treasury, question)
    assert round(row[measure], digits) == expected


def test_the_rows_that_breach_are_the_three_known(treasury: tuple[Client, str]) -> None:
    found = rows(treasury, "sla_breaches?by=agency,month,service_type")
    breaching = {(r["agency"], r["service_type"], r["month"]) for r in found if r["sla_breaches"]}
    assert breaching == {
        (1007, "SaaS", "2025-09"),
        (1007, "PaaS", "2025-10"),
        (1010, "IaaS", "2025-07"),
    }
