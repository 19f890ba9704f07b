"""The dimensions: who, when, where, what."""

from __future__ import annotations

from sqlalchemy import Table

from warehouse.schema.star import STAR, day, flag, text, whole

dim_agency = Table(
    "dim_agency",
    STAR,
    whole("agency_id", "The agency's number.", key=True),
    text("agency_name", "Name as handed in."),
    text("country", "Country name."),
    text("country_code", "ISO 3166 alpha-2 code."),
    text("org_size", "Small, Medium or Large, from agencies.csv."),
    text("sector_type", "Ministry, Department, Agency, …"),
    text("aws_pref_region", "Preferred region.", nullable=True),
    text("currency", "ISO 4217 code of the agency's own currency."),
    text("region_group", "Group of countries.", nullable=True),
    whole("parent_id", "The agency this one belongs to.", nullable=True),
    text("valid_from", "First month of existence, YYYY-MM.", nullable=True),
    text("valid_to", "Last month of existence, YYYY-MM.", nullable=True),
    whole("predecessor_id", "The agency that this one continues.", nullable=True),
    flag("is_migrated", "By migration_summary.csv; empty if not reported.", nullable=True),
    text("migration_month", "Reported month of migration, YYYY-MM.", nullable=True),
    comment="One row an agency (MDA).",
)

dim_date = Table(
    "dim_date",
    STAR,
    text("month", "Month, YYYY-MM.", key=True),
    day("month_start_date", "First day of the month."),
    whole("year", "Calendar year."),
    text("quarter", "Calendar quarter, e.g. 2025-Q1."),
    whole("month_number", "1 to 12."),
    text("month_name", "English month name."),
    flag("peak_period_flag", "A peak month by the government's default calendar."),
    comment="One row a month. Holds the calendar only; fiscal years are in dim_country_month.",
)

dim_day = Table(
    "dim_day",
    STAR,
    day("day", "Calendar day.", key=True),
    text("month", "Its month, YYYY-MM."),
    whole("weekday", "1 Monday to 7 Sunday (ISO 8601)."),
    flag("is_weekend", "Saturday or Sunday."),
    comment="One row a day of the months in dim_date.",
)

dim_country_month = Table(
    "dim_country_month",
    STAR,
    text("country_code", "ISO 3166 alpha-2 code.", key=True),
    text("month", "Month, YYYY-MM.", key=True, to="dim_date.month"),
    whole("fiscal_start_month", "Number of the month in which the fiscal year starts, 1 to 12."),
    text("fiscal_year_start", "First month of the fiscal year this month is in, YYYY-MM."),
    text("fiscal_year", "Its label: 2025, or 2025/26 where it spans two years."),
    text("fiscal_quarter", "Label and quarter, e.g. 2025/26-Q1."),
    whole("fiscal_month_number", "1 to 12, counted from the fiscal year's start."),
    flag("is_peak", "A peak month in this country."),
    comment="One row a country and month: fiscal year, fiscal quarter and peak.",
)

dim_service = Table(
    "dim_service",
    STAR,
    text("service_type", "IaaS, PaaS or SaaS.", key=True),
    text("service_name", "Its name in words."),
    text("criticality", "High, Medium or Low."),
    comment="One row a type of cloud service.",
)

dim_digital_service = Table(
    "dim_digital_service",
    STAR,
    text("digital_service_id", "Its identifier in services.csv.", key=True),
    text("digital_service_name", "What citizens call it."),
    whole("agency_id", "Its owner."),
    text("service_type", "IaaS, PaaS or SaaS.", to="dim_service.service_type", nullable=True),
    text("criticality", "High, Medium or Low."),
    text("service_hours", "When it must run, e.g. 24x7.", nullable=True),
    text("peak_months", "Its own peak months as numbers, e.g. 1;2;3.", nullable=True),
    text("accounts", "Accounts that make it up, separated by semicolons.", nullable=True),
    text("regions", "Regions it runs in, separated by semicolons.", nullable=True),
    comment="One row a digital service that citizens or staff use.",
)

dim_region = Table(
    "dim_region",
    STAR,
    text("region", "The provider's code, e.g. us-east-1.", key=True),
    text("region_name", "Its name in words; the code where unknown."),
    text("region_area", "Continent or part of the world; Unknown where unknown."),
    comment="One row a provider's region. Never one a country: that join would multiply facts.",
)

dim_cloud_provider = Table(
    "dim_cloud_provider",
    STAR,
    text("provider", "Short name: AWS, Azure, GCP, …", key=True),
    text("provider_name", "Full name."),
    comment="One row a cloud provider.",
)

dim_cost_category = Table(
    "dim_cost_category",
    STAR,
    text("category", "FOCUS ChargeCategory.", key=True),
    text("category_name", "Plain words."),
    comment="One row a category of charge (FOCUS ChargeCategory).",
)

dim_account = Table(
    "dim_account",
    STAR,
    text("provider", "Short name of the provider.", key=True),
    text("account_id", "Account, subscription or project; text, leading zeros kept.", key=True),
    text("valid_from", "First month of ownership, YYYY-MM.", key=True),
    text("valid_to", "Last month of ownership, YYYY-MM.", nullable=True),
    whole("agency_id", "Its owner in that time."),
    comment="One row an account and time of ownership.",
)

DIMENSIONS = (
    dim_agency,
    dim_date,
    dim_day,
    dim_country_month,
    dim_service,
    dim_digital_service,
    dim_region,
    dim_cloud_provider,
    dim_cost_category,
    dim_account,
)
