"""The state of each exercise in a student's notebook, by what its checks printed.

A notebook can print whatever its author likes, so this is a help for grading, and no proof.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from tailnb.evaluation.outputs import printable
from tailnb.exercises import exercises

STATES = {"✓": "right", "✗": "wrong", "○": "not done"}
UNREADABLE = "unreadable"  # of a notebook: there is nothing to say of its exercises
LINES = 12  # of what a check said
# A call with a name in quotes, not in a comment; a method of that name is another one.
CALL = re.compile(r"""(?m)^[^#\n]*?(?<![\w.])(check|exercise)\(\s*["']([^"'\n]+)["']""")
VERDICT = re.compile(r"(?m)^([✓✗○]) (.*(?:\n(?![✓✗○] ).*)*)")


class Ungradable(ValueError):
    """A notebook of which nothing can be said; the text says why."""


@dataclass(frozen=True, slots=True)
class Grade:
    """One exercise of one notebook.

    state: "right", "wrong", "not done", "failed" (the cell raised before its check), "not run", "missing" (no
    cell checks it), or "unreadable", for a whole notebook, with no exercise. text: what the check said.
    """

    notebook: str
    exercise: str
    state: str
    text: str


def opened(path: Path) -> Any:
    """A notebook from a file. Raises Ungradable for what is none."""
    try:
        with warnings.catch_warnings(action="ignore"):  # about cells without ids, in older files
            notebook = nbformat.read(path, as_version=4)
            nbformat.validate(notebook)
    except FileNotFoundError:
        raise Ungradable("there is no such file") from None
    except OSError as error:
        raise Ungradable(f"cannot be read: {error.strerror}") from None
    except Exception as error:  # a broken file fails in json, nbformat or jsonschema
        reason = str(error).strip().partition("\n")[0]
        raise Ungradable(f"cannot be read as a notebook: {reason}") from None
    return notebook


def grades(notebook: Any, name: str, stopped: str = "") -> list[Grade]:
    """The state of each exercise that a notebook has or should have; of several cells the last one counts.

    name: what the notebook is called in the report. stopped: why its execution ended early, if it did.
    Raises Ungradable for a notebook without exercises.
    """
    said: dict[str, tuple[str, str]] = {}
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell in code:
        said |= _verdicts(cell, [one for kind, one in CALL.findall(cell.source) if kind == "check"], stopped)
    return [
        Grade(name, one, *said.get(one, ("missing", "no cell checks it"))) for one in expected(code, name)
    ]


def expected(code: list[Any], name: str) -> list[str]:
    """The exercises that a notebook should have: all of the number that most of its own are of.

    Raises Ungradable when it names no exercise, and has no exercises' number at the front of its name.
    """
    named = [one for cell in code for _, one in CALL.findall(cell.source)]
    known = [one.name for one in exercises()]
    found = Counter(one.partition("-")[0] for one in named if one in known)
    number = found.most_common(1)[0][0] if found else Path(name).name.partition("_")[0]
    wanted = [one for one in known if one.partition("-")[0] == number or one in named]
    if not wanted:
        raise Ungradable("has no exercises")
    return wanted


def _verdicts(cell: Any, names: list[str], stopped: str) -> dict[str, tuple[str, str]]:
    """What a cell says about the exercises that it checks."""
    printed = "".join(
        one.text for one in cell.outputs if one.output_type == "stream" and one.name == "stdout"
    )
    found = VERDICT.findall(printed)[-len(names) :] if names else []
    verdicts = [(STATES[mark], shown(text)) for mark, text in found]
    missing = [_silent(cell, stopped)] * (len(names) - len(verdicts))
    return dict(zip(names, verdicts + missing, strict=True))


def _silent(cell: Any, stopped: str) -> tuple[str, str]:
    """Why a cell printed no verdict."""
    for output in cell.outputs:
        if output.output_type == "error" and output.ename == "KeyboardInterrupt":
            return "failed", "the cell was stopped before its check, as one that takes too long is"
        if output.output_type == "error":
            return "failed", shown(f"the cell raised {output.ename}: {output.evalue}")
    if cell.execution_count is None:
        return "not run", shown(stopped) or "the cell has no output"
    return "failed", shown(stopped) or "the cell printed no verdict"


def shown(text: str) -> str:
    """What a notebook printed, line by line safe to print, and not too long."""
    return "\n".join(_cut(text.rstrip().splitlines()))


def _cut(lines: list[str]) -> Iterator[str]:
    yield from (printable(line).rstrip() for line in lines[:LINES])
    if len(lines) > LINES:
        yield "…"
