"""Population growth: how many pairs a colony has after n units of time, when pairs breed from the age of x.

P(t) = y up to t = x, then P(t) = P(t-1) + z·P(t-x), one state for each unit t. State {t} is a unit before the
first births; in {t,s} a second head has set off, on unit s = t-x, whose pairs are old enough. As in the paper
atomicity is relaxed here: the state of a unit multiplies and adds large numbers at once.

>>> from tailnb import task
>>> problem = task("population_growth").problem(n=5, x=2, y=3, z=4)
>>> problem.answer
'87'
>>> print(problem.trace().text())
Tape: n=5, x=2, y=3, z=4
{1}: fetch x=2, y=3; start(y); write p[1]=3; goto {2}
{2}: fetch x=2, y=3; start(y); write p[2]=3; goto {3,1}
{3,1}: fetch n=5, z=4, p[2]=3, p[1]=3; grow(z, p[2], p[1]); write p[3]=15; goto {4,2}
{4,2}: fetch n=5, z=4, p[3]=15, p[2]=3; grow(z, p[3], p[2]); write p[4]=27; goto {5,3}
{5,3}: fetch n=5, z=4, p[4]=27, p[3]=15; grow(z, p[4], p[3]); write p[5]=87; goto halt
Final answer: 87
"""

from __future__ import annotations

from random import Random
from typing import Any

from tailnb.traces import HALT, Tape

ORDER = 8
TITLE = "Population Growth"
ALGORITHM = "Iteration"
LENGTHS = {"S": (2, 10), "M": (11, 25), "L": (26, 50)}  # the paper's S starts at 1, where no x < n is left
PARAMS = ("n", "x", "y", "z")
KEY = "query"  # S has 3,645 problems
LARGEST = {"y": 9, "z": 9}  # pairs
LONGEST = 1000  # units; a thousand digits at most


def sample(rng: Random, low: int, high: int) -> dict[str, int]:
    """A number n of units from low to high, and any x, y and z that go with it."""
    n = rng.randint(low, high)
    y, z = (rng.randint(1, most) for most in LARGEST.values())
    return {"n": n, "x": rng.randint(1, n - 1), "y": y, "z": z}


def validate(params: dict[str, Any]) -> None:
    """Raise ValueError unless 2 <= n <= LONGEST, 1 <= x < n and 1 <= y, z <= 9, all of them integers."""
    _require("n", params["n"], 2, LONGEST)
    _require("x", params["x"], 1, params["n"] - 1)
    for name, most in LARGEST.items():
        _require(name, params[name], 1, most)


def _require(name: str, value: object, low: int, high: int) -> None:
    if type(value) is not int or not low <= value <= high:
        below = " (x < n)" if name == "x" else ""
        raise ValueError(f"{name} must be an integer from {low} to {high}{below}, not {value!r}")


def length(n: int, x: int, y: int, z: int) -> int:
    """The number of units of time."""
    return n


def problem_space(low: int, high: int) -> int:
    """How many n with their x, and y and z, there are."""
    return sum(n - 1 for n in range(low, high + 1)) * LARGEST["y"] * LARGEST["z"]


def run(tape: Tape, n: int, x: int, y: int, z: int) -> None:
    """Start with y pairs up to unit x; then add z times the pairs of x units ago, up to unit n."""
    for name, value in (("n", n), ("x", x), ("y", y), ("z", z)):
        tape.place(name, value)
    tape.homes = ("p",)
    first = _start(tape)
    for s in range(1, LONGEST):
        t = first + s
        with tape.state(f"{{{t},{s}}}"):
            cells = f"p[{t - 1}]", f"p[{s}]"
            last, rate, now, old = tape.read("n", "z", *cells)
            number = now + rate * old
            tape.do("grow", "z", *cells)
            tape.write(f"p[{t}]", number)
            done = t >= last
            tape.goto(HALT if done else f"{{{t + 1},{s + 1}}}")
        if done:
            tape.answer(str(number), [f"p[{t}]"])
            return


def _start(tape: Tape) -> int:
    """The units up to the first births; gives the last of them."""
    for t in range(1, LONGEST):
        with tape.state(f"{{{t}}}"):
            age, pairs = tape.read("x", "y")
            tape.do("start", "y")
            tape.write(f"p[{t}]", pairs)
            done = t >= age
            tape.goto(f"{{{t + 1},1}}" if done else f"{{{t + 1}}}")
        if done:
            break
    return t


def reference(n: int, x: int, y: int, z: int) -> str:
    """The pairs after n units, by the recurrence."""
    pairs = [y] * x
    while len(pairs) < n:
        pairs.append(pairs[-1] + z * pairs[-x])
    return str(pairs[-1])


def words(n: int, x: int, y: int, z: int) -> dict[str, str]:
    """What the templates put into their places."""
    return {"n": str(n), "x": str(x), "y": str(y), "z": str(z)}


TEMPLATES = [
    "P(t) = {y} for 1 <= t <= {x}, and P(t) = P(t-1) + {z}·P(t-{x}) for t > {x}. What is P({n})?",
    "A colony has {y} pairs in units 1 to {x}. From then on each unit adds {z} new pairs for every pair"
    " that was there {x} units before. How many pairs are there in unit {n}?",
    "Find P({n}): P is {y} up to t = {x}, and then P(t) = P(t-1) + {z} * P(t-{x}).",
    "Rabbits: {y} pairs are born in month 1. At the age of {x} months a pair has {z} pairs of young, and"
    " so on every month; none die. How many pairs live in month {n}?",
    "p = [{y}] * {x}, then p.append(p[-1] + {z} * p[-{x}]) until len(p) == {n}. Last item?",
    "population(n={n}, x={x}, y={y}, z={z}), with P(t) = y for t <= x and P(t) = P(t-1) + z P(t-x) after ->",
    "Let the first {x} terms of a sequence be {y}. Each later term is the one before plus {z} times the"
    " one {x} places back. What is term number {n}?",
    "On day 1 a tank holds {y} pairs of newborn shrimp. Each pair brings forth {z} pairs a day from the"
    " age of {x} days on. Count the pairs on day {n}.",
    "Starting with {y}, a quantity stays the same through step {x}; then it grows at each step by {z}"
    " times what it was {x} steps earlier. Give its value at step {n}.",
    "n = {n}, x = {x}, y = {y}, z = {z}. Find P(n), if P(t) = y for t = 1 … x and P(t) = P(t-1) +"
    " z·P(t-x) for t > x.",
    "Bees swarm: there are {y} hives in year 1, all new, and a hive that is {x} years old or older gives"
    " {z} new hives a year. How many hives are there in year {n}?",
    "{y} pairs of mice come to an island in week 1, newly born. Pairs aged {x} weeks or more have {z}"
    " pairs of young each week. How many pairs are on the island in week {n}?",
    "Iterate P(t) = P(t-1) + {z}P(t-{x}) with the first {x} values equal to {y}, up to t = {n}.",
    "A generalised Fibonacci sequence begins with {y}, {x} times over; after that a(t) = a(t-1) +"
    " {z}·a(t-{x}). State a({n}).",
    "Each pair becomes fertile {x} units after its birth and then bears {z} pairs per unit for ever. Unit"
    " 1 sees {y} newborn pairs. How many pairs are there in unit {n}?",
    "Compute the population in unit {n} when {y} newborn pairs start in unit 1, pairs of age {x} or more"
    " breed, and each of them gives {z} pairs per unit.",
    "A savings club has {y} coins in month 1. After month {x}, each month pays in {z} coins for every"
    " coin held {x} months before. How many coins does it hold in month {n}?",
    "A gardener plants {y} bulbs in spring 1. Each spring, every bulb that was there {x} springs before"
    " sets {z} new ones. How many bulbs are there in spring {n}?",
    "Pairs at first: {y}. Age at first litter: {x} units. Pairs in a litter, one litter each unit: {z}."
    " Pairs in unit {n}, if none die and unit 1 is the birth of the first?",
    "Please work out unit by unit how large a herd is at unit {n}: {y} animals through unit {x}, and then"
    " each unit's herd is the last one plus {z} times the herd {x} units ago.",
    "f(t) = {y} for t = 1 … {x}; f(t) = f(t-1) + {z}·f(t-{x}) for larger t; f({n}) = ?",
    "A chain letter has {y} readers in rounds 1 to {x}. Each round after that adds {z} readers for every"
    " reader there was {x} rounds before. How many readers are there in round {n}?",
    "What does the recurrence P(t) = P(t-1) + {z}·P(t-{x}) give at t = {n}, when P(1) to P({x}) are all {y}?",
    "Yeast: {y} cells in hour 1, all new. A cell buds {z} new cells an hour as soon as it is {x} hours"
    " old. How many cells are in the dish in hour {n}?",
    "In generations 1 to {x} there are {y} families. From then on a generation has those of the one"
    " before and {z} more for each family {x} generations back. Number of families in generation {n}?",
    "Time units: {n}. Units before the first births: {x}. Pairs at the start: {y}. Births per old pair"
    " and unit: {z}. An old pair was there {x} units ago; nobody dies. Final number of pairs:",
    "Simulate: t = 1 … {x}: P = {y}. t > {x}: P(t) = P(t-1) + {z} × P(t-{x}). Report P({n}).",
    "A company opens {y} shops in year 1. Every shop that has been open for {x} years founds {z} shops a"
    " year. How many shops does it have in year {n}?",
    "Calculate term {n}, counted from 1: the first {x} are {y}, and t_k = t_(k-1) + {z}·t_(k-{x}).",
    "Goats on a hill: {y} newborn pairs in year 1, the first kids when a pair is {x} years old, and kids"
    " every year from then on, {z} pairs each time. How many pairs graze there in year {n}?",
    "A rumour has {y} tellers on days 1 to {x}. On each day after that, {z} people join for every teller"
    " there was {x} days before. How many tellers are there on day {n}?",
    "After unit {x}, P(t) - P(t-1) = {z}·P(t-{x}); before, P(t) = {y}. Determine P({n}).",
    "Write a loop in your head: the list begins with {x} copies of {y}; the next number is the last one"
    " plus {z} times the one {x} places from the end. What is number {n} of the list, counted from 1?",
]
