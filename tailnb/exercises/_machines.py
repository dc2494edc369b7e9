"""What is wrong with a machine: said by the smallest word that shows it, and drawn on the tape."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from tailnb.exercises._checkers import Verify, a_value
from tailnb.exercises._exercise import shown
from tailnb.machines import MachineError, Run, TuringMachine
from tailnb.machines.picture import columns, visible

STEPS = 10_000  # that a learner's machine may take on one word
NEAR = 16  # cells drawn on each side of the head of a long tape

Cells = Mapping[int, str]


def check_machine(against: Callable[[str], str], words: Iterable[str]) -> Verify:
    """A check of machines: the word that each leaves on the tape must be the one that `against` gives.

    words: the inputs to try, the smallest first.
    """
    tried = list(words)

    def verify(machine: object) -> str | None:
        if not isinstance(machine, TuringMachine):
            return (
                f"A TuringMachine is wanted, not {a_value(machine)}; make one with"
                " TuringMachine(rules, initial_state=…)."
            )
        return next((said for word in tried if (said := fault(machine, word, against(word)))), None)

    return verify


def fault(machine: TuringMachine, word: str, expected: str) -> str | None:
    """What goes wrong on a word, drawn; None where nothing does."""
    name = f"the word {word!r}" if word else "the empty word"
    try:
        run = machine.run(word, max_steps=STEPS)
    except MachineError as error:
        return f"The machine does not take {name}: {clear(str(error))}."
    if run.outcome == "halted" and run.word() == expected:
        return None
    said = {
        "halted": f"On {name} the machine halts with the wrong tape.",
        "no_rule": f"On {name} the machine gets stuck: {clear(run.reason)}.",
        "step_limit": f"The machine has not halted after {STEPS:,} steps on {name}.",
    }[run.outcome]
    return f"{said}\n{tapes(word, expected, run)}\nTo watch it: TapePlayer(my_machine, {word!r})"


def tapes(word: str, expected: str, run: Run) -> str:
    """Three tapes below each other: before, as expected, and as found; a mark below the head."""
    start = min(run.tape, default=0)  # a word is right wherever it stands
    tapes = {"before": dict(enumerate(word)), "expected": dict(enumerate(expected, start)), "found": run.tape}
    used = [0, run.head, *(address for cells in tapes.values() for address in cells)]
    window = range(min(used), max(used) + 1)
    fits = len(window) <= 2 * NEAR + 1
    lines = []
    for name, cells in tapes.items():
        middle = run.head if name == "found" else min(cells, default=0) + NEAR
        window = window if fits else range(middle - NEAR, middle + NEAR + 1)
        lines.append(row(name, cells, window, run.blank))
    ahead = 14 + sum(
        columns(visible(run.tape.get(at, run.blank))) + 1 for at in range(window.start, run.head)
    )
    return "\n".join([*lines, " " * ahead + f"▲ the head, in state {clear(str(run.state))}"])


def row(name: str, cells: Cells, window: range, blank: str) -> str:
    """One tape, and dots where it goes on to the left or to the right."""
    symbols = "".join(f"│{visible(cells.get(address, blank))}" for address in window)
    before = "… " if any(address < window.start for address in cells) else "  "
    after = " …" if any(address >= window.stop for address in cells) else ""
    return f"  {name:<9}{before}{symbols}│{after}"


def clear(text: str) -> str:
    """A line of text that a learner's machine had a say in: not too long, and nothing hidden in it."""
    return visible(shown(text, quoted=False), " ")
