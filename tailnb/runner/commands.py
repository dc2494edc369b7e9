"""`tailnb exercises`: for whoever sets exercises, and collects them."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tailnb.runner.notebooks import UsageError


@click.group("exercises")
def exercise_commands() -> None:
    """List the exercises, and report what students made of them."""


@exercise_commands.command("list")
def list_exercises() -> None:
    """List all exercises: name, difficulty, minutes and title."""
    from tailnb.exercises import exercises

    for one in exercises():
        click.echo(f"{one.name:20} {one.difficulty:6} {one.minutes:3} min  {one.title}")


@exercise_commands.command()
@click.argument("files", nargs=-1, required=True, metavar="NOTEBOOK...", type=click.Path(path_type=Path))
@click.option("--saved", is_flag=True, help="Read the outputs in the files; execute nothing.")
@click.option(
    "--timeout",
    type=click.IntRange(min=1),
    default=120,
    show_default=True,
    help="Seconds that one cell may take; a whole notebook may take ten times as long.",
)
@click.option(
    "--csv", "csv_file", type=click.Path(dir_okay=False, path_type=Path), help="Also write a table."
)
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Also write JSON.")
def report(
    files: tuple[Path, ...], saved: bool, timeout: int, csv_file: Path | None, json_file: Path | None
) -> None:
    """Report each exercise's state in notebooks, for grading.

    NOTEBOOK is a file that a student handed in, such as class/*.ipynb. Each is executed at scale smoke, every
    cell of it, in a scratch folder without the files beside it; the notebook itself is left as it is.

    This runs the students' code with your rights, files and network: there is no sandbox. With --saved only
    the outputs in the files are read, as the students left them. Either way a notebook can print what its
    author likes: look at the answers that count.
    """
    from tailnb.runner import exercise_report

    if csv_file is not None and csv_file == json_file:
        raise UsageError("--csv and --json would write the same file")
    code = exercise_report.report(files, saved=saved, seconds=timeout, csv_file=csv_file, json_file=json_file)
    sys.exit(code)
