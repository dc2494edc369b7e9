"""A run's folder: its recipe, and checkpoints of which the newest whole one is resumed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from tailnb.dataset.folder import LOCK, save_text
from tailnb.evaluation.log import differences

RUN = "run.json"  # the recipe, the base and the rows that a folder belongs to
SEAL = "whole"  # written last, so a checkpoint without it was cut short
PREFIX = "checkpoint-"  # as transformers names them


def claim(folder: Path, about: Mapping[str, Any]) -> None:
    """Note in a new folder what it belongs to.

    Raises ValueError when it belongs to another recipe, naming what differs, or holds anything else.
    """
    path = folder / RUN
    if path.is_file():
        _require_own(path, about)
        return
    if folder.is_file() or (
        folder.is_dir() and any(not one.name.startswith(".") for one in folder.iterdir())
    ):
        raise ValueError(f"{folder} holds something else than a fine-tuning run; choose a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    save_text(path, json.dumps(about, indent=1) + "\n")


def _require_own(path: Path, about: Mapping[str, Any]) -> None:
    try:
        there = dict(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError, RecursionError):
        raise ValueError(f"{path} cannot be read; choose another folder") from None
    if told := differences(there, about):
        raise ValueError(f"{path.parent} holds a run with another recipe: {told}; choose another folder")


def seal(checkpoint: Path) -> None:
    """Declare a checkpoint whole."""
    (checkpoint / SEAL).touch()


def latest(folder: Path) -> Path | None:
    """The newest whole checkpoint of a run's folder, or None."""
    found = [path for path in folder.glob(f"{PREFIX}*") if (path / SEAL).is_file()]
    return max(found, key=step, default=None)


def step(checkpoint: Path | None) -> int:
    """The optimizer step that a checkpoint stands at; 0 for none."""
    return int(checkpoint.name.removeprefix(PREFIX)) if checkpoint else 0


def clear(folder: Path) -> None:
    """Remove the checkpoints that were cut short."""
    for path in folder.glob(f"{PREFIX}*"):
        if not (path / SEAL).is_file():
            shutil.rmtree(path)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold a run's folder for this process alone. Raises ValueError while another one holds it."""
    lock = FileLock(folder / LOCK, blocking=False)
    try:
        lock.acquire()
    except Timeout:
        raise ValueError(
            f"another run is writing to {folder}; let it end, or choose another folder"
        ) from None
    try:
        yield
    finally:
        lock.release()
