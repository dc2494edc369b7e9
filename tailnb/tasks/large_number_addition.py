"""Large number addition: two decimal numbers of any length, column by column from the right.

Cells are indexed by power of ten, so the points are aligned; the head of a number that has ended waits on
its blank. One state adds one column: two digits and the carry.

>>> from tailnb import task
>>> problem = task("large_number_addition").problem(a="17.5", b="4.86")
>>> problem.answer
'22.36'
>>> print(problem.trace().text())
Tape: a[2]=_, a[1]=1, a[0]=7, a[-1]=5, a[-2]=_, b[1]=_, b[0]=4, b[-1]=8, b[-2]=6, carry=0
{-2}: fetch a[-2]=_, b[-2]=6, carry=0; add(a[-2], b[-2], carry); write sum[-2]=6, carry=0; goto {-1}
{-1}: fetch a[-1]=5, b[-1]=8, carry=0; add(a[-1], b[-1], carry); write sum[-1]=3, carry=1; goto {0}
{0}: fetch a[0]=7, b[0]=4, carry=1; add(a[0], b[0], carry); write sum[0]=2, carry=1; goto {1}
{1}: fetch a[1]=1, b[1]=_, carry=1; add(a[1], b[1], carry); write sum[1]=2, carry=0; goto {2}
{2}: fetch a[2]=_, b[1]=_, carry=0; stop(a[2], b[1], carry); goto halt
Final answer: 22.36
"""

from __future__ import annotations

import re
from decimal import Context, Decimal
from random import Random

from tailnb.tasks import _decimals
from tailnb.tasks._task import Notation
from tailnb.traces import BLANK, HALT, Tape

ORDER = 1
TITLE = "Large Number Addition"
ALGORITHM = "Simulation"
LENGTHS = {"S": (10, 30), "M": (31, 40), "L": (41, 50)}
NANO_OPTIONS = {"decimals": False}  # whole numbers keep the texts short
PARAMS = ("a", "b")

length, problem_space, words = _decimals.length, _decimals.problem_space, _decimals.words


def sample(rng: Random, low: int, high: int, *, decimals: bool = True) -> dict[str, str]:
    """Two numbers of low to high digits, the lengths drawn separately; half of them with a point."""
    a, b = (_decimals.draw(rng, rng.randint(low, high), point=decimals and rng.random() < 0.5) for _ in "ab")
    return {"a": a, "b": b}


def validate(params: dict[str, str]) -> None:
    """Raise ValueError unless a and b are canonical decimal strings without a sign."""
    for name, value in params.items():
        _decimals.require(name, value, signed=False)


def run(tape: Tape, a: str, b: str) -> None:
    """Add the columns from the lowest power of ten up, until both numbers have ended and no carry is left."""
    lowest = -max(_decimals.fraction(a), _decimals.fraction(b))
    heads = {name: _decimals.cells(number, lowest=lowest) for name, number in (("a", a), ("b", b))}
    for name, cells in heads.items():
        tape.place(name, cells)
    tape.place("carry", 0)
    tape.homes = ("sum",)
    digits: dict[str, int] = {}
    ends = [(name, min(cells), max(cells)) for name, cells in heads.items()]
    column, done = lowest, False
    while not done:
        with tape.state(f"{{{column}}}"):
            at = [f"{name}[{max(min(column, high), low)}]" for name, low, high in ends]
            x, y, carry = tape.read(*at, "carry")
            done = x == y == BLANK
            if done and not carry:
                tape.do("stop")
            else:
                tape.do("add")
                total = sum(digit for digit in (x, y, carry) if digit != BLANK)
                digits[f"sum[{column}]"] = total % 10
                tape.write(f"sum[{column}]", total % 10)
                tape.write("carry", total // 10)
            column += 1
            tape.goto(HALT if done else f"{{{column}}}")
    spelled = list(reversed(digits))
    if lowest < 0:
        spelled.insert(lowest, ".")
    tape.answer("".join(str(digits.get(cell, cell)) for cell in spelled), spelled)


def reference(a: str, b: str) -> str:
    """The sum, with as many places as the number that has more of them."""
    return format(Context(prec=len(a) + len(b)).add(Decimal(a), Decimal(b)), "f")


def hinted(number: str) -> str:
    """A number with a letter behind each digit, counted from the point: "12.5" is "1(-b)2(-a).5(a)"."""
    whole, point, places = number.partition(".")
    left = [f"{digit}(-{_letter(len(whole) - k)})" for k, digit in enumerate(whole)]
    return (
        "".join(left) + point + "".join(f"{digit}({_letter(k)})" for k, digit in enumerate(places, start=1))
    )


def _letter(number: int) -> str:
    """The letters of a place, from 1: a, b, …, z, aa, ab, …, as in the columns of a spreadsheet."""
    letters = ""
    while number:
        number, place = divmod(number - 1, 26)
        letters = chr(ord("a") + place) + letters
    return letters


def unhinted(answer: str) -> str | None:
    """The number behind hints, each of which must be the right one; None for anything else."""
    number = re.sub(r"\(-?[a-z]++\)", "", answer)
    return (
        number
        if "(" in answer and _decimals.CANONICAL.fullmatch(number) and hinted(number) == answer
        else None
    )


def unreversed(answer: str) -> str | None:
    """The number whose digits stand in reverse before the mark; None for anything else."""
    number = answer.removesuffix(REVERSED_MARK)[::-1]
    return number if answer.endswith(REVERSED_MARK) and _decimals.CANONICAL.fullmatch(number) else None


REVERSED_MARK = " (reversed)"
NOTATIONS = {  # the baselines of the paper's Table 1 and Appendix G
    "index_hint": Notation(hinted, unhinted),
    "reversed": Notation(
        lambda number: number[::-1], unreversed, "Every number is written in reverse. ", REVERSED_MARK
    ),
}


TEMPLATES = [
    "What is {a} + {b}?",
    "Add {a} and {b}.",
    "{a} + {b} =",
    "Compute the sum of {a} and {b}.",
    "Please add these two numbers exactly: {a} and {b}.",
    "An account holds {a} coins and receives {b} more. How many coins does it hold then?",
    "Work out {a} plus {b}, column by column.",
    "Two rivers carry {a} and {b} litres into a lake. How many litres is that together?",
    "Find the exact value of {a} + {b}.",
    "sum({a}, {b})",
    "If x = {a} and y = {b}, what is x + y?",
    "A telescope counted {a} photons on Monday and {b} on Tuesday. What is the total?",
    "Give the result of adding {b} to {a}.",
    "The first number is {a}, the second is {b}. State their sum.",
    "A ship has sailed {a} miles and sails another {b}. How far has it sailed in all?",
    "Evaluate: {a} + {b}",
    "What do you get when {a} is increased by {b}?",
    "One library owns {a} pages, another {b}. How many pages do they own together?",
    "Without rounding, calculate {a} + {b}.",
    "Total of {a} and {b}?",
    "Write down the sum of the decimal numbers {a} and {b}.",
    "A counter shows {a}. It advances by {b}. What does it show now?",
]
