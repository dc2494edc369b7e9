"""A list tape: a machine's steps one by one, on a list of small numbers that grows both ways."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from tailnb.machines.errors import MachineError
from tailnb.machines.rules import MOVES, State

if TYPE_CHECKING:
    from tailnb.machines.turing_machine import TuringMachine

LARGEST = 10**7  # pairs of a state and a symbol in a table
MARGIN = 64  # blank cells by which the tape grows at least


class Moment(NamedTuple):
    """A machine amid a run: all of the tape that is not blank as numbers, and where the head is on it."""

    tape: Sequence[int]
    origin: int
    """The place of address 0 in ``tape``."""
    head: int
    """The place of the head in ``tape``."""
    row: list[Any]
    """The rules of the state, as `compiled` makes them."""
    steps: int


class Program:
    """A machine's rules with small numbers for symbols: each number is a place in ``machine.symbols``."""

    def __init__(self, machine: TuringMachine) -> None:
        states, symbols = len(machine.states), len(machine.symbols)
        if states * symbols > LARGEST:
            raise MachineError(f"a machine of {states:,} states and {symbols:,} symbols is too large to run")
        self.codes = {symbol: code for code, symbol in enumerate(machine.symbols)}
        self.blank = self.codes[machine.blank]
        self.first = compiled(machine, self.codes)[machine.initial_state]

    def start(self, word: Sequence[str]) -> Moment:
        """The beginning of a run: the word on the tape, the head on its first symbol."""
        return Moment([*map(self.codes.__getitem__, word)] or [self.blank], 0, 0, self.first, 0)


class Cells(Mapping[int, str]):
    """The cells of a tape that are not blank, as {address: symbol} in order."""

    def __init__(self, machine: TuringMachine, moment: Moment) -> None:
        self._symbols = machine.symbols
        self._blank = machine.symbols.index(machine.blank)
        self._codes = moment.tape
        self._origin = moment.origin

    def __getitem__(self, address: int) -> str:
        place = address + self._origin
        if not 0 <= place < len(self._codes) or self._codes[place] == self._blank:
            raise KeyError(address)
        return self._symbols[self._codes[place]]

    def __iter__(self) -> Iterator[int]:
        blank, start = self._blank, -self._origin
        return (address for address, code in enumerate(self._codes, start) if code != blank)

    def __len__(self) -> int:
        return len(self._codes) - self._codes.count(self._blank)

    def stretch(self) -> list[str]:
        """The symbols from the first to the last that is not blank, with the blanks between them."""
        used = [at + self._origin for at in self]
        return [self._symbols[code] for code in self._codes[used[0] : used[-1] + 1]] if used else []

    def __repr__(self) -> str:
        return repr(dict(self))


def compiled(machine: TuringMachine, codes: dict[str, int]) -> dict[State, list[Any]]:
    """A row per state: for each symbol (written code, move, next row) or None; last the state itself."""
    rows: dict[State, list[Any]] = {state: [None] * len(codes) + [state] for state in machine.states}
    for (state, read), rule in machine.transitions.items():
        rows[state][codes[read]] = (codes[rule.write], MOVES[rule.move], rows[rule.state])
    return rows


def walk(start: Moment, blank: int, max_steps: int) -> Moment:
    """Runs on until no rule applies or to the limit; ``max_steps`` counts from the beginning of the run."""
    _, origin, head, row, steps = start
    tape = list(start.tape)
    while steps < max_steps and row[tape[head]] is not None:
        # The head cannot leave the tape for as many steps as the nearer end is away: no test per step.
        chunk = min(head, len(tape) - 1 - head)
        if chunk:
            row, head, done = advance(tape, row, head, min(chunk, max_steps - steps))
            steps += done
            continue
        more = [blank] * max(len(tape) // 4, MARGIN)
        if head < len(tape) - 1:
            tape[:0] = more
            origin += len(more)
            head += len(more)
        else:
            tape += more
    return Moment(tape, origin, head, row, steps)


def advance(tape: list[int], row: list[Any], head: int, limit: int) -> tuple[list[Any], int, int]:
    """Up to ``limit`` steps, fewer when no rule applies; returns the row, the head and the steps done."""
    done = 0
    try:
        for done in range(limit):  # noqa: B007 (it is told when the loop breaks off)
            tape[head], move, row = row[tape[head]]
            head += move
    except TypeError:  # None cannot be unpacked; to look for it at each step would take longer
        return row, head, done
    return row, head, limit
