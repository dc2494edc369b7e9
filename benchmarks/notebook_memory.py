"""The most memory that each notebook takes at `smoke`: what a place such as Binder must have.

    python benchmarks/notebook_memory.py [NOTEBOOK]...

Notebooks run one after another. Ten times a second, the resident memory of the kernel and of every process
below it is added up; what they share counts more than once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

import click
import psutil

from tailnb.evaluation.provenance import provenance
from tailnb.runner.execute import execute
from tailnb.runner.notebooks import choose, find_notebooks

RESULTS = Path(__file__).with_suffix(".jsonl")
INTERVAL = 0.1  # seconds


@click.command()
@click.argument("names", nargs=-1)
def main(names: tuple[str, ...]) -> None:
    """Measure the notebooks named, or all."""
    where = provenance(f"python benchmarks/notebook_memory.py {' '.join(names)}".strip())
    for notebook in choose(find_notebooks(), names):
        with TemporaryDirectory() as folder, most_memory() as memory:
            outcome = execute(notebook, Path(folder), {"scale": "smoke"})
        if outcome.failure:
            raise click.ClickException(f"{notebook.stem} failed in {outcome.failure}")
        row = {
            "notebook": notebook.stem,
            "megabytes": round(max(memory) / 1e6),
            "seconds": round(outcome.seconds),
        }
        click.echo(row)
        with RESULTS.open("a", encoding="utf-8") as file:
            print(json.dumps(row | {"provenance": where}), file=file)


@contextmanager
def most_memory() -> Iterator[list[int]]:
    """A list that fills with the bytes that this process's children hold, until the end of the block."""
    held, ended = [0], Event()

    def watch() -> None:
        while not ended.wait(INTERVAL):
            held.append(sum(map(resident, psutil.Process().children(recursive=True))))

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield held
    finally:
        ended.set()
        watcher.join()


def resident(process: psutil.Process) -> int:
    """The bytes of a process; none where it has ended."""
    try:
        return process.memory_info().rss
    except psutil.Error:
        return 0


if __name__ == "__main__":
    main()
