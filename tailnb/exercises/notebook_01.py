"""Exercises of notebook 01: Turing machines."""

from __future__ import annotations

from itertools import product

from tailnb.exercises._checkers import check_machine
from tailnb.exercises._exercise import Exercise


def words(alphabet: str, longest: int, shortest: int = 0) -> list[str]:
    """All words over an alphabet, the shortest first."""
    lengths = range(shortest, longest + 1)
    return ["".join(symbols) for length in lengths for symbols in product(alphabet, repeat=length)]


def decremented(word: str) -> str:
    """The number less one, with as many digits."""
    return format(int(word, 2) - 1, f"0{len(word)}b")


EXERCISES = [
    Exercise(
        name="01-unary-successor",
        title="One more stroke",
        difficulty="easy",
        minutes=5,
        spec="""
            A number can be written in strokes: `111` is three, and the empty word is zero. Build a machine
            that **adds one stroke** and halts: `111` becomes `1111`.

            ```python
            my_machine = ...  # TuringMachine(rules, initial_state=…)
            ```
        """,
        hint="""
            One state is enough: walk right over the strokes, and write on the first blank.
        """,
        verify=check_machine(lambda word: word + "1", [*words("1", 12), "1" * 100]),
    ),
    Exercise(
        name="01-ends-in-one",
        title="Odd or even",
        difficulty="medium",
        minutes=10,
        spec="""
            A binary number is odd if its last digit is `1`. Build a machine that erases the word, leaves a
            single **`1` if the word ended in `1`, and `0` if not** (also for the empty word), and halts:
            `0101` leaves `1`.

            ```python
            my_machine = ...  # TuringMachine(rules, initial_state=…)
            ```
        """,
        hint="""
            Let the state remember the symbol that the head has just erased: `last 0`, `last 1`.
        """,
        verify=check_machine(lambda word: "1" if word.endswith("1") else "0", [*words("01", 6), "01" * 50]),
    ),
    Exercise(
        name="01-decrement",
        title="Subtract one",
        difficulty="hard",
        minutes=15,
        spec="""
            Build a machine that **subtracts one** from a binary number greater than zero, and keeps its
            number of digits: `1100` becomes `1011`, and `1000` becomes `0111`.

            ```python
            my_machine = ...  # TuringMachine(rules, initial_state=…)
            ```
        """,
        hint="""
            Look at `machine("increment").table()`. On the way back, what happens to 0 and to 1 changes
            places.
        """,
        verify=check_machine(
            decremented, [*(word for word in words("01", 7, shortest=1) if "1" in word), "1" + "0" * 100]
        ),
    ),
]
