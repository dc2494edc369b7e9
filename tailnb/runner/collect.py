"""What a sweep measured: one tidy table in a file, one chart, and the table on the screen."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console

from tailnb.evaluation import read
from tailnb.evaluation.outputs import save
from tailnb.evaluation.results import Row
from tailnb.evaluation.seeds import over_seeds
from tailnb.evaluation.table import method_title
from tailnb.runner.combinations import Combination
from tailnb.runner.session import show_table
from tailnb.tasks import RANGES

NAME = "sweep"  # of the table's file and of the chart's
SWEPT = "sweep_"  # before a parameter's name, which may be that of another column


def collect(
    out: Path, runs: Iterable[tuple[Combination, Sequence[Path] | None]]
) -> tuple[list[Row], list[str], list[Path]]:
    """The rows of all finished runs; lines that cannot be read; and the files that hold the rows and a chart.

    Each row has the notebook and, with sweep_ before its name, each swept parameter.
    """
    rows: list[Row] = []
    broken: list[str] = []
    for one, files in runs:
        more = {"notebook": one.notebook.stem} | {f"{SWEPT}{name}": one.chosen[name] for name in one.chosen}
        for path in files or ():
            if path.suffix == ".jsonl":
                found, lines = read(path)
                rows += [result.to_dict() | more for result in found]
                broken += [f"{one.folder}/{line}" for line in lines]
    if not rows:
        return rows, broken, []
    table = out / f"{NAME}.jsonl"
    save(table, iter(rows))
    return rows, broken, [table, *_charts(rows, out)]


def labeled(row: Row, but: Sequence[str] = ()) -> str:
    """The model, and those swept parameters that the row does not tell anyway, without those of `but`."""
    told = {str(row[key]) for key in ("model", "task", "method")}
    swept = {name.removeprefix(SWEPT): str(row[name]) for name in row if name.startswith(SWEPT)}
    more = [f"{name}={value}" for name, value in swept.items() if name not in but and value not in told]
    return ", ".join([row["model"], *more])


def show(
    rows: Sequence[Row], broken: Sequence[str], files: Sequence[Path], out: Path, console: Console
) -> None:
    """Print the table, a row for each combination, and where everything is."""
    console.print()
    for line in broken:
        console.print(f"a result that cannot be read: {line}", soft_wrap=True, highlight=False, markup=False)
    show_table([row | {"model": labeled(row)} for row in rows], console)
    lines = [f"{'results' if path.suffix == '.jsonl' else 'chart':9} {path}" for path in files]
    lines.append(f"notebooks {out}")
    console.print("\n".join(lines), soft_wrap=True, highlight=False, markup=False)


def _charts(rows: Sequence[Row], out: Path) -> list[Path]:
    """The chart of all combinations, several seeds as one, as a page and a picture, if there are ranges."""
    from tailnb.views.variants import variants_chart

    drawn = [row | {"model": labeled(row, but=["seed"])} for row in rows if row["length"] is None]
    together = over_seeds(row for row in drawn if row["range"] in RANGES)
    if not together:
        return []
    chart = variants_chart(
        row | {"variant": f"{row['model']}, {method_title(row['method'])}"} for row in together
    )
    paths = [out / f"{NAME}.html", out / f"{NAME}.svg"]
    for path, options in zip(paths, ({"inline": True}, {}), strict=True):
        unfinished = path.with_name(f".{os.getpid()}.part{path.suffix}")
        chart.save(str(unfinished), **options)
        unfinished.replace(path)
    return paths
