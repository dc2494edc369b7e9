"""Machines: the two engines agree, the catalogue computes what it says, and errors name the place."""

import pickle
import subprocess
import sys
from itertools import islice, pairwise
from typing import Any

import pytest
from hypothesis import given
from own_machines import LIMIT, small_machines, words

from tailnb.machines import MachineError, TuringMachine, machine
from tailnb.machines.errors import located


@given(small_machines(), words)
def test_each_step_is_one_transition(made: TuringMachine, word: str) -> None:
    configurations = list(made.steps(word, max_steps=LIMIT))
    assert [one.step for one in configurations] == list(range(len(configurations)))
    for before, after in pairwise(configurations):
        rule = made.transitions[before.state, before.symbol]
        assert before.next == after.taken == rule
        assert after.state == rule.state
        assert after.head == before.head + {"L": -1, "S": 0, "R": 1}[rule.move]
        tape = {**before.tape, before.head: rule.write}
        assert after.tape == {at: symbol for at, symbol in tape.items() if symbol != made.blank}
        assert after.symbol == after.tape.get(after.head, made.blank)


def test_a_kept_configuration_never_changes() -> None:
    first, *_ = kept = list(machine("increment").steps("111"))
    assert dict(first.tape) == {0: "1", 1: "1", 2: "1"}
    assert kept[-1].tape == {-1: "1", 0: "0", 1: "0", 2: "0"}
    assert repr(kept[1]) == "<Configuration step=1 state=right head=1 1[1]1>"
    assert first == next(machine("increment").steps("111"))
    assert len(set(kept)) == len(kept)


def test_steps_without_a_limit_are_endless_and_lazy() -> None:
    runaway = TuringMachine({("q", "_"): ("q", "_", "R")}, "q")
    assert [one.head for one in islice(runaway.steps(), 3)] == [0, 1, 2]


def test_words_of_long_symbols() -> None:
    upper = TuringMachine(
        {(1, "ab"): (1, "AB", "R"), (1, "a"): (1, "A", "R"), (1, "_"): ("halt", "_", "S")},
        initial_state=1,
        input_symbols=["a", "ab"],
    )
    assert upper.run("abaa").word() == upper.run(["ab", "a", "a"]).word() == "ABAA"
    assert upper.run("aba").tape == {0: "AB", 1: "A"}
    with pytest.raises(MachineError, match=r"symbol 'c' at position 2 .*choose from 'a', 'ab'"):
        upper.run("abac")


def test_a_foreign_symbol_is_named() -> None:
    with pytest.raises(MachineError, match=r"symbol 'O' at position 1 .* did you mean '0'"):
        machine("increment").run("1O")
    with pytest.raises(MachineError, match=r"symbol '_' at position 1 .* is the blank"):
        next(machine("increment").steps("1_1"))


@pytest.mark.parametrize(
    ("word", "message"),
    [
        (1011, "a word is a text or a list of symbols, not 1011; write '1011'"),
        (None, "not None$"),
        (b"10", "not b'10'$"),
        ({"1"}, r"not \{'1'\}$"),
        (["1", 1], "symbol 1 at position 1 .* did you mean '1'"),
        (["1", []], r"symbol \[\] at position 1"),
    ],
)
def test_what_is_no_word_is_refused(word: Any, message: str) -> None:
    for use in (machine("increment").run, machine("increment").steps):
        with pytest.raises(MachineError, match=message):
            use(word)


@pytest.mark.parametrize(
    ("start", "lines", "place", "line"),
    [
        ("q", {("q", "0"): 3, "initial_state": 1}, ("q", "0"), 3),
        ("p", {("q", "0"): 3, "initial_state": 1}, "initial_state", 1),
        ("q", {"initial_state": 1}, ("q", "0"), None),
    ],
)
def test_a_fault_names_its_place_and_its_line(start: str, lines: Any, place: Any, line: int | None) -> None:
    rules = [(("q", "1"), ("halt", "1", "R")), (("q", "0"), ("Q", "1", "R"))]
    with pytest.raises(MachineError) as caught, located(lines):
        TuringMachine(rules, start)
    assert (caught.value.place, caught.value.line) == (place, line)
    said = str(caught.value)
    assert said.startswith(f"line {line}: " if line else "the rule for ('q', '0') goes to")
    kept = pickle.loads(pickle.dumps(caught.value))
    assert (str(kept), kept.place, kept.line) == (said, place, line)


def test_a_long_text_is_not_quoted_whole() -> None:
    long = "x" * 10**6
    with pytest.raises(MachineError) as caught:
        TuringMachine({(long, "1"): (long + "y", "1", "R")}, long)
    assert len(str(caught.value)) < 1100


RULE = {("q", "1"): ("halt", "1", "R")}
FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "empty machine": ({"transitions": {}}, "at least one rule"),
    "no rules at all": ({"transitions": None}, "transitions is a collection, not None"),
    "rules as text": ({"transitions": "1RB"}, "transitions is a dictionary .*not '1'"),
    "two rules": ({"transitions": [*RULE.items()] * 2}, r"two rules for \('q', '1'\)"),
    "unhashable state": ({"transitions": {("q", "1"): (["q"], "1", "R")}}, r"goes to \['q'\]; .*hashable"),
    "unhashable start": ({"initial_state": []}, r"initial_state is \[\]; .*hashable"),
    "unhashable source": ({"transitions": [(([], "1"), ("q", "1", "R"))]}, r"starts from \[\]; .*hashable"),
    "number for states": ({"states": 2}, "states is a collection, not 2"),
    "number among symbols": ({"symbols": ["1", "_", 2]}, "the tape alphabet holds 2"),
    "list among symbols": ({"input_symbols": [["1"]]}, r"input_symbols holds \['1'\]"),
    "no move": ({"transitions": {("q", "1"): ("q", "1", [])}}, r"moves \[\]; choose from 'L'"),
    "short key": ({"transitions": {"q": ("halt", "1", "R")}}, r"'q' must start from a pair"),
    "short rule": ({"transitions": {("q", "1"): ("halt", "1")}}, r"\('q', '1'\) must give"),
    "bad move": ({"transitions": {("q", "1"): ("q", "1", "right")}}, r"\('q', '1'\) moves 'right'.*'L'"),
    "number for symbol": ({"transitions": {("q", 1): ("q", "1", "R")}}, "reads 1; a symbol is a text"),
    "unknown target": ({"transitions": {("q", "1"): ("Q", "1", "R")}}, "state 'Q'.*did you mean 'q'"),
    "rule leaves final": ({"final_states": {"q", "halt"}}, "leaves the final state 'q'"),
    "unknown start": ({"initial_state": "p"}, "no such initial state 'p'.*'q'"),
    "start not in states": ({"initial_state": "p", "states": ["q", "halt"]}, "no such initial state 'p'"),
    "source not in states": (
        {"states": ["p", "halt"], "initial_state": "p"},
        r"\('q', '1'\) starts from unknown state 'q'",
    ),
    "final not in states": ({"states": ["q"]}, "unknown final state 'halt'"),
    "final as text": ({"final_states": "halt"}, r"write \{'halt'\}"),
    "blank in input": ({"input_symbols": "1_"}, "blank '_' must not be in the input alphabet"),
    "blank unknown": ({"symbols": "01"}, "blank '_' is not among the symbols"),
    "empty blank": ({"blank": ""}, "the blank is ''"),
    "unknown input symbol": ({"input_symbols": "12", "symbols": "1_"}, "unknown input symbol '2'"),
    "unknown symbol": ({"symbols": "_0"}, r"\('q', '1'\) reads unknown symbol '1'"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_named(fault: str) -> None:
    changes, message = FAULTS[fault]
    with pytest.raises(MachineError, match=message):
        TuringMachine(**{"transitions": RULE, "initial_state": "q", **changes})


@pytest.mark.parametrize("limit", [-1, 1e6, True, "9", None])
def test_a_bad_step_limit_is_refused(limit: Any) -> None:
    with pytest.raises(MachineError, match="max_steps is a whole number"):
        machine("increment").run("1", max_steps=limit)


@given(small_machines())
def test_equal_machines_survive_pickling(made: TuringMachine) -> None:
    copy = pickle.loads(pickle.dumps(made))
    assert copy == made
    assert hash(copy) == hash(made)


def test_a_machine_is_frozen() -> None:
    with pytest.raises(AttributeError):
        machine("parity").blank = "0"  # type: ignore[misc]
    with pytest.raises(TypeError):
        machine("parity").transitions["even", "0"] = ("odd", "0", "R")  # type: ignore[index]
    assert repr(machine("parity")) == "<TuringMachine parity: 3 states, 3 symbols, 6 rules>"


def test_table_shows_every_rule() -> None:
    lines = machine("parity").table().splitlines()
    assert lines[0].split() == ["state", "read", "write", "move", "next"]
    assert lines[2].split() == ["even", "1", "1", "R", "odd"]
    assert len(lines) == 7


def test_machines_are_pure_standard_library() -> None:
    heavy = {"numpy", "pandas", "torch", "anywidget", "traitlets", "IPython"}
    code = f"import sys, tailnb.machines as m; m.machine('bb2'); print(*{heavy} & {{*sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
