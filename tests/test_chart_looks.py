"""Every chart is read without color, by eye and by ear, on white and on black."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

pytest.importorskip("altair")
pytest.importorskip("vl_convert")

from every_chart import CHARTS

from tailnb import views
from tailnb.views import panel, renderer

GROUNDS = ("#ffffff", "#111111")  # of JupyterLab's outputs, in light and dark
THEMED = (renderer.INK, renderer.MUTED)  # they follow the theme
TELLING = ("shape", "strokeDash", "text")
# The place tells these colors apart: a rule parts them, with names at its sides; parts of a bar have letters,
# and one too thin for its letter stands between its neighbors.
BY_PLACE = {"strip", "memory", "errors"}

SPECS = pytest.mark.parametrize("name", CHARTS)


@pytest.fixture(scope="module")
def specs() -> dict[str, dict[str, Any]]:
    """The Vega-Lite specification of every chart."""
    return {name: draw().to_dict() for name, draw in CHARTS.items()}


def panels(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The panels of a chart: parts that lie on top of each other, not side by side."""
    for key in ("concat", "hconcat", "vconcat"):
        if key in spec:
            for part in spec[key]:
                yield from panels({"data": spec.get("data", {}), **part})
            return
    yield spec


def units(
    spec: dict[str, Any], outer: dict[str, Any]
) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """The parts of a panel that have one mark, each with its rows of data."""
    data = spec.get("data", outer.get("data", {}))
    if "layer" not in spec:
        yield spec, data["values"]
    for part in spec.get("layer", []):
        yield from units(part, {"data": data})


def field(encoding: dict[str, Any], channel: str) -> str | None:
    return encoding.get(channel, {}).get("field")


def luminance(color: str) -> float:
    """The relative luminance of #rrggbb, from 0 to 1 (WCAG 2.2)."""
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * one for weight, one in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    dim, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dim + 0.05)


def told_apart(spec: dict[str, Any]) -> set[tuple[str, str]]:
    """The pairs of colors in a panel that nothing but their color tells apart."""
    every = list(units(spec, {}))
    colors = {
        row["color"]
        for unit, rows in every
        if field(unit["encoding"], "color")
        for row in rows
        if "color" in row
    }
    alone = set(combinations(sorted(colors), 2))
    for unit, rows in every:
        for channel in TELLING:
            told: dict[str, set[Any]] = {}
            for row in rows:
                if "color" in row and (name := field(unit["encoding"], channel)):
                    told.setdefault(row["color"], set()).add(row[name])
            alone -= {(a, b) for a, b in alone if a in told and b in told and not told[a] & told[b]}
    return alone


def test_every_chart_of_the_package_is_here() -> None:
    """A function that asks for Altair draws a chart, and each of them is in `CHARTS`."""
    drawing = set()
    for path in Path(views.__file__).parent.glob("*.py"):
        for name, one in vars(import_module(f"tailnb.views.{path.stem}")).items():
            mine = inspect.isfunction(one) and one.__module__ == f"tailnb.views.{path.stem}"
            if mine and not name.startswith("_") and "alt = charts()" in inspect.getsource(one):
                drawing.add(name)
    here = Path(__file__).with_name("every_chart.py").read_text(encoding="utf-8")
    assert len(drawing) >= 12
    assert not {name for name in drawing if f"return {name}(" not in here}


@SPECS
def test_series_differ_by_more_than_color(specs: dict[str, Any], name: str) -> None:
    if name not in BY_PLACE:
        assert not [pair for one in panels(specs[name]) for pair in told_apart(one)]


def test_series_that_differ_by_color_alone_are_found() -> None:
    alt = renderer.charts()
    rows = [{"x": 1, "color": color, "shape": "circle"} for color in ("#000000", "#ff0000")]
    marks = (
        alt.Chart(alt.Data(values=rows)).mark_point().encode(x="x:Q", color=alt.Color("color:N", scale=None))
    )
    assert told_apart(marks.to_dict()) == {("#000000", "#ff0000")}
    assert told_apart(marks.encode(shape="shape:N").to_dict()) == {("#000000", "#ff0000")}
    rows[1]["shape"] = "square"
    assert told_apart(marks.encode(shape="shape:N").to_dict()) == set()


def test_the_parts_of_a_bar_are_in_the_order_of_their_letters(specs: dict[str, Any]) -> None:
    rows = [
        row
        for one in panels(specs["memory"])
        for _, rows in units(one, {})
        for row in rows
        if "letter" in row
    ]
    for need in {row["need"] for row in rows}:
        mine = {row["from"]: row for row in rows if row["need"] == need}
        letters = [mine[place]["letter"] for place in sorted(mine)]
        assert need != "QLoRA" or letters == sorted(letters)
        assert all(row["text"][:1] in ("", row["letter"]) for row in mine.values())
    assert {row["text"][0] for row in rows if row["text"]} >= {"A", "B", "J"}


@SPECS
def test_marks_can_be_seen_and_words_read_on_both_grounds(specs: dict[str, Any], name: str) -> None:
    seen = 0
    for one in panels(specs[name]):
        for unit, rows in units(one, {}):
            mark = unit["mark"]
            own = [row.get(field(unit["encoding"], "color") or "") for row in rows]
            colors = (
                {*own, mark.get("color")} - {None} if mark["type"] != "bar" else {mark.get("color")} - {None}
            )
            for color in colors - {*THEMED}:
                if not str(color).startswith("#"):
                    continue  # a scale of the chart's own, whose colors are the rows'
                seen += 1
                if mark["type"] == "text":
                    grounds = {row["color"] for row in rows if row.get("ink") == color}
                    assert grounds, f"a text in {color}, which is on no ground of its own"
                    assert min(contrast(color, ground) for ground in grounds) >= 4.5
                else:
                    assert min(contrast(color, ground) for ground in GROUNDS) >= 3
    assert seen


@SPECS
def test_words_in_the_frame_follow_the_theme(specs: dict[str, Any], name: str) -> None:
    config = specs[name]["config"]
    for part in ("axis", "legend", "title"):
        inks = {
            value
            for key, value in config[part].items()
            if key in ("color", "labelColor", "titleColor", "subtitleColor")
        }
        assert inks
        assert inks <= {*THEMED}
    assert min(contrast(one, "#ffffff") for one in THEMED) >= 4.5


@SPECS
def test_a_chart_says_in_words_what_it_shows(specs: dict[str, Any], name: str) -> None:
    said = specs[name]["description"]
    assert any(letter.isdigit() for letter in said)
    drawn = renderer.svg(specs[name])
    assert drawn is not None
    root = ElementTree.fromstring(drawn)
    assert root.get("role") == "img"
    assert root.get("aria-label") == said


@pytest.mark.parametrize("color", sorted({color for color, _ in (*panel.LOOKS.values(), *panel.FURTHER)}))
def test_black_or_white_can_be_read_on_every_color(color: str) -> None:
    assert contrast(panel.ink_on(color), color) >= 4.5
