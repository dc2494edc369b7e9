"""What the repository's address is needed for: badges of Binder and Colab, and a cell that works on Colab.

    python -m tailnb.site.badges

writes them into the README and the notebooks, by `Repository` in pyproject.toml's `project.urls`. Without an
address there is no badge, and the cell installs a wheel that was uploaded beside the notebook.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import nbformat

GITHUB = "https://github.com/"
BINDER = (
    "[![Binder](https://mybinder.org/badge_logo.svg)](https://mybinder.org/v2/gh/{place}/HEAD?labpath={path})"
)
COLAB = (
    "[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]"
    "(https://colab.research.google.com/github/{place}/blob/HEAD/{path})"
)
MARKED = re.compile(r"(<!-- badges -->\n).*?(<!-- end of badges -->\n)", re.DOTALL)
CELL = """if "google.colab" in str(get_ipython()):  # on Colab only{first}
    %pip install -q "{what}\""""
HIDDEN = {"jupyter": {"source_hidden": True}, "tags": ["colab"]}


def project(source: Path) -> tuple[str, str]:
    """The repository's address, "" where there is none, and the version. source: the project's folder."""
    found = tomllib.loads((source / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return found.get("urls", {}).get("Repository", "").rstrip("/"), found["version"]


def badges(address: str, notebook: str) -> str:
    """Links to a notebook on Binder and Colab, as Markdown; "" without an address.

    Raises ValueError for an address elsewhere than on GitHub, which is where both look.
    """
    if not address:
        return ""
    place = address.removeprefix(GITHUB).removesuffix(".git")
    if not address.startswith(GITHUB) or place.count("/") != 1:
        raise ValueError(f"badges need an address such as {GITHUB}owner/name, not {address!r}")
    return " ".join(form.format(place=place, path=f"notebooks/{notebook}.ipynb") for form in (BINDER, COLAB))


def colab_cell(address: str, version: str) -> str:
    """The cell that installs this package on Colab."""
    if address:
        return CELL.format(first="", what=f"tailnb[lab] @ git+{address}")
    wheel = f"./tailnb-{version}-py3-none-any.whl"
    return CELL.format(first="; upload this file first", what=f"{wheel}[lab]")


def write(source: Path) -> list[Path]:
    """Bring README and notebooks up to date; returns the files that changed."""
    readme, notebooks = source / "README.md", sorted((source / "notebooks").glob("*.ipynb"))
    address, version = project(source)
    shown = badges(address, notebooks[0].stem)
    lines = f"{shown}\n" if shown else ""
    made = {readme: MARKED.sub(rf"\g<1>{lines}\g<2>", readme.read_text(encoding="utf-8"))}
    made |= {
        path: _notebook(path, badges(address, path.stem), colab_cell(address, version)) for path in notebooks
    }
    changed = [path for path, text in made.items() if text != path.read_text(encoding="utf-8")]
    for path in changed:
        path.write_text(made[path], encoding="utf-8")
    return changed


def _notebook(path: Path, shown: str, cell: str) -> str:
    """A notebook's text, with the badges below its title, and the cell behind that."""
    notebook = nbformat.read(path, as_version=4)
    title, *rest = notebook.cells
    heading, *paragraphs = [part for part in title.source.split("\n\n") if not part.startswith("[![Binder]")]
    title.source = "\n\n".join([heading, *filter(None, [shown]), *paragraphs])
    made = nbformat.v4.new_code_cell(cell, id="colab", metadata=HIDDEN)
    notebook.cells = [title, made, *(one for one in rest if one.id != "colab")]
    return f"{nbformat.writes(notebook)}\n"


if __name__ == "__main__":
    for path in write(Path.cwd()):
        print(path.name)
