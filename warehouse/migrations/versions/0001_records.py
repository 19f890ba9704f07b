"""Create the records of decisions, wall them in, and record the defaults."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from warehouse.governance.models import GOVERNANCE
from warehouse.governance.types import Instant, Precise
from warehouse.rowsecurity import APP_ROLE, protect

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SCHEMA = "governance"
FROM_THE_START = "1900-01"
THRESHOLDS = {
    "sla_latency_ms": "500",
    "sla_error_rate_pct": "3",
    "capacity_utilisation_pct": "85",
    "warning_latency_ms": "400",
    "warning_error_rate_pct": "2.5",
    "idle_utilisation_pct": "20",
    "tag_target_pct": "80",
    "spend_spike_ratio": "0.25",
    "fast_growth_ratio": "0.15",
    "high_season_index": "1.2",
    "budget_amber_ratio": "0.10",
}
FISCAL_STARTS = {"TT": 10, "JM": 4, "BB": 4, "BZ": 4, "*": 1}
PEAK_MONTHS = (1, 2, 3, 7, 8, 9)
WALLED = (
    "threshold", "fiscal_calendar", "peak_calendar", "exchange_rate", "budget_version",
    "budget_line", "service_target", "account_owner", "held_slice_decision", "build_history",
    "worker_lease",
)  # fmt: skip


def upgrade() -> None:
    """Create the tables and record the defaults."""
    _create_rules()
    _create_budgets()
    _create_ownership()
    _create_operations()
    _record_defaults()
    if op.get_bind().dialect.name == "postgresql":
        for name in WALLED:
            for statement in protect(GOVERNANCE.tables[f"{SCHEMA}.{name}"], SCHEMA, writable=True):
                op.execute(statement)
        op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {SCHEMA} TO {APP_ROLE}")


def downgrade() -> None:
    """Drop the tables, the decisions in them included."""
    for name in reversed(WALLED):
        op.drop_table(name, schema=SCHEMA)


def _create_rules() -> None:
    country = ("country_code", "ISO 3166 alpha-2, or *.")
    start = ("effective_from", "First month, YYYY-MM.")
    _create(
        "threshold",
        [_text("name", "Name of the limit."), _text(*start), _version()],
        [_precise("value", "The limit, in the unit its name says."), *_decided()],
        "Grain: limit, first month, version.",
    )
    _create(
        "fiscal_calendar",
        [_text(*country), _text(*start), _version()],
        [_whole("start_month_number", "1 to 12."), *_decided()],
        "Grain: country (* for all others), first month, version.",
    )
    _create(
        "peak_calendar",
        [_text(*country), _text(*start), _version(), _peak_month()],
        _decided(),
        "Grain: country, first month, version, peak month.",
    )
    _create(
        "exchange_rate",
        [_text("month", "Month, YYYY-MM."), _text("currency", "ISO 4217 code."), _version()],
        [_precise("usd_per_unit", "US dollars per unit."), *_decided()],
        "Grain: month, currency, version.",
    )


def _create_budgets() -> None:
    number = "budget_version_id"
    _create(
        "budget_version",
        [sa.Column(number, sa.Integer(), nullable=False, comment="Its number.")],
        [
            _whole("agency_id", "Whose budget."),
            _text("label", "original, supplementary-1, …"),
            _whole("revision", "The highest of a name is in force."),
            _text("content_hash", "SHA-256 over its lines."),
            _text("source_sha256", "The file it came in.", nullable=True),
            *_decided(),
            sa.UniqueConstraint("agency_id", "label", "revision", name="uq_budget_version"),
        ],
        "Grain: agency, version's name, revision.",
    )
    _create(
        "budget_line",
        [
            sa.Column(
                number,
                sa.Integer(),
                sa.ForeignKey(
                    f"{SCHEMA}.budget_version.{number}", name="fk_budget_line_budget_version"
                ),
                nullable=False,
                comment="The version it is part of.",
            ),
            _text("period", "YYYY-MM, or a fiscal year YYYY."),
        ],
        [
            _whole("agency_id", "Whose budget."),
            _precise("amount", "In the currency beside it."),
            _text("currency", "ISO 4217 code."),
            _text("phasing", "given, even or last_year."),
            _whole("source_row", "Row of the file; the header is row 1.", nullable=True),
        ],
        "Grain: budget version, period.",
    )


def _create_ownership() -> None:
    start = "First month, YYYY-MM."
    _create(
        "service_target",
        [
            _whole("agency_id", "Owner of the service.", autoincrement=False),
            _text("digital_service_id", "The service."),
            _text("effective_from", start),
            _version(),
        ],
        [_precise("availability_ratio", "0 to 1; empty ends the target.", True), *_decided()],
        "Grain: agency, digital service, first month, version.",
    )
    _create(
        "account_owner",
        [
            _text("provider", "Short name."),
            _text("account_id", "Text, zeros kept."),
            _version(),
            _text("valid_from", start),
        ],
        [
            _text("valid_to", "Last month, YYYY-MM; empty if open.", nullable=True),
            _whole("agency_id", "The owner."),
            *_decided(),
        ],
        "Grain: provider, account, version, first month.",
    )
    _create(
        "held_slice_decision",
        [sa.Column("decision_id", sa.Integer(), nullable=False, comment="Its number.")],
        [
            _text("feed", "Feed."),
            _whole("agency_id", "Whose slice."),
            _text("month", "YYYY-MM; empty text for a slice without months."),
            _text("content_hash", "SHA-256 of the slice's rows."),
            _text("decision", "approved or rejected; the last one holds."),
            _text("decided_by", "E-mail address."),
            _moment("decided_at", "When, UTC."),
            _text("reason", "In the decider's words."),
        ],
        "Grain: decision on a held slice.",
    )
    _index("held_slice_decision", "agency_id")


def _create_operations() -> None:
    _create(
        "build_history",
        [_text("build_id", "Its identifier.")],
        [
            _moment("started_at", "When, UTC."),
            _moment("finished_at", "When, UTC; empty while running.", nullable=True),
            _text("status", "running, published, failed or unchanged."),
            _json("durations", "Seconds of each stage."),
            _json("counts", "Rows by table, and files."),
            _json("inputs", "path, sha256, rows of each file."),
            _text("inputs_hash", "SHA-256 over all inputs.", nullable=True),
            _text("error", "What went wrong, and what to do.", nullable=True),
        ],
        "Grain: run of the build.",
    )
    _index("build_history", "started_at")
    _create(
        "worker_lease",
        [_text("name", "Kind of work.")],
        [
            _text("holder", "Host and process of the leader."),
            _moment("expires_at", "When it runs out unless renewed, UTC."),
        ],
        "Grain: kind of work.",
    )


def _record_defaults() -> None:
    moment = datetime.now(UTC)
    decided = {
        "effective_from": FROM_THE_START,
        "version": 1,
        "source": "default",
        "recorded_at": moment,
        "recorded_by": "exchequer",
    }
    rows: dict[str, list[dict[str, Any]]] = {
        "threshold": [{"name": name, "value": value} for name, value in THRESHOLDS.items()],
        "fiscal_calendar": [
            {"country_code": code, "start_month_number": start}
            for code, start in FISCAL_STARTS.items()
        ],
        "peak_calendar": [{"country_code": "*", "month_number": month} for month in PEAK_MONTHS],
    }
    for name, found in rows.items():
        table = GOVERNANCE.tables[f"{SCHEMA}.{name}"]
        op.bulk_insert(table, [decided | row for row in found])


def _create(name: str, keys: list[sa.Column[Any]], rest: list[Any], comment: str) -> None:
    key = sa.PrimaryKeyConstraint(*(column.name for column in keys), name=f"pk_{name}")
    op.create_table(name, *keys, *rest, key, schema=SCHEMA, comment=comment)


def _index(table: str, column: str) -> None:
    op.create_index(f"ix_{table}_{column}", table, [column], schema=SCHEMA)


def _text(name: str, comment: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=nullable, comment=comment)


def _whole(name: str, comment: str, nullable: bool = False, **kw: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=nullable, comment=comment, **kw)


def _precise(name: str, comment: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, Precise(), nullable=nullable, comment=comment)


def _moment(name: str, comment: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, Instant(), nullable=nullable, comment=comment)


def _json(name: str, comment: str) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON(), nullable=False, comment=comment)


def _version() -> sa.Column[Any]:
    return _whole("version", "The highest is in force.", autoincrement=False)


def _peak_month() -> sa.Column[Any]:
    return _whole("month_number", "A peak month, 1 to 12.", autoincrement=False)


def _decided() -> list[sa.Column[Any]]:
    return [
        _text("source", "file, portal or default."),
        _moment("recorded_at", "When, UTC."),
        _text("recorded_by", "Who: an e-mail address, or the file's path."),
    ]
