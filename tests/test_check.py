"""The checker: new and copied errors, what chat models write around a trace, broken texts, hostile texts."""

from __future__ import annotations

import importlib.util
import re
import sys
import time
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import tailnb
from tailnb import Problem, Task
from tailnb.tasks import every_task
from tailnb.traces import HALT, Operand, Tape, Trace
from tailnb.traces.check import ANSWER, ATOMIC, FETCHER, FORMAT, LINEAR, MODULES
from tailnb.traces.layout import Layout, symbols
from tailnb.traces.styles import STYLES

ADDITION = {"a": "904817", "b": "95286"}  # 1000103


@pytest.fixture(scope="module")
def addition() -> Problem:
    return tailnb.task("large_number_addition").problem(**ADDITION)


def modules_of(report: tailnb.traces.Report) -> list[tuple[int, str]]:
    return [(fault.state, fault.module) for fault in report.errors]


# --- copied, new, recovered


def read_as(problem: Problem, style: str = "core", **params: Any) -> str:
    """The text of one who reads a digit wrong, and goes on without a slip: the states of another problem."""
    tape, *_ = problem.trace().text(style).splitlines()
    _, *states = problem.task.problem(**problem.params | params).trace().text(style).splitlines()
    return "\n".join([tape, *states])


@pytest.mark.parametrize("style", STYLES)
def test_an_error_that_is_carried_on_is_one_error(addition, style):
    # 904817 + 95289 in place of 95286: column 0 gives 6 and a carry in place of 3 and a carry.
    report = tailnb.check(addition, read_as(addition, style, b="95289"))
    assert modules_of(report) == [(0, FETCHER)]
    assert (report.copied, report.recovered, report.unjudged) == (0, 0, 0)
    assert not report.answer_ok
    # With 95282 column 0 has no carry, so that column 1 has none either; column 2 is another one, too.
    report = tailnb.check(addition, read_as(addition, style, b="95282"))
    assert modules_of(report) == [(0, FETCHER)]
    assert report.copies == (1, 2)
    assert (report.copied, report.recovered, report.unjudged) == (2, 0, 0)


def test_a_second_slip_is_a_second_error(addition):
    text = read_as(addition, b="95282")
    wrong = re.sub(r"sum\[3\]=(\d)", lambda match: f"sum[3]={(int(match[1]) + 5) % 10}", text, count=1)
    report = tailnb.check(addition, wrong)
    # The final answer was copied from a run without the second slip, so that it does not follow either.
    assert modules_of(report) == [(0, FETCHER), (3, ATOMIC), (7, ANSWER)]
    assert report.errors[1].expected in text
    assert report.errors[1].found in wrong
    assert report.copies == (1, 2)


def test_going_back_to_the_truth_is_no_error_but_is_told(addition):
    # 7 + 6 = 13: the carry is written as 0, but fetched as 1; and the digit 4, but the answer says 3.
    true = addition.trace().text()
    lost_carry = true.replace("sum[0]=3, carry=1", "sum[0]=3, carry=0")
    assert lost_carry != true
    report = tailnb.check(addition, lost_carry)
    assert modules_of(report) == [(0, ATOMIC)]
    assert (report.copied, report.recovered) == (0, 1)
    wrong_digit = tailnb.check(addition, true.replace("sum[0]=3", "sum[0]=4"))
    assert modules_of(wrong_digit) == [(0, ATOMIC)]
    assert (wrong_digit.recovered, wrong_digit.answer_ok) == (1, True)
    follows = tailnb.check(addition, true.replace("sum[0]=3", "sum[0]=4").replace("1000103", "1000104"))
    assert modules_of(follows) == [(0, ATOMIC)]
    assert (follows.recovered, follows.answer_ok) == (0, False)


def test_a_misread_cell_that_is_read_so_again_is_one_error():
    problem = tailnb.task("binary_search").problem(items=[1, 4, 9, 12, 20], key=12)
    text = problem.trace().text()
    assert text.count("fetch key=12") == 2
    report = tailnb.check(problem, text.replace("fetch key=12", "fetch key=13"))
    # The key is 13 from then on: right, right, and then it is not the last item's.
    assert modules_of(report)[0] == (0, FETCHER)
    assert FETCHER not in [fault.module for fault in report.errors[1:]]


def test_a_slip_on_the_tape_s_own_line_is_carried_on(addition):
    other = addition.task.problem(**ADDITION | {"b": "95282"})
    report = tailnb.check(addition, other.trace().text())
    assert modules_of(report) == [(0, FETCHER)]
    assert report.copies == (0, 1, 2)


def test_a_wrong_way_ends_what_can_be_judged(addition):
    lines = addition.trace().text().splitlines()
    report = tailnb.check(addition, "\n".join([*lines[:3], *lines[4:]]))
    assert modules_of(report) == [(2, LINEAR)]
    assert report.unjudged == len(addition.trace()) - 2 - 1 - 1


def test_only_the_next_state_is_wrong(addition):
    report = tailnb.check(addition, addition.trace().text().replace("goto {3}", "goto {4}"))
    assert modules_of(report) == [(2, LINEAR)]
    assert (report.copied, report.recovered, report.unjudged) == (0, 0, 0)


def test_a_state_that_cannot_be_read_does_not_end_it(addition):
    text = addition.trace().text().replace("{2}: fetch", "{2}: fetches").replace("sum[4]=", "sum[4]=7")
    report = tailnb.check(addition, text)
    assert modules_of(report)[:2] == [(2, FORMAT), (4, ATOMIC)]
    assert report.unjudged == 0


def test_a_bare_trace_cannot_be_run_again(addition):
    report = tailnb.check(addition.trace(), read_as(addition, b="95282"))
    assert modules_of(report) == [(0, FETCHER)]
    assert (report.copied, report.unjudged) == (0, len(addition.trace()) - 1)


class Slip(Tape):
    """A tape that gives or takes one value wrong, once; what runs on it goes on from there without a slip."""

    def __init__(self, at: int, what: str, rng: Random) -> None:
        super().__init__()
        self.at, self.what, self.rng = at, what, rng
        self.slipped = False

    def other(self, cell: str, value: Any) -> Any:
        array = cell.partition("[")[0]
        pool = [one for name, one in self._cells.items() if name.partition("[")[0] == array]
        pool = [one for one in pool if type(one) is type(value) and one != value]
        return value + 1 if type(value) is int else self.rng.choice(pool) if pool else value

    def read(self, *cells: str) -> Any:
        values = super().read(*cells)
        if self.what == "read" and len(self._states) == self.at and not self.slipped:
            own = [values] if len(cells) == 1 else list(values)
            k = self.rng.randrange(len(own))
            new = self.other(cells[k], own[k])
            self.slipped = new != own[k]
            own[k], self._reads[k - len(cells)] = new, Operand(cells[k], str(new))
            return own[0] if len(cells) == 1 else tuple(own)
        return values

    def write(self, cell: str, value: Any) -> None:
        if self.what == "write" and len(self._states) == self.at and not self.slipped:
            new = self.other(cell, value)
            self.slipped, value = new != value, new
        super().write(cell, value)


def slips(task: Task, what: str, n: int) -> list[tuple[Problem, int, Trace]]:
    """Runs with one slip, where the algorithm can go on from it: the problem, the state, the run."""
    rng, made = Random(f"{task.name}/{what}"), list[tuple[Problem, int, Trace]]()
    for index in range(n):
        problem = task.sample("S", index=index)
        at = rng.randrange(min(400, problem.count_states()))
        tape = Slip(at, what, rng)
        try:
            run = problem.trace(tape)
        except (ValueError, TypeError):  # a value that the algorithm cannot go on from
            continue
        if tape.slipped:
            made.append((problem, at, run))
    return made


@pytest.mark.parametrize("what", ["read", "write"])
@pytest.mark.parametrize("task", every_task(), ids=lambda task: task.name)
def test_every_task_runs_again_on_what_a_text_says(task, what):
    made = slips(task, what, 8)
    for problem, at, run in made:
        true = problem.trace()
        pairs = zip(run.states, [*true.states, *[None] * len(run)], strict=False)
        differ = tuple(k for k, (mine, right) in enumerate(pairs) if mine != right and k != at)
        for style in STYLES:
            report = tailnb.check(problem, run.text(style))
            errors = [place for place in modules_of(report) if place[1] != ANSWER]
            assert errors == [(at, FETCHER if what == "read" else ATOMIC)], report
            assert report.copies == differ
            assert report.unjudged == 0
    if what == "read":
        assert made


def test_a_slip_on_the_tape_style_is_carried_on_as_well():
    found = 0
    for name in ("large_number_addition", "bubble_sort", "knapsack", "lcs", "dijkstra"):
        for problem, at, run in slips(tailnb.task(name), "write", 4):
            layout = Layout(problem.trace(), 7)
            values = dict(run.initial) | {o.cell: o.value for state in run.states for o in state.writes}
            spelled = [
                token
                for item in run.spelled
                for token in (layout.operand(Operand(item, values[item])) if item in values else [item])
            ]
            lines = [" ".join(layout.state(state)) for state in run.states]
            text = " ".join([*lines, "Final answer:", *(spelled or symbols(run.answer))])
            report = tailnb.check(problem, text, style="tape", seed=7)
            assert modules_of(report)[0] == (at, ATOMIC)
            assert [place for place in modules_of(report)[1:] if place[1] != ANSWER] == []
            assert report.unjudged == 0
            found += 1
    assert found > 5


@pytest.mark.parametrize(
    "value", ["99999999999999999999", "-1", "_", "x", '"a b"', "1e9", "٣", "inf", "True", '""', "0007"]
)
@pytest.mark.parametrize("task", every_task(), ids=lambda task: task.name)
def test_odd_values_neither_raise_nor_run_on(task, value):
    problem = task.sample("S", index=1)
    rng, text = Random(f"{task.name}/{value}"), problem.trace().text()
    places = [match.span(1) for match in re.finditer(r"=([^,;\s]+)", text)]
    for start, end in rng.sample(places, min(8, len(places))):
        report = tailnb.check(problem, text[:start] + value + text[end:])
        assert report.first_error or report.ok  # ok where the value was the same
        assert len(report.errors) <= len(text.splitlines()) + 1


def test_a_report_reads_well(addition):
    right = tailnb.check(addition, addition.trace().text())
    assert repr(right) == "<Report: every state and the answer are right>"
    report = tailnb.check(addition, read_as(addition, b="95282"))
    said = f"{report.copied} copied"
    assert repr(report) == f"<Report: first error in state 0, memory fetcher; {said}; answer wrong>"
    assert str(report).splitlines()[0] == "first error: state 0, memory fetcher"
    assert f"behind it: {said}" in str(report)
    assert str(report).endswith("the answer is wrong")


def test_a_fault_in_a_long_line_shows_where_it_is():
    problem = tailnb.task("large_number_addition").problem(a="1" * 400, b="2" * 400)
    text = problem.trace().text()
    fault = tailnb.check(problem, text.replace("b[7]=2, b[6]=2", "b[7]=2, b[6]=3", 1)).first_error
    assert (fault.state, fault.module) == (0, FETCHER)
    assert "b[7]=2, b[6]=2, b[5]" in fault.expected
    assert "b[7]=2, b[6]=3, b[5]" in fault.found
    assert max(len(fault.expected), len(fault.found)) < 210
    report = tailnb.check(problem, "{0}: " + "x" * 10**6)
    assert len(str(report)) < 1000


# --- what stands around a trace

DRESSES = {
    "a greeting": lambda text: f"Sure! Here is the chain of thought.\n\n{text}\n\nI hope this helps!",
    "a fence": lambda text: f"```\n{text}\n```",
    "a fence with a language": lambda text: f"Of course:\n```text\n{text}\n```\nDone.",
    "the answer behind the fence": lambda text: text.replace("\nFinal", "\n```\n\nFinal"),
    "a fence around the tape alone": lambda text: "```\n" + text.replace("\n", "\n```\n", 1),
    "a list": lambda text: "\n".join(f"- {line}" for line in text.splitlines()),
    "stars": lambda text: "\n".join(f"  * {line}" for line in text.splitlines()),
    "a numbered list": lambda text: "\n".join(f"{k}. {line}" for k, line in enumerate(text.splitlines(), 1)),
    "a quotation": lambda text: "\n".join(f"> {line}" for line in text.splitlines()),
    "code in each line": lambda text: "\n".join(f"`{line}`" for line in text.splitlines()),
    "bold labels": lambda text: re.sub(r"(?m)^(\{[^}]*\}:|State \{[^}]*\}\.)", r"**\1**", text),
    "a bold answer": lambda text: re.sub("(Final answer:) (.*)", r"**\1** \2", text),
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "blank lines": lambda text: text.replace("\n", "\n\n \t\n"),
    "a line end": lambda text: f"\n{text}\n",
    "tabs": lambda text: text.replace(" ", "\t"),
    "wide spaces": lambda text: text.replace(" ", "\u00a0\u2003"),
    "lines broken in two": lambda text: re.sub("(?m)^([^F].*?[;.]) ", r"\1\n    ", text),
    "a mark of the end": lambda text: f"{text}<|im_end|>",
    "a draft": lambda text: f"<think>\n{text.replace('=1', '=2')}\n</think>\n\n{text}",
    "thoughts": lambda text: f"<think>I must be careful with {{0}}: it is the first.</think>\n{text}",
    "words on the tape": lambda text: (
        f"Tape: that is what the machine reads.\nThe tape holds digits.\n{text}"
    ),
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("dress", DRESSES.values(), ids=DRESSES)
@pytest.mark.parametrize("name", ["large_number_addition", "binary_search", "dijkstra"])
def test_what_a_chat_model_writes_around_a_trace_does_not_count(name, dress, style):
    problem = tailnb.task(name).sample("S", index=3)
    dressed = dress(problem.trace().text(style))
    report = tailnb.check(problem, dressed)
    assert report.ok, report
    wrong = dress(problem.trace().text(style).replace("Final answer: ", "Final answer: 1"))
    assert tailnb.check(problem, wrong).first_error.module == ANSWER


@pytest.mark.parametrize(
    "dress", ["a greeting", "a fence", "CRLF", "tabs", "blank lines", "a mark of the end"]
)
def test_around_the_tape_style_as_well(addition, dress):
    assert tailnb.check(addition, DRESSES[dress](addition.trace().text("tape"))).ok


def test_values_that_look_like_marks_are_values():
    tape = Tape()
    tape.place("cell", ["**", "`", "-", ">", "```"])
    with tape.state("{0}"):
        tape.read("cell[0]", "cell[1]", "cell[2]", "cell[3]", "cell[4]")
        tape.do("keep")
        tape.write("out", "**")
        tape.goto(HALT)
    tape.answer("**")
    trace = tape.trace("marks")
    for style in STYLES:
        text = trace.text(style)
        assert tailnb.check(trace, text).ok
        assert tailnb.check(trace, text.replace("**", "*", 1)).first_error.module == FETCHER


# --- texts that are wrong in more than one way


def test_the_text_of_another_task(addition):
    other = tailnb.task("binary_search").sample("S")
    for style in STYLES:
        assert modules_of(tailnb.check(addition, other.trace().text(style)))[0] == (0, FETCHER)
        assert modules_of(tailnb.check(other, addition.trace().text(style)))[0] == (0, FETCHER)
    assert not tailnb.check(addition, other.trace().text("tape")).ok


def test_two_styles_in_one_text(addition):
    core, styled = (addition.trace().text(style).splitlines() for style in STYLES)
    for text in ([*core[:3], *styled[3:]], [*styled[:3], *core[3:]]):
        assert modules_of(tailnb.check(addition, "\n".join(text)))[0] == (2, FORMAT)


@pytest.mark.parametrize("style", STYLES)
def test_a_state_twice_with_other_white_space(addition, style):
    lines = addition.trace().text(style).splitlines()
    lines.insert(3, "   " + lines[2].replace(" ", "  "))
    assert modules_of(tailnb.check(addition, "\n".join(lines)))[0] == (2, LINEAR)


@pytest.mark.parametrize("more", ["Final answer: 1000103", "Final answer: 7", "**Final answer:** 7"])
def test_two_final_answers(addition, more):
    states = len(addition.trace())
    for text in (f"{addition.trace().text()}\n{more}", f"{addition.trace().text()}\nor rather\n\n{more}"):
        assert modules_of(tailnb.check(addition, text)) == [(states, ANSWER)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a[0]=7", "a[0]=٧"),
        ("a[0]=7", "a[٠]=7"),
        ("a[0]=7", "a[0]=７"),
        ("a[0]=7", "a[0]＝7"),
        ("{1}: ", "｛1｝: "),
        ("{1}: ", "{1}： "),
        ("{1}: ", "{１}: "),
        ("add(", "add（"),
        ("add(", "аdd("),
        ("carry=1; goto", "carry=1； goto"),
        ("Final answer: 1", "Final answer： 1"),
        ("Final answer: 1", "Final answer: １"),
        ("a[0]=7", "a[0]=7\u200b"),
        ("a[0]=7", "a[0]=7\x00"),
        ("a[0]=7", 'a[0]="7\\u0000"'),
    ],
)
def test_characters_that_only_look_right_are_wrong(addition, old, new):
    text = addition.trace().text()
    assert old in text
    assert not tailnb.check(addition, text.replace(old, new)).ok


@pytest.mark.parametrize(
    ("module", "blamed"),
    [("memory fetcher", FETCHER), ("linear transition", LINEAR), ("atomic state", FETCHER)],
)
@pytest.mark.parametrize("style", STYLES)
def test_an_ablated_text_lacks_something(addition, module, blamed, style):
    # Three steps in one fetch what only later steps should: the memory fetcher is the first part to go wrong.
    text = addition.trace().text(style, without=module)
    assert modules_of(tailnb.check(addition, text))[0] == (0, blamed)


def test_an_ablated_text_is_right_beside_an_ablated_trace(addition):
    from tailnb.traces.ablate import ABLATIONS, ablate

    for module in ABLATIONS:
        for style in STYLES:
            assert tailnb.check(ablate(addition.trace(), module), addition.trace().text(style, module)).ok


@given(st.data())
@pytest.mark.parametrize("style", [*STYLES, "tape"])
def test_any_character_left_out_is_a_fault(addition, style, data):
    text = addition.trace().text(style)
    places = [k for k, character in enumerate(text) if not character.isspace()]
    place = data.draw(st.sampled_from(places))
    assert not tailnb.check(addition, text[:place] + text[place + 1 :], style=style).ok


@pytest.mark.parametrize("style", [*STYLES, "tape"])
@pytest.mark.parametrize("task", every_task(), ids=lambda task: task.name)
def test_shuffled_and_garbled_texts_get_a_report_that_says_what_differs(task, style):
    rng = Random(f"{task.name}/{style}")
    problem = min((task.sample("S", index=k) for k in range(5)), key=Problem.count_states)
    text = problem.trace().text(style)
    for _ in range(12):
        words = re.split(rng.choice(["(\n)", "( )", "()"]), text)
        for _ in range(rng.randint(1, 3)):
            i, k = rng.randrange(len(words)), rng.randrange(len(words))
            words[i], words[k] = words[k], words[i]
        made = "".join(words)
        report = tailnb.check(problem, made, style=style)
        assert tailnb.check(problem.trace(), made, style=style).first_error == report.first_error
        assert not report.ok or squeezed(made) == squeezed(text), made
        assert all(fault.expected != fault.found for fault in report.errors)


def squeezed(text: str) -> str:
    """A text without white space and what stands between operands."""
    return re.sub(r"\s+and\s+|[\s,]", "", text)


@given(st.text(max_size=300) | st.text("{}0:;=[]()acdefghot,. \n\t\"'*`->_", max_size=300))
@example("Tape: \n{0}: \nFinal answer:")
@example("\ud800")
@pytest.mark.parametrize("style", [None, *STYLES, "tape"])
def test_any_text_gets_a_report(addition, style, text):
    report = tailnb.check(addition, text, style=style)
    assert report.first_error.module in MODULES
    assert str(report)
    assert repr(report)


# --- texts broken in one place


def faults() -> ModuleType:
    """The kinds of faults of the benchmark."""
    path = Path(__file__).parents[1] / "benchmarks" / "faults.py"
    spec = importlib.util.spec_from_file_location("faults", path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules["faults"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("style", STYLES)
def test_one_broken_place_is_rejected_and_the_right_module_blamed(style):
    kinds = faults()
    outcomes = []
    for task in every_task():
        problem = task.sample("S", seed=1)
        if problem.count_states() > 500:
            problem = min((task.sample("S", seed=1, index=k) for k in range(8)), key=Problem.count_states)
        draft = kinds.Draft.of(problem.trace(), style)
        for kind in kinds.KINDS:
            outcomes.append(kinds.broken(problem, draft, kind, Random(f"{task.name}/{kind}")))
    made = [outcome for outcome in outcomes if outcome]
    assert len(made) > 20 * len(every_task())
    assert [outcome for outcome in made if not outcome.rejected] == []
    assert sum(outcome.state for outcome in made) >= 0.99 * len(made)
    assert sum(outcome.module for outcome in made) >= 0.99 * len(made)


# --- time

GARBAGE = {
    "a long line": "x",
    "words": "so it goes ",
    "lines": "line\n",
    "opening braces": "{",
    "braces": "{}",
    "labels": "{0}: ",
    "labels in lines": "{0}: \n",
    "labels without end": "{0\n",
    "brackets": "[",
    "parentheses": "(",
    "quotes": '"',
    "backslashes": "\\",
    "fetches": "{0}: fetch a=1, ",
    "fetches in lines": "{0}: fetch a[0]=1, b=2\n",
    "operands": "add(a, ",
    "values": 'a="',
    "states cut short": "{-2}: fetch a[-2]=_,\n",
    "the tape": "Tape: a=1, ",
    "tapes": "Tape: a=1\n",
    "tapes without end": "Tape: a=\n",
    "styled": "State {0}. Fetch a = 1 and ",
    "styled in lines": "State {0}.\n",
    "operations": "Now add add add ",
    "answers": "Final answer: 1\n",
    "answers in a line": "Final answer: ",
    "boxes": r"\boxed{",
    "the answer is": "the answer is ",
    "addresses": "<1> 2 -> ",
    "registers": "a=1 -> b=2 ",
    "stars": "**",
    "stars in lines": "* \n",
    "fences": "```\n",
    "ticks": "`",
    "quotations": "> ",
    "numbers": "1. ",
    "thoughts": "</think>",
    "thoughts in lines": "</think>\n{0}: ",
    "white space": " \t\n",
    "returns": "\r",
    "unicode": "١｛🙂\u2028",
    "nulls": "\x00",
    "and": " and ",
    "dollars": "$",
    "the states": "{-1}: fetch a[-1]=_; stop(a[-1]); goto {-1}\n",
}
SMALL, LARGE = 8_000, 64_000  # characters; where time grew with the square, it would be 64-fold


@pytest.mark.parametrize("piece", GARBAGE.values(), ids=GARBAGE)
def test_time_grows_with_the_text_and_not_its_square(addition, piece):
    for style in (None, *STYLES, "tape"):
        for text in (piece, f"{addition.trace().text().rpartition('Final')[0]}{piece}"):
            small, large = (seconds(addition, text, piece, size, style) for size in (SMALL, LARGE))
            assert large < 3 * (LARGE / SMALL) * max(small, 0.001), (style, small, large)


def seconds(problem: Problem, start: str, piece: str, size: int, style: str | None) -> float:
    """Processor time of one check of a text of such a size; of several, the least."""
    text = start + piece * (size // len(piece))
    taken = []
    for _ in range(2):
        before = time.process_time()
        assert not tailnb.check(problem, text, style=style).ok
        taken.append(time.process_time() - before)
    return min(taken)


@pytest.mark.parametrize("style", [None, *STYLES, "tape"])
def test_a_megabyte_of_true_states_is_read_and_rejected(addition, style):
    lines = addition.trace().text(style or "core").splitlines()
    text = "\n".join([*lines[:2], *lines[1:-1] * (2**20 // len("".join(lines))), lines[-1]])
    assert len(text) > 2**19
    assert tailnb.check(addition, text, style=style).first_error.module == LINEAR
