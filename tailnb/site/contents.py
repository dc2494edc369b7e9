"""Notebooks made ready for a site: only what has a use there, and no link to what is not there."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode

LINK = re.compile(r"\[([^\]]+)\]\(([\w/]+)\.ipynb(?:#[^)]*)?\)")
KERNEL = {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}
ELSEWHERE = {"colab", "injected-parameters"}  # tags of cells that mean nothing on a site


def write_contents(notebooks: Sequence[Path], folder: Path, scale: str = "smoke") -> None:
    """Write copies of notebooks into a folder, which is made. scale: the one that they begin with."""
    folder.mkdir(parents=True)
    there = {path.stem for path in notebooks}
    for path in notebooks:
        notebook = nbformat.read(path, as_version=4)
        notebook.metadata["kernelspec"] = KERNEL
        prepare(notebook, there, scale)
        nbformat.write(notebook, folder / path.name)


def prepare(notebook: NotebookNode, there: Collection[str], scale: str, ending: str = "ipynb") -> None:
    """Drop cells, set the scale, and keep links to notebooks that are there only.

    there: their stems. ending: of the files that links lead to.
    """
    notebook.cells = [cell for cell in notebook.cells if not ELSEWHERE & set(cell.metadata.get("tags", []))]
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = LINK.sub(
                lambda link: f"[{link[1]}]({link[2]}.{ending})" if link[2] in there else link[1], cell.source
            )
        elif "parameters" in cell.metadata.get("tags", []):
            cell.source = cell.source.replace('scale = "demo"', f'scale = "{scale}"')
