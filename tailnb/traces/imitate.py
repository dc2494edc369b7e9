"""A machine's run as a chain of thought: each transition of the machine is one `AtomicState`."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping, Sequence

from tailnb.machines import Transition, TuringMachine
from tailnb.machines.rules import MOVES
from tailnb.machines.words import symbols_of
from tailnb.traces.tape import Tape
from tailnb.traces.trace import HALT, Trace, TraceError

Labels = dict[Hashable, str]

OPERATIONS = {"L": "left", "R": "right", "S": "stay"}
NO_RULE = "no_rule"  # the operation, and the answer, of a machine that finds no rule


def imitate(machine: TuringMachine, word: str | Sequence[str] = "", *, max_steps: int = 100_000) -> Trace:
    """The run of a machine on a word, as a trace like any task's.

    δ(q, a) = (q', b, D) becomes: in state {q,i} fetch tape[i]=a, move D, write tape[i]=b, go to {q',i±1}.
    The answer is the word that is left on the tape, or "no_rule" when no rule applied.
    Raises TraceError for what is no machine, and when the run is longer than max_steps or has no step at all.
    """
    if not isinstance(machine, TuringMachine):
        raise TraceError(f"a TuringMachine is wanted, not {machine!r:.80}; machine(NAME) gives a named one")
    if type(max_steps) is not int or max_steps < 1:
        raise TraceError(f"max_steps must be a whole number from 1, not {max_steps!r}")
    tape = Tape()
    for _ in record(tape, machine, word, max_steps=max_steps):
        pass
    return tape.trace(machine.name or "machine")


def record(
    tape: Tape, machine: TuringMachine, word: str | Sequence[str], *, max_steps: int
) -> Iterator[None]:
    """Run a machine on a recording tape, as `imitate` says, and yield after each state."""
    name, labels, cells = machine.name or "machine", _labels(machine), _placed(tape, machine, word)
    state, head, steps = machine.initial_state, 0, 0
    label, rule = _label(labels[state], head), None
    if label == HALT:
        raise TraceError(f"{name} halts before its first step, so there is nothing to imitate")
    while label != HALT:
        with tape.state(label):
            rule = machine.transitions.get((state, tape.read(f"tape[{head}]")))
            if rule and steps == max_steps:
                raise TraceError(f"{name} has not halted after {max_steps} steps; give a larger max_steps")
            if rule:
                state, cells[head] = rule.state, rule.write
                head += _take(tape, f"tape[{head}]", rule)
            else:
                tape.do(NO_RULE)
            label = _label(labels[state], head) if rule else HALT
            tape.goto(label)
        steps += 1
        yield
    if rule:
        tape.answer(word_on(cells, machine.blank), [f"tape[{at}]" for at in _used(cells, machine.blank)])
    else:
        tape.answer(NO_RULE)


def _placed(tape: Tape, machine: TuringMachine, word: str | Sequence[str]) -> dict[int, str]:
    """The word's cells, placed between the two blanks that a machine finds at its ends."""
    cells = dict(enumerate(symbols_of(word, machine.input_symbols, machine.blank)))
    tape.blank = machine.blank
    tape.place("tape", {at: cells.get(at, machine.blank) for at in range(-1, len(cells) + 1)})
    return cells


def _take(tape: Tape, cell: str, rule: Transition) -> int:
    """Write what a rule says; returns by how many cells the head moves."""
    tape.do(OPERATIONS[rule.move])
    tape.write(cell, rule.write)
    return MOVES[rule.move]


def _label(name: str, head: int) -> str:
    return HALT if name == HALT else f"{{{name},{head}}}"


def _labels(machine: TuringMachine) -> Labels:
    """For each state its name in a label, different for each; HALT for the final ones."""
    labels: Labels = dict.fromkeys(machine.final_states, HALT)
    taken: set[str] = set()
    for state in machine.states:
        if state not in machine.final_states:
            name = _state_name(str(state))
            while name in taken:
                name += "'"
            taken.add(name)
            labels[state] = name
    return labels


def _state_name(state: str) -> str:
    """A state's name as part of a label: no separators, and not to be mistaken for a number."""
    shown = re.sub(r'[\s{},"]', lambda match: f"%{ord(match[0]):02x}", state.replace(" ", "␣"))
    return f"q{shown}" if shown.lstrip("-").isdecimal() else shown


def word_on(cells: Mapping[int, str], blank: str) -> str:
    """What stands between the first and the last cell that is not blank; one blank for an empty tape."""
    symbols = [cells.get(at, blank) for at in _used(cells, blank)]
    return ("" if all(len(symbol) == 1 for symbol in symbols) else " ").join(symbols) or blank


def _used(cells: Mapping[int, str], blank: str) -> range:
    """The addresses from the first to the last cell that is not blank."""
    used = [at for at, symbol in cells.items() if symbol != blank]
    return range(min(used), max(used) + 1) if used else range(0)
