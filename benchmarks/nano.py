"""Train the shipped nano models from zero, and measure them on fresh problems.

    python benchmarks/nano.py train tail          # up to 20 minutes on two cores; stop and start it at will
    python benchmarks/nano.py train none
    python benchmarks/nano.py measure             # writes nano.jsonl and the models' cards

Training goes on from its last checkpoint in benchmarks/runs/. Results are data: nano_training.jsonl holds the
curves, nano.jsonl the measurements, with where they come from.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import click
import torch
from tqdm import tqdm

from tailnb.evaluation.provenance import provenance
from tailnb.evaluation.results import Result, append, read
from tailnb.evaluation.table import table
from tailnb.models import nano
from tailnb.models.nano.model import parameters
from tailnb.models.nano.nano import SHIPPED
from tailnb.tasks import METHODS, RANGES

HERE = Path(__file__).parent
RUNS = HERE / "runs"
CURVES, RESULTS = HERE / "nano_training.jsonl", HERE / "nano.jsonl"
EVALUATION_SEED = 2024  # of the problems that are measured; training uses the other split at its own seed
SAVE_EVERY, LOOK_EVERY, LOOK_AT = 500, 1000, 32


@click.group()
def app() -> None:
    """Train the shipped nano models from zero, and measure them on fresh problems."""


@app.command()
@click.argument("method", type=click.Choice(METHODS))
@click.option("--steps", default=nano.Recipe.steps, show_default=True)
@click.option("--seed", default=0, show_default=True)
@click.option("--threads", default=2, show_default=True)
@click.option("--ship/--no-ship", default=True, help="Make it the model that the package brings.")
def train(method: str, steps: int, seed: int, threads: int, ship: bool) -> None:
    """Train one model, noting its loss and how many whole traces it gets right as it goes on."""
    torch.set_num_threads(threads)
    recipe = nano.Recipe(method=method, steps=steps, seed=seed)
    training = nano.Training(recipe, RUNS / f"{method}-{seed}")
    where = provenance(f"python benchmarks/nano.py train {method} --seed {seed}", threads=threads)
    with CURVES.open("a", encoding="utf-8") as curves, tqdm(total=steps, initial=training.step) as bar:
        for progress in training:
            bar.update()
            if progress.step % SAVE_EVERY == 0 or progress.step == steps:
                training.save()
                row = {"method": method, "seed": seed, "step": progress.step, "loss": round(progress.loss, 4)}
                row |= {"tokens": progress.tokens, "minutes": round(progress.seconds / 60, 2)}
                if progress.step % LOOK_EVERY == 0:
                    row["exact"] = exactness(training.nano())
                bar.set_postfix(loss=row["loss"])
                print(json.dumps(row | {"provenance": where}), file=curves, flush=True)
    if ship:
        folder = SHIPPED / f"nano-{method}"
        shutil.rmtree(folder, ignore_errors=True)
        training.nano().save(folder)


def exactness(model: nano.Nano) -> dict[str, dict[str, float]]:
    """For each task and range, the share of completions right at every token (one forward pass each)."""
    return {
        task: {
            range: sum(model.exactness(nano.problems(task, range, LOOK_AT, seed=1))) / LOOK_AT
            for range in RANGES
        }
        for task in model.recipe.tasks
    }


@app.command()
@click.argument("names", nargs=-1, metavar="[MODEL]...")
@click.option("--n", default=500, show_default=True, help="Problems of each task and range.")
@click.option("--threads", default=2, show_default=True)
def measure(names: tuple[str, ...], n: int, threads: int) -> None:
    """Let shipped models, all of them by default, solve n fresh problems per task and range, greedily."""
    torch.set_num_threads(threads)
    for name in names or nano.shipped():
        model = nano.load(name)
        where = provenance(f"python benchmarks/nano.py measure {name} --n {n}", threads=threads)
        results: list[Result] = []
        for task in model.recipe.tasks:
            for range in RANGES:
                fresh = nano.problems(task, range, n, seed=EVALUATION_SEED)
                with tqdm(total=n, desc=f"{name} {task} {range}") as bar:
                    results += model.evaluate(
                        fresh, seed=EVALUATION_SEED, progress=bar.update, provenance=where
                    )
        write_card(model, results)
        keep(results)
    print(table(read(RESULTS)[0]))


def keep(results: list[Result]) -> None:
    """Put a model's results into the file, in place of earlier ones of the same model."""
    before = read(RESULTS)[0] if RESULTS.exists() else []
    others = [result for result in before if result.model != results[0].model]
    partial = RESULTS.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    append(partial, others + results).rename(RESULTS)


def write_card(model: nano.Nano, results: list[Result]) -> None:
    """The model's card beside its weights: what it is, how it was trained, and what it was measured to do."""
    recipe, card = model.recipe, SHIPPED / model.name / "README.md"
    curves = [json.loads(line) for line in CURVES.read_text(encoding="utf-8").splitlines()]
    last = [row for row in curves if row["method"] == recipe.method and row["step"] == recipe.steps][-1]
    rows = "".join(
        f"| {r.task} | {r.range} | {r.n} | {100 * r.accuracy:.1f} ({100 * r.low:.1f}–{100 * r.high:.1f}) |"
        f" {'–' if r.trace_accuracy is None else f'{100 * r.trace_accuracy:.1f}'} |\n"
        for r in results
    )
    training = "\n".join(f"- {name}: {value}" for name, value in recipe.to_dict().items())
    where = results[0].provenance
    card.write_text(
        f"""---
license: apache-2.0
library_name: transformers
---
# {model.name}

A Qwen2-architecture model of {parameters(model.model):,} parameters with its own tokenizer, trained from zero
by `{last["provenance"]["command"]}`:
{last["tokens"]:,} tokens in {last["minutes"]:.1f} minutes of training on {last["provenance"]["threads"]}
threads of {last["provenance"]["processor"]}.
It reads and writes the `tape` style of tailnb's traces, and nothing else.

Addition is of whole numbers: two aligned decimals and their sum need more addresses than the model's ring
has. Comparison is the whole task, signs and points included. Training saw lengths from 1 to S's greatest, in
random layouts, three prompts in ten with their cells in random order, and never a problem of the evaluation
split.

## Recipe

{training}

## Measured

Greedy generation, exact match of the final answer in percent with its 95% interval (Wilson), and texts right
in every state; fresh problems, seed {EVALUATION_SEED}, by `{where["command"]}`.

| task | range | n | accuracy | whole trace |
|---|---|---|---|---|
{rows}""",
        encoding="utf-8",
    )


if __name__ == "__main__":
    app()
