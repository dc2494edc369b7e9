"""Hold the recorded runs of all tasks against references that know nothing of them, on many random problems.

    python benchmarks/verify.py                        # 10,000 problems of each task and range, hours of work
    python benchmarks/verify.py --task lcs --n 200     # fewer, of one task
    python benchmarks/verify.py --most-minutes 10      # no more than that for a task and range

The recorded answer is compared with the task's reference and with that of tests/references; the texts in core
and styled are checked, and read back to the same states. Problems differ in their parameters; where fewer
exist, all that turn up are taken. Results are data: a line for each task and range in verify.jsonl. What is
there already, of as many problems and the same commit, is not done again.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice, product
from math import inf
from pathlib import Path
from random import Random
from typing import Any

import click
from joblib import Parallel, delayed
from tqdm import tqdm

import tailnb
from tailnb.evaluation.provenance import provenance
from tailnb.tasks import RANGES, Problem, Task, every_task
from tailnb.traces import extract, same
from tailnb.traces.styles import STYLES, Style

HERE = Path(__file__).parent
RESULTS = HERE / "verify.jsonl"
REFERENCES = HERE.parent / "tests"  # the folder of the package `references`
PART = 20  # problems that a process is given at once
PATIENCE = 20_000  # draws without a new problem before a space is called exhausted
SHOWN = 5  # failures that a row tells in full

Row = dict[str, Any]


@dataclass
class Tally:
    """What came of some problems: how many, how large, what failed how often, and the first failures."""

    problems: int = 0
    refused: int = 0  # of them, traces too long to be made
    states: int = 0
    characters: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    examples: list[Row] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Take in what came of further problems."""
        for name in ("problems", "refused", "states", "characters"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.failures.update(other.failures)
        self.examples = (self.examples + other.examples)[:SHOWN]


@click.command()
@click.option("--n", type=click.IntRange(min=1), default=10_000, show_default=True, help="Problems of each.")
@click.option("--task", "names", multiple=True, help="A task to verify; may be repeated.  [default: all]")
@click.option("--jobs", type=click.IntRange(min=1), default=2, show_default=True, help="Processes.")
@click.option("--most-minutes", type=float, help="Time for one task and range; the row says what was done.")
@click.option("--again", is_flag=True, help="Do what is recorded already once more.")
def main(n: int, names: tuple[str, ...], jobs: int, most_minutes: float | None, again: bool) -> None:
    """Verify tasks against independent references and record what was found; exit 1 for any failure."""
    try:
        tasks = [tailnb.task(name) for name in names] or list(every_task())
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    where = provenance(f"python benchmarks/verify.py --n {n}", jobs=jobs)
    rows = [] if not RESULTS.exists() else list(map(json.loads, RESULTS.read_text("utf-8").splitlines()))
    failed = 0
    for task, range in product(tasks, RANGES):
        row = None if again else recorded(rows, task, range, n, where["commit"], most_minutes)
        if row is None:
            row = verified(task, range, n, jobs, most_minutes) | {"provenance": where}
            rows = keep(rows, row)
        failed += bool(row["failures"])
        click.echo(in_words(row))
    sys.exit(bool(failed))


def recorded(
    rows: list[Row], task: Task, range: str, n: int, commit: str, most_minutes: float | None
) -> Row | None:
    """The row of a task and range, if it says all that would be found out now."""
    for row in rows:
        about = (row["task"], row["range"], row["asked"], row["provenance"]["commit"])
        if about == (task.name, range, n, commit) and (row["ended_by"] != "minutes" or most_minutes):
            return row
    return None


def verified(task: Task, range: str, n: int, jobs: int, most_minutes: float | None) -> Row:
    """Verify up to n problems of a task and range, for as long as there is time."""
    problems = list(islice(different(task, range), n))
    parts = [problems[start : start + PART] for start in _starts(len(problems))]
    tally, began = Tally(), time.time()
    until = began + 60 * most_minutes if most_minutes else inf
    with tqdm(total=len(problems), desc=f"{task.name} {range}", leave=False, disable=None) as bar:
        for done in Parallel(jobs, return_as="generator")(delayed(look_at)(part, until) for part in parts):
            tally.add(done)
            bar.update(done.problems)
    ended_by = "minutes" if tally.problems < len(problems) else "space" if len(problems) < n else "n"
    row = {"task": task.name, "range": range, "asked": n, "ended_by": ended_by}
    row |= {"space": task.problem_space(range), "seconds": round(time.time() - began, 1)}
    return row | asdict(tally)


def _starts(number: int) -> range:
    return range(0, number, PART)


def different(task: Task, range: str) -> Iterator[Problem]:
    """Random problems of both splits, each once, until no new one turns up."""
    rng, seen, repeats = Random(f"verify/{task.name}/{range}"), set[str](), 0
    while repeats < PATIENCE + 50 * len(seen) and len(seen) != task.problem_space(range):
        params = task.module.sample(rng, *task.lengths[range])
        key = json.dumps(params, sort_keys=True)
        repeats = repeats + 1 if key in seen else 0
        if not repeats:
            seen.add(key)
            yield Problem(task, params, rng.randrange(len(task.module.TEMPLATES)))


def look_at(problems: list[Problem], until: float) -> Tally:
    """Verify some problems until it is that time; this runs in a process of its own."""
    tally = Tally()
    for problem in problems:
        if time.time() > until:
            break
        tally.problems += 1
        try:
            wrong = faults(problem, tally)
        except Exception as error:  # whatever it is, it is a finding
            wrong = [f"{type(error).__name__}: {error}"]
        tally.failures.update(fault.partition(":")[0] for fault in wrong)
        tally.examples += [{"params": problem.params, "failures": wrong}] if wrong else []
    return tally


def faults(problem: Problem, tally: Tally) -> list[str]:
    """The names of all comparisons that a problem fails."""
    held = {"library": same(library(problem), problem.answer)}
    if too_long(problem):
        tally.refused += 1
        return [name for name, right in held.items() if not right]
    trace = problem.trace()
    tally.states += len(trace)
    held["recorded answer"] = trace.answer == problem.answer
    for name, style in STYLES.items():
        text = trace.text(name)
        held[f"check of {name}"] = tailnb.check(trace, text).ok
        held[f"reading of {name}"] = read_back(text, style) == (trace.initial, trace.states, trace.answer)
        tally.characters += len(text) if name == "core" else 0
    return [name for name, right in held.items() if not right]


def too_long(problem: Problem) -> bool:
    """Whether the trace is refused; answers are compared all the same."""
    try:
        problem.require_trace()
    except ValueError:
        return True
    return False


def library(problem: Problem) -> str:
    """The answer by a package, or by brute force, that knows nothing of tailnb."""
    if str(REFERENCES) not in sys.path:
        sys.path.append(str(REFERENCES))
    from references import REFERENCES as known

    answer: str = known[problem.task.name].library(**problem.params)
    return answer


def read_back(text: str, style: Style) -> tuple[Any, ...]:
    """What a text says: the initial cells, the states and the answer."""
    tape, *states, answer = text.splitlines()
    return style.read_tape(tape), tuple(map(style.read_state, states)), extract(answer)


def keep(rows: list[Row], row: Row) -> list[Row]:
    """The rows with a new one in the place of an older one of its task and range; the file holds them all."""
    others = [old for old in rows if (old["task"], old["range"]) != (row["task"], row["range"])]
    partial = RESULTS.with_suffix(".partial")
    partial.write_text("".join(json.dumps(one) + "\n" for one in [*others, row]), "utf-8")
    partial.replace(RESULTS)
    return [*others, row]


def in_words(row: Row) -> str:
    """A row for people."""
    found = ", ".join(f"{name}: {number:,}" for name, number in row["failures"].items()) or "no failure"
    found += f", {row['refused']:,} too long for a trace" if row["refused"] else ""
    found += f", ended by {row['ended_by']}" if row["ended_by"] != "n" else ""
    size = f"{row['problems']:7,} problems {row['states']:12,} states {row['seconds']:8,.1f} s"
    return f"{row['task']:24} {row['range']} {size}  {found}"


if __name__ == "__main__":
    main()
