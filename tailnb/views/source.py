"""Which lines of a program record each state: `SourceTape` notes them, `listing` shows the program."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, TracebackType
from typing import Any

from tailnb.traces.tape import Tape

Mark = tuple[str, int]  # what a line does to the tape, such as "read", and its number
Words = list[tuple[str, str]]  # a line's words, each with its kind, such as "keyword"

CALL = "call"  # a line that calls one of the program's own functions


class SourceTape(Tape):
    """A tape that also notes, for each state, which lines of the program called it.

    program: the function that runs on the tape: a task's `run` or your own. `marks` has an entry for each
    state, and a last one for the answer.

    >>> from tailnb import task
    >>> problem = task("binary_search").problem(items=[1, 4, 9], key=4)
    >>> tape = SourceTape(problem.task.module.run)
    >>> len(problem.trace(tape)) == len(tape.marks) - 1
    True
    """

    def __init__(self, program: Callable[..., Any]) -> None:
        super().__init__()
        self.program = inspect.unwrap(program)
        self._codes = {id(code) for one in functions(self.program) for code in _codes(one.__code__)}
        self._ended: list[tuple[Mark, ...]] = []
        self._marked: dict[Mark, None] = {}
        self._answered: dict[Mark, None] = {}

    @property
    def marks(self) -> list[tuple[Mark, ...]]:
        """For each state the lines that called the tape, in order; at the end those that gave the answer."""
        return [*self._ended, tuple(self._answered)]

    def state(self, label: str) -> SourceTape:
        """As on any tape."""
        self._marked = {}
        self._mark("state", self._marked)
        super().state(label)
        return self

    def read(self, *cells: str) -> Any:
        """As on any tape."""
        self._mark("read", self._marked)
        return super().read(*cells)

    def do(self, operation: str, *operands: str) -> None:
        """As on any tape."""
        self._mark("do", self._marked)
        super().do(operation, *operands)

    def write(self, cell: str, value: Any) -> None:
        """As on any tape."""
        self._mark("write", self._marked)
        super().write(cell, value)

    def goto(self, label: str) -> None:
        """As on any tape."""
        self._mark("goto", self._marked)
        super().goto(label)

    def answer(self, text: str, spelled: Any = ()) -> None:
        """As on any tape."""
        self._mark("answer", self._answered)
        super().answer(text, spelled)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, where)
        if kind is None:
            self._ended.append(tuple(self._marked))

    def _mark(self, what: str, marked: dict[Mark, None]) -> None:
        """Note the line of the program that called, and those that called its function."""
        frame = sys._getframe(2)
        while frame is not None:
            if id(frame.f_code) in self._codes:
                marked[what, frame.f_lineno] = None
                what = CALL
            if frame.f_code is self.program.__code__:
                return
            frame = frame.f_back  # type: ignore[assignment]


def functions(program: Callable[..., Any]) -> list[FunctionType]:
    """A program and the functions of its own file that it uses, in the order in which they stand there."""
    found: dict[str, FunctionType] = {}
    _find(program, getattr(program, "__module__", None), found)
    return sorted(found.values(), key=lambda one: one.__code__.co_firstlineno)


def _find(thing: Any, module: str | None, found: dict[str, FunctionType]) -> None:
    function = inspect.unwrap(thing) if callable(thing) else None
    if not isinstance(function, FunctionType) or function.__module__ != module:
        return
    if function.__qualname__ not in found:
        found[function.__qualname__] = function
        for name in dict.fromkeys(name for code in _codes(function.__code__) for name in code.co_names):
            _find(function.__globals__.get(name), module, found)


def _codes(code: CodeType) -> Iterator[CodeType]:
    """A function's code and that of the functions, loops and the like inside it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def listing(program: Callable[..., Any]) -> list[tuple[int, Words]]:
    """The numbered lines of a program and its functions; none where its source is not to be had."""
    lines: list[tuple[int, Words]] = []
    for function in functions(program):
        try:
            source, first = inspect.getsourcelines(function)
        except (OSError, TypeError):
            return []
        lines += enumerate(_colored("".join(source)), start=first)
    return lines


def _colored(source: str) -> list[Words]:
    """The lines of a source, their words with their kinds."""
    from pygments.lexers.python import PythonLexer

    lines: list[Words] = [[]]
    for token, text in PythonLexer(stripnl=False).get_tokens(source):
        kind = next((kind for kind in KINDS if kind in str(token)), "")
        for number, words in enumerate(text.split("\n")):
            if number:
                lines.append([])
            if words:
                _append(lines[-1], kind.lower(), words)
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _append(line: Words, kind: str, words: str) -> None:
    """Add words to a line; to its last ones, if they are of the same kind."""
    if line and line[-1][0] == kind:
        words = line.pop()[1] + words
    line.append((kind, words))


KINDS = ("Comment", "String", "Keyword", "Number")  # of Pygments' tokens, those that are shown
