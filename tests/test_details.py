"""Tables of what an evaluation cost and where texts went wrong; what a notebook asks of a writer."""

from __future__ import annotations

import json

import pytest

import tailnb
from tailnb.evaluation import Result
from tailnb.evaluation.details import details, error_table, first_wrong
from tailnb.evaluation.outputs import Output
from tailnb.evaluation.run import evaluate_writer, place_of
from tailnb.evaluation.writer import Writer, Written
from tailnb.models.writers.asking import SHORT, known_to, number_for, tasks_for
from tailnb.models.writers.file import FileWriter
from tailnb.tasks import all_tasks
from tailnb.traces.check import MODULES

HOSTILE = "\x1b[2J</td><script>alert(1)</script>\x00\u202e"


class Fixed(Writer):
    """Writes what it is given."""

    name = "fixed"

    def __init__(self, texts=(), method="tail", tasks=(), style="core"):
        self.texts, self.method, self.tasks, self.style = texts, method, tasks, style

    def write(self, problems):
        for place, (problem, text) in enumerate(zip(problems, self.texts, strict=True)):
            yield Written(place, text(problem), tokens=10 * place, seconds=1.5, ended=place != 1)


def right(problem):
    return problem.completion()


def wrong(problem):
    return problem.completion().replace("fetch key=", "fetch key=9", 1)


def hostile(problem):
    return problem.completion().replace("fetch key=", f"fetch key={HOSTILE}", 1)


def test_details_tell_costs_and_what_is_not_known():
    rows = evaluate_writer(Fixed([right, right, wrong]), "binary_search", "S", 3)
    (line,) = details(rows).rows
    assert {name: line[name] for name in ("n", "whole trace", "tokens", "seconds", "cut off")} == {
        "n": "3",
        "whole trace": "66.7",
        "tokens": "10",
        "seconds": "4.5",
        "cut off": "1",
    }
    (bare,) = details([Result(model="m", task="lcs", method="base", range="L", n=2, correct=1)]).rows
    assert [bare[name] for name in ("method", "whole trace", "tokens", "seconds", "cut off")] == [
        "base model",
        *"––––",
    ]


def test_first_errors_by_module():
    rows = evaluate_writer(Fixed([right, right, wrong]), "binary_search", "S", 3)
    (line,) = error_table(rows).rows
    assert (line["texts"], line["right"], line["memory fetcher"]) == ("3", "2", "1")
    assert sum(int(line[module]) for module in MODULES) == 1
    none = error_table([Result(model="m", task="lcs", method="base", range="L", n=2, correct=1)])
    assert (none.rows, none.caption) == ([], "No traces were asked for, so there is none to be checked")


def test_the_first_wrong_texts_are_found_in_a_folder_and_hostile_ones_do_no_harm(tmp_path):
    evaluate_writer(Fixed([right, wrong, hostile, wrong]), "binary_search", "S", 4, folder=tmp_path)
    shown = first_wrong(tmp_path, 2)
    assert [(row["task"], row["range"], row["state"], row["module"]) for row in shown.rows] == [
        ("binary_search", "S", "0", "memory fetcher"),
        ("binary_search", "S", "0", "format"),
    ]
    page = shown._repr_html_()
    assert "&lt;script&gt;" in page
    assert not {"<script", "\x1b", "\x00", "\u202e"} & {
        part for part in ("<script", *HOSTILE) if part in page
    }
    assert not set("\x1b\x00\u202e") & set(str(shown))


def test_without_a_trace_a_text_is_wrong_in_its_answer():
    problem = tailnb.task("derangement").problem(n=5)
    texts = ("Final answer: 44", "Final answer: 45", "I do not know.")
    shown = first_wrong(Output(problem, text, method="base") for text in texts)
    assert [(row["module"], row["state"], row["expected"]) for row in shown.rows] == [
        ("answer", "–", "44")
    ] * 2
    assert [row["found"] for row in shown.rows] == ["45", "–"]
    assert first_wrong([Output(problem, texts[0], method="base")]).caption == "Nothing is wrong"


def test_each_writer_has_its_own_place():
    for name, folder in {
        "Qwen/Qwen2.5-7B + mine": "Qwen-Qwen2.5-7B-mine",
        "../../etc": "etc",
        "..": "writer",
        "": "writer",
        "a" * 300: "a" * 100,
    }.items():
        writer = Fixed()
        writer.name = name
        assert place_of("out", writer).parts == ("out", folder)


def test_what_is_asked_of_a_writer_that_leaves_it_open():
    some, knowing = Fixed(), Fixed(tasks=("lcs", "word_flip"))
    assert tasks_for(some) == list(SHORT)
    assert tasks_for(knowing, " ") == ["lcs", "word_flip"]
    assert tasks_for(knowing, "binary_search, lcs,binary_search") == ["binary_search", "lcs"]
    assert tasks_for(some, "all") == [one.name for one in all_tasks()]
    assert known_to(knowing, ["binary_search", "lcs"]) == ["lcs"]
    assert known_to(some, ["binary_search", "lcs"]) == ["binary_search", "lcs"]
    with pytest.raises(ValueError, match="no task 'binsearch'; did you mean"):
        tasks_for(some, "lcs,binsearch")
    with pytest.raises(ValueError, match="names with commas between them, not 3"):
        tasks_for(some, 3)


def test_how_many_problems(tmp_path):
    path = tmp_path / "mine.jsonl"
    row = {"task": "derangement", "params": {"n": 5}, "output": "Final answer: 44"}
    path.write_text((json.dumps(row) + "\n") * 7)
    filed, small, large = FileWriter(path), Fixed(style="tape"), Fixed()
    assert [number_for(one, "smoke") for one in (filed, small, large)] == [7, 6, 2]
    assert [number_for(one, "full") for one in (filed, small, large)] == [7, 500, 500]
    assert {number_for(one, "demo", 3) for one in (filed, small, large)} == {3}
    for bad in (-1, True, 2.0, "3"):
        with pytest.raises(ValueError, match="problems must be a whole number from 0"):
            number_for(large, "demo", bad)


def test_without_tasks_a_writer_is_asked_what_it_knows():
    rows = evaluate_writer(Fixed([right] * 4, tasks=("lcs", "word_flip")), n=2, ranges="S")
    assert [row.task for row in rows] == ["lcs", "word_flip"]
