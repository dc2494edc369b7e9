"""Other programs fetch for us: run one, and say in a line what went wrong."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

INSTALL = 'pip install -c constraints.txt -e ".[site]"'


class SiteError(RuntimeError):
    """A site cannot be built: something is missing, cannot be fetched, or is not what was pinned."""


def require(*modules: str) -> None:
    """Raise SiteError with the install command where a module is missing."""
    missing = [name for name in modules if find_spec(name) is None]
    if missing:
        raise SiteError(f"not installed: {', '.join(missing)}; in tailnb's source folder: {INSTALL}")


def cache() -> Path:
    """The folder that keeps what was fetched, so that the next build needs no network."""
    from platformdirs import user_cache_path

    folder = user_cache_path("tailnb") / "site"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def run(command: Sequence[str | Path], purpose: str, folder: Path | None = None) -> None:
    """Run a program in silence. purpose: what it does, such as "fetching wheels". folder: where it works.

    Raises SiteError where it fails, with the line that tells most.
    """
    words = [str(word) for word in command]
    done = subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd=folder)
    if done.returncode:
        said = done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}"
        raise SiteError(f"{purpose} failed: {_telling(said.splitlines())}")


def _telling(lines: Sequence[str]) -> str:
    """The last line that begins as an error; else the last one."""
    errors = [line for line in lines if line.lower().startswith(("error", "npm error"))]
    return (errors or list(lines))[-1].strip()
