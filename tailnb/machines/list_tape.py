"""A list tape: a machine's steps one by one, on a list of small numbers that grows both ways."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from tailnb.machines.rules import MOVES, State

if TYPE_CHECKING:
    from tailnb.machines.turing_machine import TuringMachine

MARGIN = 256  # blank cells by which the tape grows at least


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
        self.symbols = machine.symbols
        self.codes = {symbol: code for code, symbol in enumerate(machine.symbols)}
        self.blank = self.codes[machine.blank]
        self.rows = compiled(machine, self.codes)
        self.first = self.rows[machine.initial_state]

    def start(self, word: Sequence[str]) -> Moment:
        """The beginning of a run: the word on the tape, the head on its first symbol."""
        return Moment([self.codes[symbol] for symbol in word] or [self.blank], 0, 0, self.first, 0)


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
        more = [blank] * max(len(tape), MARGIN)
        if head < len(tape) - 1:
            tape[:0] = more
            origin += len(more)
            head += len(more)
        else:
            tape += more
    return Moment(tape, origin, head, row, steps)


def advance(tape: list[int], row: list[Any], head: int, limit: int) -> tuple[list[Any], int, int]:
    """Up to ``limit`` steps, fewer when no rule applies; returns the row, the head and the steps done."""
    for done in range(limit):
        rule = row[tape[head]]
        if rule is None:
            return row, head, done
        tape[head], move, row = rule
        head += move
    return row, head, limit
