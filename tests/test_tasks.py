"""One suite over all tasks; and each task's answers against a reference that knows nothing of tailnb."""

from __future__ import annotations

import copy
import doctest
import json
import pickle
import string
import subprocess
import sys
import time
from contextlib import suppress
from itertools import islice
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from references import REFERENCES

import tailnb
from tailnb.tasks import FOLDERS, METHODS, RANGES, look_in
from tailnb.tasks._task import EVAL_SHARE
from tailnb.traces import HALT, Tape
from tailnb.traces.styles import STYLES

TASKS, EIGHTEEN = tailnb.tasks.every_task(), tailnb.tasks()
NAMES = [task.name for task in TASKS]
all_tasks = pytest.mark.parametrize("task", TASKS, ids=NAMES)
referenced = pytest.mark.parametrize("name", [name for name in NAMES if REFERENCES[name]])
INDEX = st.integers(0, 10**6)
RANGE = st.sampled_from(RANGES)
MOST = 2_500  # states of a trace that is made, where longer ones take seconds
many = settings(deadline=None, max_examples=60)  # a machine that does other work is no fault of a task
some = settings(deadline=None, max_examples=30)


def require_right(problem: tailnb.Problem, seed: int = 0) -> None:
    """The recorded answer is the reference's, and all texts are right and say what the trace says."""
    trace = problem.trace()
    assert trace.answer == problem.answer
    for name, style in STYLES.items():
        text = problem.completion(style=name)
        tape, *states, answer = text.splitlines()
        assert style.read_tape(tape) == trace.initial
        assert tuple(map(style.read_state, states)) == trace.states
        assert answer == f"Final answer: {trace.answer}"
        assert tailnb.check(problem, text).ok
    assert tailnb.check(problem, problem.completion(style="tape", seed=seed), seed=seed).ok
    for method in problem.task.methods:
        assert tailnb.score(problem, problem.completion(method))
    for method in METHODS:
        assert tailnb.score(problem, problem.completion(method, "tape", seed=seed), style="tape")


@all_tasks
@many
@given(range=RANGE, index=INDEX, split=st.sampled_from(["train", "eval"]))
def test_a_sample_is_right_in_every_way(task, range, index, split):
    problem = task.sample(range, seed=1, index=index, split=split)
    low, high = task.lengths[range]
    assert low <= problem.length <= high
    assert problem.split == split
    assert problem.params == json.loads(json.dumps(problem.params))
    assert task.problem(**problem.params).answer == problem.answer
    if problem.count_states() <= MOST:
        require_right(problem, seed=index)


@referenced
@many
@given(range=RANGE, index=INDEX)
def test_the_reference_agrees_with_a_library(name, range, index):
    problem = tailnb.task(name).sample(range, seed=2, index=index)
    assert tailnb.traces.same(REFERENCES[name].library(**problem.params), problem.answer)


@pytest.mark.parametrize("name", [name for name in NAMES if hasattr(REFERENCES[name], "PARAMS")])
@many
@given(data=st.data())
def test_odd_parameters_are_right_in_every_way(name, data):
    params = data.draw(REFERENCES[name].PARAMS)
    problem = tailnb.task(name).problem(**params)
    assert problem.params == params
    assert tailnb.traces.same(REFERENCES[name].library(**params), problem.answer)
    require_right(problem)


@pytest.mark.parametrize(
    ("name", "values"),
    [(name, values) for name, known in REFERENCES.items() if known for values in known.BAD],
)
def test_bad_parameters_are_refused_by_name(name, values):
    task = tailnb.task(name)
    with pytest.raises(ValueError, match=r"must "):
        task.problem(**dict(zip(task.module.PARAMS, values, strict=True)))


LOOP: list = []
LOOP.append(LOOP)
DEEP: list = []
for _ in range(2_000):
    DEEP = [DEEP]


@all_tasks
@pytest.mark.parametrize(
    "wrong",
    [(n for n in "ab"), {1}, b"ab", object(), LOOP, DEEP, 10**5000, [10**5000, 1], "\ud800", float("nan")],
    ids=["generator", "set", "bytes", "object", "loop", "deep", "huge", "huge item", "surrogate", "nan"],
)
def test_what_is_no_plain_data_is_refused_by_name(task, wrong):
    params = task.sample(index=1).params
    for name in params:
        with pytest.raises(ValueError, match=name):
            task.problem(**params | {name: wrong})


@pytest.mark.parametrize("name", ["bubble_sort", "multi_machine_schedule"])
def test_a_run_that_grows_too_long_is_refused_as_it_runs(name):
    params = {"items": [*range(500, 0, -1)]}
    if name == "multi_machine_schedule":
        params = {"tasks": [[500, 1]] * 500, "queues": 1}
    problem = tailnb.task(name).problem(**params)
    assert problem.answer in ("500", str(sorted(params.get("items", []))))
    for make in (problem.trace, problem.completion):
        with pytest.raises(ValueError, match=f"this {name} of length 500 is too long"):
            make()
    with pytest.raises(ValueError, match="one more than 100,000"):
        list(problem.steps())


def test_the_size_of_a_long_trace_is_told_without_making_it():
    problem = tailnb.task("lcs").problem(a="ab" * 500, b="ba" * 500)
    begun = time.process_time()
    with pytest.raises(ValueError, match=r"takes 1,001,000 states, as core text about 1\d0,000,000 char"):
        problem.trace()
    assert time.process_time() - begun < 2


def test_an_input_that_is_too_large_for_a_trace_is_refused_before_it_is_placed():
    letters = tailnb.task("count_letters").problem(text="a" * 10**6, letter="A")
    items = tailnb.task("knapsack").problem(capacity=1, weights=[1] * 10**5, values=[1] * 10**5)
    assert (letters.answer, items.answer) == ("1000000", "1")
    begun = time.process_time()
    for problem in (letters, items):
        with pytest.raises(ValueError, match="is too long for a trace, which may have 100,000 states"):
            problem.trace()
    assert time.process_time() - begun < 3


# --- what a run is


@all_tasks
@some
@given(range=RANGE, index=INDEX)
def test_a_state_is_small_and_decided_by_its_label_and_what_it_fetches(task, range, index):
    decided = {}
    for state in islice(task.sample(range, index=index).steps(), MOST):
        assert len(state.reads) <= 4
        assert len(state.writes) <= 3
        rest = (state.operation, state.operands, state.writes, state.goto)
        assert decided.setdefault((state.label, state.reads), rest) == rest


@all_tasks
def test_a_state_is_decided_alike_in_all_problems(task):
    decided = {}
    for index in range(200):
        problem = task.sample("S", index=index)
        program = problem.params.get("machine")  # a Turing machine has rules of its own
        for state in islice(problem.steps(), 300):
            rest = (state.operation, state.operands, state.writes, state.goto)
            assert decided.setdefault((program, state.label, state.reads), rest) == rest


class Faulty(Tape):
    """A tape on which one value that is fetched or written comes out wrong, as when a model errs."""

    def __init__(self, what: str, number: int, change: int, most: int) -> None:
        super().__init__()
        self.what, self.number, self.change, self.most = what, number, change, most

    def state(self, label: str) -> Tape:
        assert self.most, "the run does not end"
        self.most -= 1
        return super().state(label)

    def read(self, *cells):
        found = super().read(*cells)
        values = [self.wrong("read", value) for value in (found if len(cells) > 1 else [found])]
        return values[0] if len(cells) == 1 else tuple(values)

    def write(self, cell, value):
        super().write(cell, self.wrong("write", value))

    def wrong(self, what: str, value):
        self.number -= what == self.what
        if what != self.what or self.number:
            return value
        if isinstance(value, int):
            return value + self.change
        others = sorted({str(other) for other in self._cells.values()} | {self.blank, "x"})
        return others[self.change % len(others)]


@all_tasks
@many
@given(range=st.sampled_from("SM"), index=st.integers(0, 1000), data=st.data())
def test_a_run_ends_whatever_goes_wrong(task, range, index, data):
    problem = task.sample(range, index=index)
    states = problem.count_states()
    if states > MOST:
        return
    what = data.draw(st.sampled_from(["read", "write"]))
    number, change = data.draw(st.integers(1, 2 * states)), data.draw(st.integers(-9, 9))
    with suppress(ArithmeticError, LookupError, TypeError, ValueError):
        problem.trace(Faulty(what, number, change, most=20 * states + 2_000))


@all_tasks
def test_the_states_come_one_by_one(task):
    problem = task.sample("S", index=3)
    assert tuple(problem.steps()) == problem.trace().states
    assert problem.count_states() == len(problem.trace())
    assert problem.trace().states[-1].goto == HALT


# --- what a stream is


def keys(task: tailnb.Task, seed: int, split: str = "train") -> list[str]:
    return [task.sample("S", seed=seed, index=index, split=split).key for index in range(200)]


@all_tasks
def test_a_sample_is_deterministic_and_seeds_are_streams_of_their_own(task):
    assert keys(task, 42) == keys(task, 42)
    neighbors = len({*keys(task, 42)} & {*keys(task, 43)})
    strangers = [len({*keys(task, seed)} & {*keys(task, 7 * seed)}) for seed in (10**6, 10**9, 10**12)]
    assert neighbors <= 5 + 2 * max(strangers)  # the smaller the space, the more is shared by chance


def test_a_sample_is_the_same_in_another_process():
    code = (
        "import json, tailnb; print(json.dumps([tailnb.task(name).sample('M', seed=3, index=9, split='eval')"
        f".query for name in {NAMES}]))"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(other.stdout) == [
        task.sample("M", seed=3, index=9, split="eval").query for task in TASKS
    ]


@all_tasks
def test_the_splits_share_no_key(task):
    assert not {*keys(task, 1, "train")} & {*keys(task, 2, "eval")}
    rng = Random(0)
    assert all(task.draw(rng, *task.lengths["M"]).split == "train" for _ in range(50))


@all_tasks
def test_a_tenth_of_the_keys_is_for_evaluation(task):
    rng = Random(7)
    wordings = len(task.module.TEMPLATES)
    drawn = [
        tailnb.Problem(task, task.module.sample(rng, *task.lengths["M"]), rng.randrange(wordings))
        for _ in range(2000)
    ]
    assert sum(problem.split == "eval" for problem in drawn) / 2000 == pytest.approx(EVAL_SHARE, abs=0.03)


# --- what a task is


def test_the_eighteen_come_in_order_and_others_by_name_only():
    assert [task.module.ORDER for task in EIGHTEEN] == list(range(1, 19))
    assert {*TASKS} - {*EIGHTEEN} == {
        *map(tailnb.task, ("permutation_combination", "places", "turing_machine"))
    }


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
        assert "\n" not in query
        for name in fields:
            assert f"{{{name}}}" in template, f"template {number} of {task.name} leaves out {name}"
            assert words[name] in query


@all_tasks
def test_docstrings_are_true(task):
    failed, tried = doctest.testmod(task.module)
    assert tried
    assert not failed


@all_tasks
def test_titles_classes_and_lengths_are_the_papers(task):
    assert tailnb.task(task.name) is task
    if task in EIGHTEEN:
        assert (task.title, task.algorithm, *task.lengths.values()) == PAPER[task.module.ORDER - 1]
    else:
        assert tuple(task.lengths) == RANGES
        assert task.title


PAPER = [  # Tables C1 and F1 of arXiv 2507.13332; population growth there starts at 1, which no x < n allows
    ("Large Number Addition", "Simulation", (10, 30), (31, 40), (41, 50)),
    ("Large Number Division", "Simulation", (2, 5), (6, 10), (11, 20)),
    ("Bubble Sort", "Simulation", (2, 4), (5, 6), (7, 8)),
    ("Word Flip", "Simulation", (10, 20), (21, 50), (51, 100)),
    ("Compare Numbers", "Simulation", (5, 10), (11, 20), (21, 50)),
    ("Any Substring", "Recursion", (3, 5), (6, 9), (10, 14)),
    ("Derangement", "Recursion", (3, 30), (31, 60), (61, 100)),
    ("Population Growth", "Iteration", (2, 10), (11, 25), (26, 50)),
    ("Dijkstra", "Greedy", (3, 5), (6, 10), (11, 20)),
    ("Multi-Machine Schedule", "Greedy", (5, 10), (11, 20), (21, 50)),
    ("Count Letters", "Enumeration", (2, 6), (7, 10), (11, 20)),
    ("Diophantine Equation", "Enumeration", (10, 50), (51, 100), (101, 200)),
    ("Prime Search", "Enumeration", (5, 100), (101, 200), (201, 300)),
    ("0-1 Knapsack", "Dynamic Programming", (2, 3), (4, 5), (6, 8)),
    ("LCS", "Dynamic Programming", (2, 6), (7, 9), (10, 12)),
    ("Levenshtein Distance", "Dynamic Programming", (2, 4), (5, 7), (8, 9)),
    ("Binary Search", "Divide & Conquer", (5, 20), (21, 40), (41, 70)),
    ("Palindrome Combination", "Backtracking", (2, 4), (5, 6), (7, 8)),
]


def test_an_unknown_task_is_refused_with_close_matches():
    with pytest.raises(
        ValueError, match=r"no task 'binsearch'; did you mean 'binary_search'.*\? choose from"
    ):
        tailnb.task("binsearch")
    for name in (None, 5, ["binary_search"]):
        with pytest.raises(ValueError, match=r"no task .*choose from"):
            tailnb.task(name)


def test_files_that_are_no_tasks_are_refused_by_name(tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDERS, "")
    file = tmp_path / "mine.py"
    for text, message in (("def (", "mine.py cannot be read: SyntaxError"), ("ORDER = 99", "is no task yet")):
        file.write_text(text)
        with pytest.raises(ValueError, match=message):
            look_in(tmp_path)
    assert tailnb.tasks() == EIGHTEEN


def test_a_task_that_is_found_has_a_name_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDERS, "")
    source = Path(str(tailnb.task("binary_search").module.__file__)).read_text()
    for folder, name in (("one", "mine"), ("two", "mine"), ("three", "binary_search")):
        file = tmp_path / folder / f"{name}.py"
        file.parent.mkdir()
        file.write_text(source)
    assert look_in(tmp_path / "one") == look_in(tmp_path / "one") == ("mine",)
    for folder in ("two", "three"):
        with pytest.raises(ValueError, match=r"there is a task .* already"):
            look_in(tmp_path / folder)
    assert tailnb.task("mine").sample().params == tailnb.task("mine").sample().params
    sys.modules.pop("tailnb.tasks.mine")
    tailnb.tasks._by_name.cache_clear()


@all_tasks
@pytest.mark.parametrize(
    "wrong",
    [{"range": "XL"}, {"split": "test"}, {"range": ""}, {"range": ["S"]}],
    ids=["range", "split", "empty", "list"],
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


@given(REFERENCES["binary_search"].PARAMS)
def test_binary_search_halves(params):
    problem = tailnb.task("binary_search").problem(**params)
    assert len(problem.trace()) <= len(params["items"]).bit_length()
