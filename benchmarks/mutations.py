"""Break right texts in one place each, and count whether `tailnb.check` rejects them and names the module.

    python benchmarks/mutations.py                # prints the table and writes mutations.jsonl
    python benchmarks/mutations.py --n 500 --show 5 --out look.jsonl

Every task and both styles take part. faults.py has the kinds of faults, each with the module to be blamed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import click
from faults import KINDS, Draft, Outcome, broken
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import track
from rich.table import Table

from tailnb import Task
from tailnb.evaluation.provenance import provenance
from tailnb.tasks import every_task
from tailnb.traces.styles import STYLES

RESULTS = Path(__file__).with_suffix(".jsonl")
PROBLEMS = 8  # of each task, at range S, whose texts are broken
LONGEST = 2000  # states of a trace; longer ones only take time
COUNTS = ("n", "rejected", "state_right", "module_right")


@click.command()
@click.option("--n", default=12_000, show_default=True, help="Broken texts, about so many.")
@click.option("--seed", default=0, show_default=True)
@click.option("--task", "names", multiple=True, help="Only this task; may be repeated.")
@click.option("--show", default=0, help="Print so many of the texts that were not judged right.")
@click.option("--out", default=RESULTS, type=click.Path(dir_okay=False, path_type=Path), show_default=True)
def main(n: int, seed: int, names: tuple[str, ...], show: int, out: Path) -> None:
    """Break right texts in one place each; count whether the checker rejects them and names the module."""
    tasks = [task for task in every_task() if not names or task.name in names]
    each = -(-n // (len(tasks) * len(STYLES) * len(KINDS)))
    start, found, console = time.process_time(), list[Outcome](), Console()
    for task in track(tasks, "tasks", console=console, transient=True):
        for outcome in outcomes(task, each, seed):
            if show > 0 and not (outcome.rejected and outcome.state and outcome.module):
                console.print(outcome, markup=False)
                show -= 1
            found.append(replace(outcome, text="", said=""))
    minutes = round((time.process_time() - start) / 60, 2)
    where = provenance(f"python benchmarks/mutations.py --n {n} --seed {seed}", seed=seed, minutes=minutes)
    counted = rows(found)
    console.print(table(counted))
    write(out, [row | {"provenance": where} for row in counted])


def outcomes(task: Task, each: int, seed: int) -> Iterator[Outcome]:
    """Texts of a task, broken so many times in each style and kind, where there is something to break."""
    problems = [task.sample("S", seed=seed, index=index) for index in range(PROBLEMS)]
    short = [problem for problem in problems if problem.count_states() <= LONGEST]
    traces = [problem.trace() for problem in short]
    for style in STYLES:
        for kind in KINDS:
            rng = Random(f"mutations/{seed}/{task.name}/{style}/{kind}")
            for _ in range(each if short else 0):
                place = rng.randrange(len(short))
                outcome = broken(short[place], Draft.of(traces[place], style), kind, rng)
                if outcome:
                    yield outcome


def rows(found: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Counts for each kind and style, for each task, and of all."""
    kinds = [
        {"kind": kind, "module": KINDS[kind][0], "style": style}
        | counts([one for one in found if (one.kind, one.style) == (kind, style)])
        for kind in KINDS
        for style in STYLES
    ]
    names = dict.fromkeys(one.task for one in found)
    tasks = [{"task": name} | counts([one for one in found if one.task == name]) for name in names]
    return [*kinds, *tasks, {"all": True} | counts(found)]


def counts(found: Sequence[Outcome]) -> dict[str, int]:
    """How many broken texts there are, and how many of them were judged right."""
    judged = ((1, one.rejected, one.state, one.module) for one in found)
    return dict(zip(COUNTS, map(sum, zip(*judged, strict=True)), strict=True)) or dict.fromkeys(COUNTS, 0)


def table(counted: Sequence[dict[str, Any]]) -> Table:
    """The counts of each kind in percent, and those of all."""
    caption = "rejected, state and module: right in so many percent of the texts"
    shown = Table(
        box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True, caption=caption, caption_justify="left"
    )
    shown.add_column("fault", no_wrap=True)
    shown.add_column("to be blamed", no_wrap=True)
    for name in ("texts", "rejected", "state", "module"):
        shown.add_column(name, justify="right", no_wrap=True)
    for kind, (module, _) in KINDS.items():
        both = [row for row in counted if row.get("kind") == kind]
        shown.add_row(kind, module, *cells({name: sum(row[name] for row in both) for name in COUNTS}))
    shown.add_section()
    shown.add_row("all", "", *cells(counted[-1]))
    return shown


def cells(row: dict[str, int]) -> list[str]:
    """The number of texts, and the shares of them that were judged right."""
    n, *shares = (row[name] for name in COUNTS)
    return [str(n), *(f"{100 * share / n:.2f}" if n else "–" for share in shares)]


def write(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    """Write JSON Lines, whole or not at all."""
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_text(
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8"
    )
    temporary.replace(path)


if __name__ == "__main__":
    main()
