"""One suite over all tasks; and each task's answers against a reference that knows nothing of tailnb."""

from __future__ import annotations

import copy
import doctest
import json
import pickle
import string
import subprocess
import sys
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from references import REFERENCES

import tailnb
from tailnb.tasks import RANGES
from tailnb.tasks._task import EVAL_SHARE

TASKS = tailnb.tasks.every_task()
NAMES = [task.name for task in TASKS]
all_tasks = pytest.mark.parametrize("task", TASKS, ids=NAMES)
INDEX = st.integers(0, 10**6)
RANGE = st.sampled_from(RANGES)


@pytest.mark.parametrize("name", [name for name in NAMES if REFERENCES[name]])
@given(range=RANGE, index=INDEX)
def test_the_reference_agrees_with_a_library(name, range, index):
    problem = tailnb.task(name).sample(range, seed=2, index=index)
    assert tailnb.traces.same(REFERENCES[name].library(**problem.params), problem.answer)


@all_tasks
@given(range=RANGE, index=INDEX, split=st.sampled_from(["train", "eval"]))
def test_a_sample_is_right_in_every_way(task, range, index, split):
    problem = task.sample(range, seed=1, index=index, split=split)
    low, high = task.lengths[range]
    assert low <= problem.length <= high
    assert problem.split == split
    assert problem.params == json.loads(json.dumps(problem.params))
    assert task.problem(**problem.params).answer == problem.answer
    trace = problem.trace()
    assert trace.answer == problem.answer
    for style in ("core", "styled"):
        text = problem.completion(style=style)
        assert tailnb.check(problem, text).ok
        assert tailnb.score(problem, text)
        assert text.splitlines()[-1] == f"Final answer: {problem.answer}"
        assert len(text.splitlines()) > len(trace)
    assert tailnb.check(problem, problem.completion(style="tape", seed=index), seed=index).ok
    assert tailnb.score(problem, problem.completion("none"))
    assert tailnb.score(problem, problem.completion("none", "tape"), style="tape")


@all_tasks
def test_a_state_is_small(task):
    for range in RANGES:
        for state in task.sample(range).trace().states:
            assert len(state.reads) <= 4
            assert len(state.writes) <= 3


@all_tasks
def test_a_sample_is_deterministic_and_seeds_are_streams_of_their_own(task):
    def keys(seed: int) -> list[str]:
        return [task.sample("S", seed=seed, index=index).key for index in range(200)]

    assert keys(42) == keys(42)
    space = task.problem_space("S") or 10**9
    shared = len(set(keys(42)) & set(keys(43)))
    assert shared <= 3 + 2 * 200 * 200 / space


@all_tasks
def test_a_sample_is_the_same_in_another_process(task):
    code = (
        f"import tailnb; print(tailnb.task({task.name!r}).sample('M', seed=3, index=9, split='eval').query)"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout.rstrip("\n") == task.sample("M", seed=3, index=9, split="eval").query


@all_tasks
def test_the_splits_share_no_key(task):
    train = {task.sample("S", seed=1, index=index, split="train").key for index in range(300)}
    evaluation = {task.sample("S", seed=2, index=index, split="eval").key for index in range(300)}
    assert not train & evaluation
    rng = Random(0)
    share = sum(task.draw(rng, *task.lengths["M"]).split == "train" for _ in range(50))
    assert share == 50


@all_tasks
def test_a_tenth_of_the_keys_is_for_evaluation(task):
    rng = Random(7)
    wordings = len(task.module.TEMPLATES)
    drawn = [
        tailnb.Problem(task, task.module.sample(rng, *task.lengths["M"]), rng.randrange(wordings))
        for _ in range(2000)
    ]
    assert sum(problem.split == "eval" for problem in drawn) / 2000 == pytest.approx(EVAL_SHARE, abs=0.03)


@all_tasks
def test_templates_are_many_and_ask_for_everything(task):
    templates = task.module.TEMPLATES
    assert len(templates) == len(set(templates)) >= 20
    problem = task.sample("S")
    words = task.module.words(**problem.params)
    fields = {name for text in templates for _, name, _, _ in string.Formatter().parse(text) if name}
    assert fields == set(words)
    for number, template in enumerate(templates):
        query = tailnb.Problem(task, problem.params, number).query
        assert "{" not in query
        for name in fields:
            assert f"{{{name}}}" in template, f"template {number} of {task.name} leaves out {name}"
            assert words[name] in query


@all_tasks
def test_docstrings_are_true(task):
    failed, tried = doctest.testmod(task.module)
    assert tried
    assert not failed


@all_tasks
def test_lengths_and_titles_are_the_papers(task):
    assert set(task.lengths) == set(RANGES)
    assert all(low <= high for low, high in task.lengths.values())
    assert task.title
    assert task.algorithm
    assert tailnb.task(task.name) is task


def test_an_unknown_task_is_refused_with_close_matches():
    with pytest.raises(ValueError, match=r"no task 'binsearch'; did you mean 'binary_search'\? choose from"):
        tailnb.task("binsearch")


@all_tasks
@pytest.mark.parametrize(
    "wrong", [{"range": "XL"}, {"split": "test"}, {"range": ""}], ids=["range", "split", "empty"]
)
def test_a_wrong_sample_is_refused_with_the_choices(task, wrong):
    with pytest.raises(ValueError, match="choose from"):
        task.sample(**wrong)


@all_tasks
@pytest.mark.parametrize("wrong", [("method", "magic"), ("style", "fancy")], ids=["method", "style"])
def test_a_wrong_method_or_style_is_refused_with_the_choices(task, wrong):
    for write in (task.sample().prompt, task.sample().completion):
        with pytest.raises(ValueError, match="choose from"):
            write(**dict([wrong]))


@all_tasks
def test_tasks_and_problems_travel(task):
    problem = task.sample()
    assert pickle.loads(pickle.dumps(problem)) == problem == copy.deepcopy(problem)
    assert len({problem, task.sample(), task}) == 2
    assert tailnb.task(task) is task


def test_a_problem_keeps_its_own_parameters():
    items = [1, 4, 9]
    problem = tailnb.task("binary_search").problem(items=items, key=9)
    items[0] = 100
    assert problem.answer == "2"
    assert problem.params["items"] == [1, 4, 9]


def test_the_package_of_tasks_can_be_called_and_looked_into():
    import tailnb.tasks.binary_search as module

    assert tailnb.task("binary_search").module is module


@all_tasks
def test_parameters_are_named_exactly(task):
    params = task.sample().params
    with pytest.raises(ValueError, match="takes the parameters"):
        task.problem(**params, extra=1)
    with pytest.raises(ValueError, match="takes the parameters"):
        task.problem()


@pytest.mark.parametrize(
    ("name", "values"),
    [(name, values) for name, known in REFERENCES.items() if known for values in known.BAD],
)
def test_bad_parameters_are_refused_by_name(name, values):
    task = tailnb.task(name)
    with pytest.raises(ValueError, match=r"must "):
        task.problem(**dict(zip(task.module.PARAMS, values, strict=True)))


# --- each task, on input that no sampler gives

DECIMAL = st.from_regex(r"(0|[1-9][0-9]{0,8})(\.[0-9]{1,8})?", fullmatch=True)


@given(DECIMAL, DECIMAL)
def test_addition(a, b):
    problem = tailnb.task("large_number_addition").problem(a=a, b=b)
    assert Decimal(problem.answer) == Decimal(a) + Decimal(b)
    assert problem.trace().answer == problem.answer
    assert tailnb.check(problem, problem.trace().text("tape")).ok


@given(DECIMAL, DECIMAL, st.sampled_from(["", "-"]), st.sampled_from(["", "-"]))
def test_comparison(a, b, sign_a, sign_b):
    a, b = (s + n if n.strip("0.") else n for s, n in ((sign_a, a), (sign_b, b)))
    problem = tailnb.task("compare_numbers").problem(a=a, b=b)
    assert problem.answer == "<=>"[(Decimal(a) > Decimal(b)) - (Decimal(a) < Decimal(b)) + 1]
    assert problem.trace().answer == problem.answer


@given(st.sets(st.integers(-50, 50), min_size=1), st.integers(-51, 51))
def test_binary_search(items, key):
    items = sorted(items)
    problem = tailnb.task("binary_search").problem(items=items, key=key)
    assert problem.trace().answer == problem.answer == REFERENCES["binary_search"].library(items, key)
    assert len(problem.trace()) <= len(items).bit_length()
