"""The third text, `tape`: one token for each symbol, register or cell address.

A nano model reads the query as an addressed tape. Every array is a segment at a random place on a ring of
addresses, so that a fetch is associative recall and training on short problems shows every address:

    large_number_addition a: <142> _ <141> 5 b: <61> _ <60> 2 carry=0 start <80> <141> <60> <80>
    <141> 5 <60> 2 carry=0 -> <80> 7 carry=0 <81>

The operation's name is left out: at this scale its result says it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from random import Random

from tailnb.traces.trace import HALT, SPACE, AtomicState, Operand, Trace, label_parts, split_cell

RING = 160  # addresses of the shipped nano models; longer traces get a ring of a multiple of it
ARROW = "->"
START = "start"


class Layout:
    """Where each array of a trace lies on the ring.

    trace: the trace whose arrays are placed. seed: of the places. ring: the number of addresses; when not
    given, the smallest multiple of RING that holds all arrays. Raises ValueError when they do not fit.
    """

    def __init__(self, trace: Trace, seed: int = 0, ring: int | None = None) -> None:
        extents = _extents(trace)
        needed = sum(high - low + 1 for low, high in extents.values())
        self.ring = ring or RING * max(1, -(-needed // RING))
        if needed > self.ring:
            raise ValueError(f"{trace.name} needs {needed} addresses; the ring has {self.ring}")
        self.trace = trace
        self._base = _places(extents, self.ring, Random(f"layout/{trace.name}/{seed}"))

    @cached_property
    def _address(self) -> dict[str, str]:
        return {}

    def address(self, cell: str) -> str | None:
        """The token of an array's cell, such as "<17>"; None for a register."""
        known = self._address.get(cell)
        if known is None:
            name, index = split_cell(cell)
            if index is None:
                return None
            known = self._address[cell] = self._token(name, index)
        return known

    def _token(self, array: str, index: int) -> str:
        return f"<{(self._base[array] + index) % self.ring}>"

    def operand(self, operand: Operand) -> list[str]:
        """An operand's tokens: the address and the value's symbols, or "register=value"."""
        cell, value = operand
        address = self.address(cell)
        return [f"{cell}={symbol(value)}"] if address is None else [address, *symbols(value)]

    def label(self, label: str) -> list[str]:
        """A label's tokens: whole numbers point into the trace's home arrays, other parts are symbols."""
        if label == HALT:
            return [HALT]
        return [
            self._token(home, int(part)) if home else part
            for part, home in _pointers(label, self.trace.homes)
        ]

    def state(self, state: AtomicState) -> list[str]:
        """A state's tokens: what it fetches, an arrow, what it writes, and the next state."""
        tokens = [token for operand in state.reads for token in self.operand(operand)]
        tokens.append(ARROW)
        for operand in state.writes:
            tokens += self.operand(operand)
        return tokens + self.label(state.goto)

    def answer(self) -> list[str]:
        """The answer's tokens: the cells that spell it, each with its address, or its symbols alone.

        A register has no address, and its name is no part of the answer.
        """
        values = dict(self.trace.initial)
        for state in self.trace.states:
            values.update(state.writes)
        tokens: list[str] = []
        for item in self.trace.spelled:
            if item in values and self.address(item):
                tokens += self.operand(Operand(item, values[item]))
            else:
                tokens += symbols(values[item]) if item in values else [item]
        return tokens or symbols(self.trace.answer)

    def prompt(self, shuffle: Random | None = None) -> list[str]:
        """The query as an addressed tape, then the first state and where each array is first used.

        shuffle: if given, lists the cells of each array in random order.
        """
        tokens = [self.trace.name]
        for name, cells in _arrays(self.trace.initial):
            if shuffle is not None:
                shuffle.shuffle(cells)
            tokens += [f"{name}:"] if name else []
            tokens += [token for cell in cells for token in self.operand(cell)]
        heads = [self.address(cell) or "" for cell in _first_cells(self.trace)]
        return [*tokens, START, *self.label(self.trace.states[0].label), *heads]


def symbols(value: str) -> list[str]:
    """A value as tokens: a number digit by digit, anything else as one symbol."""
    return list(value) if value.lstrip("-").isdecimal() else [symbol(value)]


def symbol(value: str) -> str:
    """A value as one token: white space is written ␣."""
    return re.sub(r"\s", SPACE, value) or SPACE


def _pointers(label: str, homes: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The parts of a label, each with the array that it points into: "" for what is no whole number."""
    pointers = iter(homes)
    home = ""
    for part in label_parts(label):
        whole = part.lstrip("-").isdecimal()
        if whole:
            home = next(pointers, home)
        yield part, home if whole else ""


def _arrays(initial: tuple[Operand, ...]) -> Iterator[tuple[str, list[Operand]]]:
    """The initial cells, array by array; the registers follow one another under no name."""
    groups: dict[str, list[Operand]] = {}
    for operand in initial:
        name, index = split_cell(operand.cell)
        groups.setdefault("" if index is None else name, []).append(operand)
    registers = groups.pop("", [])
    yield from groups.items()
    if registers:
        yield "", registers


def _cells(trace: Trace) -> Iterator[str]:
    for state in trace.states:
        for operand in state.reads + state.writes:
            yield operand.cell


def _first_cells(trace: Trace) -> list[str]:
    """For each array, the cell that the run uses first: where its head starts."""
    first: dict[str, str] = {}
    for cell in _cells(trace):
        name, index = split_cell(cell)
        if index is not None:
            first.setdefault(name, cell)
    return list(first.values())


def _extents(trace: Trace) -> dict[str, tuple[int, int]]:
    """For each array, the lowest and highest index that the trace names."""
    extents: dict[str, tuple[int, int]] = {}

    def reach(name: str, index: int) -> None:
        low, high = extents.get(name, (index, index))
        extents[name] = min(low, index), max(high, index)

    for cell in dict.fromkeys([operand.cell for operand in trace.initial] + list(_cells(trace))):
        name, index = split_cell(cell)
        if index is not None:
            reach(name, index)
    for state in trace.states:
        for part, home in _pointers(state.label, trace.homes):
            if home:
                reach(home, int(part))
    return extents


def _places(extents: dict[str, tuple[int, int]], ring: int, rng: Random) -> dict[str, int]:
    """For each array, the address of its index 0: segments in random order with random gaps."""
    names = list(extents)
    rng.shuffle(names)
    slack = ring - sum(high - low + 1 for low, high in extents.values())
    gaps = sorted(rng.randint(0, slack) for _ in names)
    places, taken, origin = {}, 0, rng.randrange(ring)
    for name, gap in zip(names, gaps, strict=True):
        low, high = extents[name]
        places[name] = origin + gap + taken - low
        taken += high - low + 1
    return places
