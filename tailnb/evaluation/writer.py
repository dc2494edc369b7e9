"""`Writer`: whatever writes a text for a problem, such as a model, a server or a file of outputs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from tailnb.dataset import problems
from tailnb.tasks import Problem
from tailnb.tasks import task as named

BASE = "base"  # the method of a model that was not fine-tuned: it is asked in words, and writes what it likes


class Written(NamedTuple):
    """A text that was written.

    place: of its problem among those given. tokens: written ones; None if not known. seconds: the text's
    share of the time. ended: whether it came to its end; False where a limit cut it off. layout: in style
    "tape", the seed of the addresses that the prompt had.
    """

    place: int
    text: str
    tokens: int | None = None
    seconds: float | None = None
    ended: bool = True
    layout: int = 0


class Writer(ABC):
    """Writes texts for problems.

    name: shown in tables. method, style, without: what it was trained to write, as `Problem.completion` takes
    them; method "base" for a model that was not. tasks: those that it knows, where it knows only some.
    """

    name: str
    method: str = BASE
    style: str = "core"
    without: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()

    @property
    def about(self) -> Mapping[str, Any]:
        """What else decides the texts, JSON-able, such as a hash of the weights; kept with the results."""
        return {}

    def problems(self, task: str, range: str, n: int, *, seed: int) -> list[Problem]:
        """The problems to be evaluated on: different ones of the split that no training sees.

        In style "tape" they have the form that a nano model's ring has room for, such as whole numbers.
        """
        options = getattr(named(task).module, "NANO_OPTIONS", {}) if self.style == "tape" else {}
        return problems(task, range, n, seed=seed, split="eval", **options)

    @abstractmethod
    def write(self, problems: Sequence[Problem]) -> Iterator[Written]:
        """A text for each problem, as they come, in any order. Raises ValueError before the first one."""
