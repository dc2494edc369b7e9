"""Replay a text against the true trace: the first wrong state, and which module broke."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from tailnb.traces.answer import FINAL, extract, final_answers, on_its_line, read_off, same
from tailnb.traces.layout import ARROW, Layout
from tailnb.traces.styles import STYLES, Style
from tailnb.traces.trace import AtomicState, Trace

FETCHER, ATOMIC, LINEAR = "memory fetcher", "atomic state", "linear transition"
FORMAT, ANSWER = "format", "answer"
MODULES = (FETCHER, ATOMIC, LINEAR, FORMAT, ANSWER)
NOTHING = "(nothing)"

_TAPE_OPENING = (
    r"^[ \t]*+(?:<\d++>[ \t]|[A-Za-z]\w*+=\S)"  # an address or a register: what a state begins with
)
_TAPE_STATE = re.compile(rf"{_TAPE_OPENING}.*[ \t]{ARROW}(?:[ \t]|$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing in a text that is not as in the true trace.

    state: number of the state, from 0; the number of states when the fault is behind the last one.
    module: which part of the imitation broke, one of MODULES. expected, found: what stands there.
    """

    state: int
    module: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"state {self.state}, {self.module}\n  expected {self.expected}\n  found    {self.found}"


@dataclass(frozen=True, slots=True)
class Report:
    """What `check` found: ok when every state and the answer are right, answer_ok for the answer alone."""

    first_error: Fault | None
    answer_ok: bool

    @property
    def ok(self) -> bool:
        """Whether the whole trace is right, and so is the answer."""
        return self.first_error is None and self.answer_ok


class Traced(Protocol):
    """Anything with a true trace, such as a task's problem."""

    def trace(self) -> Trace:
        """The true trace."""


def check(problem: Trace | Traced, text: str, *, style: str | None = None, seed: int = 0) -> Report:
    """Replay a text, whoever wrote it, against the true trace.

    problem: a Problem or a Trace. style: "core", "styled" or "tape"; by default, what the text looks like.
    seed: for "tape" alone, of the layout that the prompt had.
    Around the trace any free text is tolerated, and so are differences of white space; inside it, a stray or
    repeated state or a second final answer is a fault.
    """
    trace = problem if isinstance(problem, Trace) else problem.trace()
    style = style or guess_style(text)
    if style == "tape":
        return _tape_report(Layout(trace, seed), text)
    if style not in STYLES:
        raise ValueError(f"no style {style!r}; choose from {', '.join([*STYLES, 'tape'])}")
    return Report(_first_error(trace, text, STYLES[style]), same(trace.answer, extract(text)))


def guess_style(text: str) -> str:
    """The style that a text looks like: that of its first state, else "tape" for arrows, else "core"."""
    openings = {name: style.opening.search(text) for name, style in STYLES.items()}
    found = {name: match.start() for name, match in openings.items() if match}
    if found:
        return min(found, key=found.__getitem__)
    return "tape" if _TAPE_STATE.search(text) else "core"


# --- core and styled: line by line


def _first_error(trace: Trace, text: str, style: Style) -> Fault | None:
    before, final, after = _around_answer(text)
    lines = _from_opening(before, style)
    if not lines:
        module = FORMAT if before or not final else LINEAR
        return Fault(0, module, style.state(trace.states[0]), _excerpt(final or text))
    if trace.initial:
        fault = _tape_line_fault(trace, lines[0], style)
        if fault:
            return fault
        lines = lines[1:]
    for number, state in enumerate(trace.states):
        if number == len(lines):
            return Fault(number, LINEAR, style.state(state), final or NOTHING)
        fault = _state_fault(number, state, lines[number], style)
        if fault:
            return fault
    stray = [line for line in lines[len(trace) :] + after if style.opening.match(line)]
    if stray:
        module = LINEAR if style.read_state(stray[0]) else FORMAT
        return Fault(len(trace), module, f"{FINAL} {trace.answer}", _excerpt(stray[0]))
    return _answer_fault(trace, final_answers(text))


def _around_answer(text: str) -> tuple[list[str], str, list[str]]:
    """The lines before the first final answer, that line (or ""), and the lines behind it."""
    lines = [line for line in text.splitlines() if line.strip()]
    for number, line in enumerate(lines):
        if final_answers(line):
            return lines[:number], line, lines[number + 1 :]
    return lines, "", []


def _from_opening(lines: list[str], style: Style) -> list[str]:
    """The lines from the first one that means to be the tape or a state."""
    starts = (number for number, line in enumerate(lines) if style.opening.match(line))
    return lines[next(starts, len(lines)) :]


def _tape_line_fault(trace: Trace, line: str, style: Style) -> Fault | None:
    expected = style.tape(trace.initial)
    found = trace.initial if line == expected else style.read_tape(line)
    if found == trace.initial:
        return None
    garbled = found is None and style.read_state(line) is None
    return Fault(0, FORMAT if garbled else FETCHER, _excerpt(expected), _excerpt(line))


def _state_fault(number: int, expected: AtomicState, line: str, style: Style) -> Fault | None:
    right = style.state(expected)
    found = None if line == right else style.read_state(line)
    if line == right or found == expected:
        return None
    return Fault(number, _module(expected, found), right, _excerpt(line))


def _module(expected: AtomicState, found: AtomicState | None) -> str:
    """Which module broke, in the order in which a state is written."""
    if found is None or (found.label and not found.goto):
        return FORMAT  # no state at all, or cut inside one
    if found.label != expected.label:
        return LINEAR
    if found.reads != expected.reads:
        return FETCHER
    return LINEAR if found._replace(goto=expected.goto) == expected else ATOMIC


def _answer_fault(trace: Trace, answers: list[str]) -> Fault | None:
    if len(answers) == 1 and same(trace.answer, answers[0]):
        return None
    found = " and ".join(answers) if answers else NOTHING
    return Fault(len(trace), ANSWER, trace.answer, _excerpt(found))


# --- tape: token by token


def _tape_report(layout: Layout, text: str) -> Report:
    found, right = read_off(text), read_off(" ".join([FINAL, *layout.answer()]))
    return Report(_tape_error(layout, text), found == right or same(layout.trace.answer, found))


def _tape_error(layout: Layout, text: str) -> Fault | None:
    before, final, after = _around_answer(on_its_line(text))
    opening = re.search(_TAPE_OPENING, "\n".join(before), re.MULTILINE)
    tokens = "\n".join(before)[opening.start() :].split() if opening else []
    place = 0
    for number, span in enumerate(_tape_spans(layout)):
        line = [token for _, some in span for token in some]
        got = tokens[place : place + len(line)]
        if got != line:
            module = _tape_module(layout, span, tokens[place:], bool(final))
            return Fault(number, module, " ".join(line), _excerpt(" ".join(got) or final or NOTHING))
        place += len(line)
    return _tape_end_fault(layout, tokens[place:], final, after)


def _tape_spans(layout: Layout) -> Iterator[list[tuple[str, list[str]]]]:
    """For each state its tokens, by the module that they show."""
    for state in layout.trace.states:
        tokens = layout.state(state)
        arrow, end = tokens.index(ARROW), len(tokens) - len(layout.label(state.goto))
        yield [(FETCHER, tokens[:arrow]), (ATOMIC, tokens[arrow:end]), (LINEAR, tokens[end:])]


def _tape_module(layout: Layout, span: list[tuple[str, list[str]]], found: list[str], goes_on: bool) -> str:
    """The module of a state's first wrong token; another state in its place is the transition's fault."""
    expected = [(module, token) for module, tokens in span for token in tokens]
    wrong = next(k for k, (_, token) in enumerate(expected) if found[k : k + 1] != [token])
    if wrong == len(found):
        return FORMAT if wrong else LINEAR
    if wrong == len(found) - 1 and not goes_on and expected[wrong][1].startswith(found[wrong]):
        return FORMAT
    others = (layout.state(state) for state in layout.trace.states)
    return LINEAR if any(found[: len(other)] == other for other in others) else expected[wrong][0]


def _tape_end_fault(layout: Layout, rest: list[str], final: str, after: list[str]) -> Fault | None:
    """What is wrong behind the last state: a state too many, or the answer."""
    states, right = len(layout.trace), " ".join([FINAL, *layout.answer()])
    stray = [line for line in [" ".join(rest), *after] if _TAPE_STATE.match(line)]
    if stray:
        return Fault(states, LINEAR, right, _excerpt(stray[0]))
    if final.split() != right.split() or any(map(final_answers, after)):
        return Fault(
            states, ANSWER, right, _excerpt(" and ".join([final or NOTHING, *filter(final_answers, after)]))
        )
    return None


def _excerpt(text: str, longest: int = 200) -> str:
    text = " ".join(text[: 4 * longest].split())
    return text if len(text) <= longest else text[:longest] + " …"
