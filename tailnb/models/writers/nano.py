"""`NanoWriter`: a nano model, which reads and writes the tape style."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tailnb.evaluation.writer import Writer, Written
from tailnb.models.nano import Nano, problems
from tailnb.models.writers.fingerprint import fingerprint
from tailnb.tasks import Problem


class NanoWriter(Writer):
    """A nano model as a writer; its problems are in the form that nano models read."""

    style = "tape"

    def __init__(self, nano: Nano) -> None:
        self.nano, self.name, self.method = nano, nano.name, nano.recipe.method

    @property
    def about(self) -> Mapping[str, Any]:
        """The hash of the weights."""
        return {"weights": fingerprint(self.nano.model)}

    def problems(self, task: str, range: str, n: int, *, seed: int) -> list[Problem]:
        """Problems in the form that nano models read, such as whole numbers for addition."""
        return problems(task, range, n, seed=seed)

    def write(self, problems: Sequence[Problem]) -> Iterator[Written]:
        """A text for each problem, the shorter ones first; ValueError as of `Nano.write`."""
        return self.nano.writing(problems)
