"""A state diagram as numbers: where its states, arrows and labels are."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import sqrt
from typing import NamedTuple

from tailnb.machines.diagram.arrows import Graph
from tailnb.machines.diagram.geometry import Box, Point
from tailnb.machines.diagram.places import places
from tailnb.machines.diagram.routes import FAULT, Choice, Node, Way
from tailnb.machines.picture import LETTER, columns

SIZE = 13  # pixels, of the letters of a state's name
RADIUS = 22  # pixels, of a state with a short name
SCALES = (0.85, 1.0, 1.15, 1.3, 1.5, 1.75, 2.0, 2.5, 3.0)  # tried until no text is covered
GAP = 46  # pixels beside a label, for its arrow
PAGE = 800  # pixels; a wider picture is shown smaller


class Plan(NamedTuple):
    """The states' shapes, the entry's way and each arrow's, and what it costs: FAULT for a covered text."""

    nodes: list[Node]
    ways: list[Way]
    cost: float

    @property
    def room(self) -> Box:
        """The room that all of it takes."""
        boxes = [node.box for node in self.nodes]
        for way in self.ways:
            boxes += [way.course.room, way.label or way.course.room]
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        return Box(min(lefts), min(tops), max(rights), max(bottoms))


@lru_cache(64)
def plan(graph: Graph) -> Plan:
    """The best plan among several places for the states, as small as the texts allow."""
    at = min(places(graph), key=lambda at: routed(graph, at, 1.0).cost)
    tried: list[Plan] = []
    # Many arrows take long to settle, so that fewer scales are tried.
    for scale in SCALES[:: 1 + len(graph.arrows) // 30]:
        tried.append(routed(graph, at, scale))
        if sum(one.cost < FAULT for one in tried) == 2:
            break
    return min(tried, key=lambda one: one.cost)


def routed(graph: Graph, places: Sequence[Point], scale: float) -> Plan:
    """The plan for given places, a step being as long as names and labels need, times the scale."""
    widths = [max(RADIUS, columns(name) * LETTER * SIZE / 2 + 11) for name in graph.names]
    sizes = [arrow.size for arrow in graph.arrows if arrow.source != arrow.target] or [(0.0, 0.0)]
    across = scale * (2 * max(widths) + max(width for width, _ in sizes) + GAP)
    down = scale * (2 * RADIUS + max(height for _, height in sizes) + GAP)
    nodes = [Node(x * across, y * down, width, RADIUS) for (x, y), width in zip(places, widths, strict=True)]
    choice = Choice(graph.arrows, nodes, graph.start)
    cost = choice.settle()
    found = Plan(nodes, choice.chosen(), cost)
    return found._replace(cost=cost + size_cost(found.room))


def size_cost(room: Box) -> float:
    """What a picture's size costs: more where it is wider than a page, or high."""
    width, height = room.right - room.left, room.bottom - room.top
    return sqrt(width * height) / 90 + max(0, width - PAGE) / 60 + max(0, height - 0.8 * width) / 80
