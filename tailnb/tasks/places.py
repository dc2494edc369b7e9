"""Places: two whole numbers added place by place; what would be carried is dropped.

The smallest change that makes addition another task: a model that has learned to carry has to unlearn it. Its
texts have addition's cells, so that a nano model can read them; the carry stays 0.

>>> from tailnb import task
>>> problem = task("places").problem(a="57", b="68")
>>> problem.answer
'15'
>>> print(problem.trace().text())
Tape: a[2]=_, a[1]=5, a[0]=7, b[2]=_, b[1]=6, b[0]=8, carry=0
{0}: fetch a[0]=7, b[0]=8, carry=0; add(a[0], b[0], carry); write sum[0]=5, carry=0; goto {1}
{1}: fetch a[1]=5, b[1]=6, carry=0; add(a[1], b[1], carry); write sum[1]=1, carry=0; goto {2}
{2}: fetch a[2]=_, b[2]=_, carry=0; stop(a[2], b[2], carry); goto halt
Final answer: 15
"""

from __future__ import annotations

from itertools import zip_longest
from random import Random

from tailnb.tasks import _decimals
from tailnb.traces import BLANK, HALT, Tape

ORDER = 21
BY_NAME_ONLY = True
TITLE = "Places"
ALGORITHM = "Simulation"
LENGTHS = {"S": (2, 5), "M": (6, 9), "L": (10, 14)}
PARAMS = ("a", "b")

length, problem_space, words = _decimals.length, _decimals.problem_space, _decimals.words


def sample(rng: Random, low: int, high: int) -> dict[str, str]:
    """Two whole numbers of low to high digits, the lengths drawn separately."""
    a, b = (_decimals.draw(rng, rng.randint(low, high), point=False) for _ in "ab")
    return {"a": a, "b": b}


def validate(params: dict[str, str]) -> None:
    """Raise ValueError unless a and b are whole numbers as texts, without a sign or leading zeros."""
    for name, value in params.items():
        _decimals.require(name, value, signed=False)
        if "." in value:
            raise ValueError(f"{name} must be a whole number, not {value!r}")


def run(tape: Tape, a: str, b: str) -> None:
    """Add the digits of one place after another; the head of a number that has ended waits on its blank."""
    tape.place("a", _decimals.cells(a))
    tape.place("b", _decimals.cells(b))
    tape.place("carry", 0)
    tape.homes = ("sum",)
    digits: list[int] = []
    for place in range(length(a, b)):
        with tape.state(f"{{{place}}}"):
            x, y, carry = tape.read(f"a[{min(place, len(a))}]", f"b[{min(place, len(b))}]", "carry")
            tape.do("add")
            digits.append(sum(digit for digit in (x, y) if digit != BLANK) % 10)
            tape.write(f"sum[{place}]", digits[-1])
            tape.write("carry", carry)
            tape.goto(f"{{{place + 1}}}")
    with tape.state(f"{{{len(digits)}}}"):
        tape.read(f"a[{len(a)}]", f"b[{len(b)}]", "carry")
        tape.do("stop")
        tape.goto(HALT)
    spelled = [f"sum[{place}]" for place in reversed(range(len(digits)))]
    tape.answer("".join(map(str, reversed(digits))), spelled)


def reference(a: str, b: str) -> str:
    """Each place's sum, its last digit alone."""
    pairs = zip_longest(reversed(a), reversed(b), fillvalue="0")
    return "".join(str((int(x) + int(y)) % 10) for x, y in pairs)[::-1]


TEMPLATES = [
    "Add {a} and {b} place by place, and drop every carry.",
    "What is {a} + {b} if nothing is ever carried?",
    "{a} + {b}, without carrying:",
    "Compute the sum of {a} and {b} digit by digit, modulo 10, aligned at the units.",
    "A counter with loose wheels shows {a}. Each wheel is turned on by a digit of {b}. What now?",
    "Give the carryless sum of {a} and {b}.",
    "Write {a} above {b}, right-aligned, and add each column by itself, keeping its last digit.",
    "carryless_add({a}, {b})",
    "A safe's dials stand at {a}. Turn them forwards by {b}, dial by dial. What do they show?",
    "For each place of {a} and {b}, add the two digits and keep the units alone.",
    "A pupil forgets all carries. What does the pupil get for {a} + {b}?",
    "Encrypt {a} with the key {b}: add the digits of each place modulo ten.",
    "Sum {a} and {b} in base ten as if no place knew its neighbours.",
    "Digit-wise addition modulo 10 of {a} and {b}:",
    "Ignoring carries, {a} plus {b} is?",
    "The first code is {a}, the second {b}. Add them place by place, each place modulo ten.",
    "State what {a} + {b} gives when 7 + 8 counts as 5, and so on in every place.",
    "Add the number {b} to {a}; whatever goes beyond 9 in a place is lost.",
    "Two rows of lamps, {a} and {b}, are combined: each lamp shows the last digit of its two values' sum.",
    "Find the carry-free sum of the whole numbers {a} and {b}.",
    "a = {a}, b = {b}. Add them without carrying over.",
    "Spies add the page number {a} to the secret {b} without carrying. What do they send?",
]
