"""Every notebook: committed clean, small cells, and executed at `smoke`; solutions are run strictly."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from tailnb.runner.execute import execute
from tailnb.runner.parameters import parameters

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
SOLUTIONS = sorted((FOLDER / "solutions").glob("*.ipynb"))
LONGEST_CELL = 15
SECONDS_PER_CELL = 300

each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
each_file = pytest.mark.parametrize(
    "path", NOTEBOOKS + SOLUTIONS, ids=lambda path: str(path.relative_to(FOLDER).with_suffix(""))
)


def test_the_notebooks_are_there():
    assert len(NOTEBOOKS) >= 5


@each_file
def test_committed_clean(path):
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert "widgets" not in notebook.metadata
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert not any(cell.outputs or cell.execution_count for cell in code)
    assert sum("parameters" in cell.metadata.get("tags", []) for cell in code) == 1


@each_file
def test_cells_are_small(path):
    cells = nbformat.read(path, as_version=4).cells
    long = [
        cell.source for cell in cells if cell.cell_type == "code" and cell.source.count("\n") >= LONGEST_CELL
    ]
    assert not long


@each
def test_begins_with_question_and_objectives_and_ends_with_what_comes_next(path):
    prose = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown"]
    number = path.stem.partition("_")[0]
    assert re.fullmatch(
        rf"# {number} · .+\n\n\*\*.+\?\*\*\n\nYou will learn\n\n(- .+\n(  .+\n)*){{3}}\n"
        r"\*\*Before you start:\*\* (.+\n)+\n\*\*Time:\*\* \d+ minutes to read(.|\n)+",
        prose[0],
    )
    question = prose[0].split("\n")[2].strip("*")
    assert question in (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    end = "\n".join(prose[-4:])
    assert [end.count(part) for part in ("## Summary", "What's next", "References")] == [1, 1, 1]


@each
def test_parameters_are_named_and_explained(path):
    found = parameters(path)
    assert {"scale", "seed"} <= set(found)
    assert all(one.meaning for one in found.values())
    assert not [one for one in found.values() if one.kind == "expression"]


@each_file
def test_runs_at_smoke(path, tmp_path, monkeypatch):
    if path in SOLUTIONS:
        monkeypatch.setenv("TAILNB_STRICT", "1")
    before = path.read_bytes(), set(path.parent.iterdir())
    values = {"scale": "smoke"} if "scale" in parameters(path) else {}
    outcome = execute(path, tmp_path, values, timeout=SECONDS_PER_CELL)
    assert outcome.failure is None, str(outcome.failure)
    cells = nbformat.read(tmp_path / path.name, as_version=4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    assert not [output for output in outputs if output.get("name", output.output_type) in ("stderr", "error")]
    assert (path.read_bytes(), set(path.parent.iterdir())) == before


@each
def test_unknown_scale_is_refused_at_once(path, tmp_path):
    failure = execute(path, tmp_path, {"scale": "huge"}, timeout=SECONDS_PER_CELL).failure
    assert failure is not None
    assert failure.cell <= 5, "the check belongs right after the parameters"
    assert re.search(r"ValueError: .*'huge'.*smoke.*demo.*full", failure.error)
