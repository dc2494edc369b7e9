"""Exercises of notebook 02: programs as machines."""

from __future__ import annotations

from inspect import cleandoc
from typing import cast

from tailnb.exercises._checkers import check_program
from tailnb.exercises._exercise import Exercise
from tailnb.tasks import Problem, task
from tailnb.traces import check
from tailnb.traces.check import ANSWER, ATOMIC, FETCHER, LINEAR, MODULES

LISTS = [[5], [1, 2], [2, 1], [3, 3], [1, 9, 4], [7, 2, 7, 1], [4, 8, 15, 16, 23, 42], [*range(30, 0, -1)]]


LENGTHS: list[list[int]] = [[], [7], [1, 2], [3, 3, 3], [*range(20)]]

SLIPS = (  # one for each of four texts of 47 + 85, and the module that it is a fault of
    ("write sum[0]=2, carry=1", "write sum[0]=2, carry=0", ATOMIC),
    ("fetch a[1]=4, b[1]=8", "fetch a[1]=4, b[1]=3", FETCHER),
    ("goto {2}", "goto halt", LINEAR),
    ("Final answer: 132", "Final answer: 123", ANSWER),
)


def summed() -> Problem:
    """The problem of the texts with a slip."""
    return task("large_number_addition").problem(a="47", b="85")


def slipped() -> list[str]:
    """The line with the slip, of each text."""
    texts = [summed().completion().replace(right, wrong) for right, wrong, _ in SLIPS]
    return [
        next(line for line in text.splitlines() if wrong in line)
        for text, (_, wrong, _) in zip(texts, SLIPS, strict=True)
    ]


def predicted(answer: object) -> str | None:
    """What is wrong with four names of modules, if anything."""
    names = [str(name).strip().lower() for name in answer] if isinstance(answer, (tuple, list)) else []
    if len(names) != len(SLIPS) or not set(names) <= set(MODULES):
        return f"Four names are wanted, each one of {', '.join(MODULES)}."
    for number, (name, (right, wrong, _)) in enumerate(zip(names, SLIPS, strict=True), start=1):
        fault = check(summed(), summed().completion().replace(right, wrong)).first_error
        if fault is None or name != fault.module:
            return (
                f"In text {number} it is not the {name} that broke. Where does it first differ, and in what?"
            )
    return None


def broken() -> Problem:
    """The problem of the text to repair."""
    return task("large_number_addition").problem(a="958", b="467")


def broken_text() -> str:
    """Its chain of thought as by someone who forgets the first carry, and goes on without a slip."""
    text = broken().completion()
    changes = [
        ("write sum[0]=5, carry=1", "write sum[0]=5, carry=0"),
        ("fetch a[1]=5, b[1]=6, carry=1", "fetch a[1]=5, b[1]=6, carry=0"),
        ("write sum[1]=2", "write sum[1]=1"),
        ("Final answer: 1425", "Final answer: 1415"),
    ]
    for right, wrong in changes:
        text = text.replace(right, wrong)
    return text


def repaired(answer: object) -> str | None:
    """What is still wrong with a text, if anything."""
    if not isinstance(answer, str):
        return "A text is wanted: all lines, from the tape to the final answer."
    report = check(broken(), answer)
    fault = report.first_error
    if fault is None:
        return None
    place = f"in state {fault.state}: {fault.module}" if fault.module != ANSWER else "in the answer"
    behind = f" Behind it, {report.copied} only copied from it." if report.copied else ""
    return f"The first error is now {place}.{behind}"


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
        name="02-length",
        title="How many items?",
        difficulty="easy",
        minutes=10,
        spec="""
            Write a program that finds **how many items a list has**, as a machine would: it walks along the
            cells `items[0]`, `items[1]` and so on until it meets the blank, `_`, that every empty cell holds.
            Each state fetches **one cell**. The answer is a text, such as `"3"`.

            ```python
            def run(tape, items):
                ...
            ```

            The check tries lists of several lengths, the empty one too.
        """,
        hint="""
            A loop that ends when `tape.read(f"items[{k}]")` gives `"_"`. The state that meets the blank goes
            to `HALT`, every other one to the next.
        """,
        verify=check_program(lambda items: str(len(items)), "items", LENGTHS, reads=1),
    ),
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
    Exercise(
        name="02-predict",
        title="Predict the module",
        difficulty="easy",
        minutes=5,
        spec=cleandoc("""
            This is 47 + 85, without an error:

            ```
            RIGHT
            ```

            In each of four copies of it one line has been changed, and nothing else:

            ```
            SLIPS
            ```

            **Which module broke in each?** Choose from `memory fetcher`, `atomic state`, `linear transition`,
            `format` and `answer`.

            ```python
            my_answer = ..., ..., ..., ...  # four names
            ```
        """)
        .replace("RIGHT", summed().completion())
        .replace("SLIPS", "\n".join(f"{k}  {line}" for k, line in enumerate(slipped(), start=1))),
        hint="""
            A state fetches, then works with what it fetched, then says where to go. The first of these that
            differs from the right text is what broke.
        """,
        verify=predicted,
    ),
    Exercise(
        name="02-repair",
        title="Repair a text",
        difficulty="medium",
        minutes=10,
        spec=cleandoc("""
            A model added 958 and 467, and made **one mistake**; all that follows from it is wrong, too:

            ```
            TEXT
            ```

            **Mend it.** Change the first wrong line, check again, and go on until nothing is wrong. How many
            of the lines had a mistake of their own?

            ```python
            my_text = ...  # the whole text; broken_text() of tailnb.exercises.notebook_02 is the one above
            ```
        """).replace("TEXT", broken_text()),
        hint="""
            Begin at the top: what is 8 + 7, and what is carried? A few `.replace("wrong", "right")` are
            enough, or the box under "Check an output" in the explorer.
        """,
        verify=repaired,
    ),
]
