"""Exercises of notebook 06: ablations and baselines."""

from __future__ import annotations

from tailnb.evaluation import wilson
from tailnb.exercises._checkers import check_function
from tailnb.exercises._exercise import Exercise
from tailnb.exercises.notebook_05 import LENGTHS, sum_of

COUNTS = [
    *[(1, 1, 0, 1), (0, 1, 1, 1), (5, 10, 5, 10), (10, 10, 0, 10), (0, 10, 10, 10), (24, 48, 33, 48)],
    *[(24, 48, 34, 48), (250, 500, 282, 500), (250, 500, 310, 500), (310, 500, 250, 500), (47, 48, 500, 500)],
]


def saved_tokens(n: int) -> int:
    """The tokens of 11…1 + 22…2 of n digits that the model without the Memory Fetcher does not write."""
    texts = (sum_of(n).completion(style="tape", without=module) for module in ((), "memory fetcher"))
    whole, bare = (len(text.split()) for text in texts)
    return whole - bare


def apart(right: int, n: int, other_right: int, other_n: int) -> bool:
    """Whether the 95% intervals of two accuracies do not meet."""
    (low, high), (other_low, other_high) = wilson(right, n), wilson(other_right, other_n)
    return high < other_low or other_high < low


EXERCISES = [
    Exercise(
        name="06-saved-tokens",
        title="What a fetch costs",
        difficulty="easy",
        minutes=5,
        spec="""
            How many **tokens** does a nano model save when it fetches nothing? Compare the texts of
            11…1 + 22…2, of *n* digits each, with and `without="memory fetcher"`, and write a formula.

            ```python
            def saved_tokens(n):
                ...
            ```
        """,
        hint="""
            A state fetches two digits, each behind its address, and a carry. And how many states are there?
        """,
        verify=check_function(saved_tokens, LENGTHS),
    ),
    Exercise(
        name="06-apart",
        title="Is the difference real?",
        difficulty="medium",
        minutes=10,
        spec="""
            One model has `right` of `n` problems right, another `other_right` of `other_n`. Do their 95%
            intervals **not meet**? `tailnb.evaluation.wilson(right, n)` gives the two ends of an interval.

            ```python
            def apart(right, n, other_right, other_n):
                ...
            ```
        """,
        hint="""
            Two intervals do not meet when one of them ends before the other begins. Which of them is the
            lower one, you do not know.
        """,
        verify=check_function(apart, COUNTS, lambda expected, found: found is expected),
    ),
]
