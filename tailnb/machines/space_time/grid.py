"""The rows and columns of a space-time diagram, as many as can be looked at."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tailnb.machines.list_tape import Moment, Program, walk
from tailnb.machines.rules import State
from tailnb.machines.turing_machine import TuringMachine

ROWS, COLUMNS = 121, 160  # at most
BYTE = 256  # symbols, at most, whose numbers fit into bytes


@dataclass(frozen=True)
class Grid:
    """What is shown: a row for every ``stride`` steps and the last one, a column for every ``width`` cells.

    A row holds a number into ``symbols`` for each column; 0 is the blank. ``low`` is the address of the first
    cell; ``steps``, ``states`` and ``heads`` tell for each row its step, its state and its head's column.
    """

    symbols: list[str]
    stride: int
    width: int
    low: int
    steps: list[int]
    states: list[State]
    heads: list[int]
    rows: list[list[int]]

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return len(self.rows[0])


def grid(machine: TuringMachine, word: Sequence[str], steps: int) -> Grid:
    """The rows and columns of a run that takes so many steps."""
    stride = max(1, -(-steps // (ROWS - 1)))
    shown = list(moments(machine, word, [*range(0, steps, stride), steps]))
    blank = machine.symbols.index(machine.blank)
    used = [address for one in shown for address in ends(one, blank)]
    low, width = min(used), max(1, -(-(max(used) + 1 - min(used)) // COLUMNS))
    columns = (max(used) - low) // width + 1
    place = [
        code + 1 if code < blank else 0 if code == blank else code for code in range(len(machine.symbols))
    ]
    rows = [[place[code] for code in row(one, blank, low, width, columns)] for one in shown]
    return Grid(
        [machine.blank, *(symbol for symbol in machine.symbols if symbol != machine.blank)],
        *(stride, width, low),
        [one.steps for one in shown],
        [one.row[-1] for one in shown],
        [(one.head - one.origin - low) // width for one in shown],
        rows,
    )


def moments(machine: TuringMachine, word: Sequence[str], steps: Sequence[int]) -> Iterator[Moment]:
    """The machine after each of so many steps, on tapes that take little room."""
    program = Program(machine)
    kind = "B" if len(machine.symbols) <= BYTE else "L"
    moment = program.start(word)
    for step in steps:
        moment = walk(moment, program.blank, step)
        yield moment._replace(tape=array(kind, moment.tape))


def ends(moment: Moment, blank: int) -> tuple[int, int, int]:
    """The addresses of the head, and of the first and last cell that is not blank, or the head again."""
    tape, origin, head = moment.tape, moment.origin, moment.head
    first = next((at for at in range(len(tape)) if tape[at] != blank), head)
    last = next((at for at in reversed(range(len(tape))) if tape[at] != blank), head)
    return head - origin, first - origin, last - origin


def row(moment: Moment, blank: int, low: int, width: int, columns: int) -> list[int]:
    """A symbol's number for each column: the commonest of its cells that is not blank, if any."""
    start = low + moment.origin
    shown = []
    for at in range(start, start + width * columns, width):
        found = Counter(moment.tape[max(at, 0) : max(at + width, 0)])
        found.pop(blank, None)
        shown.append(max(sorted(found), key=found.__getitem__, default=blank))
    return shown
