"""Nano models: Qwen2-architecture models of some 600,000 parameters, trained from zero on a CPU.

>>> import tailnb
>>> from tailnb.models import nano
>>> nano.shipped()
['nano-five', 'nano-no-fetcher', 'nano-none', 'nano-tail']
>>> model = nano.load("nano-tail")
>>> problem = nano.problems("large_number_addition", "L", 1)[0]
>>> tailnb.check(problem, model.write([problem])[0], style="tape").first_error is None
True
"""

from random import Random

from tailnb.dataset import problems as _problems
from tailnb.models.nano.nano import Nano, load, shipped
from tailnb.models.nano.recipe import Recipe
from tailnb.models.nano.texts import options
from tailnb.models.nano.training import Progress, Training
from tailnb.tasks import Problem
from tailnb.tasks import task as _task

__all__ = ["Nano", "Progress", "Recipe", "Training", "load", "of_length", "problems", "shipped"]

DRAWS = 20  # for each problem of one length, until it is one not yet drawn


def problems(task: str, range: str, n: int, *, seed: int = 0, split: str = "eval") -> list[Problem]:
    """Different problems of a task in the form that nano models read: whole numbers for addition.

    Raises ValueError as `tailnb.dataset.problems` does.
    """
    return _problems(task, range, n, seed=seed, split=split, **options(task))


def of_length(task: str, length: int, n: int, *, seed: int = 0, split: str = "eval") -> list[Problem]:
    """Different problems of one length, in the same form; fewer than n where there are few.

    Raises ValueError for an unknown task, and for a length of which the task has no problems.
    """
    rng, found = Random(f"{task}/{length}/{seed}"), dict[str, Problem]()
    for _ in [None] * DRAWS * n:
        if len(found) < n:
            problem = _task(task).draw(rng, length, length, split=split, **options(task))
            found[problem.key] = problem
    return list(found.values())
