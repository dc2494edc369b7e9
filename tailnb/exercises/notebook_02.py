"""Exercises of notebook 02: programs as machines."""

from __future__ import annotations

from inspect import cleandoc
from typing import cast

from tailnb.exercises._checkers import check_program
from tailnb.exercises._exercise import Exercise
from tailnb.tasks import Problem, task
from tailnb.traces import check
from tailnb.traces.check import MODULES

LISTS = [[5], [1, 2], [2, 1], [3, 3], [1, 9, 4], [7, 2, 7, 1], [4, 8, 15, 16, 23, 42], [*range(30, 0, -1)]]


def searched() -> Problem:
    """The problem of which the faulty text is a chain of thought."""
    return task("binary_search").problem(items=[2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37], key=29)


def faulty_text() -> str:
    """Its chain of thought as by someone who reads 33 for 23, and goes on from there without a slip."""
    right = searched()
    misread = [33 if item == 23 else item for item in right.params["items"]]
    tape, *_ = right.trace().text().splitlines()
    _, *states = Problem(right.task, {**right.params, "items": misread}).trace().text().splitlines()
    return "\n".join([tape, *states])


def faulty_place(answer: object) -> str | None:
    """What is wrong with a pair (number of the state, module), if anything."""
    if not _is_place(answer):
        return f"A pair such as 0, {MODULES[0]!r} is wanted, the module one of {', '.join(MODULES)}."
    state, module = cast(tuple[int, str], answer)
    fault = check(searched(), faulty_text()).first_error
    assert fault is not None  # the text is faulty by construction
    if state != fault.state:
        return f"State {state} is not the first wrong one. They count from 0; compare each with the tape."
    if module.strip().lower() != fault.module:
        return f"State {state} it is; but the {module.strip().lower()} did its part."
    return None


def _is_place(answer: object) -> bool:
    if not isinstance(answer, (tuple, list)) or len(answer) != 2:
        return False
    state, module = answer
    return type(state) is int and isinstance(module, str) and module.strip().lower() in MODULES


EXERCISES = [
    Exercise(
        name="02-maximum",
        title="The greatest item",
        difficulty="medium",
        minutes=15,
        spec="""
            Write a program that finds the **greatest number of a list** on a `Tape`. The list is on the tape
            already, in the cells `items[0]`, `items[1]` and so on. Each state is one step of a machine: it
            fetches **at most 2 cells**, does one thing, and names the next state. The answer is a text, such
            as `"42"`.

            ```python
            def run(tape, items):
                ...
            ```

            The check looks at the answer, at what each state fetches, and whether every item is fetched.
        """,
        hint="""
            One state for each item. It fetches the item and, from a cell `best`, the best one so far; then
            it writes `best`. The first state finds no best one yet: an empty cell is fetched as the blank,
            `_`.
        """,
        verify=check_program(lambda items: str(max(items)), "items", LISTS, reads=2),
    ),
    Exercise(
        name="02-which-module",
        title="What broke?",
        difficulty="easy",
        minutes=5,
        spec=cleandoc("""
            A model wrote this chain of thought. **In which state does it first go wrong** (they count from
            0), and which module broke: the memory fetcher, the atomic state or the linear transition?

            ```
            TEXT
            ```

            ```python
            my_answer = ..., ...  # such as 0, "atomic state"
            ```
        """).replace("TEXT", faulty_text()),
        hint="""
            Hold every value that a state fetches against the first line, which shows what is on the tape.
        """,
        verify=faulty_place,
    ),
]
