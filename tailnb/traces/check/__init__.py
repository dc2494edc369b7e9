"""Hold a text against the true trace: the first wrong state, which module broke, and what came of it."""

from __future__ import annotations

from tailnb.traces.check.fault import (
    ANSWER,
    ATOMIC,
    FETCHER,
    FORMAT,
    LINEAR,
    MODULES,
    NOTHING,
    Fault,
    Report,
)
from tailnb.traces.check.lines import Lines, unmarked
from tailnb.traces.check.replay import Reading, Traced, replay
from tailnb.traces.check.tokens import STATE, Tokens
from tailnb.traces.layout import Layout
from tailnb.traces.render import STYLE_NAMES
from tailnb.traces.styles import STYLES, Style
from tailnb.traces.trace import Trace

__all__ = [
    "ANSWER",
    "ATOMIC",
    "FETCHER",
    "FORMAT",
    "LINEAR",
    "MODULES",
    "NOTHING",
    "Fault",
    "Report",
    "Traced",
    "check",
    "guess_style",
]

_THOUGHTS = "</think>"  # what ends a draft that some chat models write before they answer


def check(problem: Trace | Traced, text: str, *, style: str | None = None, seed: int = 0) -> Report:
    """Hold a text, whoever wrote it, against the true trace.

    problem: a Problem or a Trace. style: "core", "styled" or "tape"; by default, what the text looks like.
    seed: for "tape" alone, of the layout that the prompt had.
    Around the trace any free text is tolerated, and so are differences of white space and the marks of lists
    and code; inside it, a stray or repeated state or a second final answer is a fault.

    Given a Problem, the report also tells whether what stands behind the first error follows from the text's
    own output: the task's algorithm runs once more, on what the text itself fetched and wrote. In style
    "tape", which has no marks between states, that ends where a value has another number of tokens.
    """
    trace = problem if isinstance(problem, Trace) else problem.trace()
    text = _behind_thoughts(text)
    reading = _reading(trace, text, style or guess_style(text), seed)
    first = reading.first_error()
    if first is None:
        return Report((), reading.answer_ok)
    judged = min(first.state + 1, reading.count)
    if isinstance(problem, Trace) or first.module == ANSWER:
        return Report((first,), reading.answer_ok, unjudged=reading.count - judged)
    run = replay(problem, reading, first)
    unjudged = max(0, reading.count - max(judged, run.judged))
    return Report((first, *run.faults), reading.answer_ok, tuple(run.copies), run.recovered, unjudged)


def guess_style(text: str) -> str:
    """The style that a text looks like: that of its first state, else "tape" for arrows, else "core"."""
    bare = unmarked(text)
    places = {name: place for name, style in STYLES.items() if (place := _first(style, bare))}
    if places:
        return min(places, key=places.__getitem__)
    return "tape" if STATE.search(text) else "core"


def _first(style: Style, text: str) -> tuple[bool, int] | None:
    """Where a text first has a line of a style; behind those, with True, the first that only looks so."""
    openings = [match.start() for match in style.opening.finditer(text)]
    lines = ((place, text[place : text.find("\n", place) % (len(text) + 1)]) for place in openings)
    reads = (place for place, line in lines if style.read_tape(line) or style.read_state(line))
    first = next(reads, None)
    return (False, first) if first is not None else (True, openings[0]) if openings else None


def _reading(trace: Trace, text: str, style: str, seed: int) -> Reading:
    if style == "tape":
        return Tokens(Layout(trace, seed), text)
    if style not in STYLE_NAMES:
        raise ValueError(f"no style {style!r}; choose from {', '.join(STYLE_NAMES)}")
    return Lines(trace, text, STYLES[style])


def _behind_thoughts(text: str) -> str:
    """What stands behind a model's draft, if there is a trace behind it; else the whole text."""
    _, end, rest = text.rpartition(_THOUGHTS)
    patterns = (STATE, *(style.opening for style in STYLES.values()))
    return rest if end and any(pattern.search(rest) for pattern in patterns) else text
