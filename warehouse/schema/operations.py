"""What a build says about itself: its files, rules, quarantined rows, held slices, findings.

These are part of the star because they are true of one build and go when it goes; the originals
they speak of are kept in the raw zone.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, Table

from warehouse.schema.star import STAR, exact, text, whole

BILLS_WAIT = "bills_wait_for_approval"
"""The rule of the finding that says what the bills that wait come to, in one currency."""

build_info = Table(
    "build_info",
    STAR,
    text("build_id", "Identifier of the build.", key=True),
    Column("built_at", DateTime(timezone=True), nullable=False, comment="When, UTC."),
    text("data_from", "First month with records, YYYY-MM."),
    text("data_to", "Last month with records, YYYY-MM."),
    text("inputs_hash", "SHA-256 over all inputs, records and rules."),
    text("code_version", "Version of the program."),
    comment="One row: the build itself.",
)

source_file = Table(
    "source_file",
    STAR,
    whole("source_id", "Number of the file within this build.", key=True),
    text("feed", "Feed that read it."),
    text("path", "Path below the data directory."),
    text("sha256", "Hash of the original, which is kept in the raw zone."),
    Column("byte_count", BigInteger(), nullable=False, comment="Size."),
    text("encoding", "Encoding found."),
    text(
        "status",
        "accepted, refused, superseded (an earlier accepted version is used), repeated (the "
        "same bill under another name is used), or kept (an earlier bill that stands in for "
        "held slices, and is used for those alone).",
    ),
    whole("rows_read", "Rows read, without the header and what another bill restates."),
    whole("rows_passed", "Rows that reached the star."),
    whole("rows_failed", "Rows in quarantine."),
    whole("rows_held", "Rows in held slices."),
    text("message", "Why not used, or not whole, and what to do.", nullable=True),
    comment="Grain: file. rows_read = rows_passed + rows_failed + rows_held.",
)

source_count = Table(
    "source_count",
    STAR,
    whole("source_id", "The file.", key=True),
    whole("agency_id", "Whose rows; 0 where the row names no known agency.", key=True),
    whole("rows_read", "Rows read."),
    whole("rows_passed", "Rows that reached the star."),
    whole("rows_failed", "Rows in quarantine."),
    whole("rows_held", "Rows in held slices."),
    text("feed", "Feed that read the file."),
    text("path", "Path of the file where all its rows are this agency's; else empty text."),
    comment="Grain: file, agency: what an agency may see of a file it shares with others.",
)

quality_result = Table(
    "quality_result",
    STAR,
    text("feed", "Feed.", key=True),
    text("rule", "Rule's name.", key=True),
    whole("agency_id", "Whose rows; 0 for rows of no known agency.", key=True),
    text("severity", "fail (row to quarantine), hold (slice waits), warn (a finding)."),
    text("description", "What the rule expects."),
    whole("rows_failed", "Rows that did not meet it."),
    comment="Grain: feed, rule, agency. A rule that everything met has one row with agency 0.",
)

quarantined_row = Table(
    "quarantined_row",
    STAR,
    whole("source_id", "The file.", key=True),
    whole("source_row", "The row in that file; the header is row 1.", key=True),
    whole("agency_id", "Whose row; 0 where it names no known agency."),
    text("feed", "Feed."),
    text("rules", "Rules it failed, separated by semicolons."),
    text("reason", "What is wrong, with the value, and what to do."),
    text("content", "The row as handed in, a JSON object of texts."),
    comment="Grain: row that was kept out of the star.",
)

held_slice = Table(
    "held_slice",
    STAR,
    text("feed", "Feed.", key=True),
    whole("agency_id", "Whose slice.", key=True),
    text("month", "Month, YYYY-MM; empty text for a slice without months.", key=True),
    text("rule", "Rule that held it.", key=True),
    text("content_hash", "Hash of its rows: an approval is for this content only."),
    text("reason", "What looks wrong, with the figures."),
    whole("row_count", "Rows waiting."),
    text("part", "Account and currency of a bill; empty text for records.", key=True),
    text("currency", "Currency of a bill's amounts; empty text for records."),
    exact("amount", "Billed cost that waits; empty for records.", nullable=True),
    exact(
        "amount_counted",
        "Billed cost that is counted meanwhile, as it was before; empty for records.",
        nullable=True,
    ),
    comment="Grain: agency, month, feed, rule, part: a slice that waits for approval.",
)

bill_slice = Table(
    "bill_slice",
    STAR,
    whole("agency_id", "0: an account's bill may be that of many agencies."),
    text("provider", "Cloud provider.", key=True),
    text("billing_account_id", "Account that is billed.", key=True),
    text("account_id", "Account that it is for.", key=True),
    text("billing_month", "Month of the bill, YYYY-MM.", key=True),
    text("billing_currency", "Currency of the bill.", key=True),
    whole("source_id", "The file, see source_file.", key=True),
    text("path", "Path of the file."),
    text("made_from", "Hashes of the file and of the column maps beside it, by spaces."),
    whole("row_count", "Lines that are counted."),
    exact("billed_cost", "Billed cost that is counted, in the currency of the bill."),
    text("first_day", "First day with a charge."),
    text("last_day", "Last day with a charge."),
    comment="Grain: provider, payer, account, month, currency, file: what of a bill is counted.",
)

finding = Table(
    "finding",
    STAR,
    whole("finding_id", "Number within this build.", key=True),
    whole("agency_id", "Whom it concerns; 0 for the whole government."),
    text("rule", "Rule that found it."),
    text("feed", "Feed it was found in."),
    text("title", "In a few words."),
    text("detail", "With the values, and what to do."),
    comment="Grain: finding: shown, not repaired silently.",
)

bill_conformance = Table(
    "bill_conformance",
    STAR,
    whole("source_id", "The bill.", key=True),
    whole("remark", "Number of the remark within the bill.", key=True),
    text("layout", "Form that the bill is in."),
    text("column_name", "Column it is about; empty text where it is about the bill."),
    text("level", "error, warning or note."),
    text("rule", "What was looked for."),
    whole("row_count", "Rows it concerns."),
    text("message", "In words."),
    comment="Grain: remark: where a bill keeps to its standard and where it doesn't.",
)

OPERATIONS = (
    build_info,
    source_file,
    source_count,
    quality_result,
    quarantined_row,
    held_slice,
    bill_slice,
    finding,
    bill_conformance,
)
