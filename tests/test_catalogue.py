"""The catalogue: each machine does what plain Python says it does, and takes the steps that are published."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from own_machines import plain_run
from references.machines import BEAVERS, HALTING, RUNNING_ON, rule_110, rules, turing_1936

from tailnb.machines import TuringMachine, machine, machines
from tailnb.machines.catalogue import module

LIMIT = 20_000


def form(name: str) -> str | None:
    return getattr(module(name), "WORDS", None)


def words(name: str) -> st.SearchStrategy[str]:
    """Words over the machine's alphabet, and such as make sense to it."""
    every = st.text(machine(name).input_symbols or ("",), max_size=12)
    regex = form(name)
    return every if regex is None else every | st.from_regex(re.compile(regex), fullmatch=True).map(short)


def short(word: str) -> str:
    """The word with each stretch of one letter cut down to four, so that no run takes long."""
    return re.sub(r"(.)\1{4,}", r"\1\1\1\1", word)


def test_every_machine_has_a_reference() -> None:
    every = {*HALTING, *BEAVERS, *RUNNING_ON, "rule_110", "turing_1936"}
    assert every == set(machines())
    assert len(every) >= 20


@pytest.mark.parametrize("name", machines())
def test_examples(name: str) -> None:
    assert (module(name).__doc__ or "").splitlines()[0].endswith(".")
    assert machine(name).name == name
    assert module(name).EXAMPLES
    for word, final, outcome, steps in module(name).EXAMPLES:
        run = machine(name).run(word, max_steps=steps)
        assert (run.word(), run.outcome, run.steps) == (final, outcome, steps)


@pytest.mark.parametrize("name", HALTING)
@given(data=st.data())
def test_machines_do_what_plain_python_does(name: str, data: st.DataObject) -> None:
    word = data.draw(words(name))
    run, answer = machine(name).run(word, max_steps=LIMIT), HALTING[name](word)
    assert run.outcome == ("no_rule" if answer is None else "halted")
    if answer is not None:
        assert run.word() == answer


@pytest.mark.parametrize("name", [name for name in machines() if form(name)])
@settings(max_examples=30)
@given(data=st.data())
def test_words_of_the_form_that_is_given_make_sense(name: str, data: st.DataObject) -> None:
    word = data.draw(st.from_regex(re.compile(form(name) or ""), fullmatch=True).map(short))
    assert set(word) <= set(machine(name).input_symbols)
    assert name == "anbncn" or machine(name).run(word, max_steps=LIMIT).outcome == "halted"


@pytest.mark.parametrize("name", BEAVERS)
def test_beavers_take_the_steps_and_leave_the_symbols_that_are_published(name: str) -> None:
    _, steps, left = BEAVERS[name]
    run = machine(name).run(max_steps=10**8)
    assert (run.outcome, run.steps, len(run.tape)) == ("halted", steps, left)


@pytest.mark.parametrize("name", [*BEAVERS, *RUNNING_ON])
@given(word=st.text("1", max_size=12), limit=st.integers(0, 500))
def test_machines_from_a_line_do_what_a_dictionary_does(name: str, word: str, limit: int) -> None:
    text = RUNNING_ON[name] if name in RUNNING_ON else BEAVERS[name][0]
    run = machine(name).run(word, max_steps=limit)
    assert (run.steps, run.state, run.head, dict(run.tape)) == plain_run(rules(text), "A", "0", word, limit)


@given(st.text("01", max_size=8).map(lambda rest: f"1{rest}"))
def test_rule_110_renews_the_row(row: str) -> None:
    rows, before = [], None
    for one in machine("rule_110").steps(row, max_steps=2000):
        if one.state == "end" and before != "end":
            cells = range(min(one.tape), len(row))
            rows.append("".join(one.tape.get(at, "_") for at in cells))
        before = one.state
    assert rows == list(islice(rule_110(row), len(rows)))
    assert len(rows) > 10


def test_turings_first_machine_writes_its_sequence() -> None:
    for steps in range(50):
        tape = machine("turing_1936").run(max_steps=steps).tape
        assert "".join(tape.get(at, "_") for at in range(steps)) == "".join(islice(turing_1936(), steps))


@pytest.mark.parametrize("name", ["bouncer", "rule_110", "turing_1936"])
def test_what_never_halts_has_a_rule_wherever_it_comes(name: str) -> None:
    run = machine(name).run(max_steps=100_000)
    assert run.outcome == "step_limit"


def test_unknown_machine_names_the_choices() -> None:
    with pytest.raises(ValueError, match=r"no machine 'incremnt'; did you mean 'increment'\? .*'parity'"):
        machine("incremnt")


def test_machines_of_the_catalogue_are_small() -> None:
    """So that tables can be read and diagrams drawn."""
    made: list[TuringMachine] = [machine(name) for name in machines()]
    sizes: dict[str, Any] = {one.name: len(one.states) for one in made}
    assert max(sizes.values()) <= 12, sizes
