"""How figures are written for people: rounded on cards, exact in tables, never a false zero.

Words are in the reader's language; digits, commas and points are English ones everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal

from portal.texts import later, say, say_known, say_number

NOT_AVAILABLE = later("not available")
"""For files, which are in English; on a page it is ``not_available()``."""
MINUS = "\N{MINUS SIGN}"

_MONTHS = (
    later("January"), later("February"), later("March"), later("April"), later("May"),
    later("June"), later("July"), later("August"), later("September"), later("October"),
    later("November"), later("December"),
)  # fmt: skip
_SHORT_MONTHS = (
    later("Jan"), later("Feb"), later("Mar"), later("Apr"), later("May"), later("Jun"),
    later("Jul"), later("Aug"), later("Sep"), later("Oct"), later("Nov"), later("Dec"),
)  # fmt: skip
_SCALES = ((10**12, later("trillion")), (10**9, later("billion")), (10**6, later("million")))
_AXIS_SCALES = ((10**9, later("billion")), (10**6, later("million")), (10**3, later("thousand")))
_SHORT_SCALES = (
    (10**9, later("{amount} bn")), (10**6, later("{amount} m")), (10**3, later("{amount} k")),
)  # fmt: skip
_SIGNS = {"USD": "US$"}
Number = int | float | Decimal


def not_available() -> str:
    """Say that there is no figure."""
    return say_known(NOT_AVAILABLE)


def money(amount: Number | None, currency: str = "USD") -> str:
    """Write an amount with three significant digits: ``US$1.24 million``, ``US$72,700``."""
    if amount is None:
        return not_available()
    figure, scale = money_parts(amount, currency)
    return say("{amount} {scale}", amount=figure, scale=scale) if scale else figure


def money_parts(amount: Number, currency: str = "USD") -> tuple[str, str]:
    """Split ``US$1.24 million`` into ``US$1.24`` and ``million``, for a value and its unit."""
    value = Decimal(str(amount))
    rounded = _significant(value)
    sign, size = (MINUS if rounded < 0 else ""), abs(rounded)
    for scale, word in _SCALES:
        if size >= scale:
            return f"{sign}{_symbol(currency)}{_plain(size / scale)}", say_known(word)
    return f"{sign}{_symbol(currency)}{_plain(size)}", ""


def money_short(amount: Number | None, currency: str = "USD") -> str:
    """Write an amount for a narrow place: ``US$1.81 m``, ``US$631 k``."""
    if amount is None:
        return not_available()
    rounded = _significant(Decimal(str(amount)))
    for scale, form in _SHORT_SCALES:
        if abs(rounded) >= scale:
            sign = MINUS if rounded < 0 else ""
            figure = f"{sign}{_symbol(currency)}{_plain(abs(rounded) / scale)}"
            return say_known(form).format(amount=figure)
    return money(amount, currency)


def signed_money(amount: Number | None, currency: str = "USD") -> str:
    """Write a difference in money for a narrow place: ``+US$24 k``."""
    sign = "+" if amount is not None and amount > 0 else ""
    return sign + money_short(amount, currency)


def figure_short(number: Number | None) -> str:
    """Write a bare figure with three significant digits, for a label in a chart."""
    if number is None:
        return not_available()
    return _signed_minus(_plain(_significant(Decimal(str(number)))))


def money_scale(amounts: Iterable[Number | None]) -> tuple[int, str]:
    """Choose what a chart's axis counts in: the divisor, and its word after the currency."""
    largest = max((abs(float(amount)) for amount in amounts if amount is not None), default=0.0)
    for divisor, word in _AXIS_SCALES:
        if largest >= divisor:
            return divisor, say_known(word)
    return 1, ""


def money_exact(amount: Number | None, currency: str = "USD") -> str:
    """Write an amount to the cent: ``US$1,240,112.38``."""
    if amount is None:
        return not_available()
    value = Decimal(str(amount)).quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN)
    return f"{MINUS if value < 0 else ''}{_symbol(currency)}{abs(value):,.2f}"


def percent(ratio: Number | None, digits: int | None = None) -> str:
    """Write a ratio of 0 to 1 as a percentage, with one decimal unless told: ``5.1 %``."""
    if ratio is None:
        return not_available()
    return f"{percent_figure(ratio, digits)} %"


def percent_figure(ratio: Number, digits: int | None = None) -> str:
    """Write a ratio as a percentage without its sign."""
    value = Decimal(str(ratio)) * 100
    if digits is None:
        digits = _percent_digits(value)
    return _signed_minus(f"{_quantize(value, digits):,f}")


def points(difference: Number | None) -> str:
    """Write the difference of two ratios in percentage points: ``+1.3 points``."""
    if difference is None:
        return not_available()
    return say("{number} points", number=points_figure(difference))


def points_figure(difference: Number) -> str:
    """Write the difference of two ratios in percentage points without their name: ``+1.3``."""
    value = _quantize(Decimal(str(difference)) * 100, 1)
    return f"{_sign(value)}{abs(value)}"


def signed_percent(ratio: Number | None) -> str:
    """Write a relative change with its sign: ``+5.1 %``."""
    if ratio is None:
        return not_available()
    value = _quantize(Decimal(str(ratio)) * 100, 1)
    return f"{_sign(value)}{abs(value):,} %"


def signed_number(difference: Number | None, digits: int = 1) -> str:
    """Write a difference with its sign: ``+3.2``."""
    if difference is None:
        return not_available()
    value = _quantize(Decimal(str(difference)), digits)
    return f"{_sign(value)}{abs(value):,}"


def count(number: Number | None) -> str:
    """Write a whole number with commas."""
    return not_available() if number is None else _signed_minus(f"{int(number):,}")


def decimal(number: Number | None, digits: int = 1) -> str:
    """Write a number with a fixed number of decimals."""
    if number is None:
        return not_available()
    return _signed_minus(f"{_quantize(Decimal(str(number)), digits):,}")


def month_name(month: str | None) -> str:
    """Write ``2025-10`` as ``October 2025``."""
    if not month:
        return not_available()
    return say("{month} {year}", month=month_word(month), year=month[:4])


def month_word(month: str) -> str:
    """Write ``2025-10`` as ``October``, where its year is known."""
    return say_known(_MONTHS[int(month[5:7]) - 1])


def month_names() -> list[str]:
    """List the names of the months, January first."""
    return [say_known(name) for name in _MONTHS]


def short_month_names() -> list[str]:
    """List the names of the months for narrow places, January first."""
    return [say_known(name) for name in _SHORT_MONTHS]


def month_short(month: str) -> str:
    """Write ``2025-10`` as ``Oct 2025``, for narrow places."""
    name = say_known(_SHORT_MONTHS[int(month[5:7]) - 1])
    return say("{month} {year}", month=name, year=month[:4])


def day_name(day: str) -> str:
    """Write ``2025-10-02`` as ``2 October 2025``."""
    return say("{day} {month}", day=int(day[8:]), month=month_name(day[:7]))


def day_short(day: str) -> str:
    """Write ``2025-10-02`` as ``2 Oct 2025``, for narrow places."""
    return say("{day} {month}", day=int(day[8:]), month=month_short(day[:7]))


def months_range(start: str, end: str) -> str:
    """Write two months as a range: ``January to October 2025``."""
    if start == end:
        return month_name(start)
    first = month_word(start) if start[:4] == end[:4] else month_name(start)
    return say("{first} to {last}", first=first, last=month_name(end))


def days_range(start: str, end: str) -> str:
    """Write two days as a range, with what they share only once: ``2 to 8 January 2026``."""
    if start == end:
        return day_name(start)
    if start[:7] == end[:7]:
        first = str(int(start[8:]))
    elif start[:4] == end[:4]:
        first = say("{day} {month}", day=int(start[8:]), month=month_word(start))
    else:
        first = day_name(start)
    return say("{first} to {last}", first=first, last=day_name(end))


def figure_of(value: Number | None, unit: str, currency: str = "USD") -> str:
    """Write a measure's value exactly enough for a table, by its unit in the registry."""
    if value is None:
        return not_available()
    if unit == "usd":
        return money_exact(value, currency)
    if unit == "ratio":
        return percent(value, 2)
    if unit == "count":
        return count(value)
    if unit == "ms":
        return f"{decimal(value, 1)} ms"
    if unit == "days":
        return say("{number} days", number=decimal(value, 1))
    if unit == "pct_points":
        return say("{number} points", number=signed_number(value, 2))
    return decimal(value, 2)


def ago(moment: datetime, now: datetime) -> str:
    """Say how long ago something was, in the largest whole unit."""
    since = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes >= 60 * 24:
        return say_number(minutes // (60 * 24), "{number} day ago", "{number} days ago")
    if minutes >= 60:
        return say_number(minutes // 60, "{number} hour ago", "{number} hours ago")
    if minutes:
        return say_number(minutes, "{number} minute ago", "{number} minutes ago")
    return say("just now")


def moment(at: datetime | None) -> str:
    """Write an instant as day and UTC time: ``20 November 2026, 11:40 UTC``."""
    if at is None:
        return not_available()
    utc = at.astimezone(UTC) if at.tzinfo else at
    return say(
        "{day} {month} {year}, {time} UTC",
        day=utc.day,
        month=say_known(_MONTHS[utc.month - 1]),
        year=utc.year,
        time=f"{utc:%H:%M}",
    )


def short_build(build_id: str) -> str:
    """Name a build by the last part of its identifier."""
    return build_id.rpartition("-")[2][:8]


def currency_sign(currency: str) -> str:
    """Give what stands before an amount: ``US$``, or the code of another currency."""
    return _symbol(currency).strip()


def _symbol(currency: str) -> str:
    return _SIGNS.get(currency, f"{currency} " if currency else "")


def _significant(value: Decimal, digits: int = 3) -> Decimal:
    if value == 0:
        return Decimal(0)
    return _quantize(value, digits - 1 - value.adjusted())


def _percent_digits(value: Decimal) -> int:
    """One decimal; none where it says nothing, and more for what would round to zero."""
    size = abs(value)
    if size == size.to_integral_value() or size >= 100:
        return 0
    return 1 if size >= Decimal("0.1") else -value.adjusted()


def _quantize(value: Decimal, digits: int) -> Decimal:
    rounded = value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN)
    return rounded if rounded else abs(rounded)  # never a negative zero


def _plain(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _sign(value: Decimal) -> str:
    return "+" if value > 0 else MINUS if value < 0 else ""


def _signed_minus(text: str) -> str:
    return text.replace("-", MINUS)
