"""Widgets without a browser: traits, data sent to the front end, and the static forms."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from markup import EVIL, SURVIVORS, Tags

from tailnb.machines import MachineError, TuringMachine, machine

pytest.importorskip("anywidget")
import traitlets

from tailnb import views
from tailnb.views import TapePlayer, assets, player


def evil_machine() -> TuringMachine:
    rules = {(f"<b>{EVIL}", EVIL): ("halt", f"{EVIL}!", "R")}
    return TuringMachine(rules, f"<b>{EVIL}", name="<script>alert(1)</script>")


def replayed(data: dict[str, Any]) -> tuple[str, int, dict[int, str]]:
    """The last state, head and tape, as the front end works them out from what it is sent."""
    tape, head, state = dict(enumerate(data["word"])), 0, data["initial"]
    for number in data["path"]:
        source, read, write, move, goto = data["rules"][number]
        assert (source, read) == (state, tape.get(head, 0))
        tape[head], state = write, goto
        head += {"L": -1, "R": 1, "S": 0}[move]
    return data["states"][state], head, {at: data["symbols"][code] for at, code in tape.items() if code}


@pytest.mark.parametrize(("name", "word"), [("increment", "1011"), ("palindrome", "abba"), ("bb4", "")])
def test_what_is_sent_replays_the_run(name: str, word: str) -> None:
    shown, run = TapePlayer(machine(name), word), machine(name).run(word)
    assert replayed(shown._run) == (run.state, run.head, run.tape)
    assert (len(shown), shown._run["reason"]) == (run.steps, run.reason)


def test_a_long_run_is_sent_compactly() -> None:
    shown = TapePlayer(machine("bb5"), max_steps=100_000)
    assert len(json.dumps(shown._run)) < 500_000
    assert shown._run["outcome"] == "step_limit"


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
    assert repr(shown) == "<TapePlayer increment: step 5 of 8, reached the final state halt>"


def test_wrong_values_are_refused() -> None:
    with pytest.raises(MachineError, match="symbol '2' at position 1"):
        TapePlayer(machine("increment"), "12")
    with pytest.raises(traitlets.TraitError, match="steps a second"):
        TapePlayer(machine("increment"), "1", speed=0)


def test_static_form_shows_first_and_last_steps() -> None:
    bundle, _ = TapePlayer(machine("bb4"))._repr_mimebundle_()
    assert {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"} <= bundle.keys()
    html = Tags(bundle["text/html"])
    assert html.tags <= SURVIVORS
    assert html.attributes <= {"style", "open", "colspan"}
    assert "96 more" in html.text
    assert "bb4: 107 steps, reached the final state Z" in html.text
    assert len(re.findall("<tr><td", bundle["text/html"])) == 13
    short = Tags(TapePlayer(machine("increment"), "1").static_html())
    assert " more" not in short.text
    assert "[1]" in short.text.replace("\xa0", "")


def test_static_form_escapes_everything() -> None:
    shown = TapePlayer(evil_machine(), [EVIL, EVIL])
    html = Tags(shown.static_html())
    assert html.tags <= SURVIVORS
    assert html.attributes <= {"style", "open", "colspan"}
    assert EVIL in html.text
    assert "<script>" in html.text


@pytest.mark.parametrize(
    "script", sorted(Path(player.__file__).parent.glob("*.js")), ids=lambda path: path.name
)
def test_front_ends_never_set_markup(script: Path) -> None:
    code = script.read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", code)
    assert "http" not in code.replace("http://www.w3.org/2000/svg", "")


COLOURS = dict(re.findall(r"--tnb-([a-z-]+): .*?light-dark\((.*?)\)", assets.read("theme.css")))
COLOURED = ["accent", "amber", "green", "red", "violet"]
PAIRS = [(text, ground) for text in ["text", "muted", *COLOURED] for ground in ("ground", "raised")]
PAIRS += [(text, f"{colour}-soft") for colour in COLOURED for text in ("text", colour)]
PAIRS += [(text, "accent-soft") for text in ("muted", "green", "violet", "amber")]  # code in a marked line
PAIRS += [("on-accent", "accent"), *(("ground", colour) for colour in ("amber", "green", "red"))]


def luminance(colour: str) -> float:
    """The relative luminance of #rrggbb, from 0 to 1 (WCAG 2.2)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * one for weight, one in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize(("colour", "ground"), sorted(PAIRS))
def test_contrast_is_enough_in_light_and_dark(colour: str, ground: str) -> None:
    for one, other in zip(COLOURS[colour].split(", "), COLOURS[ground].split(", "), strict=True):
        dim, bright = sorted((luminance(one), luminance(other)))
        assert (bright + 0.05) / (dim + 0.05) >= 4.5


def test_importing_the_package_imports_no_widgets() -> None:
    heavy = {"anywidget", "ipywidgets", "altair", "numpy", "pandas", "torch"}
    code = f"import sys, tailnb, tailnb.views; print(*{heavy} & {{*sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_a_missing_widget_library_names_the_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "anywidget", None)
    for name in ("player", "stepper"):
        monkeypatch.delitem(sys.modules, f"tailnb.views.{name}")
    with pytest.raises(ModuleNotFoundError, match=r"TapePlayer needs anywidget: pip install 'tailnb\[lab\]'"):
        views.__getattr__("TapePlayer")
    with pytest.raises(AttributeError, match="no attribute 'Tape'"):
        views.__getattr__("Tape")
