"""What all widgets share: their scripts, their colors, and how they are imported."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("anywidget")
from tailnb import views
from tailnb.views import TapePlayer, TraceExplorer, assets, player
from tailnb.views.editor import EditorPane


@pytest.mark.parametrize(
    "script", sorted(Path(player.__file__).parent.glob("*.js")), ids=lambda path: path.name
)
def test_front_ends_never_set_markup(script: Path) -> None:
    code = script.read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", code)
    assert "http" not in code.replace("http://www.w3.org/2000/svg", "")


WIDGETS = {
    "explorer": (TraceExplorer, ["explorer.css"]),
    "player": (TapePlayer, ["player.css"]),
    "editor": (EditorPane, ["editor.css"]),
}


@pytest.mark.parametrize("name", WIDGETS)
def test_a_style_sheet_leaves_other_widgets_alone(name: str) -> None:
    """All style sheets of a page hold for all of it, so a class without its widget's is that widget's own."""
    sheet = re.sub(r"/\*.*?\*/", "", assets.read(*WIDGETS[name][1]), flags=re.DOTALL)
    others = " ".join(widget._esm for other, (widget, _) in WIDGETS.items() if other != name)
    used = set(re.findall(r"tnb-[a-z-]+", others))
    selectors = [one for found in re.findall(r"([^{};@]+){", sheet) for one in found.split(",\n")]
    loose = [one.strip() for one in selectors if "tnb-" in one and f"tnb-{name}" not in one]
    assert len(selectors) > 20
    for selector in loose:
        assert not set(re.findall(r"\.(tnb-[a-z-]+)", selector)) <= used, selector


COLORS = dict(re.findall(r"--tnb-([a-z-]+): .*?light-dark\((.*?)\)", assets.read("theme.css")))
COLORED = ["accent", "amber", "green", "red", "violet"]
PAIRS = [(text, ground) for text in ["text", "muted", *COLORED] for ground in ("ground", "raised")]
PAIRS += [(text, f"{color}-soft") for color in COLORED for text in ("text", color)]
PAIRS += [(text, "accent-soft") for text in ("muted", "green", "violet", "amber")]  # code in a marked line
PAIRS += [("on-accent", "accent"), *(("ground", color) for color in ("amber", "green", "red"))]


def luminance(color: str) -> float:
    """The relative luminance of #rrggbb, from 0 to 1 (WCAG 2.2)."""
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * one for weight, one in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize(("color", "ground"), sorted(PAIRS))
def test_contrast_is_enough_in_light_and_dark(color: str, ground: str) -> None:
    for one, other in zip(COLORS[color].split(", "), COLORS[ground].split(", "), strict=True):
        dim, bright = sorted((luminance(one), luminance(other)))
        assert (bright + 0.05) / (dim + 0.05) >= 4.5


@pytest.mark.parametrize("ground", ["ground", "raised"])
def test_the_edge_of_what_is_typed_into_can_be_seen(ground: str) -> None:
    for one, other in zip(COLORS["edge"].split(", "), COLORS[ground].split(", "), strict=True):
        dim, bright = sorted((luminance(one), luminance(other)))
        assert (bright + 0.05) / (dim + 0.05) >= 3


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
