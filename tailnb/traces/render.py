"""One recording, many texts."""

from __future__ import annotations

from collections.abc import Iterable

from tailnb.traces.ablate import ablate
from tailnb.traces.answer import FINAL
from tailnb.traces.layout import Layout
from tailnb.traces.styles import STYLES
from tailnb.traces.trace import Trace

STYLE_NAMES = (*STYLES, "tape")


def text(trace: Trace, style: str = "core", without: Iterable[str] = (), seed: int = 0) -> str:
    """A trace as chain of thought; `Trace.text` says more."""
    return "\n".join(lines(trace, style=style, without=without, seed=seed))


def lines(trace: Trace, style: str = "core", without: Iterable[str] = (), seed: int = 0) -> list[str]:
    """The lines of `text`: the tape (core and styled), one for each state, the final answer."""
    for module in without:
        trace = ablate(trace, module)
    if style == "tape":
        return tape_lines(Layout(trace, seed))
    if style not in STYLES:
        raise ValueError(f"no style {style!r}; choose from {', '.join(STYLE_NAMES)}")
    write = STYLES[style]
    tape = [write.tape(trace.initial)] if trace.initial else []
    return [*tape, *map(write.state, trace.states), f"{FINAL} {trace.answer}"]


def tape_lines(layout: Layout) -> list[str]:
    """The lines of the text in tape style for one layout of the arrays."""
    states = [" ".join(layout.state(state)) for state in layout.trace.states]
    return [*states, " ".join([FINAL, *layout.answer()])]
