"""What data sets hold: no leak between splits, no repeated key, rows that say all; and what is refused."""

import json
import re
import subprocess
import sys
from collections import Counter
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tailnb
from tailnb import dataset
from tailnb.dataset import problems, ratio_counts, write_dataset
from tailnb.dataset.streams import Stream
from tailnb.tasks import RANGES, Problem, Task

NAMES = [task.name for task in tailnb.tasks.every_task()]
THREE = ["large_number_addition", "compare_numbers", "binary_search"]

every_name = pytest.mark.parametrize("name", NAMES)
every_range = pytest.mark.parametrize("range_", RANGES)


class Coin(Task):
    """A task of eight problems, of which five are ever drawn."""

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


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]


def keys(name: str, range: str, seed: int, split: str = "train", n: int = 60) -> list[str]:
    """The keys of a stream, repeated ones as well."""
    stream = Stream(tailnb.task(name), range, seed, split)
    return [problem.key for problem in islice(stream, n)]


# --- streams


@every_name
@given(seeds=st.tuples(st.integers(), st.integers()))
def test_train_and_evaluation_share_no_key_at_any_seed(name: str, seeds: tuple[int, int]) -> None:
    train, evaluation = set(keys(name, "S", seeds[0], "train", 5)), set(keys(name, "S", seeds[1], "eval", 5))
    assert not train & evaluation


@every_name
@every_range
def test_train_and_evaluation_share_no_key_where_there_are_few(name: str, range_: str) -> None:
    train, evaluation = (set(keys(name, range_, 0, split, n)) for split, n in (("train", 400), ("eval", 40)))
    assert train
    assert evaluation
    assert not train & evaluation


@every_name
@every_range
def test_neighboring_seeds_share_no_more_than_chance_gives(name: str, range_: str) -> None:
    def shared(first: int, second: int) -> int:
        return len(set(keys(name, range_, first)) & set(keys(name, range_, second)))

    neighbors = sum(shared(seed, seed + 1) for seed in range(42, 46))
    strangers = sum(shared(seed, seed + 10**9) for seed in range(42, 46))
    assert neighbors <= strangers + 5 * (strangers + 1) ** 0.5
    assert neighbors == 0 or name not in THREE  # of so many problems, drawn evenly, none comes up twice


@every_name
@every_range
def test_problems_are_different_and_of_the_range(name: str, range_: str) -> None:
    task = tailnb.task(name)
    n = min(40, (task.key_space(range_) or 10**9) // 20)
    made = problems(task, range_, n, seed=3, split="eval")
    low, high = task.lengths[range_]
    assert len({problem.key for problem in made}) == n
    assert all(low <= problem.length <= high for problem in made)
    again = problems(task, range_, n // 2, seed=3, split="eval")
    assert [problem.key for problem in again] == [problem.key for problem in made[: n // 2]]


def test_options_reach_the_sampler() -> None:
    made = problems("large_number_addition", "S", 30, decimals=False)
    assert not any("." in problem.params["a"] + problem.params["b"] for problem in made)


def test_more_than_exist_are_refused_with_the_number_there_is(coin: Coin, tmp_path: Path) -> None:
    assert len(problems(coin, "S", 5)) == 5
    drawn = r"coin has 5 different train problems in range S, .* \(train and eval together: 8\); 6 were asked"
    with pytest.raises(ValueError, match=drawn):
        problems(coin, "S", 6)
    with pytest.raises(ValueError, match=r"only 8 different problems .* about 7 of them for train; 9 were"):
        problems(coin, "S", 9)
    for n, said in ((6, drawn), (9, "only 8 different problems")):
        with pytest.raises(ValueError, match=said):
            write_dataset(coin, tmp_path / "set", n=n)
    assert not (tmp_path / "set").exists()


def test_a_split_of_few_keys_is_exhausted_at_its_own_size(tmp_path: Path) -> None:
    task = tailnb.task("derangement")
    size = task.key_space("S")
    assert size is not None
    every = {
        split: {problem.key for problem in islice(Stream(task, "S", 0, split), 30 * size)}
        for split in dataset.SPLITS
    }
    assert len(every["train"]) + len(every["eval"]) == size
    for split, there in every.items():
        assert {problem.key for problem in problems(task, "S", len(there), seed=1, split=split)} == there
        with pytest.raises(ValueError, match=f"derangement has {len(there):,} different {split} queries"):
            write_dataset(task, tmp_path / "set", n=len(there) + 1, split=split)
        with pytest.raises(ValueError, match=f"only {size:,} different queries .* of them for {split}"):
            write_dataset(task, tmp_path / "set", n=3 * len(there) if split == "eval" else size, split=split)
    assert not (tmp_path / "set").exists()


# --- ratios


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


# --- rows


@every_name
def test_rows_say_all_that_is_needed(name: str, tmp_path: Path) -> None:
    out = write_dataset(name, tmp_path / "set", n=6, seed=5)
    rows = read(out / f"{name}.jsonl")
    assert len({row["key"] for row in rows}) == 6
    for row in rows:
        task = tailnb.task(row["task"])
        problem = task.problem(**row["params"])
        sampled = task.sample("S", seed=5, index=row["index"])
        assert problem.answer == row["answer"]
        assert (sampled.key, sampled.split, sampled.query) == (row["key"], row["split"], row["query"])
        assert (task.algorithm, problem.length) == (row["algorithm"], row["length"])
        assert row["prompt"] == f"{row['query']}\n"
        assert tailnb.check(problem, row["completion"]).ok
        assert (row["range"], row["method"], row["style"]) == ("S", "tail", "core")
        assert (row["seed"], row["layout"], row["without"]) == (5, 0, [])


def test_a_mixture_is_written_range_by_range(tmp_path: Path) -> None:
    out = write_dataset(THREE, tmp_path / "set", n=12, ratio="2:1:1")
    for name in THREE:
        rows = read(out / f"{name}.jsonl")
        assert [row["range"] for row in rows] == list("SSSSSSMMMLLL")
        assert len({row["key"] for row in rows}) == 12
    only_m = read(write_dataset("binary_search", tmp_path / "m", n=3, ratio="0:1:0") / "binary_search.jsonl")
    assert Counter(row["range"] for row in only_m) == {"M": 3}


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
    rows = read(out / "binary_search.jsonl")
    assert rows[0]["without"] == ["memory fetcher"]
    assert all("fetch" not in row["completion"] for row in rows)


@every_name
def test_every_method_of_a_task_is_written(name: str, tmp_path: Path) -> None:
    for method in tailnb.task(name).methods:
        rows = read(write_dataset(name, tmp_path / method, n=2, method=method) / f"{name}.jsonl")
        for row in rows:
            problem = tailnb.task(name).sample("S", index=row["index"])
            assert row["method"] == method
            assert (row["prompt"], row["completion"]) == (
                problem.prompt(method),
                problem.completion(method),
            )


# --- refusals


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"tasks": ["binsearch"]}, "did you mean 'binary_search'"),
        ({"tasks": []}, "no task given; choose from"),
        ({"n": 0}, "whole number from 1"),
        ({"n": "5"}, "whole number from 1"),
        ({"seed": "x"}, "seed must be a whole number"),
        ({"seed": 2**64}, "of at most 64 bits"),
        ({"range": "XL"}, "no range 'XL'; choose from S, M, L"),
        ({"split": "test"}, "no split 'test'; choose from train, eval"),
        ({"method": "cot"}, "no method for binary_search called 'cot'; choose from tail"),
        ({"method": "reversed"}, "no method for binary_search called 'reversed'; choose from tail"),
        ({"style": "fancy"}, "no style 'fancy'; choose from core"),
        ({"without": ["fetcher"]}, "no core module 'fetcher'; choose from memory fetcher"),
        ({"without": ["memory fetcher"], "method": "none"}, "no core modules to leave out"),
        ({"ratio": "1:2"}, "a ratio is three whole numbers"),
        ({"format": "csv"}, "no format 'csv'; choose from jsonl, parquet"),
        ({"jobs": 0}, "jobs must be a whole number of processes, or -1"),
        ({"jobs": "two"}, "jobs must be a whole number of processes, or -1"),
        (
            {"tasks": "large_number_addition", "method": "index_hint", "style": "tape"},
            "index_hint has no text on a tape",
        ),
    ],
)
def test_wrong_arguments_leave_no_trace(wrong: dict[str, Any], text: str, tmp_path: Path) -> None:
    arguments = {"tasks": ["binary_search"], "n": 5, **wrong}
    with pytest.raises(ValueError, match=text):
        write_dataset(out=tmp_path / "set", **arguments)
    assert not (tmp_path / "set").exists()


def test_traces_that_are_too_long_are_refused_beforehand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = tailnb.task("binary_search")
    monkeypatch.setattr(
        search.module, "count_states", lambda items, key: 10 ** (len(items) - 13), raising=False
    )
    with pytest.raises(ValueError, match=r"this binary_search of length (19|20) takes 10{6,7}|10,0"):
        write_dataset(search, tmp_path / "set", n=100)
    assert not (tmp_path / "set").exists()
    write_dataset(search, tmp_path / "set", n=100, method="none")  # which writes no trace


def test_seeds_are_named_not_added() -> None:
    rng = Random("binary_search/train/S/42/7")
    task = tailnb.task("binary_search")
    assert task.draw(rng, *task.lengths["S"]).key == Stream(task, "S", 42)[7].key
