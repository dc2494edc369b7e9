"""The folder into which notebooks publish what they measured: kept only from runs that end well."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tailnb.evaluation.results import FOLDER

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
    before = os.environ.get(FOLDER)
    os.environ[FOLDER] = str(stage)
    try:
        yield
        shutil.rmtree(folder, ignore_errors=True)
        stage.rename(folder)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        os.environ.pop(FOLDER)
        if before is not None:
            os.environ[FOLDER] = before


def stamps(folder: Path) -> Stamps:
    """Time and size of every file in a folder, to tell later which of them were written."""
    return {path.name: _stamp(path) for path in folder.glob("*")}


def written(folder: Path, since: Stamps) -> list[Path]:
    """The files of a folder that are new or changed since `stamps` were taken, in order of names."""
    return [path for path in sorted(folder.glob("*")) if since.get(path.name) != _stamp(path)]


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size
