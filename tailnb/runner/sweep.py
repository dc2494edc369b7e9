"""`tailnb run --sweep`: a notebook once for each combination of values, going on where it was stopped.

Each run has a folder of its own; the record in it, written last, says that it is whole.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from rich.console import Console

from tailnb.runner.collect import collect, show
from tailnb.runner.combinations import Combination, combinations
from tailnb.runner.notebooks import UsageError
from tailnb.runner.results import stamps, written
from tailnb.runner.session import CELL_SECONDS, STOPPED, execute_one

RECORD = "finished.json"
LOCK = ".sweep.lock"


def run(
    notebooks: Sequence[Path],
    scale: str,
    pairs: Sequence[tuple[str, str]],
    sweeps: Sequence[str],
    out: Path,
    timeout: int | None = None,
    console: Console | None = None,
) -> int:
    """Run every combination that is not finished yet, then collect the results of all of them.

    Returns the exit code: 0, 1 if a run failed, 130 if stopped by Ctrl-C.
    Raises UsageError for wrong names or values, and for a folder that another sweep is writing to.
    """
    console = console or Console()
    wanted = combinations(notebooks, scale, pairs, sweeps)
    out = out.resolve()
    with _locked(out):
        try:
            failed = _run_missing(wanted, out, scale, timeout, console)
        except KeyboardInterrupt:
            _tell(console, "stopped by Ctrl-C; the same command goes on from here")
            return STOPPED
        show(*collect(out, [(one, finished(out, one)) for one in wanted]), out, console)
    for one in failed:
        _tell(console, f"failed    {_name(one)}; see {out / one.folder}")
    return int(bool(failed))


def _run_missing(
    wanted: Sequence[Combination], out: Path, scale: str, timeout: int | None, console: Console
) -> list[Combination]:
    """Run what is not finished yet, and say what is; returns the combinations that failed."""
    over = [one for one in wanted if finished(out, one) is not None]
    _tell(console, f"{len(wanted)} runs, {len(over)} of them finished earlier, in {out}")
    for one in over:
        _tell(console, f"= {_name(one)}: taken over")
    failed = []
    for one in wanted:
        limit = timeout or CELL_SECONDS[one.values.get("scale", scale)]
        if one not in over and not _run(one, out, limit, console):
            failed.append(one)
    return failed


def finished(out: Path, one: Combination) -> list[Path] | None:
    """The files of results of a whole run, None if there is none of this notebook with these parameters."""
    folder = out / one.folder
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        files = [folder / "results" / Path(name).name for name in record["results"]]
        same = record["fingerprint"] == one.fingerprint
    except (OSError, ValueError, KeyError, TypeError):
        return None
    whole = (folder / f"{one.notebook.stem}.ipynb").is_file() and all(file.is_file() for file in files)
    return files if same and whole else None


def _run(one: Combination, out: Path, timeout: int | None, console: Console) -> bool:
    """Run one combination; whether it went to its end, which its record says."""
    folder = out / one.folder
    folder.mkdir(parents=True, exist_ok=True)
    (folder / RECORD).unlink(missing_ok=True)
    before = stamps(folder / "results")
    outcome = execute_one(one.notebook, folder, dict(one.values), timeout, console, _name(one))
    if outcome.failure is None:
        files = [path.name for path in written(folder / "results", before)]
        record = {"fingerprint": one.fingerprint, "parameters": dict(one.values), "results": files}
        unfinished = folder / f".{RECORD}.{os.getpid()}.part"
        unfinished.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        unfinished.replace(folder / RECORD)
    return outcome.failure is None


@contextmanager
def _locked(out: Path) -> Iterator[None]:
    """Hold a folder for this sweep alone; it is made where there is none."""
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is no folder")
    out.mkdir(parents=True, exist_ok=True)
    lock = FileLock(out / LOCK, blocking=False)
    try:
        lock.acquire()
    except Timeout:
        raise UsageError(f"another sweep is writing to {out}; let it end, or choose another --out") from None
    try:
        yield
    finally:
        lock.release()


def _name(one: Combination) -> str:
    return f"{one.notebook.stem}, {one.label}"


def _tell(console: Console, text: str) -> None:
    console.print(text, soft_wrap=True, highlight=False, markup=False)
