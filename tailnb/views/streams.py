"""Random streams of problems, drawn: what they share, which split their keys fall into, how many are new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

from tailnb.tasks._task import EVAL_SHARE
from tailnb.views.panel import (
    BLUE,
    GREEN,
    GREY,
    LABEL,
    ORANGE,
    PINK,
    PURPLE,
    Row,
    finished,
    ink_on,
    labels,
    spread,
)
from tailnb.views.renderer import GROUND, MUTED, charts

CELL = 22  # pixels
WIDTH, HEIGHT, STRIP = 420, 220, 26  # pixels: of a chart, and of one stream in it
POINTS = 200  # of a line
COLORS = (BLUE, ORANGE, PURPLE, GREEN, PINK)
SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down")
MARKS = 5  # of a line, by which it is known without its color


def stream_grid(panels: Mapping[str, Mapping[Any, Sequence[str]]]) -> Any:
    """The problems of several streams as cells; those of one panel that come up again have a number.

    panels: by title, the keys of each stream, by its seed. Raises ValueError when there is nothing to draw.
    """
    alt = charts()
    if not any(keys for streams in panels.values() for keys in streams.values()):
        raise ValueError("no problems to draw")
    drawn = [_grid(alt, title, streams) for title, streams in panels.items()]
    notes = ["The same number is the same problem. Gray: a problem that comes up only once here."]
    return finished(alt, drawn, notes, _grid_in_words(panels), columns=1)


def _grid(alt: Any, title: str, streams: Mapping[Any, Sequence[str]]) -> Any:
    found = cells(streams)
    index = alt.X("index:O", title="", axis=alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False))
    seed = alt.Y(
        "seed:N", title="", sort=[str(seed) for seed in streams], axis=alt.Axis(domain=False, ticks=False)
    )
    base = alt.Chart(alt.Data(values=found)).encode(x=index, y=seed)
    tips = [alt.Tooltip(f"{field}:N") for field in ("seed", "index", "problem")]
    longest = max(len(keys) for keys in streams.values())
    return alt.layer(
        base.mark_rect(stroke=GROUND, strokeWidth=2).encode(
            color=alt.Color("color:N", scale=None), tooltip=tips
        ),
        base.mark_text(fontSize=11, fontWeight=600).encode(
            text="number:N", color=alt.Color("ink:N", scale=None)
        ),
    ).properties(
        width=CELL * longest,
        height=CELL * len(streams),
        title=alt.TitleParams(title, subtitle="rows: seeds; columns: the first problems of each"),
    )


def cells(streams: Mapping[Any, Sequence[str]]) -> list[Row]:
    """The cells of one panel; keys that come up again are numbered and colored."""
    seen = Counter(key for keys in streams.values() for key in keys)
    again = {key: number for number, key in enumerate((key for key in seen if seen[key] > 1), start=1)}
    colors = dict(zip(again, cycle(COLORS), strict=False))
    return [
        {
            "seed": str(seed),
            "index": index,
            "problem": key,
            "number": str(again.get(key, "")),
            "color": colors.get(key, GREY),
            "ink": ink_on(colors.get(key, GREY)),
        }
        for seed, keys in streams.items()
        for index, key in enumerate(keys)
    ]


def _grid_in_words(panels: Mapping[str, Mapping[Any, Sequence[str]]]) -> str:
    said = []
    for title, streams in panels.items():
        found = cells(streams)
        again = sum(bool(cell["number"]) for cell in found)
        said.append(f"{title}: {again} of {len(found)} cells hold a problem that comes up again.")
    return f"The first problems of several streams. {' '.join(said)}"


def split_strip(streams: Mapping[str, Sequence[float]], cut: float = EVAL_SHARE) -> Any:
    """Where the hashes of keys lie between 0 and 1, a row of marks for each stream, and where they are cut.

    streams: by name, each key's hash as a share of the greatest. cut: what is less belongs to "eval".
    Raises ValueError when there is nothing to draw.
    """
    alt = charts()
    marks = [
        {"stream": name, "at": at, "color": BLUE if at < cut else ORANGE}
        for name, shares in streams.items()
        for at in shares
    ]
    if not marks:
        raise ValueError("no hashes to draw")
    x = alt.X(
        "at:Q",
        title="hash of the key, as a share of the greatest",
        scale=alt.Scale(domain=[0, 1], nice=False),
        axis=alt.Axis(values=[0, cut, 0.5, 1], format="~g", grid=False, domain=False),
    )
    y = alt.Y(
        "stream:N", title="", sort=list(streams), axis=alt.Axis(domain=False, ticks=False, labelLimit=220)
    )
    names = [{"at": cut / 2, "text": "eval"}, {"at": (1 + cut) / 2, "text": "train"}]
    ticks = alt.Chart(alt.Data(values=marks)).mark_tick(thickness=1, size=STRIP - 6, opacity=0.7)
    rule = alt.Chart(alt.Data(values=[{"at": cut}])).mark_rule(color=MUTED, strokeWidth=2)
    text = alt.Chart(alt.Data(values=names)).mark_text(baseline="bottom", fontSize=12, color=MUTED)
    chart = alt.layer(
        ticks.encode(x=x, y=y, color=alt.Color("color:N", scale=None)),
        rule.encode(x=x),
        text.encode(x=x, y=alt.value(-4), text="text:N"),
    ).properties(width=WIDTH, height=STRIP * len(streams))
    return finished(alt, [chart], [], _strip_in_words(streams, cut), columns=1)


def _strip_in_words(streams: Mapping[str, Sequence[float]], cut: float) -> str:
    said = (
        f"{name}: {len(shares)} keys from {min(shares, default=0):.3f} to {max(shares, default=0):.3f}."
        for name, shares in streams.items()
    )
    return f"Hashes of keys as shares of the greatest; eval lies below {cut:g}. {' '.join(said)}"


def new_keys_chart(streams: Mapping[str, Sequence[str]]) -> Any:
    """How many different keys came up in so many draws, a line for each stream.

    streams: by name, the keys as they were drawn. Raises ValueError when there is nothing to draw.
    """
    alt = charts()
    most = max((len(keys) for keys in streams.values()), default=0)
    if not most:
        raise ValueError("no draws to show")
    points, marks, ends = [], [], []
    for (name, keys), color, shape in zip(streams.items(), cycle(COLORS), cycle(SHAPES), strict=False):
        found = _new(keys)
        look: Row = {"line": name, "color": color, "shape": shape, "published": False}
        places = {len(keys) * part // MARKS for part in range(1, MARKS + 1)}
        marks += [look | {"x": at, "y": found[at]} for at in sorted(places)]
        points += [look | {"x": at, "y": found[at]} for at in range(0, len(keys) + 1, max(1, most // POINTS))]
        ends.append(look | {"text": f"{name}: {found[-1]:,}", "top": HEIGHT * (1 - found[-1] / most)})
    scale = alt.Scale(domain=[0, most], nice=False)
    x, y = (channel(field, title="", scale=scale) for channel, field in ((alt.X, "x:Q"), (alt.Y, "y:Q")))
    color = alt.Color("color:N", scale=None)
    lines = alt.Chart(alt.Data(values=points)).mark_line(strokeWidth=2)
    shapes = alt.Chart(alt.Data(values=marks)).mark_point(size=40, opacity=1)
    shape, fill = alt.Shape("shape:N", scale=None), alt.Fill("color:N", scale=None)
    ends.sort(key=lambda end: float(end["top"]))
    tops = spread([end["top"] for end in ends], LABEL, HEIGHT)
    moved = [end | {"top": top} for end, top in zip(ends, tops, strict=True)]
    chart = alt.layer(
        lines.encode(x=x, y=y, color=color, detail="line:N"),
        shapes.encode(x=x, y=y, color=color, shape=shape, fill=fill),
        labels(alt, moved, HEIGHT),
    ).properties(
        width=HEIGHT,
        height=HEIGHT,
        title=alt.TitleParams("Different ones", subtitle="over the number of draws"),
    )
    said = ". ".join(str(end["text"]) for end in ends)
    return finished(alt, [chart], [], f"Different ones in {most:,} draws. {said}.", columns=1)


def _new(keys: Sequence[str]) -> list[int]:
    """How many different keys there are among the first 0, 1, 2 …"""
    seen: set[str] = set()
    counts = [0]
    for key in keys:
        seen.add(key)
        counts.append(len(seen))
    return counts
