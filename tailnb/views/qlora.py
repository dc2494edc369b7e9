"""QLoRA in two pictures: how NF4 rounds weights, and how small the trained matrices are."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from typing import Any

from tailnb.machines.picture import FONT, Picture, number, picture
from tailnb.views.panel import BLUE, GREY, ORANGE, finished
from tailnb.views.renderer import charts

BINS = 80
WIDTH, HEIGHT = 460, 160  # pixels of the chart
SIDE, GAP, LEAST = 150, 46, 2  # pixels: the longest side of a matrix, between two, and of a thin one


def nf4_chart(before: Sequence[float], after: Sequence[float]) -> Any:
    """How many weights there are of each size, above as they were, below as NF4 keeps them.

    before, after: the same weights, in units of their block's largest, as `anatomy.rounded` gives them.
    Raises ValueError when there are none, or not as many of the one as of the other.
    """
    if not before or len(before) != len(after):
        raise ValueError(f"as many weights before as after are needed, not {len(before)} and {len(after)}")
    alt = charts()
    x = alt.X("x:Q", title="", scale=alt.Scale(domain=[-1.05, 1.05], nice=False), axis=alt.Axis(domain=False))
    panels = [
        _counts(alt, x, before, BLUE, "Before: any number"),
        _counts(alt, x, after, ORANGE, "After: one of sixteen"),
    ]
    error = sum(abs(one - other) for one, other in zip(before, after, strict=True)) / len(before)
    said = f"{len(before):,} weights, each divided by the largest of its block of 64."
    notes = [said, f"On average a weight moves by {error:.3f} of the largest."]
    return finished(alt, panels, notes, " ".join(["Weights before and after NF4.", *notes]), columns=1)


def _counts(alt: Any, x: Any, values: Sequence[float], color: str, name: str) -> Any:
    edges = [-1 + 2 * place / BINS for place in range(1, BINS)]
    counts = [0] * BINS
    for value in values:
        counts[bisect(edges, value)] += 1
    bars = [
        {"x": -1 + 2 * place / BINS, "to": -1 + 2 * (place + 1) / BINS, "y": count}
        for place, count in enumerate(counts)
        if count
    ]
    y = alt.Y("y:Q", title="", axis=alt.Axis(domain=False, ticks=False, tickCount=3, format="~s"))
    tips = [alt.Tooltip("x:Q", title="from", format=".3f"), alt.Tooltip("y:Q", title="weights", format=",")]
    return (
        alt.Chart(alt.Data(values=bars))
        .mark_bar(color=color, stroke=GREY, strokeWidth=0.3)
        .encode(x=x, x2="to:Q", y=y, y2=alt.value(HEIGHT // 2), tooltip=tips)
        .properties(width=WIDTH, height=HEIGHT // 2, title=alt.TitleParams(name, fontSize=12))
    )


def lora_picture(inputs: int, outputs: int, rank: int) -> Picture:
    """A linear layer's frozen matrix and the two trained ones beside it, drawn to scale.

    Raises ValueError for a size below 1.
    """
    for name, size in (("inputs", inputs), ("outputs", outputs), ("rank", rank)):
        if size < 1:
            raise ValueError(f"{name} must be at least 1, not {size}")
    scale = SIDE / max(inputs, outputs)
    wide, high, thin = (max(LEAST, size * scale) for size in (inputs, outputs, rank))
    middle = wide + GAP
    parts = [
        _matrix("frozen", 0, 0, wide, high, "W"),
        f'<text class="tnb-sign" x="{number(wide + GAP / 2)}" y="{number(high / 2)}">+</text>',
        _matrix("trained", middle, 0, thin, high, "B"),
        f'<text class="tnb-sign" x="{number(middle + thin + 14)}" y="{number(high / 2)}">·</text>',
        _matrix("trained", middle + thin + 28, (high - thin) / 2, wide, thin, "A"),
    ]
    share = rank * (inputs + outputs) / (inputs * outputs)
    summary = f"A layer of {inputs:,} inputs and {outputs:,} outputs with LoRA of rank {rank}"
    said = [
        f"W: {outputs:,} × {inputs:,}, in four bits, frozen.",
        f"B: {outputs:,} × {rank}, A: {rank} × {inputs:,}, trained.",
        f"{inputs * outputs:,} weights are frozen, {rank * (inputs + outputs):,} are trained: {share:.1%}.",
    ]
    parts += [
        f'<text class="tnb-note" x="0" y="{number(high + 24 + 18 * line)}">{one}</text>'
        for line, one in enumerate(said)
    ]
    right = max(middle + thin + 28 + wide, 440)
    return picture(KIND, STYLE, (-14, -30, right + 14, high + 74), "".join(parts), summary, " ".join(said))


def _matrix(kind: str, x: float, y: float, wide: float, high: float, name: str) -> str:
    """A matrix as a rectangle, its name above it."""
    box = f'x="{number(x)}" y="{number(y)}" width="{number(wide)}" height="{number(high)}"'
    return (
        f'<rect class="tnb-{kind}" {box}/>'
        f'<text class="tnb-name" x="{number(x + wide / 2)}" y="{number(y - 8)}">{name}</text>'
    )


KIND = "tnb-lora"
STYLE = (
    f"text{{font:12px {FONT};fill:@text}}.tnb-frozen{{fill:@accent-soft;stroke:@accent}}"
    ".tnb-trained{fill:@orange;stroke:@orange}.tnb-note{fill:@muted}"
    ".tnb-name{text-anchor:middle;font-weight:bold}.tnb-sign{text-anchor:middle;font-size:18px}"
)
