"""The command that verifies tasks by the thousand: what it records, and that it can find a fault."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import tailnb

PATH = Path(__file__).parent.parent / "benchmarks" / "verify.py"


@pytest.fixture
def verify(tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("verify", PATH)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "verify", module)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "RESULTS", tmp_path / "verify.jsonl")
    return module


def rows(verify) -> list[dict]:
    return [json.loads(line) for line in verify.RESULTS.read_text().splitlines()]


def test_a_line_for_each_task_and_range_and_nothing_twice(verify):
    arguments = ["--n", "40", "--task", "derangement", "--jobs", "1"]
    assert CliRunner().invoke(verify.main, arguments).exit_code == 0
    first = rows(verify)
    assert [(row["range"], row["problems"], row["ended_by"]) for row in first] == [
        ("S", 28, "space"),
        ("M", 30, "space"),
        ("L", 40, "n"),
    ]
    assert all(row["failures"] == {} and row["states"] > row["problems"] for row in first)
    assert CliRunner().invoke(verify.main, arguments).exit_code == 0
    assert rows(verify) == first
    assert CliRunner().invoke(verify.main, [*arguments, "--n", "10"]).exit_code == 0
    assert [row["problems"] for row in rows(verify)] == [10, 10, 10]


def test_time_that_is_up_and_traces_that_are_too_long_are_told(verify):
    arguments = ["--task", "permutation_combination", "--jobs", "1", "--most-minutes", "1e-9"]
    CliRunner().invoke(verify.main, ["--n", "5", *arguments])
    assert {(row["problems"], row["ended_by"]) for row in rows(verify)} == {(0, "minutes")}
    tally = verify.look_at([tailnb.task("permutation_combination").sample("L")], verify.inf)
    assert (tally.problems, tally.refused, tally.failures) == (1, 1, {})


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("library", lambda verify: setattr(verify, "library", lambda problem: "-7")),
        ("reading of styled", lambda verify: setattr(verify, "read_back", wrong_reading(verify))),
        ("ZeroDivisionError", lambda verify: setattr(verify, "too_long", lambda problem: 1 / 0)),
    ],
)
def test_a_fault_is_found_and_counted(verify, what, change):
    change(verify)
    tally = verify.look_at([tailnb.task("lcs").sample(index=index) for index in range(7)], verify.inf)
    assert tally.failures == {what: 7}
    assert len(tally.examples) == 7
    total = verify.Tally()
    total.add(tally)
    assert len(total.examples) == verify.SHOWN
    assert total.examples[0]["params"] == tailnb.task("lcs").sample().params


def wrong_reading(verify):
    right = verify.read_back
    return lambda text, style: None if style.name == "styled" else right(text, style)


def test_an_unknown_task_is_refused_with_the_choices(verify):
    said = CliRunner().invoke(verify.main, ["--task", "dijkstr"])
    assert said.exit_code == 2
    assert "did you mean 'dijkstra'" in said.output
    assert not verify.RESULTS.exists()
