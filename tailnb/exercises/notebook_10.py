"""Exercises of notebook 10: measuring a model."""

from __future__ import annotations

from math import isclose
from typing import Any

from tailnb.evaluation import wilson
from tailnb.exercises._checkers import check_function
from tailnb.exercises._exercise import Exercise, shown
from tailnb.tasks import task
from tailnb.traces import check, same
from tailnb.traces.check import MODULES

COUNTS = [(1, 1), (0, 1), (1, 2), (5, 10), (10, 10), (49, 50), (489, 500), (500, 500)]
PAIRS = [
    ("[1]", "[1]"),
    ("[1]", "[2]"),
    ("[]", "[]"),
    ("[1, 2]", "[1,2]"),
    ("[1, 2]", "[2, 1]"),
    ("[1, 2]", "[1, 2, 3]"),
    ("[1, 2, 3]", "[1, 2]"),
    ("[1]", "1"),
    ("[7.5]", "[7.50]"),
    ("[0.1]", "[0.10000000000000000001]"),
    ("[1]", "[one]"),
    ("[1]", ""),
]

# What a model made of three lines of the trace of 427 and 431: the true words, and its own.
SLIPS = [
    ("a[1]=2, b[1]=3", "a[1]=2, b[1]=1"),
    ("less(a[1], b[1], order); write order=less", "keep(a[1], b[1], order)"),
    ("goto {whole,2}", "goto {whole,3}"),
]


def broken() -> list[str]:
    """The module that broke in each of the three slips, as `check` finds it."""
    problem = task("compare_numbers").problem(a="427", b="431")
    errors = (check(problem.trace(), problem.completion().replace(*slip, 1)).first_error for slip in SLIPS)
    return [error.module for error in errors if error]


def verify_modules(answer: object) -> str | None:
    """What is wrong with a list of three modules."""
    if not isinstance(answer, (list, tuple)) or len(answer) != len(SLIPS):
        return "A list of three names is wanted, such as ['answer', 'format', 'answer']."
    for number, (expected, found) in enumerate(zip(broken(), answer, strict=True), start=1):
        if found not in MODULES:
            return f"{shown(found)} is no module; choose from {', '.join(MODULES)}."
        if found != expected:
            return f"Text {number}: it is not the {found} that broke first."
    return None


def close(expected: tuple[float, float], found: Any) -> bool:
    """Whether a pair is the expected one, but for a rounded 1.96."""
    pair = isinstance(found, (tuple, list)) and len(found) == 2
    return pair and all(isclose(*ends, abs_tol=1e-4) for ends in zip(expected, found, strict=True))


def right(expected: str, found: str) -> bool:
    """Whether two lists are equal, number by number."""
    return same(expected, found)


EXERCISES = [
    Exercise(
        name="10-module",
        title="Which module broke?",
        difficulty="easy",
        minutes=5,
        spec="""
            In the trace that compares 427 with 431, the second digits are compared by this state:

            ```
            {whole,1}: fetch a[1]=2, b[1]=3, order=equal; less(a[1], b[1], order);
                       write order=less; goto {whole,2}
            ```

            Three models wrote three texts, each right up to this line, and in it

            1. `{whole,1}: fetch a[1]=2, b[1]=1, order=equal; …`
            2. `{whole,1}: fetch a[1]=2, b[1]=3, order=equal; keep(a[1], b[1], order); goto {whole,2}`
            3. `{whole,1}: … write order=less; goto {whole,3}`

            Give a **list** of three names: the module that broke first in each, of `"memory fetcher"`,
            `"atomic state"`, `"linear transition"`, `"format"` and `"answer"`.

            ```python
            module = ...
            ```
        """,
        hint="""
            Did it take the wrong thing from the tape, do the wrong thing with the right operands, or go to
            the wrong place? To try: `tailnb.check(problem, text).first_error`.
        """,
        verify=verify_modules,
    ),
    Exercise(
        name="10-wilson",
        title="How sure is a score?",
        difficulty="medium",
        minutes=10,
        spec=r"""
            Write `interval(correct, n)`: the 95% interval of Wilson, a pair (low, high), for a model that
            got `correct` of `n` problems right. With $p$ = correct / n and $z = 1.96$ it is

            $$\frac{p + \frac{z^2}{2n} \pm z \sqrt{\frac{p(1-p)}{n} + \frac{z^2}{4n^2}}}{1 + \frac{z^2}{n}}$$

            ```python
            def interval(correct, n):
                ...
            ```

            What does it say about 10 of 10, and about 500 of 500?
        """,
        hint="""
            Compute the middle and the half width apart, and divide both by 1 + z²/n.
        """,
        verify=check_function(wilson, COUNTS, alike=close),
    ),
    Exercise(
        name="10-exact-score",
        title="An exact scorer",
        difficulty="hard",
        minutes=15,
        spec="""
            Write `right(expected, found)`: whether a model's list of numbers, such as `"[1, 7.50]"`, is
            **exactly** the expected one: as many numbers, in the same order, each equal by value (`7.50` is
            `7.5`). Both are texts, and a model may write anything.

            ```python
            def right(expected, found):
                ...
            ```
        """,
        hint="""
            `decimal.Decimal` compares by value and rounds nothing. But what does it do with a text that is
            no number?
        """,
        verify=check_function(right, PAIRS),
    ),
]
