"""Bars: stacked parts of a whole, and one rate a month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from portal.figures.theme import (
    PALETTES,
    Figure,
    Theme,
    days_of,
    end_label,
    figure,
    month_axis,
    numbers,
    peak_bands,
    room_for,
    spread,
    value_axis,
)

_PLOT_PIXELS = 220


def draw_stacked_bars(
    *,
    columns: Sequence[str],
    parts: Sequence[tuple[str, str, Sequence[float | None]]],
    theme: Theme,
    unit: str,
    monthly: bool = False,
) -> Figure:
    """Stack parts: a name, the label at the last column, and a value a column, in ``unit``.

    ``monthly`` columns are months, which stand on a calendar axis.
    """
    colours = PALETTES[theme]
    axis = (
        month_axis(columns, theme)
        if monthly
        else {**_category_axis(theme), "range": [-0.5, len(columns) - 0.5]}
    )
    end = axis["range"][-1] if monthly and columns else len(columns) - 0.55
    when = "|%B %Y" if monthly else ""
    traces: list[dict[str, Any]] = []
    middles: list[float] = []
    total = 0.0
    for at, (name, _, values) in enumerate(parts):
        heights = numbers(values)
        traces.append(
            {
                "type": "bar",
                "name": name,
                "x": days_of(columns) if monthly else list(columns),
                "y": heights,
                "marker": {
                    "color": colours.series[at % len(colours.series)],
                    "line": {"color": colours.surface, "width": 1},
                },
                "hovertemplate": f"%{{x{when}}}: %{{y:,.3~g}} {unit}<extra>{name}</extra>",
            }
        )
        last = float(np.nan_to_num(heights[-1])) if len(heights) else 0.0
        middles.append(total + last / 2)
        total += last
    shifts = spread(middles, _PLOT_PIXELS / (total or 1.0))
    labels = [
        end_label(
            text=label,
            x=end,
            y=middle,
            colour=colours.text,
            shift=shift,
            xshift=4,
        )
        for (_, label, _), middle, shift in zip(parts, middles, shifts, strict=True)
    ]
    return figure(
        traces,
        theme=theme,
        xaxis=axis,
        yaxis=value_axis(theme),
        annotations=labels if columns else [],
        margin=(12, room_for([label for _, label, _ in parts]), 40 if monthly else 28, 40),
        barmode="stack",
        bargap=0.35,
        hovermode="x",
    )


def draw_rate_bars(
    *,
    months: Sequence[str],
    rates: Sequence[float | None],
    name: str,
    peaks: frozenset[str] = frozenset(),
    theme: Theme,
) -> Figure:
    """Draw one ratio a month as a percentage, each bar with its figure above it."""
    colours = PALETTES[theme]
    heights = numbers(rates) * 100
    shapes, notes = peak_bands(months, peaks, theme)
    top = float(np.nanmax(heights)) if np.isfinite(heights).any() else 0.0
    trace = {
        "type": "bar",
        "name": name,
        "x": days_of(months),
        "y": heights,
        "text": ["" if np.isnan(h) else f"{h:.1f}" if h else "0" for h in heights],
        "textposition": "outside",
        "textfont": {"size": 12, "color": colours.text},
        "cliponaxis": False,
        "marker": {"color": colours.series[0]},
        "hovertemplate": f"%{{x|%B %Y}}: %{{y:.2f}} %<extra>{name}</extra>",
    }
    return figure(
        [trace],
        theme=theme,
        xaxis=month_axis(months, theme),
        yaxis=value_axis(theme, suffix=" %", range=[0, max(1.0, top * 1.2)]),
        shapes=shapes,
        annotations=notes,
        margin=(24, 12, 40, 44),
        bargap=0.35,
    )


def _category_axis(theme: Theme) -> dict[str, Any]:
    return {
        "type": "category",
        "tickangle": 0,
        "showgrid": False,
        "fixedrange": True,
        "linecolor": PALETTES[theme].axis,
        "tickfont": {"size": 12},
    }
