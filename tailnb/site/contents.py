"""Notebooks made ready for a browser: a small scale, its kernel, and no link to what is not there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import nbformat

LINK = re.compile(r"\[([^\]]+)\]\(([\w/]+\.ipynb)\)")
KERNEL = {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}


def write_contents(notebooks: Sequence[Path], folder: Path, scale: str = "smoke") -> None:
    """Write copies of notebooks into a folder, which is made. scale: the one that they begin with."""
    folder.mkdir(parents=True)
    there = {path.name for path in notebooks}
    for path in notebooks:
        notebook = nbformat.read(path, as_version=4)
        notebook.metadata["kernelspec"] = KERNEL
        notebook.cells = [cell for cell in notebook.cells if "colab" not in cell.metadata.get("tags", [])]
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = LINK.sub(lambda link: link[0] if link[2] in there else link[1], cell.source)
            elif "parameters" in cell.metadata.get("tags", []):
                cell.source = cell.source.replace('scale = "demo"', f'scale = "{scale}"')
        nbformat.write(notebook, folder / path.name)
