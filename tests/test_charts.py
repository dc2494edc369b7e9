"""Charts: valid, readable without color, the paper's figures apart, and nothing fetched from a network."""

import itertools
import json
import re
import subprocess
import sys
import types
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tailnb.evaluation import Result, publish, published_rows
from tailnb.evaluation.saved import saved_rows
from tailnb.traces.check import MODULES
from tailnb.views import panel, renderer
from tailnb.views.chart import LiveCurve, accuracy_chart, length_curve, live_curve
from tailnb.views.errors import errors_chart
from tailnb.views.reading import reading_chart
from tailnb.views.trainings import training_curves

alt = pytest.importorskip("altair")

HARMLESS = (renderer.SCHEMA, "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink")
HOSTILE = '<img src=x onerror="alert(1)">&\\"'


def result(**changes: Any) -> Result:
    fields: dict[str, Any] = {"model": "nano", "task": "compare_numbers", "method": "tail", "range": "S"}
    return Result(**fields | {"n": 500, "correct": 490} | changes)


@pytest.fixture
def rows() -> list[Result]:
    return [
        result(method=method, range=range, correct=correct, trace_correct=whole)
        for method, counts, whole in (("none", (480, 350, 262), None), ("tail", (500, 500, 495), 490))
        for range, correct in zip("SML", counts, strict=True)
    ]


@pytest.fixture(autouse=True)
def altairs_own_renderer() -> Iterator[None]:
    """Each test begins as a notebook does, before any chart."""
    alt.renderers.enable("default")
    yield
    alt.renderers.enable("default")


def data_of(spec: Any, key: str) -> list[dict[str, Any]]:
    """All data rows with a key, wherever in a specification they stand."""
    if isinstance(spec, list):
        return [row for part in spec for row in data_of(part, key)]
    if not isinstance(spec, dict):
        return []
    return ([spec] if key in spec and "shorthand" not in spec else []) + [
        row for part in spec.values() for row in data_of(part, key)
    ]


def texts(chart: Any) -> str:
    """What a reader sees, as one text."""
    picture = renderer.svg(chart.to_dict())
    assert picture is not None
    return " | ".join(ElementTree.fromstring(picture).itertext())


def test_lines_are_labeled_at_their_ends(rows: list[Result]) -> None:
    shown = texts(accuracy_chart(rows))
    assert "Compare Numbers" in shown
    assert "500 problems a range" in shown
    assert "TAIL 99.0" in shown
    assert "answer only 52.4" in shown
    assert "trained on" in shown
    assert "published" not in shown
    assert [shown.index(name) for name in ("Short", "5–10", "Medium", "Long", "21–50")]


def test_published_figures_are_hollow_dashed_and_labeled(rows: list[Result]) -> None:
    chart = accuracy_chart(rows, published_rows())
    points = data_of(chart.to_dict(), "fill")
    assert {row["fill"] for row in points if row.get("published")} == {renderer.GROUND}
    assert all(row["fill"] == row["color"] for row in points if row.get("published") is False)
    assert all(row["low"] is None for row in points if row.get("published"))
    shown = texts(chart)
    assert "TAIL, published 90.0" in shown
    assert "arXiv 2507.13332" in shown
    assert "Addition" not in shown  # a task that was not measured


def test_a_published_figure_without_a_range_is_a_level_line_by_the_models_name(rows: list[Result]) -> None:
    chart = accuracy_chart(rows, published_rows("compare_numbers"))
    level = [one for one in data_of(chart.to_dict(), "fill") if one.get("model") == "DeepSeek-R1 (671B)"]
    assert {(one["x"], one["y"], one["published"]) for one in level} == {
        (-0.5, 51.2, True),
        (2.5, 51.2, True),
    }
    shown = texts(chart)
    assert "| DeepSeek-R1 (671B), published 51.2" in shown
    assert "| R1-Distill-Qwen2.5-7B, published 61.8" in shown
    assert "published without a range" in shown
    assert "published 51.2 at a range that is not told" in chart.to_dict()["description"]
    assert "without a range" not in texts(accuracy_chart(rows, published_rows(table="K1")))
    alone = published_rows(table="J1")
    assert "TAIL, published 90.0" in texts(accuracy_chart(rows, alone))  # no other figure of it by range


def test_methods_differ_by_shape(rows: list[Result]) -> None:
    points = data_of(accuracy_chart(rows, published_rows(table="2")).to_dict(), "shape")
    shapes = {row["method"].removesuffix(", published"): row["shape"] for row in points if "method" in row}
    assert len(shapes) == len(set(shapes.values())) == 6


def test_models_of_one_method_differ_by_shape_as_well(rows: list[Result]) -> None:
    more = [
        replace(row, model="another model", task=task) for row in rows for task in (row.task, "word_flip")
    ]
    points = data_of(accuracy_chart([*rows, *more], published_rows(table="1")).to_dict(), "shape")
    measured = [one for one in points if one.get("published") is False and "model" in one]
    looks = {(one["model"], one["method"]): one["shape"] for one in measured}
    assert len(looks) == len(set(looks.values())) == 4
    assert all(one["shape"] == looks[one["model"], one["method"]] for one in measured)


def test_the_papers_figures_alone() -> None:
    shown = texts(accuracy_chart([], published_rows(table="2")))
    assert shown.count("base model, published") == 8
    assert "Wilson" not in shown


def test_the_last_of_two_measurements_counts(rows: list[Result]) -> None:
    assert "TAIL 10.0" in texts(accuracy_chart([*rows, result(range="L", correct=50)]))


def test_models_are_named_where_the_method_is_not_enough(rows: list[Result]) -> None:
    shown = texts(accuracy_chart([*rows, result(model="big")]))
    assert "big, TAIL 98.0" in shown
    assert "nano, TAIL 99.0" in shown
    assert "| answer only 52.4" in shown


def test_an_unknown_task_and_a_missing_range_are_drawn() -> None:
    shown = texts(accuracy_chart([result(task="my_task", range="M", correct=250)]))
    assert "My task" in shown
    assert "TAIL 50.0" in shown


def test_nothing_to_draw_is_an_error() -> None:
    for rows in ([], [result(range="other")], [result(length=7)]):
        with pytest.raises(ValueError, match="no accuracy over range to draw"):
            accuracy_chart(rows)
    with pytest.raises(ValueError, match="no accuracy over length to draw"):
        length_curve([result()])


def test_the_description_says_all_figures(rows: list[Result]) -> None:
    description = accuracy_chart(rows).to_dict()["description"]
    assert (
        "compare_numbers: nano, TAIL 100.0 / 100.0 / 99.0 at S / M / L; nano, answer only 96.0" in description
    )


def test_trained_ranges_can_be_told(rows: list[Result]) -> None:
    assert texts(accuracy_chart(rows, trained="SML")).count("trained on") == 3
    assert "Shaded" in texts(accuracy_chart(rows))
    assert "Shaded" not in texts(accuracy_chart(rows, trained=""))


def test_accuracy_over_length() -> None:
    rows = [
        result(length=length, range=range, n=60, correct=60 - length)
        for range, lengths in (("S", (5, 10)), ("M", (15, 20)), ("L", (30, 50)))
        for length in lengths
    ]
    shown = texts(length_curve(rows))
    assert "length of the problem" in shown
    assert "TAIL 16.7" in shown


def test_a_training_curve(rows: list[Result]) -> None:
    history = [{"step": step, "loss": 3 / step} for step in range(1, 2000)]
    history += [{"step": step, "S": 1.0, "M": step / 2000, "L": 0.1} for step in (500, 1000)]
    chart = live_curve(history, steps=3000)
    shown = texts(chart)
    assert all(text in shown for text in ("Short 100.0", "Medium 50.0", "Long 10.0", "Loss", "3,000"))
    assert len(json.dumps(chart.to_dict())) < 30_000  # redrawn often, so small
    assert "not measured yet" in live_curve([]).to_dict()["description"]
    assert "Loss" in texts(live_curve([], steps=100))


def test_trainings_that_are_over(rows: list[Result]) -> None:
    saved = saved_rows("laboratory_training", learned="bubble_sort", experiment="alone", trained_seed=0)
    chart = training_curves(saved, "bubble_sort", {"tail": "as it is"})
    last = saved[-1]["exact"]["bubble_sort"]
    shown = " / ".join(f"{100 * last[range]:.1f}" for range in ("S", "M", "L"))
    assert f"as it is: {shown}." in chart.to_dict()["description"]
    assert f"Short {100 * last['S']:.1f}" in texts(chart)
    with pytest.raises(ValueError, match="no training on lcs"):
        training_curves(saved, "lcs")
    again = training_curves([*saved, *(row | {"trained_seed": 1} for row in saved)], "bubble_sort")
    assert all(f"tail, seed {seed}: {shown}." in again.to_dict()["description"] for seed in (0, 1))


def test_answers_read_from_the_start_and_from_the_middle() -> None:
    saved = [row | {"model": "seed 1"} for row in saved_rows("answers", variant="softer", trained_seed=1)]
    chart = reading_chart(saved)
    row = next(one for one in reversed(saved) if one["task"] == "turing_machine" and not one["left_out"])
    assert (
        f"seed 1, turing_machine: from the start {100 * row['right'] / row['of']:.1f} at the end"
        in (chart.to_dict()["description"])
    )
    assert all(text in texts(chart) for text in ("cells before", "Turing Machine", "from the middle"))
    with pytest.raises(ValueError, match="no cells of answers"):
        reading_chart([])


def test_a_live_curve_is_drawn_in_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    class Handle:
        def display(self, chart: Any) -> None:
            calls.append("display")

        def update(self, chart: Any) -> None:
            calls.append("update")

    monkeypatch.setattr("IPython.display.DisplayHandle", Handle)
    live = LiveCurve(steps=10, every=0)
    for step in range(3):
        live.add(step, loss=1.0)
    assert calls == ["display", "update", "update"]
    seldom = LiveCurve(every=3600)
    for step in range(3):
        seldom.add(step, loss=1.0)
    seldom.show()
    assert calls[3:] == ["display", "update"]
    assert len(seldom.history) == 3
    monkeypatch.setattr("IPython.get_ipython", lambda: SimpleNamespace(execution_count=2))
    live.show()
    live.show()
    assert calls[5:] == ["display", "update"]  # the cell was interrupted and run again


@given(
    st.lists(st.floats(0, 220), max_size=12).map(sorted),
    st.floats(1, 18),
)
def test_labels_never_overlap(places: list[float], gap: float) -> None:
    spread = panel.spread(places, gap, 220)
    assert len(spread) == len(places)
    for above, below in itertools.pairwise(spread):
        assert below - above >= gap - 1e-6
    assert all(-1e-6 <= place <= 220 + 1e-6 for place in spread)
    if all(below - above >= gap for above, below in itertools.pairwise(places)):
        assert spread == pytest.approx(places)


# --- the renderer


def test_a_chart_needs_no_network(rows: list[Result]) -> None:
    bundle, metadata = accuracy_chart(rows, published_rows())._repr_mimebundle_()
    assert sorted(bundle) == [renderer.MIME, "image/svg+xml", "text/plain"]
    assert bundle[renderer.MIME]["$schema"] == renderer.SCHEMA
    urls = set(re.findall(r"https?://[^\"'\s<>\\]+", json.dumps(bundle)))
    assert urls <= set(HARMLESS)
    assert not data_of(bundle[renderer.MIME], "url")
    assert metadata[renderer.MIME]["embed_options"]["actions"] is False
    assert "TAIL 100.0" in bundle["text/plain"]
    assert len(json.dumps(bundle)) < 100_000


def test_a_chart_takes_the_notebooks_colors(rows: list[Result]) -> None:
    chart = accuracy_chart(rows)
    bundle, _ = chart._repr_mimebundle_()
    for color, variable in renderer.THEMED.items():
        assert variable in json.dumps(bundle[renderer.MIME])
        assert f'"{variable}"' in bundle["image/svg+xml"]
        assert f'"{color}"' not in bundle["image/svg+xml"]
    assert "var(" not in json.dumps(chart.to_dict())


def test_a_renderer_that_was_chosen_is_kept(rows: list[Result]) -> None:
    alt.renderers.enable("html")
    accuracy_chart(rows)
    assert alt.renderers.active == "html"
    renderer.enable()
    assert alt.renderers.active == renderer.NAME


def test_colab_keeps_its_own(rows: list[Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
    accuracy_chart(rows)
    assert alt.renderers.active == "default"


def test_without_altair_the_error_names_the_command(
    rows: list[Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "altair", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'tailnb\[lab\]'"):
        accuracy_chart(rows)


def test_without_vl_convert_the_interactive_form_is_left(
    rows: list[Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    chart = accuracy_chart(rows)
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    bundle, _ = chart._repr_mimebundle_()
    assert sorted(bundle) == [renderer.MIME, "text/plain"]


def test_hostile_names_stay_text(rows: list[Result]) -> None:
    chart = accuracy_chart([result(), result(model=HOSTILE)])
    picture = chart._repr_mimebundle_()[0]["image/svg+xml"]
    ElementTree.fromstring(picture)
    assert "<img" not in picture


def test_the_module_imports_no_altair() -> None:
    code = "import sys, tailnb.views.chart; print({'altair', 'pandas', 'numpy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "set()\n"


def test_publish_writes_a_page_that_opens_offline(
    rows: list[Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAILNB_RESULTS", str(tmp_path))
    files = publish(rows, accuracy_chart(rows), name="05_train_from_zero")
    assert [path.name for path in files] == ["05_train_from_zero.jsonl", "accuracy.html", "accuracy.svg"]
    assert "<script src" not in files[1].read_text(encoding="utf-8")
    ElementTree.parse(files[2])


MODULE_COUNTS = st.fixed_dictionaries(dict.fromkeys(MODULES, st.integers(0, 8)))


@settings(deadline=None)  # Altair checks each chart against its schema
@given(st.lists(MODULE_COUNTS, min_size=1, max_size=5))
def test_first_errors_are_stacked_to_the_share_of_wrong_texts(counts: list[dict[str, int]]) -> None:
    rows = [
        result(length=at, n=40, correct=0, trace_correct=40 - sum(errors.values()), errors=errors)
        for at, errors in enumerate(counts, start=1)
    ]
    chart = errors_chart(rows).to_dict()
    bars = chart["data"]["values"]
    for at, errors in enumerate(counts, start=1):
        mine = [bar for bar in bars if bar["length"] == str(at)]
        assert {bar["module"]: bar["texts"] for bar in mine} == {m: k for m, k in errors.items() if k}
        assert max((bar["to"] for bar in mine), default=0) == pytest.approx(2.5 * sum(errors.values()))
        assert [bar["from"] for bar in mine[1:]] == [bar["to"] for bar in mine[:-1]]
        assert f"length {at}: " in chart["description"] or not mine


def test_first_errors_of_no_trace_cannot_be_drawn(rows: list[Result]) -> None:
    for nothing in ([], rows, [result(length=5, method="none")]):
        with pytest.raises(ValueError, match="no traces over length to draw"):
            errors_chart(nothing)
