"""`Recipe`: everything that decides which nano model a training run makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from tailnb.tasks import RANGES, task
from tailnb.tasks._task import choose
from tailnb.traces.ablate import modules
from tailnb.traces.layout import RING

CHOICES = {
    "wording": ("core", "styled"),
    "positions": ("jumps", "ordinary"),
    "layouts": ("random", "fixed"),
    "addresses": ("circles", "random"),
    "registers": ("composed", "random"),
    "attention": ("softened", "log"),
}
SHARES = ("softest", "shuffled", "scattered", "warm_up", "average")
COUNTS = ("steps", "tokens", "span", "ring", "width", "layers", "heads")


@dataclass(frozen=True)
class Recipe:
    """A training run; the same recipe gives the same model on the same machine.

    tasks, method, without, wording: what is learned; core modules to leave out; symbols or sentences.
    ratio: the shares of S, M and L among the training problems. Those of S begin at a length of 2.
    steps, tokens: optimizer steps, and tokens in each (padding included).
    seed: of the weights, the problems, the layouts and the positions.
    warm_up: the share of the steps in which lengths grow from 3 to S's greatest.
    attention, softest: each step multiplies the queries by a random factor between `softest` and 1; or, for
    "log", by the logarithm of the context's length, then and at evaluation, too.
    shuffled: the share of the prompts whose cells stand in random order.
    scattered: the share of the answers whose cells are read in random order, blank ones among them.
    positions, span: in training positions jump, up to `span` in all, or do not; at evaluation they do not.
    ring, layouts: how many addresses there are, and whether arrays lie at random places on their ring.
    addresses: whether their vectors begin as points on circles or at random.
    registers: whether "carry=1" begins as its name and its value, or at random.
    looks_back: how many heads of the first layer begin by looking at the token so many places before.
    matches: whether a head of the second layer begins by looking for what stood behind the present token.
    average: the share of the averaged weights that a step keeps; 0 for the last weights as they are.
    width, layers, heads: of the model; each head has 64 dimensions.
    muon_rate, adam_rate, decay: learning rates of the matrices and of the rest, weight decay of the matrices.
    Raises ValueError for what cannot be, naming the choices.
    """

    tasks: tuple[str, ...] = ("large_number_addition", "compare_numbers")
    method: str = "tail"
    without: tuple[str, ...] = ()
    wording: str = "core"
    ratio: tuple[float, ...] = (1, 0, 0)
    steps: int = 6_000
    tokens: int = 2048
    seed: int = 0
    warm_up: float = 0.6
    attention: str = "softened"
    softest: float = 0.5
    shuffled: float = 0.3
    scattered: float = 0.0
    positions: str = "jumps"
    span: int = 1000
    ring: int = RING
    layouts: str = "random"
    addresses: str = "circles"
    registers: str = "composed"
    looks_back: int = 3
    matches: bool = True
    average: float = 0.0
    width: int = 128
    layers: int = 2
    heads: int = 4
    muon_rate: float = 0.02
    adam_rate: float = 5e-3
    decay: float = 0.05

    def __post_init__(self) -> None:
        for name in ("tasks", "ratio"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        if not self.tasks:
            raise ValueError("a recipe needs at least one task")
        for name in self.tasks:
            choose(f"method for {name} called", self.method, task(name).methods)
        object.__setattr__(self, "without", modules(self.without))
        if self.method != "tail" and (self.without or self.wording != "core"):
            raise ValueError(f"method {self.method!r} has neither modules to leave out nor another wording")
        for name, choices in CHOICES.items():
            choose(f"{name} called", getattr(self, name), choices)
        if len(self.ratio) != len(RANGES) or min(self.ratio) < 0 or sum(self.ratio) <= 0:
            raise ValueError(
                f"ratio must be shares of {', '.join(RANGES)}, such as (1, 0, 0), not {self.ratio}"
            )
        for name in COUNTS:
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")
        for name in SHARES:
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must lie between 0 and 1, not {getattr(self, name)}")
        if not 0 <= self.looks_back <= self.heads:
            raise ValueError(f"looks_back must lie between 0 and heads = {self.heads}, not {self.looks_back}")

        if self.matches and not (self.looks_back and self.layers > 1):
            raise ValueError("a head that matches needs a head that looks back in the layer before")

    @property
    def label(self) -> str:
        """The method as tables show it, such as "tail without memory fetcher"."""
        styled = "" if self.wording == "core" else f" {self.wording}"
        return " without ".join(filter(None, [self.method + styled, " and ".join(self.without)]))

    def to_dict(self) -> dict[str, Any]:
        """The recipe as JSON-able data."""
        return {
            name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Recipe:
        """The recipe that `to_dict` gave. Raises ValueError for a part that no recipe has."""
        known = [one.name for one in fields(cls)]
        for name in data:
            choose("part of a recipe called", name, known)
        return cls(**data)
