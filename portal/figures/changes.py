"""Changes around zero: a bar up or down a month, which nobody takes for an amount."""

from __future__ import annotations

from collections.abc import Sequence

from portal.figures.theme import (
    PALETTES,
    Figure,
    Theme,
    days_of,
    figure,
    month_axis,
    numbers,
    peak_bands,
    value_axis,
)
from portal.formats import signed_percent

_MOST_LABELS = 12
"""Months up to which every bar carries its figure; beyond, only the highest and the lowest."""
_HEADROOM = 0.15


def draw_change_bars(
    *,
    months: Sequence[str],
    changes: Sequence[float | None],
    name: str,
    peaks: frozenset[str] = frozenset(),
    theme: Theme,
) -> Figure:
    """Draw one relative change a month as a signed percentage on both sides of zero.

    Rises and falls differ in colour, side and sign.
    """
    colours = PALETTES[theme]
    heights = numbers(changes) * 100
    shapes, notes = peak_bands(months, peaks, theme)
    known = [change for change in changes if change is not None]
    ends = (min(known, default=0.0), max(known, default=0.0))
    low, high = min(0.0, ends[0] * 100), max(0.0, ends[1] * 100)
    room = ((high - low) or 1.0) * _HEADROOM
    rise, fall = colours.series[2], colours.series[0]
    named = known if len(known) <= _MOST_LABELS else ends
    trace = {
        "type": "bar",
        "name": name,
        "x": days_of(months),
        "y": heights,
        "text": [
            signed_percent(change).removesuffix(" %") if change in named else ""
            for change in changes
        ],
        "textposition": "outside",
        "textfont": {"size": 12, "color": colours.text},
        "constraintext": "none",
        "cliponaxis": False,
        "marker": {"color": [rise if height > 0 else fall for height in heights]},
        "hovertemplate": f"%{{x|%B %Y}}: %{{y:+.1f}} %<extra>{name}</extra>",
    }
    return figure(
        [trace],
        theme=theme,
        xaxis=month_axis(months, theme),
        yaxis=value_axis(theme, suffix=" %", range=[low - room if low < 0 else 0.0, high + room]),
        shapes=shapes,
        annotations=notes,
        margin=(24, 12, 40, 52),
        bargap=0.35,
    )
