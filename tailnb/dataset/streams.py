"""Named random streams of problems, in which every key counts once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol, TypeVar

from tailnb.dataset.ratio import require_count
from tailnb.tasks import Problem, Task, task
from tailnb.tasks._task import EVAL_SHARE

PATIENCE = 10_000  # draws without a new key, at least, before a stream is called exhausted
CROWDED = 0.1  # share of a split's keys that is much of them


class Keyed(Protocol):
    """What has a key: a problem, or a row made of one."""

    @property
    def key(self) -> Hashable: ...


Item = TypeVar("Item", bound=Keyed)


@dataclass(frozen=True)
class Stream:
    """Random problems of a task, numbered from 0; a seed is part of the stream's name, never a summand.

    range: "S", "M" or "L". split: "train" or "eval". options: of the task's sampler.
    """

    task: Task
    range: str
    seed: int = 0
    split: str = "train"
    options: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, index: int) -> Problem:
        return self.task.sample(self.range, self.seed, index, self.split, **self.options)

    def __iter__(self) -> Iterator[Problem]:
        return map(self.__getitem__, count())

    @property
    def share(self) -> float:
        """The share of all keys that belong to the split, but for chance."""
        return EVAL_SHARE if self.split == "eval" else 1 - EVAL_SHARE

    def require(self, n: int) -> None:
        """Raise ValueError when there are fewer than n keys, by more than chance could make good."""
        size = self.task.key_space(self.range)
        if size is None:
            return
        deviation = (size * self.share * (1 - self.share)) ** 0.5
        if n > min(size, size * self.share + 10 * deviation):
            raise ValueError(
                f"{self.task.name} has only {size:,} different {kinds(self.task.key)} in range {self.range},"
                f" about {size * self.share:,.0f} of them for {self.split}; {n:,} were asked for"
            )

    def is_crowded(self, n: int) -> bool:
        """Whether n is much of what the split has, so that many draws give keys from before."""
        size = self.task.key_space(self.range)
        return size is not None and n > CROWDED * self.share * size

    def require_drawn(self, n: int) -> None:
        """Raise ValueError unless n keys can be drawn; tried out where n is much of what there is."""
        if self.is_crowded(n):
            for _ in different(self, self, n, set()):
                pass

    def exhausted(self, found: int, n: int, draws: int) -> ValueError:
        """The refusal of n problems where only some were found, however often one drew."""
        what = f"{self.split} {kinds(self.task.key)} in range {self.range}"
        together = in_words(self.task.key_space(self.range))
        return ValueError(
            f"{self.task.name} has {found:,} different {what}, as far as {draws:,} more draws can tell"
            f" (train and eval together: {together}); {n:,} were asked for"
        )


def problems(
    task_or_name: Task | str, range: str, n: int, *, seed: int = 0, split: str = "train", **options: Any
) -> list[Problem]:
    """The first n different problems of a random stream.

    task_or_name: a Task or its name. range: "S", "M" or "L". split: "train" or "eval", which share no key at
    any seed. options: of the task's sampler, such as decimals=False for addition.
    Raises ValueError for an unknown name, and when fewer different problems exist than are asked for.
    """
    require_count(n, least=0)
    stream = Stream(task(task_or_name), range, seed, split, options)
    stream.require(n)
    return list(different(stream, stream, n, set()))


def different(
    stream: Stream, items: Iterable[Item], n: int, seen: set[Any], found: int = 0
) -> Iterator[Item]:
    """The items whose keys are new, until there are n; each key is added to those seen.

    items: made of the stream's problems, endless. found: how many there were before.
    Raises ValueError when no new key turns up any more.
    """
    repeats, left = 0, iter(items)
    while found < n:
        item = next(left)
        if item.key not in seen:
            seen.add(item.key)
            found, repeats = found + 1, 0
            yield item
            continue
        repeats += 1
        # One unseen key among k equally likely ones is missed by 50 k draws with chance exp(-50).
        if repeats == PATIENCE + 50 * len(seen):
            raise stream.exhausted(found, n, repeats)


def kinds(key: str) -> str:
    """What counts as different, by Task.key: problems, or queries where there are few problems."""
    return "queries" if key == "query" else "problems"


def in_words(size: int | None) -> str:
    """How many there are."""
    return "more than 10**9" if size is None else f"{size:,}"
