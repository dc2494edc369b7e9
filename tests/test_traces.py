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
from tailnb.traces.answer import read_off
from tailnb.traces.check import Fault
from tailnb.traces.layout import ARROW, RING, Layout
from tailnb.traces.styles import STYLES

VALUES = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=4
) | st.integers(-999, 999).map(str)
CELLS = st.from_regex(r"[a-z]{1,5}(\[-?[0-9]{1,3}(,-?[0-9]{1,3})?\])?", fullmatch=True).filter(
    lambda cell: cell != "and"
)
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
    trace = Trace("any", (Operand("a[0]", "1"),), tuple(some), answer, ("a[0]",), ("a",))
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


@pytest.mark.parametrize("use", [lambda t: t.read("a"), lambda t: t.do("add"), lambda t: t.write("a", 1)])
def test_a_tape_is_used_inside_a_state(use):
    with pytest.raises(TraceError, match="outside of a state"):
        use(Tape())


@pytest.mark.parametrize("label", ["start", "{a b}", "{}", "", "halt"])
def test_labels_stand_in_braces(label):
    with pytest.raises(TraceError, match=r"label|follows"):
        Tape().state(label)


def test_an_operation_is_one_word():
    tape = Tape().state("{0}")
    with pytest.raises(TraceError, match="one word"):
        tape.do("is less than?")


def test_a_cell_is_placed_once_and_nothing_follows_the_end():
    tape = Tape()
    flip(tape)
    with pytest.raises(TraceError, match="already holds"):
        tape.place("bit", 3)
    with pytest.raises(TraceError, match="follows a state that went to halt"):
        tape.state("{1}")


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
        ("- The final answer: 42", "42"),
        ("final ANSWER : [1, 2]  ", "[1, 2]"),
        ("Final answer: 1\nFinal answer: 2", "2"),
        (r"thus \boxed{7}", "7"),
        ("The answer is 12.5", "12.5"),
        ("Final answer: **", "**"),
        ("no answer here", None),
        ("", None),
    ],
)
def test_the_answer_is_extracted(text, answer):
    assert extract(text) == answer


@pytest.mark.parametrize(
    "said",
    [
        "**Final answer**: 30",
        "Final answer: **30**",
        "**Final answer: 30**",
        "Final answer: 30.",
        "Final answer: `30`",
        "Final answer: $30$",
        r"Final answer: \boxed{30}",
        r"Final answer: $\boxed{30}$.",
        "Final answer: 30<|im_end|>",
        "The answer is 30.",
    ],
)
def test_marks_around_an_answer_do_not_count(said):
    assert same("30", extract(said))
    assert not same("3", extract(said))


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
        ("31 remainder 0.1", " 31  remainder\t0.1. ", True),
        ("0011", "0011", True),
        ("0011", "11", False),
        ("11", "0011", True),
        ("halt", "Halt", False),
        ("pu oG", "**pu oG**", True),
        ("pu oG", "pu oG.", False),  # the point is a character like any other
        ("pu oG.", "pu oG", False),
        ("<", "`<`.", True),
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
    for space in ("  ", "\t"):
        spaced = "\r\n\r\n".join("   " + line.replace(" ", space) for line in text.splitlines())
        assert tailnb.check(problem, spaced).ok
        assert tailnb.check(problem, spaced, style=style).ok
    assert tailnb.check(problem, f"Let me think.\n\n{text}\n\nI hope this helps!").ok
    assert tailnb.check(problem, f"```\n{text}\n```").ok
    assert tailnb.check(problem, text.replace("\nFinal", "\n```\nSo we get:\nFinal")).ok


def test_white_space_inside_brackets_is_white_space(problem):
    text = problem.trace().text().replace("{0}:", "{ 0 }:").replace("a[0]=7, b", "a[ 0 ] = 7, b")
    assert tailnb.check(problem, text).ok


@pytest.mark.parametrize(
    "operands",
    ["a[0], b[0], carry, 99", "7+a[0], b[0], carry", "NOT a[0], b[0], carry", "7=a[0], b[0], carry"],
)
def test_nothing_may_be_added_to_the_operands(problem, operands):
    text = problem.trace().text().replace("add(a[0], b[0], carry)", f"add({operands})")
    assert tailnb.check(problem, text).first_error.module == "format"


TAPE_EDITS = {
    "a state left out": (lambda lines: lines[:1] + lines[2:], 1, "linear transition"),
    "a state said twice": (lambda lines: lines[:2] + lines[1:], 2, "linear transition"),
    "two states exchanged": (lambda lines: [lines[1], lines[0], *lines[2:]], 0, "linear transition"),
    "no answer": (lambda lines: lines[:-1], 5, "answer"),
    "another answer": (lambda lines: [*lines[:-1], "Final answer: 1"], 5, "answer"),
    "an early answer": (lambda lines: [*lines[:2], lines[-1]], 2, "linear transition"),
    "a cut between states": (lambda lines: lines[:2], 2, "linear transition"),
    "a cut inside a state": (lambda lines: [*lines[:2], lines[2].rpartition(" ")[0]], 2, "format"),
    "a cut inside a token": (lambda lines: [*lines[:2], lines[2][:-1]], 2, "format"),
    "a state behind the answer": (lambda lines: [*lines, lines[0]], 5, "linear transition"),
}


@pytest.mark.parametrize("edit", TAPE_EDITS.values(), ids=TAPE_EDITS)
def test_a_single_fault_on_the_tape_is_found_and_named(problem, edit):
    change, state, module = edit
    wrong = "\n".join(change(problem.trace().text("tape").splitlines()))
    error = tailnb.check(problem, wrong, style="tape").first_error
    assert (error.state, error.module) == (state, module)


def test_a_tape_text_on_one_line_is_read_the_same(problem):
    text = " ".join(problem.trace().text("tape").split())
    assert tailnb.check(problem, text).ok
    assert tailnb.score(problem, text)


def test_an_arrow_in_a_question_is_no_tape():
    problem = tailnb.task("binary_search").problem(items=[1, 4, 9], key=9)
    echoed = f"bisect([1, 4, 9], 9) -> 0-based index\n{problem.trace().text()}"
    assert tailnb.check(problem, echoed).ok


def test_an_arrow_before_an_answer_is_no_tape():
    problem = tailnb.task("large_number_division").problem(a="31.1", b="1")
    text = "x=3 -> 31\nFinal answer: 31 remainder 0.1"
    assert tailnb.score(problem, text)
    assert tailnb.check(problem, text).answer_ok
    assert not tailnb.score(problem, text.replace("31 remainder", "3 1 remainder"))


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
        "add(" + "a" * 10**5 + "!)",
        '{0}: fetch a[0]="\\q"; add(a[0]); goto {1}',
        '{0}: fetch a[0]="\t"; add(a[0]); goto {1}',
        "Final answer: " + "$" * 10**6,
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
    ids=range(17),
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


def test_modules_are_named_in_any_way(problem):
    trace = problem.trace()
    both = {"memory fetcher", "linear transition"}
    assert trace.text(without=list(both)) == trace.text(without=[*both, *both]) == trace.text(without=both)
    assert trace.text(without="memory fetcher") == trace.text(without={"memory fetcher"})
    with pytest.raises(ValueError, match="choose from"):
        problem.completion("none", without={"nonsense"})


@pytest.mark.parametrize("wrong", [None, 5, [["memory fetcher"]], "memory_fetcher"])
def test_what_is_no_module_is_refused_with_the_choices(problem, wrong):
    for write in (problem.completion, problem.trace().text):
        with pytest.raises(ValueError, match=r"no core module .*choose from"):
            write(without=wrong)


@pytest.mark.parametrize("method", ["none", "plain", "reversed"])
def test_only_the_whole_chain_of_thought_has_modules_to_leave_out(problem, method):
    with pytest.raises(ValueError, match=f"method '{method}' has no core modules"):
        problem.completion(method, without="memory fetcher")


@pytest.mark.parametrize("module", ["memory fetcher", "linear transition", "atomic state"])
def test_an_ablated_tape_has_the_addresses_of_its_prompt(module):
    problem = tailnb.task("large_number_addition").problem(a="12", b="3")
    known = set(re.findall(r"<[0-9]+>", problem.completion(style="tape") + problem.prompt(style="tape")))
    assert set(re.findall(r"<[0-9]+>", problem.completion(style="tape", without=module))) <= known


def test_a_merged_step_fetches_only_what_it_did_not_write_itself(problem):
    from tailnb.traces.ablate import ablate

    first = ablate(problem.trace(), "atomic state").states[0]
    assert [operand for operand in first.reads if operand.cell == "carry"] == [("carry", "0")]
    assert dict(first.writes)["carry"] == "1"
    assert [operand.cell for operand in first.reads][:3] == ["a[-2]", "b[-2]", "carry"]


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
    with pytest.raises(ValueError, match="needs 15 addresses; the ring has 8"):
        Layout(problem.trace(), ring=8)


def test_an_answer_is_read_off_the_tape_until_a_blank():
    tokens = Layout(tailnb.task("word_flip").problem(text="ab c").trace(), seed=1).answer()
    assert tokens[0::3] == ["|"] * 5
    assert tokens[2::3] == ["c", "␣", "b", "a", "_"]
    assert read_off(f"Final answer: {' '.join(tokens)}") == "c ba"
    assert read_off(f"Final answer: {' '.join(tokens[:-3])}") == "c ba"
    assert read_off("Final answer: | <5> | | <6> _ | <7> _") == "|_"  # both may also be symbols


@pytest.mark.parametrize("one", tailnb.tasks(), ids=str)
def test_what_stands_behind_an_answer_is_blank(one):
    for index in range(12):
        trace = one.sample("S", index=index).trace()
        layout = Layout(trace, seed=index)
        tokens = layout.answer()
        values = dict(trace.initial) | {o.cell: o.value for state in trace.states for o in state.writes}
        behind = tokens[-2] if tokens[0] == "|" else "none"
        assert {value for cell, value in values.items() if layout.address(cell) == behind} <= {"_"}


@given(st.integers(0, 2**32), st.integers(0, 50))
def test_a_table_lies_row_by_row(seed, index):
    trace = tailnb.task("lcs").sample("S", index=index).trace()
    layout = Layout(trace, seed)
    cells = {o.cell for state in trace.states for o in state.reads + state.writes if o.cell.startswith("lcs")}
    places = sorted(tuple(map(int, cell[4:-1].split(","))) for cell in cells)
    width = max(column for _, column in places) - min(column for _, column in places) + 1
    at = {place: int(layout.address(f"lcs[{place[0]},{place[1]}]")[1:-1]) for place in places}
    first = places[0]
    for row, column in places:
        steps = (row - first[0]) * width + column - first[1]
        assert (at[row, column] - at[first] - steps) % layout.ring == 0


@given(st.integers(0, 2**32))
def test_a_count_is_a_place_on_a_ruler_that_the_prompt_spells(seed):
    problem = tailnb.task("count_letters").problem(text="banana bread", letter="a")
    tape = problem.prompt(style="tape", seed=seed).split()
    start = tape.index("number:")
    ruler = " ".join(tape[start + 1 : tape.index("letter=a")])
    spelled = dict(re.findall(r"(<[0-9]+>) ([0-9]+(?: [0-9])*)", ruler))
    assert [number.replace(" ", "") for number in spelled.values()] == [str(n) for n in range(13)]
    *_, last = problem.completion(style="tape", seed=seed).split("\n")
    address, number = last.removeprefix("Final answer: ").split()
    assert spelled[address] == number == problem.answer == "4"


def test_a_place_that_is_not_on_its_ruler_is_an_error_like_any_other():
    problem = tailnb.task("count_letters").problem(text="aba", letter="a")
    text = problem.completion(style="tape")
    counts = re.findall(r"-> count= (<[0-9]+>)", text)
    report = tailnb.check(problem, text.replace(f"-> count= {counts[1]}", f"-> count= {counts[0]}"))
    assert (report.first_error.state, report.first_error.module) == (2, "atomic state")
    for stray in ("count= <999>", "count= 7", "count="):
        report = tailnb.check(problem, text.replace(f"-> count= {counts[1]}", f"-> {stray}"))
        assert report.first_error.state == 2


def test_a_long_value_of_a_register_is_spelled():
    problem = tailnb.task("binary_search").problem(items=[12, 345, 678], key=345)
    assert "key= 3 4 5" in problem.prompt(style="tape")
    assert tailnb.check(problem, problem.completion(style="tape"), style="tape").ok


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


@pytest.mark.parametrize("limit", [0, -1, None, 2.5])
def test_a_limit_is_a_number_of_steps(limit):
    with pytest.raises(TraceError, match="max_steps must be a whole number from 1"):
        tailnb.imitate(machine("increment"), "1", max_steps=limit)


@pytest.mark.parametrize("wrong", ["increment", None, machine])
def test_only_a_machine_is_imitated(wrong):
    with pytest.raises(TraceError, match=r"a TuringMachine is wanted, not .*; machine\(NAME\)"):
        tailnb.imitate(wrong, "1")


def test_different_states_have_different_labels():
    rules = {(1, "_"): ("1", "x", "S"), ("1", "x"): ("q1", "y", "S"), ("q1", "y"): ("halt", "y", "S")}
    trace = tailnb.imitate(TuringMachine(rules, initial_state=1))
    assert len({state.label for state in trace.states}) == 3


def test_a_trace_of_registers_alone_has_every_style():
    tape = Tape()
    flip(tape)
    tape.answer("1")
    trace = tape.trace("flip")
    assert tailnb.check(trace, trace.text("tape"), style="tape").ok
    assert not tailnb.check(trace, "a -> b").ok


def test_a_run_without_a_rule_says_so():
    lost = TuringMachine({("q", "a"): ("q", "a", "R")}, initial_state="q", final_states=set())
    trace = tailnb.imitate(lost, "aa")
    assert trace.answer == "no_rule"
    assert trace.states[-1].operation == "no_rule"
    assert tailnb.check(trace, trace.text()).ok


@pytest.mark.parametrize("state", ["seek a", "{", "a,b", '"', "3", "é", ("q", 1), "<b>", "halt}", "a\u2028b"])
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
