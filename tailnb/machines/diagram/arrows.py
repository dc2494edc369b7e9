"""What a state diagram shows: states, and an arrow with a short label for each pair that rules connect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tailnb.machines.picture import LETTER, columns, shortened, visible
from tailnb.machines.rules import Key, Transition
from tailnb.machines.turing_machine import TuringMachine

SIZE = 12  # pixels, of a label's letters
LINE = 15  # pixels from one line of a label to the next
PAD = 2  # pixels on each side of a line
NAME = 14  # letters of a state's name that are shown
SYMBOL = 8  # letters of a symbol that are shown
READS = 13  # letters of the symbols read that are shown
LINES = 6  # of a label that are shown

Rules = Sequence[tuple[Key, Transition]]


@dataclass(frozen=True)
class Line:
    """A line of a label: its text, and the numbers of its rules."""

    text: str
    rules: tuple[int, ...]


@dataclass(frozen=True)
class Arrow:
    """An arrow from one state to another, both by their places in the graph, with its label's lines."""

    source: int
    target: int
    lines: tuple[Line, ...]

    @property
    def rules(self) -> tuple[int, ...]:
        """The numbers of the rules that the arrow stands for."""
        return tuple(rule for line in self.lines for rule in line.rules)

    @property
    def size(self) -> tuple[float, float]:
        """The label's width and height in pixels."""
        widest = max(columns(line.text) for line in self.lines)
        return widest * LETTER * SIZE + 2 * PAD, LINE * len(self.lines)


@dataclass(frozen=True)
class Graph:
    """The states by number in the machine, their short names, and which are initial and final; the arrows."""

    numbers: tuple[int, ...]
    names: tuple[str, ...]
    start: int
    final: tuple[int, ...]
    arrows: tuple[Arrow, ...]


def graph(machine: TuringMachine) -> Graph:
    """The machine's graph, without the states that no rule names."""
    code = {state: number for number, state in enumerate(machine.states)}
    rules = list(machine.transitions.items())
    found: dict[tuple[int, int], list[int]] = {}
    for rule, ((state, _), go) in enumerate(rules):
        found.setdefault((code[state], code[go.state]), []).append(rule)
    used = sorted({code[machine.initial_state], *(number for pair in found for number in pair)})
    place = {number: at for at, number in enumerate(used)}
    return Graph(
        tuple(used),
        tuple(shortened(visible(str(machine.states[number]), " "), NAME) for number in used),
        place[code[machine.initial_state]],
        tuple(place[number] for number in used if machine.states[number] in machine.final_states),
        tuple(Arrow(place[a], place[b], lines(rules, chosen)) for (a, b), chosen in found.items()),
    )


def lines(rules: Rules, chosen: Sequence[int]) -> tuple[Line, ...]:
    """The lines of the label of the chosen rules, one for those that differ only in what they read."""
    found = []
    for group in alike(rules, chosen):
        (_, read), go = rules[group[0]]
        reads = ",".join(shortened(visible(rules[rule][0][1]), SYMBOL) for rule in group)
        writes = "" if go.write == read else f"{shortened(visible(go.write), SYMBOL)},"
        found.append(Line(f"{shortened(reads, READS)}→{writes}{go.move}", group))
    return fitted(found)


def alike(rules: Rules, chosen: Sequence[int]) -> list[tuple[int, ...]]:
    """The chosen rules in groups that write and move alike; leaving a symbol as it is counts as alike."""
    groups: dict[tuple[str, str], list[int]] = {}
    for rule in chosen:
        (_, read), go = rules[rule]
        groups.setdefault(("" if go.write == read else go.write, go.move), []).append(rule)
    return [tuple(group) for group in groups.values()]


def fitted(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines, the last ones of many folded into one."""
    if len(lines) <= LINES:
        return tuple(lines)
    rest = lines[LINES - 1 :]
    return (*lines[: LINES - 1], Line(f"{len(rest)} more", tuple(rule for one in rest for rule in one.rules)))
