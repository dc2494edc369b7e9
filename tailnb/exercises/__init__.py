"""Exercises: each has a specification, a blank to fill in, and a check that says what is wrong.

In a notebook, `exercise("01-decrement")` shows the specification, and a cell further down

    my_machine = ...
    check("01-decrement", my_machine)

says "not done yet" until the three dots are replaced. A file of this folder holds the exercises of one
notebook: add an `Exercise` to its EXERCISES, and it is known by its name.
"""

from __future__ import annotations

import difflib
import importlib
import os
import pkgutil
from functools import cache

from tailnb.exercises._exercise import Exercise, ExerciseError, Verdict

__all__ = ["Exercise", "ExerciseError", "Verdict", "check", "exercise", "exercises"]

STRICT = "TAILNB_STRICT"  # set to 1, an answer that is not right raises: so are the solutions tested


def check(name: str, answer: object) -> None:
    """Print whether an answer is right, and if not, the smallest input on which it fails.

    name: of the exercise. answer: a machine, function or value; three dots or None are "not done yet".
    Raises ValueError for an unknown name; whatever is wrong with the answer itself is printed, unless
    TAILNB_STRICT is 1: then ExerciseError is raised for every answer that is not right.
    """
    verdict = exercise(name).judge(answer)
    print(verdict)
    if not verdict.right and os.environ.get(STRICT) == "1":
        raise ExerciseError(f"{name}: {verdict.text}")


def exercise(name: str) -> Exercise:
    """An exercise by its name; a notebook shows its specification. Raises ValueError for an unknown name."""
    known = {one.name: one for one in exercises()}
    if name in known:
        return known[name]
    close = difflib.get_close_matches(str(name), known, n=3)
    hint = f"did you mean {' or '.join(map(repr, close))}? " if close else ""
    raise ValueError(f"no exercise {name!r}; {hint}choose from {', '.join(known)}")


@cache
def exercises() -> tuple[Exercise, ...]:
    """All exercises, in the order of the notebooks."""
    names = sorted(info.name for info in pkgutil.iter_modules(__path__) if not info.name.startswith("_"))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return tuple(one for module in modules for one in module.EXERCISES)
