"""The questions that several parts of the provider page ask."""

from __future__ import annotations

from collections.abc import Sequence

from portal.components.parts import Text
from portal.formats import month_name, percent
from portal.pages.evidence import figure
from portal.pages.page import PageRequest
from portal.pages.series import Rows, largest, number
from portal.texts import say, say_parts
from warehouse.question import Answer, Period

PATH = "/finops/providers"
TOGETHER = ("provider_spend", "top_provider_share", "concentration", "effective_providers",
            "fragmentation")  # fmt: skip


def years_of(request: PageRequest) -> list[str]:
    """Give the years with provider spend that the period in view touches, oldest first."""
    answer = request.ask("provider_spend", by=("year",), period=request.filters.period)
    return [str(row["year"]) for row in answer.rows if row["provider_spend"] is not None]


def in_year(year: str) -> Period:
    """Give the period of one calendar year."""
    return Period(f"{year}-01", f"{year}-12")


def ask_together(request: PageRequest, year: str) -> Answer:
    """Ask how the spend of a year is spread over providers."""
    return request.ask(*TOGETHER, period=in_year(year))


def ask_providers(request: PageRequest, year: str) -> Answer:
    """Ask for each provider's spend and share in a year."""
    return request.ask("provider_spend", "provider_share", by=("provider",), period=in_year(year))


def top_provider(answer: Answer) -> str | None:
    """Name the provider with the largest share."""
    ranked = largest(answer.rows, "provider_share", 1)
    return str(ranked[0]["provider"]) if ranked else None


def most_dependent(answer: Answer) -> Rows:
    """Rank MDAs by concentration; of equals, the one that spends more comes first."""

    def ranked() -> Rows:
        known = [row for row in answer.rows if row["concentration"] is not None]
        return sorted(
            known,
            key=lambda row: (-(number(row["concentration"]) or 0.0),
                             -(number(row["provider_spend"]) or 0.0)),
        )  # fmt: skip

    return answer.once("most dependent", ranked)


def part_year(request: PageRequest, year: str) -> str:
    """Say that a year is not over by the usage records; empty where it is."""
    last = request.build.data_to
    if last[:4] != year or last.endswith("-12"):
        return ""
    return say("{year} is not over: usage is known to {month}", year=year, month=month_name(last))


def part_years(request: PageRequest, years: Sequence[str]) -> list[str]:
    """Say which of these years usage covers in part, at the start of the records and their end."""
    first = request.build.data_from
    said = (
        [say("Usage of {year} is known from {month} on", year=first[:4], month=month_name(first))]
        if first[:4] in years and not first.endswith("-01")
        else []
    )
    unfinished = part_year(request, years[-1])
    return [*said, unfinished] if unfinished else said


def ask_agencies(request: PageRequest, year: str) -> Answer:
    """Ask how each MDA's spend of a year is spread."""
    return request.ask(*TOGETHER, by=("agency",), period=in_year(year))


def ask_shares(request: PageRequest) -> Answer:
    """Ask for every provider's share of every year, as the chart of the years shows it too."""
    return request.ask("provider_spend", "provider_share", by=("year", "provider"),
                       period=Period())  # fmt: skip


def share_before(answer: Answer, course: Rows, years: Sequence[str]) -> list[Text]:
    """Say what one provider's share was the year before; nothing where that isn't known."""
    before = years[-2] if len(years) > 1 else ""
    row = next((row for row in course if str(row["year"]) == before), None)
    if row is None or row["provider_share"] is None:
        return []
    share = figure(answer, "provider_share", percent(number(row["provider_share"])), row)
    return say_parts("{share} in {year}", share=share, year=before)
