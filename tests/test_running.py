"""Running: the tapes agree, a history shows every step, breakpoints are found, and the reason is told."""

from __future__ import annotations

import pickle
import tracemalloc
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from own_machines import LIMIT, plain_run, small_machines, words

from tailnb.machines import (
    Breakpoint,
    MachineError,
    TuringMachine,
    history,
    list_tape,
    machine,
    run_length,
    running,
)

ZIGZAG = TuringMachine(
    {
        ("R", "_"): ("L", "x", "L"),
        ("R", "x"): ("R", "x", "R"),
        ("L", "_"): ("R", "x", "R"),
        ("L", "x"): ("L", "x", "L"),
    },
    "R",
)


def plainly(made: TuringMachine, word: str, limit: int) -> tuple[Any, ...]:
    rules: Any = {key: tuple(rule) for key, rule in made.transitions.items()}
    return plain_run(rules, made.initial_state, made.blank, word, limit)


def found(run: Any) -> tuple[Any, ...]:
    return run.steps, run.state, run.head, dict(run.tape)


@given(
    small_machines(),
    words,
    st.integers(0, LIMIT),
    st.sampled_from([0, 7, running.PATIENCE]),
    st.sampled_from([1, 7, run_length.BATCH]),
)
def test_run_equals_a_run_on_a_dictionary(
    made: TuringMachine, word: str, limit: int, patience: int, batch: int
) -> None:
    with (
        patch.multiple(running, PATIENCE=patience, PER_CELL=0),
        patch.multiple(run_length, BATCH=batch, GAIN=2),
    ):
        run = made.run(word, max_steps=limit)
    assert found(run) == plainly(made, word, limit)
    halts, stops = run.state in made.final_states, run.steps < limit
    expected = {"halted"} if halts else {"no_rule"} if stops else {"no_rule", "step_limit"}
    assert run.outcome in expected
    assert (run.outcome == "step_limit") == ((run.state, run.tape.get(run.head, "_")) in made.transitions)


@given(small_machines(), words, st.integers(0, LIMIT))
def test_steps_end_where_the_run_ends(made: TuringMachine, word: str, limit: int) -> None:
    *_, last = made.steps(word, max_steps=limit)
    assert (last.step, last.state, last.head, dict(last.tape)) == plainly(made, word, limit)


@pytest.mark.parametrize("patience", [0, 100, running.PATIENCE])
def test_the_tape_grows_far_both_ways(patience: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "PATIENCE", patience)
    cells = ZIGZAG.run(max_steps=10**7).tape
    assert list(cells) == list(range(min(cells), max(cells) + 1))
    # Each turn adds a cell and comes one step later than the last, so t steps make about √(2t) of them.
    assert len(cells) == pytest.approx((2 * 10**7) ** 0.5, rel=0.01)
    assert found(ZIGZAG.run(max_steps=50_000)) == plainly(ZIGZAG, "", 50_000)


@pytest.mark.parametrize("move", ["L", "R"])
def test_a_blank_trail_costs_no_memory(move: str) -> None:
    runaway = TuringMachine({("q", "_"): ("q", "_", move)}, "q")
    *_, last = runaway.steps(max_steps=10_000)
    run = runaway.run(max_steps=10_000)
    assert last.tape == run.tape == {}
    assert abs(last.head) == 10_000
    assert run.head == last.head


def test_a_long_run_goes_over_to_the_run_length_tape_and_back() -> None:
    """A machine that sweeps a word, and then for ever shuffles on one cell."""
    shuffler = TuringMachine(
        {("go", "1"): ("go", "1", "R"), ("go", "_"): ("a", "_", "S"), ("a", "_"): ("go", "_", "S")}, "go"
    )
    calls = []
    with patch.object(
        running, "sweep", side_effect=lambda *args: calls.append(args) or run_length.sweep(*args)
    ):
        run = shuffler.run("1" * 1000, max_steps=2_000_001)
    assert (run.steps, run.head, run.state) == (2_000_001, 1000, "a")
    assert 2 <= len(calls) <= 10


def test_a_table_that_would_fill_the_memory_is_refused() -> None:
    many: dict[Any, Any] = {(number, str(number)): (number + 1, "_", "R") for number in range(4000)}
    made = TuringMachine(many, 0, final_states={4000})
    with pytest.raises(MachineError, match="of 4,001 states and 4,001 symbols is too large to run"):
        made.run("0")
    assert next(made.steps("0")).next == (1, "_", "R")


# --- Why it stopped


def test_outcomes_and_reasons() -> None:
    walker = TuringMachine({("q3", "0"): ("q3", "0", "R")}, "q3", input_symbols="01", symbols="01_")
    stuck = walker.run("001")
    assert (stuck.outcome, stuck.steps, stuck.reason) == ("no_rule", 2, "no rule for state q3 reading 1")
    limited = walker.run("000", max_steps=2)
    assert limited.outcome == "step_limit"
    assert "limit of 2 steps" in limited.reason
    halted = machine("increment").run("1")
    assert halted.outcome == "halted"
    assert halted.reason == "reached the final state halt"
    assert repr(halted) == "<Run halted after 4 steps: '10'; reached the final state halt>"
    assert "after 1 step: " in repr(machine("increment").run("1", max_steps=1))
    for run, word, limit in ((stuck, "001", 9), (limited, "000", 2)):
        kept = walker.history(word, max_steps=limit)
        assert (kept.end, kept.outcome, kept.reason) == (run, run.outcome, run.reason)


def test_a_final_initial_state_halts_at_once() -> None:
    done = TuringMachine({("q", "_"): ("halt", "_", "S")}, "halt")
    assert (done.run().outcome, done.run().steps, len(list(done.steps()))) == ("halted", 0, 1)
    assert (len(done.history()), done.history().outcome) == (1, "halted")


def test_the_tape_of_a_run_is_a_mapping() -> None:
    run = machine("increment").run("0")
    assert run.tape == {0: "1"} != machine("increment").run("1").tape
    assert (len(run.tape), list(run.tape), 0 in run.tape, 1 in run.tape, -1 in run.tape) == (
        *(1, [0]),
        *(True, False, False),
    )
    assert repr(run.tape) == "{0: '1'}"
    for address in (-1, 1, 10**9, -(10**9)):
        with pytest.raises(KeyError):
            run.tape[address]
    assert pickle.loads(pickle.dumps(run)) == run


# --- A run that is kept


@given(small_machines(), words, st.integers(0, LIMIT), st.sampled_from([1, 5, history.SPAN]), st.data())
def test_a_history_is_the_run_step_by_step(
    made: TuringMachine, word: str, limit: int, span: int, data: st.DataObject
) -> None:
    every = list(made.steps(word, max_steps=limit))
    with patch.object(history, "SPAN", span), patch.object(list_tape, "MARGIN", 1):
        kept = made.history(word, max_steps=limit)
    assert (len(kept), list(kept), kept.end) == (len(every), every, made.run(word, max_steps=limit))
    for step in data.draw(st.lists(st.integers(-len(every), len(every) - 1), max_size=20)):
        one = kept[step]
        assert (one, one.symbol, one.taken, one.next) == (
            every[step],
            every[step].symbol,
            every[step].taken,
            every[step].next,
        )
        if one.step < kept.steps:  # the shared halves of the tape carry on as they should
            assert next(iter(kept[one.step + 1 : one.step + 2])) == every[one.step + 1]
    part = data.draw(st.slices(len(every)))
    assert kept[part] == every[part]


@given(small_machines(), words, st.sampled_from([1, 5, history.SPAN]), st.data())
def test_breakpoints_are_found_both_ways(
    made: TuringMachine, word: str, span: int, data: st.DataObject
) -> None:
    with patch.object(history, "SPAN", span), patch.object(list_tape, "MARGIN", 1):
        kept = made.history(word, max_steps=LIMIT)
    state, symbol = st.none() | st.sampled_from(made.states), st.none() | st.sampled_from(made.symbols)
    points = st.builds(Breakpoint, state, symbol, st.none() | st.integers(-3, 3)).filter(
        lambda one: one != Breakpoint()
    )
    stops = data.draw(st.lists(points, min_size=1, max_size=3))
    here = data.draw(st.integers(0, len(kept) - 1))

    def fits(at: Any) -> bool:
        wanted = [(one.state or at.state, one.symbol or at.symbol, one.cell) for one in stops]
        return any(
            (at.state, at.symbol) == one[:2] and (one[2] is None or at.head == one[2]) for one in wanted
        )

    steps = [one.step for one in kept if fits(one)]
    assert kept.find(*stops, after=here) == next((step for step in steps if step > here), None)
    assert kept.find_back(*stops, before=here) == next((step for step in steps[::-1] if step < here), None)
    assert kept.find(*stops) == next(iter(steps), None)
    assert kept.find_back(*stops) == next(iter(steps[::-1]), None)


def test_breakpoints_one_by_one() -> None:
    kept = machine("increment").history("1011")
    assert kept.find(Breakpoint(state="carry")) == 5
    assert kept.find(Breakpoint(state="carry", symbol="0")) == 7
    assert kept.find(Breakpoint(cell=4), Breakpoint(symbol="0")) == 1
    assert kept.find(Breakpoint(cell=1), after=1) == 7
    assert kept.find_back(Breakpoint(cell=1), before=7) == 1
    assert kept.find(Breakpoint(cell=-5)) is None
    assert repr(kept) == "<History of increment: 8 steps; reached the final state halt>"


@pytest.mark.parametrize(
    ("point", "message"),
    [
        (Breakpoint(state="cary"), "no state 'cary'; did you mean 'carry'"),
        (Breakpoint(symbol="2"), "no symbol '2'; choose from"),
        (Breakpoint(cell="1"), "a cell is a whole number, not '1'"),  # type: ignore[arg-type]
        (Breakpoint(), "needs a state, a symbol or a cell"),
    ],
)
def test_a_breakpoint_that_fits_nowhere_is_refused(point: Breakpoint, message: str) -> None:
    kept = machine("increment").history("1")
    for look in (kept.find, kept.find_back):
        with pytest.raises(MachineError, match=message):
            look(point)


def test_a_step_that_is_not_there_is_refused() -> None:
    kept = machine("increment").history("1011")
    for step in (9, -10):
        with pytest.raises(IndexError, match=f"no step {step}: the run has 8 steps"):
            kept[step]


RUNAWAY = TuringMachine({("q", "_"): ("q", "x", "R")}, "q")
MANY = TuringMachine({("q", "_"): ("q", "x", "R")}, "q", symbols=["_", "x", *map(str, range(300))])


@pytest.mark.parametrize("made", [RUNAWAY, MANY, ZIGZAG, machine("bb5")])
def test_a_history_takes_a_few_bytes_a_step(made: TuringMachine) -> None:
    steps = 100_000
    tracemalloc.start()
    kept = made.history(max_steps=steps)
    kept[steps // 2]
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept.steps == steps
    assert most < 100 * steps  # as a million steps in 100 MB
    assert kept[steps - 1].taken
