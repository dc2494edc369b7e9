"""Evaluation: the interval, scores and first errors, rows and their files, the table, the paper's figures."""

import json
from math import comb
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tailnb
from tailnb.dataset import problems
from tailnb.evaluation import (
    Result,
    append,
    evaluate,
    faults,
    first_errors,
    publish,
    published_rows,
    read,
    table,
    wilson,
)
from tailnb.tasks import RANGES, Problem
from tailnb.traces.check import MODULES


@pytest.fixture(scope="module")
def asked() -> list[Problem]:
    return [problem for range in RANGES for problem in problems("compare_numbers", range, 8, split="eval")]


def result(**changes: Any) -> Result:
    fields: dict[str, Any] = {"model": "nano", "task": "compare_numbers", "method": "tail", "range": "S"}
    return Result(**fields | {"n": 8, "correct": 6} | changes)


# --- the interval


@given(st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_ends_are_as_far_from_the_share_as_the_score_test_allows(counts: tuple[int, int]) -> None:
    # The defining property: an end p solves |share - p| = 1.96 standard errors, computed at p itself.
    correct, n = counts
    share = correct / n
    low, high = wilson(correct, n)
    assert 0 <= low <= share <= high <= 1
    for end in {low, high} - {0.0, 1.0}:
        assert abs(share - end) == pytest.approx(1.959963984540054 * (end * (1 - end) / n) ** 0.5, rel=1e-6)


def test_wilson_covers_the_true_share_about_95_times_in_100() -> None:
    for n, p in ((40, 0.5), (100, 0.9), (500, 0.97)):
        covered = sum(
            comb(n, k) * p**k * (1 - p) ** (n - k)
            for k in range(n + 1)
            if wilson(k, n)[0] <= p <= wilson(k, n)[1]
        )
        assert 0.93 < covered < 0.975


def test_wilson_known_values() -> None:
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775328), abs=1e-7)
    assert wilson(8, 10) == pytest.approx((0.4901625, 0.9433178), abs=1e-7)
    low, high = wilson(8, 10, level=0.99)
    assert low < 0.49
    assert high > 0.943


@pytest.mark.parametrize(("correct", "n"), [(1, 0), (-1, 5), (6, 5)])
def test_wilson_refuses_impossible_counts(correct: int, n: int) -> None:
    with pytest.raises(ValueError, match=f"{correct} of {n}"):
        wilson(correct, n)


# --- from texts to results


def test_true_texts_score_everything(asked: list[Problem]) -> None:
    for style in ("core", "styled", "tape"):
        layouts = list(range(len(asked)))
        texts = [
            problem.completion(style=style, seed=seed) for problem, seed in zip(asked, layouts, strict=True)
        ]
        rows = evaluate(asked, texts, model="oracle", style=style, layouts=layouts)
        assert [(row.range, row.n, row.correct, row.trace_correct) for row in rows] == [
            (name, 8, 8, 8) for name in RANGES
        ]
        assert not any(sum(row.errors.values()) for row in rows)


@pytest.mark.parametrize("style", ["core", "styled", "tape"])
def test_the_style_is_guessed_text_by_text(asked: list[Problem], style: str) -> None:
    texts = [problem.completion(style=style) for problem in asked]
    for row in evaluate(asked, texts, model="oracle"):
        assert (row.correct, row.trace_correct, row.style) == (8, 8, style)
    mixed = [asked[0].completion(style="core"), *texts[1:]]
    assert all(row.trace_correct == 8 for row in evaluate(asked, mixed, model="oracle"))


def test_each_trace_is_recorded_once(asked: list[Problem], monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["no idea", *(problem.completion() for problem in asked[1:])]
    recorded, real = list[str](), Problem.trace
    monkeypatch.setattr(Problem, "trace", lambda self: recorded.append(self.key) or real(self))
    assert faults(asked, texts).count(None) == len(asked) - 1
    assert recorded == [problem.key for problem in asked]


def test_wrong_texts_are_counted_by_the_module_that_broke(asked: list[Problem]) -> None:
    texts = [problem.completion() for problem in asked]
    texts[0] = texts[0].replace("Final answer: ", "Final answer: not ")
    texts[1] = texts[1][: len(texts[1]) // 2]
    texts[2] = "no idea"
    texts[3] = "\n".join(line for k, line in enumerate(texts[3].splitlines()) if k != 2)
    found = faults(asked, texts)
    assert [fault is None for fault in found] == [False] * 4 + [True] * (len(asked) - 4)
    errors = first_errors(asked, texts)
    assert tuple(errors) == MODULES
    assert sum(errors.values()) == 4
    assert errors["answer"] == 1
    short = evaluate(asked, texts, model="m", tokens=[len(text) for text in texts], seconds=6.0)[0]
    assert (short.correct, short.trace_correct, short.seconds) == (5, 4, 2.0)
    assert short.tokens == sum(map(len, texts[:8])) / 8
    assert dict(short.errors) == errors


def test_method_none_asks_for_no_trace(asked: list[Problem]) -> None:
    rows = evaluate(asked, [problem.completion("none") for problem in asked], model="m", method="none")
    assert [(row.accuracy, row.trace_accuracy, dict(row.errors)) for row in rows] == [(1.0, None, {})] * 3


def test_results_by_length_and_by_task() -> None:
    task = tailnb.task("compare_numbers")
    mixed = [task.problem(a="1" * n, b="2" * n) for n in (2, 7, 7, 9, 15)]
    mixed.append(tailnb.task("binary_search").problem(items=list(range(30)), key=3))
    texts = [problem.completion() for problem in mixed]
    rows = evaluate(mixed, texts, model="m", by="length")
    assert [(row.task, row.range, row.length, row.n) for row in rows] == [
        ("binary_search", "M", 30, 1),
        ("compare_numbers", "S", 7, 2),
        ("compare_numbers", "S", 9, 1),
        ("compare_numbers", "M", 15, 1),
        ("compare_numbers", "other", 2, 1),
    ]


def test_each_problem_needs_its_text(asked: list[Problem]) -> None:
    with pytest.raises(ValueError, match="24 problems, 1 texts, 24 layouts"):
        evaluate(asked, ["x"], model="m")
    with pytest.raises(ValueError, match="24 problems, 24 texts, 2 layouts"):
        first_errors(asked, ["x"] * 24, layouts=[1, 2])
    assert evaluate([], [], model="m") == []


@given(st.text() | st.text("{}:;=,[]()<>-_ \n0123456789goto fetchFinal answer:"))
def test_no_text_breaks_the_evaluation(text: str) -> None:
    problem = tailnb.task("compare_numbers").problem(a="12345", b="12354")
    for style in ("core", "styled", "tape"):
        (row,) = evaluate([problem], [text], model="m", style=style)
        assert row.n == 1


@pytest.mark.parametrize(
    "text",
    [
        "Final answer: " + "9" * 10**6,
        "Final answer: [" + "[" * 10**5,
        "{" * 10**6,
        "Final answer: 1e999999999",
        "<script>alert(1)</script>\n" * 10**4,
        "\x00\ud800",
    ],
)
def test_hostile_texts_are_just_wrong(text: str) -> None:
    for name, params in (
        ("compare_numbers", {"a": "1", "b": "2"}),
        ("large_number_addition", {"a": "1", "b": "2"}),
    ):
        problem = tailnb.task(name).problem(**params)
        (row,) = evaluate([problem], [text], model="m")
        assert (row.correct, row.trace_correct) == (0, 0)


# --- rows and files


def test_rows_go_through_a_file(tmp_path: Path) -> None:
    results = [
        result(),
        result(range="L", correct=0, trace_correct=0, errors={"answer": 8}, length=50, tokens=1.5),
    ]
    path = append(tmp_path / "deep" / "results.jsonl", results[:1])
    append(path, results[1:])
    assert read(path) == (results, [])
    row = json.loads(path.read_text().splitlines()[0])
    assert (row["accuracy"], row["low"], row["high"]) == (0.75, *wilson(6, 8))
    assert row["trace_accuracy"] is None


def test_broken_lines_are_counted_and_named_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    good = json.dumps(result().to_dict())
    no_task = json.dumps({"model": "m", "method": "tail", "range": "S", "n": 1, "correct": 1})
    lines = [
        good,
        "{broken",
        "[]",
        "",
        good.replace('"n": 8', '"n": 0'),
        no_task,
        "[" * 10**5,
        "\x00",
        good[:40],
    ]
    path.write_text("\n".join(lines))
    append(path, [result(model="next")])
    found, broken = read(path)
    assert [one.model for one in found] == ["nano", "next"]
    assert [text.partition(": ")[0] for text in broken] == [
        f"results.jsonl, line {k}" for k in (2, 3, 5, 6, 7, 8, 9)
    ]
    assert "n must be a whole number from 1, not 0" in broken[2]
    assert "missing 1 required keyword-only argument: 'task'" in broken[3]


@pytest.mark.parametrize("name", ["errors", "provenance", "style", "seed", "source"])
def test_a_row_with_null_is_broken_and_the_others_make_a_table(tmp_path: Path, name: str) -> None:
    path = append(tmp_path / "results.jsonl", [result()])
    with path.open("a") as file:
        file.write(json.dumps(result().to_dict() | {name: None}))
    found, broken = read(path)
    assert table(found).rows[0]["S"] == "75.0 (40.9–92.9)"
    assert len(broken) == 1
    assert broken[0].startswith(f"results.jsonl, line 2: {name} must be ")


def test_a_file_that_is_no_text_loses_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    path.write_bytes(b"\xff\xfe\x00\n" + json.dumps(result().to_dict()).encode())
    found, broken = read(path)
    assert (len(found), len(broken)) == (1, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"n": 0},
        {"n": 2.0},
        {"correct": 9},
        {"correct": -1},
        {"correct": None},
        {"trace_correct": 9},
        {"model": 3},
        {"n": True},
        {"errors": None},
        {"errors": {"answer": "many"}},
        {"provenance": None},
        {"provenance": "mine"},
        {"tokens": "12"},
        {"seconds": True},
        {"length": 5.0},
        {"style": None},
        {"seed": None},
        {"source": 1},
    ],
)
def test_impossible_results_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"^{next(iter(wrong))} must be"):
        result(**wrong)


def test_publish_does_nothing_outside_of_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TAILNB_RESULTS", raising=False)
    assert publish([result()]) == []


def test_publish_replaces_what_the_same_notebook_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAILNB_RESULTS", str(tmp_path / "results"))
    publish([result(), result(range="M")], name="05_train_from_zero")
    (path,) = publish([result()], name="05_train_from_zero")
    assert path == tmp_path / "results" / "05_train_from_zero.jsonl"
    assert read(path) == ([result()], [])


def test_publish_takes_no_figure_of_the_paper_and_no_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAILNB_RESULTS", str(tmp_path))
    with pytest.raises(ValueError, match="figures of the paper"):
        publish([result(), *published_rows()])
    for name in ("../results", "a/b", "", ".hidden"):
        with pytest.raises(ValueError, match="a name such as"):
            publish([result()], name=name)
    assert not list(tmp_path.iterdir())


# --- the table


def test_the_table_has_a_row_for_each_model_task_and_method() -> None:
    rows = [result(method="none", correct=4), result(range="L", correct=8), result()]
    made = table([*rows, *published_rows("compare_numbers", table="K1")])
    assert [(row["method"], row["source"]) for row in made.rows] == [
        ("TAIL", "measured"),
        ("answer only", "measured"),
        ("TAIL", "published"),
        ("distilled", "published"),
    ]
    assert made.rows[0] | {"S": "75.0 (40.9–92.9)", "M": "–", "L": "100.0 (67.6–100.0)"} == made.rows[0]
    assert made.rows[2]["S"] == "98.0"
    assert "8 problems a cell" in made.caption
    assert str(made).splitlines()[0].split() == ["model", "task", "method", "S", "M", "L", "source"]


def test_the_table_has_a_column_for_lengths_in_no_range_where_there_are_any() -> None:
    made = table([result(), result(range="other", correct=8), result(method="none", correct=4)])
    assert list(made.rows[0]) == list(made.columns) == str(made).splitlines()[0].split()
    assert [row["other"] for row in made.rows] == ["100.0 (67.6–100.0)", "–"]


def test_the_table_of_whole_traces() -> None:
    made = table([result(trace_correct=4), result(method="none")], measure="trace_accuracy")
    assert [row["S"] for row in made.rows] == ["50.0 (21.5–78.5)"]
    with pytest.raises(ValueError, match="no measure 'loss'"):
        table([], measure="loss")


def test_the_table_pools_lengths_unless_the_whole_range_was_measured() -> None:
    by_length = [
        result(length=5, n=8, correct=8, trace_correct=8),
        result(length=9, n=8, correct=8, trace_correct=8),
        result(length=9, n=24, correct=0, trace_correct=8),  # measured again: the last one counts
    ]
    made = table(by_length)
    assert made.rows[0]["S"] == table([result(n=32, correct=8)]).rows[0]["S"] == "25.0 (13.3–42.1)"
    assert "32 problems a cell" in made.caption
    assert table(by_length, "trace_accuracy").rows[0]["S"].startswith("50.0 ")
    for rows in ([result(), *by_length], [*by_length, result()]):
        assert table(rows).rows[0]["S"] == "75.0 (40.9–92.9)"
    uncounted = {name: value for name, value in result(length=5).to_dict().items() if name != "n"}
    assert table([uncounted]).rows[0]["S"] == "75.0"


def test_the_table_is_the_same_by_range_and_by_length(asked: list[Problem]) -> None:
    texts = [problem.completion() if k % 3 else "no idea" for k, problem in enumerate(asked)]
    by_range, by_length = (evaluate(asked, texts, model="m", by=by) for by in ("range", "length"))
    assert len(by_length) > len(by_range) == 3
    assert str(table(by_length)) == str(table(by_range))


def test_the_table_escapes_what_it_shows() -> None:
    html = table([result(model="<img src=x onerror=alert(1)>")])._repr_html_()
    assert "<img" not in html
    assert html.count("<tr>") == 2


# --- the paper


def test_published_figures_are_labeled_and_complete() -> None:
    assert [len(published_rows(table=name)) for name in ("1", "2", "J1", "K1")] == [9, 80, 2, 6]
    for row in published_rows():
        assert row["source"] == "published"
        assert row["reference"].startswith("arXiv 2507.13332, Table ")
        assert 0 <= row["accuracy"] <= 1
        assert "n" not in row


def test_published_figures_are_the_papers() -> None:
    def figures(task: str, method: str, table: str) -> list[float]:
        rows = published_rows(task, table=table)
        return [row["accuracy"] for row in rows if row["method"] == method]

    assert figures("large_number_addition", "tail", "1") == [0.97, 0.925, 0.865]
    assert figures("large_number_addition", "index_hint", "1") == [0.57, 0.345, 0.24]
    assert figures("lcs", "tail without memory fetcher", "2") == [0.808, 0.748]
    assert figures("compare_numbers", "base", "2") == [0.474, 0.386]
    assert figures("compare_numbers", "distilled", "K1") == [0.722, 0.672, 0.618]
    assert [row["tokens"] for row in published_rows(table="J1")] == [1455, 1461]


def test_no_figure_is_given_twice() -> None:
    cells = [(row["model"], row["task"], row["method"], row["range"]) for row in published_rows()]
    assert len(cells) == len(set(cells)) == 95
    with pytest.raises(ValueError, match="no table '3'; choose from 1, 2, J1, K1"):
        published_rows(table="3")
