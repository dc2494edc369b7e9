"""Binary search: the 0-based index of a key in an increasing list, by halving the interval.

>>> from tailnb import task
>>> problem = task("binary_search").problem(items=[1, 4, 9, 12], key=12)
>>> problem.answer
'3'
>>> print(problem.trace().text())
Tape: items[0]=1, items[1]=4, items[2]=9, items[3]=12, key=12
{0,3}: fetch key=12, items[1]=4; right(key, items[1]); goto {2,3}
{2,3}: fetch key=12, items[2]=9; right(key, items[2]); goto {3,3}
{3,3}: fetch key=12, items[3]=12; found(key, items[3]); goto halt
Final answer: 3
"""

from __future__ import annotations

import itertools
from math import comb
from random import Random
from typing import Any

from tailnb.traces import HALT, Tape

ORDER = 17
TITLE = "Binary Search"
ALGORITHM = "Divide & Conquer"
LENGTHS = {"S": (5, 20), "M": (21, 40), "L": (41, 70)}
PARAMS = ("items", "key")
LARGEST = 999  # sampled items lie between 0 and this


def sample(rng: Random, low: int, high: int) -> dict[str, Any]:
    """An increasing list of low to high numbers, and one of them as the key."""
    items = sorted(rng.sample(range(LARGEST + 1), rng.randint(low, high)))
    return {"items": items, "key": rng.choice(items)}


def validate(params: dict[str, Any]) -> None:
    """Raise ValueError unless items is an increasing list of integers and key an integer."""
    items, key = params["items"], params["key"]
    if not isinstance(items, list) or not all(type(item) is int for item in items):
        raise ValueError(f"items must be a list of integers, not {items!r}")
    if type(key) is not int:
        raise ValueError(f"key must be an integer, not {key!r}")
    for place, (left, right) in enumerate(itertools.pairwise(items)):
        if left >= right:
            raise ValueError(f"items must increase, but items[{place}]={left} and items[{place + 1}]={right}")
    if not items:
        raise ValueError("items must hold at least one number")


def length(items: list[int], key: int) -> int:
    """The number of items."""
    return len(items)


def problem_space(low: int, high: int) -> int:
    """How many lists and keys there are."""
    return sum(comb(LARGEST + 1, n) * n for n in range(low, high + 1))


def run(tape: Tape, items: list[int], key: int) -> None:
    """Halve the interval {low,high} until its middle item is the key, or it is empty."""
    tape.place("items", items)
    tape.place("key", key)
    low, high = 0, len(items) - 1
    while True:
        with tape.state(f"{{{low},{high}}}"):
            middle = (low + high) // 2
            wanted, item = tape.read("key", f"items[{middle}]")
            verdict = "found" if item == wanted else "left" if item > wanted else "right"
            tape.do(verdict)
            low, high = (low, middle - 1) if verdict == "left" else (middle + 1, high)
            done = verdict == "found" or low > high
            tape.goto(HALT if done else f"{{{low},{high}}}")
        if done:
            tape.answer(str(middle) if verdict == "found" else "-1")
            return


def reference(items: list[int], key: int) -> str:
    """The index of the key, or -1."""
    return str(items.index(key)) if key in items else "-1"


def words(items: list[int], key: int) -> dict[str, str]:
    """What the templates put into their places."""
    return {"items": ", ".join(map(str, items)), "key": str(key)}


TEMPLATES = [
    "Find the 0-based index of {key} in the increasing list [{items}].",
    "The list [{items}] is sorted. At which index, counting from 0, does {key} stand?",
    "Use binary search to locate {key} in [{items}]; give the 0-based index.",
    "items = [{items}], key = {key}. Index of key (from 0, -1 if absent)?",
    "Binary search: key {key}, list [{items}]. 0-based index:",
    "In the sorted array [{items}], return the position of {key}, with the first position being 0.",
    "A librarian keeps books ordered by number: {items}. Counting from 0, in which place is book {key}?",
    "House numbers along a street are {items}. How many houses come before number {key}?",
    "Given the ascending sequence [{items}], what is the zero-based index of the element {key}?",
    "Search [{items}] for {key} by halving the interval and report its index, starting at 0.",
    "The results of a race in seconds, fastest first: {items}. What is the 0-based rank of {key}?",
    "bisect_left([{items}], {key}) = 0-based index of {key} = ?",
    "Which index (0-based) holds the value {key} in this increasing list: {items}?",
    "A thermometer logged the rising readings {items}. At which reading, counted from 0, was it {key}?",
    "Locate the number {key} among the sorted numbers {items}. Count positions from 0.",
    "You may look at one element at a time. Where is {key} in [{items}]? Answer with a 0-based index.",
    "Serial numbers on a shelf, in increasing order: {items}. Give the index of {key}, first index 0.",
    "Please return the index of target {key} in nums = [{items}] (0-based).",
    "For the ordered values {items}, say at what zero-based position {key} is found.",
    "The pages with a bookmark are {items}. The bookmark on page {key} is number what, counting from 0?",
    "Sorted ids: {items}. Wanted id: {key}. Index, from 0:",
]
