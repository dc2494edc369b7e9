"""Where GPU memory goes: `memory_chart`, the parts of what is needed beside what cards have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tailnb.models.memory import Memory
from tailnb.views.panel import BLUE, GREEN, GREY, ORANGE, PINK, PURPLE, Row, finished
from tailnb.views.renderer import GROUND, MUTED, charts

WIDTH, STEP = 460, 44  # pixels: the whole chart, and each bar in it
CARDS = (16, 24)  # GB
# Each part keeps its color; the order of the legend is the order in the bars.
COLORS = (BLUE, ORANGE, PURPLE, GREEN, PINK, "#9a7b1c", "#5b7083", "#c0392b", GREY)
LEAST = 0.05  # GiB; what is less cannot be seen
NAMED = 0.9  # GiB; a part that wide has room for its number


def memory_chart(needs: Mapping[str, Memory], cards: Sequence[float] = CARDS) -> Any:
    """A bar for each need, cut into its parts, with dashed lines where cards end.

    needs: by the name that stands beside the bar. cards: their memory in GB.
    Raises ValueError when there is nothing to draw.
    """
    alt = charts()
    if not needs:
        raise ValueError("no needs to draw")
    bars = [bar for name, need in needs.items() for bar in _bars(name, need)]
    highest = max([*cards, *(need.total for need in needs.values())])
    x = alt.X(
        "from:Q",
        title="GiB",
        scale=alt.Scale(domain=[0, 1.05 * highest], nice=False),
        axis=alt.Axis(domain=False, ticks=False, grid=False),
    )
    y = alt.Y("need:N", title="", sort=list(needs), axis=alt.Axis(domain=False, ticks=False, labelLimit=200))
    chart = alt.layer(*_parts(alt, x, y, bars), *_limits(alt, x, cards))
    chart = chart.properties(
        width=WIDTH, height=STEP * len(needs), title=alt.TitleParams("Memory, by arithmetic", offset=24)
    )
    return finished(alt, [chart], ["Dashed: what cards have."], _in_words(needs), columns=1)


def _bars(name: str, need: Memory) -> list[Row]:
    bars, start = [], 0.0
    for place, (part, gib) in enumerate(need.parts.items()):
        bar: Row = {"need": name, "part": part, "gib": gib, "from": start, "to": start + gib}
        bar |= {"middle": start + gib / 2, "color": COLORS[place % len(COLORS)], "text": f"{gib:.1f}"}
        start += gib
        if gib >= LEAST:
            bars.append(bar)
    return bars


def _parts(alt: Any, x: Any, y: Any, bars: list[Row]) -> list[Any]:
    base = alt.Chart(alt.Data(values=bars)).encode(y=y)
    middle = x.copy()
    middle.shorthand = "middle:Q"
    tips = [alt.Tooltip("part:N", title="part"), alt.Tooltip("gib:Q", title="GiB", format=".2f")]
    legend = alt.Legend(
        title="", orient="bottom", columns=1, labelLimit=260, labelFontSize=11, symbolType="square"
    )
    parts = list(dict.fromkeys(bar["part"] for bar in bars))
    colors = [next(bar["color"] for bar in bars if bar["part"] == part) for part in parts]
    color = alt.Color("part:N", scale=alt.Scale(domain=parts, range=colors), sort=parts, legend=legend)
    return [
        base.mark_bar(height=22, stroke=GROUND, strokeWidth=1).encode(
            x=x, x2="to:Q", color=color, tooltip=tips
        ),
        base.transform_filter(f"datum.gib >= {NAMED}")
        .mark_text(fontSize=11, color="white", fontWeight=600)
        .encode(x=middle, text="text:N"),
    ]


def _limits(alt: Any, x: Any, cards: Sequence[float]) -> list[Any]:
    values = [{"from": card, "text": f"{card:g} GB"} for card in cards]
    base = alt.Chart(alt.Data(values=values)).encode(x=x)
    return [
        base.mark_rule(color=GREY, strokeDash=[3, 3]),
        base.mark_text(baseline="bottom", fontSize=11, color=MUTED).encode(y=alt.value(-4), text="text:N"),
    ]


def _in_words(needs: Mapping[str, Memory]) -> str:
    said = (
        f"{name}: {need.total:.1f} GiB, of which "
        + ", ".join(f"{part} {gib:.2f}" for part, gib in need.parts.items())
        for name, need in needs.items()
    )
    return f"Memory by arithmetic. {'. '.join(said)}."
