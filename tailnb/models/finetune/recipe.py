"""`Recipe`: everything that decides what a fine-tuning run makes of a base model."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from tailnb.dataset import ratio_counts
from tailnb.models.memory import DEFAULT, LARGER, Settings
from tailnb.tasks import task
from tailnb.tasks._task import choose
from tailnb.traces.ablate import modules
from tailnb.traces.render import STYLE_NAMES

CARDS = {16: DEFAULT, 24: LARGER}  # by memory in GB


@dataclass(frozen=True)
class Recipe:
    """A fine-tuning run; the same recipe gives the same adapter on the same machine.

    tasks, method, style, without: what is learned, as `Problem.completion` takes them.
    n, ratio: problems of each task in all, and their mixture of S:M:L; the paper's is 1:0:0.
    max_length: tokens of a sequence; no completion may be longer. batch, accumulate: sequences of a step.
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
    rank: int = DEFAULT.rank
    learning_rate: float = 2e-4
    epochs: float = 1.0
    steps: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if not isinstance(self.tasks, tuple) or not self.tasks:
            raise ValueError(f"tasks must be a tuple of names of tasks, not {self.tasks!r}")
        for name in self.tasks:
            choose(f"method for {name} called", self.method, task(name).methods)
        choose("style", self.style, STYLE_NAMES)
        modules(self.without)
        ratio_counts(self.ratio, self.n)
        whole = {name: getattr(self, name) for name in ("n", "max_length", "batch", "accumulate", "rank")}
        for name, value in whole.items() | (
            {"steps": self.steps}.items() if self.steps is not None else set()
        ):
            if type(value) is not int or value < 1:
                raise ValueError(f"{name} must be a whole number from 1, not {value!r}")
        for name in ("learning_rate", "epochs"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be above 0, not {getattr(self, name)!r}")

    @classmethod
    def for_card(cls, gigabytes: int, **more: Any) -> Recipe:
        """A recipe whose sizes fit a card of 16 or 24 GB with a model of 7 billion parameters."""
        if gigabytes not in CARDS:
            raise ValueError(
                f"no recipe for a card of {gigabytes} GB; choose from {', '.join(map(str, CARDS))}"
            )
        sizes = CARDS[gigabytes]
        return cls(max_length=sizes.max_length, rank=sizes.rank, batch=sizes.batch, **more)

    @property
    def settings(self) -> Settings:
        """What the memory of this run depends on."""
        return Settings(self.max_length, self.rank, self.batch)

    def to_dict(self) -> dict[str, Any]:
        """The recipe as JSON-able data."""
        return asdict(self) | {"tasks": list(self.tasks), "without": list(self.without)}
