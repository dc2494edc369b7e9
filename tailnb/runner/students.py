"""Executing a student's notebook for its exercises: every cell, whatever the cells before it raised.

This is no sandbox: the code runs with the rights of whoever calls it.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from contextlib import chdir
from tempfile import TemporaryDirectory
from typing import Any, cast

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from tailnb.evaluation.results import FOLDER
from tailnb.exercises import STRICT
from tailnb.runner.grading import Ungradable
from tailnb.runner.kernel import LocalKernelManager

WHOLE = 10  # times as long as a cell may a notebook take
PARAMETERS = {"parameters", "injected-parameters"}
SILENT = logging.getLogger("tailnb.students")  # what nbclient says of time limits is in the report
SILENT.addHandler(logging.NullHandler())
SILENT.propagate = False


class StubbornKernels(LocalKernelManager):
    """Kills a kernel that has been interrupted before in the same cell, and did not heed it."""

    interrupted = False

    # jupyter_client declares the method as an attribute.
    async def interrupt_kernel(self) -> None:  # type: ignore[override]
        """Interrupt the kernel, or kill it the second time."""
        if self.interrupted:
            await self.shutdown_kernel(now=True)
        else:
            self.interrupted = True
            await super().interrupt_kernel()


def execute_all(notebook: Any, seconds: int, on_cell: Callable[[int, int], object]) -> str:
    """Execute all cells of a notebook in place, at scale smoke and in a scratch folder.

    seconds: that one cell may take before it is interrupted; the notebook may take ten times as long.
    on_cell: called with the number of the cell about to run, and how many there are.
    Returns why it stopped early, "" if it did not. Raises Ungradable when no kernel could be had.
    """
    _prepare(notebook)
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        kernel_manager_class=StubbornKernels,
        timeout=seconds,
        interrupt_on_timeout=True,
        allow_errors=True,
        shutdown_kernel="immediate",
        log=SILENT,
    )
    environment = {name: value for name, value in os.environ.items() if name not in (STRICT, FOLDER)}
    # The kernel's sockets lie in the working folder, which both sides have to share.
    with TemporaryDirectory(ignore_cleanup_errors=True) as scratch, chdir(scratch):
        try:
            with client.setup_kernel(env=environment):
                return _run(client, time.monotonic() + WHOLE * seconds, on_cell)
        except DeadKernelError:
            return "the kernel died in this cell or before it: killed, crashed or out of memory"
        except (CellTimeoutError, RuntimeError, OSError) as error:
            raise Ungradable(f"cannot be executed: {type(error).__name__}: {error}") from None


def _prepare(notebook: Any) -> None:
    """Forget what an earlier run printed, and set the scale behind the parameters."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell in code:
        cell.outputs, cell.execution_count = [], None
    tagged = [cell for cell in code if PARAMETERS & set(cell.metadata.get("tags", []))]
    if tagged:
        scale = nbformat.v4.new_code_cell('scale = "smoke"')
        notebook.cells.insert(notebook.cells.index(tagged[-1]) + 1, scale)


def _run(
    client: NotebookClient,
    deadline: float,
    on_cell: Callable[[int, int], object],
) -> str:
    cells, kernel = client.nb.cells, cast(StubbornKernels, client.km)
    for index, cell in enumerate(cells):
        if time.monotonic() > deadline:
            return "the notebook took too long before this cell"
        on_cell(index + 1, len(cells))
        kernel.interrupted = False
        client.execute_cell(cell, index)
    return ""
