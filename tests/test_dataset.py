"""Data sets: no leak between splits, no duplicate, the same bytes anywhere, and nothing mixed or lost."""

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tailnb
from tailnb import dataset
from tailnb.dataset import problems, ratio_counts, write_dataset
from tailnb.tasks import RANGES, Problem, Task

NAMES = [task.name for task in tailnb.tasks()]


class Coin(Task):
    """A task of eight problems, to be exhausted."""

    def problem_space(self, range: str) -> int | None:
        return 8

    def sample(
        self, range: str = "S", seed: int = 0, index: int = 0, split: str = "train", **options: Any
    ) -> Problem:
        return Problem(self, {"items": [index * 7 % 5], "key": 0})


@pytest.fixture
def coin() -> Coin:
    model = tailnb.task("binary_search")
    return Coin("coin", "Coin", "Simulation", model.lengths, model.module)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("name", NAMES)
def test_train_and_evaluation_share_no_key_at_any_seed(name: str) -> None:
    keys = {
        split: {
            problem.key for seed in range(4) for problem in problems(name, "S", 50, seed=seed, split=split)
        }
        for split in dataset.SPLITS
    }
    assert keys["train"]
    assert keys["eval"]
    assert not keys["train"] & keys["eval"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("range_", RANGES)
def test_problems_are_different_and_of_the_range(name: str, range_: str) -> None:
    task = tailnb.task(name)
    made = problems(task, range_, 40, seed=3, split="eval")
    low, high = task.lengths[range_]
    assert len({problem.key for problem in made}) == 40
    assert all(low <= problem.length <= high for problem in made)
    assert [problem.key for problem in problems(task, range_, 15, seed=3, split="eval")] == [
        problem.key for problem in made[:15]
    ]


def test_neighbouring_seeds_give_other_problems() -> None:
    first, second = (
        {problem.key for problem in problems("binary_search", "S", 300, seed=seed)} for seed in (42, 43)
    )
    assert not first & second


def test_options_reach_the_sampler() -> None:
    made = problems("large_number_addition", "S", 30, decimals=False)
    assert not any("." in problem.params["a"] + problem.params["b"] for problem in made)


def test_an_exhausted_space_is_refused_with_its_size(coin: Coin) -> None:
    assert len(problems(coin, "S", 5)) == 5
    with pytest.raises(
        ValueError, match=r"coin has 5 different train problems .* together: 8.*; 6 were asked"
    ):
        problems(coin, "S", 6)
    with pytest.raises(ValueError, match="only 8 different problems in range S; 9 were asked for"):
        problems(coin, "S", 9)


@given(st.tuples(*[st.integers(0, 50)] * 3).filter(any), st.integers(0, 10**6))
def test_a_mixture_has_its_total_and_its_ratio(weights: tuple[int, int, int], total: int) -> None:
    counts = ratio_counts(":".join(map(str, weights)), total)
    assert tuple(counts) == RANGES
    assert sum(counts.values()) == total
    for n, weight in zip(counts.values(), weights, strict=True):
        assert abs(n - total * weight / sum(weights)) < 1
        assert n == 0 or weight > 0


def test_the_ratios_of_the_paper() -> None:
    ratios = {ratio: tuple(ratio_counts(ratio, 1000).values()) for ratio in ("1:0:0", "8:1:1", "4:3:3")}
    assert ratios == {"1:0:0": (1000, 0, 0), "8:1:1": (800, 100, 100), "4:3:3": (400, 300, 300)}


@pytest.mark.parametrize(
    "ratio", ["8:1", "8:1:1:1", "a:b:c", "8:-1:1", "0:0:0", "", "0.8:0.1:0.1", "²:1:1", None]
)
def test_an_impossible_ratio_is_refused(ratio: Any) -> None:
    with pytest.raises(ValueError, match="ratio"):
        ratio_counts(ratio, 100)


def test_rows_say_all_that_is_needed(tmp_path: Path) -> None:
    out = write_dataset(NAMES, tmp_path / "set", n=12, ratio="2:1:1", seed=5)
    for name in NAMES:
        rows = read(out / f"{name}.jsonl")
        assert Counter(row["range"] for row in rows) == {"S": 6, "M": 3, "L": 3}
        assert len({row["key"] for row in rows}) == 12
        for row in rows:
            problem = tailnb.task(row["task"]).problem(**row["params"])
            assert (problem.key, problem.split, problem.answer) == (row["key"], "train", row["answer"])
            assert row["prompt"] == f"{row['query']}\n"
            assert tailnb.check(problem, row["completion"]).ok
            assert (row["method"], row["style"], row["seed"], row["layout"]) == ("tail", "core", 5, 0)


def test_rows_in_tape_style_are_checked_with_their_layout(tmp_path: Path) -> None:
    out = write_dataset(["binary_search"], tmp_path / "set", n=9, style="tape", split="eval")
    rows = read(out / "binary_search.jsonl")
    assert len({row["layout"] for row in rows}) == 9
    for row in rows:
        problem = tailnb.task(row["task"]).problem(**row["params"])
        assert problem.split == "eval"
        assert tailnb.check(problem, row["completion"], style="tape", seed=row["layout"]).ok


@pytest.mark.parametrize("module", ["linear transition", "atomic state"])
def test_prompt_and_ablated_completion_have_one_layout(tmp_path: Path, module: str) -> None:
    task = "large_number_addition"
    out = write_dataset(task, tmp_path / "set", n=20, style="tape", without={module})
    for row in read(out / f"{task}.jsonl"):
        fetched = row["completion"].partition(" -> ")[0]
        operands = re.findall(r"<\d+> \S+", fetched)
        assert operands
        assert [operand for operand in operands if operand not in row["prompt"]] == []


def test_what_is_left_out_is_written_in_one_order(tmp_path: Path) -> None:
    code = (
        "import sys; from tailnb.dataset import write_dataset;"
        "without = {'memory fetcher', 'linear transition', 'atomic state'};"
        "write_dataset('binary_search', sys.argv[1], n=3, without=without)"
    )
    for hash_seed in ("1", "2", "3"):  # the same folder: another configuration would be refused
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "set")],
            check=True,
            env={"PYTHONHASHSEED": hash_seed},
        )
    rows = read(tmp_path / "set" / "binary_search.jsonl")
    assert rows[0]["without"] == ["memory fetcher", "linear transition", "atomic state"]


def test_one_module_may_be_named_alone(tmp_path: Path) -> None:
    out = write_dataset("binary_search", tmp_path / "set", n=3, without="memory fetcher")
    write_dataset("binary_search", out, n=3, without=["memory fetcher", "memory fetcher"])
    assert read(out / "binary_search.jsonl")[0]["without"] == ["memory fetcher"]


def test_tasks_are_given_as_tasks_or_names(tmp_path: Path, coin: Coin) -> None:
    by_name = write_dataset(NAMES[:2], tmp_path / "a", n=4)
    by_task = write_dataset([tailnb.task(NAMES[0]), NAMES[1], NAMES[0]], tmp_path / "b", n=4)
    assert contents(by_name) == contents(by_task)
    one = write_dataset(coin, tmp_path / "c", n=4)
    assert len(read(one / "coin.jsonl")) == 4
    assert "| coin | S | 4 | 1–1 | 8 |" in (one / dataset.CARD).read_text()
    before = contents(one)
    assert contents(write_dataset([coin], one, n=4)) == before


def test_an_empty_ratio_is_none(tmp_path: Path) -> None:
    out = write_dataset("binary_search", tmp_path / "set", n=3, ratio="")
    before = contents(out)
    assert json.loads(before[dataset.CONFIGURATION])["configuration"]["ratio"] is None
    assert contents(write_dataset("binary_search", out, n=3)) == before


def test_method_none_and_ablations(tmp_path: Path) -> None:
    none = read(write_dataset("binary_search", tmp_path / "a", n=3, method="none") / "binary_search.jsonl")
    assert all(row["completion"] == f"Final answer: {row['answer']}" for row in none)
    cut = write_dataset("binary_search", tmp_path / "b", n=3, without=["memory fetcher"])
    assert all("fetch" not in row["completion"] for row in read(cut / "binary_search.jsonl"))


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
    files = sorted(path.name for path in (tmp_path / "mine").iterdir())
    assert files == sorted([dataset.CARD, dataset.CONFIGURATION, *(f"{name}.jsonl" for name in NAMES)])
    for name in files:
        assert (tmp_path / "mine" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()


def test_the_same_call_again_changes_nothing(tmp_path: Path) -> None:
    out, calls = tmp_path / "set", list[int]()
    for _ in range(2):
        write_dataset(NAMES[:2], out, n=250, method="none", progress=calls.append)
        stamps = {path.name: path.stat().st_mtime_ns for path in out.iterdir()}
    first = calls.index(500) + 1
    assert sorted(calls[:first]) == calls[:first]
    assert len(calls[:first]) > 100
    assert calls[-2:] == [250, 500]
    write_dataset(NAMES[:2], out, n=250, method="none")
    assert stamps == {path.name: path.stat().st_mtime_ns for path in out.iterdir()}


def test_a_killed_run_is_taken_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = write_dataset(NAMES, tmp_path / "whole", n=10)
    out, real = tmp_path / "set", Task.sample

    def stop(
        self: Task, range: str = "S", seed: int = 0, index: int = 0, *args: Any, **options: Any
    ) -> Problem:
        if self.name == NAMES[1] and index == 6:
            raise KeyboardInterrupt
        return real(self, range, seed, index, *args, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Task, "sample", stop)
        with pytest.raises(KeyboardInterrupt):
            write_dataset(NAMES, out, n=10)
    assert sorted(path.name for path in out.glob("*.jsonl")) == [f"{NAMES[0]}.jsonl"]
    assert not list(out.glob(".*"))
    write_dataset(NAMES, out, n=10)
    for path in whole.iterdir():
        assert path.read_bytes() == (out / path.name).read_bytes()


@pytest.mark.parametrize("name", [dataset.CARD, dataset.CONFIGURATION])
@pytest.mark.parametrize("before", [0, 1, 2])
def test_a_run_killed_while_it_keeps_its_record_is_taken_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, before: int
) -> None:
    whole = write_dataset(NAMES, tmp_path / "whole", n=3)
    real, seen = dataset.save_text, list[str]()

    def stop(path: Path, text: str) -> None:
        seen.append(path.name)
        if path.name == name and seen.count(name) > before:
            raise KeyboardInterrupt
        real(path, text)

    with monkeypatch.context() as patch:
        patch.setattr(dataset, "save_text", stop)
        with pytest.raises(KeyboardInterrupt):
            write_dataset(NAMES, tmp_path / "set", n=3)
    assert contents(write_dataset(NAMES, tmp_path / "set", n=3)) == contents(whole)


@pytest.mark.parametrize("key", ["file", "sha256", "ranges", "spaces"])
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
    out = write_dataset(["binary_search"], tmp_path / "set", n=5)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    with pytest.raises(ValueError, match="n 5 there, 6 asked for; seed 0 there, 1 asked for"):
        write_dataset(["binary_search"], out, n=6, seed=1)
    assert before == {path.name: path.read_bytes() for path in out.iterdir()}


def test_a_changed_file_is_not_overwritten(tmp_path: Path) -> None:
    out = write_dataset(["binary_search"], tmp_path / "set", n=5)
    path = out / "binary_search.jsonl"
    path.write_text("mine\n")
    with pytest.raises(ValueError, match="was changed since it was written"):
        write_dataset(["binary_search"], out, n=5)
    assert path.read_text() == "mine\n"
    path.unlink()
    write_dataset(["binary_search"], out, n=5)
    assert len(read(path)) == 5


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    with pytest.raises(ValueError, match="holds files, but no data set"):
        write_dataset(["binary_search"], tmp_path, n=5)
    (tmp_path / dataset.CONFIGURATION).write_text("[]")
    with pytest.raises(ValueError, match="not a data set's configuration"):
        write_dataset(["binary_search"], tmp_path, n=5)
    assert (tmp_path / "README.md").read_text() == "mine"


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"tasks": ["binsearch"]}, "did you mean 'binary_search'"),
        ({"tasks": []}, "no task given; choose from"),
        ({"n": 0}, "whole number from 1"),
        ({"n": "5"}, "whole number from 1"),
        ({"seed": "x"}, "seed must be a whole number"),
        ({"range": "XL"}, "no range 'XL'; choose from S, M, L"),
        ({"split": "test"}, "no split 'test'; choose from train, eval"),
        ({"method": "cot"}, "no method 'cot'; choose from tail"),
        ({"style": "fancy"}, "no style 'fancy'; choose from core"),
        ({"without": ["fetcher"]}, "no core module 'fetcher'; choose from memory fetcher"),
        ({"without": ["memory fetcher"], "method": "none"}, "no core modules to leave out"),
        ({"ratio": "1:2"}, "a ratio is three whole numbers"),
    ],
)
def test_wrong_arguments_leave_no_trace(wrong: dict[str, Any], text: str, tmp_path: Path) -> None:
    arguments = {"tasks": ["binary_search"], "n": 5, **wrong}
    with pytest.raises(ValueError, match=text):
        write_dataset(out=tmp_path / "set", **arguments)
    assert not (tmp_path / "set").exists()


def test_a_full_disk_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, rows: Any) -> Any:
        with dataset._Temporary(path) as temporary:
            temporary.write_text("half")
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(dataset, "write_rows", full)
    with pytest.raises(OSError, match="No space left"):
        write_dataset(["binary_search"], tmp_path / "set", n=5)
    assert [path.name for path in (tmp_path / "set").iterdir()] == [dataset.CONFIGURATION]
