"""Points, boxes and curves in the plane; y grows downwards, as in SVG."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

Point = tuple[float, float]
Curve = tuple[Point, Point, Point, Point]  # a cubic Bézier: start, two controls, end


class Box(NamedTuple):
    """A rectangle by its sides."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def around(cls, center: Point, width: float, height: float) -> Box:
        """The box of that size about a point."""
        (x, y), w, h = center, width / 2, height / 2
        return cls(x - w, y - h, x + w, y + h)

    @classmethod
    def over(cls, points: Sequence[Point]) -> Box:
        """The smallest box that holds the points."""
        xs, ys = zip(*points, strict=True)
        return cls(min(xs), min(ys), max(xs), max(ys))

    def grown(self, by: float) -> Box:
        """The box with room on every side."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def overlaps(self, other: Box) -> bool:
        """Whether both share some of the plane."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def meets(self, line: Sequence[Point]) -> bool:
        """Whether a line of straight pieces touches the box, so that no side of the box parts them."""
        left, top, right, bottom = self
        for (x, y), (u, v) in pairwise(line):
            if (x < left > u) or (x > right < u) or (y < top > v) or (y > bottom < v):
                continue
            dx, dy = u - x, v - y
            corners = [dx * (b - y) - dy * (a - x) for a in (left, right) for b in (top, bottom)]
            if min(corners) <= 0 <= max(corners):
                return True
        return False

    def distance(self, point: Point) -> float:
        """From the point to the nearest side, 0 inside; along the axes, the longer way counts."""
        x, y = point
        return max(self.left - x, x - self.right, self.top - y, y - self.bottom, 0.0)


def crossings(one: Sequence[Point], other: Sequence[Point]) -> int:
    """How often two lines of straight pieces cross."""
    pieces = [
        (c, d, min(c[0], d[0]), max(c[0], d[0]), min(c[1], d[1]), max(c[1], d[1])) for c, d in pairwise(other)
    ]
    found = 0
    for a, b in pairwise(one):
        left, right = (a[0], b[0]) if a[0] < b[0] else (b[0], a[0])
        top, bottom = (a[1], b[1]) if a[1] < b[1] else (b[1], a[1])
        for c, d, least, most, high, low in pieces:
            if least <= right and left <= most and high <= bottom and top <= low and cross(a, b, c, d):
                found += 1
    return found


def cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether the straight pieces from a to b and from c to d cross, not merely touch."""
    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0


def side(a: Point, b: Point, c: Point) -> float:
    """Positive, negative or 0: on which side of the line from a to b the point c lies."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def between(start: Point, end: Point, t: float) -> Point:
    """The point that lies the part t of the way from one to the other."""
    return start[0] + (end[0] - start[0]) * t, start[1] + (end[1] - start[1]) * t


def split(curve: Curve, t: float) -> tuple[Curve, Curve]:
    """The curve cut in two at t, from 0 to 1 (de Casteljau)."""
    a, b, c, d = curve
    ab, bc, cd = between(a, b, t), between(b, c, t), between(c, d, t)
    abc, bcd = between(ab, bc, t), between(bc, cd, t)
    middle = between(abc, bcd, t)
    return (a, ab, abc, middle), (middle, bcd, cd, d)


def at(curve: Curve, t: float) -> Point:
    """The point of the curve at t, from 0 to 1."""
    s = 1 - t
    a, b, c, d = s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = curve
    return a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3


def sampled(curve: Curve, pieces: int = 12) -> list[Point]:
    """Points along the curve, for straight pieces that follow it."""
    return [at(curve, k / pieces) for k in range(pieces + 1)]
