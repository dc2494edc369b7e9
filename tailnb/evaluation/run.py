"""`evaluate_writer`: any writer over S, M and L; what it wrote survives a kill.

>>> from tailnb.evaluation.run import evaluate_writer
>>> from tailnb.evaluation.writer import Writer, Written
>>> class Knowing(Writer):
...     name = "knowing"
...     def write(self, problems):
...         for place, problem in enumerate(problems):
...             yield Written(place, f"Final answer: {problem.answer}")
>>> [row] = evaluate_writer(Knowing(), "binary_search", "L", 40)
>>> row.accuracy, round(row.low, 2)
(1.0, 0.91)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tailnb.dataset.write import what_is_kept
from tailnb.evaluation.lengths import chosen
from tailnb.evaluation.log import Log, Place
from tailnb.evaluation.outputs import Tally
from tailnb.evaluation.results import Result
from tailnb.evaluation.writer import Writer
from tailnb.tasks import RANGES, Problem, Task

LONGEST_NAME = 100  # characters of a folder's name

Tasks = Task | str | Iterable[Task | str] | None


def evaluate_writer(
    writer: Writer,
    tasks: Tasks = None,
    ranges: str | Iterable[str] = RANGES,
    n: int = 100,
    *,
    seed: int = 0,
    folder: Path | str | None = None,
    progress: Callable[[int], object] | None = None,
    provenance: Mapping[str, Any] | None = None,
) -> list[Result]:
    """Let a writer write, score what it wrote, and check the traces: one result for each task and range.

    tasks: when None those that the writer knows, or all of the paper's. n: problems of each task and range.
    seed: of the problems. folder: where every text goes as it comes, as `tailnb check` reads it; the same
    call again, also after a kill, writes only what is missing, and so does one with more tasks, ranges or
    problems.
    progress: called with the number of texts that have come since, those of an earlier call first.
    Raises ValueError for unknown names, traces too long to be made, prompts too long for the model, and a
    folder of another model, method or seed.
    """
    asked = problems_of(writer, tasks, ranges, n, seed)
    report = progress or (lambda done: None)
    with _folder(folder) as path, what_is_kept(path), Log(path, writer, seed, asked) as log:
        report(len(log.done))
        _write(log, report)
        return results(log, seed, provenance or {})


def place_of(folder: Path | str, writer: Writer) -> Path:
    """Where in a folder of several writers' evaluations one of them goes, by the writer's name."""
    return Path(folder) / (re.sub(r"[^\w.-]+", "-", writer.name).strip("-.")[:LONGEST_NAME] or "writer")


def problems_of(
    writer: Writer, tasks: Tasks, ranges: str | Iterable[str], n: int, seed: int
) -> dict[Place, Problem]:
    """The problems by task, range and number. ValueError when there is none, or a trace is too long."""
    if type(n) is not int or n < 1:
        raise ValueError(f"the number of problems must be a whole number from 1, not {n!r}")
    asked: dict[Place, Problem] = {}
    for task in chosen(writer.tasks or None if tasks is None else tasks):
        for range_ in dict.fromkeys([ranges] if isinstance(ranges, str) else ranges):
            if writer.method == "tail" or writer.style == "tape":
                task.require_traces(range_)
            found = writer.problems(task.name, range_, n, seed=seed)
            asked |= {(task.name, range_, index): problem for index, problem in enumerate(found)}
    if not asked:
        known = f"; it knows {', '.join(writer.tasks)}" if writer.tasks else ""
        raise ValueError(f"{writer.name} has no text for any of these tasks and ranges{known}")
    return asked


def _write(log: Log, report: Callable[[int], object]) -> None:
    """Keep each text as it comes. RuntimeError for a writer that leaves one out, or writes it twice."""
    name, waiting = log.writer.name, [place for place in log.asked if place not in log.done]
    if not waiting:
        return
    for written in log.writer.write([log.asked[place] for place in waiting]):
        place = waiting[written.place]
        if place in log.done:
            raise RuntimeError(f"{name} wrote number {written.place} twice")
        log.add(place, written)
        report(1)
    if missing := sum(place not in log.done for place in waiting):
        raise RuntimeError(f"{name} left out {missing} of {len(waiting)} texts")


@dataclass
class _Sum:
    """What came of a task and range. cut: texts that a limit cut off. tokens, seconds: of each text."""

    tally: Tally = field(default_factory=Tally)
    cut: int = 0
    tokens: list[Any] = field(default_factory=list)
    seconds: list[Any] = field(default_factory=list)


def results(log: Log, seed: int, provenance: Mapping[str, Any]) -> list[Result]:
    """The results of a log's texts, one for each task and range."""
    writer, sums = log.writer, {place[:2]: _Sum() for place in log.asked}
    for place, row, output in log.rows():
        one = sums[place[:2]]
        one.tally.add(output)
        one.cut += row.get("ended") is False
        one.tokens.append(row.get("tokens"))
        one.seconds.append(row.get("seconds"))
    method = " without ".join(filter(None, [writer.method, " and ".join(writer.without)]))
    told = {**writer.about, **provenance}
    return [
        replace(
            one.tally.result(writer.name, task, method, range_, told | {"cut_off": one.cut}),
            tokens=_total(one.tokens, len(one.tokens)),
            seconds=_total(one.seconds),
            seed=seed,
        )
        for (task, range_), one in sums.items()
    ]


def _total(values: list[Any], parts: int = 1) -> float | None:
    """The sum, in so many parts; None where one is not known."""
    return sum(values) / parts if all(isinstance(value, int | float) for value in values) else None


@contextmanager
def _folder(folder: Path | str | None) -> Iterator[Path]:
    if folder is not None:
        yield Path(folder)
        return
    with TemporaryDirectory(prefix="tailnb-") as made:
        yield Path(made)
