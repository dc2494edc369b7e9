"""Exercises of notebook 10: measuring a model."""

from __future__ import annotations

from math import isclose
from typing import Any

from tailnb.evaluation import wilson
from tailnb.exercises._checkers import check_function
from tailnb.exercises._exercise import Exercise
from tailnb.traces import same

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


def close(expected: tuple[float, float], found: Any) -> bool:
    """Whether a pair is the expected one, but for a rounded 1.96."""
    pair = isinstance(found, (tuple, list)) and len(found) == 2
    return pair and all(isclose(*ends, abs_tol=1e-4) for ends in zip(expected, found, strict=True))


def right(expected: str, found: str) -> bool:
    """Whether two lists are equal, number by number."""
    return same(expected, found)


EXERCISES = [
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
