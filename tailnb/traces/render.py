"""One recording, many texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tailnb.traces.ablate import ablate
from tailnb.traces.answer import FINAL
from tailnb.traces.layout import Layout
from tailnb.traces.styles import STYLES
from tailnb.traces.trace import AtomicState, Trace

STYLE_NAMES = (*STYLES, "tape")


def text(trace: Trace, style: str = "core", without: str | Iterable[str] = (), seed: int = 0) -> str:
    """A trace as chain of thought; `Trace.text` says more."""
    if style not in STYLE_NAMES:
        raise ValueError(f"no style {style!r}; choose from {', '.join(STYLE_NAMES)}")
    states = ablate(trace, without).states
    if style == "tape":
        return "\n".join(tape_lines(Layout(trace, seed), states))
    write = STYLES[style]
    tape = [write.tape(trace.initial)] if trace.initial else []
    return "\n".join([*tape, *map(write.state, states), f"{FINAL} {trace.answer}"])


def tape_lines(layout: Layout, states: Sequence[AtomicState], *, styled: bool = False) -> list[str]:
    """The lines of the text in tape style: the states, whole or ablated, and the answer.

    styled: in sentences instead of symbols.
    """
    write = layout.sentence if styled else layout.state
    lines = [" ".join(write(state)) for state in states]
    return [*lines, " ".join([FINAL, *layout.answer()])]
