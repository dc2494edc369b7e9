"""Derangement: in how many ways n things can be ordered so that none stays in its place.

The recursion D(k) = (k-1)·(D(k-1) + D(k-2)), unrolled from its base cases D(0) = 1 and D(1) = 0. One state is
one k. As in the paper atomicity is relaxed here: the state of a k adds and multiplies large numbers at once.

>>> from tailnb import task
>>> problem = task("derangement").problem(n=4)
>>> problem.answer
'9'
>>> print(problem.trace().text())
Tape: n=4
{0}: fetch n=4; base(n); write d[0]=1; goto {1}
{1}: fetch n=4; base(n); write d[1]=0; goto {2}
{2}: fetch n=4, d[1]=0, d[0]=1; recur(d[1], d[0]); write d[2]=1; goto {3}
{3}: fetch n=4, d[2]=1, d[1]=0; recur(d[2], d[1]); write d[3]=2; goto {4}
{4}: fetch n=4, d[3]=2, d[2]=1; recur(d[3], d[2]); write d[4]=9; goto halt
Final answer: 9
"""

from __future__ import annotations

from random import Random
from typing import Any

from tailnb.traces import HALT, Tape

ORDER = 7
TITLE = "Derangement"
ALGORITHM = "Recursion"
LENGTHS = {"S": (3, 30), "M": (31, 60), "L": (61, 100)}
PARAMS = ("n",)
KEY = "query"  # S has 28 problems
LARGEST = 1000  # an n whose number, of 2,568 digits, Python still writes out


def sample(rng: Random, low: int, high: int) -> dict[str, int]:
    """A number of things from low to high."""
    return {"n": rng.randint(low, high)}


def validate(params: dict[str, Any]) -> None:
    """Raise ValueError unless n is an integer from 0 to LARGEST."""
    n = params["n"]
    if type(n) is not int or not 0 <= n <= LARGEST:
        raise ValueError(f"n must be an integer from 0 to {LARGEST}, not {n!r}")


def length(n: int) -> int:
    """The number of things."""
    return n


def problem_space(low: int, high: int) -> int:
    """How many numbers of things there are."""
    return high - low + 1


def run(tape: Tape, n: int) -> None:
    """Find D(k) from the two before it, for k = 0, 1, … up to n."""
    tape.place("n", n)
    tape.homes = ("d",)
    for k in range(LARGEST + 1):
        with tape.state(f"{{{k}}}"):
            last = tape.read("n")
            if k < 2:
                tape.do("base")
                number = 1 - k
            else:
                cells = f"d[{k - 1}]", f"d[{k - 2}]"
                one, two = tape.read(*cells)
                tape.do("recur", *cells)
                number = (k - 1) * (one + two)
            tape.write(f"d[{k}]", number)
            done = k >= last
            tape.goto(HALT if done else f"{{{k + 1}}}")
        if done:
            tape.answer(str(number), [f"d[{k}]"])
            return


def reference(n: int) -> str:
    """The number of derangements by D(k) = k·D(k-1) + (-1)^k."""
    number = 1
    for k in range(1, n + 1):
        number = k * number + (-1) ** k
    return str(number)


def words(n: int) -> dict[str, str]:
    """What the templates put into their places."""
    return {"n": str(n)}


TEMPLATES = [
    "How many derangements of {n} elements are there?",
    "In how many ways can {n} things be ordered so that none stays in its place?",
    "D({n}) = ?, where D(k) counts the derangements of k elements.",
    "!{n} (subfactorial) =",
    "Compute the subfactorial of {n}.",
    "{n} guests each left a hat. In how many ways can the hats be handed back, none to its owner?",
    "Count the permutations of {n} elements that have no fixed point.",
    "{n} letters go into {n} addressed envelopes, one each. In how many ways are all of them in a wrong one?",
    "D(0) = 1, D(1) = 0, D(k) = (k-1)(D(k-1) + D(k-2)). Find D({n}).",
    "subfactorial({n}) ->",
    "{n} friends draw lots for presents. How many draws are there in which nobody draws their own name?",
    "Give the number of fixed-point-free permutations of {n} objects.",
    "A deck of {n} different cards is shuffled. How many orders leave no card where it was?",
    "What is the number of derangements for n = {n}?",
    "At a dance {n} couples swap partners. How many new pairings leave no couple together?",
    "Let a(k) = (k-1)·(a(k-1) + a(k-2)) with a(0) = 1 and a(1) = 0. What is a({n})?",
    "{n} pupils mark one another's tests, one each. In how many ways does nobody mark their own?",
    "How many bijections from a set of {n} elements to itself move every element?",
    "Determine derangement number {n}, counted so that number 2 is 1 and number 3 is 2.",
    "{n} keys hang on {n} labelled hooks. How many arrangements put every key on a wrong hook?",
    "n = {n}; number of permutations p of 1 … n with p(i) != i for all i:",
    "Of all the orders of {n} books on a shelf, how many move every single book to another place?",
    "Work out the recurrence for derangements up to {n} and state the last value.",
    "A cloakroom mixes up {n} coats so that everyone gets someone else's. In how many ways can that happen?",
    "Find how many ways there are to seat {n} people in their {n} chairs with nobody in their own.",
    "Please state the exact number of derangements of {n} items.",
    "{n} chefs change kitchens so that no chef keeps their own. How many such changes are there?",
    "derangements(n={n})",
    "How many ways of relabelling {n} jars are wrong for every jar, when each label is used once?",
    "{n} drivers own a car each. All take one of these cars, nobody their own. How many ways are there?",
    "Permutations of {n} elements without fixed points: how many?",
    "{n} runners have lanes 1 to {n}. Before the second race all must change lanes. In how many ways?",
    "The total of all permutations of {n} things in which everything is out of place is what?",
    "Every one of {n} workers moves to a desk that was a colleague's. How many rearrangements are possible?",
    "By recursion, calculate how many derangements a set of size {n} has.",
    "{n} owners each walk one of their {n} dogs, but nobody their own. In how many ways can that be?",
    "Shuffle 1, 2, …, {n} so that no number k is at position k. How many such shuffles exist?",
    "A teacher hands {n} essays to their {n} authors, to nobody their own. Count the ways.",
    "Number of n-by-n permutation matrices with zeros on the whole diagonal, for n = {n}?",
    "What is the value of !n at n = {n}, that is, the count of complete mix-ups of n things?",
]
