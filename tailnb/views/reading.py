"""How far an answer is read off a tape: `reading_chart`, cells read right over their place in the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tailnb.views.panel import (
    BLUE,
    GREY,
    HEIGHT,
    ORANGE,
    WIDTH,
    Row,
    end_labels,
    finished,
    labels,
    percent,
    title,
)
from tailnb.views.renderer import charts

LOOKS = ((BLUE, "circle"), (ORANGE, "square"))  # of the lines: from the first cell on, and from a later one


def reading_chart(rows: Iterable[Mapping[str, Any]]) -> Any:
    """The share of an answer's cells that are read right, by their place: a panel for each model and task.

    rows: with "model", "task", "left_out" (the share of the answer before the first cell that is read),
    "place" (of a group of cells in the whole answer, from 0), "right" and "of" (numbers of cells).
    Raises ValueError when there is nothing to draw.
    """
    alt = charts()
    panels: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        panels.setdefault((row["task"], row["model"]), []).append(dict(row))
    if not panels:
        raise ValueError("no cells of answers to draw")
    drawn = [_panel(alt, task, model, found) for (task, model), found in panels.items()]
    notes = ["Cells of the answer that are read right, in percent, over their place in the whole answer."]
    told = (f"{model}, {task}: {_in_words(found)}." for (task, model), found in panels.items())
    return finished(alt, drawn, notes, f"Cells read right in percent. {' '.join(told)}", columns=2)


def _panel(alt: Any, task: str, model: str, rows: list[Row]) -> Any:
    looks = dict(zip(sorted({row["left_out"] for row in rows}), LOOKS, strict=False))
    points = [
        {
            "x": row["place"],
            "y": 100 * row["right"] / row["of"],
            "line": _name(row["left_out"]),
            "color": looks[row["left_out"]][0],
            "shape": looks[row["left_out"]][1],
            "of": row["of"],
        }
        for row in sorted(rows, key=lambda row: (row["left_out"], row["place"]))
    ]
    axis = alt.Axis(grid=False, tickCount=5, domain=False, tickColor=GREY)
    x = alt.X("x:Q", title="cells before", scale=alt.Scale(nice=False), axis=axis)
    base = alt.Chart(alt.Data(values=points)).encode(
        x=x, y=percent(alt), color=alt.Color("color:N", scale=None)
    )
    tips = [
        alt.Tooltip("line:N", title="read"),
        alt.Tooltip("x:Q", title="cells before"),
        alt.Tooltip("y:Q", title="right %", format=".1f"),
        alt.Tooltip("of:Q", title="number of cells"),
    ]
    marks = base.mark_point(size=40, opacity=1).encode(
        shape=alt.Shape("shape:N", scale=None), fill=alt.Fill("color:N", scale=None), tooltip=tips
    )
    ends = end_labels(points, HEIGHT, {one["line"]: one["line"] for one in points})
    lines = base.mark_line(strokeWidth=2).encode(detail="line:N")
    heading = title(alt, task, model)
    return alt.layer(lines, marks, labels(alt, ends, WIDTH)).properties(
        width=WIDTH, height=HEIGHT, title=heading
    )


def _name(left_out: float) -> str:
    return {0: "from the start", 0.5: "from the middle"}.get(left_out, f"after {100 * left_out:.0f}%")


def _in_words(rows: list[Row]) -> str:
    last = {row["left_out"]: row for row in sorted(rows, key=lambda row: row["place"])}
    return ", ".join(
        f"{_name(left_out)} {100 * row['right'] / row['of']:.1f} at the end"
        for left_out, row in sorted(last.items())
    )
