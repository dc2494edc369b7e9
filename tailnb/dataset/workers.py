"""Lines made in several processes, by joblib: their order, and so every byte, is the same for any number.

On a cluster, joblib hands the work to Dask, or to Ray after `ray.util.joblib.register_ray()`:

    with joblib.parallel_config(backend="dask"):
        write_dataset(…, jobs=-1)
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from itertools import islice
from multiprocessing import current_process
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any, Protocol

from tailnb.dataset.configuration import Configuration, stream
from tailnb.dataset.rows import Line, line
from tailnb.dataset.streams import Stream
from tailnb.tasks import FOLDERS, Task, look_in, task

BYTES = 250_000  # that the lines of a chunk should have
FIRST = 16  # rows of a chunk, before it is known how long they are
MOST = 1000  # rows of a chunk
CHUNKS = 16  # for each process, before their lines are collected


class Lines(Protocol):
    """Makes the lines of a stream's indices. left: says how many are still wanted."""

    def __call__(
        self, of: Stream, configuration: Configuration, indices: Iterator[int], left: Callable[[], int]
    ) -> Iterator[Line]: ...


@contextmanager
def workers(jobs: int | None = None) -> Iterator[Lines]:
    """A pool of processes that make lines, or this process alone.

    jobs: how many; -1 for one on each core; None for one, or for what `joblib.parallel_config` says.
    Raises ValueError for another value, and ModuleNotFoundError where joblib is needed and missing.
    """
    number = processes(jobs)
    if number == 1:
        yield in_order
        return
    from joblib import Parallel

    with Parallel(n_jobs=jobs, batch_size=1, **_watched()) as pool:
        yield partial(from_pool, pool, number)


def _watched() -> dict[str, Any]:
    """What has joblib's own processes end with this one from their start, before they have work."""
    from joblib.parallel import get_active_backend

    own = type(get_active_backend()[0]).__name__ == "LokyBackend"
    return {"initializer": end_with, "initargs": (os.getpid(),)} if own else {}


def processes(jobs: int | None) -> int:
    """How many processes `jobs` means. Raises as `workers` does."""
    if jobs is not None and (type(jobs) is not int or jobs == 0):
        raise ValueError(
            f"jobs must be a whole number of processes, or -1 for one on each core, not {jobs!r}"
        )
    if jobs == 1 or (jobs is None and "joblib" not in sys.modules):
        return 1
    try:
        from joblib import effective_n_jobs
    except ModuleNotFoundError as missing:
        raise ModuleNotFoundError(
            f"several jobs need {missing.name}: pip install 'tailnb[lab]'", name=missing.name
        ) from missing
    return int(effective_n_jobs(jobs))


def in_order(
    of: Stream, configuration: Configuration, indices: Iterator[int], left: Callable[[], int]
) -> Iterator[Line]:
    """The lines, made here one by one."""
    return (line(of, index, configuration) for index in indices)


def from_pool(
    pool: Any,
    number: int,
    of: Stream,
    configuration: Configuration,
    indices: Iterator[int],
    left: Callable[[], int],
) -> Iterator[Line]:
    """The lines, made by a number of processes in chunks, and collected in order."""
    from joblib import delayed

    chunk_of, rows = delayed(chunk), FIRST
    shared = configuration, source_of(of.task), os.getpid()
    while batch := list(islice(indices, min(max(left(), FIRST), rows * number * CHUNKS))):
        step, size = max(1, min(rows, len(batch) // (4 * number))), 0
        chunks = (batch[first : first + step] for first in range(0, len(batch), step))
        for lines in pool(chunk_of(of.task.name, of.range, part, *shared) for part in chunks):
            size += sum(len(one.text) for one in lines)
            yield from lines
        rows = max(1, min(MOST, BYTES * len(batch) // size))


def source_of(task: Task) -> tuple[str, int]:
    """Where task files of your own lie, and when this one was changed."""
    folders = os.environ.get(FOLDERS, "")
    return folders, Path(str(task.module.__file__)).stat().st_mtime_ns if folders else 0


@cache
def end_with(parent: int) -> None:
    """End this process, if it is joblib's own, once its parent was killed: it would wait for ever."""

    def watch() -> None:
        while os.getppid() == parent:
            sleep(1)
        os._exit(1)

    if current_process().name.startswith("LokyProcess"):
        Thread(target=watch, daemon=True).start()


def chunk(
    name: str,
    range: str,
    indices: list[int],
    configuration: Configuration,
    source: tuple[str, int],
    parent: int,
) -> list[Line]:
    """The lines of some indices, as a worker makes them."""
    end_with(parent)
    look_where(*source)
    of = stream(task(name), range, configuration)
    return [line(of, index, configuration) for index in indices]


@cache
def look_where(folders: str, changed: int) -> None:
    """Find task files where the main process found them, and anew when they were changed."""
    for folder in filter(None, folders.split(os.pathsep)):
        look_in(folder)
