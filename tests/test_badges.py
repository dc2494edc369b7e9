"""Badges, and the cell for Colab: as committed, with an address, and without."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager

from tailnb.site.badges import badges, colab_cell, project, write

ROOT = Path(__file__).parents[1]
ADDRESS = "https://github.com/someone/tailnb"


@pytest.fixture
def copy(tmp_path):
    """The files that know the address."""
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    for name in ("README.md", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def test_what_is_committed_is_up_to_date(copy):
    assert write(copy) == [], "run python -m tailnb.site.badges"


def test_no_address_is_invented():
    assert project(ROOT)[0] or not re.search(
        r"badge_logo|/v2/gh/|colab\.research", (ROOT / "README.md").read_text()
    )
    assert badges("", "00_start_here") == ""


def test_an_address_brings_badges_and_taking_it_away_removes_them(copy):
    pyproject = copy / "pyproject.toml"
    before = pyproject.read_text()
    pyproject.write_text(
        before.replace("[project.scripts]", f'[project.urls]\nRepository = "{ADDRESS}"\n\n[project.scripts]')
    )
    originals = {path: path.read_bytes() for path in [copy / "README.md", *copy.glob("notebooks/*.ipynb")]}
    assert set(write(copy)) == set(originals)
    assert write(copy) == []
    for path in copy.glob("notebooks/*.ipynb"):
        title, cell, *_ = nbformat.read(path, as_version=4).cells
        assert f"/v2/gh/someone/tailnb/HEAD?labpath=notebooks/{path.name})" in title.source
        assert f"/github/someone/tailnb/blob/HEAD/notebooks/{path.name})" in title.source
        assert title.source.startswith("# ")
        assert "tailnb[lab] @ git+https://github.com/someone/tailnb" in cell.source
    assert "HEAD?labpath=notebooks/00_start_here.ipynb" in (copy / "README.md").read_text()
    pyproject.write_text(before)
    write(copy)
    assert {path: path.read_bytes() for path in originals} == originals


@pytest.mark.parametrize("address", ["https://example.org/a/b", "https://github.com/a", "github.com/a/b"])
def test_an_address_elsewhere_is_refused(address):
    with pytest.raises(ValueError, match=r"github\.com/owner/name"):
        badges(address, "00_start_here")


class Shell:
    """An IPython that only notes the magics it is asked to run."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.ran: list[tuple[str, str]] = []

    def __str__(self) -> str:
        return self.name

    def run_line_magic(self, magic: str, line: str) -> None:
        self.ran.append((magic, line))


@pytest.mark.parametrize(
    ("address", "what"),
    [(ADDRESS, f"tailnb[lab] @ git+{ADDRESS}"), ("", "./tailnb-1.2.3-py3-none-any.whl[lab]")],
)
def test_the_cell_installs_on_colab_and_does_nothing_elsewhere(address, what):
    source = TransformerManager().transform_cell(colab_cell(address, "1.2.3"))
    colab, other = (
        Shell("<google.colab._shell.Shell object>"),
        Shell("<ipykernel.zmqshell.ZMQInteractiveShell>"),
    )
    for shell in (colab, other):
        exec(source, {"get_ipython": lambda shell=shell: shell})
    assert colab.ran == [("pip", f'install -q "{what}"')]
    assert other.ran == []
