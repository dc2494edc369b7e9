"""A trace with one core module taken away: our reading of the paper's ablations, which come without a recipe.

memory fetcher: operands are not copied out; the operation names its cells, but no value stands beside it.
linear transition: no state has a name and none says which comes next.
atomic state: three steps become one, which fetches all their operands and writes only what remains.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from tailnb.traces.trace import AtomicState, Operand, Trace

MACRO = 3  # steps in one step, without Atomic State


def modules(without: str | Iterable[str]) -> tuple[str, ...]:
    """Names of core modules, each once and in one order. Raises ValueError for a name that is none."""
    known = tuple(ABLATIONS)
    names = [without] if isinstance(without, str) or not isinstance(without, Iterable) else [*without]
    for name in names:
        if name not in known:
            raise ValueError(f"no core module {name!r}; choose from {', '.join(known)}")
    return tuple(name for name in known if name in names)


def ablate(trace: Trace, without: str | Iterable[str]) -> Trace:
    """The trace without core modules. Raises ValueError for a name that is none of the three."""
    for module in modules(without):
        trace = replace(trace, states=ABLATIONS[module](trace.states))
    return trace


def _without_fetch(states: Sequence[AtomicState]) -> tuple[AtomicState, ...]:
    return tuple(state._replace(reads=()) for state in states)


def _without_transition(states: Sequence[AtomicState]) -> tuple[AtomicState, ...]:
    return tuple(state._replace(label="", goto="") for state in states)


def _without_atomicity(states: Sequence[AtomicState]) -> tuple[AtomicState, ...]:
    return tuple(_merge(states[k : k + MACRO]) for k in range(0, len(states), MACRO))


def _merge(states: Sequence[AtomicState]) -> AtomicState:
    """Several steps as one: what it fetches is what the first of them found on the tape."""
    fetched: dict[str, Operand] = {}
    written: dict[str, Operand] = {}
    for state in states:
        for operand in state.reads:
            if operand.cell not in written:
                fetched.setdefault(operand.cell, operand)
        written |= {o.cell: o for o in state.writes}
    return AtomicState(
        label=states[0].label,
        reads=tuple(fetched.values()),
        operation="_".join(state.operation for state in states),
        operands=tuple(dict.fromkeys(cell for state in states for cell in state.operands)),
        writes=tuple(written.values()),
        goto=states[-1].goto,
    )


ABLATIONS: dict[str, Callable[[Sequence[AtomicState]], tuple[AtomicState, ...]]] = {
    "memory fetcher": _without_fetch,
    "linear transition": _without_transition,
    "atomic state": _without_atomicity,
}
