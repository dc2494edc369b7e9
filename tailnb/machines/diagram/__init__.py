"""A machine's state diagram as SVG, drawn without other programs.

States stand on a lattice, where a search finds places with short arrows and few crossings. Each arrow then
takes the way, and its label the spot, that fits best to all others; where a text would still be covered,
everything moves apart. The same machine always gives the same picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from tailnb.machines.counted import counted
from tailnb.machines.diagram.arrows import Graph, Rules, alike, graph
from tailnb.machines.diagram.drawing import STYLE, draw, text
from tailnb.machines.diagram.geometry import Box
from tailnb.machines.diagram.plan import plan
from tailnb.machines.errors import MachineError, choices
from tailnb.machines.picture import Picture, marked, picture, visible
from tailnb.machines.rules import Key, State
from tailnb.machines.turing_machine import TuringMachine

KIND = "tnb-diagram"
STATES, ARROWS = 40, 72  # at most; larger ones take long, and nobody could read them
MARGIN = 14  # pixels around everything
MOVES = {"L": "move left", "R": "move right", "S": "do not move"}


def diagram(machine: TuringMachine, state: State = None, rule: Key | None = None) -> Picture:
    """The state diagram, readable up to about 12 states; above 40, or 72 arrows, it only says so.

    ``0→1,R`` on an arrow says: reading 0, write 1 and move right; ``0,1→R``: reading 0 or 1, move right and
    leave the symbol as it is. A short arrow leads to the initial state, a final state has a double border,
    and states that no rule names are left out. To mark a moment of a run, give its ``state``, and the
    ``(state, symbol)`` of the ``rule`` taken last.

    In the SVG, a group of class ``tnb-state`` has the state's number in ``data-state``; arrows
    (``tnb-arrow``) and the lines of their labels (``tnb-line``) have the numbers of their rules in
    ``data-rules``. The class ``tnb-here`` marks the former, ``tnb-taken`` the latter.

    Raises MachineError for a state or a rule that the machine does not have.
    """
    shown = graph(machine)
    if len(shown.names) > STATES or len(shown.arrows) > ARROWS:
        return refusal(machine, shown)
    planned = plan(shown)
    names = [visible(str(machine.states[number]), " ") for number in shown.numbers]
    parts = draw(shown, planned, partial(told, list(machine.transitions.items())), names)
    if state is not None:
        parts = marked(parts, "state", index(state, machine.states, "state"), "tnb-here")
    if rule is not None:
        parts = marked(parts, "rules", index(rule, list(machine.transitions), "rule for"), "tnb-taken")
    room = planned.room.grown(MARGIN)
    return picture(KIND, STYLE, room, parts, summary(machine, shown), description(machine, shown))


def index(wanted: Any, known: Sequence[Any], what: str) -> int:
    """The number of what is wanted; raises MachineError that names the choices."""
    if wanted not in known:
        raise MachineError(f"no {what} {wanted!r}; {choices(wanted, known)}")
    return known.index(wanted)


def refusal(machine: TuringMachine, shown: Graph) -> Picture:
    """A picture that only says that nobody could read the diagram."""
    why = f"{len(shown.names)} states and {len(shown.arrows)} arrows are too many for a diagram."
    parts = text(why, 300, 24) + text("The table of rules shows them all.", 300, 46)
    return picture(KIND, STYLE, Box(0, 0, 600, 64), parts, summary(machine, shown), why)


def summary(machine: TuringMachine, shown: Graph) -> str:
    """What the diagram shows, in a line."""
    name = visible(machine.name or "a machine", " ")
    states, rules = counted(len(shown.names), "state"), counted(len(machine.transitions), "rule")
    return f"state diagram of {name}: {states}, {rules}"


def description(machine: TuringMachine, shown: Graph) -> str:
    """All of the diagram in words."""
    final = ", ".join(str(machine.states[shown.numbers[place]]) for place in shown.final) or "none"
    rules = list(machine.transitions.items())
    does = "; ".join(told(rules, line.rules) for arrow in shown.arrows for line in arrow.lines)
    return f"{visible(f'Initial state: {machine.initial_state}. Final: {final}', ' ')}. {does}"


def told(rules: Rules, chosen: Sequence[int]) -> str:
    """What the chosen rules, all of one arrow, do, in words."""
    said = []
    for group in alike(rules, chosen):
        (state, read), go = rules[group[0]]
        reads = " or ".join(visible(rules[rule][0][1]) for rule in group)
        writes = "leave it" if go.write == read else f"write {visible(go.write)}"
        goes = f"stay in {go.state}" if go.state == state else f"go to {go.state}"
        said.append(f"in {state}, reading {reads}: {writes}, {MOVES[go.move]}, {goes}")
    return visible("; ".join(said), " ")
