"""Horizontal bars of a few series: beside each other, or stacked where they add up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal.figures.theme import PALETTES, Figure, Theme, figure, key_above, numbers, value_axis

_LONGEST_NAME = 26


def draw_grouped_bars(
    *,
    names: Sequence[str],
    parts: Sequence[tuple[str, Sequence[float | None]]],
    theme: Theme,
    is_stacked: bool,
    prefix: str = "",
    suffix: str = "",
) -> Figure:
    """Draw up to four parts, each a name and a value a row; the first row stands on top."""
    colours = PALETTES[theme]
    places = list(range(len(names)))
    traces: list[dict[str, Any]] = [
        {
            "type": "bar",
            "orientation": "h",
            "name": name,
            "x": numbers(values),
            "y": places,
            "text": list(names),
            "textposition": "none",
            "marker": {
                "color": colours.series[at],
                "line": {"color": colours.surface, "width": 1},
            },
            "hovertemplate": f"%{{text}}: {prefix}%{{x:,.4~g}}{suffix}<extra>{name}</extra>",
        }
        for at, (name, values) in enumerate(parts[:4])
    ]
    key = key_above(theme)
    # Of horizontal bars Plotly would name the last part first.
    key["legend"]["traceorder"] = "normal"
    return figure(
        traces,
        theme=theme,
        xaxis=value_axis(theme, prefix=prefix, suffix=suffix, nticks=4, tickangle=0),
        yaxis=_name_axis(names, theme),
        margin=(40, 16, 36, 8),
        barmode="stack" if is_stacked else "group",
        bargap=0.3,
        hovermode="closest",
        **key,
    )


def _name_axis(names: Sequence[str], theme: Theme) -> dict[str, Any]:
    """Name the rows at places of their own: two rows may bear the same name."""
    colours = PALETTES[theme]
    return {
        "tickvals": list(range(len(names))),
        "ticktext": [
            name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
            for name in names
        ],
        "range": [len(names) - 0.5, -0.5],
        "automargin": True,
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "linecolor": colours.axis,
        "tickfont": {"size": 12, "color": colours.text},
    }
