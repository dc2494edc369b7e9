"""`tailnb exercises report`: what came of the exercises in students' notebooks, as text, CSV or JSON."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from tailnb.evaluation.outputs import printable
from tailnb.exercises import exercise
from tailnb.runner.grading import UNREADABLE, Grade, Ungradable, grades, opened

COLUMNS = ("notebook", "exercise", "title", "difficulty", "minutes", "state", "text")
MARKS = {"right": "✓", "wrong": "✗", "not done": "○"}
FORMULA = ("=", "+", "-", "@", "\t")  # a cell of a spreadsheet that begins so is computed

Row = dict[str, str | int]


def report(
    files: Sequence[Path],
    *,
    saved: bool,
    seconds: int,
    csv_file: Path | None,
    json_file: Path | None,
    console: Console | None = None,
) -> int:
    """Print the state of every exercise in the notebooks, and write the rows to files if asked to.

    saved: read the outputs in the files instead of executing them. seconds: that one cell may take.
    Returns the exit code: 0, or 1 if there was nothing to say of a notebook.
    """
    console = console or Console()
    every = []
    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("cell {task.completed} of {task.total}"),
        console=console,
        transient=True,
        disable=saved or not console.is_terminal,
    ) as bar:
        for path in files:
            job = bar.add_task(printable(str(path)), total=None)

            def on_cell(at: int, of: int, job: TaskID = job) -> None:
                bar.update(job, completed=at, total=of)

            mine = grade(path, saved, seconds, on_cell)
            bar.remove_task(job)
            console.print(as_text(mine), soft_wrap=True, highlight=False, markup=False)
            every += mine
    _write(csv_file, as_csv(every), console)
    _write(json_file, as_json(every), console)
    return int(any(one.state == UNREADABLE for one in every))


def grade(path: Path, saved: bool, seconds: int, on_cell: Callable[[int, int], object]) -> list[Grade]:
    """The grades of a notebook's exercises, or one that says why there are none."""
    name, stopped = printable(str(path)), ""
    try:
        notebook = opened(path)
        grades(notebook, name)  # what has no exercises need not run
        if not saved:
            from tailnb.runner.students import execute_all

            stopped = execute_all(notebook, seconds, on_cell)
        return grades(notebook, name, stopped)
    except Ungradable as error:
        return [Grade(name, "", UNREADABLE, printable(str(error)))]


def as_text(mine: Sequence[Grade]) -> str:
    """The grades of one notebook: a heading, then a line for each exercise."""
    if mine[0].state == UNREADABLE:
        return f"{mine[0].notebook}: {mine[0].text}"
    width = max(len(one.exercise) for one in mine)
    right = sum(one.state == "right" for one in mine)
    lines = [f"{mine[0].notebook}: {right} of {len(mine)} right"]
    for one in mine:
        more = "" if one.state in ("right", "not done") else f": {one.text.partition(chr(10))[0]}"
        lines.append(f"  {MARKS.get(one.state, '–')} {one.exercise.ljust(width)}  {one.state}{more}")
    return "\n".join(lines)


def rows(every: Sequence[Grade]) -> list[Row]:
    """A tidy row for each notebook and exercise."""
    return [_row(one) for one in every]


def _row(one: Grade) -> Row:
    known = exercise(one.exercise) if one.exercise else None
    return {
        "notebook": one.notebook,
        "exercise": one.exercise,
        "title": known.title if known else "",
        "difficulty": known.difficulty if known else "",
        "minutes": known.minutes if known else 0,
        "state": one.state,
        "text": one.text,
    }


def as_csv(every: Sequence[Grade]) -> str:
    """The rows for a spreadsheet, in which nothing that a student wrote is computed."""
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows(every):
        writer.writerow({name: _inert(value) for name, value in row.items()})
    return file.getvalue()


def as_json(every: Sequence[Grade]) -> str:
    """The rows as one JSON list."""
    return json.dumps(rows(every), ensure_ascii=False, indent=1) + "\n"


def _inert(value: str | int) -> str | int:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _write(path: Path | None, text: str, console: Console) -> None:
    """Write a file, whole or not at all."""
    if path is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    console.print(f"written to {path}", soft_wrap=True, highlight=False, markup=False)
