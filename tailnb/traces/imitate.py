"""A machine's run as a chain of thought: each transition of the machine is one `AtomicState`."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence

from tailnb.machines import Configuration, TuringMachine
from tailnb.traces.tape import Tape
from tailnb.traces.trace import HALT, Trace, TraceError

Labels = dict[Hashable, str]

OPERATIONS = {"L": "left", "R": "right", "S": "stay"}
NO_RULE = "no_rule"  # the operation, and the answer, of a machine that finds no rule


def imitate(machine: TuringMachine, word: str | Sequence[str] = "", *, max_steps: int = 100_000) -> Trace:
    """The run of a machine on a word, as a trace like any task's.

    δ(q, a) = (q', b, D) becomes: in state {q,i} fetch tape[i]=a, move D, write tape[i]=b, go to {q',i±1}.
    The answer is the word that is left on the tape, or "no_rule" when no rule applied.
    Raises TraceError when the run is longer than max_steps, or has no step at all.
    """
    if type(max_steps) is not int or max_steps < 1:
        raise TraceError(f"max_steps must be a whole number from 1, not {max_steps!r}")
    name, labels = machine.name or "machine", _labels(machine)
    configurations = machine.steps(word, max_steps=max_steps + 1)
    now = next(configurations)
    tape = Tape(blank=machine.blank)
    _place_word(tape, now, machine.blank)
    for then in configurations:
        if then.step > max_steps:
            raise TraceError(f"{name} has not halted after {max_steps} steps; give a larger max_steps")
        _record(tape, now, then, labels)
        now = then
    if now.state in machine.final_states:
        if now.step == 0:
            raise TraceError(f"{name} halts before its first step, so there is nothing to imitate")
        tape.answer(_word(now, machine.blank), _spelled(now))
    else:
        with tape.state(_label(now, labels)):
            tape.read(f"tape[{now.head}]")
            tape.do(NO_RULE)
            tape.goto(HALT)
        tape.answer(NO_RULE)
    return tape.trace(name)


def _record(tape: Tape, now: Configuration, then: Configuration, labels: Labels) -> None:
    cell, taken = f"tape[{now.head}]", then.taken
    assert taken is not None  # `then` has a predecessor
    with tape.state(_label(now, labels)):
        tape.read(cell)
        tape.do(OPERATIONS[taken.move])
        tape.write(cell, taken.write)
        tape.goto(_label(then, labels))


def _label(at: Configuration, labels: Labels) -> str:
    name = labels[at.state]
    return HALT if name == HALT else f"{{{name},{at.head}}}"


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


def _place_word(tape: Tape, start: Configuration, blank: str) -> None:
    """The word, between the two blanks that a machine finds at its ends."""
    length = max(start.tape, default=-1) + 1
    tape.place("tape", {at: start.tape.get(at, blank) for at in range(-1, length + 1)})


def _word(at: Configuration, blank: str) -> str:
    """What stands between the first and the last cell that is not blank; one blank for an empty tape."""
    cells = at.tape
    if not cells:
        return blank
    symbols = [cells.get(place, blank) for place in range(min(cells), max(cells) + 1)]
    return ("" if all(len(symbol) == 1 for symbol in symbols) else " ").join(symbols)


def _spelled(at: Configuration) -> list[str]:
    cells = at.tape
    return [f"tape[{place}]" for place in range(min(cells), max(cells) + 1)] if cells else []
