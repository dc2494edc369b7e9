"""A text in core or styled, read line by line and held against the true trace."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from tailnb.traces.answer import FINAL, extract, final_answers, same
from tailnb.traces.check.fault import ANSWER, ATOMIC, FETCHER, FORMAT, LINEAR, NOTHING, Fault
from tailnb.traces.styles import Style
from tailnb.traces.trace import AtomicState, Operand, Trace

# The marks of lists, quotations, bold type and code, which chat models set; and lines that only mark code.
_MARKS = re.compile(
    r"^[ \t]*+(?:>[ \t]*+)*+(?:(?:[-*+•]|[0-9]{1,6}[.)])[ \t]++)?+`*+|\*\*|`+[ \t]*+$", re.MULTILINE
)
_FENCE = re.compile(r"[ \t>]*+(?:```|~~~)[ \t]*+[\w+-]*+[ \t]*+")


class Lines:
    """What a text says: its tape, its states and its answers, without what stands around them.

    states: the lines from the first state to the final answer. final: the line of the final answer, or "".
    after: the lines behind it. answers: what stands behind each "Final answer:".
    """

    labeled = True

    def __init__(self, truth: Trace, text: str, style: Style) -> None:
        self.truth, self.text, self.style = truth, text, style
        self.answers = final_answers(text)
        self.before, self.final, self.after = around_answer(text)
        self.before, self.after = ([*self._bare(lines)] for lines in (self.before, self.after))
        lines = self._joined(self.before[self._start() :])
        self.start = lines[0] if lines else ""
        self.has_tape = bool(truth.initial and lines) and self.style.read_state(lines[0]) is None
        self.states = lines[1:] if self.has_tape else lines
        self._found: dict[int, AtomicState | None] = {}

    @cached_property
    def count(self) -> int:
        """How many states there are, words behind the last one apart."""
        numbers = range(len(self.states), 0, -1)
        return next((n for n in numbers if self._opens(self.states[n - 1]) or self.read(n - 1)), 0)

    @property
    def answer_ok(self) -> bool:
        """Whether the final answer, of several the last, is the true one."""
        return same(self.truth.answer, extract(self.text))

    def says(self, answer: str) -> bool:
        """Whether the text has one final answer, which is equal to this one."""
        return len(self.answers) == 1 and same(answer, self.answers[0])

    def read(self, number: int) -> AtomicState | None:
        """The state that a line says; None when there is no such line, or it says none."""
        if number not in self._found and number < len(self.states):
            self._found[number] = self.style.read_state(self.states[number])
        return self._found.get(number)

    # --- the first error

    @cached_property
    def tape_fault(self) -> Fault | None:
        """What is wrong with the line that shows the tape."""
        if not self.truth.initial or not self.start:
            return None
        expected = self.style.tape(self.truth.initial)
        if self.start == expected or self.style.read_tape(self.start) == self.truth.initial:
            return None
        cut = not self.states and not self.final and expected.startswith(self.start.strip())
        unreadable = self.has_tape and self.style.read_tape(self.start) is None
        return Fault.of(0, FORMAT if cut or unreadable else FETCHER, expected, self.start)

    def first_error(self) -> Fault | None:
        """The first fault against the true trace."""
        if not self.start:
            module = FORMAT if self.before or not self.final else LINEAR
            whole = " ".join(self.before) or self.final or NOTHING
            return Fault.of(0, module, self.style.state(self.truth.states[0]), self.final or whole)
        faults = (self._state_fault(number, state) for number, state in enumerate(self.truth.states))
        return self.tape_fault or next(filter(None, faults), None) or self._end_fault()

    def _state_fault(self, number: int, right: AtomicState) -> Fault | None:
        if number == len(self.states):
            return Fault.of(number, LINEAR, self.style.state(right), self.final or NOTHING)
        line, expected = self.states[number], self.style.state(right)
        if line == expected or self.read(number) == right:
            return None
        return Fault.of(number, self._module(number, right), expected, line)

    def _module(self, number: int, right: AtomicState) -> str:
        """Which module broke, in the order in which a state is written."""
        found = self.state(number, right)
        if found is None:
            return FORMAT
        if found.label != right.label or self._is_another(number):
            return LINEAR
        return next(wrong(right, found))

    def _is_another(self, number: int) -> bool:
        """Whether a neighbor of the same label stands here, and the text goes on from there, or back."""
        states, found, following = self.truth.states, self.read(number), self.read(number + 1)
        if following == _at(states, number + 1):
            return False
        places = [place for place in (number - 1, number + 1) if place >= 0 and _at(states, place) == found]
        return any(following in (states[number], _at(states, place + 1)) for place in places)

    def _end_fault(self) -> Fault | None:
        """What is wrong behind the last state: a state too many, or the answer."""
        stray = self.stray(len(self.truth))
        if stray:
            module = LINEAR if self.style.read_state(stray) else FORMAT
            return Fault.of(len(self.truth), module, f"{FINAL} {self.truth.answer}", stray)
        if self.says(self.truth.answer):
            return None
        return self.answer_fault(len(self.truth), self.truth.answer)

    def stray(self, number: int) -> str | None:
        """The first line that means to be a state, from a number of states on."""
        return next(filter(self._opens, self.states[number:] + self.after), None)

    def answer_fault(self, number: int, expected: str) -> Fault:
        """That the answer is not the expected one."""
        return Fault.of(number, ANSWER, expected, " and ".join(self.answers) or NOTHING)

    # --- what a replay asks for

    def initial(self) -> Sequence[Operand]:
        """The tape as the text shows it."""
        return self.style.read_tape(self.start) or () if self.has_tape else ()

    def fits(self, number: int, label: str) -> bool:
        """Whether the text has a state of this label there."""
        found = self.read(number)
        return found is not None and found.label == label

    def fetched(self, number: int, place: int, operand: Operand) -> Operand | None:
        """What the text fetched in the place of an operand."""
        found = self.read(number)
        return found.reads[place] if found and place < len(found.reads) else None

    def state(self, number: int, right: AtomicState) -> AtomicState | None:
        """The text's state in the place of the right one; None when there is none, or it is cut short."""
        found = self.read(number)
        return None if found and found.label and not found.goto else found

    def ended(self, number: int) -> bool:
        """Whether the text has no more states."""
        return number >= self.count

    def is_true(self, number: int) -> bool:
        """Whether the state is that of the true trace."""
        return self.truth.states[number : number + 1] == (self.read(number),)

    def fault(self, number: int, module: str, right: AtomicState, found: AtomicState | None) -> Fault:
        """That a state is wrong; expected is the state with just that part mended."""
        if found and module == FETCHER:
            right = found._replace(reads=right.reads)
        elif found and module == ATOMIC:
            right = right._replace(reads=found.reads)
        shown = self.states[number] if number < len(self.states) else self.final or NOTHING
        return Fault.of(number, module, self.style.state(right), shown)

    # --- from lines to states

    def _opens(self, line: str) -> bool:
        return self.style.opening.match(line) is not None

    def _bare(self, lines: Sequence[str]) -> Iterator[str]:
        """The lines without marks of lists and code, where a state or the tape is behind them."""
        for line in lines:
            if self._opens(line) and not ("**" in line or "`" in line):
                yield line
            elif not _FENCE.fullmatch(line):
                bare = unmarked(line)
                yield bare if self._opens(bare) and not self._reads(line) else line

    def _reads(self, line: str) -> bool:
        return self.style.read_state(line) is not None or self.style.read_tape(line) is not None

    def _start(self) -> int:
        """Where the trace starts: at the first line that means to be the tape or a state.

        A sentence about the tape may look like one; then it is the tape itself, behind such sentences.
        """
        openings = [number for number, line in enumerate(self.before) if self._opens(line)]
        for number in openings if self.truth.initial else ():
            if self.style.read_tape(self.before[number]):
                return number
            if self.style.read_state(self.before[number]):
                break
        return openings[0] if openings else len(self.before)

    def _joined(self, lines: Sequence[str]) -> list[str]:
        """The lines, those put together that are one state only as a whole."""
        joined: list[str] = []
        block: list[str] = []
        for line in lines:
            if self._opens(line):
                joined += self._together(block)
                block = []
            block.append(line)
        return joined + self._together(block)

    def _together(self, block: list[str]) -> list[str]:
        if len(block) > 1 and not self._reads(block[0]):
            whole = " ".join(map(str.strip, block))
            return [whole] if self._reads(whole) else block
        return block


def unmarked(text: str) -> str:
    """A text without the marks of lists, quotations, bold type and code."""
    return _MARKS.sub("", text)


def around_answer(text: str) -> tuple[list[str], str, list[str]]:
    """The lines before the first final answer, that line (or ""), and the lines behind it."""
    lines = [line for line in text.splitlines() if line.strip()]
    for number, line in enumerate(lines):
        if final_answers(line):
            return lines[:number], line, lines[number + 1 :]
    return lines, "", []


def _at(states: Sequence[AtomicState], number: int) -> AtomicState | None:
    return states[number] if number < len(states) else None


def wrong(right: AtomicState, found: AtomicState) -> Iterator[str]:
    """The modules that broke in a state of the right label, each judged by what the state says before."""
    if found.reads != right.reads:
        yield FETCHER
    cells = {mine.cell: theirs.cell for mine, theirs in zip(right.reads, found.reads, strict=False)}
    follows = right._replace(reads=found.reads, goto=found.goto)
    moved = follows._replace(operands=tuple(cells.get(cell, cell) for cell in right.operands))
    if found not in (follows, moved):
        yield ATOMIC
    elif found.goto != right.goto:
        yield LINEAR
