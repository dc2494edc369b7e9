"""Bubble sort: a list of different integers in increasing order, by swapping neighbors.

The label {i,last} says which pair is compared, items[i] and items[i+1], and where the unsorted part ends. A
pass carries the largest item of that part to its end; the next pass ends one place earlier, the last at 1.

>>> from tailnb import task
>>> problem = task("bubble_sort").problem(items=[8, 5, -3])
>>> problem.answer
'[-3, 5, 8]'
>>> print(problem.trace().text())
Tape: items[0]=8, items[1]=5, items[2]=-3
{0,2}: fetch items[0]=8, items[1]=5; swap(items[0], items[1]); write items[0]=5, items[1]=8; goto {1,2}
{1,2}: fetch items[1]=8, items[2]=-3; swap(items[1], items[2]); write items[1]=-3, items[2]=8; goto {0,1}
{0,1}: fetch items[0]=5, items[1]=-3; swap(items[0], items[1]); write items[0]=-3, items[1]=5; goto halt
Final answer: [-3, 5, 8]
"""

from __future__ import annotations

from math import perm
from random import Random
from typing import Any

from tailnb.traces import HALT, Tape

ORDER = 3
TITLE = "Bubble Sort"
ALGORITHM = "Simulation"
LENGTHS = {"S": (2, 4), "M": (5, 6), "L": (7, 8)}
PARAMS = ("items",)
LARGEST = 999  # sampled items lie between its negative and this


def sample(rng: Random, low: int, high: int) -> dict[str, list[int]]:
    """A list of low to high numbers in random order."""
    return {"items": rng.sample(range(-LARGEST, LARGEST + 1), rng.randint(low, high))}


def validate(params: dict[str, Any]) -> None:
    """Raise ValueError unless items is a list of at least two different integers."""
    items = params["items"]
    if not isinstance(items, list):
        raise ValueError(f"items must be a list of integers, not {items!r}")
    if len(items) < 2:
        raise ValueError(f"items must hold at least two numbers, not {items!r}")
    places: dict[int, int] = {}
    for place, item in enumerate(items):
        if type(item) is not int:
            raise ValueError(f"items[{place}] must be an integer, not {item!r}")
        if item in places:
            raise ValueError(f"items must differ, but items[{places[item]}] and items[{place}] are {item}")
        places[item] = place


def length(items: list[int]) -> int:
    """The number of items."""
    return len(items)


def problem_space(low: int, high: int) -> int:
    """How many lists there are."""
    return sum(perm(2 * LARGEST + 1, n) for n in range(low, high + 1))


def run(tape: Tape, items: list[int]) -> None:
    """Compare and swap the neighbors {i,last} of each pass; last falls by one from pass to pass."""
    tape.place("items", items)
    cells = [f"items[{place}]" for place in range(len(items))]
    now = list(items)
    for last in range(len(items) - 1, 0, -1):
        for i in range(last):
            with tape.state(f"{{{i},{last}}}"):
                left, right = tape.read(cells[i], cells[i + 1])
                if left > right:
                    tape.do("swap")
                    tape.write(cells[i], right)
                    tape.write(cells[i + 1], left)
                    left, right = right, left
                else:
                    tape.do("keep")
                now[i], now[i + 1] = left, right
                in_pass, more = i + 1 < last, last > 1
                tape.goto(f"{{{i + 1},{last}}}" if in_pass else f"{{0,{last - 1}}}" if more else HALT)
    spelled = [symbol for cell in cells for symbol in (",", cell)]
    tape.answer(f"[{', '.join(map(str, now))}]", ["[", *spelled[1:], "]"])


def reference(items: list[int]) -> str:
    """The items in increasing order."""
    return str(sorted(items))


def words(items: list[int]) -> dict[str, str]:
    """What the templates put into their places."""
    return {"items": ", ".join(map(str, items))}


TEMPLATES = [
    "Sort the list [{items}] in increasing order.",
    "Bubble sort, ascending: [{items}].",
    "sorted([{items}]) =",
    "Put these numbers in order, smallest first: {items}. Answer with a list in brackets.",
    "Arrange [{items}] from the least to the greatest number.",
    "Sort [{items}] ascending by swapping neighbours that are in the wrong order; give the sorted list.",
    "Some shops report profits (or losses) of {items} coins. List them from the worst up, in brackets.",
    "Give the ascending order of {items} as a list, such as [1, 2].",
    "Players finished a game with the scores {items}. Write the scores as a list, lowest first.",
    "What is the list [{items}] after it has been sorted in increasing order?",
    "nums = [{items}]; nums.sort(); print(nums)",
    "Accounts stand at {items} coins. Order the balances from lowest to highest, as a list.",
    "Return the elements of [{items}] in ascending order.",
    "Unsorted: [{items}]. Sorted, smallest first:",
    "Divers and climbers are at the heights {items}. Give the heights as a list, lowest first.",
    "Compare neighbours and swap them until [{items}] increases from left to right. What is the list then?",
    "Which list do you get by ordering [{items}] increasingly?",
    "Let x = [{items}]. Write x with its numbers in increasing order.",
    "Cards on a table show {items}. In what order do they lie once sorted upwards? Give a list.",
    "Please rearrange the integers {items} into an increasing list.",
    "Events took place in the years {items} (negative: before our era). List the years, earliest first.",
    "Smallest to largest, as a list: {items}",
    "Order [{items}] so that every number is less than the next one.",
]
