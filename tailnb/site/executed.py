"""Executed notebooks: those that are there, as long as nothing is newer, and others made on the spot."""

from __future__ import annotations

from pathlib import Path

import nbformat
from rich.console import Console

from tailnb.runner.session import CELL_SECONDS, execute_one, values_for
from tailnb.site.fetching import SiteError

PACKAGE = Path(__file__).parents[1]


def executed(notebook: Path, scale: str, runs: Path, console: Console) -> Path:
    """The executed copy of a notebook in the folder `runs`, which is made anew where it is not of today.

    Raises SiteError, with the cell, where the notebook fails.
    """
    values = values_for(notebook, scale, [])
    there = runs / notebook.name
    if is_newest(there, notebook) and _values(there) == values:
        console.print(f"{notebook.stem}: taken from {runs}", highlight=False, markup=False, soft_wrap=True)
        return there
    outcome = execute_one(notebook, runs, values, CELL_SECONDS[scale], console)
    if outcome.failure:
        raise SiteError(f"{notebook.stem} failed in {outcome.failure}")
    return outcome.output


def is_newest(copy: Path, notebook: Path) -> bool:
    """Whether the copy is there, and newer than the notebook and every file of the package."""
    if not copy.exists():
        return False
    sources = [path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return copy.stat().st_mtime > max(path.stat().st_mtime for path in (notebook, *sources))


def _values(copy: Path) -> object:
    """The parameters that a copy was executed with; None for a file that is no notebook."""
    try:
        return nbformat.read(copy, as_version=4).metadata.get("papermill", {}).get("parameters")
    except ValueError:
        return None
