"""`NanoWriter`: a nano model, which reads and writes the tape style."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tailnb.evaluation.writer import Writer, Written
from tailnb.models.nano import Nano
from tailnb.models.writers.fingerprint import fingerprint
from tailnb.tasks import Problem


class NanoWriter(Writer):
    """A nano model as a writer. name: instead of the model's own."""

    style = "tape"

    def __init__(self, nano: Nano, name: str = "") -> None:
        self.nano, self.name, self.method = nano, name or nano.name, nano.recipe.method
        self.tasks = nano.recipe.tasks

    @property
    def about(self) -> Mapping[str, Any]:
        """The hash of the weights."""
        return {"weights": fingerprint(self.nano.model)}

    def problems(self, task: str, range: str, n: int, *, seed: int) -> list[Problem]:
        """As of every writer; ValueError for a task that the model was not trained on."""
        if task not in self.tasks:
            raise ValueError(f"{self.name} was trained on {', '.join(self.tasks)}, not on {task}")
        return super().problems(task, range, n, seed=seed)

    def write(self, problems: Sequence[Problem]) -> Iterator[Written]:
        """A text for each problem, the shorter ones first; ValueError as of `Nano.write`."""
        return self.nano.writing(problems, layout=None)
