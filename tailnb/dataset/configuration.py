"""What makes two data sets the same, apart from their tasks; checked before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tailnb.dataset.ratio import ratio_counts, require_count
from tailnb.dataset.rows import row
from tailnb.dataset.streams import Stream
from tailnb.tasks import RANGES, Task, all_tasks
from tailnb.tasks._task import SPLITS, choose
from tailnb.traces.ablate import modules
from tailnb.traces.render import STYLE_NAMES

FORMATS = ("jsonl", "parquet")
LARGEST_SEED = 2**63  # what a column of whole numbers holds
TRIED = 200  # problems drawn, of which the longest is tried

Configuration = Mapping[str, Any]


def configured(
    n: int,
    range: str,
    ratio: str | None,
    seed: int,
    split: str,
    method: str,
    style: str,
    without: str | Iterable[str],
    format: str,
) -> Configuration:
    """The configuration of a data set. Raises ValueError for an unknown name or a number out of bounds."""
    from tailnb import __version__

    require_count(n, least=1)
    if type(seed) is not int or not -LARGEST_SEED <= seed < LARGEST_SEED:
        raise ValueError(f"the seed must be a whole number of at most 64 bits, not {seed!r}")
    choose("range", range, RANGES)
    choose("split", split, SPLITS)
    choose("style", style, STYLE_NAMES)
    choose("format", format, FORMATS)
    left_out = modules(without)
    if left_out and method != "tail":
        raise ValueError(f"method {method!r} has no core modules to leave out; without needs method 'tail'")
    return {
        "tailnb": __version__,
        "n": n,
        "range": None if ratio else range,
        "ratio": ratio or None,
        "seed": seed,
        "split": split,
        "method": method,
        "style": style,
        "without": list(left_out),
        "format": format,
    }


def counts(configuration: Configuration) -> dict[str, int]:
    """How many rows of each range a task has, without the ranges that have none."""
    ratio, n = configuration["ratio"], configuration["n"]
    every = ratio_counts(ratio, n) if ratio else {configuration["range"]: n}
    return {range: rows for range, rows in every.items() if rows}


def stream(task: Task, range: str, configuration: Configuration) -> Stream:
    """The stream that a task's rows of one range are made of."""
    return Stream(task, range, configuration["seed"], configuration["split"])


def require_possible(tasks: Sequence[Task], configuration: Configuration) -> None:
    """Raise ValueError unless there are tasks, and each has the method and as many rows as are asked for.

    One of the longest problems of each task and range is tried: what cannot be written is found out here.
    """
    if not tasks:
        raise ValueError(f"no task given; choose from {', '.join(one.name for one in all_tasks())}")
    for one in tasks:
        choose(f"method for {one.name} called", configuration["method"], one.methods)
    rows = counts(configuration)
    streams = [(stream(one, range, configuration), n) for one in tasks for range, n in rows.items()]
    for drawn, n in streams:
        drawn.require(n)
    for drawn, n in streams:
        tried = enumerate(map(drawn.__getitem__, range(min(n, TRIED))))
        index, longest = max(tried, key=lambda pair: pair[1].length)
        row(longest, drawn.range, index, configuration)
        drawn.require_drawn(n)
