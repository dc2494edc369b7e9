"""What a nano model reads and writes: a problem as tokens on an addressed tape, for each method."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random
from typing import Any

from tailnb.models.nano.recipe import Recipe
from tailnb.tasks import Problem, task
from tailnb.traces.ablate import ablate
from tailnb.traces.answer import FINAL
from tailnb.traces.layout import Layout, symbol
from tailnb.traces.plain import plain_tape
from tailnb.traces.render import tape_lines


def texts(problem: Problem, recipe: Recipe, *, seed: int, shuffle: Random | None = None) -> tuple[str, str]:
    """Prompt and completion, with one layout for both.

    seed: of the layout. shuffle: if given, lists the prompt's cells in random order.
    Raises ValueError for a problem that needs more addresses than the recipe's ring has.
    """
    layout = Layout(problem.trace(), seed, recipe.ring)
    backwards = recipe.method == "reversed"
    return " ".join(layout.prompt(shuffle, backwards)), COMPLETIONS[recipe.method](layout, recipe)


def layouts(problems: Iterable[Problem], layout: int | None) -> list[int]:
    """The seed of each problem's layout: the same for all, or, for None, one that its key decides."""
    own = (Random(f"layout of {one.task.name}/{one.key}").getrandbits(31) for one in problems)
    return [seed if layout is None else layout for seed in own]


def draw(name: str, rng: Random, low: int, high: int) -> Problem:
    """A random training problem of a task, in the form that a nano model's ring has room for."""
    return task(name).draw(rng, low, high, **options(name))


def options(name: str) -> dict[str, Any]:
    """What a task's sampler is asked for on behalf of nano models, such as whole numbers for addition."""
    chosen: dict[str, Any] = getattr(task(name).module, "NANO_OPTIONS", {})
    return chosen


def _tail(layout: Layout, recipe: Recipe) -> str:
    states = ablate(layout.trace, recipe.without).states
    return "\n".join(tape_lines(layout, states, styled=recipe.wording == "styled"))


def _plain(layout: Layout, recipe: Recipe) -> str:
    return plain_tape(layout)


def _none(layout: Layout, recipe: Recipe) -> str:
    return " ".join([FINAL, *map(symbol, layout.trace.answer)])


def _reversed(layout: Layout, recipe: Recipe) -> str:
    return " ".join([FINAL, *map(symbol, reversed(layout.trace.answer))])


def _index_hint(layout: Layout, recipe: Recipe) -> str:
    """The answer alone, each symbol behind its address: hints from a random one on (Zhou et al. 2023)."""
    return " ".join([FINAL, *layout.answer()])


COMPLETIONS: dict[str, Callable[[Layout, Recipe], str]] = {
    "tail": _tail,
    "plain": _plain,
    "none": _none,
    "index_hint": _index_hint,
    "reversed": _reversed,
}
