"""Where GPU memory goes: `memory_chart`, the parts of what is needed beside what cards have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import ascii_uppercase
from typing import Any

from tailnb.models.memory import Memory
from tailnb.views.panel import BLUE, GREEN, GREY, ORANGE, PINK, PURPLE, Row, finished, ink_on
from tailnb.views.renderer import GROUND, MUTED, charts

WIDTH, STEP = 460, 44  # pixels: the whole chart, and each bar in it
CARDS = (16, 24)  # GB
# Each part keeps its color; the order of the legend is the order in the bars.
COLORS = (BLUE, ORANGE, PURPLE, GREEN, PINK, "#9a7b1c", "#5b7083", "#c0392b", GREY)
LEAST = 0.05  # GiB; what is less cannot be seen
LETTER, NUMBER = 9, 34  # pixels; a part that wide has room for its letter, and for its number, too


def memory_chart(needs: Mapping[str, Memory], cards: Sequence[float] = CARDS) -> Any:
    """A bar for each need, cut into lettered parts, with dashed lines where cards end.

    needs: by the name that stands beside the bar. cards: their memory in GB.
    Raises ValueError when there is nothing to draw.
    """
    alt = charts()
    if not needs:
        raise ValueError("no needs to draw")
    highest = 1.05 * max([*cards, *(need.total for need in needs.values())])
    drawn = (part for need in needs.values() for part, gib in need.parts.items() if gib >= LEAST)
    looks = {part: _look(place, part) for place, part in enumerate(dict.fromkeys(drawn))}
    bars = [bar for name, need in needs.items() for bar in _bars(name, need, looks, WIDTH / highest)]
    x = alt.X(
        "from:Q",
        title="GiB",
        scale=alt.Scale(domain=[0, highest], nice=False),
        axis=alt.Axis(domain=False, ticks=False, grid=False),
    )
    y = alt.Y("need:N", title="", sort=list(needs), axis=alt.Axis(domain=False, ticks=False, labelLimit=200))
    chart = alt.layer(*_parts(alt, x, y, bars), *_limits(alt, x, cards))
    chart = chart.properties(
        width=WIDTH, height=STEP * len(needs), title=alt.TitleParams("Memory, by arithmetic", offset=24)
    )
    notes = ["Dashed: what cards have. A part too thin for its letter stands between those of its neighbors."]
    return finished(alt, [chart], notes, _in_words(needs), columns=1)


def _look(place: int, part: str) -> Row:
    """How a part looks in all bars: a letter, by which it is known without its color."""
    letter, color = ascii_uppercase[place], COLORS[place % len(COLORS)]
    return {"letter": letter, "part": f"{letter}  {part}", "color": color, "ink": ink_on(color)}


def _bars(name: str, need: Memory, looks: Mapping[str, Row], scale: float) -> list[Row]:
    """The parts of a need that can be seen; scale: pixels of a GiB."""
    bars, start = [], 0.0
    for part, gib in need.parts.items():
        if gib >= LEAST:
            letter, room = looks[part]["letter"], scale * gib
            text = f"{letter} {gib:.1f}" if room >= NUMBER else letter if room >= LETTER else ""
            bar: Row = {"need": name, "gib": gib, "from": start, "to": start + gib, "text": text}
            bars.append(looks[part] | bar | {"middle": start + gib / 2})
        start += gib
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
    colors = list({bar["part"]: bar["color"] for bar in bars}.values())
    color = alt.Color("part:N", scale=alt.Scale(domain=parts, range=colors), sort=parts, legend=legend)
    return [
        base.mark_bar(height=22, stroke=GROUND, strokeWidth=1).encode(
            x=x, x2="to:Q", color=color, tooltip=tips
        ),
        base.mark_text(fontSize=11, fontWeight=600).encode(
            x=middle, text="text:N", color=alt.Color("ink:N", scale=None)
        ),
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
