"""State diagrams: every rule is drawn, nothing covers a text, and whatever a machine says is only text."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import time
from base64 import b64decode
from html import unescape
from typing import Any
from xml.etree import ElementTree

import pytest
from browser import browser_page, module
from drawn import ADVANCE, SVG, Drawn, crossings, faults, kind, near, read
from hypothesis import given, settings
from hypothesis import strategies as st
from markup import EVIL
from own_machines import small_machines

from tailnb.machines import MachineError, TuringMachine, machine, machines

READABLE = 12  # states, up to which a diagram is to be readable
MEASURE = """() => [...document.querySelectorAll('svg text')].map((one) =>
    [one.textContent, one.getComputedTextLength(), parseFloat(getComputedStyle(one).fontSize)])"""
LINE = re.compile(r"(?P<reads>[^→]+)→(?:(?P<write>[^,]+),)?(?P<move>[LRS])")


@st.composite
def large_machines(draw: st.DrawFn) -> TuringMachine:
    """Machines of up to 12 states over three symbols; loops and neighbors are likely, as in real ones."""
    size = draw(st.integers(5, READABLE - 1))
    rules: dict[Any, Any] = {}
    for state in range(size):
        for symbol in "_01":
            after = draw(st.sampled_from([state, state, (state + 1) % size, *range(size), "halt", None]))
            if after is not None:
                rules[state, symbol] = (after, draw(st.sampled_from("_01")), draw(st.sampled_from("LRS")))
    return TuringMachine(rules or {(0, "_"): ("halt", "_", "S")}, 0, states=[*range(size), "halt"])


def drawn(made: TuringMachine) -> Drawn:
    """The machine's diagram, read back."""
    return read(made.diagram().svg)


@pytest.mark.parametrize("name", machines())
def test_nothing_covers_a_text_in_the_catalogue(name: str) -> None:
    picture = drawn(machine(name))
    assert faults(picture) == []
    assert crossings(picture) <= 3


@given(small_machines())
@settings(max_examples=40)
def test_nothing_covers_a_text_in_small_machines(made: TuringMachine) -> None:
    assert faults(drawn(made)) == []


@given(large_machines())
@settings(max_examples=12)
def test_hardly_anything_covers_a_text_up_to_twelve_states(made: TuringMachine) -> None:
    picture = drawn(made)
    assert len(faults(picture)) <= len(picture.arrows) // 10


def test_faults_are_found() -> None:
    """The reader that the tests above trust sees a text moved onto others, and an arrow through a state."""
    svg = machine("increment").diagram().svg
    (place,) = re.findall(r'(?<=<text )x="[\d.-]+" y="[\d.-]+"(?=>_→L)', svg)
    for target, fault in (("0,1→R", "labels 1 and 2"), ("carry", "label 2 and state 1")):
        (other,) = re.findall(rf'(?<=<text )x="[\d.-]+" y="[\d.-]+"(?=>{target})', svg)
        assert fault in faults(read(svg.replace(place, other)))
    picture = read(svg)
    shape, name = picture.states[1]
    start, end = picture.states[0][0], picture.states[2][0]
    picture.arrows[2].curve = [(start[2], start[1] + 20), (end[0], end[1] + 20)]
    picture.arrows[2].tip = [(end[0], end[1] + 20)] * 4
    assert "arrow 2 through state 1" in faults(picture)
    picture.states[1] = (name, shape)
    assert "name of state 1" in faults(picture)


@given(small_machines())
@settings(max_examples=40)
def test_labels_say_every_rule(made: TuringMachine) -> None:
    root = ElementTree.fromstring(made.diagram().svg)
    rules = list(made.transitions.items())
    said = {}
    for line in kind(list(root.iter(f"{SVG}g")), "tnb-line"):
        found = LINE.fullmatch(line.findtext(f"{SVG}text") or "")
        assert found
        codes = [int(code) for code in line.attrib["data-rules"].split()]
        for code, read_symbol in zip(codes, found["reads"].split(","), strict=True):
            said[code] = (read_symbol, found["write"] or read_symbol, found["move"])
    assert said == {code: (key[1], go.write, go.move) for code, (key, go) in enumerate(rules)}


@given(small_machines())
@settings(max_examples=40)
def test_arrows_lead_where_their_rules_lead(made: TuringMachine) -> None:
    picture = drawn(made)
    number = {state: code for code, state in enumerate(made.states)}
    rules = list(made.transitions.items())
    entry, *arrows = picture.arrows
    assert near(entry.tip[0], picture.states[number[made.initial_state]][0])
    for arrow in arrows:
        ends = {(number[rules[int(code)][0][0]], number[rules[int(code)][1].state]) for code in arrow.rules}
        ((source, target),) = ends
        assert near(arrow.curve[0], picture.states[source][0])
        assert near(arrow.tip[0], picture.states[target][0])
    assert len({tuple(sorted(arrow.rules)) for arrow in arrows}) == len(arrows)


def test_rules_that_do_alike_share_a_line() -> None:
    rules = {("q", "0"): ("q", "0", "R"), ("q", "1"): ("q", "1", "R"), ("q", "2"): ("q", "0", "R")}
    texts = re.findall(r"<text[^>]*>([^<]*)<", TuringMachine(rules, "q").diagram().svg)
    assert texts == ["q", "0,1→R", "2→0,R"]


def test_a_final_state_has_two_borders_and_no_other_has() -> None:
    root = ElementTree.fromstring(machine("parity").diagram().svg)
    borders = {
        group.findtext(f"{SVG}text"): len(list(group.iter(f"{SVG}rect")))
        for group in kind(list(root.iter(f"{SVG}g")), "tnb-state")
    }
    assert borders == {"even": 1, "odd": 1, "halt": 2}


def test_marks_of_a_moment() -> None:
    made = machine("increment")
    svg = made.diagram("halt", ("carry", "_")).svg
    marked = re.findall(r'class="([\w-]+) (?:tnb-final )?(tnb-here|tnb-taken)" (data-\w+="[\d ]+")', svg)
    assert marked == [
        ("tnb-arrow", "tnb-taken", 'data-rules="4 5"'),
        ("tnb-state", "tnb-here", 'data-state="2"'),
        ("tnb-line", "tnb-taken", 'data-rules="4 5"'),
    ]
    assert svg.replace(" tnb-here", "").replace(" tnb-taken", "") == made.diagram().svg


def test_marks_of_what_is_not_there() -> None:
    with pytest.raises(MachineError, match="no state 'cary'; did you mean 'carry'"):
        machine("increment").diagram("cary")
    with pytest.raises(MachineError, match=r"no rule for \('halt', '0'\)"):
        machine("increment").diagram(rule=("halt", "0"))


def test_hostile_names_are_text() -> None:
    made = TuringMachine({(EVIL, EVIL): ("halt", EVIL, "R"), ("halt", "]]>"): ("--", "&", "L")}, EVIL,
                         final_states={"--"}, name=f'">{EVIL}')  # fmt: skip
    picture = made.diagram()
    root = ElementTree.fromstring(picture.svg)
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags == {"svg", "title", "desc", "style", "g", "path", "rect", "text"}
    assert not re.search(r"\son\w+=|\sid=|href", re.sub(r">[^<]*<", "><", picture.svg))
    html = picture._repr_html_()
    assert html.count("<") == html.count(">") == 1
    alt, data = re.fullmatch(r'<img alt="([^"]*)" src="data:image/svg\+xml;base64,([^"]*)">', html).groups()  # type: ignore[union-attr]
    assert unescape(alt).startswith(f'state diagram of ">{EVIL}: 3 states, 2 rules. Initial state: {EVIL}')
    assert b64decode(data).decode() == picture.svg


names = st.text(min_size=1, max_size=30)


@given(st.lists(names, min_size=1, max_size=4, unique=True), names, names)
@settings(max_examples=60)
def test_any_text_makes_well_formed_svg(states: list[str], symbol: str, name: str) -> None:
    rules = {(state, symbol): (states[0], "x", "S") for state in states}
    made = TuringMachine(rules, states[0], blank="blank", final_states=(), name=name)
    picture = made.diagram()
    ElementTree.fromstring(picture.svg.encode())
    assert faults(read(picture.svg)) == []
    picture._repr_html_()


def test_long_names_are_shortened_and_told() -> None:
    long, longer = "a state with a name that is far too long", "another one with such a name, even longer"
    made = TuringMachine(
        {(long, "symbol that is long"): (longer, "x" * 99, "R"), (longer, "a"): (long, "a", "L")}, long
    )
    picture = made.diagram()
    assert faults(read(picture.svg)) == []
    texts = re.findall(r"<text[^>]*>([^<]*)<", picture.svg)
    assert max(map(len, texts)) <= 25
    assert any("…" in text for text in texts)
    titles = re.findall(r"<title>([^<]*)</title>", picture.svg)
    assert {long, longer} <= set(titles)
    assert f"in {long}, reading symbol␣that␣is␣long: write {'x' * 99}, move right, go to {longer}" in titles


def test_many_lines_are_folded() -> None:
    symbols = "abcdefghij"
    made = TuringMachine(
        {("q", one): ("r", symbols[-at], "R") for at, one in enumerate(symbols)}
        | {("r", "a"): ("q", "a", "L")},
        "q",
    )
    svg = made.diagram().svg
    assert "4 more" in re.findall(r"<text[^>]*>([^<]*)<", svg)
    assert faults(read(svg)) == []


def test_the_same_picture_in_every_process() -> None:
    code = "from tailnb.machines import machine; print(machine('palindrome').diagram().svg, end='')"
    found = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=environment)
        found.add(hashlib.sha256(done.stdout).hexdigest())
    assert found == {hashlib.sha256(machine("palindrome").diagram().svg.encode()).hexdigest()}


def test_more_states_than_anybody_could_read() -> None:
    rules = {(state, "_"): (state + 1, "_", "R") for state in range(5000)}
    started = time.monotonic()
    picture = TuringMachine(rules, 0, final_states={5000}).diagram()
    assert time.monotonic() - started < 2
    assert "5001 states and 5000 arrows are too many for a diagram." in picture.svg


def test_the_description_tells_all() -> None:
    picture = machine("increment").diagram()
    assert repr(picture) == "<Picture: state diagram of increment: 3 states, 6 rules>"
    assert picture.description == (
        "Initial state: right. Final: halt. in right, reading 0 or 1: leave it, move right, stay in right; "
        "in right, reading _: leave it, move left, go to carry; in carry, reading 1: write 0, move left, "
        "stay in carry; in carry, reading 0 or _: write 1, do not move, go to halt"
    )
    root = ElementTree.fromstring(picture.svg)
    assert root.attrib["role"] == "img"
    assert (root.findtext(f"{SVG}title"), root.findtext(f"{SVG}desc")) == (
        picture.summary,
        picture.description,
    )


@pytest.mark.browser
def test_letters_are_no_wider_than_the_metric_says() -> None:
    module("playwright")
    with browser_page() as page:
        page.set_content("".join(machine(name).diagram().svg for name in machines()))
        found = page.evaluate(MEASURE)
    assert len(found) > 300
    assert all(width <= ADVANCE * size * len(text) for text, width, size in found)
