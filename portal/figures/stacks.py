"""Counts by month, stacked by kind, with a key above: most months have none of most kinds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from portal.figures.theme import (
    PALETTES,
    Figure,
    Theme,
    days_of,
    figure,
    key_above,
    month_axis,
    numbers,
    value_axis,
)

_FEW = 5
"""Up to so many, the axis counts one by one: half a breach is none."""


def draw_month_stacks(
    *,
    months: Sequence[str],
    parts: Sequence[tuple[str, Sequence[float | None]]],
    unit: str,
    theme: Theme,
) -> Figure:
    """Stack counts a month, up to four kinds, each a name and a count a month."""
    colours = PALETTES[theme]
    heights = [np.nan_to_num(numbers(values)) for _, values in parts[:4]]
    top = float(np.max(np.sum(heights, axis=0))) if heights else 0.0
    traces = [
        {
            "type": "bar",
            "name": name,
            "x": days_of(months),
            "y": counted,
            "marker": {
                "color": colours.series[at],
                "line": {"color": colours.surface, "width": 1},
            },
            "hovertemplate": f"%{{x|%B %Y}}: %{{y:,.0f}} {unit}<extra>{name}</extra>",
        }
        for at, ((name, _), counted) in enumerate(zip(parts, heights, strict=False))
    ]
    axis = value_axis(theme)
    if top <= _FEW:
        axis["dtick"] = 1
    return figure(
        traces,
        theme=theme,
        xaxis=month_axis(months, theme),
        yaxis=axis,
        margin=(32, 12, 40, 32),
        barmode="stack",
        bargap=0.35,
        hovermode="x",
        **key_above(theme),
    )
