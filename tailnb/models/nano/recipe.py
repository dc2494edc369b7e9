"""`Recipe`: everything that decides which nano model a training run makes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from tailnb.tasks import METHODS, task
from tailnb.tasks._task import choose


@dataclass(frozen=True)
class Recipe:
    """A training run; the same recipe gives the same model on the same machine.

    tasks, method: what is learned. Lengths run from 1 to S's greatest, never longer.
    steps, tokens: optimizer steps, and tokens in each (padding included).
    seed: of the weights, the problems, the layouts and the positions.
    warm_up: the share of the steps in which lengths grow from 3 to S's greatest.
    softest: each step multiplies the queries by a random factor between this and 1.
    shuffled: the share of the prompts whose cells stand in random order.
    span: positions jump in training, up to this many in all; at evaluation they do not.
    muon_rate, adam_rate, decay: learning rates of the matrices and of the rest, weight decay of the matrices.
    """

    tasks: tuple[str, ...] = ("large_number_addition", "compare_numbers")
    method: str = "tail"
    steps: int = 9_000
    tokens: int = 2048
    seed: int = 0
    warm_up: float = 0.3
    softest: float = 0.5
    shuffled: float = 0.3
    span: int = 1000
    muon_rate: float = 0.02
    adam_rate: float = 5e-3
    decay: float = 0.05

    def __post_init__(self) -> None:
        choose("method", self.method, METHODS)
        for name in self.tasks:
            task(name)
        if not self.tasks:
            raise ValueError("a recipe needs at least one task")
        for name in ("steps", "tokens", "span"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")
        for name in ("softest", "shuffled", "warm_up"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must lie between 0 and 1, not {getattr(self, name)}")

    def to_dict(self) -> dict[str, Any]:
        """The recipe as JSON-able data."""
        return asdict(self) | {"tasks": list(self.tasks)}
