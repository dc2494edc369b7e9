"""Data sets as files: the same bytes from any number of processes, and nothing mixed, lost or half."""

import errno
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from io import BufferedWriter, FileIO
from itertools import count
from pathlib import Path
from random import Random
from statistics import median_low
from typing import Any

import psutil
import pyarrow.parquet as pq
import pytest
import yaml
from filelock import FileLock

import tailnb
from tailnb import cli, dataset
from tailnb.dataset import card, folder, parquet, rows, workers, write, write_dataset
from tailnb.dataset.streams import Stream, different
from tailnb.tasks import FOLDERS, look_in

NAMES = ["large_number_addition", "compare_numbers", "binary_search"]
ALL = [task.name for task in tailnb.tasks()]
SEARCH = "binary_search.jsonl"
FILE = "binary_search.parquet"
PART = ".binary_search.jsonl.part"


def contents(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.iterdir()}


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]


@pytest.fixture
def my_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A task file of one's own, in a folder of one's own."""
    monkeypatch.setenv(FOLDERS, "")
    path = tmp_path / "my tasks" / "my_search.py"
    path.parent.mkdir()
    path.write_text(Path(str(tailnb.task("binary_search").module.__file__)).read_text())
    look_in(path.parent)
    yield path
    sys.modules.pop("tailnb.tasks.my_search", None)
    tailnb.tasks._by_name.cache_clear()


# --- any process, any order, any number of processes


def test_the_same_bytes_in_two_processes_and_in_any_order(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tailnb.dataset import write_dataset;"
        f"write_dataset({NAMES[::-1]!r}, Path(sys.argv[1]), n=20, ratio='8:1:1', style='tape', seed=3)"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "other")], check=True, env={"PYTHONHASHSEED": "7"}
    )
    for name in NAMES:
        write_dataset([name], tmp_path / "mine", n=20, ratio="8:1:1", style="tape", seed=3)
    assert sorted(contents(tmp_path / "mine")) == sorted(
        [dataset.CARD, dataset.CONFIGURATION, *(f"{name}.jsonl" for name in NAMES)]
    )
    assert contents(tmp_path / "mine") == contents(tmp_path / "other")


@pytest.mark.parametrize("format", dataset.FORMATS)
def test_two_processes_and_one_give_the_same_bytes(tmp_path: Path, format: str) -> None:
    options: dict[str, Any] = {"n": 300, "ratio": "8:1:1", "format": format}
    one = write_dataset(NAMES, tmp_path / "one", **options)
    two = write_dataset(NAMES, tmp_path / "two", jobs=2, **options)
    assert contents(one) == contents(two)


class Pool:
    """Does in this process what a pool of joblib does in several."""

    def __call__(self, work: Any) -> list[Any]:
        return [function(*arguments, **options) for function, arguments, options in work]


@pytest.mark.parametrize(("number", "most", "rounds"), [(1, 1, 1), (2, 3, 2), (7, 50, 1), (3, 1000, 16)])
def test_any_chunks_give_the_same_lines(
    monkeypatch: pytest.MonkeyPatch, number: int, most: int, rounds: int
) -> None:
    monkeypatch.setattr(workers, "MOST", most)
    monkeypatch.setattr(workers, "CHUNKS", rounds)
    few = Stream(tailnb.task("turing_machine"), "S", 5)
    wanted = write.configured(200, "S", None, 5, "train", "none", "core", (), "jsonl")

    def texts(lines: workers.Lines) -> list[bytes]:
        found: list[bytes] = []
        made = lines(few, wanted, count(), lambda: 200 - len(found))
        for line in different(few, made, 200, set()):
            found.append(line.text)
        return found

    alone = texts(workers.in_order)
    assert json.loads(alone[-1])["index"] >= 200  # some keys came up again
    assert texts(partial(workers.from_pool, Pool(), number)) == alone


def test_tasks_of_your_own_reach_the_processes_also_when_they_change(my_search: Path, tmp_path: Path) -> None:
    for number, wording in enumerate(("Find", "Look for", "Search")):
        my_search.write_text(my_search.read_text().replace("Find", wording))
        os.utime(my_search, (number, number))
        look_in(my_search.parent)
        one = write_dataset("my_search", tmp_path / wording / "one", n=60)
        two = write_dataset("my_search", tmp_path / wording / "two", n=60, jobs=2)
        assert contents(one) == contents(two)
        assert any(wording in row["query"] for row in read(two / "my_search.jsonl"))


def test_tasks_are_given_as_tasks_or_names(tmp_path: Path) -> None:
    by_name = write_dataset(NAMES[:2], tmp_path / "a", n=4)
    by_task = write_dataset([tailnb.task(NAMES[0]), NAMES[1], NAMES[0]], tmp_path / "b", n=4)
    assert contents(by_name) == contents(by_task)


def test_without_joblib_one_process_works_and_several_name_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "joblib", None)
    write_dataset("binary_search", tmp_path / "set", n=2, jobs=1)
    with pytest.raises(ModuleNotFoundError, match=r"joblib: pip install 'tailnb\[lab\]'"):
        write_dataset("binary_search", tmp_path / "set", n=2, jobs=2)


def test_without_pyarrow_parquet_names_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'tailnb\[lab\]'"):
        write_dataset("binary_search", tmp_path / "set", n=2, format="parquet")
    assert not (tmp_path / "set").exists()


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    write_dataset("compare_numbers", tmp_path / "before", n=1)
    tracemalloc.start()
    out = write_dataset("compare_numbers", tmp_path / "set", n=600, range="L")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < (out / "compare_numbers.jsonl").stat().st_size / 4


# --- once more, and after a kill


def test_the_same_call_again_changes_nothing(tmp_path: Path) -> None:
    out, calls = tmp_path / "set", list[int]()
    for _ in range(2):
        write_dataset(NAMES[:2], out, n=250, method="none", progress=calls.append)
        stamps = {path.name: path.stat().st_mtime_ns for path in out.iterdir()}
    first = calls.index(500) + 1
    assert sorted(calls[:first]) == calls[:first]
    assert len(calls[:first]) > 100
    assert calls[-2:] == [250, 500]
    write_dataset(NAMES[:2], out, n=250, method="none", jobs=2)
    assert stamps == {path.name: path.stat().st_mtime_ns for path in out.iterdir()}


WRITE = """
import sys
from tailnb.dataset import write_dataset

if __name__ == "__main__":
    out, jobs, format = sys.argv[1:]
    write_dataset("large_number_addition", out, n=800, ratio="6:1:1", jobs=int(jobs), format=format)
"""


@pytest.mark.parametrize(("jobs", "format"), [(1, "jsonl"), (2, "jsonl"), (1, "parquet")])
def test_kills_leave_no_trace(tmp_path: Path, jobs: int, format: str) -> None:
    whole = write_dataset("large_number_addition", tmp_path / "whole", n=800, ratio="6:1:1", format=format)
    size = sum(len(content) for content in contents(whole).values()) * (8 if format == "parquet" else 1)
    out, rng = tmp_path / "set", Random(jobs)
    part, file = out / ".large_number_addition.jsonl.part", f"large_number_addition.{format}"
    for _ in range(4 if jobs == 1 else 2):
        command = [sys.executable, "-c", WRITE, str(out), str(jobs), format]
        run = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # joblib tells there what it cleans up
        enough = (part.stat().st_size if part.exists() else 0) + rng.randrange(1, size // 5)
        while run.poll() is None and (part.stat().st_size if part.exists() else 0) < enough:
            time.sleep(0.002)
        started = psutil.Process(run.pid).children(recursive=True) if run.poll() is None else []
        run.kill()
        assert run.wait() == -signal.SIGKILL
        assert not (out / file).exists()
        assert not psutil.wait_procs(started, timeout=20)[1]
    write_dataset("large_number_addition", out, n=800, ratio="6:1:1", format=format)
    assert contents(out) == contents(whole)


CRASH = """
import os, sys
from itertools import count
from pathlib import Path
from tailnb.dataset import write_dataset

two = ["binary_search", "compare_numbers"]
write_dataset(two, f"{sys.argv[1]}/whole", n=3, format=sys.argv[2])  # imports all, once for all children

def dying(real):
    def call(*arguments, **options):
        global left
        left -= 1
        if left < 0:
            os._exit(9)
        return real(*arguments, **options)
    return call

os.fsync = dying(os.fsync)
for name in ("mkdir", "open", "replace", "unlink", "write_bytes"):
    setattr(Path, name, dying(getattr(Path, name)))
for left in count():
    child = os.fork()
    if not child:
        write_dataset(two, f"{sys.argv[1]}/{left}", n=3, format=sys.argv[2])
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code != 9:
        sys.exit(code)
"""


@pytest.mark.parametrize("format", dataset.FORMATS)
def test_a_crash_before_any_step_is_made_good(tmp_path: Path, format: str) -> None:
    subprocess.run([sys.executable, "-c", CRASH, str(tmp_path), format], check=True, timeout=120)
    whole, *steps = sorted(tmp_path.iterdir(), reverse=True)
    assert len(steps) > 15
    for out in steps:
        for path in out.glob(f"*.{format}"):
            assert path.read_bytes() == (whole / path.name).read_bytes()
        write_dataset(["binary_search", "compare_numbers"], out, n=3, format=format)
        assert contents(out) == contents(whole)


def lines_of(out: Path, file: str = SEARCH) -> list[bytes]:
    return (out / file).read_bytes().splitlines(keepends=True)


LEFT: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "nothing": lambda lines: [],
    "two rows": lambda lines: lines[:2],
    "a torn row": lambda lines: [*lines[:3], lines[3][:100]],
    "a row without its end": lambda lines: [*lines[:3], lines[3][:-1]],
    "zeros": lambda lines: [*lines[:3], b"\0" * 512],
    "an empty line": lambda lines: [*lines[:3], b"\n", *lines[3:]],
    "a list": lambda lines: [*lines[:3], b"[1]\n", *lines[3:]],
    "a row twice": lambda lines: [*lines[:3], lines[2], *lines[3:]],
    "rows in another order": lambda lines: [lines[1], lines[0], *lines[2:]],
    "a range too early": lambda lines: [*lines[:2], lines[-1]],
    "an older program's row": lambda lines: [*lines[:3], lines[3].replace(b"Final answer", b"Answer")],
    "all rows": lambda lines: lines,
    "one row too many": lambda lines: [*lines, lines[-1].replace(b"1", b"2")],
}


@pytest.mark.parametrize("left", LEFT)
def test_what_a_kill_leaves_is_taken_up(tmp_path: Path, left: str) -> None:
    whole = write_dataset("binary_search", tmp_path / "whole", n=8, ratio="6:1:1")
    out = write_dataset("binary_search", tmp_path / "set", n=8, ratio="6:1:1")
    (out / PART).write_bytes(b"".join(LEFT[left](lines_of(out))))
    (out / SEARCH).unlink()
    assert contents(write_dataset("binary_search", out, n=8, ratio="6:1:1")) == contents(whole)


def test_whole_rows_are_not_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = write_dataset("binary_search", tmp_path / "set", n=8)
    lines = lines_of(out)
    (out / PART).write_bytes(b"".join(lines[:5]) + lines[5][:9])
    (out / SEARCH).unlink()
    made: list[int] = []
    real = rows.row
    monkeypatch.setattr(rows, "row", lambda *given: made.append(given[2]) or real(*given))
    done: list[int] = []
    write_dataset("binary_search", out, n=8, progress=done.append)
    last, *new = [json.loads(line)["index"] for line in lines[4:]]
    assert made == [last, *new]  # the last whole one as a proof
    assert lines_of(out) == lines
    assert done[0] == 5


def test_in_a_crowd_no_row_is_made_in_vain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    real = rows.row
    monkeypatch.setattr(rows, "row", lambda *given: made.append(given[2]) or real(*given))
    out = write_dataset("derangement", tmp_path / "set", n=900)
    assert [row["index"] for row in read(out / "derangement.jsonl")] == made
    assert made[-1] > 1500
    whole, lines = contents(out), lines_of(out, "derangement.jsonl")
    for jobs, left in ((1, 890), (2, 400)):
        (out / ".derangement.jsonl.part").write_bytes(b"".join(lines[:left]))
        (out / "derangement.jsonl").unlink()
        assert contents(write_dataset("derangement", out, n=900, jobs=jobs)) == whole


# --- one configuration, one run


@pytest.mark.parametrize("key", ["file", "sha256", "key", "keys", "ranges", "problems"])
def test_a_record_without_what_is_needed_is_no_data_set(tmp_path: Path, key: str) -> None:
    out = write_dataset("binary_search", tmp_path / "set", n=3)
    path = out / dataset.CONFIGURATION
    record = json.loads(path.read_text())
    del record["files"]["binary_search"][key]
    path.write_text(json.dumps(record))
    before = contents(out)
    with pytest.raises(ValueError, match="not a data set's configuration"):
        write_dataset("binary_search", out, n=3)
    assert contents(out) == before


def test_another_configuration_is_refused_and_nothing_lost(tmp_path: Path) -> None:
    out = write_dataset("binary_search", tmp_path / "set", n=5)
    before = contents(out)
    with pytest.raises(ValueError, match="n 5 there, 6 asked for; seed 0 there, 1 asked for"):
        write_dataset("binary_search", out, n=6, seed=1)
    with pytest.raises(ValueError, match="format 'jsonl' there, 'parquet' asked for"):
        write_dataset("compare_numbers", out, n=5, format="parquet")
    assert contents(out) == before


def test_an_empty_ratio_is_none(tmp_path: Path) -> None:
    out = write_dataset("binary_search", tmp_path / "set", n=3, ratio="")
    before = contents(out)
    assert json.loads(before[dataset.CONFIGURATION])["configuration"]["ratio"] is None
    assert contents(write_dataset("binary_search", out, n=3)) == before


def test_a_changed_file_is_not_overwritten(tmp_path: Path) -> None:
    out = write_dataset("binary_search", tmp_path / "set", n=5)
    path = out / SEARCH
    path.write_text("mine\n")
    with pytest.raises(ValueError, match="was changed since it was written"):
        write_dataset("binary_search", out, n=5)
    assert path.read_text() == "mine\n"
    path.unlink()
    write_dataset("binary_search", out, n=5)
    assert len(read(path)) == 5


def test_a_file_of_the_same_name_is_not_overwritten(tmp_path: Path) -> None:
    out = write_dataset("compare_numbers", tmp_path / "set", n=5)
    (out / SEARCH).write_text("mine\n")
    with pytest.raises(ValueError, match=r"binary_search\.jsonl is no file of this data set"):
        write_dataset("binary_search", out, n=5)
    assert (out / SEARCH).read_text() == "mine\n"


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    before = contents(tmp_path)
    for out in (tmp_path, tmp_path / "README.md"):
        with pytest.raises(ValueError, match="holds something else than a data set"):
            write_dataset("binary_search", out, n=5)
    (tmp_path / dataset.CONFIGURATION).write_text("[]")
    with pytest.raises(ValueError, match="not a data set's configuration"):
        write_dataset("binary_search", tmp_path, n=5)
    assert contents(tmp_path) == before | {dataset.CONFIGURATION: b"[]"}


def test_two_runs_at_once_are_refused(tmp_path: Path) -> None:
    out = write_dataset("compare_numbers", tmp_path / "set", n=3)
    before = contents(out)
    with FileLock(out / folder.LOCK):
        with pytest.raises(ValueError, match=r"another run is writing to .*set; let it end"):
            write_dataset("binary_search", out, n=3)
        assert contents(out) == before | {folder.LOCK: b""}
    write_dataset("binary_search", out, n=3)
    assert not (out / folder.LOCK).exists()


# --- a full disk


class FullDisk(FileIO):
    """A file on a disk that has room for so many bytes."""

    room = 0

    def write(self, data: Any) -> int:
        fitting = bytes(data)[: FullDisk.room]
        FullDisk.room -= len(fitting)
        if not fitting:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(fitting)


@pytest.mark.parametrize("room", [0, 10, 5000, 40_000])
def test_a_full_disk_leaves_nothing_that_looks_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    whole = write_dataset("binary_search", tmp_path / "whole", n=100)
    out, real = tmp_path / "set", Path.open

    def opened(path: Path, mode: str = "r", *args: Any, **options: Any) -> Any:
        if "a" in mode or "w" in mode:
            return BufferedWriter(FullDisk(path, mode))
        return real(path, mode, *args, **options)

    FullDisk.room = room
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", opened)
        with pytest.raises(OSError, match=r"No space left on device\. What is written is kept: make room"):
            write_dataset("binary_search", out, n=100)
    assert not [path for path in out.iterdir() if not path.name.startswith((".", dataset.CONFIGURATION))]
    assert (out / PART).exists() == (room > 1000)
    assert contents(write_dataset("binary_search", out, n=100)) == contents(whole)


def test_another_failure_to_write_is_told_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*arguments: Any) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", "set")

    monkeypatch.setattr(write, "fill", denied)
    with pytest.raises(PermissionError, match="Permission denied: 'set'"):
        write_dataset("binary_search", tmp_path / "set", n=5)


# --- formats and the card


@pytest.mark.parametrize("format", dataset.FORMATS)
def test_datasets_reads_a_folder_as_it_is(tmp_path: Path, format: str) -> None:
    options: dict[str, Any] = {"n": 8, "ratio": "2:1:1", "split": "eval"}
    out = write_dataset(ALL, tmp_path / "set", format=format, **options)
    lines = write_dataset(ALL, tmp_path / "lines", **options)
    code = (
        "import json, sys; from datasets import get_dataset_config_names, load_dataset;"
        "read = lambda name: list(load_dataset(sys.argv[1], name, split='eval'));"
        "names = get_dataset_config_names(sys.argv[1]);"
        "json.dump({name: read(name) for name in names}, open(sys.argv[2], 'w'))"
    )
    offline = {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "cache")}
    subprocess.run(
        [sys.executable, "-W", "error", "-c", code, str(out), str(tmp_path / "read.json")],
        check=True,
        env={**os.environ, **offline},
    )
    found = json.loads((tmp_path / "read.json").read_text())
    assert found == {name: read(lines / f"{name}.jsonl") for name in ALL}


def test_parquet_holds_the_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "GROUP", 5000)  # so that there are several groups of rows
    lines = write_dataset("binary_search", tmp_path / "lines", n=40)
    table = pq.ParquetFile(write_dataset("binary_search", tmp_path / "set", n=40, format="parquet") / FILE)
    assert table.num_row_groups > 5
    assert table.read().to_pylist() == read(lines / SEARCH)


def test_columns_fit_what_all_rows_need(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    row = read(write_dataset("binary_search", tmp_path / "set", n=1) / SEARCH)[0]
    some = [{"items": [], "key": 1}, {"items": [1, 2], "key": 2.5}, {"items": [3.5], "key": None}]
    path.write_text("".join(json.dumps(row | {"params": params}) + "\n" for params in some))
    parquet.to_parquet(path, tmp_path / "out")
    assert [row["params"] for row in pq.read_table(tmp_path / "out").to_pylist()] == some
    path.write_text("".join(json.dumps(row | {"params": {"x": x}}) + "\n" for x in (1, "one")))
    with pytest.raises(ValueError, match="parameters of binary_search do not fit a column of Parquet"):
        parquet.to_parquet(path, tmp_path / "out")


def test_the_card_says_what_the_files_hold(tmp_path: Path) -> None:
    out = write_dataset(NAMES, tmp_path / "set", n=40, ratio="2:1:1", seed=9, split="eval")
    _, header, text = (out / dataset.CARD).read_text().split("---\n", 2)
    held = yaml.safe_load(header)
    assert held["license"] == "apache-2.0"
    assert [one["config_name"] for one in held["configs"]] == NAMES
    assert "seed 9" in text
    for name in NAMES:
        for range_ in "SML":
            mine = [row for row in read(out / f"{name}.jsonl") if row["range"] == range_]
            lengths = [row["length"] for row in mine]
            characters = [len(row["completion"]) for row in mine]
            counted = f"{min(characters):,} / {median_low(characters):,} / {max(characters):,}"
            line = f"| {name} | {range_} | {len(mine)} | {min(lengths)}–{max(lengths)} | {counted} |"
            assert f"{line} problems | more than 10**9 |" in text


def test_the_card_says_how_few_there_are(tmp_path: Path) -> None:
    out, task = write_dataset("derangement", tmp_path / "set", n=40), tailnb.task("derangement")
    few = f"| queries | {task.key_space('S'):,}, about {task.problem_space('S')} problems |"
    assert few in (out / dataset.CARD).read_text()


def test_the_cards_command_makes_the_same_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = write_dataset(
        NAMES, tmp_path / "set", n=6, ratio="1:1:1", seed=-3, style="styled", without=["atomic state"]
    )
    command = re.findall(r"^tailnb (synth .*)$", (out / dataset.CARD).read_text(), re.MULTILINE)
    again = command[0].replace("FOLDER", str(tmp_path / "again"))
    cli.app.main(shlex.split(again), prog_name="tailnb", standalone_mode=False)
    assert contents(tmp_path / "again") == contents(out)
    assert "6 problems of each task" in capsys.readouterr().out


def test_a_name_that_yaml_would_misread_is_quoted() -> None:
    entry = {"file": "no.jsonl", "key": "problem", "ranges": {}}
    wanted = write.configured(5, "S", None, 0, "train", "tail", "core", (), "jsonl")
    header = card.card({"configuration": wanted, "files": {"no": entry}}).split("---\n")[1]
    assert yaml.safe_load(header)["configs"][0]["config_name"] == "no"
