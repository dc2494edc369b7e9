"""How traces grow: `growth_chart`, the number of states over the length of the problem."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import cycle, product
from math import log
from typing import Any

from tailnb.evaluation.lengths import power
from tailnb.tasks import task
from tailnb.views.panel import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PINK,
    PURPLE,
    Row,
    finished,
    labels,
    spread,
)
from tailnb.views.renderer import MUTED, charts

LOOKS = (
    (BLUE, "circle"),
    (ORANGE, "square"),
    (PURPLE, "triangle-up"),
    (GREEN, "diamond"),
    (PINK, "triangle-down"),
    ("#9a7b1c", "triangle-right"),
)
WIDTH, HEIGHT, LABEL = 150, 160, 15  # pixels: of a panel, and of a label
GUIDES = {1: "n", 2: "n²"}
GAP = 52  # pixels between two columns: a reader's font may be wider than ours
NOTES = [
    "Marks: the mean at each length n.",
    "Lines: the power of n that fits best, with its name.",
    "Both axes are logarithmic. Dashed: n and n².",
]

Domain = tuple[float, float]


def growth_chart(rows: Iterable[Mapping[str, Any]]) -> Any:
    """The number of states over the length of the problem: a panel for each algorithm class.

    rows: of `tailnb.evaluation.lengths.growth`, at least two lengths of each task.
    Raises ValueError when there are fewer.
    """
    alt = charts()
    every = [dict(row) for row in rows]
    classes: dict[str, dict[str, list[Row]]] = {}
    for row in every:
        classes.setdefault(row["algorithm"], {}).setdefault(row["task"], []).append(row)
    if not classes:
        raise ValueError("no growth to draw")
    across, up = (_domain([row[key] for row in every]) for key in ("length", "states"))
    panels = [_panel(alt, name, tasks, across, up) for name, tasks in classes.items()]
    chart = finished(alt, panels, NOTES, _in_words(classes), columns=min(2, len(panels)))
    chart.spacing = {"row": 30, "column": GAP}
    return chart


def _domain(values: list[float]) -> Domain:
    return min(values) / 1.1, max(values) * 1.1


def _panel(alt: Any, name: str, tasks: Mapping[str, list[Row]], across: Domain, up: Domain) -> Any:
    marks, fits, ends = [], [], []
    for (color, shape), (one, mine) in zip(cycle(LOOKS), tasks.items(), strict=False):
        look: Row = {"line": task(one).title, "color": color, "shape": shape, "published": False}
        marks += [look | {"x": row["length"], "y": row["states"], "n": row["n"]} for row in mine]
        fit = power(mine)
        fits += [look | {"x": row["length"], "y": fit(row["length"])} for row in (mine[0], mine[-1])]
        ends.append(look | {"text": _named(one, mine), "top": _height(fits[-1]["y"], up)})
    x, y = _axis(alt, alt.X, "x:Q", across), _axis(alt, alt.Y, "y:Q", up)
    color = alt.Color("color:N", scale=None)
    lines = alt.Chart(alt.Data(values=fits)).mark_line(strokeWidth=2, clip=True)
    points = alt.Chart(alt.Data(values=marks)).mark_point(size=14, opacity=1, strokeWidth=1)
    shape, fill = alt.Shape("shape:N", scale=None), alt.Fill("color:N", scale=None)
    return alt.layer(
        *_guides(alt, x, y, across, up),
        points.encode(x=x, y=y, color=color, shape=shape, fill=fill, tooltip=_tips(alt)),
        lines.encode(x=x, y=y, color=color, detail="line:N"),
        labels(alt, _apart(ends), WIDTH),
    ).properties(width=WIDTH, height=HEIGHT, title=alt.TitleParams(name, subtitle="states over length"))


def _named(name: str, rows: list[Row]) -> str:
    """A task with its power: "LCS n^1.9"."""
    return f"{task(name).title} n^{power(rows).exponent:.1f}"


def _apart(ends: list[Row]) -> list[Row]:
    """The labels at the lines' ends, from top to bottom, moved apart."""
    ends = sorted(ends, key=lambda end: float(end["top"]))
    tops = spread([end["top"] for end in ends], LABEL, HEIGHT)
    return [end | {"top": top} for end, top in zip(ends, tops, strict=True)]


def _height(states: float, up: Domain) -> float:
    """Where a number of states lies in a panel, in pixels from its top."""
    low, high = up
    return HEIGHT * (1 - log(states / low) / log(high / low))


def _axis(alt: Any, channel: Any, field: str, domain: Domain) -> Any:
    low, high = domain
    steps = (1, 2, 5) if high / low < 1000 else (1,)
    ticks = [step * 10**ten for ten, step in product(range(15), steps) if low <= step * 10**ten <= high]
    axis = alt.Axis(values=ticks, format="~s", domain=False, ticks=False, labelOverlap=True)
    return channel(field, title="", scale=alt.Scale(type="log", domain=domain, nice=False), axis=axis)


def _tips(alt: Any) -> list[Any]:
    return [
        alt.Tooltip("line:N", title="task"),
        alt.Tooltip("x:Q", title="length"),
        alt.Tooltip("y:Q", title="states, mean", format=",.1f"),
        alt.Tooltip("n:Q", title="problems"),
    ]


def _guides(alt: Any, x: Any, y: Any, across: Domain, up: Domain) -> list[Any]:
    """Dashed lines for n and n², as far as the panel reaches, named where they leave it."""
    lines = [{"x": end, "y": end**k, "line": name} for k, name in GUIDES.items() for end in across]
    exits = [(min(across[1], up[1] ** (1 / k)), k, name) for k, name in GUIDES.items()]
    names = [{"x": end, "y": end**k, "line": name} for end, k, name in exits if end > across[0]]
    line = alt.Chart(alt.Data(values=lines)).mark_line(
        strokeWidth=1, strokeDash=[2, 3], color=GREY, clip=True
    )
    text = alt.Chart(alt.Data(values=names)).mark_text(align="right", dx=-6, dy=5, fontSize=11, color=MUTED)
    return [line.encode(x=x, y=y, detail="line:N"), text.encode(x=x, y=y, text="line:N")]


def _in_words(classes: Mapping[str, Mapping[str, list[Row]]]) -> str:
    said = (
        f"{name}: {', '.join(_named(one, rows) for one, rows in tasks.items())}."
        for name, tasks in classes.items()
    )
    return f"States over the length n of the problem, with the power that fits best. {' '.join(said)}"
