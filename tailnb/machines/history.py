"""A run that can be looked at anywhere, forwards and backwards.

A machine does the same again when it starts from the same configuration. So a history keeps the whole tape
now and then, at checkpoints, and takes the steps between two of them once more when they are asked for.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, overload

from tailnb.machines.configuration import Configuration, configurations, half, onwards
from tailnb.machines.counted import counted
from tailnb.machines.errors import MachineError, choices
from tailnb.machines.list_tape import Moment, Program, walk
from tailnb.machines.rules import MOVES, Key, State, Transition
from tailnb.machines.running import Run, ended, ending

if TYPE_CHECKING:
    from tailnb.machines.turing_machine import TuringMachine

SPAN = 1024  # steps, at least, from one checkpoint to the next
BYTE = 256  # symbols, at most, whose numbers fit into bytes


@dataclass(frozen=True)
class Breakpoint:
    """Where to stop: in a state, on a symbol, at a cell; all that is given must fit."""

    state: State = None
    symbol: str | None = None
    cell: int | None = None

    def check(self, machine: TuringMachine) -> None:
        """Raises MachineError for a state or symbol that the machine does not have, or nothing at all."""
        if (self.state, self.symbol, self.cell) == (None, None, None):
            raise MachineError("a breakpoint needs a state, a symbol or a cell")
        if self.state is not None and self.state not in machine.states:
            raise MachineError(f"no state {self.state!r}; {choices(self.state, machine.states)}")
        if self.symbol is not None and self.symbol not in machine.symbols:
            raise MachineError(f"no symbol {self.symbol!r}; {choices(self.symbol, machine.symbols)}")
        if self.cell is not None and type(self.cell) is not int:
            raise MachineError(f"a cell is a whole number, not {self.cell!r}")

    def fits(self, state: State, symbol: str) -> bool:
        """Whether to stop in that state, before that symbol is written over, wherever it stands."""
        return self.state in (None, state) and self.symbol in (None, symbol)


class History(Sequence[Configuration]):
    """A run that is kept: ``history[n]`` is the configuration after n steps, for any n and in any order.

    ``steps``, ``outcome`` and ``reason`` tell how the run ended. A million steps take a few megabytes,
    whatever the machine does: no more cells are kept than there are steps.
    """

    def __init__(self, machine: TuringMachine, word: Sequence[str], max_steps: int) -> None:
        self.machine = machine
        self._word = word
        self._program = program = Program(machine)
        self._checkpoints: list[Moment] = []
        moment, going = program.start(word), True
        while going:
            tape = array("B" if len(machine.symbols) <= BYTE else "L", moment.tape)
            self._checkpoints.append(moment._replace(tape=tape))
            span = max(SPAN, len(tape))
            after = walk(moment, program.blank, min(max_steps, moment.steps + span))
            moment, going = after, after.steps > moment.steps
        self.steps = moment.steps
        symbol = machine.symbols[moment.tape[moment.head]]
        self.outcome, self.reason = ending(machine, moment.row[-1], symbol, moment.steps)

    @property
    def end(self) -> Run:
        """The end of the run, as `TuringMachine.run` gives it."""
        return ended(self.machine, self._checkpoints[-1])

    def __len__(self) -> int:
        return self.steps + 1

    def __iter__(self) -> Iterator[Configuration]:
        return configurations(self.machine, self._word, self.steps)

    @overload
    def __getitem__(self, step: int) -> Configuration: ...
    @overload
    def __getitem__(self, step: slice) -> list[Configuration]: ...

    def __getitem__(self, step: int | slice) -> Configuration | list[Configuration]:
        """The configuration after so many steps; negative numbers count from the end, slices give lists."""
        if isinstance(step, slice):
            steps = range(len(self))[step]
            return self._several(steps) if steps.step > 0 else self._several(steps[::-1])[::-1]
        if not -len(self) <= step < len(self):
            raise IndexError(f"no step {step:,}: the run has {counted(self.steps, 'step')}")
        return self._at(step % len(self))

    def find(self, *breakpoints: Breakpoint, after: int = -1) -> int | None:
        """The next step after ``after`` at which one of the breakpoints fits; None where there is none.

        Raises MachineError for a state or symbol that the machine does not have.
        """
        return next(self._stops(breakpoints, range(max(0, after + 1), len(self))), None)

    def find_back(self, *breakpoints: Breakpoint, before: int | None = None) -> int | None:
        """The last step before ``before``, or of all, at which one of the breakpoints fits; as `find`."""
        stop = len(self) if before is None else min(before, len(self))
        for checkpoint in reversed(self._checkpoints):
            found = list(self._stops(breakpoints, range(checkpoint.steps, stop)))
            if found:
                return found[-1]
            stop = min(stop, checkpoint.steps)
        return None

    def _stops(self, breakpoints: Sequence[Breakpoint], steps: range) -> Iterator[int]:
        for one in breakpoints:
            one.check(self.machine)
        cells: dict[Key, list[int | None]] = {}  # where to stop, for each state and symbol; None is anywhere
        for step, key, cell in self._points(steps):
            if key not in cells:
                cells[key] = [one.cell for one in breakpoints if one.fits(*key)]
            if cells[key] and (None in cells[key] or cell in cells[key]):
                yield step

    def _points(self, steps: range) -> Iterator[tuple[int, Key, int]]:
        """For each step its number, the state and the symbol read, and the cell where that stands."""
        if not steps:
            return
        now, rules, blank = self._at(steps[0]), self.machine.transitions, self.machine.blank
        tape, key, cell = dict(now.tape), (now.state, now.symbol), now.head
        for step in steps:
            yield step, key, cell
            if key in rules:
                state, tape[cell], move = rules[key]
                cell += MOVES[move]
                key = (state, tape.get(cell, blank))

    def _several(self, steps: range) -> list[Configuration]:
        """The configurations after so many steps, in order."""
        if not steps:
            return []
        return list(islice(onwards(self.machine, self._at(steps[0]), steps[-1]), 0, None, steps.step))

    def _at(self, step: int) -> Configuration:
        """The configuration after so many steps, on from the checkpoint before it."""
        if step == 0:
            return next(iter(self))
        place = bisect_left(self._checkpoints, step, key=lambda one: one.steps) - 1
        before = walk(self._checkpoints[place], self._program.blank, step - 1)
        now = walk(before, self._program.blank, step)
        return self._configuration(now, self._rule(before))

    def _rule(self, moment: Moment) -> Transition | None:
        symbol = self.machine.symbols[moment.tape[moment.head]]
        return self.machine.transitions.get((moment.row[-1], symbol))

    def _configuration(self, now: Moment, taken: Transition | None) -> Configuration:
        symbols, blank = [self.machine.symbols[code] for code in now.tape], self.machine.blank
        left, right = half(symbols[: now.head], blank), half(reversed(symbols[now.head + 1 :]), blank)
        head = now.head - now.origin
        return Configuration(
            now.steps, now.row[-1], head, symbols[now.head], taken, self._rule(now), left, right, blank
        )

    def __repr__(self) -> str:
        name = f" of {self.machine.name}" if self.machine.name else ""
        return f"<History{name}: {counted(self.steps, 'step')}; {self.reason}>"
