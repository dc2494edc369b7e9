"""Tasks that are had by name only: permutations, which are too many, and Turing machines."""

from __future__ import annotations

import json
from itertools import count, islice, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tailnb
from tailnb.dataset import problems, write_dataset
from tailnb.machines import machine, machines
from tailnb.tasks import RANGES
from tailnb.tasks._task import LONGEST

ENDLESS = {"antihydra", "bouncer", "rule_110", "turing_1936"}
STOPPING = [name for name in machines() if name not in ENDLESS]
PERMUTATIONS, MACHINES = map(tailnb.task, ("permutation_combination", "turing_machine"))
SIZE = r"takes 91,945,313 states, as core text about [0-9,]+ characters or [0-9,]+ tokens; a trace may have"


@pytest.fixture
def ten() -> tailnb.Problem:
    return PERMUTATIONS.problem(items=list(range(10)))


@pytest.mark.parametrize("write", ["trace", "completion", "plain", "prompt on the tape"])
def test_a_trace_that_is_too_long_is_refused_with_its_size(ten, write):
    ways = {
        "trace": ten.trace,
        "completion": lambda: ten.completion(style="styled"),
        "plain": lambda: ten.completion("plain"),
        "prompt on the tape": lambda: ten.prompt(style="tape"),
    }
    with pytest.raises(ValueError, match=SIZE):
        ways[write]()


def test_what_needs_no_trace_is_given_all_the_same(ten):
    assert ten.answer == "3628800"
    assert tailnb.score(ten, ten.completion("none"))
    assert ten.prompt().strip() == ten.query
    for index in range(50):
        assert PERMUTATIONS.sample("L", index=index).answer in {"5040", "40320", "362880", "3628800"}


def test_the_first_states_of_a_long_trace_are_given_one_by_one(ten):
    labels = [state.label for state in islice(ten.steps(), 5)]
    assert labels == ["{0}", "{0,0}", "{1}", "{1,0}", "{1,1}"]


@pytest.mark.parametrize("n", range(1, 7))
def test_the_number_of_states_and_the_size_of_the_text_are_computed(n):
    problem = PERMUTATIONS.problem(items=list(range(n)))
    trace = problem.trace()
    assert problem.count_states() == len(trace)
    assert trace.answer == problem.answer
    if len(trace) > 1_000:  # of a short one the line of the tape, which is not counted, is a good part
        assert problem.count_characters() == pytest.approx(len(trace.text()), rel=0.01)


def test_a_range_with_traces_too_long_is_refused_as_a_whole():
    with pytest.raises(ValueError, match=SIZE):
        PERMUTATIONS.require_traces("L")
    for task in tailnb.tasks.every_task():
        for range in "SM":
            task.require_traces(range)
    with pytest.raises(ValueError, match="choose from S, M, L"):
        PERMUTATIONS.require_traces("XL")


# --- Turing machines


@pytest.mark.parametrize("name", STOPPING)
@settings(deadline=None, max_examples=20)
@given(range=st.sampled_from(RANGES), index=st.integers(0, 10**6), split=st.sampled_from(["train", "eval"]))
def test_every_machine_of_the_catalogue_is_sampled_and_imitated(name, range, index, split):
    problem = MACHINES.sample(range, index=index, split=split, machine=name)
    low, high = MACHINES.lengths[range]
    assert problem.params["machine"] == name
    assert low <= problem.length == len(problem.params["word"]) <= high
    trace, imitated = problem.trace(), tailnb.imitate(machine(name), problem.params["word"])
    assert (trace.initial, trace.states, trace.answer) == (imitated.initial, imitated.states, imitated.answer)
    assert tailnb.check(problem, problem.completion()).ok


def test_without_an_option_any_machine_may_come():
    assert {MACHINES.sample(index=index).params["machine"] for index in range(200)} == set(STOPPING)


@pytest.mark.parametrize("name", sorted(ENDLESS - {"antihydra"}))
def test_a_machine_that_never_stops_is_not_sampled(name):
    with pytest.raises(ValueError, match=f"{name} stops within 1,000 steps on none of 200 words"):
        MACHINES.sample("S", machine=name)


@pytest.mark.parametrize("name", ["anbncn", "binary_addition", "compare", "unary_multiplication"])
def test_most_words_make_sense_to_the_machine(name):
    answers = [MACHINES.sample("S", index=index, machine=name).answer for index in range(200)]
    assert answers.count("no_rule") < 160


def test_a_text_in_any_format_is_a_machine():
    rules = "1RB1LB_1LA1RZ"
    own = MACHINES.problem(machine=rules, word="11")
    named = MACHINES.problem(machine="bb2", word="11")
    assert own.trace().states == named.trace().states
    assert own.query == named.query
    assert MACHINES.sample("S", machine=rules).params["machine"] == rules


def test_the_busy_beaver_has_an_answer_but_no_trace():
    beaver = MACHINES.problem(machine="bb5", word="")
    assert beaver.answer == "101" + "001" * 4095 + "1"
    with pytest.raises(ValueError, match="takes 47,176,870 states"):
        beaver.trace()
    assert next(beaver.steps()).label == "{A,0}"
    words = {MACHINES.sample("S", index=index, machine="bb5").params["word"] for index in range(200)}
    assert words == {"1" * k for k in (1, 2, 3, 6, 7)}  # on 4, 5 and 8 it runs for more than 1,000 steps


@pytest.mark.parametrize("wrong", ["bb6", "1RA1RA", "1RB1LB_1LA1RX"])
def test_a_machine_that_is_none_or_never_stops_is_refused(wrong):
    with pytest.raises(ValueError, match=r"did you mean 'bb|stops within 1,000 steps on none|has no row"):
        MACHINES.sample("S", machine=wrong)


def test_the_space_of_words_is_counted_exactly():
    low, high = MACHINES.lengths["S"]
    words = [
        (name, "".join(letters))
        for name in STOPPING
        for length in range(low, 6)  # of up to 8 there are some 120,000
        for letters in product(machine(name).input_symbols, repeat=length)
    ]
    stop = [machine(name).run(word, max_steps=1_000).outcome != "step_limit" for name, word in words]
    assert MACHINES.module.problem_space(low, 5) == sum(stop) < len(words)
    assert MACHINES.key_space("S") == MACHINES.module.problem_space(low, high) * len(
        MACHINES.module.TEMPLATES
    )


def test_one_word_of_each_length_is_enough_for_a_data_set(tmp_path):
    made = problems(MACHINES, "S", 120, machine="bb2")
    assert len({problem.key for problem in made}) == 120
    assert len({problem.params["word"] for problem in made}) == 8
    folder = write_dataset([MACHINES, PERMUTATIONS], tmp_path / "set", n=30)
    for task in (MACHINES, PERMUTATIONS):
        rows = [json.loads(line) for line in (folder / f"{task.name}.jsonl").read_text().splitlines()]
        assert len({row["key"] for row in rows}) == 30
        for row in rows:
            assert tailnb.check(task.problem(**row["params"]), row["completion"]).ok


def test_every_sampled_machine_can_be_traced():
    assert all(
        MACHINES.sample(range, index=index).count_states() <= 1_001 < LONGEST
        for range in RANGES
        for index in islice(count(), 50)
    )
