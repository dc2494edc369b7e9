"""`Task` and `Problem`: what the modules of this folder, one task each, become."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from types import ModuleType
from typing import Any

from tailnb.traces import Tape, Trace
from tailnb.traces.ablate import modules
from tailnb.traces.answer import FINAL
from tailnb.traces.layout import Layout
from tailnb.traces.render import STYLE_NAMES, text

Params = dict[str, Any]

RANGES = ("S", "M", "L")
SPLITS = ("train", "eval")
METHODS = ("tail", "none")
EVAL_SHARE = 0.1  # of the keys, chosen by their hash
LARGE_SPACE = 10**9
PATIENCE = 10_000  # draws before a split of a small space is called empty


@dataclass(frozen=True, repr=False)
class Task:
    """A computable problem with its ranges, its algorithm on the tape and its reference.

    name, title, algorithm: the file's name, the paper's title and its algorithm class (Table C1).
    lengths: for each range, the least and the greatest length, such as {"S": (5, 20), …}.
    """

    name: str
    title: str
    algorithm: str
    lengths: Mapping[str, tuple[int, int]]
    module: ModuleType = field(compare=False)

    def __repr__(self) -> str:
        return f"<Task {self.name}>"

    def __hash__(self) -> int:
        return hash(self.name)

    def __reduce__(self) -> tuple[Any, ...]:
        # A module cannot be pickled, and tasks travel to worker processes.
        from tailnb.tasks import task

        return task, (self.name,)

    def problem(self, **params: Any) -> Problem:
        """Your own problem. Raises ValueError saying which parameter is wrong, and how it should be."""
        names = self.module.PARAMS
        if set(params) != set(names):
            given = ", ".join(params) or "none"
            raise ValueError(f"{self.name} takes the parameters {', '.join(names)}; given: {given}")
        checked = {name: deepcopy(params[name]) for name in names}
        self.module.validate(checked)
        return Problem(self, checked)

    def sample(
        self, range: str = "S", seed: int = 0, index: int = 0, split: str = "train", **options: Any
    ) -> Problem:
        """The problem number `index` of a random stream; the same arguments give the same problem.

        range: "S", "M" or "L". split: "train" or "eval", which never share a key. options: of the task's
        sampler, such as decimals=False for addition. Raises ValueError for an unknown range or split.
        """
        choose("range", range, self.lengths)
        choose("split", split, SPLITS)
        rng = Random(f"{self.name}/{split}/{range}/{seed}/{index}")
        return self.draw(rng, *self.lengths[range], split=split, **options)

    def draw(self, rng: Random, low: int, high: int, *, split: str = "train", **options: Any) -> Problem:
        """A random problem of length low to high (both included) that belongs to the split."""
        for _ in range(PATIENCE):
            params = self.module.sample(rng, low, high, **options)
            problem = Problem(self, params, rng.randrange(len(self.module.TEMPLATES)))
            if problem.split == split:
                return problem
        raise ValueError(f"{self.name} has no {split} problem of length {low} to {high}")

    def problem_space(self, range: str) -> int | None:
        """How many different problems a range holds; None when there are more than 10**9."""
        choose("range", range, self.lengths)
        size: int = self.module.problem_space(*self.lengths[range])
        return size if size <= LARGE_SPACE else None


@dataclass(frozen=True, repr=False)
class Problem:
    """One problem of a task: its parameters, and which of the task's wordings asks for it."""

    task: Task
    params: Params
    template: int = 0

    def __repr__(self) -> str:
        return f"<Problem {self.task.name}: {self.key}>"

    def __hash__(self) -> int:
        return hash((self.task, self.key, self.template))

    @property
    def length(self) -> int:
        """The problem's length, in the unit of its task."""
        length: int = self.task.module.length(**self.params)
        return length

    @property
    def query(self) -> str:
        """The question in words."""
        template: str = self.task.module.TEMPLATES[self.template]
        return template.format(**self.task.module.words(**self.params))

    @cached_property
    def answer(self) -> str:
        """The true answer, from the task's reference: plain Python, independent of the recorded algorithm."""
        answer: str = self.task.module.reference(**self.params)
        return answer

    @property
    def key(self) -> str:
        """What makes two problems the same, for de-duplication and the split."""
        return json.dumps(self.params, sort_keys=True, ensure_ascii=False)

    @property
    def split(self) -> str:
        """ "eval" for a tenth of the keys, chosen by hash, "train" for the others."""
        digest = hashlib.blake2b(f"{self.task.name}/{self.key}".encode(), digest_size=8).digest()
        return "eval" if int.from_bytes(digest, "big") < EVAL_SHARE * 2**64 else "train"

    def trace(self) -> Trace:
        """The run of the task's algorithm on this problem, as data."""
        tape = Tape()
        self.task.module.run(tape, **self.params)
        return tape.trace(self.task.name)

    def prompt(self, method: str = "tail", style: str = "core", *, seed: int = 0) -> str:
        """What a model reads: the query, or for style "tape" the query as an addressed tape.

        seed: for "tape" alone, of the layout. Raises ValueError for an unknown method or style.
        """
        choose("method", method, METHODS)
        choose("style", style, STYLE_NAMES)
        return " ".join(Layout(self.trace(), seed).prompt()) if style == "tape" else f"{self.query}\n"

    def completion(
        self, method: str = "tail", style: str = "core", without: str | Iterable[str] = (), *, seed: int = 0
    ) -> str:
        """What a model should write: the chain of thought ("tail"), or the answer alone ("none").

        without: names of core modules to leave out. Raises ValueError for an unknown name.
        """
        choose("method", method, METHODS)
        choose("style", style, STYLE_NAMES)
        left_out = modules(without)
        if method == "tail":
            return text(self.trace(), style=style, without=left_out, seed=seed)
        return f"{FINAL} {' '.join(self.answer) if style == 'tape' else self.answer}"


def choose(what: str, name: str, choices: Iterable[str]) -> None:
    """Raise ValueError, naming the choices, unless the name is one of them."""
    if name not in choices:
        raise ValueError(f"no {what} {name!r}; choose from {', '.join(choices)}")


def load(module: ModuleType) -> Task:
    """The task that a module describes."""
    name = module.__name__.rpartition(".")[2]
    lengths = {key: tuple(bounds) for key, bounds in module.LENGTHS.items()}
    return Task(name, module.TITLE, module.ALGORITHM, lengths, module)
