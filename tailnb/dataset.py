"""Data sets of problems and their chains of thought, without leaks: each the same in any process.

A problem belongs to "train" or "eval" by a hash of its key, whatever the seed, so that no model is tested on
what it was trained on; within a set every key occurs once.

>>> from tailnb.dataset import problems, ratio_counts
>>> len({problem.key for problem in problems("binary_search", "S", 100, seed=7)})
100
>>> ratio_counts("8:1:1", 1000)
{'S': 800, 'M': 100, 'L': 100}
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from tailnb.tasks import METHODS, RANGES, Problem, Task, all_tasks, task
from tailnb.traces.ablate import modules
from tailnb.traces.render import STYLE_NAMES

Row = dict[str, Any]

SPLITS = ("train", "eval")
CONFIGURATION = "dataset.json"
CARD = "README.md"
LICENCE = "apache-2.0"
PATIENCE = 10_000  # draws without a new problem, at least, before a stream is called exhausted
ABANDONED = 3600.0  # seconds after which an unfinished file is taken for a killed run's
REPORTS = 100  # how often progress is reported, for each file


def problems(
    task_or_name: Task | str, range: str, n: int, *, seed: int = 0, split: str = "train", **options: Any
) -> list[Problem]:
    """The first n different problems of a random stream.

    task_or_name: a Task or its name. range: "S", "M" or "L". split: "train" or "eval", which share no key at
    any seed. options: of the task's sampler, such as decimals=False for addition.
    Raises ValueError for an unknown name, and when fewer different problems exist than are asked for.
    """
    chosen = task(task_or_name)
    require_count(n, least=0)
    return [problem for _, problem in different(chosen, range, n, seed=seed, split=split, **options)]


def different(
    task: Task, range: str, n: int, *, seed: int = 0, split: str = "train", **options: Any
) -> Iterator[tuple[int, Problem]]:
    """The first n different problems, each with its index in the stream. Raises as `problems` does."""
    require_possible([task], {range: n})
    seen: set[str] = set()
    repeats, patience = 0, PATIENCE
    for index in count():
        if len(seen) == n:
            return
        problem = task.sample(range, seed, index, split, **options)
        repeats = repeats + 1 if problem.key in seen else 0
        if not repeats:
            seen.add(problem.key)
            # One unseen problem among k equally likely ones is missed by 50 k draws with chance exp(-50).
            patience = PATIENCE + 50 * len(seen)
            yield index, problem
        elif repeats == patience:
            space = in_words(task.problem_space(range))
            raise ValueError(
                f"{task.name} has {len(seen)} different {split} problems in range {range}, as far as"
                f" {patience} more draws can tell (train and eval together: {space}); {n} were asked for"
            )


def ratio_counts(ratio: str, total: int) -> dict[str, int]:
    """How many problems of each range a mixture S:M:L holds; they add up to the total exactly.

    ratio: three whole numbers, such as "8:1:1". The largest remainders are rounded up, S before M before L.
    Raises ValueError for any other ratio, and for a negative total.
    """
    require_count(total, least=0)
    parts = [part.strip() for part in ratio.split(":")] if isinstance(ratio, str) else []
    if len(parts) != len(RANGES) or not all(part.isascii() and part.isdigit() for part in parts):
        raise ValueError(f"a ratio is three whole numbers S:M:L, such as 8:1:1, not {ratio!r}")
    weights = [int(part) for part in parts]
    whole = sum(weights)
    if not whole:
        raise ValueError(f"the ratio {ratio!r} asks for no problem of any range")
    counts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(RANGES)), key=lambda place: -(total * weights[place] % whole))
    for place in by_remainder[: total - sum(counts)]:
        counts[place] += 1
    return dict(zip(RANGES, counts, strict=True))


def rows(task: Task, counts: Mapping[str, int], configuration: Mapping[str, Any]) -> Iterator[Row]:
    """A task's rows, range by range.

    counts: how many problems of each range. configuration: seed, split, method, style, without.
    """
    seed, split = configuration["seed"], configuration["split"]
    for range, n in counts.items():
        for index, problem in different(task, range, n, seed=seed, split=split):
            yield row(problem, range, index, configuration)


def row(problem: Problem, range: str, index: int, configuration: Mapping[str, Any]) -> Row:
    """One problem as a row. `layout` is the seed of the addresses in style "tape", 0 in the other styles."""
    seed, split, method, style, without = (
        configuration[key] for key in ("seed", "split", "method", "style", "without")
    )
    stream = f"{problem.task.name}/{split}/{range}/{seed}/{index}/layout"
    layout = Random(stream).randrange(2**31) if style == "tape" else 0
    return {
        "task": problem.task.name,
        "algorithm": problem.task.algorithm,
        "range": range,
        "length": problem.length,
        "params": problem.params,
        "query": problem.query,
        "prompt": problem.prompt(method=method, style=style, seed=layout),
        "completion": problem.completion(method=method, style=style, without=without, seed=layout),
        "answer": problem.answer,
        "key": problem.key,
        "split": split,
        "method": method,
        "style": style,
        "without": list(without),
        "seed": seed,
        "layout": layout,
    }


def write_dataset(
    tasks: Task | str | Iterable[Task | str],
    out: Path | str,
    *,
    n: int,
    range: str = "S",
    ratio: str | None = None,
    seed: int = 0,
    split: str = "train",
    method: str = "tail",
    style: str = "core",
    without: str | Iterable[str] = (),
    progress: Callable[[int], object] | None = None,
) -> Path:
    """Write a JSON Lines file for each task, a card and the configuration into a folder; returns the folder.

    tasks: Tasks or their names. n: problems of each task. range: of all of them, unless ratio gives a mixture
    such as "8:1:1". without: core modules to leave out of the traces. progress: called with the number of
    rows done so far, of n for each task.
    A file appears when it is whole. The same call again, also after a kill, writes only what is missing;
    more tasks of the same configuration may be added.
    Raises ValueError, before anything is written, for an unknown name, more problems than exist, a folder
    that holds another configuration or anything else, and a file that was changed since it was written.
    """
    given = [tasks] if isinstance(tasks, Task | str) else tasks
    chosen = list({one.name: one for one in map(task, given)}.values())
    configuration = configured(n, range, ratio or None, seed, split, method, style, without)
    counts = ratio_counts(ratio, n) if ratio else {range: n}
    require_possible(chosen, counts)
    out = Path(out)
    record = opened(out, configuration)
    done = 0
    for one in chosen:
        path = out / f"{one.name}.jsonl"
        if not written(path, record["files"].get(one.name)):
            made = reported(rows(one, counts, configuration), done, max(1, n // REPORTS), progress)
            spaces = {range: one.problem_space(range) for range in counts}
            record["files"][one.name] = write_rows(path, made) | {"spaces": spaces}
            save_record(out, record)
        done += n
        if progress:
            progress(done)
    return out


def configured(
    n: int,
    range: str,
    ratio: str | None,
    seed: int,
    split: str,
    method: str,
    style: str,
    without: str | Iterable[str],
) -> dict[str, Any]:
    """What makes two data sets the same, apart from their tasks. Raises ValueError for an unknown name."""
    from tailnb import __version__

    require_count(n, least=1)
    if type(seed) is not int:
        raise ValueError(f"the seed must be a whole number, not {seed!r}")
    for what, name, choices in (
        ("range", range, RANGES),
        ("split", split, SPLITS),
        ("method", method, METHODS),
        ("style", style, STYLE_NAMES),
    ):
        if name not in choices:
            raise ValueError(f"no {what} {name!r}; choose from {', '.join(choices)}")
    left_out = modules(without)
    if left_out and method != "tail":
        raise ValueError(f"method {method!r} has no core modules to leave out; without needs method 'tail'")
    return {
        "tailnb": __version__,
        "n": n,
        "range": None if ratio else range,
        "ratio": ratio,
        "seed": seed,
        "split": split,
        "method": method,
        "style": style,
        "without": list(left_out),
    }


def opened(out: Path, configuration: dict[str, Any]) -> dict[str, Any]:
    """The folder's record, new or as it was left. Raises ValueError unless the folder is ours to write in."""
    path = out / CONFIGURATION
    if not path.exists():
        if out.exists() and any(not entry.name.startswith(".") for entry in out.iterdir()):
            raise ValueError(f"{out} holds files, but no data set; choose an empty folder or a new one")
        out.mkdir(parents=True, exist_ok=True)
        record = {"configuration": configuration, "files": {}}
        save_text(path, record_text(record))
        return record
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        there = dict(record["configuration"])
        for entry in record["files"].values():
            bytes.fromhex(entry["sha256"])
        card(record)  # reads all that the record says
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ValueError(f"{path} is not a data set's configuration; choose a new folder") from None
    if there != configuration:
        keys = [key for key in {**there, **configuration} if there.get(key) != configuration.get(key)]
        differences = (
            f"{key} {there.get(key)!r} there, {configuration.get(key)!r} asked for" for key in keys
        )
        raise ValueError(f"{out} holds a data set with another configuration: {'; '.join(differences)}")
    return dict(record)


def written(path: Path, entry: Mapping[str, Any] | None) -> bool:
    """Whether a file is there, whole. Raises ValueError when it is there but changed."""
    if entry is None or not path.exists():
        return False
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != entry["sha256"]:
        raise ValueError(f"{path} was changed since it was written; move it away, and it is written anew")
    return True


def reported(
    rows: Iterable[Row], done: int, step: int, progress: Callable[[int], object] | None
) -> Iterator[Row]:
    """The rows themselves; after every step-th one, progress is called with the number done."""
    for number, one in enumerate(rows, start=1):
        yield one
        if progress and number % step == 0:
            progress(done + number)


def write_rows(path: Path, rows: Iterable[Row]) -> dict[str, Any]:
    """Write a file through a temporary one; returns what the record says about it."""
    digest, ranges = hashlib.sha256(), dict[str, list[int]]()
    with _Temporary(path) as temporary, temporary.open("wb") as file:
        for one in rows:
            line = (json.dumps(one, ensure_ascii=False) + "\n").encode()
            file.write(line)
            digest.update(line)
            n, low, high = ranges.get(one["range"], (0, one["length"], one["length"]))
            ranges[one["range"]] = [n + 1, min(low, one["length"]), max(high, one["length"])]
    summary = {key: {"rows": n, "lengths": [low, high]} for key, (n, low, high) in ranges.items()}
    number = sum(n for n, _, _ in ranges.values())
    return {"file": path.name, "rows": number, "sha256": digest.hexdigest(), "ranges": summary}


def save_record(out: Path, record: dict[str, Any]) -> None:
    """Write the card and the configuration, tasks in the paper's order and others behind them."""
    files, order = record["files"], [one.name for one in all_tasks()]
    names = [name for name in order if name in files] + sorted(files.keys() - set(order))
    record["files"] = {name: files[name] for name in names}
    # The configuration comes last: what it does not list is written again, and with it the card.
    save_text(out / CARD, card(record))
    save_text(out / CONFIGURATION, record_text(record))


def save_text(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    with _Temporary(path) as temporary:
        temporary.write_bytes(text.encode())


def record_text(record: Mapping[str, Any]) -> str:
    """The record as it stands in its file."""
    return json.dumps(record, indent=2) + "\n"


def card(record: Mapping[str, Any]) -> str:
    """A data set card in Markdown, with the header that `datasets.load_dataset` reads."""
    configs = "".join(
        f"\n- config_name: {name}\n  data_files: {entry['file']}" for name, entry in record["files"].items()
    )
    lines = "\n".join(
        f"| {name} | {range} | {held['rows']} | {low}–{high} | {in_words(entry['spaces'][range])} |"
        for name, entry in record["files"].items()
        for range, held in entry["ranges"].items()
        for low, high in [held["lengths"]]
    )
    settings = "\n".join(f"- {key}: {json.dumps(value)}" for key, value in record["configuration"].items())
    header = f"---\nlicense: {LICENCE}\nconfigs:{configs or ' []'}\n---\n"
    return header + CARD_TEXT.format(lines=lines, settings=settings)


CARD_TEXT = """
# Problems and chains of thought made by tailnb

Synthetic: every problem is drawn at random, and every chain of thought is recorded from the algorithm that
solves it, in the manner of TAIL (Hua et al., arXiv 2507.13332). Nothing here was written by a model.

| task | range | rows | lengths | different problems that exist |
|---|---|---|---|---|
{lines}

Configuration, which makes these files byte by byte:

{settings}

Each row holds the question (`query`), what a model reads (`prompt`) and should write (`completion`), the
answer, and the parameters of the problem. Two problems with the same `key` are the same; `train` and `eval`
share no key at any seed.

Licence: Apache-2.0, as tailnb itself.
"""


def in_words(size: int | None) -> str:
    """How many different problems there are."""
    return "more than 10**9" if size is None else str(size)


def require_count(n: int, *, least: int) -> None:
    """Raise ValueError unless n is a whole number, at least as large as said."""
    if type(n) is not int or n < least:
        raise ValueError(f"the number of problems must be a whole number from {least}, not {n!r}")


def require_possible(tasks: Sequence[Task], counts: Mapping[str, int]) -> None:
    """Raise ValueError unless there are tasks, and each has as many problems as are asked for."""
    if not tasks:
        raise ValueError(f"no task given; choose from {', '.join(one.name for one in all_tasks())}")
    for one in tasks:
        for range, n in counts.items():
            size = one.problem_space(range)
            if size is not None and n > size:
                raise ValueError(
                    f"{one.name} has only {size} different problems in range {range}; {n} were asked for"
                )


class _Temporary:
    """A hidden file beside a path, which replaces it only when nothing was raised."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.temporary = path.with_name(f".{path.name}.{os.getpid()}.part")

    def __enter__(self) -> Path:
        for left in self.path.parent.glob(f".{self.path.name}.*.part"):
            if time.time() - left.stat().st_mtime > ABANDONED:
                left.unlink(missing_ok=True)
        return self.temporary

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.temporary.replace(self.path)
        else:
            self.temporary.unlink(missing_ok=True)
