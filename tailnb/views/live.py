"""A training run while it goes on: `live_curve` draws its history, `LiveCurve` redraws it in its place."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from tailnb.tasks import RANGES
from tailnb.views.panel import (
    BLUE,
    GREY,
    HEIGHT,
    NAMES,
    ORANGE,
    PURPLE,
    Row,
    end_labels,
    finished,
    labels,
    percent,
)
from tailnb.views.renderer import charts

LOOKS = {"S": (BLUE, "circle"), "M": (PURPLE, "triangle-up"), "L": (ORANGE, "square")}
BROAD, TALL, LOW = 420, 0.75 * HEIGHT, 0.4 * HEIGHT  # pixels
MOST = 300  # points of the loss that are drawn


class LiveCurve:
    """A curve in a notebook that grows while a model is trained.

    steps: where the run will end. every: seconds between two drawings, at least.

        live = LiveCurve(steps=2000)
        for progress in training:
            live.add(progress.step, loss=progress.loss)
        live.add(2000, S=1.0, M=0.93, L=0.41)
        live.show()
    """

    def __init__(self, steps: int | None = None, *, every: float = 2.0) -> None:
        self.steps, self.every = steps, every
        self.history: list[dict[str, float]] = []
        self._drawn = float("-inf")
        self._handle: Any = None
        self._cell: int | None = None  # the run of a cell that shows it

    def add(self, step: int, **values: float) -> None:
        """Note a loss, or accuracies S, M and L (0 to 1); draw anew if it is time."""
        self.history.append({"step": step, **values})
        if time.monotonic() - self._drawn >= self.every:
            self.show()

    def show(self) -> None:
        """Draw the curve now: the first time below the cell, later in the same place.

        A cell that is run again has lost its curve, so each run of a cell has one.
        """
        from IPython import get_ipython
        from IPython.display import DisplayHandle

        chart = live_curve(self.history, self.steps)
        cell = getattr(get_ipython(), "execution_count", None)
        if self._handle is None or cell != self._cell:
            self._cell = cell
            self._handle = DisplayHandle()  # type: ignore[no-untyped-call]
            self._handle.display(chart)
        else:
            self._handle.update(chart)
        self._drawn = time.monotonic()


def live_curve(history: Sequence[Mapping[str, float]], steps: int | None = None) -> Any:
    """The accuracy at S, M and L, and the loss, over the steps of a training run.

    history: entries with "step", and with "loss" or any of "S", "M" and "L" (0 to 1); it may be empty.
    steps: where the run will end, so that the axis stays as it is.
    """
    alt = charts()
    end = max([steps or 1, *(entry["step"] for entry in history)])
    axis = alt.Axis(grid=False, tickCount=5, domain=False, tickColor=GREY)
    x = alt.X("x:Q", title="", scale=alt.Scale(domain=[0, end], nice=False), axis=axis)
    points = accuracies(history)
    losses = thinned([(entry["step"], entry["loss"]) for entry in history if entry.get("loss") is not None])
    heading = alt.TitleParams("Accuracy in percent", fontSize=12)
    panels = [accuracy_panel(alt, x, points, heading, BROAD, TALL), _loss_panel(alt, x, losses)]
    last = ", ".join(f"{one['line']} {one['y']:.1f}" for one in {one["line"]: one for one in points}.values())
    return finished(
        alt, panels, [], f"Training curve; accuracy in percent: {last or 'not measured yet'}", columns=1
    )


def thinned(losses: Sequence[tuple[float, float]]) -> list[Row]:
    """At most MOST points, each the mean of its neighbors."""
    size = -(-len(losses) // MOST) or 1
    groups = [losses[start : start + size] for start in range(0, len(losses), size)]
    return [{"x": group[-1][0], "y": sum(loss for _, loss in group) / len(group)} for group in groups]


def accuracies(history: Sequence[Mapping[str, float]], along: str = "step") -> list[Row]:
    """The marks of S, M and L, range by range; along: what the x axis shows."""
    return [_point(entry, name, along) for name in RANGES for entry in history if entry.get(name) is not None]


def _point(entry: Mapping[str, float], name: str, along: str) -> Row:
    color, shape = LOOKS[name]
    return {"x": entry[along], "y": 100 * entry[name], "line": NAMES[name], "color": color, "shape": shape}


def accuracy_panel(
    alt: Any, x: Any, points: list[Row], heading: Any, width: float, height: float, along: str = "step"
) -> Any:
    """Lines over a training, or along something else. x: its axis; points: as of `accuracies`."""
    base = alt.Chart(alt.Data(values=points)).encode(
        x=x, y=percent(alt), color=alt.Color("color:N", scale=None)
    )
    tips = [
        alt.Tooltip("line:N", title="line"),
        alt.Tooltip("x:Q", title=along),
        alt.Tooltip("y:Q", title="accuracy %", format=".1f"),
    ]
    return alt.layer(
        base.mark_line(strokeWidth=2).encode(detail="line:N"),
        base.mark_point(size=40, opacity=1).encode(
            shape=alt.Shape("shape:N", scale=None), fill=alt.Fill("color:N", scale=None), tooltip=tips
        ),
        labels(alt, end_labels(points, height, {one["line"]: one["line"] for one in points}), width),
    ).properties(width=width, height=height, title=heading)


def _loss_panel(alt: Any, x: Any, losses: list[Row]) -> Any:
    highest = max([loss["y"] for loss in losses], default=1.0)
    axis = alt.Axis(tickCount=3, domain=False, ticks=False)
    y = alt.Y("y:Q", title="", scale=alt.Scale(domain=[0, highest], nice=True), axis=axis)
    below = x.copy()
    below.title = "training steps"
    line = alt.Chart(alt.Data(values=losses)).mark_line(strokeWidth=1.5, color=GREY).encode(x=below, y=y)
    return line.properties(width=BROAD, height=LOW, title=alt.TitleParams("Loss", fontSize=12))
