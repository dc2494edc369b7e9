"""Exercises of notebook 05: training from zero."""

from __future__ import annotations

from tailnb.exercises._checkers import check_function
from tailnb.exercises._exercise import Exercise
from tailnb.tasks import Problem, task

LENGTHS = [(n,) for n in (1, 2, 3, 5, 10, 30, 50)]


def sum_of(n: int) -> Problem:
    """11…1 + 22…2 of n digits each, in which nothing is carried."""
    return task("large_number_addition").problem(a="1" * n, b="2" * n)


def states(n: int) -> int:
    """The states of adding two numbers of n digits."""
    return len(sum_of(n).trace())


def tokens(n: int) -> int:
    """The tokens that a nano model writes for 11…1 + 22…2 of n digits."""
    return len(sum_of(n).completion(style="tape").split())


EXERCISES = [
    Exercise(
        name="05-states",
        title="How many states?",
        difficulty="easy",
        minutes=5,
        spec="""
            How many **states** has the chain of thought that adds two whole numbers of *n* digits each?
            Write a formula. To look at one: `task("large_number_addition").problem(a="11", b="22").trace()`.

            ```python
            def states(n):
                ...
            ```
        """,
        hint="""
            One state for each column. And how does the machine notice that there is no further column?
        """,
        verify=check_function(states, LENGTHS),
    ),
    Exercise(
        name="05-tokens",
        title="How many tokens?",
        difficulty="medium",
        minutes=10,
        spec="""
            How many **tokens** does a nano model write for 11…1 + 22…2, of *n* digits each? Here a token is
            what stands between two spaces of `problem.completion(style="tape")`. Write a formula. How many
            are there for 50 digits, and for 1000?

            ```python
            def tokens(n):
                ...
            ```
        """,
        hint="""
            Print the text for n = 1 and n = 2. Every column costs the same, so two lengths fix the formula.
        """,
        verify=check_function(tokens, LENGTHS),
    ),
]
