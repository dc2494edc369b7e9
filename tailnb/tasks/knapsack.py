"""Knapsack: the greatest value of items, each taken once or not at all, that a capacity has room for.

Items are counted from 1. The cell best[i,c] of the table is the greatest value of the first i items in a
knapsack of capacity c; row 0 is cleared first. One state fills one cell: an item too heavy for c leaves the
cell above as it is; else the item is taken if its value, together with the cell above for the room that it
leaves, is more than the cell above. Where the row above has ended the next row begins, and behind the last
item the run stops.

>>> from tailnb import task
>>> problem = task("knapsack").problem(capacity=2, weights=[1, 2], values=[1, 3])
>>> problem.answer
'3'
>>> print(problem.trace().text())  # doctest: +NORMALIZE_WHITESPACE
Tape: weight[1]=1, weight[2]=2, weight[3]=_, value[1]=1, value[2]=3, capacity=2
{0,0}: fetch capacity=2; clear(capacity); write best[0,0]=0; goto {0,1}
{0,1}: fetch capacity=2; clear(capacity); write best[0,1]=0; goto {0,2}
{0,2}: fetch capacity=2; clear(capacity); write best[0,2]=0; goto {1,0}
{1,0}: fetch best[0,0]=0, weight[1]=1; heavy(best[0,0], weight[1]); write best[1,0]=0; goto {1,1}
{1,1}: fetch best[0,1]=0, weight[1]=1, value[1]=1, best[0,0]=0; take(best[0,1], weight[1], value[1],
    best[0,0]); write best[1,1]=1; goto {1,2}
{1,2}: fetch best[0,2]=0, weight[1]=1, value[1]=1, best[0,1]=0; take(best[0,2], weight[1], value[1],
    best[0,1]); write best[1,2]=1; goto {1,3}
{1,3}: fetch best[0,3]=_, weight[2]=2; end(best[0,3], weight[2]); goto {2,0}
{2,0}: fetch best[1,0]=0, weight[2]=2; heavy(best[1,0], weight[2]); write best[2,0]=0; goto {2,1}
{2,1}: fetch best[1,1]=1, weight[2]=2; heavy(best[1,1], weight[2]); write best[2,1]=1; goto {2,2}
{2,2}: fetch best[1,2]=1, weight[2]=2, value[2]=3, best[1,0]=0; take(best[1,2], weight[2], value[2],
    best[1,0]); write best[2,2]=3; goto {2,3}
{2,3}: fetch best[1,3]=_, weight[3]=_, best[2,2]=3; stop(best[1,3], weight[3], best[2,2]); goto halt
Final answer: 3
"""

from __future__ import annotations

from math import comb
from random import Random
from typing import Any

from tailnb.traces import BLANK, HALT, Tape

ORDER = 14
TITLE = "0-1 Knapsack"
ALGORITHM = "Dynamic Programming"
LENGTHS = {"S": (2, 3), "M": (4, 5), "L": (6, 8)}
PARAMS = ("capacity", "weights", "values")
ROOMIEST = 15  # greatest capacity
LARGEST = 10  # greatest weight and value

Place = tuple[int, int]  # row and column of a cell


def sample(rng: Random, low: int, high: int) -> dict[str, Any]:
    """Low to high items; at least one fits into the knapsack, and never all of them together."""
    items = rng.randint(low, high)
    weights, values = ([rng.randint(1, LARGEST) for _ in range(items)] for _ in "wv")
    capacity = rng.randint(min(weights), min(sum(weights) - 1, ROOMIEST))
    return {"capacity": capacity, "weights": weights, "values": values}


def validate(params: dict[str, Any]) -> None:
    """Raise ValueError unless capacity, weights and values are whole numbers within their limits."""
    _require("capacity", params["capacity"], 0, ROOMIEST)
    for name in ("weights", "values"):
        numbers = params[name]
        if not isinstance(numbers, list) or not numbers:
            raise ValueError(f"{name} must be a list of at least one number, not {numbers!r}")
        for place, number in enumerate(numbers):
            _require(f"{name}[{place}]", number, 1, LARGEST)
    weights, values = (len(params[name]) for name in ("weights", "values"))
    if weights != values:
        raise ValueError(f"weights and values must be equally many, but there are {weights} and {values}")


def _require(name: str, number: object, least: int, greatest: int) -> None:
    if type(number) is not int or not least <= number <= greatest:
        raise ValueError(f"{name} must be a whole number from {least} to {greatest}, not {number!r}")


def length(capacity: int, weights: list[int], values: list[int]) -> int:
    """The number of items."""
    return len(weights)


def problem_space(low: int, high: int) -> int:
    """How many capacities, weights and values there are, such that some items fit but not all."""
    return sum(
        LARGEST**n * (LARGEST**n - _all_heavier(n, capacity) - _all_fit(n, capacity))
        for n in range(low, high + 1)
        for capacity in range(1, ROOMIEST + 1)
    )


def _all_heavier(n: int, capacity: int) -> int:
    """How many lists of n weights hold none that fits."""
    return int(max(LARGEST - capacity, 0) ** n)


def _all_fit(n: int, capacity: int) -> int:
    """How many lists of n weights fit as a whole; no capacity lets two weights pass the largest."""
    return comb(capacity, n) - n * comb(max(capacity - LARGEST, 0), n)


def count_states(capacity: int, weights: list[int], values: list[int]) -> int:
    """How many states the trace has: row 0, then for each row its cells and its end."""
    return capacity + 1 + len(weights) * (capacity + 2)


def run(tape: Tape, capacity: int, weights: list[int], values: list[int]) -> None:
    """Clear row 0 of the table and fill the others, one for each item."""
    tape.place("weight", dict(enumerate([*weights, BLANK], start=1)))
    tape.place("value", dict(enumerate(values, start=1)))
    tape.place("capacity", capacity)
    tape.homes = ("weight", "best[0]")
    at: Place | None = (0, 0)
    while at and at[0] <= len(weights) and at[1] <= ROOMIEST + 1:
        item, room = at
        with tape.state(f"{{{item},{room}}}"):
            at = _fill(tape, item, room) if item else _clear(tape, room)


def _clear(tape: Tape, room: int) -> Place:
    """Without items there is no value; behind the capacity, the row ends."""
    last = tape.read("capacity") == room
    tape.do("clear")
    tape.write(f"best[0,{room}]", 0)
    tape.goto("{1,0}" if last else f"{{0,{room + 1}}}")
    return (1, 0) if last else (0, room + 1)


def _fill(tape: Tape, item: int, room: int) -> Place | None:
    """Take the item or leave it, in a knapsack with so much room."""
    left_out = tape.read(f"best[{item - 1},{room}]")
    if left_out == BLANK:
        return _end_row(tape, item, room)
    weight = tape.read(f"weight[{item}]")
    verdict, best = "heavy", left_out
    if weight <= room:
        value, rest = tape.read(f"value[{item}]", f"best[{item - 1},{room - weight}]")
        verdict, best = ("take", value + rest) if value + rest > left_out else ("leave", left_out)
    tape.do(verdict)
    tape.write(f"best[{item},{room}]", best)
    tape.goto(f"{{{item},{room + 1}}}")
    return item, room + 1


def _end_row(tape: Tape, item: int, room: int) -> Place | None:
    """Go to the next item's row if there is one, else answer with the last cell and stop."""
    if tape.read(f"weight[{item + 1}]") != BLANK:
        tape.do("end")
        tape.goto(f"{{{item + 1},0}}")
        return item + 1, 0
    last = f"best[{item},{room - 1}]"
    tape.answer(str(tape.read(last)), [last])
    tape.do("stop")
    tape.goto(HALT)
    return None


def reference(capacity: int, weights: list[int], values: list[int]) -> str:
    """The greatest value, from the best one for each weight that items can have together."""
    best = {0: 0}
    for weight, value in zip(weights, values, strict=True):
        for total, worth in list(best.items()):
            if total + weight <= capacity:
                best[total + weight] = max(best.get(total + weight, 0), worth + value)
    return str(max(best.values()))


def words(capacity: int, weights: list[int], values: list[int]) -> dict[str, str]:
    """What the templates put into their places."""
    return {
        "capacity": str(capacity),
        "weights": ", ".join(map(str, weights)),
        "values": ", ".join(map(str, values)),
    }


TEMPLATES = [
    "A knapsack holds weight {capacity}. Items weigh {weights} and are worth {values}. Greatest total value?",
    "Solve the 0-1 knapsack problem: capacity {capacity}, weights [{weights}], values [{values}]. Give the"
    " best value.",
    "knapsack(weights=[{weights}], values=[{values}], capacity={capacity}) = ?",
    "weights = [{weights}], values = [{values}], W = {capacity}. Maximum value, each item at most once:",
    "A thief can carry {capacity} kg. The loot weighs {weights} kg and would sell for {values}, in this"
    " order. What is the most it can bring?",
    "A hiker may pack {capacity} kg. The useful things weigh {weights} kg and have the usefulness {values}."
    " What is the greatest usefulness?",
    "You have {capacity} h. The jobs take {weights} h and pay {values}, in this order; half a job pays"
    " nothing. What can you earn at most?",
    "Maximize the sum of v over a subset of items whose w sum to at most {capacity}, where w = [{weights}]"
    " and v = [{values}].",
    "With a budget of {capacity}, choose among projects that cost {weights} and yield {values}. What is the"
    " highest yield?",
    "A ship can load {capacity} t. The crates weigh {weights} t; their values are {values}. What is the most"
    " valuable load worth?",
    "Each item is taken whole or left. Weights: {weights}. Values: {values}. Limit: {capacity}. Best total"
    " value?",
    "Compute the optimum of the knapsack with capacity {capacity}, item weights {weights} and item values"
    " {values}.",
    "A USB stick has {capacity} GB free. The films take {weights} GB and are rated {values}. What is the"
    " greatest sum of ratings that fits?",
    "Item i weighs the i-th number of {weights} and is worth the i-th of {values}. What is the best value"
    " within weight {capacity}?",
    "In an exam of {capacity} min, the questions take {weights} min and bring these points: {values}. How"
    " many points are possible?",
    "Given W = {capacity}, w = ({weights}) and v = ({values}), what is the greatest total value of a feasible"
    " selection?",
    "Fill the table best[i][c] for weights [{weights}], values [{values}] and capacity {capacity}; report its"
    " last cell.",
    "A market stall has {capacity} m of shelf. The goods need {weights} m and earn {values}. What are the"
    " best earnings?",
    "Without exceeding a total weight of {capacity}, which value can be reached at most? Weights {weights};"
    " values {values}.",
    "An advertising break lasts {capacity} min. The spots last {weights} min and bring in {values}. How much"
    " can the break bring in at most?",
    "Please find the maximum value of items that fit into a bag of capacity {capacity}: weights {weights},"
    " values {values}.",
    "No item may be used twice. Capacity {capacity}; weights {weights}; values {values}. Maximum value?",
    "A drone lifts a weight of {capacity}. The parcels weigh {weights}, and their fees are {values}. What is"
    " the highest fee for one flight?",
    "0/1 knapsack: weights {weights}; profits {values}; capacity {capacity} -> maximum profit",
]
