"""A run's folder: its recipe, and checkpoints of which the newest whole one is resumed."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from safetensors import SafetensorError

from tailnb.dataset.folder import LOCK, save_text
from tailnb.evaluation.log import differences

RUN = "run.json"  # the recipe, the base and the rows that a folder belongs to
SEAL = "whole.json"  # written last, so a checkpoint without it was cut short
Unwritten = (OSError, RuntimeError, SafetensorError)  # torch and safetensors have their own for a full disk
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
    """Declare a checkpoint whole, by a list of its files and their sizes."""
    sizes = {file.name: file.stat().st_size for file in checkpoint.iterdir()}
    save_text(checkpoint / SEAL, json.dumps(sizes, indent=1) + "\n")


def is_whole(checkpoint: Path) -> bool:
    """Whether all files of a checkpoint are there as they were sealed."""
    try:
        sizes = json.loads((checkpoint / SEAL).read_text(encoding="utf-8"))
        return all((checkpoint / name).stat().st_size == size for name, size in sizes.items())
    except (OSError, ValueError, AttributeError):
        return False


def latest(folder: Path) -> Path | None:
    """The newest whole checkpoint of a run's folder, or None."""
    return max(filter(is_whole, folder.glob(f"{PREFIX}*")), key=step, default=None)


def step(checkpoint: Path | None) -> int:
    """The optimizer step that a checkpoint stands at; 0 for none."""
    return int(checkpoint.name.removeprefix(PREFIX)) if checkpoint else 0


def clear(folder: Path) -> None:
    """Remove the checkpoints that were cut short."""
    for path in folder.glob(f"{PREFIX}*"):
        if not is_whole(path):
            shutil.rmtree(path)


@contextmanager
def written(what: str, folder: Path | str) -> Iterator[None]:
    """Say of what cannot be written, such as on a full disk, that nothing before it is lost."""
    try:
        yield
    except Unwritten as error:
        code = getattr(error, "errno", None) or errno.EIO
        reason = os.strerror(code) if isinstance(error, OSError) else str(error).partition("\n")[0]
        told = (
            f"{what} cannot be written ({reason}); what was before is whole: make room, and go on from there"
        )
        raise OSError(code, told, str(folder)) from error


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
