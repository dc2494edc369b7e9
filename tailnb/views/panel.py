"""The parts of which every chart is made: a panel with its lines, labels and looks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from tailnb.evaluation.results import PUBLISHED
from tailnb.evaluation.table import method_title, order
from tailnb.tasks import RANGES, every_task
from tailnb.views.renderer import GROUND, INK, MUTED

Row = dict[str, Any]
Kept = TypeVar("Kept")

WIDTH, WIDE, HEIGHT = 205, 340, 220  # in pixels: one panel of two side by side, or alone, and its height
CROWD = 8  # points of a line from which on they are drawn smaller
LABEL = 15  # pixels that a line of text needs
NAMES = {"S": "Short", "M": "Medium", "L": "Long"}
FONT = "system-ui, -apple-system, 'Segoe UI', 'Liberation Sans', Arial, sans-serif"

BLUE, ORANGE, PURPLE, GREEN, PINK, GREY = "#2f81f7", "#d9730d", "#8957e5", "#1a9c84", "#cf4a92", "#8b949e"
# Colors that can be read on white and on black; the shapes tell the methods apart without them.
LOOKS = {
    "tail": (BLUE, "circle"),
    "none": (ORANGE, "square"),
    "plain": (PURPLE, "triangle-up"),
    "index_hint": (GREEN, "diamond"),
    "reversed": (PINK, "triangle-down"),
    "base": (GREY, "cross"),
    "tail without memory fetcher": (PURPLE, "triangle-up"),
    "tail without atomic state": (GREEN, "diamond"),
    "tail without linear transition": (PINK, "triangle-down"),
    "tail styled": (ORANGE, "square"),
    "reasoning": (PINK, "M0,0"),  # figures without a range: a level line without a mark
}
OTHER = ("#9a7b1c", "triangle-right")
FURTHER = (
    ("#b4532a", "triangle-left"),
    ("#5f7d95", "wedge"),
    ("#7a7a29", "arrow"),
)  # of a method's second model and so on
BY_MODEL = ("reasoning", "distilled")  # methods of which the model's name says more


class Line(NamedTuple):
    """What one model does by one method on one task: its rows in order."""

    model: str
    method: str
    published: bool
    rows: list[Row]
    further: int = 0  # which of the further looks is its own, from 1; 0 for that of its method

    @property
    def look(self) -> tuple[str, str]:
        """The color and the shape of its marks."""
        return (LOOKS.get(self.method, OTHER), *FURTHER)[min(self.further, len(FURTHER))]

    @property
    def name(self) -> str:
        """The method, or the model where that says more, and whether the figures are the paper's."""
        name = self.model if self.method in BY_MODEL else method_title(self.method)
        return name + (", published" if self.published else "")

    @property
    def label(self) -> str:
        """The model, too."""
        return self.name if self.method in BY_MODEL else f"{self.model}, {self.name}"

    @property
    def level(self) -> bool:
        """Whether its one figure is about no range in particular."""
        return all(row.get("range") is None for row in self.rows)


def lines_by_task(rows: list[Row], along: str) -> dict[str, list[Line]]:
    """The lines of each task, tasks in the paper's order and TAIL first; of equal cells the last row counts.

    along: what the x axis shows, "range" or "length". Raises ValueError when there is no row.
    """
    cells: dict[tuple[Any, ...], dict[Any, Row]] = {}
    for row in sorted(rows, key=order):
        key = row["task"], row["model"], row["method"], row.get("source") == PUBLISHED
        cells.setdefault(key, {})[row[along]] = row
    if not cells:
        raise ValueError(f"no accuracy over {along} to draw")
    further = _further(cells)
    tasks: dict[str, list[Line]] = {}
    for (task, model, method, published), found in cells.items():
        rows = [found[at] for at in sorted(found, key=RANGES.index if along == "range" else None)]
        number = 0 if published else further.get((model, method), 0)
        tasks.setdefault(task, []).append(Line(model, method, published, rows, number))
    return in_order(tasks)


def _further(cells: Iterable[tuple[Any, ...]]) -> dict[tuple[str, str], int]:
    """Numbers from 1 for the models of a method behind its first; the paper's have hollow marks instead."""
    measured = dict.fromkeys((model, method) for _, model, method, published in cells if not published)
    first = {method: model for model, method in reversed(measured)}
    more = (pair for pair in measured if first[pair[1]] != pair[0])
    return {pair: number for number, pair in enumerate(more, start=1)}


def in_order(tasks: Mapping[str, Kept]) -> dict[str, Kept]:
    """What is kept by a task's name, in the paper's order; unknown tasks last."""
    places = {one.name: place for place, one in enumerate(every_task())}
    return dict(sorted(tasks.items(), key=lambda item: places.get(item[0], len(places))))


def point(row: Row, line: Line, x: float) -> Row:
    """One measurement as a mark: where it lies, how it looks, and what its tooltip says."""
    color, shape = line.look
    low, high, whole = (
        None if row.get(key) is None else 100 * row[key] for key in ("low", "high", "trace_accuracy")
    )
    return {
        "x": x,
        "y": 100 * row["accuracy"],
        "low": low,
        "high": high,
        "line": line.label,
        "published": line.published,
        "color": color,
        "shape": shape,
        "fill": GROUND if line.published else color,
        "model": line.model,
        "method": line.name,
        "at": str(row["length"] if row.get("length") is not None else NAMES.get(row["range"], row["range"])),
        "interval": "–" if low is None or high is None else f"{low:.1f} to {high:.1f}",
        "whole": "–" if whole is None else f"{whole:.1f}",
        "n": row.get("n") or "–",
    }


TOOLTIP = {
    "model": "model",
    "method": "method",
    "at": "problems",
    "y": "accuracy %",
    "interval": "95% interval",
    "whole": "whole trace right %",
    "n": "number of problems",
}


def panel(alt: Any, x: Any, shades: list[Row], points: list[Row], ends: list[Row], width: float) -> Any:
    """Lines with points and intervals over shaded ranges, labeled at their ends.

    x: the axis. shades: keys from, to, text and trained. points: of `point`. ends: of `end_labels`.
    width: in pixels.
    """
    base = alt.Chart(alt.Data(values=points)).encode(x=x, color=alt.Color("color:N", scale=None))
    dashes = alt.condition("datum.published", alt.value([4, 3]), alt.value([1, 0]))
    tips = [
        alt.Tooltip(f"{key}:Q" if key == "y" else f"{key}:N", title=text) for key, text in TOOLTIP.items()
    ]
    tips[list(TOOLTIP).index("y")].format = ".1f"
    return alt.layer(
        *shading(alt, x, shades),
        base.mark_rule(strokeWidth=1.5, opacity=0.7).encode(y=percent(alt, "low"), y2="high:Q"),
        base.mark_line(strokeWidth=2).encode(y=percent(alt), detail="line:N", strokeDash=dashes),
        base.mark_point(size=60 if len(points) < CROWD * len(ends) else 28, strokeWidth=2, opacity=1).encode(
            y=percent(alt),
            shape=alt.Shape("shape:N", scale=None),
            fill=alt.Fill("fill:N", scale=None),
            tooltip=tips,
        ),
        labels(alt, ends, width),
    ).properties(width=width, height=HEIGHT)


def percent(alt: Any, field: str = "y") -> Any:
    """The y axis from 0 to 100."""
    axis = alt.Axis(values=[0, 25, 50, 75, 100], domain=False, ticks=False)
    return alt.Y(f"{field}:Q", title="", scale=alt.Scale(domain=[0, 100]), axis=axis)


def shading(alt: Any, x: Any, shades: list[Row]) -> list[Any]:
    """Ranges behind the marks: the one of the training is shaded, all are named above."""
    base = alt.Chart(alt.Data(values=shades))
    start = x.copy()
    start.shorthand = "from:Q"
    middle = x.copy()
    middle.shorthand = "middle:Q"
    return [
        base.transform_filter("datum.trained").mark_rect(color=BLUE, opacity=0.1).encode(x=start, x2="to:Q"),
        base.transform_calculate(middle="(datum.from + datum.to) / 2")
        .mark_text(baseline="bottom", fontSize=11, color=MUTED)
        .encode(x=middle, y=alt.value(-7), text="text:N"),
    ]


def end_labels(points: list[Row], height: float, names: dict[str, str]) -> list[Row]:
    """A label for the last point of each line, moved apart so that each can be read.

    points: in order along x. height: of the panel, in pixels. names: what the label of each line says.
    """
    last = {one["line"]: one for one in points}
    ends = [one | {"text": f"{names[line]} {one['y']:.1f}"} for line, one in last.items()]
    ends.sort(key=lambda end: -float(end["y"]))
    at = [height * (1 - end["y"] / 100) for end in ends]
    return [end | {"top": top} for end, top in zip(ends, spread(at, LABEL, height), strict=True)]


def spread(places: Sequence[float], gap: float, height: float) -> list[float]:
    """Increasing places moved as little as may be, so that neighbors are at least a gap apart."""
    if not places:
        return []
    groups: list[list[float]] = []  # each: the wanted places of labels that touch, around their mean
    for place in places:
        groups.append([place])
        while len(groups) > 1 and _start(groups[-1], gap, height) < _end(groups[-2], gap, height) + gap:
            touching = groups.pop()
            groups[-1] += touching
    return [_start(group, gap, height) + number * gap for group in groups for number in range(len(group))]


def _start(group: list[float], gap: float, height: float) -> float:
    extent = gap * (len(group) - 1)
    middle = sum(group) / len(group)
    return max(0.0, min(middle - extent / 2, height - extent))


def _end(group: list[float], gap: float, height: float) -> float:
    return _start(group, gap, height) + gap * (len(group) - 1)


def labels(alt: Any, ends: list[Row], width: float) -> Any:
    """The labels beside a panel, each behind the mark of its line: the text itself is in no color."""
    weight = alt.expr("datum.published ? 400 : 600")
    shown = [end | {"fill": end.get("fill", end["color"])} for end in ends]
    base = alt.Chart(alt.Data(values=shown)).encode(y=alt.Y("top:Q", scale=None, title=""))
    marks = base.mark_point(size=45, strokeWidth=2, opacity=1).encode(
        x=alt.value(width + 11),
        color=alt.Color("color:N", scale=None),
        shape=alt.Shape("shape:N", scale=None),
        fill=alt.Fill("fill:N", scale=None),
    )
    words = base.mark_text(align="left", baseline="middle", fontSize=12, fontWeight=weight, color=INK)
    return alt.layer(marks, words.encode(x=alt.value(width + 20), text="text:N"))


def ink_on(color: str) -> str:
    """Black or white, whichever is read better on a color #rrggbb; the contrast is at least 4.5."""
    channels = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    luminance = sum(weight * one for weight, one in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return "#000000" if luminance > 0.18 else "#ffffff"


def title(alt: Any, task: str, about: str) -> Any:
    """A panel's heading: the task's title, and what is shown."""
    text = next((one.title for one in every_task() if one.name == task), task.replace("_", " ").capitalize())
    return alt.TitleParams(text, subtitle=about)


def finished(alt: Any, panels: list[Any], notes: list[str], description: str, columns: int) -> Any:
    """The panels as one chart, with notes below and a description for those who cannot see it."""
    chart = alt.concat(*panels, columns=columns, spacing={"row": 30, "column": 28}).resolve_scale(
        color="independent", shape="independent"
    )
    below = alt.TitleParams(
        notes, orient="bottom", anchor="start", fontSize=11, fontWeight="normal", color=MUTED, offset=14
    )
    chart = (
        chart.properties(title=below, description=description)
        if notes
        else chart.properties(description=description)
    )
    return chart.configure(
        background=GROUND,
        font=FONT,
        padding={"left": 8, "top": 8, "bottom": 8, "right": 56},  # a reader's font may be wider than ours
        view={"stroke": None},
        axis={
            "labelColor": MUTED,
            "titleColor": MUTED,
            "titleFontWeight": "normal",
            "labelFontSize": 11,
            "titleFontSize": 11,
            "gridColor": GREY,
            "gridOpacity": 0.25,
            "labelPadding": 6,
            "labelFlush": False,
        },
        legend={"labelColor": MUTED},
        axisY={"minExtent": 28},  # so that the panels stand in line
        title={
            "anchor": "start",
            "color": INK,
            "fontSize": 14,
            "fontWeight": 600,
            "subtitleColor": MUTED,
            "subtitleFontSize": 11.5,
            "offset": 8,
        },
    )
