"""Fine-tune a small pretrained model by QLoRA on one short task, and measure it at S, M and L.

    python benchmarks/finetune.py tail            # an hour on one core; stop and start it at will
    python benchmarks/finetune.py none            # answers alone
    python benchmarks/finetune.py plain           # an ordinary chain of thought
    python benchmarks/finetune.py base            # the model as it comes

All learn from the same problems in the same number of steps, so that TAIL, whose texts are longer, sees more
tokens. Training goes on from its last checkpoint in benchmarks/runs/, measuring from the last text. Results
are data: finetune_training.jsonl holds the curves, tailnb/evaluation/saved/finetune.jsonl what was measured.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import torch
from tqdm import tqdm

from tailnb.evaluation.provenance import provenance
from tailnb.evaluation.results import Result, append, read
from tailnb.evaluation.run import evaluate_writer
from tailnb.evaluation.saved import HERE as SAVED
from tailnb.evaluation.table import table
from tailnb.models.choose import choose
from tailnb.models.finetune import Finetuning, Progress, Recipe
from tailnb.models.load import load
from tailnb.models.writers.causal import CausalWriter
from tailnb.tasks import RANGES

HERE = Path(__file__).parent
RUNS = HERE / "runs"
CURVES, RESULTS = HERE / "finetune_training.jsonl", SAVED / "finetune.jsonl"
EVALUATION_SEED = 2024  # of the problems that are measured; training uses the other split at its own seed
SAVE_EVERY = 20


@click.command()
@click.argument("method", type=click.Choice(["tail", "none", "plain", "base"]))
@click.option("--task", default="bubble_sort", show_default=True)
@click.option("--model", default="smollm2", show_default=True, help="A name, a folder, or an id of the hub.")
@click.option("--steps", default=140, show_default=True, help="Of 8 problems each.")
@click.option("--learning-rate", default=1e-3, show_default=True, help="The highest of a cosine schedule.")
@click.option("--seed", default=0, show_default=True)
@click.option("--n", default=100, show_default=True, help="Problems of each range to measure with.")
@click.option("--range", "ranges", multiple=True, default=RANGES, show_default=True)
@click.option("--threads", default=2, show_default=True)
def app(
    method: str,
    task: str,
    model: str,
    steps: int,
    learning_rate: float,
    seed: int,
    n: int,
    ranges: tuple[str, ...],
    threads: int,
) -> None:
    """Train one model, note its loss, and let it solve n fresh problems of each range, greedily."""
    torch.set_num_threads(threads)
    name = choose(model).name
    folder = RUNS / f"{model.replace('/', '-')}-{task}-{method}-{steps}-{learning_rate}-{seed}"
    command = f"python benchmarks/finetune.py {method} --task {task} --model {model}"
    if method != "base":
        command += f" --steps {steps} --learning-rate {learning_rate} --seed {seed}"
    where = provenance(command, threads=threads)
    base, tokenizer = load(model, quantize=True)
    if method == "base":
        writer = CausalWriter(base, tokenizer, name)
    else:
        # Long texts go through one at a time: on a processor, padding them costs more than it saves.
        batch = 1 if method == "tail" else 8
        sizes: dict[str, Any] = {"n": 8 * steps, "batch": batch, "accumulate": 8 // batch, "packing": False}
        recipe = Recipe(
            tasks=(task,), method=method, steps=steps, learning_rate=learning_rate, seed=seed, **sizes
        )
        run = Finetuning(recipe, base, tokenizer, folder, save_every=SAVE_EVERY)
        where |= train(run, where)
        writer = run.writer(name)
    with tqdm(total=n * len(ranges), desc=f"{name}, {method}") as bar:
        texts = folder.with_name(f"{folder.name}-texts")
        kept: dict[str, Any] = {"folder": texts, "progress": bar.update, "provenance": where}
        keep(evaluate_writer(writer, task, ranges, n, seed=EVALUATION_SEED, **kept))
    print(table(read(RESULTS)[0]))


def train(run: Finetuning, where: Mapping[str, Any]) -> dict[str, Any]:
    """Train to the end, keeping a row of the curve for each checkpoint; returns the recipe and its cost."""
    before, name, method = run.done, run.base, run.recipe.method
    rows = {row["step"]: row for row in curve(name, method) if row["step"] <= before}
    last = rows.get(before, {"tokens": 0, "minutes": 0.0})

    def note(at: Progress) -> None:
        bar.update()
        bar.set_postfix(loss=round(at.loss, 4))
        if at.step % SAVE_EVERY == 0 or at.step == at.steps:
            row = {"model": name, "method": method, "step": at.step, "loss": round(at.loss, 4)}
            row |= {"tokens": last["tokens"] + at.tokens}
            row |= {"minutes": round(last["minutes"] + at.seconds / 60, 2), "provenance": dict(where)}
            with CURVES.open("a", encoding="utf-8") as file:
                print(json.dumps(row), file=file)

    with tqdm(total=run.steps, initial=before, desc=f"{name}, {method}") as bar:
        if run.train(progress=note) is None:
            raise SystemExit(130)
    end = curve(name, method)[-1]
    return {"recipe": run.recipe.to_dict(), "trained": {key: end[key] for key in ("tokens", "minutes")}}


def curve(name: str, method: str) -> list[dict[str, Any]]:
    """The rows of a model's training so far."""
    lines = CURVES.read_text(encoding="utf-8").splitlines() if CURVES.exists() else []
    return [row for row in map(json.loads, lines) if (row["model"], row["method"]) == (name, method)]


def keep(results: list[Result]) -> None:
    """Put a model's results into the file, in place of earlier ones of the same kind."""
    before = read(RESULTS)[0] if RESULTS.exists() else []
    new = {(result.model, result.task, result.method, result.range) for result in results}
    partial = RESULTS.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    append(
        partial, [one for one in before if (one.model, one.task, one.method, one.range) not in new] + results
    ).rename(RESULTS)


if __name__ == "__main__":
    app()
