"""How figures are written for people: rounded on cards, exact in tables, never a false zero."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal

NOT_AVAILABLE = "not available"
MINUS = "\N{MINUS SIGN}"

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August",
    "September", "October", "November", "December",
)  # fmt: skip
_SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"))
_SIGNS = {"USD": "US$"}
Number = int | float | Decimal


def money(amount: Number | None, currency: str = "USD") -> str:
    """Write an amount with three significant digits: ``US$1.24 million``, ``US$72,700``."""
    if amount is None:
        return NOT_AVAILABLE
    figure, scale = money_parts(amount, currency)
    return f"{figure} {scale}" if scale else figure


def money_parts(amount: Number, currency: str = "USD") -> tuple[str, str]:
    """Split ``US$1.24 million`` into ``US$1.24`` and ``million``, for a value and its unit."""
    value = Decimal(str(amount))
    rounded = _significant(value)
    sign, size = (MINUS if rounded < 0 else ""), abs(rounded)
    for scale, word in _SCALES:
        if size >= scale:
            return f"{sign}{_symbol(currency)}{_plain(size / scale)}", word
    return f"{sign}{_symbol(currency)}{_plain(size)}", ""


def money_short(amount: Number | None, currency: str = "USD") -> str:
    """Write an amount for a narrow place: ``US$1.81 m``, ``US$631 k``."""
    if amount is None:
        return NOT_AVAILABLE
    rounded = _significant(Decimal(str(amount)))
    for scale, letter in ((10**9, "bn"), (10**6, "m"), (10**3, "k")):
        if abs(rounded) >= scale:
            sign = MINUS if rounded < 0 else ""
            return f"{sign}{_symbol(currency)}{_plain(abs(rounded) / scale)} {letter}"
    return money(amount, currency)


def figure_short(number: Number | None) -> str:
    """Write a bare figure with three significant digits, for a label in a chart."""
    if number is None:
        return NOT_AVAILABLE
    return _signed_minus(_plain(_significant(Decimal(str(number)))))


def money_scale(amounts: Iterable[Number | None]) -> tuple[int, str]:
    """Choose what a chart's axis counts in: the divisor, and its word after the currency."""
    largest = max((abs(float(amount)) for amount in amounts if amount is not None), default=0.0)
    for divisor, word in ((10**9, "billion"), (10**6, "million"), (10**3, "thousand")):
        if largest >= divisor:
            return divisor, word
    return 1, ""


def money_exact(amount: Number | None, currency: str = "USD") -> str:
    """Write an amount to the cent: ``US$1,240,112.38``."""
    if amount is None:
        return NOT_AVAILABLE
    value = Decimal(str(amount)).quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN)
    return f"{MINUS if value < 0 else ''}{_symbol(currency)}{abs(value):,.2f}"


def percent(ratio: Number | None, digits: int | None = None) -> str:
    """Write a ratio of 0 to 1 as a percentage, with one decimal unless told: ``5.1 %``."""
    if ratio is None:
        return NOT_AVAILABLE
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
        return NOT_AVAILABLE
    value = _quantize(Decimal(str(difference)) * 100, 1)
    return f"{_sign(value)}{abs(value)} points"


def signed_percent(ratio: Number | None) -> str:
    """Write a relative change with its sign: ``+5.1 %``."""
    if ratio is None:
        return NOT_AVAILABLE
    value = _quantize(Decimal(str(ratio)) * 100, 1)
    return f"{_sign(value)}{abs(value):,} %"


def signed_number(difference: Number | None, digits: int = 1) -> str:
    """Write a difference with its sign: ``+3.2``."""
    if difference is None:
        return NOT_AVAILABLE
    value = _quantize(Decimal(str(difference)), digits)
    return f"{_sign(value)}{abs(value):,}"


def count(number: Number | None) -> str:
    """Write a whole number with commas."""
    return NOT_AVAILABLE if number is None else _signed_minus(f"{int(number):,}")


def decimal(number: Number | None, digits: int = 1) -> str:
    """Write a number with a fixed number of decimals."""
    if number is None:
        return NOT_AVAILABLE
    return _signed_minus(f"{_quantize(Decimal(str(number)), digits):,}")


def month_name(month: str | None) -> str:
    """Write ``2025-10`` as ``October 2025``."""
    if not month:
        return NOT_AVAILABLE
    year, number = month.split("-")
    return f"{_MONTHS[int(number) - 1]} {year}"


def month_short(month: str) -> str:
    """Write ``2025-10`` as ``Oct 2025``, for narrow places."""
    year, number = month.split("-")
    return f"{_MONTHS[int(number) - 1][:3]} {year}"


def months_range(start: str, end: str) -> str:
    """Write two months as a range: ``January to October 2025``."""
    if start == end:
        return month_name(start)
    if start[:4] == end[:4]:
        return f"{month_name(start).split()[0]} to {month_name(end)}"
    return f"{month_name(start)} to {month_name(end)}"


def figure_of(value: Number | None, unit: str, currency: str = "USD") -> str:
    """Write a measure's value exactly enough for a table, by its unit in the registry."""
    if value is None:
        return NOT_AVAILABLE
    if unit == "usd":
        return money_exact(value, currency)
    if unit == "ratio":
        return percent(value, 2)
    if unit == "count":
        return count(value)
    if unit == "ms":
        return f"{decimal(value, 1)} ms"
    if unit == "pct_points":
        return f"{signed_number(value, 2)} points"
    return decimal(value, 2)


def ago(moment: datetime, now: datetime) -> str:
    """Say how long ago something was, in the largest whole unit."""
    since = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    minutes = max(0, int((now - since).total_seconds() // 60))
    for size, word in ((60 * 24, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            number = minutes // size
            return f"{number} {word}{'' if number == 1 else 's'} ago"
    return "just now"


def moment(at: datetime | None) -> str:
    """Write an instant as day and UTC time: ``20 November 2026, 11:40 UTC``."""
    if at is None:
        return NOT_AVAILABLE
    utc = at.astimezone(UTC) if at.tzinfo else at
    return f"{utc.day} {_MONTHS[utc.month - 1]} {utc.year}, {utc:%H:%M} UTC"


def short_build(build_id: str) -> str:
    """Name a build by the last part of its identifier."""
    return build_id.rpartition("-")[2][:8]


def plural(number: int, one: str, many: str | None = None) -> str:
    """Write a count with its noun: ``1 row``, ``2 rows``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def currency_sign(currency: str) -> str:
    """Give what stands before an amount: ``US$``, or the code of another currency."""
    return _symbol(currency).strip()


def _symbol(currency: str) -> str:
    return _SIGNS.get(currency, f"{currency} ")


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
