"""`FileWriter`: outputs that stand in a file already, whoever wrote them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from statistics import mode
from typing import Any

from tailnb.dataset.folder import sha256
from tailnb.evaluation.measure import range_of
from tailnb.evaluation.outputs import Output, printable
from tailnb.evaluation.writer import Writer, Written
from tailnb.tasks import RANGES, Problem
from tailnb.traces.check import guess_style


class FileWriter(Writer):
    """A file of outputs of one model, as `tailnb check` reads it; its problems are those of the file.

    name: instead of the one in the file, or the file's own. n: the lines. tasks: of problems in S, M or L.
    Raises ValueError for lines that are no outputs, for a file of several models or methods, and where no
    problem's length lies in S, M or L.
    """

    def __init__(self, path: Path | str, name: str = "") -> None:
        self.path = Path(path)
        self._outputs = list(_outputs(self.path))
        self.n = len(self._outputs)
        found = [one.problem for one, _ in self._outputs if range_of(one.problem) in RANGES]
        self.tasks = tuple(dict.fromkeys(problem.task.name for problem in found))
        kinds = {(one.model, one.method, one.style, one.without) for one, _ in self._outputs}
        if len(kinds) != 1:
            columns = zip(("model", "method", "style", "without"), zip(*kinds, strict=True), strict=False)
            told = ", ".join(name for name, values in columns if len(set(values)) > 1)
            raise ValueError(
                f"the lines of {self.path} differ in {told}; `tailnb check` tells them apart"
                if kinds
                else f"{self.path} is empty"
            )
        if not found:
            raise ValueError(f"{self.path} has no problem of a length in S, M or L")
        model, self.method, style, self.without = kinds.pop()
        self.style = style or mode(guess_style(output.text) for output, _ in self._outputs)
        self.name = name or model or self.path.stem

    @cached_property
    def about(self) -> Mapping[str, Any]:
        """The file's hash."""
        return {"sha256": sha256(self.path)}

    def problems(self, task: str, range: str, n: int, *, seed: int) -> list[Problem]:
        """The file's first n problems of a task and range; the seed is not asked for."""
        found = (output.problem for output, _ in self._outputs)
        return [one for one in found if (one.task.name, range_of(one)) == (task, range)][:n]

    def write(self, problems: Sequence[Problem]) -> Iterator[Written]:
        """The text of each problem, which must be one of `problems`. Raises ValueError for another."""
        # Two lines may be about equal problems, so it is the object that counts.
        lines = {id(output.problem): (output, row) for output, row in self._outputs}
        for place, problem in enumerate(problems):
            if id(problem) not in lines:
                raise ValueError(f"{self.path} has no output for {problem!r}")
            output, row = lines[id(problem)]
            known = {name: row[name] for name in ("tokens", "seconds", "ended") if row.get(name) is not None}
            yield Written(place, output.text, layout=output.layout, **known)


def _outputs(path: Path) -> Iterator[tuple[Output, dict[str, Any]]]:
    if not path.is_file():
        raise ValueError(f"no file of outputs {str(path)!r}")
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                yield Output.parse(line), json.loads(line)
            except ValueError as error:
                raise ValueError(printable(f"{path}, line {number}: {error}")) from None
