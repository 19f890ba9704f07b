"""Findings about agencies' moves to the cloud: what they report against what their usage shows."""

from __future__ import annotations

import duckdb

from warehouse.quality.finding import Finding
from warehouse.quality.rules import Rule, Severity

_FEED = "migration_summary"
SIZE = Rule(
    "org_size_agrees",
    Severity.WARN,
    "agencies.csv and migration_summary.csv give an agency the same size.",
)
EARLY = Rule(
    "post_starts_at_migration_date",
    Severity.WARN,
    "Usage turns Post no earlier than in the month of the reported migration date.",
)
NEVER = Rule(
    "migrated_agency_has_post_usage",
    Severity.WARN,
    "An agency that reports to have moved has usage marked Post.",
)
UNREPORTED = Rule(
    "post_usage_is_reported_as_migration",
    Severity.WARN,
    "An agency with usage marked Post reports to have moved.",
)
MIGRATION_RULES = tuple((_FEED, rule) for rule in (SIZE, EARLY, NEVER, UNREPORTED))


def find_in_migrations(connection: duckdb.DuckDBPyConnection) -> list[Finding]:
    """Compare migration_summary with agencies and usage_monthly."""
    return [*_sizes(connection), *_dates(connection)]


def _sizes(connection: duckdb.DuckDBPyConnection) -> list[Finding]:
    rows = connection.execute(
        "SELECT agency_id, known.org_size, moved.org_size "
        "FROM stg_agencies AS known JOIN stg_migration_summary AS moved USING (agency_id) "
        "WHERE known.org_size <> moved.org_size ORDER BY agency_id"
    ).fetchall()
    return [
        Finding(
            agency,
            SIZE.name,
            _FEED,
            "Organisation size differs between two files",
            f"agencies.csv says {known}, migration_summary.csv says {moved}. {known} is used; "
            "correct the file that is wrong.",
        )
        for agency, known, moved in rows
    ]


def _dates(connection: duckdb.DuckDBPyConnection) -> list[Finding]:
    rows = connection.execute(
        """
        SELECT agency_id, migrated, strftime(migration_date, '%Y-%m') AS moved, first_post
        FROM stg_migration_summary LEFT JOIN (
          SELECT agency_id, min(month) AS first_post FROM stg_usage_monthly
          WHERE migration_status = 'Post' GROUP BY agency_id) USING (agency_id)
        WHERE (migrated AND (first_post IS NULL OR first_post < moved))
          OR (NOT migrated AND first_post IS NOT NULL)
        ORDER BY agency_id
        """
    ).fetchall()
    return [_date_finding(*row) for row in rows]


def _date_finding(
    agency: int, migrated: bool, moved: str | None, first_post: str | None
) -> Finding:
    if not migrated:
        return Finding(
            agency,
            UNREPORTED.name,
            _FEED,
            "Usage after a migration that isn't reported",
            f"Usage is marked Post from {first_post} on, but migration_summary.csv says that the "
            "agency hasn't moved. Correct one of them.",
        )
    if first_post is None:
        return Finding(
            agency,
            NEVER.name,
            _FEED,
            "Migrated, but no usage after it",
            f"migration_summary.csv reports a migration{f' in {moved}' if moved else ''}, but no "
            "usage is marked Post. Correct the migration status of the usage, or the report.",
        )
    return Finding(
        agency,
        EARLY.name,
        _FEED,
        "Usage turns Post before the reported migration date",
        f"Usage is marked Post from {first_post} on, but the reported migration date is in "
        f"{moved}. Comparisons before and after follow the usage; correct one of them.",
    )
