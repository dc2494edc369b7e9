"""A whole `tailnb run`: live progress, one notebook after another, and the summary."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from tailnb.evaluation import Result, read
from tailnb.evaluation import table as evaluation_table
from tailnb.evaluation.results import Row
from tailnb.runner.execute import Outcome, execute
from tailnb.runner.export import export_html
from tailnb.runner.notebooks import UsageError
from tailnb.runner.parameters import check_parameters, parameters
from tailnb.runner.results import stamps, written
from tailnb.tasks import RANGES

CELL_SECONDS = {"smoke": 300, "demo": 1800, "full": None}
COLUMNS = ("model", "task", "method", *RANGES)
WIDE = 130  # characters, from which percentages and their intervals fit on one line
STOPPED = 130  # what shells report for a program ended by Ctrl-C


def show_parameters(notebooks: Sequence[Path], console: Console | None = None) -> None:
    """Print a table of each notebook's parameters: name, type, default, meaning."""
    console = console or Console()
    for notebook in notebooks:
        table = Table(title=notebook.stem, title_justify="left")
        for name in ("parameter", "type", "default", "meaning"):
            table.add_column(name, overflow="fold")
        for entry in parameters(notebook).values():
            table.add_row(*map(escape, (entry.name, entry.kind, entry.default, entry.meaning)))
        console.print(table)


def run(
    notebooks: Sequence[Path],
    scale: str,
    pairs: Sequence[tuple[str, str]],
    out: Path,
    timeout: int | None = None,
    console: Console | None = None,
) -> int:
    """Execute notebooks into `out` and sum up; a notebook that fails does not keep the next from running.

    Returns:
        The exit code: 0, 1 if a notebook failed, 130 if stopped by Ctrl-C.

    Raises:
        UsageError: a parameter is unknown to a notebook or of the wrong type, or `out` is no folder.
    """
    console = console or Console()
    values = {notebook: values_for(notebook, scale, pairs) for notebook in notebooks}
    out = out.resolve()
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is no folder")
    out.mkdir(parents=True, exist_ok=True)
    before = stamps(out / "results")
    limit = timeout or CELL_SECONDS[scale]
    outcomes = []
    for notebook in notebooks:
        try:
            outcomes.append(execute_one(notebook, out, values[notebook], limit, console))
        except KeyboardInterrupt:
            console.print(
                f"stopped by Ctrl-C in {notebook.stem}; what it had done: {notebook.stem}.partial.ipynb"
            )
            return STOPPED
    _sum_up(outcomes, written(out / "results", before), out, console)
    return int(any(outcome.failure for outcome in outcomes))


def values_for(notebook: Path, scale: str, pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The parameters to inject; a notebook need not have a scale."""
    scaled = {"scale": scale} if "scale" in parameters(notebook) else {}
    return scaled | check_parameters(notebook, pairs)


def execute_one(
    notebook: Path,
    out: Path,
    values: dict[str, Any],
    timeout: int | None,
    console: Console,
    name: str | None = None,
) -> Outcome:
    """Run one notebook under a live line, then leave one line on what came of it, called `name` there."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("cell {task.completed} of {task.total}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        job = bar.add_task(escape(name or notebook.stem), total=None)
        outcome = execute(
            notebook,
            out,
            values,
            timeout=timeout,
            on_cell=lambda cell, cells: bar.update(job, completed=cell, total=cells),
        )
        if outcome.failure is None:
            export_html(outcome.output)
    minutes, seconds = divmod(round(outcome.seconds), 60)
    line = f"{escape(name or outcome.stem)}: {outcome.cells} cells in {minutes}:{seconds:02d}"
    if outcome.failure:
        line = f"[red]✗[/red] {line}, [red]failed[/red] in {escape(str(outcome.failure))}"
    else:
        line = f"[green]✓[/green] {line}"
    console.print(line, soft_wrap=True, highlight=False)
    return outcome


def _sum_up(outcomes: Sequence[Outcome], files: Sequence[Path], out: Path, console: Console) -> None:
    """Print the table of measured accuracies, what failed, and where everything is."""
    console.print()
    _show_measured([path for path in files if path.suffix == ".jsonl"], console)
    whole = [outcome for outcome in outcomes if not outcome.failure]
    lines = [f"{len(whole)} of {len(outcomes)} notebooks ran to the end."]
    lines += [f"failed    {one.stem} in {one.failure}; see {one.output}" for one in outcomes if one.failure]
    if whole:
        lines += [
            f"notebooks {out / '*.ipynb'}",
            f"pages     {out / '*.html'}, first {whole[0].stem}.html",
        ]
    lines += [f"{_kind(path):9} {path}" for path in files]
    console.print("\n".join(map(escape, lines)), soft_wrap=True, highlight=False)


def _show_measured(files: Sequence[Path], console: Console) -> None:
    """Print a row for each model, task and method; of two measurements of the same, the last one counts."""
    results: list[Result] = []
    for path in files:
        found, broken = read(path)
        results += found
        for line in broken:
            console.print(f"[red]a result that cannot be read:[/red] {escape(line)}")
    show_table(results, console)


def show_table(rows: Iterable[Result | Row], console: Console) -> None:
    """Print accuracies at S, M and L: a row for each model, task and method."""
    measured = evaluation_table(rows)
    if not measured.rows:
        console.print("These notebooks published no results.")
        return
    shown = Table(caption=measured.caption, caption_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for name in COLUMNS:
        number = name in RANGES
        shown.add_column(name, justify="right" if number else "left", no_wrap=number, overflow="fold")
    for row in measured.rows:
        cells = [escape(row[name]) for name in COLUMNS]
        if console.width < WIDE:
            cells = [cell.replace(" (", "\n(").replace("_", " ") for cell in cells]
        shown.add_row(*cells)
    console.print(shown)


def _kind(path: Path) -> str:
    return "results" if path.suffix == ".jsonl" else "chart"
