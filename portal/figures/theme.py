"""What every chart shares: the palette of both themes, the axes, and the chart's settings.

Figures are plain dicts. The little layout they share is written here once instead of a template
repeated in each figure, which would be most of a page's weight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from portal.formats import month_names, short_month_names
from portal.texts import is_source_language, language

Theme = Literal["light", "dark"]
Figure = dict[str, Any]

DAY_FORM = "%-d %B %Y"
"""How a chart writes a day that is pointed at."""
_SHORT_COURSE = 70
"""Days up to which the axis names days and not months."""
_HALF_A_MONTH = timedelta(days=15)

FONT = "Inter Variable, Inter, system-ui, sans-serif"

CONFIG: dict[str, Any] = {
    "displayModeBar": False,
    "displaylogo": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "responsive": True,
    "scrollZoom": False,
    "doubleClick": False,
    "showAxisDragHandles": False,
}
"""No chart offers to send its data away, and none steals the wheel or the tab key."""


def config() -> dict[str, Any]:
    """Give how a chart behaves, with the names of months in the reader's language."""
    if is_source_language():
        return CONFIG
    names = {"months": month_names(), "shortMonths": short_month_names()}
    own = {"dictionary": {}, "format": names}
    return {**CONFIG, "locale": language.get(), "locales": {language.get(): own}}


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme; ``series`` are for marks, text takes ``text`` or ``muted``."""

    series: tuple[str, ...]
    surface: str
    text: str
    muted: str
    grid: str
    axis: str
    band: str
    neutral: str
    budget: str


PALETTES: dict[Theme, Palette] = {
    "light": Palette(
        series=("#12436D", "#28A197", "#F46A25", "#801650", "#3D3D3D", "#A285D1"),
        surface="#FFFFFF",
        text="#1A1D23",
        muted="#505A5F",
        grid="rgba(26,29,35,0.09)",
        axis="rgba(26,29,35,0.25)",
        band="rgba(26,29,35,0.055)",
        neutral="#B1B4B6",
        budget="#505A5F",
    ),
    "dark": Palette(
        series=("#6CB0F0", "#2FB8AC", "#F58A55", "#E58AB9", "#C9CDD3", "#B79CE3"),
        surface="#141721",
        text="#F1F3F6",
        muted="#A9B1BA",
        grid="rgba(255,255,255,0.09)",
        axis="rgba(255,255,255,0.28)",
        band="rgba(255,255,255,0.06)",
        neutral="#5C6672",
        budget="#A9B1BA",
    ),
}


def figure(
    traces: Sequence[dict[str, Any]],
    *,
    theme: Theme,
    xaxis: dict[str, Any],
    yaxis: dict[str, Any],
    annotations: Sequence[dict[str, Any]] = (),
    shapes: Sequence[dict[str, Any]] = (),
    margin: tuple[int, int, int, int] = (16, 12, 32, 48),
    **layout: Any,
) -> Figure:
    """Put traces and axes into a figure; ``margin`` is top, right, bottom, left in pixels."""
    colours = PALETTES[theme]
    top, right, bottom, left = margin
    return {
        "data": list(traces),
        "layout": {
            "autosize": True,
            "font": {"family": FONT, "size": 12, "color": colours.muted},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "margin": {"t": top, "r": right, "b": bottom, "l": left},
            "showlegend": False,
            "hoverlabel": {
                "bgcolor": colours.surface,
                "bordercolor": colours.axis,
                "font": {"family": FONT, "size": 13, "color": colours.text},
            },
            "dragmode": False,
            "xaxis": xaxis,
            "yaxis": yaxis,
            "annotations": list(annotations),
            "shapes": list(shapes),
            **layout,
        },
    }


def month_axis(months: Sequence[str], theme: Theme) -> dict[str, Any]:
    """Draw months on a calendar axis, which names as many of them as it has room for."""
    axis = _calendar_axis(theme, "%b\n%Y", "%B %Y")
    if months:
        first, last = (datetime.fromisoformat(day) for day in days_of([months[0], months[-1]]))
        ends = (first - _HALF_A_MONTH, last + _HALF_A_MONTH)
        axis["range"] = [end.date().isoformat() for end in ends]
    if len(months) <= 3:
        axis["tickvals"] = days_of(months)
    return axis


def day_axis(days: Sequence[str], theme: Theme) -> dict[str, Any]:
    """Draw days (``2025-01-31``) on a calendar axis from the first to the last."""
    is_short = len(days) <= _SHORT_COURSE
    axis = _calendar_axis(theme, "%-d %b\n%Y" if is_short else "%b\n%Y", DAY_FORM)
    return {**axis, "range": [days[0], days[-1]]} if days else axis


def _calendar_axis(theme: Theme, written: str, pointed_at: str) -> dict[str, Any]:
    return {
        "type": "date",
        "tickformat": written,
        "hoverformat": pointed_at,
        "tickangle": 0,
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "linecolor": PALETTES[theme].axis,
        "tickfont": {"size": 12},
    }


def days_of(months: Sequence[str]) -> list[str]:
    """Give the day under which each month stands on a calendar axis."""
    return [f"{month}-01" for month in months]


def value_axis(
    theme: Theme, *, prefix: str = "", suffix: str = "", from_zero: bool = True, **more: Any
) -> dict[str, Any]:
    """Draw a value axis with faint gridlines, from zero unless the scale has none."""
    colours = PALETTES[theme]
    return {
        "gridcolor": colours.grid,
        "zeroline": from_zero,
        "zerolinecolor": colours.axis,
        "zerolinewidth": 1,
        "rangemode": "tozero" if from_zero else "normal",
        "nticks": 5,
        "tickprefix": prefix,
        "ticksuffix": suffix,
        "separatethousands": True,
        "fixedrange": True,
        "tickfont": {"size": 12},
        **more,
    }


def key_above(theme: Theme, lift: float = 0.02) -> dict[str, Any]:
    """Lay out a key above the plot, ``lift`` of its height higher; it names and nothing else."""
    return {
        "showlegend": True,
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": 1 + lift,
            "yanchor": "bottom",
            "font": {"size": 12, "color": PALETTES[theme].text},
            "itemclick": False,
            "itemdoubleclick": False,
        },
    }


def end_label(
    *, text: str, x: Any, y: float, colour: str, shift: float = 0, xshift: int = 10
) -> dict[str, Any]:
    """Write a series' name beside its last point."""
    return {
        "text": f"<b>{text}</b>",
        "x": x,
        "y": y,
        "xanchor": "left",
        "yanchor": "middle",
        "xshift": xshift,
        "yshift": shift,
        "showarrow": False,
        "align": "left",
        "font": {"size": 12, "color": colour},
    }


def peak_bands(
    months: Sequence[str], peaks: frozenset[str], theme: Theme
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Shade runs of peak months and name them; gives shapes and annotations."""
    colours = PALETTES[theme]
    shapes, notes = [], []
    days = days_of(months)
    for first, last in _runs([month in peaks for month in months]):
        start = datetime.fromisoformat(days[first]) - _HALF_A_MONTH
        end = datetime.fromisoformat(days[last]) + _HALF_A_MONTH
        shapes.append(
            {
                "type": "rect",
                "layer": "below",
                "xref": "x",
                "yref": "paper",
                "x0": start.date().isoformat(),
                "x1": end.date().isoformat(),
                "y0": 0,
                "y1": 1,
                "fillcolor": colours.band,
                "line": {"width": 0},
            }
        )
        notes.append(
            {
                "text": "peak",
                "xref": "x",
                "yref": "paper",
                "x": (start + (end - start) / 2).date().isoformat(),
                "y": 1,
                "yanchor": "bottom",
                "showarrow": False,
                "font": {"size": 12, "color": colours.muted},
            }
        )
    return shapes, notes


def numbers(values: Sequence[Any]) -> NDArray[np.float64]:
    """Turn a column into an array in which what is not available is a gap."""
    return np.array([np.nan if v is None else float(v) for v in values], dtype=np.float64)


def room_for(labels: Sequence[str]) -> int:
    """Give the right margin, in pixels, that the longest label needs."""
    return 20 + 7 * max((len(label) for label in labels), default=0)


def spread(heights: Sequence[float], pixels_per_unit: float, least: float = 15) -> list[float]:
    """Give shifts in pixels that keep labels at these heights from lying over each other."""
    order = sorted(range(len(heights)), key=lambda at: heights[at])
    shifts = [0.0] * len(heights)
    below = -1e9
    for at in order:
        wanted = heights[at] * pixels_per_unit
        placed = max(wanted, below + least)
        shifts[at] = placed - wanted
        below = placed
    return shifts


def _runs(flags: Sequence[bool]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for at, on in enumerate(flags):
        if not on:
            continue
        if runs and runs[-1][1] == at - 1:
            runs[-1] = (runs[-1][0], at)
        else:
            runs.append((at, at))
    return runs
