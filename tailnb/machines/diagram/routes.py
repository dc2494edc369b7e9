"""The ways that arrows may take and where their labels may stand, and the choice among them.

Each arrow has a few dozen ways. The choice starts from each arrow's own best one, then goes through the
arrows again and again, and takes whichever way fits best to those of the others, until nothing changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin, sqrt
from typing import NamedTuple

from tailnb.machines.diagram.arrows import Arrow
from tailnb.machines.diagram.geometry import Box, Curve, Point, at, crossings, sampled, split

BOWS = (0.0, 0.12, -0.12, 0.25, -0.25, 0.42, -0.42, 0.65, -0.65)  # of the way's length, to its left
PAIRED = (0.14, 0.25, 0.42, 0.65)  # where another arrow leads back
SPOTS = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74)  # of a label along the way
UP, DOWN, LEFT, RIGHT = -pi / 2, pi / 2, pi, 0.0
TURNS = (UP, DOWN, RIGHT, LEFT, UP / 2, 1.5 * UP, DOWN / 2, 1.5 * DOWN)  # of a loop, the best first
ENTRIES = (LEFT, 0.8 * LEFT, -0.8 * LEFT, UP, DOWN, 0.7 * LEFT, -0.7 * LEFT, RIGHT)
FAULT = 1000.0  # the cost of a text that something covers, or of an arrow through a state
LOOP, ENTRY = 30, 30  # pixels from a state's border
ROUNDS = 8


@dataclass(frozen=True)
class Node:
    """A state's shape: a circle, or wider where its name is; center, half width and half height."""

    x: float
    y: float
    rx: float
    ry: float

    @property
    def box(self) -> Box:
        """The room it takes."""
        return Box.around((self.x, self.y), 2 * self.rx, 2 * self.ry)

    def holds(self, point: Point) -> bool:
        """Whether the point lies inside."""
        across = max(0.0, abs(point[0] - self.x) - (self.rx - self.ry))
        return hypot(across, point[1] - self.y) < self.ry


class Course:
    """A curve that an arrow may take, the same in straight pieces, and the box around it."""

    def __init__(self, curve: Curve, pieces: int = 12) -> None:
        self.curve = curve
        self.line = sampled(curve, pieces)
        self.room = Box.over(self.line).grown(1)


class Way(NamedTuple):
    """One way for an arrow: its course, its label's box, the same with a margin, and its own cost."""

    course: Course
    label: Box | None
    kept: Box | None
    cost: float


def ways(arrow: Arrow, nodes: Sequence[Node], paired: bool) -> list[Way]:
    """All ways for an arrow, the best first."""
    source, target = nodes[arrow.source], nodes[arrow.target]
    others = [node.box for node in nodes if node is not source and node is not target]
    if source is target:
        found = list(loops(arrow, source, others))
    else:
        found = [
            way for bow in (PAIRED if paired else BOWS) for way in bowed(arrow, source, target, bow, others)
        ]
    return sorted(found, key=lambda way: way.cost)


def bowed(arrow: Arrow, a: Node, b: Node, bow: float, others: Sequence[Box]) -> Iterator[Way]:
    """A curve from one state to another that bows to one side, with its label at several spots."""
    dx, dy = b.x - a.x, b.y - a.y
    length = hypot(dx, dy)
    aside = (bow * 4 / 3 * dy, -bow * 4 / 3 * dx)
    first = (a.x + 0.3 * dx + aside[0], a.y + 0.3 * dy + aside[1])
    second = (b.x - 0.3 * dx + aside[0], b.y - 0.3 * dy + aside[1])
    course = Course(clipped(((a.x, a.y), first, second, (b.x, b.y)), a, b))
    start, *_, end = course.line
    cost = abs(bow) * (1.6 + length / 300) + FAULT * sum(box.grown(7).meets(course.line) for box in others)
    size = arrow.size
    for spot in SPOTS:
        label = Box.around(at(course.curve, spot), *size)
        covered = sum(label.grown(3).overlaps(box) for box in (*others, a.box, b.box))
        bare = min(label.distance(start), label.distance(end))  # of the line, beside its label
        own = 1.5 * abs(spot - 0.5) + 0.4 * max(0.0, 14 - bare) + FAULT * covered
        yield Way(course, label, label.grown(2), cost + own)


def loops(arrow: Arrow, node: Node, others: Sequence[Box]) -> Iterator[Way]:
    """A loop on each side of a state, its label outside."""
    width, height = arrow.size
    for place, turn in enumerate(TURNS):
        x, y = cos(turn), sin(turn)
        far = border(node, turn) + LOOP
        reach, half = far / 0.75, 54
        start = (node.x, node.y)
        first = (node.x + x * reach + y * half, node.y + y * reach - x * half)
        second = (node.x + x * reach - y * half, node.y + y * reach + x * half)
        course = Course(clipped((start, first, second, start), node, node))
        away = far + 3 + abs(x) * width / 2 + abs(y) * height / 2
        label = Box.around((node.x + x * away, node.y + y * away), width, height)
        covered = sum(box.grown(7).meets(course.line) or label.grown(3).overlaps(box) for box in others)
        yield Way(course, label, label.grown(2), 0.3 * place + FAULT * covered)


def entries(node: Node, nodes: Sequence[Node]) -> list[Way]:
    """A short arrow from nowhere to the initial state, on each side."""
    found = []
    for place, turn in enumerate(ENTRIES):
        x, y = cos(turn), sin(turn)
        near = border(node, turn)
        points = [
            (node.x + x * (near + ENTRY * k / 3), node.y + y * (near + ENTRY * k / 3)) for k in (3, 2, 1, 0)
        ]
        covered = sum(other.box.grown(5).meets(points) for other in nodes if other is not node)
        course = Course((points[0], points[1], points[2], points[3]), 1)
        found.append(Way(course, None, None, 0.3 * place + FAULT * covered))
    return found


def border(node: Node, turn: float) -> float:
    """How far the border is from the center in that direction."""
    x, y, half = abs(cos(turn)), abs(sin(turn)), node.rx - node.ry
    if y * half > x * node.ry:
        return node.ry / y
    return half * x + sqrt(node.ry**2 - (half * y) ** 2)


def clipped(curve: Curve, source: Node, target: Node) -> Curve:
    """The part of a curve from center to center that lies outside both states."""
    leaves, enters = leaving(curve, source, 0.0), leaving(curve, target, 1.0)
    return split(split(curve, enters)[0], leaves / enters)[1]


def leaving(curve: Curve, node: Node, inside: float) -> float:
    """Where, from 0 to 1, the curve is at the state's border, on the way from inside to its middle."""
    outside = 0.5
    for _ in range(12):
        middle = (inside + outside) / 2
        if node.holds(at(curve, middle)):
            inside = middle
        else:
            outside = middle
    return outside


def tangle(one: Course, other: Course) -> float:
    """What two courses cost together: each crossing, and ends that are close."""
    cost = float(crossings(one.line, other.line)) if one.room.overlaps(other.room) else 0.0
    for x, y in (one.line[0], one.line[-1]):
        for u, v in (other.line[0], other.line[-1]):
            cost += max(0.0, 14 - abs(x - u) - abs(y - v)) / 10
    return cost


def covered(one: Way, other: Way) -> int:
    """How many texts are covered where two arrows take these ways: each label by the other arrow or label."""
    found = 0
    for a, b in ((one, other), (other, one)):
        if a.kept and a.kept.overlaps(b.course.room) and a.kept.meets(b.course.line):
            found += 1
    return found + bool(one.kept and other.label and one.kept.overlaps(other.label))


class Choice:
    """One way for each arrow, the entry's first."""

    def __init__(self, arrows: Sequence[Arrow], nodes: Sequence[Node], start: int) -> None:
        pairs = {(arrow.source, arrow.target) for arrow in arrows}
        self.ways = [entries(nodes[start], nodes)]
        self.ways += [ways(arrow, nodes, (arrow.target, arrow.source) in pairs) for arrow in arrows]
        self.taken = [0] * len(self.ways)
        self.known: dict[tuple[int, int, int, int], float] = {}
        self.tangles: dict[tuple[Course, Course], float] = {}

    def together(self, a: int, way: int, b: int) -> float:
        """What one way of arrow a and the present way of arrow b cost together."""
        key = (a, way, b, self.taken[b]) if a < b else (b, self.taken[b], a, way)
        if key not in self.known:
            one, other = self.ways[key[0]][key[1]], self.ways[key[2]][key[3]]
            courses = one.course, other.course
            if courses not in self.tangles:
                self.tangles[courses] = tangle(*courses)
            self.known[key] = self.tangles[courses] + FAULT * covered(one, other)
        return self.known[key]

    def cost(self, arrow: int, way: int, limit: float) -> float:
        """What a way of an arrow costs among the others' present ways, or something above the limit."""
        cost = self.ways[arrow][way].cost
        for other in range(len(self.ways)):
            if cost >= limit:
                break
            if other != arrow:
                cost += self.together(arrow, way, other)
        return cost

    def improve(self, arrow: int) -> bool:
        """Takes the arrow's best way; whether that is a new one."""
        before = self.taken[arrow]
        best = self.cost(arrow, before, float("inf"))
        for way, found in enumerate(self.ways[arrow]):
            if found.cost >= best - 1e-6:
                break
            cost = self.cost(arrow, way, best)
            if cost < best - 1e-6:
                best, self.taken[arrow] = cost, way
        return self.taken[arrow] != before

    def settle(self) -> float:
        """Improves arrow after arrow until nothing changes; returns what it all costs."""
        every = range(len(self.ways))
        for _ in range(ROUNDS):
            changed = [self.improve(arrow) for arrow in every]
            if not any(changed):
                break
        own = sum(self.ways[arrow][self.taken[arrow]].cost for arrow in every)
        return own + sum(self.together(a, self.taken[a], b) for b in every for a in range(b))

    def chosen(self) -> list[Way]:
        """The ways taken."""
        return [found[way] for found, way in zip(self.ways, self.taken, strict=True)]
