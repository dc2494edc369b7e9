"""Where the states of a diagram go: places on a lattice, found by local search.

The lattice has columns one step apart and rows half a step apart, so that a state may also stand between
two others; two states are never less than a step apart in both directions. Points are whole numbers of
half steps. The search moves and swaps states while that makes the drawing better, from several starts.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import combinations
from math import cos, hypot, pi, sin
from random import Random

from tailnb.machines.diagram.arrows import Graph
from tailnb.machines.diagram.geometry import Point, cross, side

SHAPES = ((4, (3, 3)), (7, (4, 4)), (10, (5, 5)), (13, (6, 5)), (16, (6, 6)))  # lattices for so many states
MOST = 16  # states on a lattice; more go on a ring
STARTS = 8  # of the search
KEPT = 3  # of the results
CROSSING, BLOCKED = 2.5, 4.0  # what a crossing costs, and a state in an arrow's way, in steps of length


class Lattice:
    """Slots for states; for each pair of slots, its length and, as bits of a number, what is in its way."""

    def __init__(self, wide: int, high: int) -> None:
        self.slots = [(2 * x, y) for x in range(wide) for y in range(high)]
        self.pieces = list(combinations(range(len(self.slots)), 2))
        self.number = {pair: number for number, pair in enumerate(self.pieces)}
        self.number |= {(b, a): number for (a, b), number in self.number.items()}
        ends = [(self.slots[a], self.slots[b]) for a, b in self.pieces]
        self.length = [hypot(u - x, v - y) / 2 for (x, y), (u, v) in ends]
        self.close = [bits(abs(x - u) < 2 and abs(y - v) < 2 for u, v in self.slots) for x, y in self.slots]
        self.blocked = [bits(in_the_way(a, b, slot) for slot in self.slots) for a, b in ends]
        self.crossed = [0] * len(ends)
        for one, other in combinations(range(len(ends)), 2):
            if cross(*ends[one], *ends[other]):
                self.crossed[one] |= 1 << other
                self.crossed[other] |= 1 << one


def bits(truths: Iterable[bool]) -> int:
    """The number whose bits are set where it is true."""
    return sum(1 << number for number, true in enumerate(truths) if true)


def in_the_way(a: Point, b: Point, other: Point) -> bool:
    """Whether the other slot lies on, or very near, the straight way from a to b."""
    along = (other[0] - a[0]) * (b[0] - a[0]) + (other[1] - a[1]) * (b[1] - a[1])
    far = (b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2
    return 0 < along < far and side(a, b, other) ** 2 < 0.43 * far


@lru_cache(8)
def lattice(size: int) -> Lattice:
    """A lattice with room for that many states and for some order among them."""
    wide, high = next(shape for most, shape in SHAPES if size <= most)
    return Lattice(wide, high)


class Search:
    """The states' slots, and how good they are; lower is better."""

    def __init__(self, graph: Graph, seed: int) -> None:
        self.start, self.final = graph.start, graph.final
        pairs = [(arrow.source, arrow.target) for arrow in graph.arrows]
        self.edges = sorted({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]})
        self.tree = tree(pairs, graph.start)
        self.lattice = lattice(len(graph.names))
        whole = [number for number, (_, y) in enumerate(self.lattice.slots) if y % 2 == 0]
        self.at = Random(seed).sample(whole, len(graph.names))

    def cost(self) -> float:
        """Long arrows, arrows that cross or run through a state, arrows backwards, an uneven picture."""
        made, at = self.lattice, self.at
        taken = sum(1 << slot for slot in at)
        numbers = [made.number[at[a], at[b]] for a, b in self.edges]
        drawn = sum(1 << number for number in numbers)
        cost = 0.0
        for number in numbers:
            cost += made.length[number] - 1
            cost += BLOCKED * (made.blocked[number] & taken).bit_count()
            cost += CROSSING / 2 * (made.crossed[number] & drawn).bit_count()
        return cost + self.flow()

    def flow(self) -> float:
        """How far the picture is from one that reads from left to right, and is compact."""
        places = [self.lattice.slots[slot] for slot in self.at]
        xs, ys = [x for x, _ in places], [y for _, y in places]
        cost = 0.5 * (xs[self.start] - min(xs)) - 0.1 * sum(xs[state] for state in self.final)
        cost += sum(0.12 * max(0, xs[a] - xs[b] + 1) for a, b in self.tree)
        return cost + 0.12 * (max(xs) - min(xs)) + 0.15 * (max(ys) - min(ys))

    def settle(self) -> float:
        """Moves and swaps states until nothing gets better; returns the cost."""
        best = self.cost()
        while True:
            before = best
            for state in range(len(self.at)):
                best = self.move(state, best)
            for a, b in combinations(range(len(self.at)), 2):
                best = self.swap(a, b, best)
            if best > before - 1e-9:
                return best

    def move(self, state: int, best: float) -> float:
        """The state goes to the best slot that is free."""
        at, home = self.at, self.at[state]
        taken = sum(1 << slot for slot in at) ^ (1 << home)
        for slot, close in enumerate(self.lattice.close):
            if close & taken:
                continue
            at[state] = slot
            cost = self.cost()
            if cost < best - 1e-9:
                best, home = cost, slot
        at[state] = home
        return best

    def swap(self, a: int, b: int, best: float) -> float:
        """Two states change places if that is better."""
        at = self.at
        at[a], at[b] = at[b], at[a]
        cost = self.cost()
        if cost < best - 1e-9:
            return cost
        at[a], at[b] = at[b], at[a]
        return best


def places(graph: Graph) -> list[list[Point]]:
    """Some good ways to place the states; the unit is a step."""
    if len(graph.names) > MOST:
        return [ring(len(graph.names))]
    found = {}
    for seed in range(STARTS):
        search = Search(graph, seed)
        cost = search.settle()
        found[tuple(search.at)] = cost
    best = sorted(found, key=found.__getitem__)[:KEPT]
    slots = lattice(len(graph.names)).slots
    return [[(slots[slot][0] / 2, slots[slot][1] / 2) for slot in at] for at in best]


def tree(pairs: Iterable[tuple[int, int]], start: int) -> list[tuple[int, int]]:
    """The arrows by which a breadth-first search from the start first finds each state."""
    seen, found = [start], []
    for state in seen:
        for a, b in pairs:
            if a == state and b not in seen:
                seen.append(b)
                found.append((a, b))
    return found


def ring(size: int) -> list[Point]:
    """Places evenly on a circle, the first one at the left."""
    radius = 0.5 / sin(pi / size)
    turns = [pi + 2 * pi * place / size for place in range(size)]
    return [(radius * cos(turn), radius * sin(turn)) for turn in turns]
