"""Space-time diagrams: the rows are the run's tapes, long runs stay small, and texts are only texts."""

from __future__ import annotations

import re
import time
from collections import Counter
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markup import EVIL
from own_machines import small_machines, words

from tailnb.machines import MachineError, TuringMachine, machine, machines
from tailnb.machines.catalogue import module
from tailnb.machines.picture import Picture
from tailnb.machines.space_time.drawing import COLORS, STRIPES, look
from tailnb.machines.space_time.grid import COLUMNS, ROWS, Grid, grid

SVG = "{http://www.w3.org/2000/svg}"
RIGHT = {("q", "a"): ("q", "b", "R"), ("q", "b"): ("q", "a", "R"), ("q", "_"): ("q", "a", "R")}


def shown(made: TuringMachine, word: str, limit: int) -> Grid:
    """The grid of a run."""
    return grid(made, word, made.run(word, max_steps=limit).steps)


@given(small_machines(), words, st.integers(0, COLUMNS - 12))
def test_rows_are_tapes_of_the_run(made: TuringMachine, word: str, limit: int) -> None:
    run = list(made.steps(word, max_steps=limit))
    seen = shown(made, word, limit)
    assert len(seen.rows) <= ROWS + 1
    assert (seen.steps[0], seen.steps[-1]) == (0, run[-1].step)
    assert {after - before for before, after in zip(seen.steps, seen.steps[1:-1], strict=False)} <= {
        seen.stride
    }
    for step, state, head, row in zip(seen.steps, seen.states, seen.heads, seen.rows, strict=True):
        now = run[step]
        cells = {seen.low + at: seen.symbols[code] for at, code in enumerate(row) if code}
        assert (now.state, now.head - seen.low) == (state, head)
        assert cells == now.tape


@given(st.text("ab", min_size=COLUMNS + 1, max_size=5 * COLUMNS), st.integers(0, 40))
def test_a_wide_tape_shows_the_commonest_symbol(word: str, limit: int) -> None:
    made = TuringMachine(RIGHT, "q", final_states=())
    seen = shown(made, word, limit)
    assert seen.width == -(-len(word) // COLUMNS)
    assert seen.columns <= COLUMNS
    run = list(made.steps(word, max_steps=limit))
    for step, row, head in zip(seen.steps, seen.rows, seen.heads, strict=True):
        assert head == run[step].head // seen.width
        text = "".join(run[step].tape.values())
        for column, code in enumerate(row):
            counts = Counter(text[column * seen.width : (column + 1) * seen.width])
            assert counts[seen.symbols[code]] == max(counts.values())


def texts(picture: Picture) -> list[str]:
    """All texts of a picture, in order."""
    root = ElementTree.fromstring(picture.svg)
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def test_a_short_run_has_letters_steps_and_states() -> None:
    made = machine("increment")
    words = texts(made.space_time("11"))
    letters = [symbol for one in made.steps("11") for _, symbol in sorted(one.tape.items())]
    states = [one.state for one in made.steps("11")]
    assert words[: len(letters)] == letters
    assert words[len(letters) :] == [
        *map(str, range(7)),  # the steps
        *("0", "2"),  # every second cell
        *states,
        *("_ (blank)", "0", "1", "head"),
        "Halted after 6 steps: reached the final state halt.",
    ]


def test_the_head_is_framed() -> None:
    made = machine("increment")
    svg = made.space_time("11").svg
    frames = [(int(x), int(y)) for x, y in re.findall(r'class="tnb-here" x="(\d+)" y="(\d+)"', svg)]
    letters = [float(x) for x in re.findall(r'class="tnb-middle" x="([\d.]+)"', svg)]
    wide, left = 22, min(letters) - 11  # the leftmost letter is the digit that the carry adds, in cell -1
    assert [(x - 1 - left) // wide - 1 for x, _ in frames] == [one.head for one in made.steps("11")]
    assert [y for _, y in frames] == [1 + 18 * row for row in range(7)]


@pytest.mark.parametrize("steps", [50, 1_000, 100_000])
def test_a_long_run_stays_small(steps: int) -> None:
    started = time.monotonic()
    picture = machine("bb5").space_time(max_steps=steps)
    assert time.monotonic() - started < 10
    assert len(picture.svg) < 60_000
    assert picture.summary == f"space-time diagram of bb5: {steps:,} steps"
    told = [line for line in texts(picture) if line.startswith("A row for every")]
    stride = -(-steps // (ROWS - 1))
    assert told == ([f"A row for every {stride:,} steps, and for the last one."] if stride > 1 else [])
    assert f"{steps:,}" in texts(picture)


def test_the_worst_case_stays_small() -> None:
    """No two neighboring cells are alike, in any row, and there are as many of both as are ever shown."""
    made = TuringMachine({("q", one): ("q", one, "S") for one in "abcde"}, "q", final_states=())
    picture = made.space_time("abcde" * (COLUMNS // 5), max_steps=ROWS - 1)
    assert 200_000 < len(picture.svg) < 400_000


def test_symbols_are_told_apart_without_color() -> None:
    many = TuringMachine({("q", chr(65 + at)): ("q", "_", "R") for at in range(26)}, "q", final_states=())
    seen = shown(many, "A", 0)
    looks = [look(code, seen) for code in range(1, 26)]
    assert len(set(looks)) == 25
    assert len({stripes for _, stripes in looks[:5]}) == len(STRIPES) == len(COLORS) == 5


def test_one_mark_is_a_full_cell() -> None:
    svg = machine("bb4").space_time().svg
    assert "tnb-soft" not in svg.split("</style>")[1]
    assert 'class="tnb-halo"' in svg


def test_hostile_symbols_and_states_are_text() -> None:
    made = TuringMachine({(EVIL, EVIL): ("halt", "]]>\x00\ud800", "R")}, EVIL, name=f'">{EVIL}\x1b')
    for limit in (0, 1):
        picture = made.space_time([EVIL], max_steps=limit)
        root = ElementTree.fromstring(picture.svg.encode())
        assert {one.tag.removeprefix(SVG) for one in root.iter()} <= {
            "svg",
            "title",
            "desc",
            "style",
            "rect",
            "path",
            "g",
            "text",
        }
        assert picture._repr_html_().count("<") == 1


@pytest.mark.parametrize("name", machines())
def test_every_machine_has_a_picture(name: str) -> None:
    word = module(name).EXAMPLES[0][0]
    picture = machine(name).space_time(word, max_steps=2_000)
    root = ElementTree.fromstring(picture.svg)
    _, top, width, height = map(float, root.attrib["viewBox"].split())
    for text in root.iter(f"{SVG}text"):
        if "transform" not in text.attrib and text.attrib.get("class") != "tnb-end":
            assert top <= float(text.attrib["y"]) <= top + height
    assert width < 900


def test_the_description_tells_how_it_ended() -> None:
    halted = machine("increment").space_time("11")
    assert halted.description == (
        "Halted after 6 steps: reached the final state halt. On the tape at the end: 1 0 0."
    )
    stopped = machine("bb5").space_time(max_steps=1_000).description
    assert stopped.startswith(
        "A row for every 9 steps, and for the last one. Not at its end after 1,000 steps: "
    )
    stuck = TuringMachine({("q", "a"): ("q", "_", "R")}, "q").space_time("a").description
    assert stuck == "Halted after 1 step: no rule for state q reading _. On the tape at the end: nothing."


def test_bad_words_and_limits() -> None:
    with pytest.raises(MachineError, match="symbol '2' at position 1"):
        machine("increment").space_time("12")
    with pytest.raises(MachineError, match="max_steps"):
        machine("increment").space_time("1", max_steps=-1)
