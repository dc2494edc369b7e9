"""The third text, `tape`: one token for each symbol, register or cell address.

A nano model reads the query as an addressed tape. Every array is a segment at a random place on a ring of
addresses, and so is every table, row by row, so that a fetch is associative recall and training on short
problems shows every address:

    large_number_addition a: <142> _ <141> 5 b: <61> _ <60> 2 carry=0 start <80> <141> <60> <80>
    <141> 5 <60> 2 carry=0 -> <80> 7 carry=0 <81>

The operation's name is left out: at this scale its result says it. A number that counts up to a problem's
length is written as a place on a ruler, whose cells the prompt spells: short problems show only small
numbers, but every place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from random import Random

from tailnb.traces.trace import (
    BLANK,
    HALT,
    SPACE,
    AtomicState,
    Operand,
    Trace,
    label_parts,
    split_cell,
    table_of,
)

RING = 512  # addresses of the nano models; longer traces get a ring of a multiple of it
ARROW = "->"
START = "start"
NEXT = "|"  # before each cell of an answer that is read off the tape
ADDRESS = re.compile(r"<[0-9]+>")
_IN_A_ROW = re.compile(r"(\w+)\[(-?\d+)\]")


class Layout:
    """Where each array of a trace lies on the ring.

    trace: the trace whose arrays are placed. seed: of the places. ring: the number of addresses; when not
    given, the smallest multiple of RING that holds all arrays. Raises ValueError when they do not fit.
    """

    def __init__(self, trace: Trace, seed: int = 0, ring: int | None = None) -> None:
        self._answer_row = _answer_row(trace)
        extents = _extents(trace, self._answer_row[-1:])
        needed = _size(extents)
        self.ring = ring or RING * max(1, -(-needed // RING))
        if needed > self.ring:
            raise ValueError(f"{trace.name} needs {needed} addresses; the ring has {self.ring}")
        self.trace = trace
        self._points = dict(trace.points)
        self._base = _bases(extents, self.ring, Random(f"layout/{trace.name}/{seed}"))

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
        """An operand's tokens: the address and the value's symbols, or "register=value", cut if long."""
        cell, value = operand
        address, said = self.address(cell), self.value(cell, value)
        if address is not None:
            return [address, *said]
        one = len(said) == 1 and self.pointed(cell, said[0]) is None
        return [f"{cell}={said[0]}"] if one else [f"{cell}=", *said]

    def value(self, cell: str, value: str) -> list[str]:
        """A value's tokens: the address that it points to, or its symbols."""
        array = self._points.get(table_of(cell))
        if array is None or not value.lstrip("-").isdecimal():
            return symbols(value)
        return [self._token(array, int(value))]

    def pointed(self, cell: str, token: str) -> str | None:
        """The number for which an address stands as the value of a cell; None for what is no such address."""
        array = self._points.get(table_of(cell))
        if array is None or not ADDRESS.fullmatch(token):
            return None
        return str((int(token[1:-1]) - self._base[array]) % self.ring)

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

    def sentence(self, state: AtomicState) -> list[str]:
        """A state's tokens in sentences: the same as `state` says, and the operation's name.

        One of several ways to say it, for comparison, as `styled` is beside `core`.
        """
        reads = [["Fetch", *self.operand(operand), "."] for operand in state.reads]
        writes = [["Write", *self.operand(operand), "."] for operand in state.writes]
        now = ["Now", state.operation, "them", "."]
        then = [["Next", "comes", *self.label(state.goto), "."]] if state.goto else []
        return [token for part in [*reads, now, *writes, *then] for token in part]

    def answer(self) -> list[str]:
        """The answer's tokens: the cells that spell it, each with its address, or its symbols alone.

        A row of cells is read off the tape until a blank, each cell behind a mark, so that where the answer
        stands and when it ends is seen nearby. A register has no address, and its name is no part of it.
        """
        values = dict(self.trace.initial)
        for state in self.trace.states:
            values.update(state.writes)
        tokens: list[str] = []
        for item in self.trace.spelled:
            ruler = self._points.get(table_of(item)) if item in values else None
            if ruler in dict(self.trace.rulers):
                tokens += [*self.value(item, values[item]), *symbols(values[item])]
            elif item in values and self.address(item):
                tokens += [NEXT] if item in self._answer_row else []
                tokens += self.operand(Operand(item, values[item]))
            else:
                tokens += symbols(values[item]) if item in values else [item]
        for cell in self._answer_row[-1:]:
            tokens += [NEXT, *self.operand(Operand(cell, BLANK))]
        return tokens or symbols(self.trace.answer)

    def prompt(self, shuffle: Random | None = None, backwards: bool = False) -> list[str]:
        """The query as an addressed tape, the rulers, the first state and where each array is first used.

        shuffle: if given, lists the cells of each array in random order. backwards: lists them from the last.
        """
        tokens = [self.trace.name]
        for name, cells in _arrays(self.trace):
            if backwards:
                cells.reverse()
            if shuffle is not None:
                shuffle.shuffle(cells)
            tokens += [f"{name}:"] if name else []
            tokens += [token for cell in cells for token in self.operand(cell)]
        heads = [self.address(cell) or "" for cell in _first_cells(self.trace)]
        return [*tokens, START, *self.label(self.trace.states[0].label), *heads]


def _answer_row(trace: Trace) -> list[str]:
    """The cells of an answer that is one row of the tape, and the blank cell behind it; else none."""
    cells = [cell for cell in trace.spelled if _IN_A_ROW.fullmatch(cell)]
    if not cells or (cells[0], cells[-1]) != (trace.spelled[0], trace.spelled[-1]):
        return []
    name = table_of(cells[-1])
    if any(table_of(cell) != name for cell in cells) or dict(trace.points).get(name) in dict(trace.rulers):
        return []
    places = [int(_IN_A_ROW.sub(r"\2", cell)) for cell in cells]
    behind = f"{name}[{places[-1] + (places[-1] - places[-2] if len(places) > 1 else 1)}]"
    written = (value for state in reversed(trace.states) for cell, value in state.writes if cell == behind)
    return [*cells, behind] if next(written, dict(trace.initial).get(behind, BLANK)) == BLANK else []


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


def _arrays(trace: Trace) -> Iterator[tuple[str, list[Operand]]]:
    """The initial cells, array by array, and the rulers; the registers follow one another under no name."""
    groups: dict[str, list[Operand]] = {}
    for operand in trace.initial:
        groups.setdefault(table_of(operand.cell) if "[" in operand.cell else "", []).append(operand)
    registers = groups.pop("", [])
    yield from groups.items()
    for name, size in trace.rulers:
        yield name, [Operand(f"{name}[{place}]", str(place)) for place in range(size)]
    if registers:
        yield "", registers


def _cells(trace: Trace) -> Iterator[str]:
    for state in trace.states:
        for operand in state.reads + state.writes:
            yield operand.cell


def _first_cells(trace: Trace) -> list[str]:
    """For each array or table, the cell that the run uses first: where its head starts."""
    first: dict[str, str] = {}
    for cell in _cells(trace):
        if "[" in cell:
            first.setdefault(table_of(cell), cell)
    return list(first.values())


def _extents(trace: Trace, more: list[str]) -> dict[str, tuple[int, int]]:
    """For each array, the lowest and highest index that the trace, or one of more cells, names."""
    extents = {name: (0, size - 1) for name, size in trace.rulers}

    def reach(name: str, index: int) -> None:
        low, high = extents.get(name, (index, index))
        extents[name] = min(low, index), max(high, index)

    for cell in dict.fromkeys([operand.cell for operand in trace.initial] + list(_cells(trace)) + more):
        name, index = split_cell(cell)
        if index is not None:
            reach(name, index)
    for state in trace.states:
        for part, home in _pointers(state.label, trace.homes):
            if home:
                reach(home, int(part))
    for operand in (operand for state in trace.states for operand in state.writes):
        array = dict(trace.points).get(table_of(operand.cell))
        if array and operand.value.lstrip("-").isdecimal():
            reach(array, int(operand.value))
    return extents


def _even(extents: dict[str, tuple[int, int]]) -> dict[str, dict[str, tuple[int, int]]]:
    """The arrays by table, in their rows' order, all rows of a table of the same extent."""
    tables: dict[str, dict[str, tuple[int, int]]] = {}
    for name, extent in extents.items():
        tables.setdefault(table_of(name), {})[name] = extent
    for table, rows in tables.items():
        if len(rows) > 1 or table not in rows:
            low, high = min(low for low, _ in rows.values()), max(high for _, high in rows.values())
            order = sorted(rows, key=lambda name: split_cell(name)[1] or 0)
            tables[table] = dict.fromkeys(order, (low, high))
    return tables


def _bases(extents: dict[str, tuple[int, int]], ring: int, rng: Random) -> dict[str, int]:
    """For each array, the address of its index 0: tables in random order with random gaps."""
    tables = _even(extents)
    names = list(tables)
    rng.shuffle(names)
    slack = ring - _size(extents)
    gaps = sorted(rng.randint(0, slack) for _ in names)
    bases, taken, origin = {}, 0, rng.randrange(ring)
    for name, gap in zip(names, gaps, strict=True):
        for row, (low, high) in tables[name].items():
            bases[row] = origin + gap + taken - low
            taken += high - low + 1
    return bases


def _size(extents: dict[str, tuple[int, int]]) -> int:
    return sum(high - low + 1 for rows in _even(extents).values() for low, high in rows.values())
