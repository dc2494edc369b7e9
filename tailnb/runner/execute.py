"""Executing one notebook, so that only a whole output ever looks whole."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillException, PapermillExecutionError

from tailnb.runner.kernel import LOG, LocalKernelManager
from tailnb.runner.results import staged

# What can end a notebook's run early; the last three cover kernels that never start and unreadable files.
ERRORS = (PapermillException, CellTimeoutError, DeadKernelError, RuntimeError, OSError, ValueError)
# What papermill would print on failures is in our own report of them.
logging.getLogger("papermill").addHandler(logging.NullHandler())


@dataclass(frozen=True)
class Failure:
    """Where and why a notebook stopped; `cell` is the number beside the cell, 0 before the first one."""

    cell: int
    line: str
    error: str

    def __str__(self) -> str:
        place = f"cell [{self.cell}] `{self.line}`" if self.cell else "before the first cell"
        return f"{place}: {self.error}"


@dataclass(frozen=True)
class Outcome:
    """What came of one notebook: its output, the code cells that ran, for how long, and any failure."""

    stem: str
    output: Path
    cells: int
    seconds: float
    failure: Failure | None


class _Progress:
    """Follows the cells of one run, to report them live and to know where it stopped."""

    def __init__(self, notebook: Path, injected: bool, on_cell: Callable[[int, int], object]) -> None:
        cells = nbformat.read(notebook, as_version=4).cells
        self.total = sum(cell.cell_type == "code" and bool(cell.source.strip()) for cell in cells) + injected
        self.cell, self.line, self.index = 0, "", 0
        self._on_cell = on_cell

    def __call__(self, cell: Any, cell_index: int) -> None:
        self.cell += 1
        self.line = cell.source.strip().partition("\n")[0]
        self.index = cell_index
        self._on_cell(self.cell, self.total)


def execute(
    notebook: Path,
    out: Path,
    values: dict[str, Any],
    *,
    timeout: int | None = None,
    on_cell: Callable[[int, int], object] = lambda cell, cells: None,
) -> Outcome:
    """Execute one notebook into `out/<stem>.ipynb`, or `out/<stem>.failed.ipynb` if a cell fails.

    While it runs the output is `<stem>.partial.ipynb`, and a failed run leaves an earlier whole one alone.
    Rows that the notebook publishes end up in out's `results`, files that it writes in its `work/<stem>`.

    Args:
        notebook: the file, left as it is.
        out: folder, made if need be.
        values: parameters to inject, already checked.
        timeout: seconds that one cell may take; None for no limit.
        on_cell: called with the number of the code cell about to run, and how many there are.
    """
    out = out.resolve()
    whole, partial, failed = (out / f"{notebook.stem}{mark}.ipynb" for mark in ("", ".partial", ".failed"))
    progress = _Progress(notebook, bool(values), on_cell)
    started = time.monotonic()
    failure = None
    try:
        with staged(out / "results"):
            _papermill(notebook.resolve(), partial, values, timeout, progress)
    except ERRORS as error:
        failure = Failure(progress.cell, progress.line, _reason(error, timeout))
        if partial.exists():
            _mark(partial, progress, failure, error)
            partial.replace(failed)
    else:
        partial.replace(whole)
        failed.unlink(missing_ok=True)
    output = failed if failure else whole
    return Outcome(notebook.stem, output, progress.cell, time.monotonic() - started, failure)


def _papermill(
    notebook: Path, partial: Path, values: dict[str, Any], timeout: int | None, progress: _Progress
) -> None:
    """Run papermill in a folder of the notebook's own, so that nothing is left beside its source."""
    work = partial.parent / "work" / notebook.stem
    work.mkdir(parents=True, exist_ok=True)
    try:
        papermill.execute_notebook(
            notebook,
            partial,
            values,
            kernel_name="python3",
            cwd=work,
            progress_bar=False,
            execution_timeout=timeout,
            on_cell_execute=progress,
            kernel_manager_class=LocalKernelManager,
        )
    finally:
        log = work / LOG
        if log.exists() and not log.stat().st_size:
            log.unlink()
        if not any(work.iterdir()):
            work.rmdir()


def _reason(error: Exception, timeout: int | None) -> str:
    """One line on what stopped a run."""
    if isinstance(error, PapermillExecutionError):
        text = f"{error.ename}: {error.evalue}"
    elif isinstance(error, CellTimeoutError):
        text = f"not done within {timeout} s (CellTimeoutError)"
    elif isinstance(error, DeadKernelError):
        text = "the kernel died: killed, crashed or out of memory (DeadKernelError)"
    else:
        text = f"{type(error).__name__}: {error}"
    return text.strip().partition("\n")[0]


def _mark(partial: Path, progress: _Progress, failure: Failure, error: Exception) -> None:
    """Say in the output where it stopped; papermill does so itself only when a cell raised."""
    if isinstance(error, PapermillExecutionError):
        return
    notebook = nbformat.read(partial, as_version=4)
    for index, cell in enumerate(notebook.cells):
        if index >= progress.index:
            cell.metadata.papermill["status"] = "failed" if index == progress.index else "pending"
    notebook.metadata.papermill["exception"] = True
    note = nbformat.v4.new_markdown_cell(f"**This run stopped at** {failure}")
    note.metadata["tags"] = ["papermill-error-cell-tag"]  # so that papermill drops it when this file is run
    notebook.cells.insert(0, note)
    nbformat.write(notebook, partial)
