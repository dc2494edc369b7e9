"""An ordinary chain of thought, for comparison: the same run without the imitation of a machine.

Our reading of the baseline that the paper's reviewers asked for: larger steps, no labels, nothing fetched. Of
every few states only what they did and what they left behind is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from tailnb.traces.answer import FINAL
from tailnb.traces.layout import Layout
from tailnb.traces.styles import spell
from tailnb.traces.trace import AtomicState, Operand, Trace

STRIDE = 4  # states told in one sentence


def plain(trace: Trace, style: str = "core", seed: int = 0) -> str:
    """A trace as an ordinary chain of thought, the final answer last.

    style: for "tape", the addressed symbols that a nano model reads; seed: of their layout.
    The other styles give sentences.
    """
    if style == "tape":
        return plain_tape(Layout(trace, seed))
    return "\n".join([*map(_sentence, _groups(trace)), f"{FINAL} {trace.answer}"])


def plain_tape(layout: Layout) -> str:
    """The ordinary chain of thought in the addressed symbols that a nano model reads."""
    lines = [" ".join(_tokens(layout, group)) for group in _groups(layout.trace)]
    return "\n".join([*lines, " ".join([FINAL, *layout.answer()])])


def _groups(trace: Trace) -> list[Sequence[AtomicState]]:
    return [trace.states[k : k + STRIDE] for k in range(0, len(trace), STRIDE)]


def _tokens(layout: Layout, states: Sequence[AtomicState]) -> list[str]:
    """What several states left behind or, when they wrote nothing, the addresses that they looked at."""
    left = _left_behind(states)
    if left:
        return [token for cell, value in left.items() for token in layout.operand(Operand(cell, value))]
    return [address for address in map(layout.address, _seen(states)) if address]


def _sentence(states: Sequence[AtomicState]) -> str:
    """What several states did and left behind: "Add: sum[0] is 7, sum[1] is 2, carry is 0. Stop."."""
    runs = (list(run) for _, run in groupby(states, key=lambda state: state.operation))
    return " ".join(map(_phrase, runs))


def _phrase(states: Sequence[AtomicState]) -> str:
    """States of one operation: its name, and what they wrote or else which cells they looked at."""
    name = states[0].operation.replace("_", " ").capitalize()
    left = _left_behind(states)
    if left:
        return f"{name}: {', '.join(f'{cell} is {spell(value)}' for cell, value in left.items())}."
    seen = ", ".join(_seen(states))
    return f"{name} at {seen}." if seen else f"{name}."


def _left_behind(states: Sequence[AtomicState]) -> dict[str, str]:
    """The cells written, each with its last value, in the order of the last writes."""
    left: dict[str, str] = {}
    for state in states:
        for cell, value in state.writes:
            left.pop(cell, None)
            left[cell] = value
    return left


def _seen(states: Sequence[AtomicState]) -> list[str]:
    """The cells of arrays that the states worked with, each once."""
    return list(dict.fromkeys(cell for state in states for cell in state.operands if "[" in cell))
