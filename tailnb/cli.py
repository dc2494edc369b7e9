"""The command `tailnb`. Exit codes: 0 fine, 1 something failed, 2 wrong usage, 130 stopped by Ctrl-C."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

import click

from tailnb.machines.errors import choices
from tailnb.runner.commands import exercise_commands
from tailnb.runner.notebooks import UsageError, choose, find_notebooks
from tailnb.runner.options import scale_option
from tailnb.site.commands import site

INSTALL = 'pip install -c constraints.txt -e ".[lab]"'


class Commands(click.Group):
    """A group that names its commands when an unknown one is asked for."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            ctx.fail(f"no command {args[0]!r}; {choices(args[0], self.commands)}")
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="tailnb")
def app() -> None:
    """Learn and explore TAIL: Turing machines, chains of thought that imitate them, and models."""


@app.command()
@click.argument("names", nargs=-1, metavar="[NOTEBOOK]...")
@scale_option("smoke: seconds a notebook; demo: minutes on a laptop; full: the whole recipe.")
@click.option(
    "-p",
    "--parameter",
    "pairs",
    type=(str, str),
    multiple=True,
    metavar="NAME VALUE",
    help="Set a parameter that every chosen notebook has; may be repeated.",
)
@click.option(
    "--sweep",
    "sweeps",
    multiple=True,
    metavar="NAME=VALUE,...",
    help="Run once for each value; repeated, for each combination. With a semicolon between them, values "
    "may have commas.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for outputs.  [default: runs/SCALE, of sweeps runs/SCALE-sweep]",
)
@click.option("--timeout", type=click.IntRange(min=1), help="Seconds that one cell may take.")
@click.option("--list", "listing", is_flag=True, help="Show the notebooks' parameters instead.")
def run(
    names: tuple[str, ...],
    scale: str,
    pairs: tuple[tuple[str, str], ...],
    sweeps: tuple[str, ...],
    out: Path | None,
    timeout: int | None,
    listing: bool,
) -> None:
    """Execute notebooks with papermill, and sum up what they measured.

    NOTEBOOK is a file's name without .ipynb, or its beginning, such as 05, or a path to any notebook;
    without any, all of them run.
    Executed notebooks and their HTML go to the --out folder, replacing an earlier whole run's only when
    they are whole themselves. A sweep that was stopped goes on by the same command.
    """
    from tailnb.runner import session, sweep

    notebooks = choose(find_notebooks(), names)
    if listing:
        session.show_parameters(notebooks)
    elif sweeps:
        out = out or Path("runs") / f"{scale}-sweep"
        sys.exit(sweep.run(notebooks, scale, pairs, sweeps, out, timeout))
    else:
        sys.exit(session.run(notebooks, scale, pairs, out or Path("runs") / scale, timeout))


@app.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.pass_context
def lab(context: click.Context) -> None:
    """Open JupyterLab at the first notebook; further options are JupyterLab's own."""
    import importlib.util

    if importlib.util.find_spec("jupyterlab") is None:
        raise ModuleNotFoundError(name="jupyterlab")
    first = next(iter(find_notebooks().values()))
    # Not the file as an argument: then the address that is printed would lead to no notebook.
    where = [f"--ServerApp.root_dir={first.parent}", f"--LabApp.default_url=/lab/tree/{first.name}"]
    command = [sys.executable, "-m", "jupyterlab", *where, *context.args]
    sys.stdout.flush()
    os.execv(sys.executable, command)


@app.command()
@click.option("--online", is_flag=True, help="Also ask the model hub whether the model can be had.")
def doctor(online: bool) -> None:
    """Show what this machine can run, and how to mend what it cannot."""
    from tailnb.doctor import examine

    sys.exit(examine(online))


@app.command()
@click.argument("tasks", nargs=-1, metavar="TASK...")
@click.option("--range", "range_", default="S", show_default=True, help="Range of lengths: S, M or L.")
@click.option(
    "--n", type=click.IntRange(min=1), default=1000, show_default=True, help="Problems of each task."
)
@click.option("--ratio", help="Mix of S:M:L, such as 8:1:1, instead of one range.")
@click.option("--method", default="tail", show_default=True, help="What a model should write.")
@click.option("--style", default="core", show_default=True, help="The traces' text: core, styled or tape.")
@click.option(
    "--without", multiple=True, metavar="MODULE", help="Leave out a core module, such as memory-fetcher."
)
@click.option("--seed", default=0, show_default=True)
@click.option("--split", default="train", show_default=True, help="train or eval; they share no problem.")
@click.option(
    "--format", "format_", default="jsonl", show_default=True, help="Of the files: jsonl or parquet."
)
@click.option("--jobs", type=int, default=1, show_default=True, help="Processes; -1 for one on each core.")
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to write to."
)
def synth(
    tasks: tuple[str, ...],
    range_: str,
    n: int,
    ratio: str | None,
    method: str,
    style: str,
    without: tuple[str, ...],
    seed: int,
    split: str,
    format_: str,
    jobs: int,
    out: Path,
) -> None:
    """Write a data set of problems and chains of thought: a file for each task, and a card.

    The same command again, also after it was stopped, writes only what is missing.
    """
    from rich.console import Console
    from rich.progress import Progress

    from tailnb.dataset import write_dataset

    with Progress(transient=True, disable=not Console().is_terminal) as bar:
        job = bar.add_task("problems", total=n * len(set(tasks)))
        try:
            folder = write_dataset(
                tasks,
                out,
                n=n,
                range=range_,
                ratio=ratio,
                seed=seed,
                split=split,
                method=method,
                style=style,
                without=[module.replace("-", " ") for module in without],
                format=format_,
                jobs=jobs,
                progress=lambda done: bar.update(job, completed=done),
            )
        except ValueError as error:
            raise UsageError(str(error)) from error
        except KeyboardInterrupt:
            _stop("stopped by Ctrl-C; the same command goes on from here", 130)
    click.echo(f"{n} problem{'s of each task are' if n > 1 else ' of each task is'} in {folder}")


@app.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Also write the results as JSON Lines."
)
def check(file: Path, out: Path | None) -> None:
    """Score any model's outputs, and find where their traces first go wrong.

    FILE holds one JSON object a line: task, params and output; if need be also method (tail if not given; of
    another only the answer is scored), style, layout, without and model. Broken lines are named, the rest is
    scored.
    """
    from tailnb.evaluation.summary import check_file

    try:
        sys.exit(check_file(file, out))
    except ValueError as error:
        raise UsageError(str(error)) from error


@app.command()
@click.argument("tasks", nargs=-1, metavar="[TASK]...")
@click.option(
    "--n", type=click.IntRange(min=1), default=100, show_default=True, help="Problems of each range."
)
@click.option("--method", default="tail", show_default=True, help="What a model should write.")
@click.option("--style", default="core", show_default=True, help="The traces' text: core, styled or tape.")
@click.option(
    "--without", multiple=True, metavar="MODULE", help="Leave out a core module, such as memory-fetcher."
)
@click.option("--seed", default=0, show_default=True)
@click.option(
    "--tokenizer", metavar="SOURCE", help="A tokenizer.json, a .gguf file, a folder or a model's name."
)
def lengths(
    tasks: tuple[str, ...],
    n: int,
    method: str,
    style: str,
    without: tuple[str, ...],
    seed: int,
    tokenizer: str | None,
) -> None:
    """Show how many tokens problems take at S, M and L, and what context holds them.

    Without a tokenizer, a lower bound is counted. Without a TASK, all eighteen are measured.
    """
    from rich.console import Console

    from tailnb.evaluation import lengths as measured

    left_out = [module.replace("-", " ") for module in without]
    try:
        rows = measured.lengths(
            tasks or None,
            n=n,
            seed=seed,
            methods=[method],
            styles=[style],
            without=left_out,
            tokenizer=measured.open_tokenizer(tokenizer) if tokenizer else None,
            name=tokenizer or "",
        )
    except ValueError as error:
        raise UsageError(str(error)) from error
    Console().print(measured.length_table(rows))


app.add_command(site)
app.add_command(exercise_commands)


def main(arguments: list[str] | None = None) -> None:
    """Run the command, with one line instead of a traceback for what a user can mend."""
    try:
        app.main(arguments, prog_name="tailnb", standalone_mode=True)
    except UsageError as error:
        _stop(str(error), 2)
    except ModuleNotFoundError as error:
        if not error.name or error.name.startswith("tailnb"):
            raise
        _stop(f"{error.name} is not installed; in tailnb's source folder: {INSTALL}", 1)
    except OSError as error:
        _stop(str(error), 1)


def _stop(message: str, code: int) -> NoReturn:
    click.echo(f"tailnb: {message}", err=True)
    sys.exit(code)
