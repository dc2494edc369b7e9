"""Exercises of notebook 03: eighteen tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tailnb.exercises._checkers import check_function
from tailnb.exercises._exercise import Exercise
from tailnb.exercises._own_task import check_task_folder
from tailnb.tasks import RANGES, task

WORDS = [(1, 1), (1, 2), (2, 1), (2, 2), (3, 5), (5, 3), (12, 12)]
CASES = [  # limits, and for each task the longest problem of each range it was measured in
    (100, {"lcs": {"S": 90}}),
    (100, {"lcs": {"S": 101}}),
    (100, {"lcs": {"S": 100, "M": 150}}),
    (100, {"lcs": {"S": 50, "M": 150}, "dijkstra": {"S": 60, "M": 170}}),
    (100, {"dijkstra": {"L": 900, "S": 70}, "lcs": {"M": 101, "S": 80}}),
    (500, {"dijkstra": {"L": 900, "S": 70}, "lcs": {"M": 101, "S": 80}}),
]


def lcs_states(m: int, n: int) -> int:
    """The states of comparing two words of m and n letters."""
    return len(task("lcs").problem(a="a" * m, b="ab" * (n // 2) + "b" * (n % 2)).trace())


def rows(longest: Mapping[str, Mapping[str, int]]) -> list[dict[str, Any]]:
    """Rows as `lengths` gives them, with the keys that matter here; states are told, too."""
    return [
        {"task": name, "range": range, "part": part, "unit": unit, "max": most}
        for name, ranges in longest.items()
        for range, size in ranges.items()
        for part, unit, most in (("completion", "states", 10**6), ("both", "tokens", size))
    ]


def first_over(rows: Sequence[Mapping[str, Any]], limit: int) -> tuple[str, str] | None:
    """The task and the range that leave a context first: S before M before L, then the longest."""
    over = [row for row in rows if (row["part"], row["unit"]) == ("both", "tokens") and row["max"] > limit]
    if not over:
        return None
    first = min(over, key=lambda row: (RANGES.index(row["range"]), -row["max"]))
    return first["task"], first["range"]


EXERCISES = [
    Exercise(
        name="03-lcs-states",
        title="How long will the trace be?",
        difficulty="medium",
        minutes=10,
        spec="""
            How many **states** does the task `lcs` take to compare a word of *m* letters with one of *n*?
            Write a formula, without running the task. To look at a trace:
            `tailnb.task("lcs").problem(a="aab", b="ab").trace()`.

            ```python
            def states(m, n):
                ...
            ```
        """,
        hint="""
            One state for each cell of a table with a row for each letter of `a` and a column for each letter
            of `b`. And how does the machine notice that a row has ended?
        """,
        verify=check_function(lcs_states, WORDS),
    ),
    Exercise(
        name="03-first-over",
        title="What leaves a context first?",
        difficulty="medium",
        minutes=10,
        spec="""
            `rows` are as `lengths` gives them, and `limit` is what a context holds, in tokens. **Which task
            is the first that does not fit**, and in which range? S comes before M before L; in the same
            range, the task with the longest problem (`max`) is first. Only rows with `part` "both" and `unit`
            "tokens" count. Give a pair such as `("lcs", "M")`, and `None` when everything fits. A problem of
            exactly `limit` tokens does fit.

            ```python
            def first_over(rows, limit):
                ...
            ```
        """,
        hint="""
            Keep the rows that do not fit; `min(…, key=…)` with a key that is a pair: the place of the range
            in "SML", then the length, negative.
        """,
        verify=check_function(first_over, [(rows(longest), limit) for limit, longest in CASES]),
    ),
    Exercise(
        name="03-own-task",
        title="A task of your own",
        difficulty="hard",
        minutes=40,
        spec="""
            Write a task of your own in **one file**, in a folder of your own, and see it appear everywhere.
            For instance: count the vowels of a text, find the second largest number of a list, add up the
            digits of a number.

            The file needs what every task's file has: a docstring, `TITLE`, `ALGORITHM`, `LENGTHS` for S, M
            and L, `PARAMS`, `sample`, `validate`, `length`, `problem_space`, `run`, `reference`, `words` and
            at least twenty `TEMPLATES`. In `run`, a state fetches at most four cells. Give the folder:

            ```python
            my_folder = ...  # such as "my_tasks", in which vowels.py lies
            ```

            The check looks in the folder, so that your task is known afterwards; tries problems of every
            range; compares `run` with `reference`; holds the core and the styled text against the trace; and
            writes a small data set.
        """,
        hint="""
            Take `Path(tailnb.task("binary_search").module.__file__).read_text()` as a pattern, and change one
            part after the other. Run the check as soon as you have begun: it says what is missing.
        """,
        verify=check_task_folder,
    ),
]
