"""`Tape`: what an algorithm runs on, so that its run is recorded as a `Trace`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any

from tailnb.traces.trace import BLANK, HALT, AtomicState, Operand, Trace, TraceError, split_cell


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
        self.home = ""  # the array that whole numbers in labels point into: the first placed, or set it
        self._cells: dict[str, Any] = {}
        self._initial: list[Operand] = []
        self._states: list[AtomicState] = []
        self._answer: str | None = None
        self._spelled: tuple[str, ...] = ()
        self._label: str | None = None  # of the state that is open
        self._next: str | None = None  # where the last state said to go

    def place(self, name: str, value: Any) -> None:
        """Put input on the tape: a register, a sequence as name[0] …, or a mapping from index to value."""
        split_cell(name)
        if isinstance(value, Mapping):
            cells = {f"{name}[{index}]": item for index, item in value.items()}
        elif isinstance(value, Sequence) and not isinstance(value, str):
            cells = {f"{name}[{index}]": item for index, item in enumerate(value)}
        else:
            cells = {name: value}
        if not self.home and name not in cells:
            self.home = name
        self._cells.update(cells)
        self._initial.extend(Operand(cell, str(item)) for cell, item in cells.items())

    def state(self, label: str) -> Tape:
        """Open a state, to be used in a `with` block. It must be the one that the last state went to."""
        if self._label is not None:
            raise TraceError(f"state {label} opens inside state {self._label}: one state is one step")
        if self._next not in (None, label):
            raise TraceError(f"state {label} follows a state that went to {self._next}")
        self._label = label
        self._reads: list[Operand] = []
        self._writes: list[Operand] = []
        self._operation, self._goto = "", ""
        self._operands: tuple[str, ...] = ()
        return self

    def read(self, *cells: str) -> Any:
        """Fetch cells (Memory Fetcher): the value of one cell, or a tuple; an empty cell holds the blank."""
        values = tuple(self._cells.get(cell, self.blank) for cell in cells)
        self._reads.extend(Operand(cell, str(value)) for cell, value in zip(cells, values, strict=True))
        return values[0] if len(values) == 1 else values

    def do(self, operation: str, *operands: str) -> None:
        """Name the state's one operation and the fetched cells it works with (all of them when not given)."""
        fetched = tuple(operand.cell for operand in self._reads)
        missing = [cell for cell in operands if cell not in fetched]
        if missing:
            raise TraceError(f"{operation} in state {self._label} needs {missing[0]}, which was not fetched")
        self._operation, self._operands = operation, operands or fetched

    def write(self, cell: str, value: Any) -> None:
        """Write a value into a cell."""
        self._cells[cell] = value
        self._writes.append(Operand(cell, str(value)))

    def goto(self, label: str) -> None:
        """Name the next state, or HALT (Linear Transition)."""
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
        return Trace(name, tuple(self._initial), tuple(self._states), self._answer, self._spelled, self.home)

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
        self._states.append(
            AtomicState(
                label, tuple(self._reads), self._operation, self._operands, tuple(self._writes), self._goto
            )
        )
        self._next = self._goto
