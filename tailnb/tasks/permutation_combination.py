"""Permutation combination: how many orders a list of different items has, found by making every one of them.

Backtracking over the next element. State {p} looks whether place p is there to be filled; if not, an order is
counted. {p,k} tries items[k] at place p; {undo,p} frees the item at place p, and the one behind it is tried.
The states are a factorial number: `count_states` tells it beforehand, `Problem.steps` gives them one by one.

>>> from tailnb import task
>>> problem = task("permutation_combination").problem(items=[5, 3])
>>> problem.answer
'2'
>>> print(problem.trace().text())
Tape: items[0]=5, items[1]=3, items[2]=_, count=0
{0}: fetch items[0]=5; fill(items[0]); goto {0,0}
{0,0}: fetch items[0]=5, used[0]=_; take(items[0], used[0]); write order[0]=0, used[0]=1; goto {1}
{1}: fetch items[1]=3; fill(items[1]); goto {1,0}
{1,0}: fetch items[0]=5, used[0]=1; skip(items[0], used[0]); goto {1,1}
{1,1}: fetch items[1]=3, used[1]=_; take(items[1], used[1]); write order[1]=1, used[1]=1; goto {2}
{2}: fetch items[2]=_; full(items[2]); goto {count,2}
{count,2}: fetch count=0; increment(count); write count=1; goto {undo,1}
{undo,1}: fetch order[1]=1; free(order[1]); write used[1]=_; goto {1,2}
{1,2}: fetch items[2]=_, used[2]=_; end(items[2], used[2]); goto {undo,0}
{undo,0}: fetch order[0]=0; free(order[0]); write used[0]=_; goto {0,1}
{0,1}: fetch items[1]=3, used[1]=_; take(items[1], used[1]); write order[0]=1, used[1]=1; goto {1}
{1}: fetch items[1]=3; fill(items[1]); goto {1,0}
{1,0}: fetch items[0]=5, used[0]=_; take(items[0], used[0]); write order[1]=0, used[0]=1; goto {2}
{2}: fetch items[2]=_; full(items[2]); goto {count,2}
{count,2}: fetch count=1; increment(count); write count=2; goto {undo,1}
{undo,1}: fetch order[1]=0; free(order[1]); write used[0]=_; goto {1,1}
{1,1}: fetch items[1]=3, used[1]=1; skip(items[1], used[1]); goto {1,2}
{1,2}: fetch items[2]=_, used[2]=_; end(items[2], used[2]); goto {undo,0}
{undo,0}: fetch order[0]=1; free(order[0]); write used[1]=_; goto {0,2}
{0,2}: fetch items[2]=_, used[2]=_; end(items[2], used[2]); goto {total}
{total}: fetch count=2; stop(count); goto halt
Final answer: 2
>>> task("permutation_combination").problem(items=list(range(10))).count_states()
91945313
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import perm
from random import Random
from typing import Any

from tailnb.traces import BLANK, HALT, Tape

ORDER = 19
BY_NAME_ONLY = True
TITLE = "Permutation Combination"
ALGORITHM = "Backtracking"
LENGTHS = {"S": (1, 3), "M": (4, 6), "L": (7, 10)}
PARAMS = ("items",)
LARGEST = 99  # sampled items lie between 0 and this
LONGEST = 20  # items

Step = Callable[..., Any]
Next = tuple[Step | None, tuple[int, ...], str]  # the step that follows, its numbers, its label


def sample(rng: Random, low: int, high: int) -> dict[str, list[int]]:
    """A list of low to high different items. The answer depends on their number alone."""
    return {"items": rng.sample(range(LARGEST + 1), rng.randint(low, high))}


def validate(params: dict[str, Any]) -> None:
    """Raise ValueError unless items is a list of 1 to LONGEST different integers."""
    items = params["items"]
    if not isinstance(items, list):
        raise ValueError(f"items must be a list of different integers, not {items!r}")
    if not 1 <= len(items) <= LONGEST:
        raise ValueError(f"items must hold 1 to {LONGEST} numbers, not {len(items)}")
    for place, item in enumerate(items):
        if type(item) is not int:
            raise ValueError(f"items must be integers, but items[{place}] is {item!r}")
        if item in items[:place]:
            raise ValueError(f"items must all be different, but items[{place}] is {item} again")


def length(items: list[int]) -> int:
    """The number of items."""
    return len(items)


def problem_space(low: int, high: int) -> int:
    """How many lists of different items there are."""
    return sum(perm(LARGEST + 1, n) for n in range(low, high + 1))


def count_states(items: list[int]) -> int:
    """How many states the run has, from how many ways there are to fill the first places."""
    n = len(items)
    ways = [perm(n, places) for places in range(n + 1)]
    looks, tries, counts, undone = sum(ways), (n + 1) * sum(ways[:-1]), ways[-1], sum(ways[1:])
    return looks + tries + counts + undone + 1


def run(tape: Tape, items: list[int]) -> Iterator[None]:
    """Fill place by place with the next item that is free, and go back at each end; yields at each state."""
    tape.place("items", [*items, BLANK])
    tape.place("count", 0)
    step: Step | None = _look
    at, label = (0,), "{0}"
    while step:
        with tape.state(label):
            step, at, label = step(tape, *at)
            tape.goto(label)
        yield


def _look(tape: Tape, place: int) -> Next:
    """Behind the last place, an order is found; else the place is tried with item after item."""
    full = tape.read(f"items[{place}]") == BLANK
    tape.do("full" if full else "fill")
    return (_count, (place,), f"{{count,{place}}}") if full else _at(place, 0)


def _try(tape: Tape, place: int, item: int) -> Next:
    """Put an item at a place if it is free."""
    value, used = tape.read(f"items[{item}]", f"used[{item}]")
    if value == BLANK:
        tape.do("end")
        return _back(place)
    if used != BLANK:
        tape.do("skip")
        return _at(place, item + 1)
    tape.do("take")
    tape.write(f"order[{place}]", item)
    tape.write(f"used[{item}]", 1)
    return _look, (place + 1,), f"{{{place + 1}}}"


def _at(*at: int) -> Next:
    return _try, at, f"{{{at[0]},{at[1]}}}"


def _count(tape: Tape, end: int) -> Next:
    """Count an order."""
    count = tape.read("count")
    tape.do("increment")
    tape.write("count", count + 1)
    return _back(end)


def _back(place: int) -> Next:
    """The place before is next; before the first one, nothing is left to try."""
    return (_undo, (place - 1,), f"{{undo,{place - 1}}}") if place else (_total, (), "{total}")


def _undo(tape: Tape, place: int) -> Next:
    """Free the item at a place; the one behind it is next."""
    item = tape.read(f"order[{place}]")
    if not item >= 0:
        raise ValueError(f"order[{place}] must be the place of an item, not {item!r}")
    tape.do("free")
    tape.write(f"used[{item}]", BLANK)
    return _at(place, item + 1)


def _total(tape: Tape) -> Next:
    """All orders are counted."""
    tape.answer(str(tape.read("count")), ["count"])
    tape.do("stop")
    return None, (), HALT


def reference(items: list[int]) -> str:
    """The number of orders: a choice of n, then of n - 1, and so on."""
    orders = 1
    for choices in range(1, len(items) + 1):
        orders *= choices
    return str(orders)


def words(items: list[int]) -> dict[str, str]:
    """What the templates put into their places."""
    return {"items": ", ".join(map(str, items))}


TEMPLATES = [
    "How many permutations does the list [{items}] have?",
    "Count the orders in which the numbers {items} can be written.",
    "items = [{items}]. Number of permutations of items?",
    "Enumerate the permutations of [{items}] by backtracking and give their number.",
    "In how many ways can {items} be arranged in a row?",
    "len(list(permutations([{items}]))) = ?",
    "Runners with the numbers {items} cross the finishing line one by one. How many results are possible?",
    "Books {items} stand on one shelf. How many different arrangements of all of them are there?",
    "Find the number of ways to order all the elements of [{items}].",
    "A password uses each of the codes {items} exactly once. How many passwords are there?",
    "Without listing them, say how many sequences hold each of {items} exactly once.",
    "Permutations of {items}: how many?",
    "A postman visits the houses {items}, each once, in any order. How many routes can he choose from?",
    "Let S = [{items}]. State the number of bijections from S to S.",
    "Tell me how many different lists can be made by shuffling [{items}].",
    "Songs {items} are to be played once each. How many playlists are there?",
    "Cards with the numbers {items} are laid side by side. How many different rows can be laid?",
    "Place the distinct numbers {items} into a line in every possible way. How many lines is that?",
    "For nums = [{items}], how many distinct rearrangements are there, the given one included?",
    "Trains {items} leave one platform one after another. In how many orders can they leave?",
    "How large is the set of all orderings of [{items}]?",
    "Seats in a row are given to the guests {items}, one each. How many seatings exist?",
    "count_permutations([{items}]) -> number",
    "Of the elements {items}, all used once, how many ordered arrangements can be formed?",
]
