"""Lengths of prompts and traces: counted by any tokenizer, bounded or estimated only where that is said."""

import io
import re
from collections.abc import Sequence
from dataclasses import fields
from math import factorial, log
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

import tailnb
from tailnb.cli import main
from tailnb.evaluation import lengths as module
from tailnb.evaluation.lengths import (
    LIMITS,
    counter,
    fits,
    growth,
    in_k,
    length_table,
    lengths,
    open_tokenizer,
    pieces,
    power,
)
from tailnb.tasks import Problem, Task, all_tasks

TEXT = "{0,12}: fetch key=345; goto halt"
Row = dict[str, Any]


def pick(rows: Sequence[Row], part: str, unit: str) -> Row:
    (row,) = (row for row in rows if (row["part"], row["unit"]) == (part, unit))
    return row


# --- tokens


@given(st.text())
def test_pieces_leave_nothing_out(text: str) -> None:
    assert "".join(pieces(text)) == text


PUBLISHED = (  # in the tokenizer.json of Qwen2.5
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
    r"|\s+(?!\S)|\s+"
)


def test_pieces_are_those_of_the_published_pattern() -> None:
    regex = pytest.importorskip("regex")  # it knows \p{L}, which Python's own module does not
    texts = ["it's 3.5% of x_1\r\n\n  A-B", "Ünïcode 汉字 don't\t!", "␣ _a_ [-12]", "x²½Ⅳ2"]
    for task in all_tasks():
        problem = task.sample("M", seed=3)
        texts += [problem.query, problem.completion(), problem.completion(style="styled")]
    for text in texts:
        published = regex.findall(PUBLISHED, text)
        assert len(pieces(text)) <= len(published)
        if text != texts[3]:
            assert pieces(text) == published


class Listed:
    """As the tokenizers of transformers and tiktoken, with marks around every text."""

    def encode(self, text: str) -> list[int]:
        return [0, *map(ord, text), 1]


class Encoding:
    def __init__(self, text: str) -> None:
        self.ids = [*map(ord, text)]

    def __len__(self) -> int:
        return len(self.ids)


class Encoded:
    """As those of the package tokenizers."""

    def encode(self, text: str) -> Encoding:
        return Encoding(text)


def test_a_tokenizer_has_encode_or_is_a_function() -> None:
    for tokenizer in (Listed(), Encoded(), list, len, lambda text: (*text, "end")):
        assert counter(tokenizer)(TEXT) == len(TEXT)
    assert counter(str.split)(TEXT) == 5
    assert counter()(TEXT) == len(pieces(TEXT)) == 15


@pytest.mark.parametrize("tokenizer", ["gpt2", 3, Listed, object()])
def test_anything_else_is_no_tokenizer(tokenizer: object) -> None:
    with pytest.raises(ValueError, match="a tokenizer has a method encode"):
        counter(tokenizer)


def test_a_tokenizer_file_is_opened(tmp_path: Path) -> None:
    tokenizers = pytest.importorskip("tokenizers")
    made = tokenizers.Tokenizer(tokenizers.models.WordLevel({"?": 0}, unk_token="?"))
    made.pre_tokenizer = tokenizers.pre_tokenizers.WhitespaceSplit()
    made.save(str(tmp_path / "tokenizer.json"))
    opened = open_tokenizer(tmp_path / "tokenizer.json")
    assert counter(opened)(TEXT) == 5
    rows = lengths("binary_search", "S", n=2, tokenizer=opened, name="words")
    assert pick(rows, "both", "tokens")["tokenizer"] == "words"


def test_a_nano_models_folder_is_read_as_the_model_reads_it() -> None:
    nano = pytest.importorskip("tailnb.models.nano")
    for name in nano.shipped():
        model = nano.load(name)
        problem = nano.problems("large_number_addition", "S", 1)[0]
        text = f"{problem.prompt(style='tape')} {problem.completion(model.recipe.method, 'tape')}"
        read = open_tokenizer(nano.nano.SHIPPED / name).encode(text, add_special_tokens=False)
        assert read == [model.ids[token] for token in text.split()]


@pytest.mark.parametrize("name", ["none.json", "none.gguf", "broken.json"])
def test_a_file_that_is_no_tokenizer_is_named(name: str, tmp_path: Path) -> None:
    pytest.importorskip("transformers")
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(ValueError, match=f"no tokenizer '.*{name}'; a tokenizer.json, a .gguf file"):
        open_tokenizer(tmp_path / name)


# --- lengths


def test_lengths_are_those_of_the_problems() -> None:
    rows = lengths("binary_search", "M", n=9, seed=4, tokenizer=str.split)
    found = [tailnb.task("binary_search").sample("M", 4, index) for index in range(9)]
    for part, texts in (
        ("prompt", [problem.prompt() for problem in found]),
        ("completion", [problem.completion() for problem in found]),
        ("both", [problem.prompt() + problem.completion() for problem in found]),
    ):
        for unit, size in (("characters", len), ("tokens", lambda text: len(text.split()))):
            sizes, row = sorted(map(size, texts)), pick(rows, part, unit)
            assert [row[key] for key in ("min", "median", "max")] == [sizes[0], sizes[4], sizes[-1]]
            assert row["mean"] == pytest.approx(sum(sizes) / 9, abs=0.06)
    assert pick(rows, "completion", "states")["max"] == max(len(problem.trace()) for problem in found)
    assert not any(row["estimated"] or row.get("lower_bound") for row in rows)


def test_methods_and_styles_have_rows_of_their_own() -> None:
    rows = lengths(
        ["compare_numbers", "binary_search"], "SL", n=3, methods=["tail", "none"], styles=("core", "tape")
    )
    cells = {(row["task"], row["range"], row["method"], row["style"]) for row in rows}
    assert len(cells) == 2 * 2 * 2 * 2
    assert {row["method"] for row in rows if row["unit"] == "states"} == {"tail"}
    assert all(
        row["lower_bound"] == (row["tokenizer"] == "pieces") for row in rows if row["unit"] == "tokens"
    )


def test_a_module_left_out_shortens_the_text() -> None:
    whole, short = (lengths("binary_search", "S", n=4, without=left) for left in ((), "memory fetcher"))
    assert pick(short, "completion", "tokens")["max"] < pick(whole, "completion", "tokens")["max"]
    assert pick(short, "completion", "tokens")["without"] == ["memory fetcher"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"tasks": "binsearch"}, "did you mean 'binary_search'"),
        ({"ranges": "X"}, "'X'"),
        ({"styles": ["fancy"]}, "no style 'fancy'"),
        ({"methods": ["guess"]}, "'guess'"),
        ({"n": 0}, "whole number from 1, not 0"),
        ({"n": True}, "whole number from 1, not True"),
    ],
)
def test_unknown_names_are_refused(arguments: Row, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        lengths(**{"tasks": "binary_search", "n": 1} | arguments)


# --- traces that are too long to be made


def test_an_estimate_is_close_to_the_truth(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = tailnb.task("permutation_combination").problem(items=[3, 1, 4, 59, 26])
    true = lengths_of(problem)
    monkeypatch.setattr(module, "LONGEST", 1_000)
    monkeypatch.setattr(Problem, "trace", None)  # so that nothing can make it
    estimate = lengths_of(problem)
    assert (true["estimated"], estimate["estimated"]) == (False, True)
    assert estimate["max"] == pytest.approx(true["max"], rel=0.03)


def lengths_of(problem: Problem) -> Row:
    """The measured length of one given problem."""

    class Given(Task):
        def sample(self, *arguments: object, **options: object) -> Problem:
            return problem

    task = Given(*(getattr(problem.task, field.name) for field in fields(Task)))
    return pick(lengths(task, "S", n=1), "both", "tokens")


def test_permutations_are_counted_and_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Problem, "trace", None)
    rows = lengths("permutation_combination", "L", n=8)
    assert pick(rows, "completion", "states")["max"] > factorial(10)
    table = length_table(rows)
    assert re.fullmatch(r"≈ [1-9],\d00,000,000 over 128k", table.rows[0]["L"])
    assert "estimated by its first states" in table.caption


# --- the table


@given(st.integers(0, 200_000), st.lists(st.integers(1, 200_000), max_size=6))
def test_the_least_context_that_holds_it(tokens: int, limits: list[int]) -> None:
    assert fits(tokens, limits) == min((limit for limit in limits if limit >= tokens), default=None)


def test_a_context_is_named_in_k() -> None:
    assert [in_k(limit) for limit in (*LIMITS, 1_000)] == ["2k", "4k", "8k", "32k", "128k", "1,000"]


def row(**changes: Any) -> Row:
    made: Row = {"task": "lcs", "range": "S", "method": "tail", "style": "core", "n": 5, "max": 2048}
    made |= {"part": "both", "unit": "tokens", "tokenizer": "mine", "lower_bound": False}
    return made | {"estimated": False} | changes


def test_the_table_says_what_holds_each_cell() -> None:
    rows = [row(), row(range="M", max=2049), row(range="L", max=131_073), row(unit="states", max=7)]
    table = length_table(rows)
    assert table.rows == [{"task": "lcs", "S": "2,048 in 2k", "M": "2,049 in 4k", "L": "131,073 over 128k"}]
    assert table.columns == ["task", "S", "M", "L"]
    assert length_table(rows, [100]).rows[0]["S"] == "2,048 over 100"
    assert "longest of 5 problems" in table.caption
    assert "tokenizer: mine" in table.caption


def test_the_table_has_columns_only_for_what_differs() -> None:
    table = length_table([row(), row(style="styled", tokenizer="pieces", lower_bound=True)])
    assert table.columns == ["task", "style", "tokenizer", "S", "M", "L"]
    assert [line["S"] for line in table.rows] == ["2,048 in 2k", "≥ 2,048 in 2k"]
    assert "at least so many" in table.caption


def test_the_table_reads_alike_everywhere() -> None:
    table = length_table([row(tokenizer="<b>|[red]"), row(style="styled")])
    console = Console(file=io.StringIO(), width=200)
    console.print(table)
    assert isinstance(console.file, io.StringIO)
    for text in (str(table), console.file.getvalue(), table.markdown(), table._repr_html_()):
        assert text.count("2,048 in 2k") == 2
    assert "<b>" not in table._repr_html_()
    assert "[red]" in console.file.getvalue()
    assert {line.replace("\\|", "").count("|") for line in table.markdown().split("\n")[:4]} == {7}


def test_nothing_to_show_is_refused() -> None:
    with pytest.raises(ValueError, match="no lengths in tokens"):
        length_table([row(unit="states")])
    with pytest.raises(ValueError, match="no context limit"):
        length_table([row()], [])


def test_the_command_prints_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["lengths", "binary_search", "--n", "3", "--without", "memory-fetcher"])
    assert not ended.value.code
    row = length_table(lengths("binary_search", n=3, without="memory fetcher")).rows[0]
    shown = capsys.readouterr().out
    assert [shown.index(row[column]) for column in ("task", "S", "M", "L")]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["binsearch"], "did you mean 'binary_search'"),
        (["binary_search", "--style", "fancy"], "core, styled, tape"),
        (["binary_search", "--without", "head"], "'head'"),
        (["binary_search", "--tokenizer", "none.json"], "no tokenizer 'none.json'"),
    ],
)
def test_the_command_refuses_what_it_does_not_know(
    options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["lengths", *options])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert message in said
    assert "Traceback" not in said


# --- growth


@given(st.floats(0.1, 50), st.floats(-1, 4), st.lists(st.integers(1, 500), min_size=2, unique=True))
def test_a_power_is_found_again(factor: float, exponent: float, places: list[int]) -> None:
    rows = [{"length": n, "states": factor * n**exponent, "n": 1 + n % 3} for n in places]
    found = power(rows)
    assert found.exponent == pytest.approx(exponent, abs=1e-6)
    assert found(places[0]) == pytest.approx(rows[0]["states"], rel=1e-6)


def test_one_length_has_no_power() -> None:
    with pytest.raises(ValueError, match="two lengths or more are needed, not 1"):
        power([{"length": 3, "states": 5, "n": 10}])


def test_growth_is_that_of_the_traces() -> None:
    rows = growth("binary_search", n=40)
    assert {row["algorithm"] for row in rows} == {"Divide & Conquer"}
    assert sum(row["n"] for row in rows) == 3 * 40
    assert all(1 <= row["states"] <= 1 + log(row["length"], 2) for row in rows)
    assert power(rows).exponent < 0.6


@pytest.mark.parametrize(("name", "least", "most"), [("word_flip", 0.9, 1.1), ("lcs", 1.6, 2.1)])
def test_growth_tells_linear_from_quadratic(name: str, least: float, most: float) -> None:
    assert least < power(growth(name, n=40)).exponent < most


# --- charts


def texts(chart: Any) -> str:
    from tailnb.views import renderer

    picture = renderer.svg(chart.to_dict())
    assert picture is not None
    return " | ".join(ElementTree.fromstring(picture).itertext())


def test_the_growth_chart_names_each_power() -> None:
    pytest.importorskip("altair")
    from tailnb.views.growth import growth_chart

    rows = growth(["binary_search", "word_flip", "bubble_sort"], n=10)
    shown = texts(growth_chart(rows))
    assert "Divide & Conquer" in shown
    for name, title in (("binary_search", "Binary Search"), ("word_flip", "Word Flip")):
        fitted = power(row for row in rows if row["task"] == name).exponent
        assert f"{title} n^{fitted:.1f}" in shown
    with pytest.raises(ValueError, match="no growth to draw"):
        growth_chart([])


def test_the_context_chart_shows_limits_and_says_what_was_counted() -> None:
    pytest.importorskip("altair")
    from tailnb.views.contexts import context_chart

    rows = lengths(["binary_search", "compare_numbers"], n=3)
    chart = context_chart(rows, [1024, 2**20])
    shown = texts(chart)
    for text in ("Binary Search", "Compare Numbers", "1k", "1024k", "a lower bound"):
        assert text in shown
    longest = max(row["max"] for row in rows if (row["part"], row["unit"]) == ("both", "tokens"))
    assert f"{longest:,}" in chart.to_dict()["description"]
    with pytest.raises(ValueError, match="no lengths in tokens"):
        context_chart([row for row in rows if row["unit"] == "states"])
    with pytest.raises(ValueError, match="two rows"):
        context_chart(rows + rows)
