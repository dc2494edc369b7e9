"""Exercises of notebook 07: activation."""

from __future__ import annotations

from math import isclose
from typing import Any

from tailnb.exercises._checkers import check_function
from tailnb.exercises._exercise import Exercise

MIXTURES = [
    *[((1, 0, 0), (100, 300, 800)), ((0, 0, 1), (100, 300, 800)), ((1, 1, 1), (1, 1, 1))],
    *[((8, 1, 1), (100, 300, 800)), ((7, 2, 1), (75, 280, 560)), ((4, 3, 3), (110, 340, 630))],
]
TOTALS = (10_000, 1_000_000)


def token_share(ratio: tuple[int, int, int], tokens: tuple[int, int, int]) -> float:
    """The share of a mixture's tokens that belongs to Long problems."""
    return ratio[2] * tokens[2] / sum(r * t for r, t in zip(ratio, tokens, strict=True))


def problems_for_tokens(ratio: tuple[int, int, int], tokens: tuple[int, int, int], total: int) -> int:
    """How many problems of a mixture make a number of tokens, rounded down."""
    return total * sum(ratio) // sum(r * t for r, t in zip(ratio, tokens, strict=True))


def close(expected: float, found: Any) -> bool:
    """Whether a number is the expected one, but for rounding."""
    return isinstance(found, int | float) and isclose(expected, found, abs_tol=1e-6)


EXERCISES = [
    Exercise(
        name="07-share",
        title="One problem in ten",
        difficulty="easy",
        minutes=5,
        spec="""
            In a mixture 8:1:1 one problem in ten is long. But what share of the **tokens** belongs to long
            problems? `ratio` holds the shares of S, M and L, `tokens` how long a text of each is.

            ```python
            def token_share(ratio, tokens):
                ...
            ```

            For example, `token_share((8, 1, 1), (100, 300, 800))` is about 0.42.
        """,
        hint="""
            Eight texts of 100 tokens, one of 300 and one of 800: how many tokens in all, and how many of them
            are in the last one?
        """,
        verify=check_function(token_share, MIXTURES, close),
    ),
    Exercise(
        name="07-fewest",
        title="The same effort",
        difficulty="medium",
        minutes=10,
        spec="""
            Two mixtures are compared at the same number of tokens, `total`. How many **problems** does a
            mixture then hold? Round down.

            ```python
            def problems_for_tokens(ratio, tokens, total):
                ...
            ```
        """,
        hint="""
            How many tokens does an average problem of the mixture have? With whole numbers alone there is no
            rounding error: multiply first, then divide with `//`.
        """,
        verify=check_function(problems_for_tokens, [(*one, total) for one in MIXTURES for total in TOTALS]),
    ),
]
