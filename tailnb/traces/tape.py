"""`Tape`: what an algorithm runs on, so that its run is recorded as a `Trace`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from types import TracebackType
from typing import Any

from tailnb.traces.trace import BLANK, HALT, LABEL, AtomicState, Operand, Trace, TraceError, split_cell

CELLS = 200_000  # that may be placed where the number of states is limited

# A run makes these by the hundred thousand; this takes three fifths of the time of calling the classes.
_operand: Callable[[tuple[str, str]], Operand] = partial(tuple.__new__, Operand)
_state: Callable[[tuple[object, ...]], AtomicState] = partial(tuple.__new__, AtomicState)


class TooLongError(TraceError):
    """A run has more states, or begins with more cells, than its tape may hold."""


class Tape:
    """Named cells, and a recorder of the states that read and write them.

    An algorithm places its input, then passes through states:

    >>> tape = Tape()
    >>> tape.place("bit", 0)
    >>> with tape.state("{start}"):
    ...     bit = tape.read("bit")
    ...     tape.do("flip", "bit")
    ...     tape.write("bit", 1 - bit)
    ...     tape.goto(HALT)
    >>> tape.answer("1")
    >>> print(tape.trace("flip").text())
    Tape: bit=0
    {start}: fetch bit=0; flip(bit); write bit=1; goto halt
    Final answer: 1
    """

    def __init__(self, blank: str = BLANK) -> None:
        self.blank = blank
        self.most: int | None = None  # states that it may hold
        self.homes: tuple[str, ...] = ()  # what whole numbers in labels point into; else the first array
        self.points: dict[str, str] = {}  # arrays or registers of places, and what these are places in
        self.rulers: dict[str, int] = {}  # what only numbers its places, and how many there are
        self._cells: dict[str, Any] = {}
        self._initial: list[Operand] = []
        self._states: list[AtomicState] = []
        self._answer: str | None = None
        self._spelled: tuple[str, ...] = ()
        self._label: str | None = None  # of the state that is open
        self._next: str | None = None  # where the last state said to go

    def place(self, name: str, value: Any) -> None:
        """Put input on the tape: a register, a sequence as name[0] …, or a mapping from index to value.

        An index is a whole number, or two of them for a table: {(2, 3): 7} is name[2,3]=7.
        """
        split_cell(name)
        if isinstance(value, Sequence) and not isinstance(value, str):
            value = dict(enumerate(value))
        cells = {name: value}
        if isinstance(value, Mapping):
            cells = {f"{name}[{_index(index)}]": item for index, item in value.items()}
            self.homes = self.homes or (name,)
        if self.most is not None and len(self._cells) + len(cells) > CELLS:
            raise TooLongError(f"with {name}, there are more than {CELLS:,} cells")
        for cell in cells:
            split_cell(cell)
            if cell in self._cells:
                raise TraceError(f"{cell} is placed, but it already holds {self._cells[cell]!r}")
        self._cells.update(cells)
        self._initial.extend(Operand(cell, str(item)) for cell, item in cells.items())

    def state(self, label: str) -> Tape:
        """Open a state, to be used in a `with` block. It must be the one that the last state went to."""
        if self._label is not None:
            raise TraceError(f"state {label} opens inside state {self._label}: one state is one step")
        if len(self._states) == self.most:
            raise TooLongError(f"state {label} is one more than {self.most:,}")
        if label != self._next:  # a label that was gone to is known to be one
            if self._next is not None or label == HALT:
                raise TraceError(f"state {label} follows a state that went to {self._next}")
            _require_label(label)
        self._label = label
        self._reads: list[Operand] = []
        self._writes: list[Operand] = []
        self._operation, self._goto = "", ""
        self._operands: tuple[str, ...] = ()
        return self

    def read(self, *cells: str) -> Any:
        """Fetch cells (Memory Fetcher): the value of one cell, or a tuple; an empty cell holds the blank."""
        self._require_state("read")
        for cell in cells:
            split_cell(cell)
        values = [self._cells.get(cell, self.blank) for cell in cells]
        self._reads += [_operand((cell, str(value))) for cell, value in zip(cells, values, strict=True)]
        return values[0] if len(values) == 1 else tuple(values)

    def do(self, operation: str, *operands: str) -> None:
        """Name the state's one operation and the fetched cells it works with (all of them when not given)."""
        self._require_state("do")
        if not operation.isidentifier():
            raise TraceError(f"an operation is one word, such as add or is_less, not {operation!r}")
        fetched = tuple([operand[0] for operand in self._reads])
        for cell in operands:
            if cell not in fetched:
                raise TraceError(f"{operation} in state {self._label} needs {cell}, which was not fetched")
        self._operation, self._operands = operation, operands or fetched

    def write(self, cell: str, value: Any) -> None:
        """Write a value into a cell."""
        self._require_state("write")
        split_cell(cell)
        self._cells[cell] = value
        self._writes.append(_operand((cell, str(value))))

    def goto(self, label: str) -> None:
        """Name the next state, or HALT (Linear Transition)."""
        self._require_state("goto")
        if label != HALT:
            _require_label(label)
        self._goto = label

    def answer(self, text: str, spelled: Sequence[str] = ()) -> None:
        """Give the final answer, and the cells or literal symbols that spell it on the tape."""
        self._answer, self._spelled = text, tuple(spelled)

    def trace(self, name: str) -> Trace:
        """The recorded run. Raises TraceError while it has not halted with an answer."""
        if self._next != HALT:
            raise TraceError(f"{name} stopped at {self._next or 'the start'} without going to HALT")
        if self._answer is None:
            raise TraceError(f"{name} halted without an answer")
        return Trace(
            name,
            tuple(self._initial),
            tuple(self._states),
            self._answer,
            self._spelled,
            self.homes,
            tuple(self.points.items()),
            tuple(self.rulers.items()),
        )

    def take(self) -> list[AtomicState]:
        """The states recorded since the last take, which the tape then forgets."""
        taken, self._states = self._states, []
        return taken

    def _require_state(self, what: str) -> None:
        """Raise TraceError unless a state is open."""
        if self._label is None:
            raise TraceError(f"{what} outside of a state; use it inside `with tape.state(…)`")

    def __enter__(self) -> Tape:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        label, self._label = self._label, None
        if kind is not None:
            return
        if label is None or not self._operation or not self._goto:
            missing = "an operation" if not self._operation else "the next state"
            raise TraceError(f"state {label} closed without {missing}")
        reads, writes = tuple(self._reads), tuple(self._writes)
        self._states.append(_state((label, reads, self._operation, self._operands, writes, self._goto)))
        self._next = self._goto


def _index(index: int | tuple[int, int]) -> str:
    return ",".join(map(str, index)) if isinstance(index, tuple) else str(index)


@lru_cache(maxsize=1 << 16)
def _require_label(label: str) -> None:
    """Raise TraceError unless the text is a label."""
    if re.fullmatch(LABEL, label) is None:
        raise TraceError(f"a label stands in braces, without spaces, such as {{0,9}}; not {label!r}")
