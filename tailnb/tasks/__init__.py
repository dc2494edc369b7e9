"""The tasks, one file each: add a file and the task is everywhere.

Called, as in `tailnb.tasks()`, this package gives them all.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
import sys
from functools import cache
from types import ModuleType

from tailnb.tasks._task import METHODS, RANGES, Problem, Task, load

__all__ = ["METHODS", "RANGES", "Problem", "Task", "all_tasks", "task"]


@cache
def _by_name() -> dict[str, Task]:
    names = [info.name for info in pkgutil.iter_modules(__path__) if not info.name.startswith("_")]
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return {found.name: found for found in map(load, sorted(modules, key=lambda module: module.ORDER))}


def all_tasks() -> tuple[Task, ...]:
    """The tasks in the paper's order (Table F1)."""
    return tuple(_by_name().values())


def task(name: str | Task) -> Task:
    """A task by its name. Raises ValueError with close matches for an unknown one."""
    if isinstance(name, Task):
        return name
    known = _by_name()
    if name in known:
        return known[name]
    close = difflib.get_close_matches(str(name), known, n=3)
    hint = f"did you mean {' or '.join(map(repr, close))}? " if close else ""
    raise ValueError(f"no task {name!r}; {hint}choose from {', '.join(known)}")


class _Tasks(ModuleType):
    """This package as a module that can be called, so that `tailnb.tasks` is both."""

    def __call__(self) -> tuple[Task, ...]:
        return all_tasks()


sys.modules[__name__].__class__ = _Tasks
