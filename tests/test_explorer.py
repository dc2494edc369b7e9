"""The trace explorer without a browser: its texts, its program's lines, its checks, and the static form."""

import inspect
import itertools
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markup import EVIL, SURVIVORS, Tags

import tailnb
from tailnb.machines import machine
from tailnb.tasks import Problem, Task
from tailnb.traces import HALT, Tape
from tailnb.traces.ablate import ABLATIONS
from tailnb.traces.plain import plain
from tailnb.traces.trace import AtomicState, Operand, Trace

pytest.importorskip("anywidget")

from tailnb.views import SideBySide, SourceTape, TapePlayer, TraceExplorer, explorer
from tailnb.views.lines import CHOICES, lines
from tailnb.views.source import functions, listing
from tailnb.views.visible import visible

HOSTILE = "\x1b[31m\u202e<script>alert(1)</script> & <img src=x onerror=alert(1)>\ud800\x00"

each_task = pytest.mark.parametrize("task", tailnb.tasks(), ids=lambda task: task.name)


def small(task: Task) -> Problem:
    """A short problem of the task."""
    return task.sample("S", seed=3)


def added() -> Problem:
    """47 + 85, in three states."""
    return tailnb.task("large_number_addition").problem(a="47", b="85")


# --- the text in parts


@each_task
@pytest.mark.parametrize("style", CHOICES)
def test_the_lines_are_the_text(task: Task, style: str) -> None:
    trace = small(task).trace()
    for count in range(4):
        for without in itertools.combinations(ABLATIONS, count):
            told = lines(trace, style, without, seed=5)
            joined = "\n".join("".join(words for _, words in line.parts) for line in told)
            assert joined == (plain(trace) if style == "plain" else trace.text(style, without, seed=5))
            numbers = [line.state for line in told]
            assert numbers == sorted(set(numbers))
            assert numbers[-1] == len(trace)


def test_each_part_of_a_line_is_named() -> None:
    for style, words in {
        "core": ["{0}", "fetch a[0]=7, b[0]=5, carry=0", "add(a[0], b[0], carry)", "write sum[0]=2, carry=1"],
        "styled": [
            "State {0}.",
            "Fetch a[0] = 7, b[0] = 5 and carry = 0.",
            "Now add (a[0], b[0] and carry).",
        ],
    }.items():
        parts = dict(lines(added().trace(), style)[1].parts)
        assert [parts[kind] for kind in ("label", "reads", "operation", "writes")][: len(words)] == words
        assert parts["goto"].rstrip(".").endswith("{1}")
    first = lines(added().trace(), "tape")[0].parts
    assert [kind for kind, words in first if words != " "] == ["reads", "", "writes", "goto"]


VALUES = st.text(max_size=6)
PAIRS = st.lists(st.builds(Operand, st.sampled_from(["a[0]", "d[-1,2]", "carry"]), VALUES), max_size=2).map(
    tuple
)
LABELS = st.sampled_from(["{0}", "{read,1}", HALT])


@given(st.lists(st.tuples(LABELS, PAIRS, PAIRS, LABELS), min_size=1, max_size=5), VALUES, st.data())
def test_the_lines_are_the_text_whatever_the_values(
    states: list[tuple[str, Any, Any, str]], answer: str, data: st.DataObject
) -> None:
    made = (AtomicState(label, reads, "go_on", ("a[0]",), writes, to) for label, reads, writes, to in states)
    trace = Trace("any", (Operand("a[0]", answer),), tuple(made), answer)
    style = data.draw(st.sampled_from(["core", "styled"]))
    without = data.draw(st.sets(st.sampled_from([*ABLATIONS])))
    told = lines(trace, style, without)
    assert "\n".join("".join(words for _, words in line.parts) for line in told) == trace.text(style, without)
    assert all(words for line in told[1:-1] for _, words in line.parts)


@pytest.mark.parametrize(
    ("module", "gone"), [("memory fetcher", {"reads"}), ("linear transition", {"label", "goto"})]
)
def test_a_part_that_is_left_out_is_not_there(module: str, gone: set[str]) -> None:
    whole, ablated = (dict(lines(added().trace(), "core", without)[1].parts) for without in ((), module))
    assert whole.keys() - ablated.keys() == gone


# --- the program's lines


@each_task
def test_a_source_tape_records_the_same_and_knows_the_lines(task: Task) -> None:
    problem, program = small(task), task.module.run
    tape = SourceTape(program)
    trace = problem.trace(tape)
    assert trace == problem.trace()
    shown = {number: "".join(word for _, word in words) for number, words in listing(program)}
    source = inspect.getsource(task.module).split("\n")
    assert all(source[number - 1] == line for number, line in shown.items())
    *states, answer = tape.marks
    for state, marks in zip(trace.states, states, strict=True):
        kinds = {kind for kind, _ in marks}
        assert {"state", "do", "goto"} <= kinds
        assert ("read" in kinds, "write" in kinds) == (bool(state.reads), bool(state.writes))
        assert {number for _, number in marks} <= shown.keys()
    assert answer[0][0] == "answer"


def counting(tape: Tape, number: int) -> None:
    for count in range(number):
        _step(tape, count, number)
    tape.answer("done")


def _step(tape: Tape, count: int, number: int) -> None:
    with tape.state(f"{{{count}}}"):
        [tape.read(cell) for cell in ("one", "two")]
        tape.do("count")
        tape.goto(HALT if count == number - 1 else f"{{{count + 1}}}")


def test_marks_name_the_lines_of_helpers_and_their_callers() -> None:
    tape = SourceTape(counting)
    counting(tape, 2)
    start, inner = (one.__code__.co_firstlineno for one in functions(counting))
    own = [("state", inner + 1), ("read", inner + 2), ("do", inner + 3), ("goto", inner + 4)]
    first, second, answer = tape.marks
    assert first == second
    assert [mark for mark in first if mark[0] != "call"] == own
    assert {mark for mark in first if mark[0] == "call"} == {("call", start + 2), ("call", inner + 2)}
    assert answer == (("answer", start + 3),)


def test_a_program_that_another_one_runs_for_is_not_shown() -> None:
    problem = tailnb.task("turing_machine").problem(machine="increment", word="1011")
    assert TraceExplorer(problem)._source == {}


def test_a_program_without_a_source_has_no_listing() -> None:
    scope: dict[str, Any] = {}
    exec("def program(tape): pass", scope)
    assert listing(scope["program"]) == []


# --- the widget


def test_what_is_sent_is_the_trace_and_its_program() -> None:
    shown = TraceExplorer(added())
    assert json.loads(json.dumps(shown._trace["states"])) == json.loads(added().trace().to_json())["states"]
    assert (shown._trace["title"], shown._trace["query"]) == ("Large Number Addition", added().query)
    source = shown._source
    assert max(source["of"]) == len(source["marks"]) - 1
    assert len(source["of"]) == len(shown) + 1 == 4
    assert repr(shown) == "<TraceExplorer large_number_addition: state 0 of 3>"


def test_a_style_or_a_module_changes_the_text() -> None:
    shown = TraceExplorer(added(), style="styled", without="memory fetcher")
    assert shown._text["lines"] == lines(added().trace(), "styled", "memory fetcher")
    shown.style, shown.without = "core", []
    assert shown._text["lines"] == lines(added().trace())
    shown._asked(shown, {"style": "tape"}, [])
    assert (shown.style, shown._text["style"]) == ("tape", "tape")
    shown._asked(shown, {"without": ["atomic state"]}, [])
    assert shown._text["lines"] == lines(added().trace(), "tape", "atomic state")


def test_wrong_names_are_refused() -> None:
    with pytest.raises(ValueError, match="no style 'cor'; choose from core, styled, tape, plain"):
        TraceExplorer(added(), style="cor")
    with pytest.raises(ValueError, match="no core module 'fetcher'"):
        TraceExplorer(added(), without="fetcher")


def test_a_trace_too_long_for_a_browser_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explorer, "LONGEST", 2)
    with pytest.raises(ValueError, match="large_number_addition has 3 states; the explorer shows at most 2"):
        TraceExplorer(added())


def test_traces_and_programs_of_ones_own() -> None:
    assert TraceExplorer(added().trace())._source == {}
    tape = SourceTape(counting)
    counting(tape, 3)
    shown = TraceExplorer(tape)
    assert (len(shown), shown._trace["title"]) == (3, "counting")
    assert "counting" in "".join(word for _, word in shown._source["lines"][0][1])


def test_a_linked_explorer_shares_the_index_of_its_player() -> None:
    player = TapePlayer(machine("increment"), "1011", index=2)
    view = TraceExplorer(tailnb.imitate(machine("increment"), "1011"), link=player)
    assert view.index == 2
    player.index = 5
    assert (view.index, view.trace.states[view.index].label) == (5, "{carry,3}")
    view.index = 99
    assert (view.index, player.index, len(view)) == (8, 8, 8)


# --- checking


def test_a_right_text_is_right() -> None:
    shown = TraceExplorer(added(), added().completion(style="styled"))
    assert shown.report is not None
    assert (shown.report.ok, shown._report["ok"], shown._report["faults"]) == (True, True, [])
    assert (shown.style, shown.index, shown._report["checked"]) == ("styled", 0, None)


def test_a_wrong_text_is_shown_at_its_first_error() -> None:
    shown = TraceExplorer(added(), without="linear transition")
    wrong = added().completion().replace("write sum[1]=3, carry=1", "write sum[1]=3, carry=0")
    shown._asked(shown, {"check": wrong}, [])
    assert (shown.index, shown.style, shown.without) == (1, "core", [])
    (state, module, expected, found), *_ = shown._report["faults"]
    assert (state, module) == (1, "atomic state")
    assert (expected[-9:], found[-9:]) == ("=1; goto {2}"[-9:], "=0; goto {2}"[-9:])
    assert shown._report["answerOk"]


def test_copied_errors_are_told_from_new_ones() -> None:
    problem = tailnb.task("large_number_addition").problem(a="19", b="1")
    text = problem.completion()
    for right, wrong in [("carry=1", "carry=0"), ("sum[1]=2", "sum[1]=1"), ("answer: 20", "answer: 10")]:
        assert right in text
        text = text.replace(right, wrong)
    sent = TraceExplorer(problem, text)._report
    assert [fault[:2] for fault in sent["faults"]] == [[0, "atomic state"]]
    assert tuple(sent["copies"]) == (1,)
    assert not sent["answerOk"]


def test_only_judged_states_are_called_right() -> None:
    text = added().completion()
    slip = text.replace("write sum[0]=2", "write sum[0]=3")
    assert TraceExplorer(added(), slip)._report["checked"] is None
    assert TraceExplorer(added().trace(), slip)._report["checked"] == 1
    cut = slip[: slip.index("{1}: ")]
    assert TraceExplorer(added().trace(), cut)._report["checked"] == 1
    assert [fault[0] for fault in TraceExplorer(added(), cut)._report["faults"]] == [0, 1]


@pytest.mark.parametrize(
    "text",
    [
        "",
        HOSTILE,
        f"Tape: a[0]={HOSTILE}\n{{0}}: {HOSTILE}",
        "{0}: " * 200_000,
        "x" * 10**6,
        "\u202e\n" * 9999,
    ],
)
def test_hostile_texts_are_checked_and_sent_in_little(text: str) -> None:
    shown = TraceExplorer(added(), text)
    sent = json.dumps(shown._report, ensure_ascii=False)
    sent.encode()  # no lone surrogate
    assert len(sent) < 3_000
    assert not {"\x1b", "\u202e", "\x00"} & set(sent)
    assert shown.report is not None
    assert not shown._report["ok"]


@given(st.text())
def test_visible_text_has_no_hidden_character(text: str) -> None:
    assert visible(text).translate({9: None, 10: None}).isprintable()
    assert visible(visible(text)) == visible(text)


def test_visible_text_hides_nothing() -> None:
    assert visible("plain, ünïcode ✓ 漢字\n\t") == "plain, ünïcode ✓ 漢字\n\t"
    assert visible("a\u200bb\ud800\x07") == "a⟨U+200B⟩b⟨U+D800⟩⟨U+0007⟩"


# --- without a kernel


def test_the_static_form_shows_modules_and_the_first_error_and_escapes() -> None:
    state = AtomicState("{0}", (Operand("a[0]", EVIL),), EVIL, ("a[0]",), (Operand("b", EVIL),), HALT)
    view = TraceExplorer(Trace(EVIL, (), (state,) * 20, EVIL), f"{{0}}: {HOSTILE}")
    bundle, _ = view._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    html = Tags(bundle["text/html"])
    assert html.tags <= SURVIVORS | {"p", "tbody"}
    assert html.attributes <= {"style", "open", "colspan"}
    assert f"a[0]={EVIL}" in html.text
    titles = ("Memory Fetcher", "Atomic State", "Linear Transition", "8 more", "Final answer")
    for words in (*titles, "first goes wrong in state 0: format", "expected", "found", "⟨U+202E⟩<script>"):
        assert words in html.text
    shown = TraceExplorer(added(), added().completion()).static_html()
    assert "every state is right" in shown
    wrong = added().completion().replace("132", "133")
    assert "first goes wrong behind the last state: answer" in TraceExplorer(added(), wrong).static_html()
    assert "def run(tape: Tape, a: str, b: str)" in shown


# --- texts side by side


def test_texts_side_by_side_cover_every_state_and_escape() -> None:
    shown = SideBySide(added())
    html = shown._repr_html_()
    spans = [int(number) for number in re.findall(r'rowspan="(\d+)"', html)]
    assert sum(spans) == 4 * 5  # four texts; the tape, three states and the answer
    text = Tags(html).text
    for words in ("fetch a[1]=4, b[1]=8", "Fetch a[1] = 4", "sum[2] is 1"):
        assert words in text
    assert text.count("Final answer: 132") == 4
    assert repr(shown) == "<SideBySide large_number_addition: core, styled, plain, none>"
    evil = AtomicState("{0}", (Operand("a[0]", EVIL),), "look", ("a[0]",), (), HALT)
    hostile = Tags(SideBySide(Trace("evil", (), (evil,), EVIL))._repr_html_())
    assert hostile.tags <= SURVIVORS | {"thead", "tbody"}
    assert hostile.text.count(EVIL.replace('"', '\\"')) >= 4


def test_side_by_side_takes_small_problems_and_known_styles() -> None:
    with pytest.raises(ValueError, match="has 61 states; side by side there is room for 12"):
        SideBySide(tailnb.task("large_number_addition").problem(a="1" * 60, b="1"))
    with pytest.raises(ValueError, match="no style 'cor'; choose from"):
        SideBySide(added(), ["cor"])
