"""Replay a text against the true trace: the first wrong state, and which module broke."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from tailnb.traces.answer import FINAL, extract, final_answers, read_off, same
from tailnb.traces.layout import ARROW, Layout
from tailnb.traces.styles import STYLES, Style
from tailnb.traces.trace import AtomicState, Trace

FETCHER, ATOMIC, LINEAR = "memory fetcher", "atomic state", "linear transition"
FORMAT, ANSWER = "format", "answer"
MODULES = (FETCHER, ATOMIC, LINEAR, FORMAT, ANSWER)
NOTHING = "(nothing)"


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
        return f"state {self.state}, {self.module}: expected {self.expected!r}, found {self.found!r}"


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
    found = extract(text)
    if style == "tape":
        return _tape_report(Layout(trace, seed), text, read_off(found))
    if style not in STYLES:
        raise ValueError(f"no style {style!r}; choose from {', '.join([*STYLES, 'tape'])}")
    return Report(_first_error(trace, text, STYLES[style]), same(trace.answer, found))


def guess_style(text: str) -> str:
    """The style that a text looks like: that of its first state, else "tape" for arrows, else "core"."""
    openings = {name: style.opening.search(text) for name, style in STYLES.items()}
    found = {name: match.start() for name, match in openings.items() if match}
    if found:
        return min(found, key=found.__getitem__)
    return "tape" if f" {ARROW} " in text else "core"


# --- core and styled: line by line


def _first_error(trace: Trace, text: str, style: Style) -> Fault | None:
    before, final, after = _around_answer(text)
    lines = _from_opening(before, style)
    if not lines:
        module = LINEAR if final else FORMAT
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
    stray = lines[len(trace) :] or [line for line in after if style.opening.match(line)]
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
    if line == expected or style.read_tape(line) == trace.initial:
        return None
    return Fault(0, FETCHER, _excerpt(expected), _excerpt(line))


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


def _tape_report(layout: Layout, text: str, found: str | None) -> Report:
    spelled = read_off(" ".join(layout.answer()))
    return Report(_tape_error(layout, text), found == spelled or same(layout.trace.answer, found))


def _tape_error(layout: Layout, text: str) -> Fault | None:
    found = text.split()
    place = 0
    for number, spans in enumerate(_tape_spans(layout)):
        line = [token for _, tokens in spans for token in tokens]
        got = found[place : place + len(line)]
        if got != line:
            return Fault(number, _tape_module(spans, got), " ".join(line), _excerpt(" ".join(got)))
        place += len(line)
    if place == len(found):
        return None
    return Fault(len(layout.trace), ANSWER, NOTHING, _excerpt(" ".join(found[place:])))


def _tape_spans(layout: Layout) -> Iterator[list[tuple[str, list[str]]]]:
    """For each state, and for the answer, its tokens by the module that they show."""
    for state in layout.trace.states:
        tokens = layout.state(state)
        arrow, end = tokens.index(ARROW), len(tokens) - len(layout.label(state.goto))
        yield [(FETCHER, tokens[:arrow]), (ATOMIC, tokens[arrow:end]), (LINEAR, tokens[end:])]
    yield [(LINEAR, FINAL.split()), (ANSWER, layout.answer())]


def _tape_module(spans: list[tuple[str, list[str]]], found: list[str]) -> str:
    """The module of the first wrong token; an end or an answer that comes too early is the transition's."""
    expected = [(module, token) for module, tokens in spans for token in tokens]
    wrong = next(k for k, (_, token) in enumerate(expected) if found[k : k + 1] != [token])
    ends = found[wrong : wrong + 1] in ([], FINAL.split()[:1])
    if ends and expected[wrong][0] != ANSWER:
        return FORMAT if wrong else LINEAR
    return expected[wrong][0]


def _excerpt(text: str, longest: int = 200) -> str:
    text = " ".join(text[: 4 * longest].split())
    return text if len(text) <= longest else text[:longest] + " …"
