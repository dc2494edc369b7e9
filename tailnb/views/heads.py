"""What each head looks at as a value is written: `attention_chart`, with and without core modules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from statistics import fmean, quantiles
from typing import Any

from tailnb.evaluation.table import NOTHING, Table, method_title
from tailnb.views.panel import GREY, LOOKS, OTHER, Row, finished
from tailnb.views.renderer import MUTED, charts

WIDTH, STEP, DODGE = 215, 20, 15  # pixels: a panel, room for a mark, and from one mark of a head to the next
EXTENT = 105  # pixels for a head's name, in a reader's font
PANELS = {  # by the kind of what is written: a panel's title, and what the weight is on
    "cell": ("Fetching a cell", "weight on the cell, in percent"),
    "register": ("Fetching a register", "weight on its last value, in percent"),
    "result": ("Writing a result", "weight on the operands, in percent"),
}
SHARES = ("cells", "registers", "results")
SIGNS = {"circle": "●", "square": "■", "triangle-up": "▲", "triangle-down": "▼", "diamond": "◆"}


def attention_chart(rows: Iterable[Mapping[str, Any]]) -> Any:
    """How much of its weight each head has where it should look; panels for what is fetched, and for results.

    rows: of `tailnb.models.attention.write_attention`, for models with and without core modules together.
    Raises ValueError when there is none.
    """
    alt = charts()
    marks = _marks(list(rows))
    if not marks:
        raise ValueError("no rows of attention to draw")
    panels = [
        _panel(alt, kind, [mark for mark in marks if mark["kind"] == kind])
        for kind in PANELS
        if any(mark["kind"] == kind for mark in marks)
    ]
    looks = {mark["method"]: SIGNS.get(mark["shape"], "▶") for mark in marks}
    notes = [
        f"{', '.join(f'{sign} {method}' for method, sign in looks.items())}: mean over the tokens written.",
        "Bars: the middle half of them. Gray: where even attention would lie.",
    ]
    return finished(alt, panels, notes, _in_words(marks), columns=1 if len(panels) == 1 else 2)


def heads_table(rows: Iterable[Mapping[str, Any]]) -> Table:
    """What each head does, a line each, as `tailnb.models.attention.heads` sums it up."""
    lines = [
        {
            "head": row["head"],
            **{kind: _told(row[kind], 100) for kind in SHARES},
            "entropy": _told(row["entropy"], 1, ".1f"),
            "distance": _told(row["distance"], 1),
            "role": row["role"],
        }
        for row in rows
    ]
    caption = "Weight where a head should look, in percent; entropy in bits; distance in tokens."
    return Table(lines, caption, ("head", *SHARES, "entropy", "distance", "role"))


def _told(number: float | None, times: int, form: str = ".0f") -> str:
    return NOTHING if number is None else format(times * number, form)


def _marks(rows: list[Mapping[str, Any]]) -> list[Row]:
    """One mark for each kind, method and head, in this order, with its place in the panel."""
    groups: dict[tuple[str, str, int, int], list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row["kind"], row["method"], row["layer"], row["number"]), []).append(row)
    heads = sorted({key[2:] for key in groups})
    marks = []
    for key in sorted(groups, key=lambda key: (key[0], len(key[1]), key)):
        methods = sorted({method for kind, method, *_ in groups if kind == key[0]}, key=len)
        aside = (methods.index(key[1]) - (len(methods) - 1) / 2) * DODGE / (STEP * len(methods))
        look = {"place": heads.index(key[2:]) + aside, "height": STEP * len(methods) * len(heads)}
        marks.append(_mark(groups[key], key[1]) | look)
    return marks


def _mark(rows: list[Mapping[str, Any]], method: str) -> Row:
    color, shape = LOOKS.get(method, OTHER)
    shares = [100 * row["share"] for row in rows]
    low, _, high = quantiles(shares, method="inclusive") if len(shares) > 1 else shares * 3
    return {
        "kind": rows[0]["kind"],
        "head": rows[0]["head"],
        "method": method_title(method),
        "color": color,
        "shape": shape,
        "share": fmean(shares),
        "low": low,
        "high": high,
        "even": 100 * fmean(row["even"] for row in rows),
        "text": f"{fmean(shares):.0f}",
        "entropy": fmean(row["entropy"] for row in rows),
        "distance": fmean(row["distance"] for row in rows),
        "n": len(rows),
    }


def _panel(alt: Any, kind: str, marks: list[Row]) -> Any:
    names = {round(mark["place"]): mark["head"] for mark in marks}
    x = alt.X(
        "share:Q",
        title="",
        scale=alt.Scale(domain=[0, 100]),
        axis=alt.Axis(values=[0, 25, 50, 75, 100], domain=False, ticks=False),
    )
    y = alt.Y(
        "place:Q",
        title="",
        scale=alt.Scale(domain=[max(names) + 0.5, -0.5], nice=False),
        axis=alt.Axis(
            values=sorted(names),
            labelExpr=f"{names}[datum.value]",
            grid=False,
            domain=False,
            ticks=False,
            labelPadding=10,
            minExtent=EXTENT,
        ),
    )
    base = alt.Chart(alt.Data(values=marks)).encode(y=y, color=alt.Color("color:N", scale=None))
    title, about = PANELS[kind]
    return alt.layer(
        base.mark_tick(thickness=2, height=12, color=GREY).encode(x=_at(x, "even"), color=alt.value(GREY)),
        base.mark_rule(strokeWidth=2, opacity=0.6).encode(x=_at(x, "low"), x2="high:Q"),
        base.mark_point(size=60, strokeWidth=2, opacity=1).encode(
            x=x,
            shape=alt.Shape("shape:N", scale=None),
            fill=alt.Fill("color:N", scale=None),
            tooltip=_tips(alt),
        ),
        base.mark_text(align="left", baseline="middle", fontSize=11, color=MUTED).encode(
            x=alt.value(WIDTH + 8), text="text:N", color=alt.value(MUTED)
        ),
    ).properties(width=WIDTH, height=marks[0]["height"], title=alt.TitleParams(title, subtitle=about))


def _at(x: Any, field: str) -> Any:
    """The x axis for another field."""
    other = x.copy()
    other.shorthand = f"{field}:Q"
    return other


def _tips(alt: Any) -> list[Any]:
    shown = {"head:N": "head", "method:N": "method", "share:Q": "share %", "even:Q": "even attention %"}
    shown |= {"entropy:Q": "entropy, bits", "distance:Q": "distance, tokens", "n:Q": "tokens written"}
    return [
        alt.Tooltip(field, title=title, format=".1f" if field.endswith("Q") and field != "n:Q" else "")
        for field, title in shown.items()
    ]


def _in_words(marks: list[Row]) -> str:
    said: dict[str, list[str]] = {}
    for mark in marks:
        name = f"{PANELS[mark['kind']][0]}, {mark['method']}"
        said.setdefault(name, []).append(f"{mark['head']} {mark['share']:.0f}")
    figures = (f"{name}: {'; '.join(shares)}." for name, shares in said.items())
    return f"Weight of each head where it should look, in percent. {' '.join(figures)}"
