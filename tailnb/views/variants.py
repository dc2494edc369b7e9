"""What a change does: `variants_chart`, accuracy at S, M and L for each variant of a model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tailnb.tasks import RANGES
from tailnb.views.live import LOOKS
from tailnb.views.panel import NAMES, Row, finished, title
from tailnb.views.renderer import charts

WIDTH, STEP = 250, 42  # pixels: of a panel, and for each variant
LETTER = 7  # pixels of a label's letter, also in a reader's wider font
DODGE = 0.27  # of a step, from one range to the next
SIGNS = {"circle": "●", "triangle-up": "▲", "square": "■"}


def variants_chart(rows: Iterable[Mapping[str, Any]], names: Mapping[str, str] | None = None) -> Any:
    """Accuracy of each variant, a mark for Short, Medium and Long: a panel for each task.

    rows: with "variant", task, range and accuracy, low, high (0 to 1), such as `over_seeds` gives of saved
    ones; variants stand in the order in which they come. names: what variants are called in the chart.
    Raises ValueError when there is nothing to draw.
    """
    alt = charts()
    chosen = [dict(row) for row in rows if row.get("range") in RANGES and row.get("length") is None]
    if not chosen:
        raise ValueError("no accuracy of variants to draw")
    order = list(dict.fromkeys(row["variant"] for row in chosen))
    told = {variant: (names or {}).get(variant, variant) for variant in order}
    tasks = dict.fromkeys(row["task"] for row in chosen)
    panels = [
        _panel(alt, task, [_mark(row, order) for row in chosen if row["task"] == task], list(told.values()))
        for task in tasks
    ]
    keys = ", ".join(f"{SIGNS[shape]} {NAMES[range]}" for range, (_, shape) in LOOKS.items())
    seeds = max(len(row.get("each", [0])) for row in chosen)
    bars = "Bars: 95% intervals (Wilson)" + (f", over the intervals of {seeds} seeds." if seeds > 1 else ".")
    return finished(alt, panels, [f"{keys}. {bars}"], _in_words(chosen, told), columns=min(2, len(panels)))


def _mark(row: Row, order: list[str]) -> Row:
    color, shape = LOOKS[row["range"]]
    aside = DODGE * (RANGES.index(row["range"]) - 1)
    low, high = (100 * row[key] for key in ("low", "high"))
    each = ", ".join(f"{100 * share:.1f}" for share in row.get("each", [row["accuracy"]]))
    return {
        "x": 100 * row["accuracy"],
        "y": order.index(row["variant"]) + aside,
        "low": low,
        "high": high,
        "color": color,
        "shape": shape,
        "variant": row["variant"],
        "range": NAMES[row["range"]],
        "interval": f"{low:.1f} to {high:.1f}",
        "seeds": each,
        "n": row["n"],
    }


def _panel(alt: Any, task: str, marks: list[Row], variants: list[str]) -> Any:
    x = alt.X(
        "x:Q",
        title="",
        scale=alt.Scale(domain=[0, 100]),
        axis=alt.Axis(values=[0, 25, 50, 75, 100], domain=False, ticks=False),
    )
    axis = alt.Axis(
        values=list(range(len(variants))),
        labelExpr=f"{variants}[datum.value]",
        labelLimit=220,
        minExtent=LETTER * max(map(len, variants)),
        grid=False,
        domain=False,
        ticks=False,
    )
    scale = alt.Scale(domain=[len(variants) - 0.5, -0.5], nice=False)
    base = alt.Chart(alt.Data(values=marks)).encode(
        y=alt.Y("y:Q", title="", scale=scale, axis=axis), color=alt.Color("color:N", scale=None)
    )
    low = x.copy()
    low.shorthand = "low:Q"
    shown = ("variant", "range", "interval", "seeds", "n")
    tips = [alt.Tooltip("x:Q", title="accuracy %", format=".1f"), *(alt.Tooltip(f"{key}:N") for key in shown)]
    return alt.layer(
        base.mark_rule(strokeWidth=2, opacity=0.6).encode(x=low, x2="high:Q"),
        base.mark_point(size=55, strokeWidth=2, opacity=1).encode(
            x=x,
            shape=alt.Shape("shape:N", scale=None),
            fill=alt.Fill("color:N", scale=None),
            tooltip=tips,
        ),
    ).properties(width=WIDTH, height=STEP * len(variants), title=title(alt, task, "accuracy in percent"))


def _in_words(rows: list[Row], names: Mapping[str, str]) -> str:
    said = {
        (row["task"], row["variant"]): [
            f"{100 * other['accuracy']:.1f}"
            for range in RANGES
            for other in rows
            if (other["task"], other["variant"], other["range"]) == (row["task"], row["variant"], range)
        ]
        for row in rows
    }
    figures = (f"{task}, {names[variant]}: {' / '.join(shares)}." for (task, variant), shares in said.items())
    return f"Accuracy at S / M / L in percent. {' '.join(figures)}"
