"""State diagrams read back from their SVG: boxes of texts and states, arrows as points, and what overlaps.

A text's box follows from a font metric stated here, not from what the drawing keeps free for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations, pairwise
from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"
# As parts of the font's size: the widest advance of the usual monospace fonts, the height over the line and
# the depth under it.
ADVANCE, ASCENT, DESCENT = 0.62, 0.76, 0.2
NAME, LABEL = 13, 12  # pixels, the sizes of the letters
PIECES = 40  # straight pieces that follow a curve

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass
class Arrow:
    """An arrow: its rules (none for the entry), points along its curve and its tip, and its label's boxes."""

    rules: set[str]
    curve: list[Point]
    tip: list[Point]
    label: list[Box]


@dataclass
class Drawn:
    """A diagram as drawn: for each state the boxes of its shape and its name; arrows; the whole picture."""

    states: dict[int, tuple[Box, Box]]
    arrows: list[Arrow]
    view: Box


def read(svg: str) -> Drawn:
    """The diagram that the SVG text shows."""
    root = ElementTree.fromstring(svg)
    groups = list(root.iter(f"{SVG}g"))
    states = {int(one.attrib["data-state"]): state(one) for one in kind(groups, "tnb-state")}
    arrows = [arrow(one) for one in (*kind(groups, "tnb-entry"), *kind(groups, "tnb-arrow"))]
    for line in kind(groups, "tnb-line"):
        rules = set(line.attrib["data-rules"].split())
        (owner,) = (one for one in arrows if rules <= one.rules)
        owner.label += [text(one, LABEL) for one in line.iter(f"{SVG}text")]
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    return Drawn(states, arrows, (left, top, left + width, top + height))


def kind(groups: list[ElementTree.Element], name: str) -> list[ElementTree.Element]:
    """The groups of that class."""
    return [one for one in groups if name in one.attrib["class"].split()]


def state(group: ElementTree.Element) -> tuple[Box, Box]:
    """The boxes of a state's outer shape and of its name."""
    shape, name = next(group.iter(f"{SVG}rect")), next(group.iter(f"{SVG}text"))
    x, y, width, height = (float(shape.attrib[key]) for key in ("x", "y", "width", "height"))
    return (x, y, x + width, y + height), text(name, NAME)


def text(element: ElementTree.Element, size: float) -> Box:
    """The box of a centered text."""
    x, y = float(element.attrib["x"]), float(element.attrib["y"])
    half = len(element.text or "") * ADVANCE * size / 2
    return x - half, y - ASCENT * size, x + half, y + DESCENT * size


def arrow(group: ElementTree.Element) -> Arrow:
    """An arrow without its label."""
    edge, tip = (points(path.attrib["d"]) for path in group.iter(f"{SVG}path"))
    a, b, c, d = edge
    curve = []
    for piece in range(PIECES + 1):
        t = piece / PIECES
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
        x, y = (sum(w * p[axis] for w, p in zip(weights, (a, b, c, d), strict=True)) for axis in (0, 1))
        curve.append((x, y))
    return Arrow(set(group.attrib.get("data-rules", "").split()), curve, [*tip, tip[0]], [])


def points(path: str) -> list[Point]:
    """The points of a path, which has a letter only before some of them."""
    numbers = [float(one) for one in re.findall(r"-?\d+(?:\.\d+)?", path)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def faults(drawn: Drawn) -> list[str]:
    """Everything that should not be: texts that something covers, arrows through states, parts cut off."""
    return [*covered(drawn), *pierced(drawn), *outside(drawn)]


def covered(drawn: Drawn) -> list[str]:
    """Texts that share room with another text, a state, an arrow, or their own arrow's tip."""
    labels = [(number, box) for number, one in enumerate(drawn.arrows) for box in one.label]
    found = [f"labels {a} and {b}" for (a, p), (b, q) in combinations(labels, 2) if overlap(p, q)]
    for number, box in labels:
        found += [
            f"label {number} and state {s}" for s, (shape, _) in drawn.states.items() if overlap(box, shape)
        ]
        for other, one in enumerate(drawn.arrows):
            lines = [one.tip] if other == number else [one.tip, one.curve]
            found += [f"label {number} and arrow {other}" for line in lines if meets(box, line)]
    return found


def pierced(drawn: Drawn) -> list[str]:
    """States that overlap, that are too small for their name, or that an arrow runs through."""
    shapes = {number: shape for number, (shape, _) in drawn.states.items()}
    found = [f"states {a} and {b}" for (a, p), (b, q) in combinations(shapes.items(), 2) if overlap(p, q)]
    found += [
        f"name of state {number}" for number, (shape, name) in drawn.states.items() if not within(name, shape)
    ]
    for number, one in enumerate(drawn.arrows):
        for state, shape in shapes.items():
            ends = near(one.curve[0], shape) or near(one.tip[0], shape)
            if not ends and meets(shape, one.curve):
                found.append(f"arrow {number} through state {state}")
    return found


def outside(drawn: Drawn) -> list[str]:
    """Parts that the picture cuts off."""
    boxes = [shape for shape, _ in drawn.states.values()]
    for one in drawn.arrows:
        boxes += [*one.label, *((x, y, x, y) for x, y in (*one.curve, *one.tip))]
    return [f"outside: {box}" for box in boxes if not within(box, drawn.view)]


def crossings(drawn: Drawn) -> int:
    """How often two arrows cross."""
    pairs = combinations((one.curve for one in drawn.arrows), 2)
    return sum(cross(*p, *q) for one, other in pairs for p in pairwise(one) for q in pairwise(other))


def overlap(a: Box, b: Box) -> bool:
    """Whether two boxes share some of the plane."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def within(a: Box, b: Box) -> bool:
    """Whether the first box lies in the second one."""
    return b[0] <= a[0] and b[1] <= a[1] and a[2] <= b[2] and a[3] <= b[3]


def near(point: Point, box: Box) -> bool:
    """Whether the point is in the box, or a pixel from it."""
    return box[0] - 1 <= point[0] <= box[2] + 1 and box[1] - 1 <= point[1] <= box[3] + 1


def meets(box: Box, line: list[Point]) -> bool:
    """Whether a line of straight pieces enters the box: at one of many points along it."""
    for (x, y), (u, v) in pairwise(line):
        steps = 1 + int(max(abs(u - x), abs(v - y)))
        for step in range(steps + 1):
            px, py = x + (u - x) * step / steps, y + (v - y) * step / steps
            if box[0] < px < box[2] and box[1] < py < box[3]:
                return True
    return False


def cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether two straight pieces cross."""

    def side(p: Point, q: Point, r: Point) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0
