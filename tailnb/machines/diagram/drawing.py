"""A planned state diagram as SVG."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape
from math import hypot

from tailnb.machines.diagram.arrows import LINE, Arrow, Graph
from tailnb.machines.diagram.geometry import Box, Curve, Point, at, split
from tailnb.machines.diagram.plan import SIZE, Plan
from tailnb.machines.diagram.routes import Node, Way
from tailnb.machines.picture import FONT, number

STYLE = (
    f"text{{font:{SIZE}px {FONT};text-anchor:middle;fill:@text}}"
    ".tnb-line text{font-size:12px}.tnb-back{fill:@ground}"
    ".tnb-edge{fill:none;stroke:@muted;stroke-width:1.4}.tnb-tip{fill:@muted}"
    ".tnb-shape{fill:@accent-soft;stroke:@accent;stroke-width:1.6}"
    ".tnb-final .tnb-shape{fill:@green-soft;stroke:@green}"
    # The marks differ in more than color: filled with a bold name, thick with a bold label.
    ".tnb-here .tnb-shape{fill:@here;stroke:@here}.tnb-here .tnb-inner{stroke:@on-here}"
    ".tnb-here text{fill:@on-here;font-weight:700}"
    ".tnb-taken .tnb-edge{stroke:@amber;stroke-width:3.2}.tnb-taken .tnb-tip{fill:@amber}"
    ".tnb-taken text{fill:@amber;font-weight:700}"
)
TIP, HALF_TIP = 9.0, 4.5  # pixels, of an arrow's tip
INNER = 3.5  # pixels from the border of a final state to its second one


def draw(graph: Graph, planned: Plan, told: Callable[[tuple[int, ...]], str], names: Sequence[str]) -> str:
    """All parts: arrows, above them the states, and above all the labels.

    ``told`` says in words what rules do, and ``names`` are the states' full names, for what is pointed at.
    """
    entry, *ways = planned.ways
    parts = [group("tnb-entry", "", arrow(entry.course.curve))]
    for one, way in zip(graph.arrows, ways, strict=True):
        parts.append(group("tnb-arrow", data("rules", one.rules), arrow(way.course.curve)))
    for place, node in enumerate(planned.nodes):
        final = " tnb-final" * (place in graph.final)
        shown = state(node, graph.names[place], names[place], bool(final))
        parts.append(group(f"tnb-state{final}", data("state", [graph.numbers[place]]), shown))
    for one, way in zip(graph.arrows, ways, strict=True):
        parts += label(one, way, told)
    return "".join(parts)


def group(kind: str, attributes: str, parts: str) -> str:
    """Parts that belong together."""
    return f'<g class="{kind}"{attributes}>{parts}</g>'


def data(name: str, numbers: Iterable[int]) -> str:
    """An attribute that holds numbers."""
    return f' data-{name}="{" ".join(map(str, numbers))}"'


def arrow(curve: Curve) -> str:
    """A curve with a tip, under which it ends."""
    foot = at_distance(curve, TIP)
    (u, v), (x, y) = at(curve, foot), curve[3]
    length = hypot(x - u, y - v)
    aside = (HALF_TIP * (y - v) / length, HALF_TIP * (u - x) / length)
    tip = [(x, y), (u + aside[0], v + aside[1]), (u - aside[0], v - aside[1])]
    start, *rest = split(curve, 0.7 * foot + 0.3)[0]
    edge = f'<path class="tnb-edge" d="M{way_of([start])}C{way_of(rest)}"/>'
    return f'{edge}<path class="tnb-tip" d="M{way_of(tip)}Z"/>'


def at_distance(curve: Curve, far: float) -> float:
    """Where, from 0 to 1, the curve is so far from its end."""
    before, behind = 0.0, 1.0
    for _ in range(12):
        middle = (before + behind) / 2
        x, y = at(curve, middle)
        if hypot(x - curve[3][0], y - curve[3][1]) > far:
            before = middle
        else:
            behind = middle
    return before


def way_of(points: Iterable[Point]) -> str:
    """Points as the path of SVG has them."""
    return " ".join(f"{number(x)} {number(y)}" for x, y in points)


def state(node: Node, name: str, full: str, final: bool) -> str:
    """A state's shape and name; a final state has a second border, a shortened name a title."""
    shape = rounded("tnb-shape", node.box, node.ry)
    if final:
        shape += rounded("tnb-shape tnb-inner", node.box.grown(-INNER), node.ry - INNER)
    title = f"<title>{escape(full)}</title>" if full != name else ""
    return title + shape + text(name, node.x, node.y + 0.35 * SIZE)


def label(one: Arrow, way: Way, told: Callable[[tuple[int, ...]], str]) -> Iterator[str]:
    """An arrow's label: the ground that parts it from its arrow, and line by line what its rules do."""
    box = way.label
    if box is None:
        return
    yield rounded("tnb-back", box, 4)
    for place, line in enumerate(one.lines):
        shown = text(line.text, (box.left + box.right) / 2, box.top + LINE * place + 0.75 * LINE)
        title = f"<title>{escape(told(line.rules))}</title>"
        yield group("tnb-line", data("rules", line.rules), title + shown)


def rounded(kind: str, box: Box, radius: float) -> str:
    """A box with round corners."""
    width, height = box.right - box.left, box.bottom - box.top
    place = f'x="{number(box.left)}" y="{number(box.top)}" width="{number(width)}" height="{number(height)}"'
    return f'<rect class="{kind}" {place} rx="{number(radius)}"/>'


def text(words: str, x: float, y: float) -> str:
    """Words, escaped, centered at x on the line y."""
    return f'<text x="{number(x)}" y="{number(y)}">{escape(words)}</text>'
