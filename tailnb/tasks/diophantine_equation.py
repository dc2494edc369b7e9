"""Diophantine equation: all pairs of integers a, b >= 0 with x1·a + x2·b = n.

Enumeration of a. rest[a] is what x1·a leaves of n. State {a} divides it by x2, which gives b[a] when nothing
remains; state {a,less} takes x1 away from it, for the next a, until less than x1 is left.

>>> from tailnb import task
>>> problem = task("diophantine_equation").problem(x1=5, x2=3, n=14)
>>> problem.answer
'[(1, 3)]'
>>> print(problem.trace().text())
Tape: x1=5, x2=3, rest[0]=14
{0}: fetch rest[0]=14, x2=3; misses(rest[0], x2); goto {0,less}
{0,less}: fetch rest[0]=14, x1=5; subtract(rest[0], x1); write rest[1]=9; goto {1}
{1}: fetch rest[1]=9, x2=3; divides(rest[1], x2); write b[1]=3; goto {1,less}
{1,less}: fetch rest[1]=9, x1=5; subtract(rest[1], x1); write rest[2]=4; goto {2}
{2}: fetch rest[2]=4, x2=3; misses(rest[2], x2); goto {2,less}
{2,less}: fetch rest[2]=4, x1=5; stop(rest[2], x1); goto halt
Final answer: [(1, 3)]
"""

from __future__ import annotations

from random import Random
from typing import Any

from tailnb.traces import HALT, Tape

ORDER = 12
TITLE = "Diophantine Equation"
ALGORITHM = "Enumeration"
LENGTHS = {"S": (10, 50), "M": (51, 100), "L": (101, 200)}
PARAMS = ("x1", "x2", "n")
KEY = "query"  # S has 14,022 problems
COEFFICIENTS = (2, 20)  # of sampled equations
LARGEST = 1000  # the largest n


def sample(rng: Random, low: int, high: int) -> dict[str, int]:
    """A number n from low to high and two different coefficients, small ones more often.

    In S about 41 of 100 equations have no solution and 26 have several; in L it is 22 and 66.
    """
    x1 = x2 = 0
    while x1 == x2:
        x1, x2 = (min(rng.randint(*COEFFICIENTS), rng.randint(*COEFFICIENTS)) for _ in range(2))
    return {"x1": x1, "x2": x2, "n": rng.randint(low, high)}


def validate(params: dict[str, Any]) -> None:
    """Raise ValueError unless x1 and x2 are integers from 1, and n is one from 0, up to LARGEST."""
    for name, least in (("x1", 1), ("x2", 1), ("n", 0)):
        value = params[name]
        if type(value) is not int or not least <= value <= LARGEST:
            raise ValueError(f"{name} must be an integer from {least} to {LARGEST}, not {value!r}")


def length(x1: int, x2: int, n: int) -> int:
    """The number n itself."""
    return n


def problem_space(low: int, high: int) -> int:
    """How many pairs of different coefficients, and numbers n, there are."""
    first, last = COEFFICIENTS
    return (last - first + 1) * (last - first) * (high - low + 1)


def run(tape: Tape, x1: int, x2: int, n: int) -> None:
    """Divide what is left of n by x2 and take x1 away, for a = 0, 1, … while it can be taken away."""
    tape.place("x1", x1)
    tape.place("x2", x2)
    tape.place("rest", [n])
    pairs: list[tuple[int, int]] = []
    for a in range(LARGEST + 1):
        b = _divide(tape, a)
        if b is not None:
            pairs.append((a, b))
        if not _subtract(tape, a):
            tape.answer(str(pairs), _spelled(pairs))
            return


def _divide(tape: Tape, a: int) -> int | None:
    """State {a}: the b that goes with a, if there is one."""
    with tape.state(f"{{{a}}}"):
        rest, x2 = tape.read(f"rest[{a}]", "x2")
        b, remains = divmod(rest, x2)
        tape.do("misses" if remains else "divides")
        if not remains:
            tape.write(f"b[{a}]", b)
        tape.goto(f"{{{a},less}}")
    return None if remains else b


def _subtract(tape: Tape, a: int) -> bool:
    """State {a,less}: whether there is enough left for a larger a."""
    with tape.state(f"{{{a},less}}"):
        rest, x1 = tape.read(f"rest[{a}]", "x1")
        more = rest >= x1
        tape.do("subtract" if more else "stop")
        if more:
            tape.write(f"rest[{a + 1}]", rest - x1)
        tape.goto(f"{{{a + 1}}}" if more else HALT)
    return bool(more)


def _spelled(pairs: list[tuple[int, int]]) -> list[str]:
    """The symbols of the pairs, each b by its cell."""
    written = [["(", *str(a), ",", f"b[{a}]", ")"] for a, _ in pairs]
    return ["[", *[symbol for pair in written for symbol in (",", *pair)][1:], "]"]


def reference(x1: int, x2: int, n: int) -> str:
    """The pairs, found by going through b."""
    return str(sorted(((n - x2 * b) // x1, b) for b in range(n // x2 + 1) if (n - x2 * b) % x1 == 0))


def words(x1: int, x2: int, n: int) -> dict[str, str]:
    """What the templates put into their places."""
    return {"x1": str(x1), "x2": str(x2), "n": str(n)}


TEMPLATES = [
    "Find all pairs (a, b) of integers a, b >= 0 with {x1}·a + {x2}·b = {n}, as [(a, b), …], by a.",
    "Which non-negative integers a, b solve {x1}a + {x2}b = {n}? List all (a, b) with a increasing.",
    "{x1}a + {x2}b = {n}; a, b >= 0 whole. All solutions as [(a, b), …], smallest a first:",
    "Solve the Diophantine equation {x1}*a + {x2}*b = {n} for a, b >= 0. Order the pairs (a, b) by a.",
    "Coins are worth {x1} and {x2}. How can exactly {n} be paid? List (coins of {x1}, coins of {x2}) by"
    " the first number; [] if it cannot.",
    "[(a, b) for a in range({n} + 1) for b in range({n} + 1) if {x1} * a + {x2} * b == {n}] =",
    "A box holds {x1} eggs or {x2} eggs. In which ways can {n} eggs fill such boxes completely?"
    " Pairs (boxes of {x1}, boxes of {x2}), by the first.",
    "Go through a = 0, 1, 2, … and list every (a, b), b >= 0 an integer, for which {x1}·a + {x2}·b is {n}.",
    "Give the list of all pairs of integers (a, b), by increasing a, where {n} = {x1}·a + {x2}·b and neither"
    " is negative.",
    "A wall of length {n} is laid with bricks of length {x1} and {x2}, nothing left over. State all"
    " (number of {x1}s, number of {x2}s), fewest {x1}s first.",
    "diophantine(x1={x1}, x2={x2}, n={n}) -> list of (a, b), a, b >= 0, sorted by a",
    "Enumerate the non-negative whole solutions of {x1}x + {x2}y = {n} as (x, y), in order of x.",
    "A team has {n} points, scored in hits of {x1} and hits of {x2}. What may the hits have been? All"
    " pairs (hits of {x1}, hits of {x2}), sorted by the first.",
    "For x1 = {x1}, x2 = {x2}, n = {n}: every (a, b) of integers >= 0 with x1·a + x2·b = n, by a ([] if"
    " none).",
    "Write {n} as a sum of {x1}s and {x2}s in all possible ways; answer [(how many {x1}s, how many"
    " {x2}s), …], by how many {x1}s.",
    "Buses seat {x1}, vans seat {x2}. How can {n} travellers leave no seat empty? Pairs (buses, vans), by"
    " buses.",
    "Is {n} = {x1}·a + {x2}·b possible with whole a, b >= 0? Answer with all pairs (a, b) by a, or with [].",
    "A scale has weights of {x1} and {x2} grams, as many as needed. Which (number of {x1}s, number of"
    " {x2}s) add up to {n} grams? Sort by the first.",
    "List each lattice point (a, b), a and b not negative, on the line {x1}a + {x2}b = {n}, from left to"
    " right.",
    "Tickets cost {x1} for children and {x2} for adults; together they cost {n}. Which (children, adults)"
    " fit? Few children first.",
    "For each whole a from 0 while {x1}a <= {n}, keep (a, b) if {n} - {x1}a = {x2}b, b whole. Which pairs?",
    "Please give all solutions in integers >= 0 of a·{x1} + b·{x2} = {n}, pairs (a, b) in order of a.",
    "Stamps of {x1} and {x2} cents: every way to put exactly {n} cents on a letter, as [(of {x1}, of"
    " {x2}), …], sorted by the number of {x1}s.",
    "A ribbon of {n} cm is cut into pieces of {x1} cm and of {x2} cm without waste. Name all (pieces of"
    " {x1}, pieces of {x2}), the first number increasing.",
]
