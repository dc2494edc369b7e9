"""`write_dataset`: a folder of files, one for each task, that a killed run leaves to be taken up."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from tailnb.dataset.configuration import Configuration, configured, counts, require_possible, stream
from tailnb.dataset.folder import Record, is_whole, locked, opened, save_record, sha256
from tailnb.dataset.parquet import require_pyarrow, to_parquet
from tailnb.dataset.rows import Draw, digest
from tailnb.dataset.streams import Stream, different
from tailnb.dataset.tally import Tally, left_in
from tailnb.dataset.workers import Lines, workers
from tailnb.tasks import Task, task

REPORTS = 100  # how often progress is reported, for each file
FULL = (errno.ENOSPC, errno.EDQUOT)

Report = Callable[[int], object]


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
    format: str = "jsonl",
    jobs: int | None = None,
    progress: Report | None = None,
) -> Path:
    """Write a file for each task, a card and the configuration into a folder; returns the folder.

    tasks: Tasks or their names. n: problems of each task. range: of all of them, unless ratio gives a mixture
    such as "8:1:1". without: core modules to leave out of the traces. format: "jsonl" or "parquet".
    jobs: processes; -1 for one on each core, None for one or what `joblib.parallel_config` says; the files
    are the same for any number. progress: called with the rows done so far, of n for each task.
    A file appears when it is whole. The same call again, also after a kill, writes only what is missing;
    more tasks of the same configuration may be added.
    Raises ValueError, before anything is written, for an unknown name, more problems than exist, a folder
    that holds another configuration or anything else, and a file that was changed since it was written.
    """
    given = [tasks] if isinstance(tasks, Task | str) else tasks
    chosen = list({one.name: one for one in map(task, given)}.values())
    configuration = configured(n, range, ratio, seed, split, method, style, without, format)
    require_possible(chosen, configuration)
    if format == "parquet":
        require_pyarrow()
    out, report = Path(out), progress or (lambda done: None)
    with workers(jobs) as lines, locked(out), what_is_kept(out):
        record = opened(out, configuration)
        for number, one in enumerate(chosen):
            write_task(one, out, record, lines, partial(later, report, number * n))
            report((number + 1) * n)
    return out


def write_task(task: Task, out: Path, record: Record, lines: Lines, report: Report) -> None:
    """Write a task's file, unless it is there. Raises ValueError for one that is none of the data set's."""
    configuration, entry = record["configuration"], record["files"].get(task.name)
    path = out / f"{task.name}.{configuration['format']}"
    part = out / f".{task.name}.jsonl.part"
    if not is_whole(path, entry):
        if entry is None and path.exists():
            raise ValueError(f"{path} is no file of this data set; move it away, or choose another folder")
        tally = fill(part, task, configuration, lines, report)
        whole = as_parquet(part) if configuration["format"] == "parquet" else part
        record["files"][task.name] = entry_of(task, path, whole, tally)
        save_record(out, record)  # before the file has its name: so a file without a record is never ours
        whole.replace(path)
    part.unlink(missing_ok=True)


def fill(part: Path, task: Task, configuration: Configuration, lines: Lines, report: Report) -> Tally:
    """Write all lines of a task into a hidden file, or those that a killed run left out."""
    streams = {range: (stream(task, range, configuration), n) for range, n in counts(configuration).items()}
    tally = left_in(part, streams, configuration)
    step = max(1, configuration["n"] // REPORTS)
    report(tally.total)
    with part.open("ab") as file:
        file.truncate(tally.size)
        for range, (of, n) in streams.items():
            made = lines(of, configuration, indices(of, n, tally), partial(tally.left, range, n))
            for one in different(of, made, n, tally.keys, tally.rows(range)):
                file.write(one.text)
                tally.add(range, one)
                if tally.total % step == 0:
                    report(tally.total)
        file.flush()
        os.fsync(file.fileno())
    return tally


def indices(of: Stream, n: int, tally: Tally) -> Iterator[int]:
    """What of a stream to make rows of: all behind the last row or, in a crowd, what has a new key."""
    behind = count(tally.next.get(of.range, 0))
    if not of.is_crowded(n):
        return behind
    drawn = (Draw(at, digest(of[at].key)) for at in behind)
    new = different(of, drawn, n, set(tally.keys), tally.rows(of.range))
    return (draw.at for draw in new)


def later(report: Report, before: int, done: int) -> None:
    """Report the rows of a file behind those of the files before it."""
    report(before + done)


def as_parquet(part: Path) -> Path:
    """The lines of a hidden file in another one, as Parquet."""
    out = part.with_suffix("").with_suffix(".parquet.part")
    try:
        to_parquet(part, out)
    except BaseException:
        out.unlink(missing_ok=True)
        raise
    return out


def entry_of(task: Task, path: Path, whole: Path, tally: Tally) -> dict[str, Any]:
    """What the record and the card say about a file."""
    return {
        "file": path.name,
        "rows": tally.total,
        "sha256": sha256(whole),
        "key": task.key,
        "problems": {range: task.problem_space(range) for range in tally.next},
        "keys": {range: task.key_space(range) for range in tally.next},
        "ranges": tally.summary(),
    }


@contextmanager
def what_is_kept(out: Path) -> Iterator[None]:
    """Say on a full disk that nothing is lost."""
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        said = f"{os.strerror(error.errno)}. What is written is kept: make room, and run the same again"
        raise OSError(error.errno, said, str(out)) from error
