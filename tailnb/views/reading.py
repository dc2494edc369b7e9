"""How far an answer is read off a tape: `reading_chart`, cells read right over their place in the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import cycle
from typing import Any

from tailnb.views.live import accuracy_panel
from tailnb.views.panel import BLUE, GREY, HEIGHT, ORANGE, WIDTH, Row, finished, title
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
    looks = dict(zip(sorted({row["left_out"] for row in rows}), cycle(LOOKS), strict=False))
    points = [
        {
            "x": row["place"],
            "y": 100 * row["right"] / row["of"],
            "line": _name(row["left_out"]),
            "color": looks[row["left_out"]][0],
            "shape": looks[row["left_out"]][1],
        }
        for row in sorted(rows, key=lambda row: (row["left_out"], row["place"]))
    ]
    axis = alt.Axis(grid=False, tickCount=5, domain=False, tickColor=GREY)
    x = alt.X("x:Q", title="cells before", scale=alt.Scale(nice=False), axis=axis)
    return accuracy_panel(alt, x, points, title(alt, task, model), WIDTH, HEIGHT, along="cells before")


def _name(left_out: float) -> str:
    return {0: "from the start", 0.5: "from the middle"}.get(left_out, f"after {100 * left_out:.0f}%")


def _in_words(rows: list[Row]) -> str:
    last = {row["left_out"]: row for row in sorted(rows, key=lambda row: row["place"])}
    return ", ".join(
        f"{_name(left_out)} {100 * row['right'] / row['of']:.1f} at the end"
        for left_out, row in sorted(last.items())
    )
