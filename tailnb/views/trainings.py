"""How trainings went that are over: `training_curves`, a panel for each run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tailnb.views.live import accuracies, accuracy_panel
from tailnb.views.panel import GREY, WIDTH, Row, finished
from tailnb.views.renderer import charts

HEIGHT = 120  # pixels: of a panel


def training_curves(
    rows: Iterable[Mapping[str, Any]], task: str, names: Mapping[str, str] | None = None
) -> Any:
    """The share of a task's texts that are right at every token, over the tokens of each training.

    rows: of saved trainings, with "variant", "tokens" and "exact": for each task the shares at S, M and L,
    0 to 1. task: whose shares are drawn. names: what variants are called in the chart.
    Raises ValueError when no row is about the task.
    """
    alt = charts()
    runs: dict[str, list[Row]] = {}
    for row in rows:
        if task in row["exact"]:
            name = (names or {}).get(row["variant"], row["variant"])
            runs.setdefault(name, []).append(row["exact"][task] | {"tokens": row["tokens"] / 1e6})
    if not runs:
        raise ValueError(f"no training on {task} to draw")
    panels = [_panel(alt, name, history) for name, history in runs.items()]
    ends = (f"{name}: {_last(history)}." for name, history in runs.items())
    notes = ["Texts that are right at every token, in percent, over millions of tokens learned from."]
    return finished(alt, panels, notes, f"Training curves, S / M / L at the end: {' '.join(ends)}", columns=2)


def _panel(alt: Any, name: str, history: list[Row]) -> Any:
    axis = alt.Axis(grid=False, tickCount=5, domain=False, tickColor=GREY)
    scale = alt.Scale(domain=[0, history[-1]["tokens"]], nice=False)
    x = alt.X("x:Q", title="", scale=scale, axis=axis)
    points = accuracies(history, "tokens")
    heading = alt.TitleParams(name, fontSize=12)
    return accuracy_panel(alt, x, points, heading, WIDTH, HEIGHT, along="million tokens")


def _last(history: list[Row]) -> str:
    return " / ".join(f"{point['y']:.1f}" for point in accuracies(history[-1:], "tokens"))
