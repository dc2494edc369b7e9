"""The attention map and the chart of heads: what is shown is what was measured, and any hand can choose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from browser import browser_page, jupyterlab, module, run_notebook, wait_for_kernel
from hypothesis import given
from hypothesis import strategies as st
from markup import EVIL, SURVIVORS, Tags

np = pytest.importorskip("numpy")
alt = pytest.importorskip("altair")
pytest.importorskip("anywidget")
pytest.importorskip("torch")

from tailnb.models.attention.picture import Attention  # noqa: E402
from tailnb.views import AttentionMap, assets, attention, renderer  # noqa: E402
from tailnb.views.heads import attention_chart, heads_table  # noqa: E402
from tailnb.views.visible import visible  # noqa: E402

TOKENS = ("[BOS] ", "a:", " <1>", " 5", " start", "<1>", " 5", " ->", " 7", "\n<2>", " 6", " ->", " halt")
HIDDEN = "\x1b[31m\u202e<script>alert(1)</script>"


def picture(tokens: tuple[str, ...] = TOKENS, start: int = 5, layers: int = 2, heads: int = 3) -> Attention:
    """A picture with random weights, far from even."""
    count = len(tokens)
    scores = np.random.default_rng(5).normal(size=(layers, heads, count, count)) * 3
    powers = np.exp(np.where(np.tri(count, dtype=bool), scores, -np.inf))
    weights = (powers / powers.sum(-1, keepdims=True)).astype(np.float32)
    return Attention(tokens, start, tuple(range(1, layers + 1)), weights)


# --- the text


def test_tokens_stand_in_the_lines_of_the_text() -> None:
    told = attention.shown(picture())
    assert [text for text, _ in told] == [token.strip() for token in TOKENS]
    assert [place for place, (_, gap) in enumerate(told) if gap == "\n"] == [5, 9]
    assert [gap for _, gap in told[:5]] == ["", " ", " ", " ", " "]


def test_parts_of_words_stand_together_and_line_ends_are_seen() -> None:
    tokens = ("The", " ta", "pe", ".\n\n", "A", "\n", " ", "  b\nc")
    told = attention.shown(picture(tokens, start=len(tokens)))
    assert told == [
        *(("The", ""), ("ta", " "), ("pe", ""), (".", "")),
        *(("A", "\n"), ("⏎", ""), ("␣", "\n"), ("b⏎c", " ")),
    ]


@given(st.lists(st.text(max_size=4), min_size=1, max_size=12).map(tuple))
def test_every_token_can_be_seen_and_hides_nothing(tokens: tuple[str, ...]) -> None:
    told = attention.shown(picture(tokens, start=0))
    assert len(told) == len(tokens)
    for (text, gap), token in zip(told, tokens, strict=True):
        assert text
        assert text.isprintable() or "\t" in text
        assert gap in ("", " ", "\n")
        if token.strip() and "\n" not in token.strip():
            assert text == visible(token.strip())
    assert told[0].gap == ""


# --- what a browser is given


@given(st.integers(1, 40), st.integers(1, 3))
def test_the_strongest_places_are_sent_with_their_weights(count: int, heads: int) -> None:
    made = picture(("x",) * count, 0, heads=heads)
    view = AttentionMap(made)
    most = min(attention.STRONGEST, count)
    sent = np.frombuffer(view._weights, "<u2").reshape(2, heads + 2, count, most, 2)
    for layer in (1, 2):
        for at, name in enumerate([*range(1, heads + 1), "mean", "max"]):
            weights = made.head(layer, name)
            for query in range(count):
                places, numbers = sent[layer - 1, at, query].T
                assert len({*places.tolist()}) == most
                assert np.allclose(numbers / attention.WHOLE, weights[query][places], atol=1e-5)
                assert np.allclose(numbers / attention.WHOLE, np.sort(weights[query])[::-1][:most], atol=1e-5)


def test_a_map_opens_at_the_completion_in_the_last_layer() -> None:
    made = picture()
    view = AttentionMap(made)
    assert (view.token, view.layer, view.head, view.writing, view.query) == (5, 2, "mean", True, 4)
    assert view.looks() == made.weights[1].mean(0)[4].tolist()
    view.head, view.layer, view.writing = 3, 1, False
    assert (view.head, view.query) == ("3", 5)
    assert view.looks() == made.weights[0, 2, 5].tolist()
    assert repr(view) == "<AttentionMap: layer 1, head 3, token 5>"
    assert AttentionMap(picture(start=len(TOKENS))).token == len(TOKENS) - 1


def test_what_is_not_there_is_refused() -> None:
    view = AttentionMap(picture())
    for name, value, choices in [
        ("token", 13, "0 to 12"),
        ("token", -1, "0 to 12"),
        ("layer", 3, "1, 2"),
        ("head", 4, "1, 2, 3, mean, max"),
        ("head", "least", "1, 2, 3, mean, max"),
    ]:
        with pytest.raises(ValueError, match=f"no {name} .*; choose from {choices}"):
            setattr(view, name, value)
        with pytest.raises(ValueError, match=f"no {name} "):
            AttentionMap(picture(), **{name: value})
    assert (view.token, view.layer, view.head) == (5, 2, "mean")


def test_too_much_for_a_browser_is_refused_before_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attention, "LARGEST", 4 * 13 * 13 * 5 * 2)
    assert AttentionMap(picture())
    monkeypatch.setattr(attention, "LARGEST", 4 * 13 * 13 * 5 * 2 - 1)
    monkeypatch.setattr(attention, "packed", None)
    with pytest.raises(ValueError, match=r"13 tokens in 2 layers of 3 heads are .* choose fewer `layers`"):
        AttentionMap(picture())


# --- without a kernel


def test_the_static_form_shows_one_tokens_look_and_escapes() -> None:
    tokens = (*TOKENS[:-1], f"\n{EVIL}{HIDDEN}", "\nfar", "\naway")
    view = AttentionMap(picture(tokens), token=12, layer=1, head=2)
    bundle, _ = view._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    html = Tags(bundle["text/html"])
    assert html.tags <= SURVIVORS | {"p"}
    assert html.attributes <= {"style", "open"}
    assert f"▸{EVIL}⟨U+001B⟩[31m⟨U+202E⟩<script>" in html.text
    assert "Attention in layer 1, head 2, as “<img" in html.text
    assert "… 2 more lines" in html.text
    seen = view.attention.weights[0, 1, 11]
    for place, weight in enumerate(seen):
        if weight >= 0.02:
            assert f"{tokens[place].strip()} {weight:.0%}" in html.text
    best = int(seen.argmax())
    assert f"It looks at “{tokens[best].strip()}” (token {best}) {seen[best]:.0%}" in html.text


def test_the_first_token_is_written_by_nothing() -> None:
    view = AttentionMap(picture(), token=0)
    assert view.query is None
    assert "Nothing is read before the first token" in view.static_html()
    view.writing = False
    assert "It looks at “[BOS]” (token 0) 100%" in view.static_html()


# --- colors

SHEET = assets.read("attention.css")
THEME = {
    name: colors.split(", ")
    for name, colors in re.findall(
        r"--tnb-([a-z-]+): .*?light-dark\((.*?)\)", assets.read("theme.css") + SHEET
    )
}


def channels(color: str) -> list[float]:
    return [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]


def luminance(parts: list[float]) -> float:
    """The relative luminance of red, green and blue from 0 to 1 (WCAG 2.2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(weight * one for weight, one in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("text", "ground"), [("text", "look"), ("text", "thread")])
def test_a_token_can_be_read_on_any_shade_and_over_any_line(text: str, ground: str, dark: bool) -> None:
    ink, full, empty = (channels(THEME[name][dark]) for name in (text, ground, "ground"))
    for step in range(101):
        mixed = [step / 100 * high + (1 - step / 100) * low for high, low in zip(full, empty, strict=True)]
        dim, bright = sorted((luminance(ink), luminance(mixed)))
        assert (bright + 0.05) / (dim + 0.05) >= 4.5


@given(st.floats(0, 1))
def test_the_static_shades_can_be_read_in_black(weight: float) -> None:
    ground = re.search("#[0-9a-f]{6}", attention._shade(weight))
    assert ground is not None
    assert (luminance(channels(ground.group())) + 0.05) / 0.05 >= 4.5


def test_the_style_sheet_leaves_other_widgets_alone() -> None:
    sheet = re.sub(r"/\*.*?\*/", "", SHEET, flags=re.DOTALL)
    selectors = [one.strip() for found in re.findall(r"([^{};@]+){", sheet) for one in found.split(",\n")]
    assert len(selectors) > 20
    loose = [one for one in selectors if "tnb-attention" not in one]
    assert loose == ["50%", "media (prefers-reduced-motion: reduce)"]


# --- the chart


def rows(
    method: str = "tail", shift: float = 0.0, kinds: tuple[str, ...] = ("cell", "result")
) -> list[dict[str, Any]]:
    """Two values of each kind at each of two heads."""
    return [
        {"head": f"layer 1, head {number}", "layer": 1, "number": number, "kind": kind, "method": method}
        | {"share": number / 4 + shift + aside, "even": 0.05, "entropy": 1.5, "distance": 7.0}
        for number in (1, 2)
        for kind in kinds
        for aside in (0.0, 0.1)
    ]


def texts(chart: Any) -> str:
    """What a reader sees, as one text."""
    drawn = renderer.svg(chart.to_dict())
    assert drawn is not None
    return " | ".join(ElementTree.fromstring(drawn).itertext())


def test_the_chart_tells_the_methods_apart_without_color() -> None:
    chart = attention_chart(rows() + rows("tail without memory fetcher", -0.2, ("result",)))
    said = chart.to_dict()["description"]
    assert "Fetching a cell, TAIL: layer 1, head 1 30; layer 1, head 2 55." in said
    assert "Writing a result, TAIL without memory fetcher: layer 1, head 1 10; layer 1, head 2 35." in said
    seen = texts(chart)
    assert "● TAIL, ▲ TAIL without memory fetcher" in seen
    assert seen.count("layer 1, head 2") == 2
    for words in ("Fetching a cell", "Writing a result", "55", "35"):
        assert words in seen
    assert "Fetching a register" not in seen


def test_a_chart_of_nothing_is_an_error_and_of_one_value_is_none() -> None:
    with pytest.raises(ValueError, match="no rows of attention"):
        attention_chart([])
    assert "30" in texts(attention_chart(rows(shift=0.05)[:1]))


# --- in a browser

MAP = f"""
import numpy as np
from tailnb.models.attention.picture import Attention
from tailnb.views import AttentionMap

evil = "<img src=x onerror=window.hacked=1>"
tokens = {TOKENS!r}[:-1] + ("\\n" + evil, " end")
weights = np.tri(len(tokens), dtype=np.float32)
weights /= weights.sum(-1, keepdims=True)
sharp = np.eye(len(tokens), k=-3, dtype=np.float32) * 0.75 + np.eye(len(tokens), dtype=np.float32) * 0.25
looked = AttentionMap(Attention(tokens, 5, (1, 2), np.stack([[weights, sharp], [sharp, weights]])), head=1)
looked
"""
LARGE = """
count = 1000
random = np.random.default_rng(0).random((2, 4, count, count), dtype=np.float32) ** 20
random *= np.tri(count, dtype=np.float32)
random /= random.sum(-1, keepdims=True)
words = tuple((chr(10) if place % 10 == 0 else " ") + f"t{place}" for place in range(count))
large = AttentionMap(Attention(words, 300, (1, 2), random))
large
"""
STATIC = """
from IPython.display import HTML
HTML(looked.static_html())
"""
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
MOVES = """async (root) => {
    const times = [];
    const port = root.querySelector("[role=listbox]");
    for (let step = 0; step < 40; step++) {
        const start = performance.now();
        port.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
        root.offsetHeight; // the page is laid out, too
        times.push(performance.now() - start);
        await new Promise(requestAnimationFrame);
    }
    return times.sort((one, other) => one - other)[20];
}"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A notebook with a small map, one of a thousand tokens, and a static form."""
    nbformat = module("nbformat")
    module("playwright")
    module("jupyterlab")
    folder, notebooks = tmp_path_factory.mktemp("jupyter"), tmp_path_factory.mktemp("notebooks")
    cells = [nbformat.v4.new_code_cell(cell.strip()) for cell in (MAP, LARGE, STATIC)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=KERNEL), Path(notebooks) / "map.ipynb")
    with jupyterlab(folder, notebooks) as address, browser_page(has_touch=True) as opened:
        run_notebook(opened, address.format("map.ipynb"))
        yield opened


def first(page: Any) -> Any:
    return page.get_by_role("group", name="Attention map").first


@pytest.mark.browser
@pytest.mark.slow
def test_keys_choose_a_token_and_the_page_says_where_it_looks(page: Any) -> None:
    view = first(page)
    text, said = view.get_by_role("listbox"), view.locator("[data-role=said]")
    text.focus()
    cells = page.locator(".jp-Cell").count()
    for key, token in [
        ("ArrowRight", 6),
        ("ArrowRight", 7),
        ("b", 7),  # JupyterLab's "insert a cell" must not hear it
        ("ArrowDown", 11),
        ("ArrowUp", 7),
        ("End", 13),
        ("Home", 0),
        ("ArrowLeft", 0),
        ("PageDown", 10),
        ("ArrowLeft", 9),
        ("ArrowLeft", 8),
    ]:
        page.keyboard.press(key)
        view.locator(f"[data-place='{token}'][aria-selected=true]").wait_for()
        wait_for_kernel(page, "looked.token", str(token))
    assert page.locator(".jp-Cell").count() == cells
    assert said.inner_text() == "To write 7 the model, at ->, looks at:"
    names = view.locator(".tnb-attention-look")
    assert names.all_text_contents() == ["5 start75%", "5 ->25%"]
    heard = view.get_by_role("status").text_content()
    assert heard == "To write 7 the model, at ->, looks at: start after 5, 75%; -> after 5, 25%"
    assert view.locator("[data-place='4']").get_attribute("data-share") == "75%"
    assert text.get_attribute("aria-activedescendant") == view.locator("[aria-selected=true]").get_attribute(
        "id"
    )


@pytest.mark.browser
@pytest.mark.slow
def test_layer_head_and_reading_are_chosen_by_selects(page: Any) -> None:
    view = first(page)
    view.locator("[data-place='8']").click()
    wait_for_kernel(page, "looked.token", "8")
    view.get_by_label("Layer").select_option("1")
    wait_for_kernel(page, "(looked.layer, looked.head)", "(1, '1')")
    assert view.locator("[data-place='2']").get_attribute("data-share") == "13%"  # an eighth
    view.get_by_label("Head").select_option("max")
    wait_for_kernel(page, "looked.head", "'max'")
    assert view.locator("[data-place='4']").get_attribute("data-share") == "75%"
    assert view.locator(".tnb-attention-rest").count() == 0
    view.get_by_label("Head").select_option("2")
    view.get_by_label("When it").select_option("0")
    wait_for_kernel(page, "(looked.head, looked.writing, looked.query)", "('2', False, 8)")
    assert view.locator("[data-place='5']").get_attribute("data-share") == "75%"
    assert view.locator("[data-role=said]").inner_text() == "Having read 7 the model looks at:"
    view.get_by_label("When it").select_option("1")
    view.get_by_label("Layer").select_option("2")
    view.get_by_label("Head").select_option("1")
    wait_for_kernel(page, "(looked.layer, looked.head, looked.writing)", "(2, '1', True)")


@pytest.mark.browser
@pytest.mark.slow
def test_a_mouse_shows_and_a_tap_chooses(page: Any) -> None:
    view = first(page)
    view.locator("[data-place='8']").click()
    wait_for_kernel(page, "looked.token", "8")
    view.locator("[data-place='10']").hover()
    view.and_(page.locator("[data-token='10']")).wait_for()
    view.locator("[data-role=counter]").hover()
    view.and_(page.locator("[data-token='8']")).wait_for()
    wait_for_kernel(page, "looked.token", "8")
    view.locator("[data-place='11']").tap()
    view.and_(page.locator("[data-token='11']")).wait_for()
    wait_for_kernel(page, "looked.token", "11")


@pytest.mark.browser
@pytest.mark.slow
def test_hostile_tokens_are_shown_as_text(page: Any) -> None:
    view = first(page)
    view.get_by_role("listbox").focus()
    page.keyboard.press("End")
    wait_for_kernel(page, "looked.token", "13")
    assert "<img src=x onerror=window.hacked=1>" in view.locator("[data-place='12']").inner_text()
    assert "at <img src=x" in view.locator("[data-role=said]").inner_text()
    assert view.locator("img").count() == 0
    static = page.locator(".jp-OutputArea-output").last
    assert "Attention in layer 2, head 1" in static.inner_text()
    assert static.locator("img").count() == 0
    assert page.evaluate("window.hacked") is None


@pytest.mark.browser
@pytest.mark.slow
def test_a_thousand_tokens_stay_smooth(page: Any) -> None:
    view = page.get_by_role("group", name="Attention map").nth(1)
    assert view.locator("[data-place]").count() == 1000
    ids = page.locator("[data-place]").evaluate_all("boxes => boxes.map((box) => box.id)")
    assert len({*ids}) == len(ids) == 1014
    assert view.evaluate(MOVES) < 50  # milliseconds
    wait_for_kernel(page, "large.token", "340")
    row = view.locator("[data-place='340'][aria-selected=true]")
    port = view.get_by_role("listbox").bounding_box()
    box = row.bounding_box()
    assert port["y"] <= box["y"] <= port["y"] + port["height"]


def test_the_table_of_heads_says_what_each_one_does():
    row = {"head": "layer 1, head 2", "layer": 1, "number": 2, "cells": 0.987, "registers": None}
    row |= {"results": 0.5, "entropy": None, "distance": 12.4, "role": "reads cells"}
    lines = str(heads_table([row])).splitlines()
    assert lines[0].split() == ["head", "cells", "registers", "results", "entropy", "distance", "role"]
    assert lines[1].split("  ")[0] == "layer 1, head 2"
    assert lines[1].split()[4:] == ["99", "–", "50", "–", "12", "reads", "cells"]
