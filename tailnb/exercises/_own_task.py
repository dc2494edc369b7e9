"""What is wrong with a learner's own task file: its parts, its problems, its traces, a data set of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from string import Formatter
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from tailnb.dataset import write_dataset
from tailnb.exercises._checkers import LINES, TooLong, limited
from tailnb.exercises._exercise import described, shown
from tailnb.tasks import RANGES, Problem, Task, look_in, task
from tailnb.traces import Trace, check, same

EACH = 15  # problems of each range that are tried
WORDINGS = 20  # that a task must have at least
READS = 4  # cells that one state may fetch at most
ROWS = 5  # of the data set that is written

T = TypeVar("T")


class Fault(Exception):
    """Something is wrong with a task; the text says what."""


def check_task_folder(folder: object) -> str | None:
    """What is wrong with the tasks of a folder, if anything; each is known everywhere afterwards."""
    if not isinstance(folder, str | Path):
        return f"A folder with your task's file in it is wanted, not {shown(folder, 60)}."
    try:
        names = look_in(folder)
    except ValueError as error:
        return f"{shown(str(error), 300, quoted=False)}."
    if not names:
        where = shown(str(folder), 200, quoted=False)
        return f"There is no task in {where}: a task is a file, such as vowels.py."
    return next((fault for name in names if (fault := task_fault(task(name)))), None)


def task_fault(one: Task) -> str | None:
    """What is wrong with a task, said by the first thing that shows it."""
    try:
        look_at_parts(one)
        problems = [problem for range in RANGES for problem in drawn(one, range)]
        look_at_wordings(problems[0])
        look_at_validation(problems[0])
        for problem in problems:
            look_at_trace(problem)
        if len({problem.answer for problem in problems}) == 1:
            raise Fault(f"all {len(problems)} problems have the answer {shown(problems[0].answer)}")
        look_at_dataset(one)
    except Fault as fault:
        return f"{one.name}: {fault}."
    return None


def look_at_parts(one: Task) -> None:
    """The parts of the file have the right form. Raises Fault."""
    for name, text in (("docstring", one.module.__doc__), ("TITLE", one.title), ("ALGORITHM", one.algorithm)):
        if not isinstance(text, str) or not text.strip():
            raise Fault(f"its {name} must be a text, not {shown(text)}")
    before = 0
    for range in RANGES:
        bounds = one.lengths.get(range, ())
        if (
            len(bounds) != 2
            or not all(type(end) is int for end in bounds)
            or not before < bounds[0] <= bounds[1]
        ):
            raise Fault(
                f"LENGTHS must give S, M and L a least and a greatest length each, one range above the other,"
                f' such as {{"S": (2, 5), "M": (6, 9), "L": (10, 20)}}; {range} is {shown(bounds)}'
            )
        before = bounds[1]
        space = called("problem_space", one.module.problem_space, *bounds)
        if type(space) is not int or space < 1:
            raise Fault(f"problem_space of {range} must be a whole number from 1, not {shown(space)}")


def drawn(one: Task, range: str) -> Iterator[Problem]:
    """Random problems of a range that the task itself accepts. Raises Fault."""
    low, high = one.lengths[range]
    for index in _numbers(EACH):
        problem = called("sample", one.sample, range, seed=7, index=index)
        length = called("length", one.module.length, **problem.params)
        if type(length) is not int or not low <= length <= high:
            raise Fault(f"sample gave {_of(problem)} for range {range}, of length {shown(length)}")
        if json.loads(called("JSON", json.dumps, problem.params)) != problem.params:
            raise Fault(
                f"parameters must be numbers, texts and lists, which JSON knows; sample gave {_of(problem)}"
            )
        called(f"validate on {_of(problem)}", one.problem, **problem.params)
        yield problem


_numbers = range  # `range` is a range of lengths here


def look_at_wordings(problem: Problem) -> None:
    """There are enough wordings, and each uses every word. Raises Fault."""
    one = problem.task
    wordings = one.module.TEMPLATES
    if len(set(wordings)) < WORDINGS:
        raise Fault(f"TEMPLATES must hold {WORDINGS} different wordings or more, not {len(set(wordings))}")
    words = set(called("words", one.module.words, **problem.params))
    for number, wording in enumerate(wordings):
        parsed: list[Any] = called(f"TEMPLATES[{number}]", list, Formatter().parse(wording))
        fields = {field for _, field, _, _ in parsed if field is not None}
        if fields != words:
            wrong = ", ".join(f"{{{field}}}" for field in sorted(fields ^ words))
            raise Fault(
                f"TEMPLATES[{number}] and words() differ in {wrong}: each wording must use every word"
            )


def look_at_validation(problem: Problem) -> None:
    """No parameter may be None. Raises Fault."""
    one = problem.task
    for name in one.module.PARAMS:
        try:
            one.problem(**{**problem.params, name: None})
        except ValueError:
            continue
        except Exception as error:
            raise Fault(f"validate must raise ValueError for {name}=None, not {described(error)}") from None
        raise Fault(f"validate takes {name}=None; it must raise ValueError for what is no proper {name}")


def look_at_trace(problem: Problem) -> None:
    """The recorded run is atomic, right, and reads back from both texts. Raises Fault."""
    one = problem.task
    trace: Trace = called(f"run on {_of(problem)}", problem.trace)
    for number, state in enumerate(trace.states):
        if len(state.reads) > READS:
            raise Fault(
                f"on {_of(problem)}, state {number} ({state.label}) fetches {len(state.reads)} cells; an"
                f" atomic state fetches at most {READS}"
            )
    answer = called(f"reference on {_of(problem)}", one.module.reference, **problem.params)
    if not isinstance(answer, str) or not same(answer, trace.answer):
        raise Fault(f"on {_of(problem)}, run answers {shown(trace.answer)}, but reference {shown(answer)}")
    for style in ("core", "styled"):
        report = check(problem, called(f"the {style} text", problem.completion, style=style), style=style)
        if not report.ok:
            raise Fault(f"on {_of(problem)}, its own {style} text is not accepted: {report.first_error}")


def look_at_dataset(one: Task) -> None:
    """A small data set of the task can be written. Raises Fault."""
    with TemporaryDirectory() as folder:
        out = called("its data set", write_dataset, one, Path(folder) / "data", n=ROWS, range="S")
        rows = (out / f"{one.name}.jsonl").read_text(encoding="utf-8").splitlines()
    if len(rows) != ROWS:
        raise Fault(f"its data set has {len(rows)} rows instead of {ROWS}")


def called(what: str, function: Callable[..., T], *arguments: Any, **options: Any) -> T:
    """What a part of the task gives. Raises Fault when it raises, or runs for too long."""
    try:
        result: T = limited(partial(function, *arguments, **options))
    except TooLong:
        raise Fault(f"{what} has not ended after {LINES:,} lines of Python") from None
    except Exception as error:
        raise Fault(f"{what} raised {described(error)}") from None
    return result


def _of(problem: Problem) -> str:
    return shown(", ".join(f"{name}={value!r}" for name, value in problem.params.items()), 100, quoted=False)
