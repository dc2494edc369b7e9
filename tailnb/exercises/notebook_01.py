"""Exercises of notebook 01: Turing machines."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from random import Random

from tailnb.exercises._exercise import Exercise
from tailnb.exercises._machines import check_machine

LONGER = range(7, 21)  # letters; of each length one word, so that the smallest that fails is nearly found


def words(alphabet: str, longest: int, shortest: int = 0) -> list[str]:
    """All words over an alphabet, the shortest first."""
    lengths = range(shortest, longest + 1)
    return ["".join(symbols) for length in lengths for symbols in product(alphabet, repeat=length)]


def long_words(alphabet: str, lengths: Iterable[int]) -> list[str]:
    """A word of each of the lengths, drawn at random, always the same."""
    rng = Random("exercises of notebook 01")
    return ["".join(rng.choices(alphabet, k=length)) for length in lengths]


def flipped(word: str) -> str:
    """Every 0 a 1, and every 1 a 0."""
    return word.translate(str.maketrans("01", "10"))


def decremented(word: str) -> str:
    """The number less one, with as many digits."""
    return format(int(word, 2) - 1, f"0{len(word)}b")


def pairs() -> list[str]:
    """Two numbers with the same number of digits, the shortest first; long ones differ late or never."""
    short = [f"{a}?{b}" for n in range(1, 5) for a in words("01", n, n) for b in words("01", n, n)]
    long = [f"{word}?{other}" for word in long_words("01", range(5, 21)) for other in alike(word)]
    return [*short, *long]


def alike(word: str) -> list[str]:
    """The word, and those that differ from it in the last, a middle or the first digit only."""
    places = (len(word) - 1, len(word) // 2, 0)
    return [word, *(word[:at] + flipped(word[at]) + word[at + 1 :] for at in places)]


def compared(word: str) -> str:
    """The sign between two numbers."""
    first, second = (int(digits, 2) for digits in word.split("?"))
    return "<" if first < second else ">" if first > second else "="


EXERCISES = [
    Exercise(
        name="01-flip",
        title="Flip every bit",
        difficulty="easy",
        minutes=5,
        spec="""
            Build a machine that turns **every `0` into `1` and every `1` into `0`**, and halts: `1001`
            becomes `0110`. The empty word stays empty.

            ```python
            rules = {("flip", "0"): ("flip", "1", "R")}  # and what else?
            my_machine = ...  # TuringMachine(rules, initial_state="flip")
            ```
        """,
        hint="""
            One state to work in is enough, with a rule for each symbol that the head can meet. What does it
            meet behind the last digit?
        """,
        verify=check_machine(flipped, [*words("01", 6), *long_words("01", (*LONGER, 100))]),
    ),
    Exercise(
        name="01-ends-in-one",
        title="Odd or even",
        difficulty="easy",
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
        verify=check_machine(
            lambda word: "1" if word.endswith("1") else "0",
            [*words("01", 6), *long_words("01", LONGER), "01" * 50, "10" * 50],
        ),
    ),
    Exercise(
        name="01-decrement",
        title="Subtract one",
        difficulty="medium",
        minutes=10,
        spec="""
            Build a machine that **subtracts one** from a binary number greater than zero, and keeps its
            number of digits: `1100` becomes `1011`, and `1000` becomes `0111`.

            ```python
            my_machine = ...  # TuringMachine(rules, initial_state=…)
            ```
        """,
        hint="""
            Look at `machine("increment").diagram()`. On the way back, what happens to 0 and to 1 changes
            places.
        """,
        verify=check_machine(
            decremented,
            [
                *(word for word in words("01", 7, shortest=1) if "1" in word),
                *("1" + word for word in long_words("01", LONGER)),
                "1" + "0" * 100,
            ],
        ),
    ),
    Exercise(
        name="01-double",
        title="Twice as many",
        difficulty="medium",
        minutes=15,
        spec="""
            A number in strokes again. Build a machine that **doubles** it and halts: `111` becomes `111111`,
            and nothing else is left on the tape.

            ```python
            my_machine = ...  # TuringMachine(rules, initial_state=…)
            ```
        """,
        hint="""
            A symbol of your own, such as `x`, can mark a stroke as counted, or stand for a new one until all
            is done. What if every stroke becomes an `x`, and one more `x` is written at the end?
        """,
        verify=check_machine(lambda word: 2 * word, ["1" * n for n in range(31)]),
    ),
    Exercise(
        name="01-compare",
        title="Compare two numbers",
        difficulty="hard",
        minutes=25,
        spec="""
            Two binary numbers stand on the tape, with the same number of digits and `?` between them. Build
            a machine that leaves only the sign that belongs there, **`<`, `=` or `>`**, and halts: `101?110`
            leaves `<`.

            ```python
            my_machine = ...  # TuringMachine(rules, initial_state=…)
            ```
        """,
        hint="""
            From the left, the first digits that differ decide. Erase a digit of the first number and let the
            state remember it, walk to the first digit of the second number that has no mark, compare, mark
            it, and come back. When it is decided, sweep over everything and erase it. A loop in Python can
            write the rules that differ in a symbol only.
        """,
        verify=check_machine(compared, pairs()),
    ),
]
