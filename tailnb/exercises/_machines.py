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
    before, right = dict(enumerate(word)), dict(enumerate(expected, place(expected, run.tape)))
    used = [0, run.head, *before, *right, *run.tape]
    window = range(min(used), max(used) + 1)
    fits = len(window) <= 2 * NEAR + 1
    near = window if fits else range(run.head - NEAR, run.head + NEAR + 1)
    lines = []
    for name, cells in (("before", before), ("expected", right)):
        start = min(cells, default=0)
        cut = window if fits else range(start, start + 2 * NEAR + 1)
        lines.append(row(name, cells, cut, run.blank))
    ahead = (run.tape.get(address, run.blank) for address in range(near.start, run.head))
    indent = 14 + sum(columns(visible(symbol)) + 1 for symbol in ahead)
    mark = " " * indent + f"▲ the head, in state {clear(str(run.state))}"
    return "\n".join([*lines, row("found", run.tape, near, run.blank), mark])


def place(word: str, found: Cells) -> int:
    """Where to draw a word, which is right wherever it stands: at the end of the tape that it fits better."""
    ends = (min(found, default=0), max(found, default=0) + 1 - len(word))
    return max(ends, key=lambda start: sum(found.get(at) == one for at, one in enumerate(word, start)))


def row(name: str, cells: Cells, window: range, blank: str) -> str:
    """One tape, and dots where it goes on to the left or to the right."""
    symbols = "".join(f"│{visible(cells.get(address, blank))}" for address in window)
    before = "… " if any(address < window.start for address in cells) else "  "
    after = " …" if any(address >= window.stop for address in cells) else ""
    return f"  {name:<9}{before}{symbols}│{after}"


def clear(text: str) -> str:
    """A line of text that a learner's machine had a say in: not too long, and nothing hidden in it."""
    return visible(shown(text, quoted=False), " ")
