"""The tasks, one file each: add a file and the task is everywhere.

Called, as in `tailnb.tasks()`, this package gives them all. Files of your own may also lie in a folder of
your own: `look_in` it, or name it in the environment variable TAILNB_TASKS.
"""

from __future__ import annotations

import difflib
import importlib
import os
import pkgutil
import sys
from functools import cache
from math import inf
from pathlib import Path
from types import ModuleType

from tailnb.tasks._task import METHODS, RANGES, Notation, Problem, Task, load

__all__ = ["METHODS", "RANGES", "Notation", "Problem", "Task", "all_tasks", "every_task", "look_in", "task"]

FOLDERS = "TAILNB_TASKS"  # an environment variable: folders with more task files, listed as in PATH
OWN = tuple(__path__)


@cache
def _by_name() -> dict[str, Task]:
    more = [folder for folder in os.environ.get(FOLDERS, "").split(os.pathsep) if folder]
    __path__[:] = [*OWN, *more]
    names = [info.name for info in pkgutil.iter_modules(__path__) if not info.name.startswith("_")]
    modules = [_module(name) for name in dict.fromkeys(names)]
    modules.sort(key=lambda module: getattr(module, "ORDER", inf))
    return {found.name: found for found in map(load, modules)}


def _module(name: str) -> ModuleType:
    """A task's file as a module. Raises ValueError for a file that cannot be run."""
    try:
        return importlib.import_module(f"{__name__}.{name}")
    except Exception as error:
        raise ValueError(f"{name}.py cannot be read: {type(error).__name__}: {error}") from error


def all_tasks() -> tuple[Task, ...]:
    """The tasks in the paper's order (Table F1), your own behind them, without those by name only."""
    return tuple(one for one in _by_name().values() if not getattr(one.module, "BY_NAME_ONLY", False))


def every_task() -> tuple[Task, ...]:
    """All tasks, those by name only included."""
    return tuple(_by_name().values())


def task(name: str | Task) -> Task:
    """A task by its name. Raises ValueError with close matches for an unknown one."""
    if isinstance(name, Task):
        return name
    known = _by_name()
    if isinstance(name, str) and name in known:
        return known[name]
    close = difflib.get_close_matches(str(name), known, n=3)
    hint = f"did you mean {' or '.join(map(repr, close))}? " if close else ""
    raise ValueError(f"no task {name!r}; {hint}choose from {', '.join(known)}")


def look_in(folder: Path | str) -> tuple[str, ...]:
    """Find the task files of a folder, too, here and in processes started from here; returns their names.

    Called again, it reads files that were changed anew. Raises ValueError for a folder that is none, a file
    that is no task, and a name that a task has already.
    """
    path = Path(folder).resolve()
    if not path.is_dir():
        raise ValueError(f"{folder} is not a folder")
    names = [info.name for info in pkgutil.iter_modules([str(path)]) if not info.name.startswith("_")]
    before = os.environ.get(FOLDERS, "")
    folders = list(dict.fromkeys([*filter(None, before.split(os.pathsep)), str(path)]))
    others = [*OWN, *(folder for folder in folders if folder != str(path))]
    for taken in {info.name for info in pkgutil.iter_modules(others)} & set(names):
        raise ValueError(f"{path / taken}.py: there is a task {taken} already; choose another name")
    for name in names:
        sys.modules.pop(f"{__name__}.{name}", None)
    os.environ[FOLDERS] = os.pathsep.join(folders)
    importlib.invalidate_caches()
    _by_name.cache_clear()
    try:
        _by_name()
    except Exception:
        os.environ[FOLDERS] = before  # a file that is no task must not break the others
        _by_name.cache_clear()
        raise
    return tuple(names)


class _Tasks(ModuleType):
    """This package as a module that can be called, so that `tailnb.tasks` is both."""

    def __call__(self) -> tuple[Task, ...]:
        return all_tasks()


sys.modules[__name__].__class__ = _Tasks
