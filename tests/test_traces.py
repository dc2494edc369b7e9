"""Traces: recording, texts in every style, answers, checking and imitation."""

from __future__ import annotations

import json
import re
import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tailnb
from tailnb.machines import TuringMachine, machine
from tailnb.traces import HALT, AtomicState, Operand, Tape, Trace, TraceError, extract, same
from tailnb.traces.check import Fault
from tailnb.traces.layout import ARROW, RING, Layout
from tailnb.traces.styles import STYLES

VALUES = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=4
) | st.integers(-999, 999).map(str)
CELLS = st.from_regex(r"[a-z]{1,5}(\[-?[0-9]{1,3}\])?", fullmatch=True).filter(lambda cell: cell != "and")
OPERANDS = st.lists(st.builds(Operand, CELLS, VALUES), min_size=1, max_size=4).map(tuple)
LABELS = st.from_regex(r"\{[a-z0-9,-]{1,8}\}", fullmatch=True)


@st.composite
def states(draw: st.DrawFn) -> AtomicState:
    reads = draw(OPERANDS)
    return AtomicState(
        label=draw(LABELS),
        reads=reads,
        operation=draw(st.from_regex(r"[a-z]{1,6}(_[a-z]{1,6})?", fullmatch=True)),
        operands=tuple(operand.cell for operand in reads),
        writes=draw(OPERANDS | st.just(())),
        goto=draw(LABELS | st.just(HALT)),
    )


@given(states())
@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_a_state_is_read_back_from_its_text(style, state):
    assert style.read_state(style.state(state)) == state


@given(OPERANDS)
@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_the_tape_is_read_back_from_its_text(style, operands):
    assert style.read_tape(style.tape(operands)) == operands


@given(st.lists(states(), min_size=1, max_size=5), VALUES)
def test_a_trace_goes_through_json(some, answer):
    trace = Trace("any", (Operand("a[0]", "1"),), tuple(some), answer, ("a[0]",), "a")
    assert Trace.from_json(trace.to_json()) == trace


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "{}", '{"states": 3}', json.dumps({"name": "a"})])
def test_a_broken_json_trace_is_refused(text):
    with pytest.raises(TraceError, match="not a trace"):
        Trace.from_json(text)


# --- recording


def flip(tape: Tape, goto: str = HALT) -> None:
    tape.place("bit", 0)
    with tape.state("{0}"):
        bit = tape.read("bit")
        tape.do("flip", "bit")
        tape.write("bit", 1 - bit)
        tape.goto(goto)


def test_a_cell_read_and_written_keeps_both_values():
    tape = Tape()
    flip(tape)
    tape.answer("1")
    (state,) = tape.trace("flip").states
    assert (state.reads, state.writes) == ((("bit", "0"),), (("bit", "1"),))


def test_states_follow_one_another():
    tape = Tape()
    flip(tape, goto="{1}")
    with pytest.raises(TraceError, match=r"state \{2\} follows a state that went to \{1\}"):
        tape.state("{2}")
    with pytest.raises(TraceError, match="without going to HALT"):
        tape.trace("flip")


def test_a_state_is_one_step():
    tape = Tape()
    with pytest.raises(TraceError, match="opens inside"), tape.state("{0}"):
        tape.state("{1}")


def test_an_operation_needs_fetched_operands():
    tape = Tape().state("{0}")
    tape.read("a")
    with pytest.raises(TraceError, match="needs b, which was not fetched"):
        tape.do("add", "a", "b")


def test_a_state_without_operation_or_goto_is_refused():
    with pytest.raises(TraceError, match="without an operation"), Tape().state("{0}"):
        pass
    tape = Tape()
    with pytest.raises(TraceError, match="without the next state"), tape.state("{0}"):
        tape.do("nothing")


def test_halting_needs_an_answer():
    tape = Tape()
    flip(tape)
    with pytest.raises(TraceError, match="without an answer"):
        tape.trace("flip")


@pytest.mark.parametrize("name", ["", "a b", "a[", "7", "a[x]", "<img>"])
def test_cells_have_proper_names(name):
    with pytest.raises(TraceError, match="no cell is called"):
        Tape().place(name, 1)


# --- the answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Final answer: 42", "42"),
        ("so\n**Final answer:** 42\nbye", "42"),
        ("**Final answer: 42**", "42"),
        ("final ANSWER : [1, 2]  ", "[1, 2]"),
        ("Final answer: 1\nFinal answer: 2", "2"),
        (r"thus \boxed{7}", "7"),
        ("The answer is 12.5.", "12.5"),
        ("Final answer: **", "**"),
        ("no answer here", None),
        ("", None),
    ],
)
def test_the_answer_is_extracted(text, answer):
    assert extract(text) == answer


@pytest.mark.parametrize(
    ("expected", "found", "equal"),
    [
        ("7.50", "7.5", True),
        ("3", "30", False),
        ("3", "+3.0", True),
        ("-0.5", "0.5", False),
        ("3", "3 apples", False),
        ("3", "nan", False),
        ("[1, 2]", "[1.0,2]", True),
        ("[1, 2]", "[1, 2, 3]", False),
        ("[(0, 7), (3, 5)]", "[(0,7),(3,5)]", True),
        ("[(0, 7)]", "[[0, 7]]", False),
        ("[1]", "[1] or so", False),
        ("[]", "[ ]", True),
        ("31 remainder 0.1", "31.0 remainder 0.10", True),
        ("31 remainder 0.1", "31", False),
        ("0011", "0011", True),
        ("halt", "Halt", False),
        ("<", "<", True),
        ("<", None, False),
    ],
)
def test_answers_are_compared_by_value(expected, found, equal):
    assert same(expected, found) is equal


@given(st.decimals(allow_nan=False, allow_infinity=False, places=5), st.integers(0, 5))
def test_numbers_are_equal_whatever_their_zeros(number, zeros):
    assert same(f"{number:f}", f"{number:f}{'0' * zeros}")


# --- checking


@pytest.fixture(scope="module")
def problem():
    return tailnb.task("large_number_addition").problem(a="17.5", b="4.86")


EDITS = {
    "a fetched value": (r"fetch a\[0\]=7", "fetch a[0]=8", 2, "memory fetcher"),
    "a fetched cell": (r"fetch a\[0\]=7", "fetch a[1]=7", 2, "memory fetcher"),
    "a fetch that is missing": (r"fetch a\[0\]=7, ", "fetch ", 2, "memory fetcher"),
    "the result": (r"sum\[0\]=2", "sum[0]=3", 2, "atomic state"),
    "the operation": (r"\{0\}: (.*) add", r"{0}: \1 stop", 2, "atomic state"),
    "the next state": (r"carry=1; goto \{1\}", "carry=1; goto {2}", 2, "linear transition"),
    "the label": (r"\{0\}: fetch", "{7}: fetch", 2, "linear transition"),
    "a state left out": (r"\{0\}: .*\n", "", 2, "linear transition"),
    "a state said twice": (r"(\{0\}: .*\n)", r"\1\1", 3, "linear transition"),
    "two states exchanged": (r"(\{0\}: .*\n)(\{1\}: .*\n)", r"\2\1", 2, "linear transition"),
    "a cut inside a state": (r"carry=1; goto \{1\}(.|\n)*", "", 2, "format"),
    "a cut between states": (r"\{1\}: (.|\n)*", "", 3, "linear transition"),
    "an early answer": (r"\{1\}: (.|\n)*", "Final answer: 22.36", 3, "linear transition"),
    "words between states": (r"\{1\}: ", "so now we carry on\n{1}: ", 3, "format"),
    "the answer": (r"answer: 22.36", "answer: 22.35", 5, "answer"),
    "no answer": (r"\nFinal answer.*", "", 5, "answer"),
    "two answers": (r"(Final answer.*)", r"\1\n\1", 5, "answer"),
    "a state behind the answer": (r"(\{2\}: .*)((.|\n)*)", r"\1\2\n\1", 5, "linear transition"),
    "the tape": (r"Tape: a\[2\]=_, ", "Tape: ", 0, "memory fetcher"),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_a_single_fault_is_found_and_named(problem, edit):
    pattern, repair, state, module = edit
    wrong, count = re.subn(pattern, repair, problem.trace().text(), count=1)
    assert count == 1
    report = tailnb.check(problem, wrong)
    assert not report.ok
    assert (report.first_error.state, report.first_error.module) == (state, module)


@pytest.mark.parametrize("style", ["core", "styled", "tape"])
def test_every_style_is_accepted_with_other_white_space_and_words_around(problem, style):
    text = problem.trace().text(style)
    spaced = "\n\n".join("   " + line.replace(" ", "  ") for line in text.splitlines())
    assert tailnb.check(problem, spaced).ok
    assert tailnb.check(problem, spaced, style=style).ok
    if style != "tape":
        assert tailnb.check(problem, f"Let me think.\n\n{text}\n\nI hope this helps!").ok


@given(st.data())
@pytest.mark.parametrize("style", ["core", "styled", "tape"])
def test_any_other_digit_anywhere_is_a_fault(style, data):
    problem = tailnb.task("large_number_addition").problem(a="17.5", b="4.86")
    text = problem.trace().text(style)
    place = data.draw(st.sampled_from([k for k, character in enumerate(text) if character.isdigit()]))
    digit = data.draw(st.sampled_from([d for d in string.digits if d != text[place]]))
    report = tailnb.check(problem, text[:place] + digit + text[place + 1 :], style=style)
    assert not report.ok
    assert isinstance(report.first_error, Fault)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Final answer: 22.36",
        "\n" * 10**6,
        " " * 10**6,
        "{0}: " + "fetch a=1, " * 10**5,
        "State {0}. " + " " * 10**6 + "x",
        "Final answer: 1" + " " * 10**6 + "x",
        "Now " + " a" * 10**5,
        "{" * 10**6,
        "[" * 10**6,
        '"' * 10**6,
        "<1> -> " * 10**5,
        "\x00" * 1000,
    ],
    ids=range(13),
)
def test_garbage_of_a_megabyte_is_rejected(problem, text):
    for style in (None, "core", "styled", "tape"):
        assert not tailnb.check(problem, text, style=style).ok


def test_an_answer_alone_is_no_trace(problem):
    report = tailnb.check(problem, "Final answer: 22.36")
    assert report.answer_ok
    assert report.first_error.module == "linear transition"


@pytest.mark.parametrize("change", [{"style": "fancy"}, {"without": ["the thing"]}])
def test_unknown_styles_and_modules_are_refused_with_the_choices(problem, change):
    with pytest.raises(ValueError, match="choose from"):
        problem.trace().text(**change)
    if "style" in change:
        with pytest.raises(ValueError, match="choose from core, styled, tape"):
            tailnb.check(problem, "", **change)


# --- ablations


def test_without_a_module_the_text_lacks_just_that(problem):
    whole = problem.trace()
    no_fetch = whole.text(without={"memory fetcher"})
    assert "fetch" not in no_fetch
    assert "goto {1}" in no_fetch
    assert "sum[0]=2" in no_fetch
    no_transition = whole.text(without={"linear transition"})
    assert "goto" not in no_transition
    assert "{0}" not in no_transition
    assert "fetch a[0]=7" in no_transition
    merged = whole.text(without={"atomic state"}).splitlines()
    assert len(merged) == 2 + -(-len(whole) // 3)
    assert "carry=" in merged[1]
    assert merged[1].startswith("{-2}")
    assert merged[1].endswith("goto {1}")


def test_a_merged_step_fetches_only_what_it_did_not_write_itself(problem):
    from tailnb.traces.ablate import ablate

    first = ablate(problem.trace(), "atomic state").states[0]
    assert [operand for operand in first.reads if operand.cell == "carry"] == [("carry", "0")]
    assert dict(first.writes)["carry"] == "1"


# --- the tape style


@given(st.integers(0, 2**32), st.sampled_from("SML"), st.integers(0, 50))
def test_arrays_never_share_an_address(seed, range, index):
    trace = tailnb.task("large_number_addition").sample(range, index=index).trace()
    layout = Layout(trace, seed)
    cells = {operand.cell for state in trace.states for operand in state.reads + state.writes}
    cells |= {operand.cell for operand in trace.initial}
    addresses = [layout.address(cell) for cell in cells if "[" in cell]
    assert len(set(addresses)) == len(addresses)
    assert layout.ring % RING == 0


def test_a_ring_too_small_is_refused(problem):
    with pytest.raises(ValueError, match="needs 14 addresses; the ring has 8"):
        Layout(problem.trace(), ring=8)


def test_another_layout_is_another_text(problem):
    text = problem.trace().text("tape", seed=1)
    assert tailnb.check(problem, text, seed=1).ok
    assert not tailnb.check(problem, text, seed=2).ok
    assert text.count(ARROW) == len(problem.trace())


# --- imitation


@pytest.mark.parametrize(
    ("name", "word"), [("increment", "1011"), ("parity", "10110"), ("palindrome", "abba"), ("bb4", "")]
)
def test_a_machines_run_is_a_trace_like_any_other(name, word):
    trace = tailnb.imitate(machine(name), word)
    run = machine(name).run(word)
    assert len(trace) == run.steps
    assert trace.answer == run.word()
    for style in ("core", "styled", "tape"):
        assert tailnb.check(trace, trace.text(style)).ok


@given(st.text("01", min_size=1, max_size=12))
def test_state_k_is_step_k(word):
    trace = tailnb.imitate(machine("increment"), word)
    for state, configuration in zip(trace.states, machine("increment").steps(word), strict=False):
        assert state.label == f"{{{configuration.state},{configuration.head}}}"
        assert state.reads == ((f"tape[{configuration.head}]", configuration.symbol),)


def test_a_run_that_does_not_halt_is_refused():
    forever = TuringMachine({("q", "_"): ("q", "_", "R")}, initial_state="q", final_states=set())
    with pytest.raises(TraceError, match="has not halted after 50 steps"):
        tailnb.imitate(forever, max_steps=50)


def test_a_run_without_a_rule_says_so():
    lost = TuringMachine({("q", "a"): ("q", "a", "R")}, initial_state="q", final_states=set())
    trace = tailnb.imitate(lost, "aa")
    assert trace.answer == "no_rule"
    assert trace.states[-1].operation == "no_rule"
    assert tailnb.check(trace, trace.text()).ok


@pytest.mark.parametrize("state", ["seek a", "{", "a,b", '"', "3", "é", ("q", 1), "<b>", "halt}"])
def test_any_name_of_a_state_makes_a_label(state):
    odd = TuringMachine({(state, "_"): ("halt", "x y", "R")}, initial_state=state)
    trace = tailnb.imitate(odd)
    for style in ("core", "styled", "tape"):
        assert tailnb.check(trace, trace.text(style), style=style).ok


def test_a_machine_that_halts_at_once_has_no_trace():
    rules = {("q", "a"): ("halt", "a", "R")}
    done = replace_initial(TuringMachine(rules, initial_state="q"), "halt")
    with pytest.raises(TraceError, match="nothing to imitate"):
        tailnb.imitate(done)


def replace_initial(old: TuringMachine, state: str) -> TuringMachine:
    return TuringMachine(dict(old.transitions), initial_state=state, final_states=old.final_states)


def test_replacing_the_name_changes_nothing_else(problem):
    renamed = replace(problem.trace(), name="other")
    assert renamed.text() == problem.trace().text()
