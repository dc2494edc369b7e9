"""What is wrong with a function, or a program on a tape: said by the smallest input that shows it."""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable, Iterable, Sequence
from types import FrameType
from typing import Any

from tailnb.exercises._exercise import described, shown
from tailnb.traces import Tape, same

Verify = Callable[[object], str | None]

LINES = 200_000  # of Python that a learner's function may run on one input


class TooLong(BaseException):
    """A learner's function has not ended; no `except Exception` of its own should stop this."""


def check_function(
    reference: Callable[..., Any],
    inputs: Iterable[tuple[Any, ...]],
    alike: Callable[[Any, Any], bool] = lambda expected, found: bool(expected == found),
) -> Verify:
    """A check of functions: each must give what the reference gives.

    inputs: tuples of arguments, the smallest first. alike: compares the expected with the found result.
    """
    tried = list(inputs)

    def verify(function: object) -> str | None:
        if not callable(function):
            return f"A function is wanted, not {a_value(function)}."
        for arguments in tried:
            call = f"{_name(function)}({', '.join(map(shown, arguments))})"
            expected = reference(*arguments)
            try:
                found = limited(function, *copy.deepcopy(arguments))
            except TooLong:
                return f"{call} has not ended after {LINES:,} lines of Python."
            except Exception as error:
                return f"{call} raised {described(error)}; {shown(expected)} is expected."
            if not alike(expected, found):
                return f"{call} gives {shown(found)}; {shown(expected)} is expected."
        return None

    return verify


def check_program(
    reference: Callable[[Any], str], name: str, lists: Iterable[list[Any]], reads: int
) -> Verify:
    """A check of programs on a tape, `run(tape, items)`: by the answer, and by how atomic each state is.

    reference: gives the answer. name: of the array on the tape, every cell of which must be fetched.
    lists: the inputs, the smallest first. reads: cells that one state may fetch at most.
    """
    tried = list(lists)

    def verify(program: object) -> str | None:
        if not callable(program):
            return f"A function run(tape, {name}) is wanted, not {a_value(program)}."
        return next((fault for items in tried if (fault := _program_fault(program, items))), None)

    def _program_fault(program: Callable[..., Any], items: list[Any]) -> str | None:
        given, tape = f"With {name} = {shown(items)}", Tape()
        try:
            tape.place(name, items)
            limited(program, tape, list(items))
            trace = tape.trace("the program")
        except TooLong:
            return f"{given} the program has not halted after {LINES:,} lines of Python."
        except Exception as error:
            return f"{given} the program raised {described(error)}."
        for number, state in enumerate(trace.states):
            if len(state.reads) > reads:
                cells = ", ".join(operand.cell for operand in state.reads)
                return (
                    f"{given}, state {number} ({state.label}) fetches {len(state.reads)} cells: {cells}."
                    f" An atomic state fetches at most {reads} here."
                )
        fetched = {operand.cell for state in trace.states for operand in state.reads}
        unread = [f"{name}[{k}]" for k in range(len(items)) if f"{name}[{k}]" not in fetched]
        if unread:
            return f"{given}, no state fetches {unread[0]}: the answer must come from the tape."
        if not same(reference(items), trace.answer):
            return f"{given} the answer is {shown(trace.answer)}; {shown(reference(items))} is expected."
        return None

    return verify


def check_choice(expected: Callable[[], str], choices: Sequence[str]) -> Verify:
    """A check of an answer that is one of several names; upper and lower case are alike."""

    def verify(answer: object) -> str | None:
        if not isinstance(answer, str) or answer.strip().lower() not in choices:
            return f"One of {', '.join(map(repr, choices))} is wanted, not {shown(answer)}."
        return None if answer.strip().lower() == expected() else f"No, not {answer.strip()!r}. Look again."

    return verify


def limited(function: Callable[..., Any], *arguments: Any) -> Any:
    """What a function returns; ends it with TooLong when it runs for more than LINES lines."""
    left = LINES

    def tick(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise TooLong
        return tick

    before = sys.gettrace()
    sys.settrace(tick)
    try:
        return function(*arguments)
    finally:
        sys.settrace(before)


def a_value(value: object) -> str:
    """A value and its type, in words."""
    return f"{shown(value, 60)}, which is of type {type(value).__name__}"


def _name(function: Callable[..., Any]) -> str:
    name = getattr(function, "__name__", "answer")
    return name if isinstance(name, str) and name.isidentifier() else "answer"
