"""What a notebook asks of a writer when its parameters leave it open: which tasks, and how many problems."""

from __future__ import annotations

from collections.abc import Iterable

from tailnb.evaluation.writer import Writer
from tailnb.models.writers.file import FileWriter
from tailnb.parameters import by_scale
from tailnb.tasks import all_tasks, task

SHORT = ("compare_numbers", "binary_search")  # their traces are short, and the paper has figures of them
ALL = "all"


def tasks_for(writer: Writer, names: str = "") -> list[str]:
    """The tasks to evaluate a writer on.

    names: with commas between them; "all" for the paper's; "" for those that the writer knows, or else two
    with short traces. Raises ValueError for unknown ones.
    """
    if not isinstance(names, str):
        raise ValueError(f"tasks must be names with commas between them, not {names!r}")
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    if wanted == [ALL]:
        return [one.name for one in all_tasks()]
    return list(dict.fromkeys(task(name).name for name in wanted or writer.tasks or SHORT))


def known_to(writer: Writer, tasks: Iterable[str]) -> list[str]:
    """Those of the tasks that a writer knows; all of them, where it names none."""
    return [name for name in tasks if name in (writer.tasks or (name,))]


def number_for(writer: Writer, scale: str, number: int = 0) -> int:
    """How many problems of each task and range: the number, or for 0 what fits the writer and the scale.

    Of a file everything counts, nano models are quick, others may take minutes for a text.
    Raises ValueError for what is no number.
    """
    if type(number) is not int or number < 0:
        raise ValueError(f"problems must be a whole number from 0, not {number!r}")
    if isinstance(writer, FileWriter):
        return number or writer.n
    if writer.style == "tape":
        return number or by_scale(scale, smoke=6, demo=100, full=500)
    return number or by_scale(scale, smoke=2, demo=20, full=500)
