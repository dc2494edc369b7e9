"""What the laboratory found, in words: a table of all models, and the card of one."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import mean
from typing import Any

from experiments import EXPERIMENTS, Run

from tailnb.tasks import RANGES

Row = dict[str, Any]

HEAD = """| experiment | variant | task | S / M / L | n | seeds | tokens | minutes |
|---|---|---|---|---:|---:|---:|---:|"""

TIMES = """| experiment | models | measured | minutes of training |
|---|---:|---:|---:|"""


def times(rows: Iterable[Row]) -> str:
    """A line of Markdown for each experiment: its models, how many are measured, their minutes together."""
    minutes = {Run.name_of(row): row["provenance"]["minutes"] for row in rows}
    lines = []
    for experiment, runs in EXPERIMENTS.items():
        measured = [minutes[run.name] for run in runs if run.name in minutes]
        lines.append(f"| {experiment} | {len(runs)} | {len(measured)} | {sum(measured):.0f} |")
    return "\n".join([TIMES, *lines])


def table(rows: Iterable[Row]) -> str:
    """A line of Markdown for each model and task, with accuracies in percent, on average over the seeds."""
    cells: dict[tuple[str, str, str, str], dict[str, list[Row]]] = {}
    for row in sorted(rows, key=lambda row: list(EXPERIMENTS).index(row["experiment"])):
        if row["length"] is None:
            key = row["experiment"], row["learned"], row["variant"], row["task"]
            cells.setdefault(key, {}).setdefault(row["range"], []).append(row)
    return "\n".join([HEAD, *(_line(*key, found) for key, found in cells.items())])


def _line(experiment: str, learned: str, variant: str, task: str, found: dict[str, list[Row]]) -> str:
    several = learned.count(",") + 1
    shares = (f"{100 * mean(row['accuracy'] for row in found[range]):.1f}" for range in RANGES)
    where = [row["provenance"] for row in found["S"]]
    tokens, minutes = (mean(one[what] for one in where) for what in ("trained_tokens", "minutes"))
    parts = (
        experiment if several == 1 else f"{experiment}, {several} tasks",
        variant,
        task,
        " / ".join(shares),
        found["S"][0]["n"],
        len(where),
        f"{tokens / 1e6:.1f} M",
        f"{minutes:.1f}",
    )
    return f"| {' | '.join(map(str, parts))} |"


def card(model: str, run: Run, rows: Iterable[Row], seed: int) -> str:
    """The model's card: what it is, how it was trained, and what it was measured to do.

    rows: of all runs. seed: of the problems that were measured.
    """
    mine = [row for row in rows if Run.name_of(row) == run.name and row["length"] is None]
    where, recipe = mine[0]["provenance"], run.recipe.to_dict()
    training = "\n".join(f"- {name}: {value}" for name, value in recipe.items())
    measured = "\n".join(
        f"| {row['task']} | {row['range']} | {row['n']} | {100 * row['accuracy']:.1f}"
        f" ({100 * row['low']:.1f}–{100 * row['high']:.1f}) | {_percent(row['trace_accuracy'])} |"
        for row in mine
    )
    return CARD.format(model=model, training=training, measured=measured, seed=seed, **where)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f}"


CARD = """---
license: apache-2.0
library_name: transformers
---
# {model}

A Qwen2-architecture model of {parameters:,} parameters with its own tokenizer, trained from zero by
`{command}` (commit {commit}): {trained_tokens:,} tokens in {minutes:.0f} minutes of training on one thread of
{processor}, which did other work beside. It reads and writes the `tape` style of tailnb's traces, and nothing
else.

Addition is of whole numbers: decimals are not what its tape was laid out for. Training saw lengths from 2 to
S's greatest, in random layouts, three prompts in ten with their cells in random order, and never a problem of
the evaluation split.

## Recipe

{training}

## Measured

Greedy generation, exact match of the final answer in percent with its 95% interval (Wilson), and texts right
in every state; fresh problems, seed {seed}.

| task | range | n | accuracy | whole trace |
|---|---|---|---|---|
{measured}
"""
