"""Charts of accuracy: `accuracy_chart` over Short, Medium and Long problems, `length_curve` over length.

They take `Result`s or tidy rows and give Altair charts. Methods differ by shape and by a label at the end of
the line as well as by color; the paper's figures are hollow, dashed and labeled "published".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from tailnb.evaluation.results import PUBLISHED, Result, as_rows
from tailnb.tasks import RANGES, every_task
from tailnb.views.live import LiveCurve, live_curve
from tailnb.views.panel import (
    GREY,
    HEIGHT,
    NAMES,
    WIDE,
    WIDTH,
    Line,
    Row,
    end_labels,
    finished,
    lines_by_task,
    panel,
    point,
    title,
)
from tailnb.views.renderer import charts

__all__ = ["LiveCurve", "accuracy_chart", "length_curve", "live_curve"]

Rows = Iterable[Result | Mapping[str, Any]]

SHORT = 15  # characters of a name that leave room for two panels side by side
TRAINED = "S"  # the range that models are trained on, unless a chart is told otherwise
EDGES = (-0.5, 2.5)  # where S begins and L ends
DODGE = 6  # pixels between the points of two lines, so that no interval hides another
MEASURED_NOTE = "Bars: 95% intervals (Wilson)."
TRAINED_NOTE = " Shaded: the lengths of the training."
PUBLISHED_NOTE = (
    "Hollow: published in arXiv 2507.13332, judged by a model; TAIL there: 7B, all weights tuned."
)
LEVEL_NOTE = "Level, without a mark: published without a range."


def accuracy_chart(rows: Rows, published: Rows = (), *, trained: str = TRAINED) -> Any:
    """Accuracy at S, M and L with 95% intervals: a panel for each task, a line for each model and method.

    rows: measurements; of two for the same cell the last one counts. published: the paper's figures, such as
    `published_rows()`; where anything was measured, only those of the same tasks are drawn.
    trained: the ranges that the models were trained on, such as "SM".
    Raises ValueError when there is nothing to draw.
    """
    alt = charts()
    measured = [row for row in as_rows(rows) if row.get("length") is None]
    tasks = {row["task"] for row in measured}
    papers = [row | {"source": PUBLISHED} for row in as_rows(published)]
    papers = [row for row in papers if row["task"] in tasks or not tasks]
    lines = lines_by_task([row for row in measured + papers if row.get("range") in RANGES], "range")
    _add_levels(lines, papers)
    panels = [_ranges_panel(alt, task, mine, trained, room(lines)) for task, mine in lines.items()]
    notes = [MEASURED_NOTE + TRAINED_NOTE * bool(trained)] * bool(measured) + [PUBLISHED_NOTE] * bool(papers)
    notes += [LEVEL_NOTE] * any(line.level for mine in lines.values() for line in mine)
    return finished(alt, panels, notes, in_words(lines), columns(lines))


def length_curve(rows: Rows, *, trained: str = TRAINED) -> Any:
    """Accuracy over the length of the problem, with 95% intervals: a panel for each task.

    rows: results about one length each, such as `evaluate(…, by="length")` gives. trained: as above.
    Raises ValueError when no row has a length.
    """
    alt = charts()
    lines = lines_by_task([row for row in as_rows(rows) if row.get("length") is not None], "length")
    panels = [_lengths_panel(alt, task, mine, trained, room(lines)) for task, mine in lines.items()]
    return finished(
        alt, panels, [MEASURED_NOTE + TRAINED_NOTE * bool(trained)], in_words(lines), columns(lines)
    )


def _add_levels(lines: dict[str, list[Line]], papers: list[Row]) -> None:
    """Published figures of which no range is told, where there is none of the same model by range."""
    for row in papers:
        mine = lines.get(row["task"], [])
        known = (row["model"], row["method"]) in {
            (line.model, line.method) for line in mine if line.published
        }
        if row.get("range") is None and mine and not known:
            mine.append(Line(row["model"], row["method"], True, [row]))


def columns(lines: Mapping[str, list[Line]]) -> int:
    """How many panels a notebook on a laptop has room for side by side."""
    names = [name for mine in lines.values() for name in _names(mine).values()]
    return 2 if len(lines) > 1 and max(map(len, names)) <= SHORT else 1


def room(lines: Mapping[str, list[Line]]) -> float:
    """The width of each panel, in pixels."""
    return WIDTH if columns(lines) == 2 else WIDE


def in_words(lines: Mapping[str, list[Line]]) -> str:
    """The figures of a chart as text: a sentence for each task."""
    said = []
    for task, mine in lines.items():
        figures = (
            f"{line.label} "
            + " / ".join(f"{100 * row['accuracy']:.1f}" for row in line.rows)
            + f" at {_where(line.rows)}"
            for line in mine
        )
        said.append(f"{task}: {'; '.join(figures)}.")
    return "Accuracy in percent. " + " ".join(said)


def _where(rows: list[Row]) -> str:
    if any(row.get("length") is row.get("range") is None for row in rows):
        return "a range that is not told"
    places = [row["range"] if row.get("length") is None else row["length"] for row in rows]
    return " / ".join(map(str, places)) if len(places) <= 3 else f"lengths {places[0]} to {places[-1]}"


def _ranges_panel(alt: Any, task: str, lines: list[Line], trained: str, width: float) -> Any:
    ranged = [line for line in lines if not line.level]
    points = [
        point(
            row,
            line,
            RANGES.index(row["range"]) + DODGE * len(RANGES) / width * (place - (len(ranged) - 1) / 2),
        )
        for place, line in enumerate(ranged)
        for row in line.rows
    ]
    points += [point(line.rows[0], line, x) for line in lines if line.level for x in EDGES]
    lengths = _lengths(task)
    names = [
        [NAMES[name], "–".join(map(str, lengths[name]))] if lengths else [NAMES[name]] for name in RANGES
    ]
    axis = alt.Axis(
        values=[0, 1, 2], labelExpr=f"{names}[datum.value]", grid=False, ticks=False, domain=False
    )
    x = alt.X("x:Q", title="", scale=alt.Scale(domain=EDGES, nice=False), axis=axis)
    shades = [
        {"from": place - 0.5, "to": place + 0.5, "text": "trained on", "trained": True}
        for place, name in enumerate(RANGES)
        if name in trained
    ]
    sizes = sorted({row["n"] for line in lines for row in line.rows if row.get("n")})
    about = f", {' to '.join(map(str, sizes[:: max(1, len(sizes) - 1)]))} problems a range" if sizes else ""
    ends = end_labels(points, HEIGHT, _names(lines))
    return panel(alt, x, shades, points, ends, width).properties(
        title=title(alt, task, f"accuracy in percent{about}")
    )


def _lengths_panel(alt: Any, task: str, lines: list[Line], trained: str, width: float) -> Any:
    points = [point(row, line, row["length"]) for line in lines for row in line.rows]
    places = [one["x"] for one in points]
    shades = [
        {
            "from": low - 0.5,
            "to": high + 0.5,
            "text": name,
            "trained": name in trained,
        }
        for name, (low, high) in _lengths(task).items()
        if low <= max(places)
    ]
    domain = [min(places + [one["from"] for one in shades]), max(places + [one["to"] for one in shades])]
    axis = alt.Axis(grid=False, tickMinStep=1, domain=False, tickColor=GREY)
    scale = alt.Scale(domain=domain, nice=False, padding=8)
    x = alt.X("x:Q", title="length of the problem", scale=scale, axis=axis)
    ends = end_labels(points, HEIGHT, _names(lines))
    return panel(alt, x, shades, points, ends, width).properties(
        title=title(alt, task, "accuracy in percent")
    )


def _names(lines: list[Line]) -> dict[str, str]:
    """What each line is called at its end: the model is named only where the method is not enough."""
    seen = Counter(line.name for line in lines)
    return {line.label: line.label if seen[line.name] > 1 else line.name for line in lines}


def _lengths(task: str) -> dict[str, tuple[int, int]]:
    return next((dict(one.lengths) for one in every_task() if one.name == task), {})
