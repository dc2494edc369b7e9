"""A file of a model's outputs: what is scored, what is checked, what is broken, what is printed."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import tailnb
from tailnb.dataset.rows import row as dataset_row
from tailnb.evaluation import read, wilson
from tailnb.evaluation.outputs import NAMED, Checked, check_outputs, save
from tailnb.evaluation.summary import check_file, show
from tailnb.traces.check import MODULES

PARAMS = {"items": [1, 4, 9, 12, 20], "key": 12}
RIGHT = tailnb.task("binary_search").problem(**PARAMS).trace().text()


def line(**changes: Any) -> bytes:
    row = {"task": "binary_search", "params": PARAMS, "output": RIGHT} | changes
    return json.dumps({key: value for key, value in row.items() if value is not ...}).encode()


def written(folder: Path, *lines: bytes, end: bytes = b"\n") -> Path:
    path = folder / "mine.jsonl"
    path.write_bytes(b"\n".join(lines) + end)
    return path


def only(checked: Checked) -> Any:
    (result,) = checked.results()
    return result


def test_answers_traces_and_first_errors_are_counted(tmp_path):
    outputs = [
        RIGHT,
        f"Here you are:\n```\n{RIGHT}\n```",
        RIGHT.replace("items[2]=9;", "items[2]=8;"),  # the fetch alone is wrong, and the answer right
        RIGHT.replace("; right(", "; left("),
        RIGHT.replace("Final answer: 3", "Final answer: 2"),
        "Final answer: 3",
        "",
    ]
    checked = check_outputs(written(tmp_path, *(line(output=text) for text in outputs)))
    result = only(checked)
    assert (result.model, result.task, result.method, result.range) == ("mine", "binary_search", "tail", "S")
    assert (result.n, result.correct, result.trace_correct) == (7, 5, 2)
    blamed = {"memory fetcher": 1, "atomic state": 1, "linear transition": 1, "format": 1, "answer": 1}
    assert result.errors == blamed
    assert (result.low, result.high) == wilson(5, 7)
    assert (checked.lines, checked.broken, checked.named) == (7, 0, [])


def test_of_another_method_only_the_answer_is_scored(tmp_path):
    path = written(
        tmp_path,
        line(method="none", output="The answer is 3."),
        line(method="none", output="Final answer: 4"),
        line(method="few-shot", output=RIGHT, model="tiny"),
    )
    none, few = check_outputs(path).results()
    assert (none.method, none.n, none.correct, none.trace_correct, none.errors) == ("none", 2, 1, None, {})
    assert (few.model, few.method, few.n, few.correct, few.trace_correct) == ("tiny", "few-shot", 1, 1, None)
    assert [row.get("later") for row in check_outputs(path).rows()] == [None, None]


def test_a_trace_that_is_too_long_is_a_broken_line_and_leaves_nothing_behind(tmp_path):
    ten = {"items": list(range(10))}
    path = written(tmp_path, line(task="permutation_combination", params=ten), line())
    checked = check_outputs(path)
    assert (only(checked).task, only(checked).n) == ("binary_search", 1)
    assert checked.broken == 1
    assert "states" in checked.named[0]


@pytest.mark.parametrize("style", ["core", "styled", "tape"])
@pytest.mark.parametrize("without", [[], ["memory fetcher"], ["linear transition", "atomic state"]])
def test_rows_of_a_data_set_are_right(tmp_path, style, without):
    configuration = {"seed": 5, "split": "train", "method": "tail", "style": style, "without": without}
    rows = []
    for name in ("large_number_addition", "compare_numbers", "knapsack"):
        for index in range(3):
            problem = tailnb.task(name).sample("M", seed=5, index=index)
            row = dataset_row(problem, "M", index, configuration)
            rows.append(json.dumps(row | {"output": row["completion"]}).encode())
    results = check_outputs(written(tmp_path, *rows)).results()
    traces = None if style == "tape" and without else 3  # on the tape only whole traces can be told apart
    assert [(one.range, one.n, one.correct, one.trace_correct) for one in results] == [
        ("M", 3, 3, traces)
    ] * 3
    names = {"": "tail", "memory fetcher": "tail without memory fetcher"}
    both = "tail without linear transition and atomic state"
    assert {one.method for one in results} == {names.get("".join(without), both)}


BROKEN = {
    "no JSON": (b"{nope", "not JSON"),
    "a number": (b"3", "no JSON object"),
    "a list": (b"[1]", "no JSON object"),
    "nested without end": (b"[" * 100_000, "not JSON"),
    "empty": (b"", "empty"),
    "white space": (b" \t", "empty"),
    "no text": (b"\xff\xfe{", "not UTF-8: byte 1"),
    "no task": (line(task=...), "no task"),
    "no output and no params": (line(output=..., params=...), "no params and no output"),
    "an unknown task": (line(task="binsearch"), "did you mean 'binary_search'"),
    "a task that is a number": (line(task=3), "task must be of type str, not int"),
    "output that is null": (line(output=None), "output must be of type str, not NoneType"),
    "output that is a list": (line(output=["a"]), "output must be of type str, not list"),
    "params that are a list": (line(params=[1]), "params must be of type dict, not list"),
    "params of another task": (line(params={"a": "1", "b": "2"}), "takes the parameters items, key"),
    "params that are wrong": (line(params={"items": [3, 1], "key": 1}), "items must increase"),
    "params of a wrong type": (line(params={"items": {"a": 1}, "key": 1}), "items must be a list"),
    "an unknown style": (line(style="fancy"), "choose from core, styled, tape"),
    "a style that is a number": (line(style=3), "style must be of type str"),
    "a layout that is a text": (line(layout="3"), "layout must be of type int, not str"),
    "a layout that is a truth": (line(layout=True), "layout must be of type int, not bool"),
    "an unknown module": (line(without=["everything"]), "no core module 'everything'"),
    "a method that is a list": (line(method=["tail"]), "method must be of type str"),
    "a problem far too long": (
        line(task="large_number_addition", params={"a": "1" * 100_001, "b": "1"}),
        "too long to be checked",
    ),
}


@pytest.mark.parametrize(("bad", "why"), BROKEN.values(), ids=BROKEN)
def test_a_broken_line_is_named_and_the_rest_is_scored(tmp_path, bad, why):
    checked = check_outputs(written(tmp_path, line(), bad, line()))
    assert (checked.lines, checked.broken, only(checked).n) == (3, 1, 2)
    (named,) = checked.named
    assert named.startswith("line 2: ")
    assert why in named
    assert len(named) < 220
    with pytest.raises(ValueError, match="nothing to score in"):
        check_outputs(written(tmp_path, bad))


def test_every_task_refuses_odd_params_with_a_reason(tmp_path):
    odd = [None, -1, 0, 1.5, "", "x", [], {}, [[]], True, "٣", [None], {"a": 1}]
    lines = [
        line(task=task.name, params=dict.fromkeys(task.module.PARAMS, value))
        for task in tailnb.tasks.every_task()
        for value in odd
    ]
    checked = check_outputs(written(tmp_path, line(), *lines))
    assert checked.broken > 0.8 * len(lines)


def test_broken_lines_are_named_only_at_the_beginning(tmp_path):
    checked = check_outputs(written(tmp_path, line(), *[b"{"] * 50, line()))
    assert (checked.broken, len(checked.named)) == (50, NAMED)


def test_line_ends_and_a_mark_at_the_beginning_do_not_count(tmp_path):
    assert check_outputs(written(tmp_path, line(), line(), end=b"")).lines == 2
    assert check_outputs(written(tmp_path, line(), line(), end=b"\r\n\n\n \n")).broken == 0
    assert check_outputs(written(tmp_path, b"\xef\xbb\xbf" + line())).broken == 0


def test_a_line_too_long_is_not_read_into_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("tailnb.evaluation.outputs.LONGEST_LINE", 2**20)
    checked = check_outputs(written(tmp_path, line(), line(output="x" * 2**22), line()))
    assert checked.named == ["line 2: longer than 1 MiB"]
    assert only(checked).n == 2


def test_a_file_without_lines_has_nothing_to_score(tmp_path):
    with pytest.raises(ValueError, match=r"nothing to score in .*mine\.jsonl: it is empty"):
        check_outputs(written(tmp_path, end=b""))


def test_a_long_file_takes_no_more_memory(tmp_path):
    def peak(n: int) -> int:
        path = tmp_path / f"{n}.jsonl"
        path.write_bytes((line(method="none", output="Final answer: 3") + b"\n") * n)
        tracemalloc.start()
        assert only(check_outputs(path)).n == n
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(100)
    assert peak(6000) < 1.5 * peak(300)


def test_progress_ends_at_the_size_of_the_file(tmp_path):
    told: list[int] = []
    path = written(tmp_path, line(), b"{", line())
    check_outputs(path, told.append)
    assert told == sorted(told)
    assert told[-1] == path.stat().st_size


# --- what is printed and written


def printed(checked: Checked, width: int = 80) -> str:
    console = Console(width=width, force_terminal=False)
    with console.capture() as capture:
        show(checked, console)
    return capture.get()


def test_the_summary_fits_80_columns(tmp_path):
    lines = []
    for task in tailnb.tasks.every_task():
        problem = task.sample("S")
        text = problem.trace().text().replace("=1", "=2")
        for model in ("one-model-with-a-rather-long-name-7b-instruct", "two"):
            for method in ("tail", "none"):
                row = {"task": task.name, "params": problem.params, "output": text}
                lines.append(json.dumps(row | {"model": model, "method": method}).encode())
    text = printed(check_outputs(written(tmp_path, *lines, b"{")))
    tables, _, _ = text.partition("lines cannot be scored")
    assert max(map(len, tables.splitlines())) <= 80
    for module in MODULES:
        assert module.split()[-1] in text
    assert "copied" in text
    assert "1 of" in text


def test_the_summary_says_what_was_counted(tmp_path):
    wrong = RIGHT.replace("Final answer: 3", "Final answer: 2")
    lines = [line()] * 3 + [line(output=wrong)]
    text = printed(check_outputs(written(tmp_path, *lines)))
    assert "75.0" in text
    assert f"({100 * wilson(3, 4)[0]:.1f}–{100 * wilson(3, 4)[1]:.1f})" in text
    assert ["binary", "search", "4", "3", "0", "0", "0", "0", "1"] in map(str.split, text.splitlines())
    assert "copied" not in text  # nothing stands behind a wrong answer


def test_what_a_file_says_is_escaped(tmp_path):
    hostile = "[bold]\x1b[31mred\ud800\u202e\n[/]"
    text = printed(check_outputs(written(tmp_path, line(model=hostile), line(task=hostile), line())))
    assert "[bold]" in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    text.encode()


def test_results_are_written_whole_or_not_at_all(tmp_path):
    path, out = written(tmp_path, line(), line(output="?")), tmp_path / "new" / "results.jsonl"
    assert check_file(path, out, Console(quiet=True)) == 0
    results, broken = read(out)
    assert (broken, len(results), results[0].n, results[0].correct) == ([], 1, 2, 1)
    assert results[0].provenance["command"] == "tailnb check mine.jsonl --out results.jsonl"
    assert json.loads(out.read_text())["later"].keys() == {"copied", "new", "recovered", "unjudged"}
    before = out.read_bytes()
    with pytest.raises(ZeroDivisionError):
        save(out, (1 / zero for zero in (1, 0)))  # type: ignore[arg-type]
    assert out.read_bytes() == before
    assert [file.name for file in out.parent.iterdir()] == ["results.jsonl"]
    with pytest.raises(ValueError, match="holds the outputs themselves"):
        check_file(path, path, Console(quiet=True))
