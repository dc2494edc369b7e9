"""`tailnb exercises report`: each exercise's state, whatever a notebook is or does."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import nbformat
import pytest
from rich.console import Console

from tailnb.cli import main
from tailnb.exercises import check, exercises
from tailnb.runner.exercise_report import as_csv, report
from tailnb.runner.grading import Grade, Ungradable, grades, opened

v4 = nbformat.v4
RIGHT = "states = lambda n: n + 1\ncheck('05-states', states)"
WRONG = "tokens = lambda n: 0\ncheck('05-tokens', tokens)"
IMPORT = "from tailnb.exercises import check, exercise"
ALL = [one.name for one in exercises() if one.name.startswith("05-")]


def cell(source: str, *, out: str = "", error: str = "", count: int | None = 1):
    """A code cell that printed something, or raised."""
    outputs = [v4.new_output("stream", name="stdout", text=out)] * bool(out)
    if error:
        outputs.append(v4.new_output("error", ename=error, evalue="told", traceback=[]))
    return v4.new_code_cell(source, outputs=outputs, execution_count=count)


def states(*cells) -> dict[str, tuple[str, str]]:
    """The state and text of each exercise in a notebook of these cells."""
    found = grades(v4.new_notebook(cells=list(cells)), "handed_in.ipynb")
    return {one.exercise: (one.state, one.text) for one in found}


def written(path: Path, *sources: str) -> Path:
    """A notebook file of code cells, never run."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [v4.new_code_cell(source) for source in sources]
    nbformat.write(v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
    return path


def reported(*files: Path, saved: bool = True, seconds: int = 120, **to) -> tuple[int, str]:
    """The exit code and what was printed."""
    printed = io.StringIO()
    options = {"csv_file": None, "json_file": None} | to
    return report(files, saved=saved, seconds=seconds, console=Console(file=printed, width=80), **options), (
        printed.getvalue()
    )


def printed_by_check(name: str, answer: object, capsys) -> str:
    check(name, answer)
    return capsys.readouterr().out


def test_states_are_those_that_check_prints(capsys, monkeypatch):
    monkeypatch.delenv("TAILNB_STRICT", raising=False)
    right = printed_by_check("05-states", lambda n: n + 1, capsys)
    assert states(cell(RIGHT, out=right))["05-states"] == ("right", "Right.")
    wrong = printed_by_check("05-states", lambda n: n, capsys)
    state, text = states(cell(RIGHT, out=wrong))["05-states"]
    assert state == "wrong"
    assert "is expected" in text
    blank = printed_by_check("05-states", ..., capsys)
    assert states(cell(RIGHT, out=blank))["05-states"][0] == "not done"


def test_a_cell_without_a_verdict_says_why():
    assert states(cell(RIGHT, error="NameError"))["05-states"] == (
        "failed",
        "the cell raised NameError: told",
    )
    assert states(cell(RIGHT, error="KeyboardInterrupt"))["05-states"][0] == "failed"
    assert states(cell(RIGHT, count=None))["05-states"] == ("not run", "the cell has no output")
    assert states(cell(RIGHT, out="hello\n"))["05-states"] == ("failed", "the cell printed no verdict")


def test_a_deleted_cell_is_missing():
    found = states(cell("exercise('05-tokens')"), cell(RIGHT, out="✓ Right.\n"))
    assert list(found) == ALL
    assert found["05-tokens"] == ("missing", "no cell checks it")


def test_comments_and_other_checks_are_none():
    found = states(
        cell("exercise('05-states')"),
        cell("# check('05-states', states)", out="✓ Right.\n"),
        cell("tailnb.check('05-tokens', states)", out="✓ Right.\n"),
    )
    assert {state for state, _ in found.values()} == {"missing"}


def test_the_last_cell_and_the_last_verdict_count():
    found = states(cell(RIGHT, out="✓ Right.\n"), cell(RIGHT, out="✓ Right.\n✗ Not so.\nhow\n"))
    assert found["05-states"] == ("wrong", "Not so.\nhow")


def test_two_checks_in_one_cell_are_told_apart():
    both = f"{RIGHT}\n{WRONG}"
    found = states(cell(both, out="✓ Right.\n✗ Not so.\n"))
    assert [found[name][0] for name in ("05-states", "05-tokens")] == ["right", "wrong"]
    found = states(cell(both, out="✓ Right.\n", error="ValueError"))
    assert [found[name][0] for name in ("05-states", "05-tokens")] == ["right", "failed"]


def test_a_renamed_file_and_an_emptied_one_are_known():
    assert set(states(cell(RIGHT))) == set(ALL)
    emptied = grades(v4.new_notebook(cells=[]), "class/05_train_from_zero.ipynb")
    assert {(one.exercise, one.state) for one in emptied} == {(name, "missing") for name in ALL}
    with pytest.raises(Ungradable, match="has no exercises"):
        grades(v4.new_notebook(cells=[cell("1 + 1")]), "notes.ipynb")


def test_hostile_text_is_made_safe(tmp_path):
    bad = "✗ \x1b[2J[red]x[/red]\r" + "y" * 5000 + "\nz" * 5000
    path = tmp_path / "bad.ipynb"
    nbformat.write(v4.new_notebook(cells=[cell(RIGHT, out=bad)]), path)
    code, printed = reported(path)
    assert code == 0
    assert "\x1b" not in printed
    assert "[red]x[/red]" in printed
    assert len(printed) < 1000
    (one,) = (one for one in grades(opened(path), "bad.ipynb") if one.exercise == "05-states")
    assert len(one.text) < 3000


def test_each_broken_file_has_its_line_and_the_others_are_graded(tmp_path):
    good = tmp_path / "good.ipynb"
    nbformat.write(v4.new_notebook(cells=[cell(RIGHT, out="✓ Right.\n")]), good)
    texts = {
        "a": "{",
        "b": "[]",
        "c": "null",
        "d": '{"cells": 3, "nbformat": 4, "nbformat_minor": 5}',
        "e": "",
    }
    broken = [tmp_path / f"{name}.ipynb" for name in texts]
    for path, text in zip(broken, texts.values(), strict=True):
        path.write_text(text)
    (tmp_path / "f.ipynb").write_bytes(b"\xff\xfe\x00")
    files = [*broken, tmp_path / "f.ipynb", tmp_path / "none.ipynb", tmp_path, good]
    code, printed = reported(*files)
    assert code == 1
    assert printed.count("cannot be read as a notebook: ") == 6
    assert "none.ipynb: there is no such file" in printed
    assert f"{tmp_path}: cannot be read: Is a directory" in printed
    assert "✓ 05-states  right" in printed
    assert "Traceback" not in printed


def test_the_files_have_a_row_for_each_notebook_and_exercise(tmp_path):
    path = tmp_path / "x.ipynb"
    nbformat.write(v4.new_notebook(cells=[cell(RIGHT, out="✓ Right.\n")]), path)
    table, listed = tmp_path / "new" / "class.csv", tmp_path / "class.json"
    code, _ = reported(path, tmp_path / "none.ipynb", csv_file=table, json_file=listed)
    assert code == 1
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8"))))
    assert rows == [{k: str(v) for k, v in row.items()} for row in json.loads(listed.read_text())]
    assert [row["exercise"] for row in rows] == [*ALL, ""]
    assert rows[0]["state"] == "right"
    assert rows[-1]["state"] == "unreadable"
    assert {file.name for file in tmp_path.rglob("*") if file.is_file()} == {
        *("x.ipynb", "class.csv", "class.json")
    }


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_a_spreadsheet_computes_nothing(text):
    (row,) = csv.DictReader(io.StringIO(as_csv([Grade(text, "05-states", "wrong", text)])))
    assert row["text"] == row["notebook"] == f"'{text}"


def test_executing_goes_on_whatever_a_cell_does(tmp_path, monkeypatch):
    monkeypatch.setenv("TAILNB_STRICT", "1")
    monkeypatch.setenv("TAILNB_RESULTS", str(tmp_path / "results"))
    path = written(
        tmp_path / "x.ipynb",
        *(IMPORT, "open('beside.txt', 'w').close()", "1 / 0", "while True: pass", RIGHT, "input()", WRONG),
        "from tailnb.evaluation import publish\npublish([])",
    )
    before = path.read_bytes()
    code, printed = reported(path, saved=False, seconds=8)
    assert code == 0
    assert "✓ 05-states  right" in printed
    assert "✗ 05-tokens  wrong: " in printed
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_saved_executes_nothing(tmp_path):
    path = written(tmp_path / "x.ipynb", IMPORT, f"open({str(tmp_path / 'made')!r}, 'w')", RIGHT)
    code, printed = reported(path)
    assert code == 0
    assert "05-states  not run" in printed
    assert not (tmp_path / "made").exists()


def test_stale_outputs_are_not_taken_for_this_run_s(tmp_path):
    path = tmp_path / "x.ipynb"
    cells = [cell("import os\nos._exit(1)"), cell(RIGHT, out="✓ Right.\n")]
    nbformat.write(v4.new_notebook(cells=cells), path)
    code, printed = reported(path, saved=False)
    assert code == 0
    assert "05-states  not run: the kernel died" in printed


def test_a_cell_that_heeds_no_interrupt_is_killed(tmp_path):
    stubborn = "import time\nwhile True:\n    try: time.sleep(9)\n    except KeyboardInterrupt: pass"
    path = written(tmp_path / "x.ipynb", "1", stubborn, IMPORT, RIGHT)
    code, printed = reported(path, saved=False, seconds=3)
    assert code == 0
    assert "05-states  not run: the kernel died" in printed


def test_the_scale_is_smoke(tmp_path):
    path = written(tmp_path / "x.ipynb", "scale = 'full'", f"{IMPORT}\nassert scale == 'smoke'\n{RIGHT}")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(notebook, path)
    assert "✓ 05-states  right" in reported(path, saved=False)[1]


def test_the_commands(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "x.ipynb", IMPORT, RIGHT)
    for arguments, expected in (
        (["report", "--saved", "x.ipynb"], 0),
        (["report", "--saved", "none.ipynb"], 1),
        (["report"], 2),
        (["report", "x.ipynb", "--csv", "t", "--json", "t"], 2),
        (["list"], 0),
    ):
        with pytest.raises(SystemExit) as caught:
            main(["exercises", *arguments])
        assert (caught.value.code or 0) == expected
    listed = capsys.readouterr().out
    assert all(one.name in listed for one in exercises())
