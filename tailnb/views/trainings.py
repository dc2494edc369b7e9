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

    rows: of saved trainings, with "variant", "trained_seed", "tokens" and "exact": for each task the shares
    at S, M and L, 0 to 1. task: whose shares are drawn. names: what variants are called in the chart, where
    one with several seeds has a panel for each.
    Raises ValueError when no row is about the task.
    """
    alt = charts()
    runs = _runs([row for row in rows if task in row["exact"]], task, names or {})
    if not runs:
        raise ValueError(f"no training on {task} to draw")
    panels = [_panel(alt, name, history) for name, history in runs.items()]
    ends = (f"{name}: {_last(history)}." for name, history in runs.items())
    notes = ["Texts that are right at every token, in percent, over millions of tokens learned from."]
    return finished(alt, panels, notes, f"Training curves, S / M / L at the end: {' '.join(ends)}", columns=2)


def _runs(rows: list[Mapping[str, Any]], task: str, names: Mapping[str, str]) -> dict[str, list[Row]]:
    """What a task's panels show, by their headings: of a variant with several seeds one for each seed."""
    seeds: dict[str, set[int]] = {}
    for row in rows:
        seeds.setdefault(row["variant"], set()).add(row["trained_seed"])
    runs: dict[str, list[Row]] = {}
    for row in rows:
        name = names.get(row["variant"], row["variant"])
        name += f", seed {row['trained_seed']}" if len(seeds[row["variant"]]) > 1 else ""
        runs.setdefault(name, []).append(row["exact"][task] | {"tokens": row["tokens"] / 1e6})
    return runs


def _panel(alt: Any, name: str, history: list[Row]) -> Any:
    axis = alt.Axis(grid=False, tickCount=5, domain=False, tickColor=GREY)
    scale = alt.Scale(domain=[0, history[-1]["tokens"]], nice=False)
    x = alt.X("x:Q", title="", scale=scale, axis=axis)
    points = accuracies(history, "tokens")
    heading = alt.TitleParams(name, fontSize=12)
    return accuracy_panel(alt, x, points, heading, WIDTH, HEIGHT, along="million tokens")


def _last(history: list[Row]) -> str:
    return " / ".join(f"{point['y']:.1f}" for point in accuracies(history[-1:], "tokens"))
