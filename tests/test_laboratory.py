"""The laboratory's runner: what is finished is kept, an interrupted run goes on, names are checked."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

torch = pytest.importorskip("torch")

from tailnb.evaluation.saved import saved_rows  # noqa: E402
from tailnb.models import nano  # noqa: E402
from tailnb.tasks import task  # noqa: E402

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def laboratory(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import experiments
    import laboratory

    tiny = experiments.over(
        "tiny",
        nano.Recipe(tasks=("binary_search",), steps=6, tokens=64),
        {"whole": {}, "bare": {"without": ("memory fetcher",)}},
        experiments.THREE,
        problems=3,
        each=2,
    )
    monkeypatch.setattr(laboratory, "everything", {run.name: run for run in tiny})
    for name in ("RUNS", "CURVES", "RESULTS"):
        monkeypatch.setattr(laboratory, name, tmp_path / name.lower())
    monkeypatch.setattr(laboratory, "SAVE_EVERY", 2)
    monkeypatch.setattr(laboratory, "LOOK_AT", 2)
    yield laboratory
    for name in ("laboratory", "laboratory_report", "experiments"):
        sys.modules.pop(name)


def run(laboratory, name):
    torch.set_num_threads(1)
    return CliRunner().invoke(laboratory.app, ["one", name], catch_exceptions=False)


def test_a_run_is_measured_by_range_and_by_length(laboratory):
    assert run(laboratory, "tiny-binary_search-whole-0").exit_code == 0
    rows = laboratory.rows(laboratory.RESULTS)
    assert [row["range"] for row in rows if row["length"] is None] == ["S", "M", "L"]
    longest = 2 * task("binary_search").lengths["L"][1]
    assert max(row["length"] for row in rows if row["length"]) == longest
    assert {row["experiment"] for row in rows} == {"tiny"}
    assert all(row["provenance"]["trained_tokens"] > 0 for row in rows)
    curve = laboratory.rows(laboratory.CURVES)
    assert [row["step"] for row in curve] == [1, 2, 3, 4, 5, 6]
    assert laboratory.done() == {"tiny-binary_search-whole-0"}


def test_an_interrupted_run_goes_on_and_gives_the_same(laboratory, monkeypatch):
    whole = nano.Training(laboratory.everything["tiny-binary_search-bare-1"].recipe)
    list(whole)
    keep, seen = laboratory.keep, []

    def stop(path, new, *instead_of):
        keep(path, new, *instead_of)
        seen.extend(new)
        if len(seen) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(laboratory, "keep", stop)
    CliRunner().invoke(laboratory.app, ["one", "tiny-binary_search-bare-1"])
    assert laboratory.done() == set()
    monkeypatch.setattr(laboratory, "keep", keep)
    assert run(laboratory, "tiny-binary_search-bare-1").exit_code == 0
    trained = nano.load(laboratory.RUNS / "tiny-binary_search-bare-1" / "model")
    for one, other in zip(whole.model.parameters(), trained.model.parameters(), strict=True):
        assert torch.equal(one, other)
    assert {row["method"] for row in laboratory.rows(laboratory.RESULTS)} == {"tail without memory fetcher"}
    assert [row["step"] for row in laboratory.rows(laboratory.CURVES)] == [1, 2, 3, 4, 5, 6]


def test_rows_are_added_all_or_none(laboratory, monkeypatch):
    laboratory.keep(laboratory.RESULTS, [{"a": 1}])
    with pytest.raises(TypeError):
        laboratory.keep(laboratory.RESULTS, [{"a": 2}, {"a": object()}])
    assert laboratory.rows(laboratory.RESULTS) == [{"a": 1}]


def test_a_finished_model_is_measured_again_in_place_of_its_rows(laboratory):
    name = "tiny-binary_search-whole-0"
    refused = CliRunner().invoke(laboratory.app, ["again", name])
    assert refused.exit_code == 2
    assert "not finished here" in refused.output
    run(laboratory, name)
    first = laboratory.rows(laboratory.RESULTS)
    laboratory.keep(laboratory.RESULTS, [row | {"correct": 0, "trained_seed": 9} for row in first[:1]])
    assert CliRunner().invoke(laboratory.app, ["again", name], catch_exceptions=False).exit_code == 0
    other, *second = laboratory.rows(laboratory.RESULTS)
    assert other["trained_seed"] == 9
    figures = ("model", "task", "range", "length", "n", "correct", "errors")
    assert [[row[key] for key in figures] for row in first] == [
        [row[key] for key in figures] for row in second
    ]
    assert all("measured_with" in row["provenance"] for row in second)


def test_a_finished_model_becomes_one_that_is_shipped(laboratory, monkeypatch, tmp_path):
    monkeypatch.setattr(laboratory, "SHIPPED", tmp_path / "shipped")
    refused = CliRunner().invoke(laboratory.app, ["ship", "tiny-binary_search-whole-0", "nano-x"])
    assert refused.exit_code == 2
    assert "not finished here" in refused.output
    run(laboratory, "tiny-binary_search-whole-0")
    done = CliRunner().invoke(
        laboratory.app, ["ship", "tiny-binary_search-whole-0", "nano-x"], catch_exceptions=False
    )
    assert done.exit_code == 0
    card = (tmp_path / "shipped" / "nano-x" / "README.md").read_text(encoding="utf-8")
    assert "# nano-x" in card
    assert "| binary_search | L | 3 |" in card
    assert nano.load(tmp_path / "shipped" / "nano-x").recipe.tasks == ("binary_search",)


def test_the_readme_has_what_was_measured(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    from laboratory_report import table, times

    readme = (BENCHMARKS / "README.md").read_text(encoding="utf-8")
    for report, lines in ((table, 20), (times, 10)):
        made = report(saved_rows("laboratory"))
        assert made.count("\n") > lines
        assert made in readme


def test_the_table_has_the_mean_of_the_seeds(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    from laboratory_report import table

    rows = [
        {"experiment": "pair", "learned": "lcs, word_flip", "variant": "tail", "task": "lcs", "range": range}
        | {"accuracy": accuracy, "n": 500, "length": None, "trained_seed": seed}
        | {"provenance": {"trained_tokens": 1_500_000, "minutes": 2 + seed}}
        for seed, shares in enumerate(((1.0, 0.5, 0.0), (0.9, 0.7, 0.1)))
        for range, accuracy in zip("SML", shares, strict=True)
    ]
    line = table([*rows, rows[0] | {"length": 7}]).splitlines()[-1]
    assert line == "| pair, 2 tasks | tail | lcs | 95.0 / 60.0 / 5.0 | 500 | 2 | 1.5 M | 2.5 |"


def test_a_study_makes_tries_only_when_they_are_named(laboratory, monkeypatch):
    begun = []
    monkeypatch.setattr(laboratory, "_in_a_process", lambda name: begun.append(name) or True)
    assert CliRunner().invoke(laboratory.app, ["study"]).exit_code == 0
    assert {name.split("-")[0] for name in begun} == set(laboratory.EXPERIMENTS) - {"farther", "harder"}
    begun.clear()
    assert CliRunner().invoke(laboratory.app, ["study", "harder", "--seed", "0"]).exit_code == 0
    assert {name.split("-")[0] for name in begun} == {"harder"}


def test_an_unknown_experiment_is_refused_with_the_choices(laboratory):
    result = CliRunner().invoke(laboratory.app, ["study", "ablation"])
    assert result.exit_code == 2
    assert "choose from" in result.output
    assert "ablations" in result.output


def test_every_run_has_a_name_of_its_own_and_saved_rows_are_of_known_runs():
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import experiments
    finally:
        sys.path.remove(str(BENCHMARKS))
    runs = [run for some in experiments.EXPERIMENTS.values() for run in some]
    names = [run.name for run in runs]
    assert len(set(names)) == len(names)
    saved = BENCHMARKS.parent / "tailnb" / "evaluation" / "saved" / "laboratory.jsonl"
    if saved.exists():
        rows = [json.loads(line) for line in saved.read_text(encoding="utf-8").splitlines()]
        rows += saved_rows("answers")
        assert {experiments.Run.name_of(row) for row in rows} <= set(names)
