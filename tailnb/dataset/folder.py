"""The folder of a data set: one run at a time, one configuration, and a record of what is whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from warnings import catch_warnings

from tailnb.dataset.card import CARD, card
from tailnb.dataset.configuration import Configuration
from tailnb.tasks import every_task

with catch_warnings(action="ignore"):  # a browser has no lock but a file; nobody else is there
    from filelock import FileLock, Timeout

CONFIGURATION = "dataset.json"
LOCK = ".lock"

Record = dict[str, Any]


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Hold a folder for this run alone; it is made where there is none.

    Raises ValueError when another run holds it, and for a path that is no folder for a data set.
    """
    if out.is_file() or (out.is_dir() and not is_ours(out)):
        raise ValueError(f"{out} holds something else than a data set; choose an empty folder or a new one")
    out.mkdir(parents=True, exist_ok=True)
    lock = FileLock(out / LOCK, blocking=False)
    try:
        lock.acquire()
    except Timeout:
        raise ValueError(f"another run is writing to {out}; let it end, or choose another folder") from None
    try:
        yield
    finally:
        with suppress(OSError):  # where a file in use cannot be removed, it stays
            (out / LOCK).unlink()
        lock.release()


def is_ours(out: Path) -> bool:
    """Whether a folder is empty, but for hidden files, or holds a data set's configuration."""
    return (out / CONFIGURATION).exists() or all(entry.name.startswith(".") for entry in out.iterdir())


def opened(out: Path, configuration: Configuration) -> Record:
    """A folder's record, new or as it was left. Raises ValueError for another configuration's."""
    path = out / CONFIGURATION
    if not path.exists():
        record = {"configuration": dict(configuration), "files": {}}
        save_text(path, record_text(record))
        return record
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        there = dict(record["configuration"])
        for entry in record["files"].values():
            bytes.fromhex(entry["sha256"])
        card({"configuration": configuration, "files": record["files"]})  # reads all that it needs
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ValueError(f"{path} is not a data set's configuration; choose a new folder") from None
    if there != configuration:
        keys = [key for key in {**there, **configuration} if there.get(key) != configuration.get(key)]
        differences = (
            f"{key} {there.get(key)!r} there, {configuration.get(key)!r} asked for" for key in keys
        )
        raise ValueError(f"{out} holds a data set with another configuration: {'; '.join(differences)}")
    return dict(record)


def is_whole(path: Path, entry: Mapping[str, Any] | None) -> bool:
    """Whether a file is there as the record says. Raises ValueError when it is there but changed."""
    if entry is None or not path.exists():
        return False
    if sha256(path) != entry["sha256"]:
        raise ValueError(f"{path} was changed since it was written; move it away, and it is written anew")
    return True


def sha256(path: Path) -> str:
    """The hash of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def save_record(out: Path, record: Record) -> None:
    """Write the card and the configuration, tasks in the paper's order and others behind them."""
    files, order = record["files"], [one.name for one in every_task()]
    names = [name for name in order if name in files] + sorted(files.keys() - set(order))
    record["files"] = {name: files[name] for name in names}
    # The configuration comes last: what it does not list is written again, and with it the card.
    save_text(out / CARD, card(record))
    save_text(out / CONFIGURATION, record_text(record))


def save_text(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    temporary = path.with_name(f".{path.name}.part")
    try:
        temporary.write_bytes(text.encode())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def record_text(record: Record) -> str:
    """The record as it stands in its file."""
    return json.dumps(record, indent=2) + "\n"
