"""`tailnb run --sweep`: combinations, what is taken over and what runs again, the table and the chart."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from filelock import FileLock
from rich.console import Console

from tailnb.cli import main
from tailnb.evaluation import read
from tailnb.runner import sweep
from tailnb.runner.collect import labeled
from tailnb.runner.combinations import combinations, parse
from tailnb.runner.notebooks import UsageError

PUBLISH = """
import pathlib
from tailnb.evaluation import Result, publish
with pathlib.Path(LOG).open("a") as log:
    log.write(f"{seed} {rate}\\n")
if seed == 13:
    raise ValueError("unlucky")
rows = [Result(model="m", task="lcs", method="tail", range=r, n=10, correct=10 - seed - k, seed=seed)
        for k, r in enumerate("SML")]
publish(rows, name="here")
"""


@pytest.fixture
def published(make_notebook, tmp_path):
    """A notebook that publishes rows depending on its seed, and a log of its runs."""
    log = tmp_path / "log.txt"
    return make_notebook("00_pub", f"LOG = {str(log)!r}", PUBLISH), log


def run(out: Path, *notebooks: Path, sweeps=("seed=0,1",), pairs=()) -> tuple[int, str]:
    """The exit code and what was printed."""
    printed = io.StringIO()
    code = sweep.run(notebooks, "smoke", pairs, sweeps, out, None, Console(file=printed, width=140))
    return code, printed.getvalue()


def rows_of(out: Path) -> list[dict]:
    return [json.loads(line) for line in (out / "sweep.jsonl").read_text().splitlines()]


def test_every_combination_runs_and_all_is_collected(published, tmp_path):
    notebook, log = published
    out = tmp_path / "out"
    code, printed = run(out, notebook, sweeps=["seed=0,1", "rate=0.5,2"])
    assert code == 0
    assert log.read_text().split("\n")[:-1] == ["0 0.5", "0 2.0", "1 0.5", "1 2.0"]
    rows = rows_of(out)
    assert {(row["sweep_seed"], row["sweep_rate"], row["range"], row["correct"]) for row in rows} == {
        (seed, rate, name, 10 - seed - k)
        for seed in (0, 1)
        for rate in (0.5, 2.0)
        for k, name in enumerate("SML")
    }
    assert {row["notebook"] for row in rows} == {"00_pub"}
    assert read(out / "sweep.jsonl")[1] == []
    table = [line for line in printed.splitlines() if line.lstrip().startswith("m, ")]
    assert len(table) == 4
    assert any("seed=1, rate=2.0" in line and "90.0" in line and "70.0" in line for line in table)
    assert "2 seeds" in (out / "sweep.svg").read_text()
    assert "<script" in (out / "sweep.html").read_text()
    assert not [path for path in out.rglob("*") if "part" in path.name]


def test_what_is_finished_is_taken_over(published, tmp_path):
    notebook, log = published
    out = tmp_path / "out"
    run(out, notebook)
    (out / "sweep.jsonl").unlink()
    code, printed = run(out, notebook, sweeps=["seed=0,1,2"])
    assert code == 0
    assert log.read_text().split() == ["0", "0.5", "1", "0.5", "2", "0.5"]
    assert "3 runs, 2 of them finished earlier" in printed
    assert printed.count("taken over") == 2
    assert {row["seed"] for row in rows_of(out)} == {0, 1, 2}


def test_a_killed_run_goes_on(published, tmp_path, monkeypatch):
    notebook, log = published
    out, before = tmp_path / "out", sweep.execute_one

    def killed(notebook, folder, values, *more):
        if values["seed"] == 1:
            raise KeyboardInterrupt
        return before(notebook, folder, values, *more)

    monkeypatch.setattr(sweep, "execute_one", killed)
    code, printed = run(out, notebook)
    assert code == 130
    assert "the same command goes on from here" in printed
    monkeypatch.undo()
    assert run(out, notebook)[0] == 0
    assert log.read_text().split() == ["0", "0.5", "1", "0.5"]
    assert {row["seed"] for row in rows_of(out)} == {0, 1}


def test_a_run_without_its_record_or_its_files_runs_again(published, tmp_path):
    notebook, log = published
    out = tmp_path / "out"
    run(out, notebook, sweeps=["seed=0"])
    (record,) = out.rglob(sweep.RECORD)
    spoilt = [
        lambda: record.write_text("{"),
        lambda: record.write_text("[]"),
        record.unlink,
        (record.parent / "00_pub.ipynb").unlink,
        (record.parent / "results" / "here.jsonl").unlink,
    ]
    for number, spoil in enumerate(spoilt, start=2):
        spoil()
        assert run(out, notebook, sweeps=["seed=0"])[0] == 0
        assert len(log.read_text().splitlines()) == number


def test_another_parameter_or_another_notebook_runs_again(published, make_notebook, tmp_path):
    notebook, log = published
    out = tmp_path / "out"
    run(out, notebook)
    run(out, notebook, pairs=[("rate", "1")])
    assert log.read_text().splitlines()[2:] == ["0 1.0", "1 1.0"]
    make_notebook("00_pub", f"LOG = {str(log)!r}", PUBLISH, "1 + 1")
    run(out, notebook, pairs=[("rate", "1")])
    assert log.read_text().splitlines()[4:] == ["0 1.0", "1 1.0"]


def test_a_failed_run_is_named_and_the_others_are_collected(published, tmp_path):
    notebook, _ = published
    out = tmp_path / "out"
    code, printed = run(out, notebook, sweeps=["seed=13,1"])
    assert code == 1
    assert "ValueError: unlucky" in printed
    assert "failed    00_pub, seed=13; see " in printed
    assert {row["seed"] for row in rows_of(out)} == {1}
    code, printed = run(out, notebook, sweeps=["seed=13,1"])
    assert code == 1
    assert printed.count("taken over") == 1


def test_nothing_published_is_no_failure(make_notebook, tmp_path):
    code, printed = run(tmp_path / "out", make_notebook("00_quiet", "1 + 1"), sweeps=["seed=1"])
    assert code == 0
    assert "published no results" in printed
    assert not (tmp_path / "out" / "sweep.jsonl").exists()


@pytest.mark.parametrize(
    ("sweeps", "message"),
    [
        (["sede=1"], "no parameter 'sede'; did you mean 'seed'"),
        (["seed=1,x"], "'seed' is of type int, and 'x' is not"),
        (["seed"], "takes NAME=VALUE,VALUE"),
        (["seed="], "takes NAME=VALUE,VALUE"),
        (["=1"], "takes NAME=VALUE,VALUE"),
        (["seed=1,1"], "seed=1 twice"),
        (["rate=1,1.0"], "rate=1.0 twice"),
        (["seed=1", "seed=2"], "'seed' is swept twice"),
        (["scale=smoke,huge"], "no scale 'huge'"),
        (["verbose=true"], "'verbose' is both swept and set by -p"),
    ],
)
def test_a_mistake_is_told_before_anything_starts(sweeps, message, published, tmp_path):
    notebook, log = published
    with pytest.raises(UsageError, match=message):
        run(tmp_path / "out", notebook, sweeps=sweeps, pairs=[("verbose", "true")])
    assert not (tmp_path / "out").exists()
    assert not log.exists()


def test_a_parameter_that_one_notebook_lacks_keeps_all_from_running(published, tmp_path):
    notebook, log = published
    with pytest.raises(UsageError, match="no parameter 'depth'"):
        run(tmp_path / "out", notebook, sweeps=["depth=1"])
    assert not log.exists()


def test_two_sweeps_do_not_share_a_folder(published, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    with FileLock(out / sweep.LOCK), pytest.raises(UsageError, match="another sweep is writing"):
        run(out, published[0])


def test_a_semicolon_lets_values_have_commas():
    assert parse(["tasks=lcs,dijkstra; knapsack"]) == {"tasks": ["lcs,dijkstra", "knapsack"]}


def test_folders_stay_inside_whatever_the_values(make_notebook):
    notebook = make_notebook("00_ok")
    made = combinations([notebook], "smoke", [], ["lengths=[1];[2]", "rate=1;1e-30"])
    assert len({one.folder for one in made}) == 4
    text = make_notebook("01_text", "1 + 1")
    text.write_text(text.read_text().replace("verbose = False", 'verbose = \\"\\"'))
    hostile = combinations([text], "smoke", [], ["verbose=../../x;/etc;a/../b;.;;" + "y" * 400])
    for one in hostile:
        assert one.folder.parent == Path("01_text")
        assert one.folder.name not in ("..", ".")
        assert len(one.folder.name) < 80


def test_a_label_tells_what_the_row_does_not():
    row = {"model": "m", "task": "lcs", "method": "tail", "sweep_tasks": "lcs", "sweep_seed": 3}
    assert labeled(row) == "m, seed=3"
    assert labeled(row, but=["seed"]) == "m"


def test_the_command(published, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as caught:
        main(["run", "00", "--scale", "smoke", "--sweep", "seed=0"])
    assert not caught.value.code
    assert (tmp_path / "runs" / "smoke-sweep" / "sweep.jsonl").exists()
    assert "m, seed=0" in capsys.readouterr().out
