"""Running a machine to its end: many steps, no record of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from tailnb.machines.rules import MOVES, State
from tailnb.machines.run_length import Moment, sweep

if TYPE_CHECKING:
    from tailnb.machines.turing_machine import TuringMachine

Outcome = Literal["halted", "no_rule", "step_limit"]
MARGIN = 1024  # blank cells by which the tape grows at least


@dataclass(frozen=True, repr=False)
class Run:
    """The end of a run: its typed outcome, and the machine as it was left.

    ``outcome`` is "halted" (in a final state), "no_rule" or "step_limit"; ``tape`` maps the address of
    each cell that is not blank to its symbol, in order; ``reason`` says in words why the run ended.
    """

    outcome: Outcome
    steps: int
    state: State
    head: int
    tape: Mapping[int, str]
    reason: str
    blank: str

    def word(self) -> str:
        """The symbols from the first to the last that is not blank, as one text."""
        if not self.tape:
            return ""
        cells = range(min(self.tape), max(self.tape) + 1)
        return "".join(self.tape.get(address, self.blank) for address in cells)

    def __repr__(self) -> str:
        word = self.word()
        shown = word if len(word) <= 40 else f"{word[:30]}… ({len(word)} characters)"
        return f"<Run {self.outcome} after {self.steps:,} steps: {shown!r}; {self.reason}>"


def run(machine: TuringMachine, word: Sequence[str], max_steps: int) -> Run:
    """Runs on a run-length tape for as long as that pays, then on a list of small numbers."""
    codes = {symbol: code for code, symbol in enumerate(machine.symbols)}
    row, blank = compiled(machine, codes)[machine.initial_state], codes[machine.blank]
    start = sweep(row, [codes[symbol] for symbol in word], blank, max_steps)
    tape, origin, head, row, steps = walk(start, blank, max_steps)
    state = row[-1]
    cells = {at - origin: machine.symbols[code] for at, code in enumerate(tape) if code != blank}
    outcome, reason = ending(machine, state, machine.symbols[tape[head]], steps)
    return Run(outcome, steps, state, head - origin, MappingProxyType(cells), reason, machine.blank)


def walk(start: Moment, blank: int, max_steps: int) -> Moment:
    """Runs on, step by step, on a list that grows both ways, until no rule applies or to the limit."""
    tape, origin, head, row, steps = start
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


def compiled(machine: TuringMachine, codes: Mapping[str, int]) -> dict[State, list[Any]]:
    """A row per state: for each symbol (written code, move, next row) or None; last the state itself."""
    rows: dict[State, list[Any]] = {state: [None] * len(codes) + [state] for state in machine.states}
    for (state, read), rule in machine.transitions.items():
        rows[state][codes[read]] = (codes[rule.write], MOVES[rule.move], rows[rule.state])
    return rows


def advance(tape: list[int], row: list[Any], head: int, limit: int) -> tuple[list[Any], int, int]:
    """Up to ``limit`` steps, fewer when no rule applies; returns the row, the head and the steps done."""
    for done in range(limit):
        rule = row[tape[head]]
        if rule is None:
            return row, head, done
        tape[head], move, row = rule
        head += move
    return row, head, limit


def ending(machine: TuringMachine, state: State, symbol: str, steps: int) -> tuple[Outcome, str]:
    """The outcome, and the reason in words."""
    if state in machine.final_states:
        return "halted", f"reached the final state {state}"
    if (state, symbol) not in machine.transitions:
        return "no_rule", f"no rule for state {state} reading {symbol}"
    return "step_limit", f"stopped at the limit of {steps:,} steps, in state {state} reading {symbol}"
