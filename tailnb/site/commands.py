"""`tailnb site`: what can be put on any web server."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tailnb.runner.notebooks import UsageError, find_notebooks
from tailnb.runner.options import scale_option

TORCH_FREE = ("00", "01", "02", "03", "04")


@click.group()
def site() -> None:
    """Build sites of the notebooks, for any web server."""


@site.command()
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the site."
)
def lite(out: Path) -> None:
    """Build a site where notebooks 00 to 04 run in the browser, with no server behind it.

    What it consists of is fetched by pip and npm, once; the site itself asks nothing of any other host.
    """
    from tailnb.site.fetching import SiteError, require

    notebooks = [path for stem, path in find_notebooks().items() if stem.startswith(TORCH_FREE)]
    source = notebooks[0].parent.parent
    if not (source / "pyproject.toml").is_file():
        raise UsageError("no pyproject.toml beside the notebooks; run this in tailnb's source folder")
    try:
        require("hatchling", "jupyterlite_core", "jupyterlite_pyodide_kernel", "nbformat", "packaging")
        from tailnb.site.lite import build_lite

        build_lite(notebooks, source, out.resolve())
    except SiteError as error:
        click.echo(f"tailnb: {error}", err=True)
        sys.exit(1)
    click.echo(f"the site is in {out}; to look at it: python -m http.server -d {out}")


@site.command()
@click.argument("out", default="runs/pages", type=click.Path(file_okay=False, path_type=Path))
@scale_option("At which notebooks are executed.")
def pages(out: Path, scale: str) -> None:
    """Build a site to read: every notebook as it ran, as a page that needs no network.

    The site goes to the folder OUT, runs/pages if not given. Notebooks are executed into runs/SCALE, as
    `tailnb run` does; what is there already is taken, unless the notebook or the package has changed since.
    """
    from rich.console import Console

    from tailnb.site.fetching import SiteError
    from tailnb.site.pages import build_pages

    notebooks = list(find_notebooks().values())
    try:
        build_pages(notebooks, out.resolve(), scale, Path("runs") / scale, Console())
    except SiteError as error:
        click.echo(f"tailnb: {error}", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        click.echo("tailnb: stopped by Ctrl-C; an earlier site is as it was", err=True)
        sys.exit(130)
    click.echo(f"the site begins at {out / 'index.html'}")
