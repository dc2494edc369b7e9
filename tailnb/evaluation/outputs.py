"""A file of any model's outputs, scored and checked line by line, whatever its size."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from tailnb.evaluation.measure import range_of
from tailnb.evaluation.results import Result
from tailnb.evaluation.score import score
from tailnb.tasks import Problem, task
from tailnb.tasks._task import LONGEST
from tailnb.traces import Report, check
from tailnb.traces.ablate import ablate, modules
from tailnb.traces.check import ANSWER, MODULES, guess_style
from tailnb.traces.render import STYLE_NAMES

LONGEST_LINE = 1 << 26  # bytes
NAMED = 5  # broken lines that are named; the others are counted
LATER = ("copied", "new", "recovered", "unjudged")  # what came of the states behind a first error
OPTIONAL = {"style": str, "layout": int, "method": str, "model": str, "without": list}


@dataclass(frozen=True, slots=True)
class Output:
    """What a model wrote for a problem.

    method: "tail" asks for a whole trace; of any other only the answer is scored. style: None for what the
    text looks like. layout: the seed of the addresses in style "tape". without: core modules that the trace
    is to be without.
    """

    problem: Problem
    text: str
    method: str = "tail"
    style: str | None = None
    layout: int = 0
    model: str = ""
    without: tuple[str, ...] = ()

    @classmethod
    def parse(cls, line: bytes) -> Output:
        """The output on a line of JSON: task, params, output, and what else there is to say about it.

        Raises ValueError that says what is wrong with the line.
        """
        row = _row(line)
        name, params, text = row["task"], row["params"], row["output"]
        style = row.get("style")
        method, model = (printable(row.get(key) or "") for key in ("method", "model"))
        if style is not None and style not in STYLE_NAMES:
            raise ValueError(f"no style {style!r}; choose from {', '.join(STYLE_NAMES)}")
        without = modules(map(str, row.get("without") or ()))
        return cls(
            _problem(name, params), text, method or "tail", style, row.get("layout") or 0, model, without
        )

    def report(self) -> Report | None:
        """What the checker says of the trace; None where no whole trace was asked for that it can read."""
        style = self.style or guess_style(self.text)
        if self.method != "tail" or (self.without and style == "tape"):
            return None
        true = ablate(self.problem.trace(), self.without) if self.without else self.problem
        return check(true, self.text, style=style, seed=self.layout)


@dataclass(slots=True)
class Tally:
    """Counts over outputs of one model, task, method and range.

    traced: outputs whose traces were checked. whole: right ones. later: of the states behind first errors.
    """

    n: int = 0
    correct: int = 0
    traced: int = 0
    whole: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    later: Counter[str] = field(default_factory=Counter)
    styles: Counter[str] = field(default_factory=Counter)

    def add(self, output: Output) -> None:
        """Count one more output."""
        report = output.report()
        correct = score(output.problem, output.text, style=output.style)
        self.n += 1
        self.correct += correct
        self.styles[output.style or guess_style(output.text)] += 1
        if report is None:
            return
        self.traced += 1
        self.whole += report.ok
        if not report.ok:
            self.errors[report.first_error.module if report.first_error else ANSWER] += 1
        counts = (report.copied, len(report.errors[1:]), report.recovered, report.unjudged)
        self.later.update(dict(zip(LATER, counts, strict=True)))

    def result(self, model: str, task: str, method: str, range: str, provenance: Mapping[str, Any]) -> Result:
        """The counts as a result."""
        traced = self.traced == self.n
        return Result(
            model=model,
            task=task,
            method=method,
            range=range,
            n=self.n,
            correct=self.correct,
            trace_correct=self.whole if traced else None,
            errors={module: self.errors[module] for module in MODULES} if traced else {},
            style=self.styles.most_common(1)[0][0],
            provenance=provenance,
        )


@dataclass(slots=True)
class Checked:
    """What came of a file. broken: how many lines could not be scored. named: the first of them, with why."""

    tallies: dict[tuple[str, str, str, str], Tally] = field(default_factory=dict)
    lines: int = 0
    broken: int = 0
    named: list[str] = field(default_factory=list)

    def results(self, provenance: Mapping[str, Any] | None = None) -> list[Result]:
        """A result for each model, task, method and range, in the order in which they first came."""
        return [tally.result(*key, provenance or {}) for key, tally in self.tallies.items()]

    def rows(self, provenance: Mapping[str, Any] | None = None) -> Iterator[dict[str, Any]]:
        """The results as tidy rows, each with what came of the states behind the first errors."""
        for result, tally in zip(self.results(provenance), self.tallies.values(), strict=True):
            later = {name: tally.later[name] for name in LATER}
            yield result.to_dict() | ({} if result.trace_correct is None else {"later": later})


def check_outputs(path: Path | str, progress: Callable[[int], object] | None = None) -> Checked:
    """Score every line of a file of outputs, and check the traces among them.

    path: JSON Lines with task, params and output, and optionally method ("tail" if not given), style, layout,
    model and without. progress: called with the number of bytes read.
    Broken lines are counted, and the first of them named; the rest is scored.
    Raises ValueError when no line can be scored.
    """
    path, checked, done = Path(path), Checked(), 0
    with path.open("rb") as file:
        for number, line in _lines(file):
            checked.lines += 1
            done += len(line)
            try:
                output = Output.parse(line)
                names = output.model or path.stem, output.problem.task.name, _method(output)
                key = (*names, range_of(output.problem))
                tally = checked.tallies.get(key) or Tally()
                tally.add(output)
                checked.tallies[key] = tally  # not before: a line that cannot be checked opens no tally
            except ValueError as error:
                checked.broken += 1
                if len(checked.named) < NAMED:
                    checked.named.append(printable(f"line {number}: {error}"))
            if progress:
                progress(done)
    if not checked.tallies:
        why = "; ".join(checked.named) or "it is empty"
        raise ValueError(f"nothing to score in {path}: {why}")
    return checked


def save(path: Path, rows: Iterator[dict[str, Any]]) -> None:
    """Write rows as JSON Lines, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with temporary.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def printable(text: str, longest: int = 200) -> str:
    """A text from a file, safe to print and to write: without control characters, and not too long."""
    shown = "".join(character if character.isprintable() else "\ufffd" for character in text[:longest])
    return shown if len(text) <= longest else f"{shown} …"


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The lines with their numbers, without empty ones at the end; what is too long comes cut off."""
    number, empty = 0, list[int]()
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        rest = line
        while len(line) > LONGEST_LINE and rest and not rest.endswith(b"\n"):
            rest = file.readline(LONGEST_LINE)
        if not line.strip():
            empty.append(number)
            continue
        yield from ((earlier, b"") for earlier in empty)
        empty.clear()
        yield number, line


def _row(line: bytes) -> dict[str, Any]:
    """The object on a line. Raises ValueError unless it has what an output needs, of the right types."""
    if not line.strip():
        raise ValueError("empty")
    if len(line) > LONGEST_LINE:
        raise ValueError(f"longer than {LONGEST_LINE >> 20} MiB")
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8: byte {error.start + 1}") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at column {error.colno}") from None
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON: {error}") from None
    if not isinstance(row, dict):
        raise ValueError('no JSON object such as {"task": …, "params": …, "output": …}')
    needed = {"task": str, "params": dict, "output": str}
    missing = [name for name in needed if name not in row]
    if missing:
        raise ValueError(f"no {' and no '.join(missing)}")
    for name, kind in (needed | OPTIONAL).items():
        fits = type(row.get(name)) is kind or (name in OPTIONAL and row.get(name) is None)
        if not fits:
            raise ValueError(f"{name} must be of type {kind.__name__}, not {type(row[name]).__name__}")
    return row


def _problem(name: str, params: dict[str, Any]) -> Problem:
    """The problem that was to be solved. Raises ValueError for what is none."""
    chosen = task(name)
    try:
        problem = chosen.problem(**params)
        length = problem.length
    except (TypeError, LookupError, ArithmeticError, RecursionError) as error:
        raise ValueError(f"params are none of {name}: {type(error).__name__}: {error}") from None
    if length > LONGEST:
        raise ValueError(f"{name} of length {length} is too long to be checked")
    return problem


def _method(output: Output) -> str:
    """The method's name in a table, such as "tail without memory fetcher"."""
    return " without ".join(filter(None, [output.method, " and ".join(output.without)]))
