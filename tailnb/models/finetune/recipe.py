"""`Recipe`: everything that decides what a fine-tuning run makes of a base model."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from tailnb.dataset import ratio_counts
from tailnb.models.choose import Choice
from tailnb.models.hardware import card
from tailnb.models.memory import DEFAULT, LARGER, Settings
from tailnb.tasks import task
from tailnb.tasks._task import choose
from tailnb.traces.ablate import modules
from tailnb.traces.render import STYLE_NAMES

CARDS = {16: DEFAULT, 24: LARGER}  # by memory in GB
SHORT = ("bubble_sort",)  # the task with the shortest traces at S
# A nano model's texts are short, its matrices small; and it reads the tape style alone.
NANO: dict[str, Any] = {"tasks": ("places",), "style": "tape", "packing": False, "max_length": 256}
NANO |= {"n": 2_000, "batch": 16, "accumulate": 1, "learning_rate": 3e-3}
# One text at a time: attention over texts that share a sequence costs its square on a processor.
ON_A_PROCESSOR: dict[str, Any] = {"tasks": SHORT, "packing": False, "batch": 1, "accumulate": 8}
ON_A_PROCESSOR |= {"n": 1_000, "learning_rate": 1e-3}
COUNTS = ("n", "max_length", "batch", "accumulate", "rank", "steps")


@dataclass(frozen=True)
class Recipe:
    """A fine-tuning run; the same recipe gives the same adapter on the same machine.

    tasks, method, style, without: what is learned, as `Problem.completion` takes them.
    n, ratio: problems of each task in all, and their mixture of S:M:L; the paper's is 1:0:0.
    max_length: tokens of a sequence; no text may be longer. batch, accumulate: sequences of a pass, and
    passes of an optimizer step.
    packing: put several short texts into one sequence; none of them sees another.
    rank: of LoRA's two small matrices beside each large one. learning_rate: the highest of a cosine schedule.
    epochs: passes over the problems; steps: if given, how many optimizer steps instead.
    seed: of the problems, of the adapter's start and of the order.
    Raises ValueError for a value that makes no sense.
    """

    tasks: tuple[str, ...] = ("compare_numbers",)
    method: str = "tail"
    style: str = "core"
    without: tuple[str, ...] = ()
    n: int = 20_000
    ratio: str = "1:0:0"
    max_length: int = DEFAULT.max_length
    batch: int = DEFAULT.batch
    accumulate: int = 16
    packing: bool = True
    rank: int = DEFAULT.rank
    learning_rate: float = 2e-4
    epochs: float = 1.0
    steps: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "tasks", _names(self.tasks))
        object.__setattr__(self, "without", modules(self.without))
        self._require_text()
        self._require_numbers()

    def _require_text(self) -> None:
        """Raise ValueError unless each task has the method, and the style and the modules fit it."""
        if not self.tasks:
            raise ValueError("a recipe needs at least one task")
        for name in self.tasks:
            choose(f"method for {name} called", self.method, task(name).methods)
        choose("style", self.style, STYLE_NAMES)
        if self.without and self.method != "tail":
            raise ValueError(f"method {self.method!r} has no core modules to leave out; choose method 'tail'")

    def _require_numbers(self) -> None:
        for name in COUNTS:
            value = getattr(self, name)
            if (type(value) is not int or value < 1) and (name, value) != ("steps", None):
                raise ValueError(f"{name} must be a whole number from 1, not {value!r}")
        for name in ("learning_rate", "epochs"):
            value = getattr(self, name)
            if type(value) not in (int, float) or not 0 < value < math.inf:
                raise ValueError(f"{name} must be a number above 0, not {value!r}")
        for name, kind in (("packing", bool), ("seed", int)):
            if type(getattr(self, name)) is not kind:
                raise ValueError(f"{name} must be of type {kind.__name__}, not {getattr(self, name)!r}")
        ratio_counts(self.ratio, self.n)

    @classmethod
    def for_card(cls, gigabytes: int, **more: Any) -> Recipe:
        """A recipe whose sizes fit a card of 16 or 24 GB with a model of 7 billion parameters.

        more: the recipe's other values. Raises ValueError for another card.
        """
        if gigabytes not in CARDS:
            raise ValueError(
                f"no recipe for a card of {gigabytes} GB; choose from {', '.join(map(str, CARDS))}"
            )
        sizes = CARDS[gigabytes]
        return cls(**{"max_length": sizes.max_length, "rank": sizes.rank, "batch": sizes.batch} | more)

    @classmethod
    def for_model(cls, choice: Choice, **more: Any) -> Recipe:
        """A recipe whose sizes fit a model where it will run, and a short task that it can read.

        choice: from `tailnb.models.choose`. more: the recipe's other values.
        """
        if choice.kind == "nano":
            return cls(**NANO | more)
        found = card()
        if found is None:
            return cls(**ON_A_PROCESSOR | more)
        sizes = max((size for size in CARDS if size * 10**9 <= found.memory), default=min(CARDS))
        return cls.for_card(sizes, **{"tasks": SHORT} | more)

    @property
    def settings(self) -> Settings:
        """What the memory of this run depends on."""
        return Settings(self.max_length, self.rank, self.batch)

    def to_dict(self) -> dict[str, Any]:
        """The recipe as JSON-able data."""
        return asdict(self) | {"tasks": list(self.tasks), "without": list(self.without)}


def _names(tasks: str | Iterable[str]) -> tuple[str, ...]:
    """Names of tasks, each once. Raises ValueError for what is none."""
    given = [tasks] if isinstance(tasks, str) or not isinstance(tasks, Iterable) else tasks
    return tuple(dict.fromkeys(task(name).name for name in given))
