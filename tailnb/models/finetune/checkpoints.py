"""Checkpoints of a fine-tuning run: the newest whole one is resumed, half-written ones are cleared away."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

MARK = "whole.json"  # written last, so a checkpoint without it was cut short


def seal(checkpoint: Path, about: dict[str, Any]) -> None:
    """Declare a checkpoint whole. about: the recipe and the base that it belongs to."""
    partial = checkpoint / f".{MARK}.part"
    partial.write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    partial.replace(checkpoint / MARK)


def latest(folder: Path, about: dict[str, Any]) -> Path | None:
    """The newest whole checkpoint of a folder, or None; those that were cut short are removed.

    Raises ValueError when it belongs to another recipe or base, naming what differs.
    """
    found: list[tuple[int, Path]] = []
    for path in folder.glob("checkpoint-*"):
        if (path / MARK).is_file():
            found.append((int(path.name.rpartition("-")[2]), path))
        else:
            shutil.rmtree(path)
    if not found:
        return None
    newest = max(found)[1]
    there = json.loads((newest / MARK).read_text(encoding="utf-8"))
    changed = [key for key in {**there, **about} if there.get(key) != about.get(key)]
    if changed:
        told = "; ".join(f"{key} {there.get(key)!r} there, {about.get(key)!r} asked for" for key in changed)
        raise ValueError(f"{folder} holds a run with another recipe: {told}")
    return newest
