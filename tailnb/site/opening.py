"""What a notebook's first cell says of it: the title, the question, the objectives and the time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import nbformat

AIMS = re.compile(r"^You will learn\s*\n\n((?:[-*] .*\n?(?:[ \t]+\S.*\n?)*)+)", re.MULTILINE)
LABELED = re.compile(r"^\*\*(?P<label>[^*\n]+):\*\*(?P<text>(?:.+\n?)+)", re.MULTILINE)
LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")


@dataclass(frozen=True)
class Opening:
    """A notebook's title, and what else its first cell says, as Markdown; "" where it does not.

    question: what the notebook answers. aims: what one learns. before: what to know. time: to read and run.
    """

    stem: str
    title: str
    question: str
    aims: tuple[str, ...]
    before: str
    time: str


def opening(path: Path) -> Opening:
    """Read a notebook's first cell; where it has no heading, the file's name is the title."""
    cells = nbformat.read(path, as_version=4).cells
    text = cells[0].source if cells and cells[0].cell_type == "markdown" else ""
    lines = text.splitlines()
    title = lines[0].removeprefix("# ") if text.startswith("# ") else path.stem
    question = next((line.strip("*") for line in lines if line.startswith("**") and line.endswith("**")), "")
    found = AIMS.search(text)
    aims = re.split(r"^[-*] ", found[1], flags=re.MULTILINE)[1:] if found else []
    told = {one["label"].lower(): _line(one["text"]) for one in LABELED.finditer(text)}
    before = LINK.sub(r"\1", told.get("before you start", ""))
    return Opening(path.stem, title, question, tuple(map(_line, aims)), before, told.get("time", ""))


def _line(text: str) -> str:
    return " ".join(text.split())
