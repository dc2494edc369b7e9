"""Running a machine to its end: many steps, no record of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tailnb.machines.counted import counted
from tailnb.machines.list_tape import Cells, Moment, Program, walk
from tailnb.machines.rules import State
from tailnb.machines.run_length import sweep

if TYPE_CHECKING:
    from tailnb.machines.turing_machine import TuringMachine

Outcome = Literal["halted", "no_rule", "step_limit"]
PATIENCE = 10_000  # steps on a list tape, before a run-length tape is tried for the first time
PER_CELL = 16  # and for each cell of the tape, as it takes time to change from one tape to the other


@dataclass(frozen=True, repr=False)
class Run:
    """The end of a run: its typed outcome, and the machine as it was left.

    ``outcome`` is "halted" (in a final state; textbooks say that the machine accepts), "no_rule" or
    "step_limit"; ``tape`` maps the address of each cell that is not blank to its symbol, in order; ``reason``
    says in words why the run ended.
    """

    outcome: Outcome
    steps: int
    state: State
    head: int
    tape: Cells
    reason: str
    blank: str

    def word(self) -> str:
        """The symbols from the first to the last that is not blank, as one text."""
        return "".join(self.tape.stretch())

    def __repr__(self) -> str:
        word = self.word()
        shown = word if len(word) <= 40 else f"{word[:30]}… ({len(word)} characters)"
        return f"<Run {self.outcome} after {counted(self.steps, 'step')}: {shown!r}; {self.reason}>"


def run(machine: TuringMachine, word: Sequence[str], max_steps: int) -> Run:
    """Runs on a list tape and, where a run is long, on a run-length tape for as long as that pays."""
    program = Program(machine)
    moment, blank, patience = program.start(word), program.blank, PATIENCE
    while True:
        on_list = max(patience, PER_CELL * len(moment.tape))
        moment = walk(moment, blank, min(max_steps, moment.steps + on_list))
        if moment.steps == max_steps or moment.row[moment.tape[moment.head]] is None:
            return ended(machine, moment)
        moment = sweep(moment, blank, max_steps)
        patience *= 2  # a machine that does not sweep is asked less and less often


def ended(machine: TuringMachine, moment: Moment) -> Run:
    """What is told of a run that ended so."""
    tape, origin, head, row, steps = moment
    outcome, reason = ending(machine, row[-1], machine.symbols[tape[head]], steps)
    return Run(outcome, steps, row[-1], head - origin, Cells(machine, moment), reason, machine.blank)


def ending(machine: TuringMachine, state: State, symbol: str, steps: int) -> tuple[Outcome, str]:
    """The outcome, and the reason in words."""
    if state in machine.final_states:
        return "halted", f"reached the final state {state}"
    if (state, symbol) not in machine.transitions:
        return "no_rule", f"no rule for state {state} reading {symbol}"
    return (
        "step_limit",
        f"stopped at the limit of {counted(steps, 'step')}, in state {state} reading {symbol}",
    )
