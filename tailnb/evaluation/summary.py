"""What came of a file of outputs, as tables on a terminal of 80 columns or more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from tailnb.evaluation.measure import OTHER
from tailnb.evaluation.outputs import LATER, Checked, Tally, check_outputs, save
from tailnb.evaluation.provenance import provenance
from tailnb.evaluation.results import Result
from tailnb.evaluation.table import NOTHING, caption, cell, method_title
from tailnb.tasks import RANGES
from tailnb.traces.check import MODULES

WIDE = 110  # characters, from which percentages and their intervals fit on one line


def check_file(path: Path, out: Path | None = None, console: Console | None = None) -> int:
    """Check a file of outputs and print what came of it; returns the exit code, 1 when lines are broken.

    out: where to write the results as JSON Lines, too.
    Raises ValueError when there is nothing to score, and when `out` is the file itself.
    """
    console = console or Console()
    if out and out.exists() and out.samefile(path):
        raise ValueError(f"{out} holds the outputs themselves; choose another file for the results")
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        job = bar.add_task(escape(path.name), total=path.stat().st_size)
        checked = check_outputs(path, lambda done: bar.update(job, completed=done))
    show(checked, console)
    if out:
        save(out, checked.rows(provenance(f"tailnb check {path.name} --out {out.name}")))
        console.print(f"results {escape(str(out))}", soft_wrap=True, highlight=False)
    return int(checked.broken > 0)


def show(checked: Checked, console: Console) -> None:
    """Print the accuracy of each task and range, the first errors by module, and the broken lines."""
    results = checked.results()
    console.print(_accuracy(results, console.width < WIDE))
    traced = [result for result in results if result.trace_correct is not None]
    if traced:
        console.print(_first_errors(traced))
    later = [
        (one, tally) for one, tally in zip(results, checked.tallies.values(), strict=True) if +tally.later
    ]
    if later:
        console.print(_later(later))
    if checked.broken:
        more = checked.broken - len(checked.named)
        lines = [f"{checked.broken} of {checked.lines} lines cannot be scored:", *checked.named]
        lines += [f"… and {more} more"] if more else []
        console.print(f"[red]{escape(chr(10).join(lines))}[/red]", soft_wrap=True, highlight=False)


def _accuracy(results: Sequence[Result], narrow: bool) -> Group:
    """A line for each model, task and method, a column for each range."""
    ranges = [range for range in (*RANGES, OTHER) if any(result.range == range for result in results)]
    shown = _table(_heads(results), ranges)
    cells: dict[tuple[str, ...], dict[str, str]] = {}
    for result in results:
        text = cell(result.to_dict())
        line = cells.setdefault(_names(result, results), {})
        line[result.range] = text.replace(" (", "\n(") if narrow else text
    for names, line in cells.items():
        shown.add_row(*names, *(line.get(range, NOTHING) for range in ranges))
    return Group(shown, caption("accuracy", {result.n for result in results}))


def _first_errors(results: Sequence[Result]) -> Group:
    """How many texts are right in every state, and in which module the others first went wrong."""
    columns = {"n": "texts", "right": "right"} | {module: module.replace(" ", "\n") for module in MODULES}
    counts = [Counter({"n": one.n, "right": one.trace_correct or 0, **one.errors}) for one in results]
    text = "Texts right in every state and in the answer; the others by their first error"
    return Group(_counted(results, counts, columns), text)


def _later(pairs: Sequence[tuple[Result, Tally]]) -> Group:
    """What came of the states behind the first errors."""
    columns = dict(zip(LATER, ("copied", "new error", "recovered", "not judged"), strict=True))
    shown = _counted([result for result, _ in pairs], [tally.later for _, tally in pairs], columns)
    return Group(
        shown,
        "Behind a first error: states wrong only as they follow from it; new errors; states right again"
        " although they do not follow; and what cannot be judged, as the text had left the run",
    )


def _counted(results: Sequence[Result], counts: Sequence[Counter[str]], columns: Mapping[str, str]) -> Table:
    """A line for each model, task and method, its counts added up; columns: what to call them."""
    shown = _table(_heads(results), list(columns.values()))
    sums: dict[tuple[str, ...], Counter[str]] = {}
    for result, count in zip(results, counts, strict=True):
        sums.setdefault(_names(result, results), Counter()).update(count)
    for names, total in sums.items():
        shown.add_row(*names, *(str(total[name]) for name in columns))
    return shown


def _table(names: Sequence[str], numbers: Sequence[str]) -> Table:
    shown = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for name in names:
        shown.add_column(name, overflow="fold", vertical="top")
    for name in numbers:
        shown.add_column(name, justify="right", no_wrap=True)
    return shown


def _heads(results: Sequence[Result]) -> list[str]:
    """What tells the lines apart: the task, and the model and the method where there are several."""
    several = len({result.model for result in results}) > 1
    methods = {result.method for result in results} != {"tail"}
    return [*(["model"] if several else []), "task", *(["method"] if methods else [])]


def _names(result: Result, results: Sequence[Result]) -> tuple[str, ...]:
    names = {"model": result.model, "task": result.task, "method": method_title(result.method)}
    return tuple(escape(names[head].replace("_", " ")) for head in _heads(results))
