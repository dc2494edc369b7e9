"""What fits: `context_chart`, the tokens of problems against what a model's context holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tailnb.evaluation.lengths import LIMITS, in_k
from tailnb.tasks import RANGES, task
from tailnb.views.live import LOOKS
from tailnb.views.panel import GREY, NAMES, Row, finished
from tailnb.views.renderer import MUTED, charts

WIDTH, STEP = 460, 28  # pixels: the whole chart, and each task in it
LABELS = 170  # pixels for the tasks' names: a reader's font may be wider than ours
TIPS = {"task": "task", "name": "problems", "shortest": "shortest", "longest": "longest", "n": "of"}


def context_chart(rows: Iterable[Mapping[str, Any]], limits: Sequence[int] = LIMITS) -> Any:
    """Tokens of prompt and completion, from least to greatest, for each task and range, beside the limits.

    rows: of `tailnb.evaluation.lengths.lengths`, of one method and style. limits: tokens that contexts hold.
    Raises ValueError when there is nothing to draw, and for two rows about the same task and range.
    """
    alt = charts()
    shown = [dict(row) for row in rows if (row["part"], row["unit"]) == ("both", "tokens")]
    if not shown:
        raise ValueError("no lengths in tokens to draw")
    if len({(row["task"], row["range"]) for row in shown}) < len(shown):
        raise ValueError("some task and range has two rows; one method and style is drawn at a time")
    bars = [_bar(row) for row in shown]
    titles = list(dict.fromkeys(bar["task"] for bar in bars))
    low, high = min(bar["min"] for bar in bars), max([*limits, *(bar["max"] for bar in bars)])
    tens = [10**power for power in range(1, 16) if low <= 10**power <= high]
    x = alt.X(
        "min:Q",
        title="",
        scale=alt.Scale(type="log", domain=[low / 1.3, high * 1.3], nice=False),
        axis=alt.Axis(values=tens, format="~s", domain=False, ticks=False),
    )
    chart = alt.layer(*_limits(alt, x, limits), *_bars(alt, x, bars, titles))
    chart = chart.properties(width=WIDTH, height=STEP * len(titles), title=_title(alt, shown))
    return finished(alt, [chart], _notes(shown), _in_words(shown), columns=1)


def _bar(row: Row) -> Row:
    color, shape = LOOKS[row["range"]]
    sign = "about " if row["estimated"] else "at least " if row["lower_bound"] else ""
    return {
        "task": task(row["task"]).title,
        "range": row["range"],
        "name": NAMES[row["range"]],
        "min": row["min"],
        "max": row["max"],
        "shortest": f"{sign}{row['min']:,} tokens",
        "longest": f"{sign}{row['max']:,} tokens",
        "n": f"{row['n']:,} problems",
        "color": color,
        "shape": shape,
    }


def _limits(alt: Any, x: Any, limits: Sequence[int]) -> list[Any]:
    values = [{"min": limit, "text": in_k(limit)} for limit in limits]
    base = alt.Chart(alt.Data(values=values)).encode(x=x)
    return [
        base.mark_rule(color=GREY, strokeDash=[3, 3]),
        base.mark_text(baseline="bottom", fontSize=11, color=MUTED).encode(y=alt.value(-4), text="text:N"),
    ]


def _bars(alt: Any, x: Any, bars: list[Row], titles: list[str]) -> list[Any]:
    axis = alt.Axis(domain=False, ticks=False, labelLimit=220, grid=False, minExtent=LABELS)
    base = alt.Chart(alt.Data(values=bars)).encode(
        y=alt.Y("task:N", title="", sort=titles, axis=axis),
        yOffset=alt.YOffset("range:N", sort=list(RANGES)),
        color=alt.Color("color:N", scale=None),
        tooltip=[alt.Tooltip(f"{key}:N", title=text) for key, text in TIPS.items()],
    )
    end = x.copy()
    end.shorthand = "max:Q"
    return [
        base.mark_rule(strokeWidth=3, opacity=0.5).encode(x=x, x2="max:Q"),
        base.mark_point(size=32, opacity=1).encode(
            x=end, shape=alt.Shape("shape:N", scale=None), fill=alt.Fill("color:N", scale=None)
        ),
    ]


def _title(alt: Any, rows: Sequence[Row]) -> Any:
    sizes = " to ".join(f"{size:,}" for size in sorted({row["n"] for row in rows}))
    return alt.TitleParams(
        "Tokens of prompt and completion",
        subtitle=f"● Short  ▲ Medium  ■ Long: the longest of {sizes} problems, with a line from the shortest",
        offset=24,
    )


def _notes(rows: Sequence[Row]) -> list[str]:
    notes = [f"Tokenizer: {', '.join(sorted({row['tokenizer'] for row in rows}))}. Dashed: contexts."]
    if any(row["lower_bound"] for row in rows):
        notes.append("Counted in pieces of Qwen2.5's pre-tokenizer: a lower bound for its tokens.")
    if any(row["estimated"] for row in rows):
        notes.append("Traces that are too long to be made are estimated by their first states.")
    return notes


def _in_words(rows: Sequence[Row]) -> str:
    said = (f"{task(row['task']).title} {row['range']} {row['min']:,} to {row['max']:,}" for row in rows)
    return f"Tokens of prompt and completion, shortest to longest: {'; '.join(said)}."
