"""A task's algorithm, going on from what a text says: was a later step right, given the text's own output?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import chain
from types import TracebackType
from typing import Any, Protocol

from tailnb.traces.answer import FINAL, same
from tailnb.traces.check.fault import FORMAT, LINEAR, Fault
from tailnb.traces.check.lines import wrong
from tailnb.traces.tape import Tape
from tailnb.traces.trace import SPACE, AtomicState, Operand, Trace

MISSING = object()  # what a cell holds that was never written


class Traced(Protocol):
    """Anything with a true trace, such as a task's problem."""

    def trace(self, tape: Tape | None = None) -> Trace:
        """The true trace; recorded on the tape, if there is one."""


class Reading(Protocol):
    """A text held against its true trace, in any style."""

    truth: Trace
    labeled: bool

    @property
    def tape_fault(self) -> Fault | None: ...
    @property
    def count(self) -> int: ...
    @property
    def answer_ok(self) -> bool: ...
    def first_error(self) -> Fault | None: ...
    def ended(self, number: int) -> bool: ...
    def says(self, answer: str) -> bool: ...
    def initial(self) -> Sequence[Operand]: ...
    def fits(self, number: int, label: str) -> bool: ...
    def fetched(self, number: int, place: int, operand: Operand) -> Operand | None: ...
    def state(self, number: int, right: AtomicState) -> AtomicState | None: ...
    def is_true(self, number: int) -> bool: ...
    def stray(self, number: int) -> str | None: ...
    def fault(self, number: int, module: str, right: AtomicState, found: AtomicState | None) -> Fault: ...
    def answer_fault(self, number: int, expected: str) -> Fault: ...


class _Lost(Exception):
    """The text and the run have parted, or the text has a value that no run can go on from."""


class Replay(Tape):
    """A tape that hands an algorithm what a text fetched and wrote, and judges each state of the text.

    A fetch is right when it gives what the text's own tape holds or, once more, what it last gave.
    first: the text's first error, which is not counted again. faults, copies, recovered: as in `Report`.
    judged: the number of states judged.
    """

    def __init__(self, reading: Reading, first: Fault) -> None:
        super().__init__()
        self.reading, self.first = reading, first
        self.faults: list[Fault] = []
        self.copies: list[int] = []
        self.recovered = self.judged = 0
        self._values: dict[tuple[str, str], Any] = {}  # by array and text, what stood there
        self._kinds: dict[str, type] = {}  # by array
        self._last: dict[str, str] = {}  # what the text last fetched from a cell
        self._before: dict[str, Any] = {}  # what the cells held that the open state wrote
        self._astray: str | None = None  # where the text went, when not where the run did
        self._garbled = False  # whether the last state could not be read
        self._most = _digits(reading.truth) + 1

    # --- what the algorithm does

    def place(self, name: str, value: Any) -> None:
        """Put input on the tape."""
        super().place(name, value)
        several = isinstance(value, Sequence) and not isinstance(value, str)
        for one in value.values() if isinstance(value, Mapping) else value if several else [value]:
            self._note(name, one)

    def state(self, label: str) -> Tape:
        """Open a state; the first one finds the tape as the text shows it."""
        super().state(label)
        for cell, text in self.reading.initial() if not self._states else ():
            if cell in self._cells:
                self._cells[cell] = self._typed(cell, self._cells[cell], text)
        self._before = {}
        self._fits = self.reading.fits(len(self._states), label)
        return self

    def read(self, *cells: str) -> Any:
        """Fetch what the text fetched, and record what it should have."""
        start = len(self._reads)
        own = super().read(*cells)
        if not self._fits:
            return own
        values = [own] if len(cells) == 1 else list(own)
        for k, right in enumerate(self._reads[start:]):
            found = self.reading.fetched(len(self._states), start + k, right)
            if found is None or found.value == right.value:
                continue
            if found.cell == right.cell and self._last.get(found.cell) == found.value:
                self._reads[start + k] = found
            values[k] = self._typed(right.cell, values[k], found.value)
        return values[0] if len(cells) == 1 else tuple(values)

    def write(self, cell: str, value: Any) -> None:
        """Write a value; when the state closes, the text's own takes its place."""
        self._before.setdefault(cell, self._cells.get(cell, MISSING))
        super().write(cell, value)
        self._note(cell, value)

    def _note(self, cell: str, value: Any) -> None:
        """Remember what an array holds, to know later what a text means."""
        self._values[_array(cell), str(value)] = value
        if value != self.blank:
            self._kinds[_array(cell)] = type(value)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, where)
        if kind is None:
            self._judge(len(self._states) - 1, self._states[-1])

    # --- what the text says to it

    def _judge(self, number: int, right: AtomicState) -> None:
        reading = self.reading
        found = reading.state(number, right)
        first = number == self.first.state and not reading.tape_fault
        if found is None or found.label != right.label or self._went_astray(right, found):
            excused = first or self._garbled or self._went_astray(right, found)
            self._garbled = found is None and reading.labeled and not reading.ended(number)
            if not excused:
                self._fault(number, FORMAT if found is None and not reading.ended(number) else LINEAR, right)
            if not self._garbled:
                raise _Lost
            return  # the next label tells whether the text is still on its way
        if first and self.first.module == LINEAR and found._replace(goto=right.goto) != right:
            raise _Lost  # a state is missing, or one too many
        self._compare(number, right, found, first)
        self._take_over(right, found)
        self.judged = number + 1

    def _compare(self, number: int, right: AtomicState, found: AtomicState, first: bool) -> None:
        """Hold a state against both runs."""
        broken = list(wrong(right, found))
        if self.reading.is_true(number):
            self.recovered += bool(broken)
        elif not broken:
            self.copies.append(number)
        else:
            for module in broken[first:]:
                self._fault(number, module, right, found)

    def _went_astray(self, right: AtomicState, found: AtomicState | None) -> bool:
        """Whether the text is where its own last state went, and not where the run did."""
        if self._astray is None:
            return False
        if self.reading.labeled:
            return found is not None and found.label == self._astray
        return found is None or _cells(found.reads) != _cells(right.reads)

    def _take_over(self, right: AtomicState, found: AtomicState) -> None:
        """Let the cells hold what the text fetched and wrote."""
        self._last |= found.reads
        if found.writes != right.writes:
            own = {cell: self._cells[cell] for cell in self._before}
            for cell, value in self._before.items():
                self._set(cell, value)
            for cell, text in found.writes:
                self._set(cell, self._typed(cell, own.get(cell, self._cells.get(cell, self.blank)), text))
        for cell, _ in found.writes:
            self._last.pop(cell, None)
        self._astray = found.goto if found.goto != right.goto else None
        self._garbled = False

    def _typed(self, cell: str, like: Any, text: str) -> Any:
        """A text's value, of the type of the value in whose place it stands."""
        array = _array(cell)
        if (array, text) in self._values:
            return self._values[array, text]
        kind = self._kinds.get(array, str) if like == self.blank else type(like)
        if kind is str:
            return text
        if len(text) > self._most:
            raise _Lost  # no run could count so far
        try:
            value = text == "True" if kind is bool else kind(text)
        except (ValueError, TypeError, ArithmeticError):
            return text
        return value if str(value) == text else text

    def _set(self, cell: str, value: Any) -> None:
        if value is MISSING:
            self._cells.pop(cell, None)
        else:
            self._cells[cell] = value

    def _fault(self, number: int, module: str, right: AtomicState, found: AtomicState | None = None) -> None:
        self.faults.append(self.reading.fault(number, module, right, found))
        self.judged = number + 1

    # --- behind the last state

    def end(self) -> None:
        """Judge what stands behind the last state: a state too many, or the answer."""
        number, own = len(self._states), self._own_answers()
        stray = self.reading.stray(number)
        if self.first.state == number:
            return
        follows = any(map(self.reading.says, own))
        if stray:
            self.faults.append(Fault.of(number, LINEAR, f"{FINAL} {own[0]}", stray))
        elif self.reading.says(self.reading.truth.answer):
            self.recovered += not follows
        elif not follows:
            self.faults.append(self.reading.answer_fault(number, own[0]))

    def _own_answers(self) -> tuple[str, ...]:
        """The answer as the text's own tape spells it, also as last fetched; else what the algorithm says."""
        truth = self.reading.truth
        true = dict(truth.initial)
        for state in truth.states:
            true.update(state.writes)
        if truth.spelled and same(truth.answer, _spelled(truth.spelled, true)):
            return tuple(_spelled(self._spelled, cells) for cells in (self._cells, self._cells | self._last))
        return (str(self._answer),)


def _spelled(items: Sequence[str], cells: Mapping[str, Any]) -> str:
    """What cells and literal symbols spell."""
    return "".join(str(cells.get(item, item)) for item in items).replace(SPACE, " ")


def _cells(operands: Sequence[Operand]) -> list[str]:
    return [operand.cell for operand in operands]


def _array(cell: str) -> str:
    return cell.partition("[")[0]


def _digits(trace: Trace) -> int:
    """The length of the longest whole number that a trace names."""
    operands = chain(trace.initial, *((*state.reads, *state.writes) for state in trace.states))
    return max((len(value) for _, value in operands if value.lstrip("-").isdecimal()), default=1)


def replay(problem: Traced, reading: Reading, first: Fault) -> Replay:
    """Run a problem's algorithm on what a text says, as far as it goes."""
    tape = Replay(reading, first)
    with suppress(Exception):  # whatever an algorithm raises when a model's values make no sense to it
        problem.trace(tape)
        tape.end()
    return tape
