"""The command line: exit codes, messages that name the choices, and a quick start."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import namedtuple
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel

from tailnb import cli, doctor
from tailnb.cli import main
from tailnb.models.hardware import GIB, Card
from tailnb.models.memory import LARGER, qlora
from tailnb.runner.notebooks import UsageError, find_notebooks
from tailnb.tasks import task

ROOT = Path(__file__).parents[1]
usage = namedtuple("usage", "free")


@pytest.fixture
def tailnb(capsys):
    """A function that runs the command and returns its exit code, output and error output."""

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as caught:
            main(list(arguments))
        return caught.value.code or 0, *capsys.readouterr()

    return run


@pytest.fixture
def source(make_notebook, tmp_path, monkeypatch):
    """A working folder with two notebooks."""
    make_notebook("00_start_here", "print(seed)")
    make_notebook("05_train_from_zero", "1 + 1")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TAILNB_SCALE", raising=False)
    return tmp_path


def test_run_executes_and_says_where_everything_is(tailnb, source):
    code, output, _ = tailnb("run", "00", "--scale", "smoke", "-p", "seed", "7")
    assert code == 0
    assert f"{source / 'runs' / 'smoke' / '*.html'}, first 00_start_here.html" in output
    assert (source / "runs" / "smoke" / "00_start_here.html").exists()


def test_run_takes_a_path(tailnb, source):
    other = source / "mine.ipynb"
    other.write_bytes((source / "notebooks" / "00_start_here.ipynb").read_bytes())
    assert tailnb("run", str(other), "--scale", "smoke")[0] == 0
    assert [path.name for path in (source / "runs" / "smoke").glob("*.ipynb")] == ["mine.ipynb"]


def test_scale_from_the_environment(tailnb, source, monkeypatch):
    monkeypatch.setenv("TAILNB_SCALE", "full")
    assert tailnb("run", "00")[0] == 0
    assert (source / "runs" / "full" / "00_start_here.ipynb").exists()
    monkeypatch.setenv("TAILNB_SCALE", "huge")
    code, _, errors = tailnb("run", "00")
    assert code == 2
    assert "'huge' is not one of 'smoke', 'demo', 'full'" in errors


def test_list_shows_each_notebook_s_parameters(tailnb, source, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    code, output, _ = tailnb("run", "--list")
    assert code == 0
    for text in ("00_start_here", "05_train_from_zero", "float", "0.5", "learning rate"):
        assert text in output
    assert not (source / "runs").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "05_trian_zero"], "did you mean '05_train_from_zero'"),
        (["run", "0"], "fits several notebooks: 00_start_here, 05_train_from_zero"),
        (["run", "99"], "choose from '00_start_here', '05_train_from_zero'"),
        (["run", "--scale", "demoo"], "is not one of 'smoke', 'demo', 'full'"),
        (["run", "-p", "sede", "3"], "did you mean 'seed'? choose from 'scale', 'seed'"),
        (["run", "-p", "seed", "abc"], "of type int"),
        (["run", "-p", "seed", "{[]:1}", "00"], "of type int"),
        (["run", "notebooks/solutions/00_start_here.ipynb"], "no notebook 'notebooks/solutions/00_start"),
        (["run", "-p", "seed"], "requires 2 arguments"),
        (["run", "--timeout", "0"], "--timeout"),
        (["run", "--out", "notebooks/00_start_here.ipynb"], "is a file"),
        (["rum"], "did you mean 'run'? choose from 'run', 'lab', 'doctor', 'synth'"),
        (["synth", "binsearch", "--out", "data"], "did you mean 'binary_search'"),
        (["synth", "--out", "data"], "choose from"),
        (["synth", "binary_search", "--out", "data", "--range", "XL"], "S, M, L"),
        (["synth", "binary_search", "--out", "data", "--ratio", "8:1"], "8:1"),
        (["synth", "binary_search", "--out", "data", "--format", "csv"], "jsonl, parquet"),
        (["synth", "binary_search", "--out", "data", "--jobs", "0"], "-1 for one on each core"),
        (["synth", "binary_search", "--out", "notebooks"], "notebooks"),
        (["synth", "binary_search"], "Missing option '--out'"),
    ],
)
def test_wrong_usage_exits_2_and_says_what_is_right(tailnb, source, arguments, message):
    code, _, errors = tailnb(*arguments)
    assert code == 2
    assert message in errors
    assert "Traceback" not in errors
    assert not (source / "runs").exists()


def test_without_notebooks_says_where_to_run(tailnb, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tailnb.runner.notebooks.__file__", str(tmp_path / "a" / "b" / "c.py"))
    code, _, errors = tailnb("run")
    assert code == 2
    assert "no notebooks in ./notebooks" in errors


def test_synth_writes_a_data_set(tailnb, tmp_path):
    out = tmp_path / "data"
    options = ["--n", "10", "--ratio", "8:1:1", "--without", "memory-fetcher", "--split", "eval"]
    code, output, _ = tailnb("synth", "binary_search", *options, "--out", str(out))
    assert code == 0
    assert str(out) in output
    rows = [json.loads(line) for line in (out / "binary_search.jsonl").read_text().splitlines()]
    assert sorted(row["range"] for row in rows) == ["L", "M"] + ["S"] * 8
    assert all(row["without"] == ["memory fetcher"] and row["split"] == "eval" for row in rows)


def test_synth_writes_parquet_in_two_processes(tailnb, tmp_path):
    code, *_ = tailnb(
        "synth",
        "binary_search",
        "--n",
        "10",
        "--format",
        "parquet",
        "--jobs",
        "2",
        "--out",
        str(tmp_path / "set"),
    )
    assert code == 0
    assert (tmp_path / "set" / "binary_search.parquet").exists()


def test_synth_that_is_stopped_says_how_to_go_on(tailnb, tmp_path, monkeypatch):
    def stopped(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("tailnb.dataset.write_dataset", stopped)
    code, _, errors = tailnb("synth", "binary_search", "--out", str(tmp_path / "set"))
    assert code == 130
    assert "the same command goes on from here" in errors


def test_synth_that_cannot_write_exits_1(tailnb, tmp_path):
    (tmp_path / "file").touch()
    code, _, errors = tailnb("synth", "binary_search", "--n", "1", "--out", str(tmp_path / "file" / "data"))
    assert code == 1
    assert "Traceback" not in errors


# --- check


@pytest.fixture
def outputs(tmp_path):
    """A function that writes a file of outputs: lines that are texts, and rows for right traces."""

    def write(*lines: str | bytes) -> str:
        path = tmp_path / "outputs.jsonl"
        path.write_bytes(b"".join((one.encode() if isinstance(one, str) else one) + b"\n" for one in lines))
        return str(path)

    return write


def output(text: str | None = None, **more: object) -> str:
    params = {"items": [1, 4, 9], "key": 9}
    right = task("binary_search").problem(**params).trace().text()
    return json.dumps({"task": "binary_search", "params": params, "output": text or right} | more)


def test_check_scores_a_file(tailnb, outputs, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    path, results = outputs(output(), output("Final answer: 2"), output("?")), tmp_path / "results.jsonl"
    code, printed, errors = tailnb("check", path, "--out", str(results))
    assert (code, errors) == (0, "")
    assert "66.7" in printed
    assert str(results) in printed
    row = json.loads(results.read_text())
    assert (row["n"], row["correct"], row["trace_correct"]) == (3, 2, 1)
    assert row["errors"]["linear transition"] == row["errors"]["format"] == 1


def test_check_names_broken_lines_and_scores_the_rest(tailnb, outputs):
    path = outputs(
        output(), "{", output(task="binsearch"), b"\xff", "", output(output=3), "[]", "3", output()
    )
    code, printed, _ = tailnb("check", path)
    assert code == 1
    assert "100.0" in printed
    assert "7 of 9 lines cannot be scored" in printed
    for text in ("line 2: not JSON", "line 3: no task 'binsearch'", "line 4: not UTF-8", "line 5: empty"):
        assert text in printed
    assert "line 6: output must be of type str, not int" in printed
    assert "… and 2 more" in printed


@pytest.mark.parametrize(
    ("lines", "message"),
    [([], "nothing to score"), (["{"], "line 1: not JSON"), (["", "", ""], "nothing to score")],
)
def test_check_with_nothing_to_score_is_wrong_usage(tailnb, outputs, lines, message):
    code, printed, errors = tailnb("check", outputs(*lines))
    assert (code, printed) == (2, "")
    assert message in errors
    assert "Traceback" not in errors


def test_check_of_no_file_is_wrong_usage(tailnb, outputs, tmp_path):
    for arguments, message in (
        ([], "Missing argument 'FILE'"),
        ([str(tmp_path / "none.jsonl")], "does not exist"),
        ([str(tmp_path)], "is a directory"),
        ([outputs(output()), "--out", str(tmp_path)], "is a directory"),
        ([outputs(output()), "--out", outputs(output())], "holds the outputs themselves"),
    ):
        code, _, errors = tailnb("check", *arguments)
        assert code == 2
        assert message in errors


def test_check_that_cannot_write_exits_1(tailnb, outputs, tmp_path):
    (tmp_path / "file").touch()
    code, _, errors = tailnb("check", outputs(output()), "--out", str(tmp_path / "file" / "results.jsonl"))
    assert code == 1
    assert "Traceback" not in errors


def test_lab_starts_at_the_first_notebook(tailnb, source, monkeypatch):
    started = []
    monkeypatch.setattr(os, "execv", lambda program, command: started.extend(command))
    assert tailnb("lab", "--no-browser")[0] == 0
    where = [
        f"--ServerApp.root_dir={source / 'notebooks'}",
        "--LabApp.default_url=/lab/tree/00_start_here.ipynb",
    ]
    assert started == [sys.executable, "-m", "jupyterlab", *where, "--no-browser"]


def test_missing_extra_is_named_with_the_install_command(tailnb, source, monkeypatch):
    monkeypatch.setitem(sys.modules, "jupyterlab", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    code, _, errors = tailnb("lab")
    assert code == 1
    assert "jupyterlab is not installed" in errors
    assert cli.INSTALL in errors


def test_doctor_is_content_with_this_machine(tailnb, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(ROOT)
    code, output, _ = tailnb("doctor")
    assert code == 0
    for text in ("Python", "its kernel", "cores", "GiB", "GPU", "Qwen2.5-7B", "GiB free", "site", "scale"):
        assert text in output
    named = re.findall(r"(?m)^✓ ((?:\d\d )+) *run here", output)
    assert sorted(" ".join(named).split()) == sorted(stem[:2] for stem in find_notebooks())
    assert output.endswith("To begin: tailnb lab\n")


def nothing_installed(name):
    raise PackageNotFoundError(name)


@pytest.mark.parametrize("bare", [False, True])
def test_doctor_fits_a_screen_and_is_never_cut(tailnb, monkeypatch, bare):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(doctor, "_memory", lambda: GIB)
    monkeypatch.setattr(doctor, "_card", lambda: Card("NVIDIA GeForce RTX 4060 Laptop GPU", 8 * GIB, 8 * GIB))
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr("shutil.disk_usage", lambda folder: usage(free=2**20))
    if bare:
        monkeypatch.setattr(doctor, "version", nothing_installed)
    code, output, _ = tailnb("doctor")
    assert code == int(bare)
    lines = output.splitlines()
    assert len(lines) < 24  # and one for the next prompt
    assert max(map(len, lines)) <= 80
    for text in ("use the scale smoke", "make room", "no npm", *([cli.INSTALL] if bare else [])):
        assert text in output
    assert ("see above" in output) == bare


def test_doctor_finds_the_kernel_of_another_python(monkeypatch, tmp_path):
    assert doctor.jupyter().fine
    other = KernelSpec(argv=["/usr/bin/python3", "-m", "ipykernel_launcher"])
    monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", lambda self, name: other)
    told = doctor.jupyter()
    assert (told.fine, told.mend) == (None, doctor.KERNEL)
    assert "/usr/bin/python3" in told.found
    monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", no_kernel)
    assert doctor.jupyter().found == "no kernel python3"


def no_kernel(self, name):
    raise NoSuchKernel(name)


def test_doctor_away_from_the_notebooks(monkeypatch):
    monkeypatch.setattr(doctor, "find_notebooks", no_notebooks)
    (told,) = doctor.notebooks()
    assert (told.found, told.fine) == ("no notebooks in ./notebooks", None)


def no_notebooks():
    raise UsageError("no notebooks in ./notebooks")


def test_doctor_says_how_to_mend(monkeypatch):
    missing = doctor.packages("lab", ("papermill", "no-such-package"), False)
    assert missing.fine is False
    assert "no-such-package" in missing.found
    assert '".[lab]"' in missing.mend
    monkeypatch.setattr(doctor, "_memory", lambda: GIB)
    monkeypatch.setattr(doctor, "_card", lambda: None)
    assert "smoke" in doctor.memory().mend
    assert doctor.scale().found.startswith("smoke")
    monkeypatch.setattr(doctor, "_card", lambda: Card("a GPU", 80 * GIB, 80 * GIB))
    assert doctor.gpu().found == "a GPU, 80 GiB"
    assert doctor.scale().found.startswith("full")


@pytest.mark.parametrize(
    ("gib", "fine", "default", "larger", "mend"),
    [
        (24, True, "fits", "fits", ""),
        (10, True, "fits", "too much for this GPU", ""),
        (
            8,
            None,
            "too much for this GPU",
            "too much for this GPU",
            "max_length 2048, rank 8, batch 1 would fit",
        ),
        (6, None, "too much for this GPU", "too much for this GPU", "choose a smaller model"),
    ],
)
def test_doctor_says_whether_qwen_fits_the_gpu(monkeypatch, gib, fine, default, larger, mend):
    monkeypatch.setattr(doctor, "_card", lambda: Card("a GPU", gib * GIB, gib * GIB))
    told = doctor.room()
    at_default, at_larger = told.found.split("; ")
    assert at_default == f"{qlora(doctor.MODEL).total:.1f} GiB at 2048 tokens, rank 16, {default}"
    needed = qlora(doctor.MODEL, LARGER).total
    assert at_larger == f"{needed:.1f} GiB at 4096 tokens, rank 64, {larger} (arithmetic)"
    assert told.fine is fine
    assert told.mend.startswith(mend)
    assert bool(told.mend) == bool(mend)


def test_doctor_goes_online_only_when_asked(monkeypatch):
    def refuse(self, name, **options):
        raise OSError("no route\nto the hub")

    monkeypatch.setattr("huggingface_hub.try_to_load_from_cache", lambda *names: None)
    monkeypatch.setattr("huggingface_hub.HfApi.model_info", refuse)
    assert "not in the local cache" in doctor.model(online=False).found
    assert doctor.model(online=True).found == "hub not reached: no route"


def test_module_and_version():
    command = [sys.executable, "-m", "tailnb", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert version("tailnb") in done.stdout


@pytest.mark.parametrize("module", ["tailnb", "tailnb.cli"])
def test_import_is_quick_and_light(module):
    code = (
        f"import sys, time; start = time.perf_counter(); import {module}; print(time.perf_counter() - start,"
        " [name for name in ('torch', 'numpy', 'pandas', 'papermill') if name in sys.modules])"
    )
    command = [sys.executable, "-c", code]
    seconds = []
    for _ in range(10):  # other work on the machine can only slow it down, so the quickest counts
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        took, heavy = done.stdout.strip().split(" ", 1)
        assert heavy == "[]"
        seconds.append(float(took))
        if seconds[-1] < 0.5:
            break
    assert min(seconds) < 0.5
