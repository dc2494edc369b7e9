"""`tailnb run` on small notebooks: whole, failing, hanging and killed ones, and wrong parameters."""

from __future__ import annotations

import io
from pathlib import Path

import nbformat
import pytest
from rich.console import Console

from tailnb.runner import session
from tailnb.runner.execute import execute
from tailnb.runner.notebooks import UsageError, choose, find_notebooks
from tailnb.runner.parameters import check_parameters, parameters

PUBLISH = """
import json, os, pathlib
rows = [dict(model="nano", task="compare_numbers", method=method, range=r, n=500, correct=c, accuracy=c / 500)
        for method, right in {"tail": (500, 495, 480), "none": (250, 251, 249)}.items()
        for r, c in zip("SML", right)]
folder = pathlib.Path(os.environ["TAILNB_RESULTS"])
(folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\\n" for row in rows))
(folder / "accuracy.svg").write_text("<svg/>")
"""


def run(out: Path, *notebooks: Path, scale: str = "smoke", timeout: int | None = None) -> tuple[int, str]:
    """The exit code and what was printed."""
    printed = io.StringIO()
    console = Console(file=printed, width=140)
    code = session.run(notebooks, scale, [], out, timeout, console)
    return code, printed.getvalue()


def outputs(path: Path) -> str:
    """Everything that an executed notebook printed."""
    cells = nbformat.read(path, as_version=4).cells
    return "".join(output.get("text", "") for cell in cells for output in cell.get("outputs", []))


def test_whole_run(make_notebook, tmp_path):
    notebook = make_notebook("00_ok", "print(scale, seed)", PUBLISH, "open('made.txt', 'w').close()")
    before = notebook.read_bytes()
    code, printed = run(tmp_path / "out", notebook)
    assert code == 0
    assert outputs(tmp_path / "out" / "00_ok.ipynb") == "smoke 0\n"
    assert "smoke 0" in (tmp_path / "out" / "00_ok.html").read_text()
    lines = [line.split() for line in printed.splitlines() if "compare_numbers" in line]
    assert [[line[2], line[-6], line[-4], line[-2]] for line in lines] == [
        ["TAIL", "100.0", "99.0", "96.0"],
        ["answer", "50.0", "50.2", "49.8"],
    ]
    assert "500 problems" in printed
    assert str(tmp_path / "out" / "results" / "accuracy.svg") in printed
    assert notebook.read_bytes() == before
    assert list(notebook.parent.iterdir()) == [notebook]
    assert (tmp_path / "out" / "work" / "00_ok" / "made.txt").exists()


def test_a_page_has_the_last_state_of_a_progress_bar(make_notebook, tmp_path):
    step = "print(f'\\rstep {n} of nine', end='', flush=True)"
    bar = f"import time\nfor n in range(9):\n    {step}\n    time.sleep(0.05)"
    assert run(tmp_path / "out", make_notebook("00_bar", bar))[0] == 0
    page = (tmp_path / "out" / "00_bar.html").read_text()
    assert "step 8 of nine" in page
    assert not [n for n in range(8) if f"step {n} of nine" in page]


def test_no_rows_is_said_and_is_no_failure(make_notebook, tmp_path):
    code, printed = run(tmp_path / "out", make_notebook("00_quiet", "1 + 1"))
    assert code == 0
    assert "published no results" in printed


def test_rows_of_an_earlier_run_are_not_shown_as_this_run_s(make_notebook, tmp_path):
    run(tmp_path / "out", make_notebook("00_ok", PUBLISH))
    _, printed = run(tmp_path / "out", make_notebook("01_quiet", "1 + 1"))
    assert "published no results" in printed
    assert (tmp_path / "out" / "results" / "rows.jsonl").exists()


def test_a_broken_line_is_named_and_the_others_are_shown(make_notebook, tmp_path):
    spoil = "with (folder / 'rows.jsonl').open('a') as file:\n    file.write('{')"
    code, printed = run(tmp_path / "out", make_notebook("00_ok", PUBLISH, spoil))
    assert code == 0
    assert "rows.jsonl, line 7" in printed
    assert "100.0" in printed


def test_failing_cell_is_named_and_the_next_notebook_still_runs(make_notebook, tmp_path):
    bad = make_notebook("00_bad", "x = 1", "y = 0\nx / y", "print('never')")
    good = make_notebook("01_good", "print('ran')")
    code, printed = run(tmp_path / "out", bad, good)
    assert code == 1
    assert "00_bad in cell [4] `y = 0`: ZeroDivisionError: division by zero" in printed
    assert {path.name for path in (tmp_path / "out").glob("00_bad*")} == {"00_bad.failed.ipynb"}
    assert outputs(tmp_path / "out" / "01_good.ipynb") == "ran\n"


def test_hanging_cell_is_named(make_notebook, tmp_path):
    code, printed = run(tmp_path / "out", make_notebook("00_hang", "import time\ntime.sleep(60)"), timeout=5)
    assert code == 1
    assert "00_hang in cell [3] `import time`: not done within 5 s (CellTimeoutError)" in printed
    failed = nbformat.read(tmp_path / "out" / "00_hang.failed.ipynb", as_version=4)
    assert "stopped at" in failed.cells[0].source
    assert [cell.metadata.papermill.status for cell in failed.cells[1:]] == ["completed"] * 3 + ["failed"]


def test_killed_kernel_is_named(make_notebook, tmp_path):
    notebook = make_notebook("00_dead", "import os\nos.kill(os.getpid(), 9)", "1 + 1")
    code, printed = run(tmp_path / "out", notebook)
    assert code == 1
    assert "00_dead in cell [3] `import os`: the kernel died" in printed
    assert {path.name for path in (tmp_path / "out").glob("00_dead*")} == {"00_dead.failed.ipynb"}


def test_failed_run_keeps_the_earlier_whole_output_and_results(make_notebook, tmp_path):
    out = tmp_path / "out"
    make_notebook("00_ok", "print('first')", PUBLISH)
    run(out, tmp_path / "notebooks" / "00_ok.ipynb")
    rows = (out / "results" / "rows.jsonl").read_text()
    spoil = PUBLISH.replace("500, 495, 480", "0, 0, 0")
    code, _ = run(out, make_notebook("00_ok", spoil, "raise ValueError('second')"))
    assert code == 1
    assert outputs(out / "00_ok.ipynb") == "first\n"
    assert (out / "results" / "rows.jsonl").read_text() == rows
    assert (out / "00_ok.failed.ipynb").exists()
    assert run(out, make_notebook("00_ok", "print('third')"))[0] == 0
    assert outputs(out / "00_ok.ipynb") == "third\n"
    assert not (out / "00_ok.failed.ipynb").exists()
    assert not list(out.glob("*.partial*"))


def test_ctrl_c_ends_the_run_with_a_plain_message(make_notebook, tmp_path, monkeypatch):
    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(session, "execute", interrupted)
    code, printed = run(tmp_path / "out", make_notebook("00_ok", "1 + 1"))
    assert code == 130
    assert "stopped by Ctrl-C in 00_ok" in printed


def test_cells_are_counted_as_they_run(make_notebook, tmp_path):
    seen = []
    notebook = make_notebook("00_ok", "1 + 1", "")
    execute(notebook, tmp_path / "out", {"seed": 3}, on_cell=lambda cell, cells: seen.append((cell, cells)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_parameters_have_types_and_meanings(make_notebook):
    found = parameters(make_notebook("00_ok"))
    assert {name: one.kind for name, one in found.items()} == {
        "scale": "str",
        "seed": "int",
        "rate": "float",
        "lengths": "list",
        "verbose": "bool",
    }
    assert found["rate"].meaning == "learning rate"


def test_values_are_read_as_the_default_s_type(make_notebook):
    pairs = [("seed", "-4"), ("rate", "1"), ("lengths", "[7]"), ("verbose", "true"), ("scale", "full")]
    values = check_parameters(make_notebook("00_ok"), pairs)
    assert values == {"seed": -4, "rate": 1.0, "lengths": [7], "verbose": True, "scale": "full"}
    assert type(values["rate"]) is float


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("sede", "3", "no parameter 'sede'; did you mean 'seed'"),
        ("seed", "abc", "'seed' is of type int"),
        ("seed", "1.5", "'seed' is of type int"),
        ("seed", "True", "'seed' is of type int"),
        ("seed", "{[]:1}", "'seed' is of type int"),
        ("seed", "-" * 3000 + "1", "'seed' is of type int"),
        ("seed", "(" * 3000, "'seed' is of type int"),
        ("rate", "1" + "0" * 400, "'rate' is of type float"),
        ("rate", "fast", "'rate' is of type float"),
        ("lengths", "5", "'lengths' is of type list"),
        ("verbose", "1", "'verbose' is of type bool"),
        ("scale", "demoo", "no scale 'demoo'; did you mean 'demo'"),
    ],
)
def test_wrong_parameters_are_refused_with_the_choices(make_notebook, name, text, message):
    with pytest.raises(UsageError, match=message) as caught:
        check_parameters(make_notebook("00_ok"), [(name, text)])
    assert "lengths" in str(caught.value)


def test_wrong_parameter_of_one_notebook_keeps_all_from_running(make_notebook, tmp_path):
    plain = make_notebook("01_plain", "1 + 1")
    cells = nbformat.read(plain, as_version=4)
    del cells.cells[1]
    nbformat.write(cells, plain)
    with pytest.raises(UsageError, match="01_plain has no parameter 'seed'"):
        session.run([make_notebook("00_ok"), plain], "smoke", [("seed", "3")], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_choosing_by_stem_beginning_and_question(make_notebook):
    available = {
        stem: make_notebook(stem) for stem in ("05_train_from_zero", "06_ablations", "07_activation")
    }
    for name in ("05_train_from_zero", "05", "train", "05_train_from_zero.ipynb"):
        assert choose(available, [name]) == [available["05_train_from_zero"]]
    assert choose(available, ["07", "05"]) == [available["05_train_from_zero"], available["07_activation"]]
    assert choose(available, []) == list(available.values())
    with pytest.raises(UsageError, match="did you mean '05_train_from_zero'"):
        choose(available, ["05_tran_from_zreo"])
    with pytest.raises(UsageError, match="fits several notebooks: 06_ablations, 07_activation"):
        choose(available, ["a"])


def test_a_path_is_that_very_file(make_notebook, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make_notebook("01_turing_machines")
    solution = Path("notebooks/solutions/01_turing_machines.ipynb")
    solution.parent.mkdir()
    solution.write_bytes(make_notebook("01_turing_machines").read_bytes())
    available = find_notebooks()
    assert choose(available, [str(solution)]) == [solution]
    for names in (["notebooks/01_turing_machines.ipynb"], ["01", "notebooks/01_turing_machines.ipynb"]):
        (chosen,) = choose(available, names)
        assert chosen.samefile(available["01_turing_machines"])
    with pytest.raises(UsageError, match="would have the same output"):
        choose(available, ["01", str(solution)])
    for name in ("solutions/01_turing_machines.ipynb", "notebooks/01", "notebooks/solutions/01"):
        with pytest.raises(UsageError, match=f"no notebook '{name}'"):
            choose(available, [name])


def test_notebooks_come_from_the_working_folder_first(make_notebook, tmp_path, monkeypatch):
    make_notebook("00_mine")
    monkeypatch.chdir(tmp_path)
    assert list(find_notebooks()) == ["00_mine"]


def test_broken_file_is_a_usage_error(tmp_path):
    path = tmp_path / "00_broken.ipynb"
    path.write_text("{")
    with pytest.raises(UsageError, match="cannot be read as a notebook"):
        parameters(path)
