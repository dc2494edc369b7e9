"""The rows and columns of a space-time diagram, as many as can be looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from tailnb.machines.configuration import Configuration
from tailnb.machines.history import History

ROWS, COLUMNS = 121, 160  # at most


@dataclass(frozen=True)
class Grid:
    """What is shown: a row for every ``stride`` steps and the last one, a column for every ``width`` cells.

    A row holds a number into ``symbols`` for each column; 0 is the blank. ``low`` is the address of the first
    cell, and ``heads`` has the column of the head in each row.
    """

    symbols: list[str]
    stride: int
    width: int
    low: int
    moments: list[Configuration]
    rows: list[list[int]]
    heads: list[int]

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return len(self.rows[0])


def grid(history: History) -> Grid:
    """The rows and columns of a run."""
    stride = max(1, -(-history.steps // (ROWS - 1)))
    moments = history[::stride]
    if moments[-1].step < history.steps:
        moments.append(history[-1])
    tapes = [one.tape for one in moments]
    used = {one.head for one in moments}.union(*tapes)
    low, high = min(used), max(used)
    width = max(1, -(-(high + 1 - low) // COLUMNS))
    machine = history.machine
    symbols = [machine.blank, *(symbol for symbol in machine.symbols if symbol != machine.blank)]
    code = {symbol: number for number, symbol in enumerate(symbols)}
    columns = (high - low) // width + 1
    rows = [row(tape, code, low, width, columns) for tape in tapes]
    return Grid(symbols, stride, width, low, moments, rows, [(one.head - low) // width for one in moments])


def row(tape: Mapping[int, str], code: Mapping[str, int], low: int, width: int, columns: int) -> list[int]:
    """A symbol for each column: the commonest in its cells that is not blank."""
    found = Counter(((at - low) // width, code[symbol]) for at, symbol in tape.items())
    shown = [0] * columns
    for (column, number), _ in sorted(found.items(), key=lambda item: (item[1], -item[0][1])):
        shown[column] = number
    return shown
