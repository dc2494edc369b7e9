"""The rows that notebooks publish: a folder of JSON Lines named by TAILNB_RESULTS, and their table."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table

VARIABLE = "TAILNB_RESULTS"
RANGES = ("S", "M", "L")
CHARTS = (".svg", ".png", ".html")

Row = dict[str, Any]
Stamps = dict[str, tuple[int, int]]


@contextmanager
def staged(folder: Path) -> Iterator[None]:
    """Let a notebook publish into a copy of `folder`, which replaces it only if nothing was raised."""
    stage = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(stage, ignore_errors=True)
    if folder.is_dir():
        shutil.copytree(folder, stage)
    else:
        stage.mkdir(parents=True)
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = str(stage)
    try:
        yield
        shutil.rmtree(folder, ignore_errors=True)
        stage.rename(folder)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        os.environ.pop(VARIABLE)
        if before is not None:
            os.environ[VARIABLE] = before


def stamps(folder: Path) -> Stamps:
    """Time and size of every file in a folder, to tell later which of them were written."""
    return {path.name: _stamp(path) for path in folder.glob("*")}


def written(folder: Path, since: Stamps) -> list[Path]:
    """The files of a folder that are new or changed since `stamps` were taken, in order of names."""
    return [path for path in sorted(folder.glob("*")) if since.get(path.name) != _stamp(path)]


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size


def read_rows(paths: Iterable[Path]) -> list[Row]:
    """The rows of JSON Lines files.

    Raises:
        ValueError: a line is no JSON object with the keys that the table needs; the text names the place.
    """
    rows = []
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if line.strip():
                rows.append(_row(line, f"{path.name}, line {number}"))
    return rows


def _row(line: str, place: str) -> Row:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"{place}: no JSON ({error})") from None
    needed = ("model", "task", "method", "range", "n", "accuracy")
    missing = [key for key in needed if not isinstance(row, dict) or key not in row]
    if missing:
        raise ValueError(f"{place}: no result row, {', '.join(missing)} missing")
    return dict(row)


def accuracy_table(rows: Iterable[Row]) -> Table:
    """One line per model, task and method; accuracy on short, medium and long problems, with their number.

    Where several notebooks measured the same, the last of them in order of names counts.
    """
    lines: dict[tuple[str, str, str], dict[str, str]] = {}
    for row in rows:
        key = (str(row["model"]), str(row["task"]), str(row["method"]))
        lines.setdefault(key, {})[row["range"]] = f"{100 * row['accuracy']:.1f} ({row['n']})"
    table = Table(title="Accuracy in percent (of so many problems)", title_justify="left", box=SIMPLE_HEAD)
    for name in ("model", "task", "method"):
        table.add_column(name, overflow="fold")
    for name in RANGES:
        table.add_column(name, justify="right")
    for key, cells in lines.items():
        table.add_row(*key, *(cells.get(name, "–") for name in RANGES))
    return table
