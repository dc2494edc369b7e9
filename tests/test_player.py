"""The tape player without a browser: its traits, what it sends, and its static form."""

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markup import EVIL, SURVIVORS, Tags

from tailnb.machines import Breakpoint, MachineError, TuringMachine, machine

pytest.importorskip("anywidget")
import traitlets

from tailnb.views import TapePlayer


def evil_machine() -> TuringMachine:
    rules = {(f"<b>{EVIL}", EVIL): ("halt", f"{EVIL}!", "R")}
    return TuringMachine(rules, f"<b>{EVIL}", name="<script>alert(1)</script>")


def replayed(data: dict[str, Any]) -> tuple[str, int, dict[int, str]]:
    """The last state, head and tape, as the front end works them out from what it is sent."""
    rules = {(state, read): rest for state, read, *rest in data["rules"]}
    tape, head, state = dict(enumerate(data["word"])), 0, data["initial"]
    for _ in range(data["steps"]):
        tape[head], move, state = rules[state, tape.get(head, 0)]
        head += {"L": -1, "R": 1, "S": 0}[move]
    return data["states"][state], head, {at: data["symbols"][code] for at, code in tape.items() if code}


@pytest.mark.parametrize(("name", "word"), [("increment", "1011"), ("palindrome", "abba"), ("bb4", "")])
def test_what_is_sent_replays_the_run(name: str, word: str) -> None:
    shown, run = TapePlayer(machine(name), word), machine(name).run(word)
    assert replayed(shown._run) == (run.state, run.head, run.tape)
    assert (len(shown), shown._run["outcome"], shown._run["reason"]) == (run.steps, run.outcome, run.reason)


def test_a_long_run_is_sent_in_little() -> None:
    shown = TapePlayer(machine("bb5"))
    assert (len(shown), shown._run["outcome"]) == (100_000, "step_limit")
    short = TapePlayer(machine("bb5"), max_steps=1)
    assert len(json.dumps(shown._run)) < len(json.dumps(short._run)) + 20
    assert shown.configuration.step == 0
    shown.index = 99_999
    assert shown.configuration == machine("bb5").history(max_steps=99_999)[-1]


def test_index_is_the_source_of_truth() -> None:
    shown = TapePlayer(machine("increment"), "1011", index=3)
    assert (shown.index, shown.configuration.step, shown.configuration.head) == (3, 3, 3)
    shown.index = 99
    assert shown.index == len(shown) == 8
    shown.index = -1
    assert shown.index == 0
    other = TapePlayer(machine("increment"), "1011")
    traitlets.link((shown, "index"), (other, "index"))
    shown.index = 5
    assert other.configuration == shown.configuration
    assert repr(shown) == f"<TapePlayer increment: step 5 of 8, {shown.history.reason}>"


def test_wrong_values_are_refused() -> None:
    with pytest.raises(MachineError, match="symbol '2' at position 1"):
        TapePlayer(machine("increment"), "12")
    with pytest.raises(traitlets.TraitError, match="steps a second"):
        TapePlayer(machine("increment"), "1", speed=0)
    with pytest.raises(MachineError, match=r"plays 1,000,000 steps at most, not 1,000,001; `machine\.run`"):
        TapePlayer(machine("bb5"), max_steps=1_000_001)
    with pytest.raises(MachineError, match="max_steps is a whole number from 0, not 'many'"):
        TapePlayer(machine("bb5"), max_steps="many")  # type: ignore[arg-type]


def test_breakpoints_are_sent_as_numbers_and_read_back() -> None:
    points = [Breakpoint("carry"), Breakpoint(symbol="1", cell=-2), Breakpoint(cell=0)]
    shown = TapePlayer(machine("increment"), "1011", breakpoints=points)
    symbols = shown._run["symbols"]
    assert shown._breakpoints == [
        [shown._run["states"].index("carry"), None, None],
        [None, symbols.index("1"), -2],
        [None, None, 0],
    ]
    assert shown.breakpoints == points
    shown.breakpoints = points[1:]
    with pytest.raises(MachineError, match="cary"):
        shown.breakpoints = [Breakpoint("cary")]
    assert shown.breakpoints == points[1:]


def test_another_run_is_loaded_from_its_start() -> None:
    points = [Breakpoint("carry"), Breakpoint(symbol="1")]
    shown = TapePlayer(machine("increment"), "1011", index=3, breakpoints=points)
    shown.playing = True
    with pytest.raises(MachineError, match="symbol '2'"):
        shown.load(machine("bb2"), "2")
    assert (shown.machine, shown.index, shown.playing) == (machine("increment"), 3, True)
    shown.load(machine("bb2"))
    assert (shown.machine, shown.index, shown.playing, len(shown)) == (machine("bb2"), 0, False, 6)
    assert shown.breakpoints == points[1:]
    assert replayed(shown._run)[2] == machine("bb2").run().tape


def test_static_form_shows_first_and_last_steps() -> None:
    bundle, _ = TapePlayer(machine("bb4"))._repr_mimebundle_()
    assert {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"} <= bundle.keys()
    html = Tags(bundle["text/html"])
    assert html.tags <= SURVIVORS | {"img"}
    assert html.attributes <= {"style", "open", "colspan", "alt", "src"}
    assert "96 more" in html.text
    assert f"bb4: 107 steps, {machine('bb4').run().reason}" in html.text
    assert len(re.findall("<tr><td", bundle["text/html"])) == 13
    short = Tags(TapePlayer(machine("increment"), "1").static_html())
    assert " more" not in short.text
    assert "[1]" in short.text.replace("\xa0", "")


def test_static_form_escapes_everything() -> None:
    shown = TapePlayer(evil_machine(), [EVIL, EVIL])
    html = Tags(shown.static_html())
    assert html.tags <= SURVIVORS | {"img"}
    assert html.attributes <= {"style", "open", "colspan", "alt", "src"}
    assert EVIL in html.text
    assert "<script>" in html.text


@settings(max_examples=50, deadline=None)
@given(st.text(min_size=1), st.text(min_size=1))
def test_no_name_hides_anything(state: str, symbol: str) -> None:
    rules = {(state, symbol): (f"{state}!", symbol, "R"), (f"{state}!", "_"): (state, "_", "L")}
    if symbol == "_":
        del rules[f"{state}!", "_"]
    made = TuringMachine(rules, state, final_states=(), states=[state, f"{state}!"])
    shown = TapePlayer(made, [symbol] if symbol != "_" else [], max_steps=50)
    for sent in (json.dumps(shown._run, ensure_ascii=False), shown.static_html()):
        sent.encode()  # no lone surrogate
        assert sent.translate({9: None, 10: None, 13: None}).replace("\xa0", "").isprintable()
