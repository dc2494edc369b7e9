"""How fast traces are made: against a named peer, against a plain join of the same text, and as data sets.

    python benchmarks/speed.py rates              # characters of core trace a second, each task, one core
    python benchmarks/speed.py sets               # data sets on one core and two; 18 × 100,000 from 2% of it
    python benchmarks/speed.py whole word_flip    # one task's 100,000 short problems, in full

The peer is CLRS-Text (Markeeva et al. 2024, `pip install dm-clrs`) on bubble sort, measured in the same run
when it is installed. Results are data: speed.jsonl, with where they come from.
"""

from __future__ import annotations

import importlib.util
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

import tailnb
from tailnb.dataset import write_dataset
from tailnb.evaluation.provenance import provenance

HERE = Path(__file__).parent
RESULTS = HERE / "speed.jsonl"
PAPER = 100_000  # short problems of each task
SHARE = 0.02  # of them, from which the whole is estimated
REPEATS = 5  # of each measurement; the fastest counts
PEER = "clrs"


@click.group()
def app() -> None:
    """How fast traces are made."""


@app.command()
@click.option("--n", default=300, show_default=True, help="Problems of each task.")
def rates(n: int) -> None:
    """Characters of core trace a second on one core: drawn, recorded and written; and the peers."""
    where = provenance(f"python benchmarks/speed.py rates --n {n}", repeats=REPEATS)
    rows = [task_rate(task, n) for task in tqdm(tailnb.tasks())]
    bubble = {"problems of length": 8}
    rows.append({"what": "bubble_sort", **bubble, **rate(bubble_traces(n), n)})
    if importlib.util.find_spec(PEER):
        rows.append({"what": "CLRS-Text bubble_sort with hints", **bubble, **rate(peer_traces(n), n)})
    for row in rows:
        keep(row | {"kind": "rate", "provenance": where})
        click.echo(f"{row['what']:34s} {row['characters a second'] / 1e6:8.2f} M characters a second")


def task_rate(task: tailnb.Task, n: int) -> dict[str, Any]:
    """A task's rate on short problems, and what a join of the same lines takes of that time."""
    lines = [one.completion().splitlines() for one in problems(task, n)]
    joined = rate(lambda: ["\n".join(some) for some in lines], n)
    made = rate(lambda: [one.completion() for one in problems(task, n)], n)
    share = made["characters a second"] / joined["characters a second"]
    return {"what": task.name, **made, "of the rate of str.join": round(share, 5)}


def problems(task: tailnb.Task, n: int) -> list[tailnb.Problem]:
    """Short problems of a task, made anew each time."""
    return [task.sample("S", seed=5, index=index) for index in range(n)]


def bubble_traces(n: int) -> Callable[[], list[str]]:
    """Traces of lists of eight numbers, as many as CLRS-Text's below."""
    task = tailnb.task("bubble_sort")

    def make() -> list[str]:
        stream = (task.sample("L", seed=5, index=index) for index in range(100 * n))
        eight = (one for one in stream if one.length == 8)
        return [next(eight).completion() for _ in range(n)]

    return make


def peer_traces(n: int) -> Callable[[], list[str]]:
    """The peer's question and hints for lists of eight numbers."""
    from clrs._src.clrs_text.huggingface_generators import clrs_generator

    def make() -> list[str]:
        return [one["text"] for one in clrs_generator({"bubble_sort": [8]}, n, use_hints=True)]

    return make


def rate(make: Callable[[], list[str]], n: int) -> dict[str, Any]:
    """How many characters a second a function makes, by its fastest run."""
    fastest, characters = float("inf"), 0
    for _ in range(REPEATS):
        begin = time.perf_counter()
        texts = make()
        fastest = min(fastest, time.perf_counter() - begin)
        characters = sum(map(len, texts))
    return {"n": n, "characters": characters, "characters a second": round(characters / fastest)}


@app.command()
@click.option("--share", default=SHARE, show_default=True, help="Of the paper's 100,000 for each task.")
def sets(share: float) -> None:
    """Rows a second of whole data sets on one core and on two, and how long the paper's size would take."""
    n = round(share * PAPER)
    seconds = {jobs: [timed(task, n, jobs) for task in tqdm(tailnb.tasks())] for jobs in (1, 2)}
    for jobs, rows in seconds.items():
        where = provenance(f"python benchmarks/speed.py sets --share {share}", jobs=jobs)
        for row in rows:
            keep(row | {"kind": "set", "jobs": jobs, "provenance": where})
        whole = sum(row["seconds"] * min(PAPER, row["exist"] or PAPER) / row["n"] for row in rows)
        click.echo(f"{jobs} core(s): {whole / 60:.1f} minutes for 100,000 short problems of each task")
    one, two = (sum(row["seconds"] for row in seconds[jobs]) for jobs in (1, 2))
    click.echo(f"two cores take {two / one:.2f} of the time of one")


@app.command()
@click.argument("task")
@click.option("--jobs", default=2, show_default=True)
def whole(task: str, jobs: int) -> None:
    """The paper's 100,000 short problems of one task."""
    where = provenance(f"python benchmarks/speed.py whole {task} --jobs {jobs}", jobs=jobs)
    row = timed(tailnb.task(task), PAPER, jobs)
    keep(row | {"kind": "whole", "jobs": jobs, "provenance": where})
    click.echo(f"{row['rows']:,} rows in {row['seconds']:.0f} s, {row['bytes'] / 1e6:.0f} MB")


def timed(task: tailnb.Task, n: int, jobs: int) -> dict[str, Any]:
    """Write a data set into a temporary folder: rows, bytes and seconds."""
    exist = task.key_space("S")
    n = (
        min(n, exist // 2) if exist else n
    )  # the last keys of a small space are found slowly, and no one needs them
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        write_dataset(task, Path(folder) / "set", n=n, range="S", jobs=jobs)
        seconds = time.perf_counter() - begin
        size = (Path(folder) / "set" / f"{task.name}.jsonl").stat().st_size
    return {"what": task.name, "n": n, "rows": n, "bytes": size, "seconds": round(seconds, 3), "exist": exist}


def keep(row: dict[str, Any]) -> None:
    """Add a row to the results."""
    with RESULTS.open("a", encoding="utf-8") as file:
        print(json.dumps(row), file=file)


if __name__ == "__main__":
    app()
