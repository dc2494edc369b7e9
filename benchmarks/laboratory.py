"""The laboratory: nano models trained from zero on every question of the paper, and measured.

    python benchmarks/laboratory.py list                   # the runs, and which are done
    python benchmarks/laboratory.py study --jobs 2         # all but the tries; stop and start it at will
    python benchmarks/laboratory.py study farther harder   # some experiments; these two are tries
    python benchmarks/laboratory.py ship farther-softer-a-quarter-scattered-longer-0 nano-five

A run goes on from its last checkpoint in benchmarks/runs/, and what is finished is never done again: its rows
are in tailnb/evaluation/saved/: laboratory.jsonl (measurements) and laboratory_training.jsonl (curves), with
where they come from.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import torch
from experiments import EXPERIMENTS, ON_REQUEST, Run
from filelock import FileLock
from laboratory_report import card, table, times

from tailnb.evaluation.provenance import provenance
from tailnb.evaluation.results import Result
from tailnb.models import nano
from tailnb.models.nano.model import parameters
from tailnb.models.nano.nano import SHIPPED
from tailnb.tasks import RANGES

HERE = Path(__file__).parent
RUNS = HERE / "runs" / "laboratory"
SAVED = HERE.parent / "tailnb" / "evaluation" / "saved"
RESULTS, CURVES = SAVED / "laboratory.jsonl", SAVED / "laboratory_training.jsonl"
SEED = 2024  # of the problems that are measured; training uses the other split, and its own seed
LOOKS, LOOK_AT = 6, 16  # how often a training is looked at, and on how many problems of each task and range
SAVE_EVERY = 250  # steps

Row = dict[str, Any]
everything = {run.name: run for runs in EXPERIMENTS.values() for run in runs}


@click.group()
def app() -> None:
    """Train nano models from zero, one for each question, and measure them."""


@app.command("list")
def list_() -> None:
    """The runs, and which are done."""
    finished = done()
    for run in everything.values():
        recipe = run.recipe
        mark = "done" if run.name in finished else "    "
        print(f"{mark}  {run.name:42} {recipe.steps:6,} steps  {', '.join(recipe.tasks)}")


@app.command()
@click.argument("experiments", nargs=-1, metavar="[EXPERIMENT]...")
@click.option("--seed", type=int, help="Only the runs with this seed.")
@click.option("--jobs", default=1, show_default=True, help="Runs at a time, one thread each.")
def study(experiments: tuple[str, ...], seed: int | None, jobs: int) -> None:
    """Train and measure what the paper asks, or some experiments, except for what is done."""
    for name in experiments:
        if name not in EXPERIMENTS:
            raise click.UsageError(f"no experiment {name!r}; choose from {', '.join(EXPERIMENTS)}")
    names = experiments or [name for name in EXPERIMENTS if name not in ON_REQUEST]
    runs = [run for name in names for run in EXPERIMENTS[name]]
    wanted = [run.name for run in runs if seed is None or run.recipe.seed == seed]
    with ThreadPoolExecutor(jobs) as pool:
        failed = [name for name, ok in zip(wanted, pool.map(_in_a_process, wanted), strict=True) if not ok]
    if failed:
        raise click.ClickException(f"these runs failed: {', '.join(failed)}")


def _in_a_process(name: str) -> bool:
    """Do a run, in a process of its own unless it is done; whether that went well."""
    return name in done() or subprocess.run([sys.executable, __file__, "one", name]).returncode == 0


@app.command()
@click.argument("name", metavar="RUN")
def one(name: str) -> None:
    """Train and measure one run on one thread, unless it is done."""
    run = known(name)
    if name in done():
        return
    torch.set_num_threads(1)
    training = nano.Training(run.recipe, RUNS / name)
    where = provenance(f"python benchmarks/laboratory.py study {run.experiment}", threads=1)
    _train(run, training, where)
    model = training.nano(run.variant)
    model.save(RUNS / name / "model")
    where |= {"minutes": round(training.seconds / 60, 2), "trained_tokens": training.tokens}
    where |= {"parameters": parameters(model.model)}
    keep(RESULTS, [run.labels | row.to_dict() for row in _measured(run, model, where)])


def _train(run: Run, training: nano.Training, where: Row) -> None:
    # A run that was killed goes on from a checkpoint, and comes again to where it was looked at since.
    keep(CURVES, [], lambda row: Run.name_of(row) == run.name and row["step"] > training.step)
    for progress in training:
        last = progress.step == run.recipe.steps
        if progress.step % SAVE_EVERY == 0 or last:
            training.save()
        if progress.step % max(run.recipe.steps // LOOKS, 1) == 0 or last:
            row: Row = {"step": progress.step, "loss": round(progress.loss, 4), "tokens": progress.tokens}
            row |= {"minutes": round(progress.seconds / 60, 2), "exact": _exactness(training.nano())}
            keep(CURVES, [run.labels | row | {"provenance": where}])
            print(run.name, json.dumps(row), flush=True)


def _exactness(model: nano.Nano) -> dict[str, dict[str, float]]:
    """For each task and range, the share of completions right at every token (one forward pass each)."""
    tasks = model.recipe.tasks
    problems = {
        (task, range): nano.problems(task, range, LOOK_AT, seed=1) for task in tasks for range in RANGES
    }
    shares = {key: sum(model.exactness(some)) / len(some) for key, some in problems.items()}
    return {task: {range: shares[task, range] for range in RANGES} for task in tasks}


def _measured(run: Run, model: nano.Nano, where: Row) -> Iterator[Result]:
    """By range, from greedy generation; then, where the run asks for it, by length."""
    for task in run.recipe.tasks:
        for range in RANGES:
            fresh = nano.problems(task, range, run.problems, seed=SEED)
            yield from model.evaluate(fresh, seed=SEED, provenance=where)
        for length in run.lengths(task):
            fresh = nano.of_length(task, length, run.each, seed=SEED)
            if fresh:
                yield from model.evaluate(fresh, by="length", seed=SEED, provenance=where)


@app.command("table")
def table_() -> None:
    """What was measured, and how long the trainings took, as Markdown."""
    measured = rows(RESULTS)
    print(times(measured), table(measured), sep="\n\n")


def known(name: str) -> Run:
    """The run of that name; else the choices."""
    if name not in everything:
        raise click.UsageError(f"no run {name!r}; `laboratory.py list` shows them all")
    return everything[name]


def done() -> set[str]:
    """The names of the runs that are finished."""
    return {Run.name_of(row) for row in rows(RESULTS)}


def rows(path: Path) -> list[Row]:
    """The rows of a file, none where there is none yet."""
    return (
        [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
    )


def keep(path: Path, new: list[Row], instead_of: Callable[[Row], bool] = lambda row: False) -> None:
    """Add rows to a file, all of them or none, in place of some."""
    RUNS.mkdir(parents=True, exist_ok=True)
    with FileLock(RUNS / f"{path.name}.lock"):
        partial = path.with_suffix(".partial")
        old = [row for row in rows(path) if not instead_of(row)]
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in [*old, *new]]
        partial.write_text("".join(lines), encoding="utf-8")
        partial.rename(path)


@app.command()
@click.argument("names", metavar="RUN...", nargs=-1, required=True)
def again(names: tuple[str, ...]) -> None:
    """Measure finished runs' models once more, when how it is done has changed; their rows are replaced."""
    torch.set_num_threads(1)
    for name in names:
        _again(name)


def _again(name: str) -> None:
    run, model = known(name), nano.load(finished(name))
    old = next(row for row in rows(RESULTS) if Run.name_of(row) == name)
    where = old["provenance"] | {"measured_with": provenance("")["commit"]}
    model = replace(model, name=run.variant)
    measured = [run.labels | row.to_dict() for row in _measured(run, model, where)]
    keep(RESULTS, measured, lambda row: Run.name_of(row) == name)


def finished(name: str) -> Path:
    """The folder of a finished run's model; else what to do."""
    folder = RUNS / name / "model"
    if not folder.is_dir():
        raise click.UsageError(f"{name} is not finished here; run `laboratory.py one {name}`")
    return folder


@app.command()
@click.argument("name", metavar="RUN")
@click.argument("model")
def ship(name: str, model: str) -> None:
    """Make a finished run's model one that comes with the package."""
    run = known(name)
    nano.load(finished(name)).save(SHIPPED / model)
    (SHIPPED / model / "README.md").write_text(card(model, run, rows(RESULTS), SEED), encoding="utf-8")


if __name__ == "__main__":
    app()
