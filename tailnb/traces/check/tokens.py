"""A text in style "tape", read token by token and held against the true trace."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from tailnb.traces.answer import FINAL, extract, final_answers, on_its_line, read_off, same, unmarked
from tailnb.traces.check.fault import ANSWER, ATOMIC, FETCHER, FORMAT, LINEAR, NOTHING, Fault
from tailnb.traces.check.lines import around_answer
from tailnb.traces.layout import ARROW, Layout
from tailnb.traces.trace import AtomicState, Operand

_OPENING = r"^[ \t]*+(?:<\d++>[ \t]|[A-Za-z]\w*+=)"  # an address or a register: what a state begins with
OPENING = re.compile(_OPENING, re.MULTILINE)
STATE = re.compile(rf"{_OPENING}.*[ \t]{ARROW}(?:[ \t]|$)", re.MULTILINE)

Span = list[tuple[str, list[str]]]  # the tokens of a state, by the module that they show


class Tokens:
    """What a text says: its states as tokens, whatever the lines, and its answer.

    States are told apart by the run that they are held against: each has as many operands as the right one.
    """

    labeled = False
    tape_fault = None  # the tape stands in the prompt

    def __init__(self, layout: Layout, text: str) -> None:
        self.layout, self.truth = layout, layout.trace
        before, self.final, self.after = around_answer(on_its_line(text))
        body = "\n".join(before)
        opening = OPENING.search(body)
        self.tokens = body[opening.start() :].split() if opening else []
        self.answer, self.plain_answer = read_off(text), extract(text)
        self.answers = sum(1 for line in (self.final, *self.after) if final_answers(line))
        self.right_answer = " ".join([FINAL, *layout.answer()])
        # In a replay: the next token's place, and where the open state's parts begin.
        self.at = self.began = self.arrow = self.label = 0
        self.reads: list[Operand] = []  # of the state that is open in a replay

    @property
    def answer_ok(self) -> bool:
        """Whether the final answer is the true one, as it is spelled or by value."""
        found = (self.answer, self.plain_answer)
        return self.answer == read_off(self.right_answer) or any(
            same(self.truth.answer, one) for one in found
        )

    def says(self, answer: str) -> bool:
        """Whether the text has one final answer, which is equal to this one."""
        return self.answers == 1 and (self.answer == "".join(answer.split()) or same(answer, self.answer))

    # --- the first error

    def first_error(self) -> Fault | None:
        """The first fault against the true trace."""
        place = 0
        for number, state in enumerate(self.truth.states):
            span = self._span(state)
            line = _flat(span)
            got = self.tokens[place : place + len(line)]
            if got != line:
                module = self._module(number, span, self.tokens[place:])
                shown = " ".join(got) or self.final or NOTHING
                return Fault.of(number, module, " ".join(line), shown)
            place += len(line)
        return self._end_fault(self.tokens[place:])

    def _span(self, state: AtomicState) -> Span:
        tokens = self.layout.state(state)
        arrow, end = tokens.index(ARROW), len(tokens) - len(self.layout.label(state.goto))
        return [(FETCHER, tokens[:arrow]), (ATOMIC, tokens[arrow:end]), (LINEAR, tokens[end:])]

    def _module(self, number: int, span: Span, found: list[str]) -> str:
        """The module of a state's first wrong token; another state in its place is the transition's fault."""
        expected = [(module, token) for module, tokens in span for token in tokens]
        first = next(k for k, (_, token) in enumerate(expected) if found[k : k + 1] != [token])
        if first == len(found):
            return FORMAT if first else LINEAR
        if first == len(found) - 1 and not self.final and expected[first][1].startswith(found[first]):
            return FORMAT
        return LINEAR if self._is_another(number, found) else expected[first][0]

    def _is_another(self, number: int, found: list[str]) -> bool:
        """Whether a neighbor, or a state of another label, stands here and the text goes on from there."""
        states = [*map(self.layout.state, self.truth.states), self.right_answer.split()]
        labels = [state.label for state in self.truth.states]
        places = [
            place
            for place, label in enumerate(labels)
            if (label != labels[number] or abs(place - number) == 1) and _starts(found, states[place])
        ]
        rest = [*found, *self.final.split()][len(states[places[0]]) :] if places else []
        after = [states[place + 1] for place in places] + [states[number]]
        return bool(places) and not _starts(rest, states[number + 1]) and any(_starts(rest, s) for s in after)

    def _end_fault(self, rest: Sequence[str]) -> Fault | None:
        """What is wrong behind the last state: a state too many, or the answer."""
        number = len(self.truth)
        stray = next(filter(STATE.match, [" ".join(rest), *self.after]), None)
        if stray:
            return Fault.of(number, LINEAR, self.right_answer, stray)
        stated = [self.final.split(), unmarked(self.final).split()]
        if self.answers == 1 and self.right_answer.split() in stated:
            return None
        return self.answer_fault(number, self.right_answer)

    def answer_fault(self, number: int, expected: str) -> Fault:
        """That the answer is not the expected one."""
        found = " and ".join([self.final or NOTHING, *filter(final_answers, self.after)])
        return Fault.of(number, ANSWER, expected, found)

    # --- what a replay asks for

    @property
    def count(self) -> int:
        """How many states there are: one for each arrow."""
        return self.tokens.count(ARROW)

    def initial(self) -> Sequence[Operand]:
        """The tape as the text shows it: not at all."""
        return ()

    def fits(self, number: int, label: str) -> bool:
        """Whether the text may have a state there; labels do not show."""
        self.began, self.reads = self.at, list[Operand]()
        return self.at < len(self.tokens)

    def fetched(self, number: int, place: int, operand: Operand) -> Operand:
        """What the text fetched in the place of an operand."""
        self.reads.append(self._take(operand))
        return self.reads[-1]

    def state(self, number: int, right: AtomicState) -> AtomicState | None:
        """The text's state in the place of the right one; None when its arrow stands elsewhere."""
        self.arrow, self.at = self.at, self.at + 1
        if self.tokens[self.arrow : self.at] != [ARROW]:
            return None
        writes = [self._take(operand) for operand in right.writes]
        label = self.layout.label(right.goto)
        self.label, self.at = self.at, self.at + len(label)
        said = self.tokens[self.label : self.at]
        if len(said) < len(label):
            return None
        goto = right.goto if said == label else " ".join(said)
        return right._replace(reads=tuple(self.reads), writes=tuple(writes), goto=goto)

    def ended(self, number: int) -> bool:
        """Whether the text has no more states."""
        return self.began >= len(self.tokens)

    def is_true(self, number: int) -> bool:
        """Whether the state is that of the true trace."""
        true = [self.layout.state(state) for state in self.truth.states[number : number + 1]]
        return true == [self.tokens[self.began : self.at]]

    def fault(self, number: int, module: str, right: AtomicState, found: AtomicState | None) -> Fault:
        """That a state is wrong; expected is the state with just that part mended."""
        span = self._span(right)
        line = _flat(span)
        shown = self.tokens[self.began : self.at if found else self.began + len(line)]
        if found:
            ends = [self.began, self.arrow, self.label, self.at]
            parts = [self.tokens[start:end] for start, end in pairwise(ends)]
            line = _flat(
                [(m, mine if m == module else said) for (m, mine), said in zip(span, parts, strict=True)]
            )
        return Fault.of(number, module, " ".join(line), " ".join(shown) or self.final or NOTHING)

    def stray(self, number: int) -> str | None:
        """What stands behind the last state of a replay and looks like one."""
        return next(filter(STATE.match, [" ".join(self.tokens[self.at :]), *self.after]), None)

    def _take(self, operand: Operand) -> Operand:
        """The operand that stands next, in the place of the right one."""
        cell, value = operand
        address, start = self.layout.address(cell), self.at
        found = "".join(self.tokens[start : start + 1])
        if address is None:
            found, equals, rest = found.partition("=")
            said = [rest] if rest else self._value(start + 1) if equals else []
            self.at = start + 1 + (0 if rest else len(said))
        else:
            said = self._value(start + 1)
            self.at = start + 1 + len(said)
            found = cell if found == address else found
        return Operand(found, value if said == self.layout.value(cell, value) else self._said(cell, said))

    def _value(self, start: int) -> list[str]:
        return self.tokens[start : _value_end(self.tokens, start)]

    def _said(self, cell: str, said: list[str]) -> str:
        """A value that is not the right one, as the run would hold it."""
        text = "".join(said)
        return self.layout.pointed(cell, text) or text


def _starts(tokens: Sequence[str], start: Sequence[str]) -> bool:
    return tokens[: len(start)] == start


def _value_end(tokens: Sequence[str], start: int) -> int:
    """Where a value ends: behind the last of its digits or, if it is no number, behind one symbol."""
    end = start + (tokens[start : start + 1] == ["-"])
    while end < len(tokens) and tokens[end].isdecimal():
        end += 1
    return max(end, start + 1)


def _flat(span: Span) -> list[str]:
    return [token for _, tokens in span for token in tokens]
