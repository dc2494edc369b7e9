"""Where traces first go wrong: `errors_chart`, the share of each core module, over length."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tailnb.evaluation.results import Result, as_rows
from tailnb.traces.check import ANSWER, FORMAT, MODULES
from tailnb.views.panel import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    Row,
    finished,
    in_order,
    ink_on,
    percent,
    title,
)
from tailnb.views.renderer import GROUND, charts

WIDTH, HEIGHT = 300, 150  # pixels of a panel
LETTER = 11  # pixels; a part that high has room for its letter
SIGNS = {
    "memory fetcher": ("M", BLUE),
    "atomic state": ("A", ORANGE),
    "linear transition": ("L", PURPLE),
    FORMAT: ("F", GREY),
    ANSWER: ("=", GREEN),
}
NOTES = (
    "In this order from below, so that a part too thin for its letter is known by its place.",
    "The rest, up to 100, is right in every state.",
)


def errors_chart(rows: Iterable[Result | Mapping[str, Any]]) -> Any:
    """In how many texts each module broke first, in percent, over length: a panel for each task.

    rows: of one model, one for each task and length, such as `evaluate(…, by="length")` gives; those
    without traces are left out. Raises ValueError when there is nothing to draw.
    """
    alt = charts()
    chosen = [row for row in as_rows(rows) if row.get("length") and row.get("trace_correct") is not None]
    if not chosen:
        raise ValueError("no traces over length to draw")
    tasks: dict[str, list[Row]] = {}
    for row in sorted(chosen, key=lambda row: row["length"]):
        tasks.setdefault(row["task"], []).append(row)
    tasks = in_order(tasks)
    panels = [_panel(alt, task, mine) for task, mine in tasks.items()]
    seen = [module for module in MODULES if any(row["errors"].get(module) for row in chosen)]
    keys = ", ".join(f"{SIGNS[module][0]} {module}" for module in seen)
    notes = [f"First wrong: {keys}.", *NOTES] if seen else ["No text went wrong."]
    return finished(alt, panels, notes, _in_words(tasks), columns=min(2, len(panels)))


def _panel(alt: Any, task: str, rows: list[Row]) -> Any:
    bars = [bar for row in rows for bar in _bars(row)]
    lengths = [str(row["length"]) for row in rows]
    axis = alt.Axis(grid=False, domain=False, ticks=False, labelAngle=0)
    x = alt.X("length:N", title="length of the problem", axis=axis, scale=alt.Scale(domain=lengths))
    base = alt.Chart(alt.Data(values=bars)).encode(x=x)
    said = ("module", "texts", "n")
    return alt.layer(
        base.mark_bar(stroke=GROUND, strokeWidth=1).encode(
            y=percent(alt, "from"),
            y2="to:Q",
            color=alt.Color("color:N", scale=None),
            tooltip=[alt.Tooltip(f"{key}:N") for key in said],
        ),
        base.mark_text(fontSize=11, fontWeight=600).encode(
            y=percent(alt, "middle"), text="text:N", color=alt.Color("ink:N", scale=None)
        ),
    ).properties(width=WIDTH, height=HEIGHT, title=title(alt, task, "percent of texts, by what broke first"))


def _bars(row: Row) -> list[Row]:
    """The parts of one length's bar, from below."""
    bars: list[Row] = []
    start = 0.0
    for module in MODULES:
        letter, color = SIGNS[module]
        texts = row["errors"].get(module, 0)
        end = start + 100 * texts / row["n"]
        if texts:
            text = letter if (end - start) * HEIGHT / 100 >= LETTER else ""
            place: Row = {"from": start, "to": end, "middle": (start + end) / 2, "length": str(row["length"])}
            look: Row = {"color": color, "ink": ink_on(color), "letter": letter, "text": text}
            bars.append(place | look | {"module": module, "texts": texts, "n": row["n"]})
        start = end
    return bars


def _in_words(tasks: Mapping[str, list[Row]]) -> str:
    said = []
    for task, rows in tasks.items():
        wrong = {
            row["length"]: ", ".join(f"{m} {k}" for m, k in row["errors"].items() if k)
            for row in rows
            if any(row["errors"].values())
        }
        told = "; ".join(f"length {length}: {errors}" for length, errors in wrong.items())
        sizes = f"{rows[0]['length']} to {rows[-1]['length']}, {rows[0]['n']} texts each"
        said.append(f"{task}, lengths {sizes}: {told or 'none wrong'}.")
    return f"First errors by module. {' '.join(said)}"
