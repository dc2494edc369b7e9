"""Exercises of notebook 00: what length generalization is."""

from __future__ import annotations

from math import isclose
from typing import Any

from tailnb.evaluation import published_rows
from tailnb.exercises._checkers import check_choice, check_function
from tailnb.exercises._exercise import Exercise

METHODS = ("tail", "index_hint", "reversed")


def steadiest() -> str:
    """The method of Table 1 that loses the fewest points between S and L."""
    at = {(row["method"], row["range"]): row["accuracy"] for row in published_rows(table="1")}
    return min(METHODS, key=lambda method: at[method, "S"] - at[method, "L"])


def whole_trace(step_accuracy: float, steps: int) -> float:
    """The chance that all steps are right, when each is right by itself with the same chance."""
    return step_accuracy**steps


def close(expected: float, found: Any) -> bool:
    """Whether a number is the expected one, but for rounding."""
    return isinstance(found, (int, float)) and isclose(expected, found, rel_tol=1e-6, abs_tol=1e-9)


EXERCISES = [
    Exercise(
        name="00-read-the-chart",
        title="The smallest loss",
        difficulty="easy",
        minutes=3,
        spec="""
            The paper's Table 1 compares three ways to teach addition: `tail`, `index_hint` and `reversed`.
            Which of them **loses the fewest points** from S to L? (Is it also the best one?)

            ```python
            my_answer = ...  # "tail", "index_hint" or "reversed"
            ```
        """,
        hint="""
            Compare the two ends of each line, not the lines with one another.
        """,
        verify=check_choice(steadiest, METHODS),
    ),
    Exercise(
        name="00-predict",
        title="Many small steps",
        difficulty="easy",
        minutes=5,
        spec="""
            A model writes a chain of thought. Each step is right with the same chance, whatever happened
            before. Write `whole_trace(step_accuracy, steps)`: the chance that **all** steps are right. Then
            try it with a step accuracy of 0.999, for 30, 300 and 3000 steps.

            ```python
            def whole_trace(step_accuracy, steps):
                ...
            ```
        """,
        hint="""
            Two right steps in a row have the chance p · p.
        """,
        verify=check_function(
            whole_trace,
            [(1.0, 1), (0.5, 1), (0.5, 2), (0.9, 3), (0.99, 0), (0.999, 30), (0.999, 300), (0.999, 3000)],
            alike=close,
        ),
    ),
]
