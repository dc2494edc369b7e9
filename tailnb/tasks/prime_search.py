"""Prime search: all primes from low to high, by trial division.

Enumeration of candidates and, for each, of divisors. State {c} takes up the number c; {c,d} divides it by d.
When the quotient is smaller than d, no divisor is left up to the root, and the number is prime.

>>> from tailnb import task
>>> problem = task("prime_search").problem(low=10, high=11)
>>> problem.answer
'[11]'
>>> print(problem.trace().text())
Tape: low=10, high=11
{begin}: fetch low=10; begin(low); write number=10; goto {10}
{10}: fetch number=10, high=11; within(number, high); write divisor=2; goto {10,2}
{10,2}: fetch number=10, divisor=2; divides(number, divisor); write number=11; goto {11}
{11}: fetch number=11, high=11; within(number, high); write divisor=2; goto {11,2}
{11,2}: fetch number=11, divisor=2; misses(number, divisor); write divisor=3; goto {11,3}
{11,3}: fetch number=11, divisor=3; misses(number, divisor); write divisor=4; goto {11,4}
{11,4}: fetch number=11, divisor=4; prime(number, divisor); write prime[11]=11, number=12; goto {12}
{12}: fetch number=12, high=11; stop(number, high); goto halt
Final answer: [11]
"""

from __future__ import annotations

from math import isqrt
from random import Random
from typing import Any

from tailnb.traces import HALT, Tape

ORDER = 13
TITLE = "Prime Search"
ALGORITHM = "Enumeration"
LENGTHS = {"S": (5, 100), "M": (101, 200), "L": (201, 300)}
PARAMS = ("low", "high")
KEY = "query"  # S has 2,445 problems
NUMBERS = 30  # the most that a sampled interval holds
LARGEST = 8000  # all numbers up to it take 95,789 states
ROOT = isqrt(LARGEST)


def sample(rng: Random, low: int, high: int) -> dict[str, int]:
    """An interval of 1 to NUMBERS numbers, none below low or above high.

    In S about 9 of 100 intervals hold no prime, in M 13, in L 21.
    """
    last = rng.randint(low, high)
    return {"low": rng.randint(max(low, last - NUMBERS + 1), last), "high": last}


def validate(params: dict[str, Any]) -> None:
    """Raise ValueError unless low and high are integers with 0 <= low <= high <= LARGEST."""
    low, high = params["low"], params["high"]
    for name, value in params.items():
        if type(value) is not int or not 0 <= value <= LARGEST:
            raise ValueError(f"{name} must be an integer from 0 to {LARGEST}, not {value!r}")
    if low > high:
        raise ValueError(f"low must be at most high, but low is {low} and high is {high}")


def length(low: int, high: int) -> int:
    """The upper end of the interval."""
    return high


def problem_space(low: int, high: int) -> int:
    """How many intervals there are."""
    return sum(min(last - low + 1, NUMBERS) for last in range(low, high + 1))


def run(tape: Tape, low: int, high: int) -> None:
    """Divide each number of the interval by 2, 3, … until one divides it or is above its root."""
    tape.place("low", low)
    tape.place("high", high)
    tape.homes = ("prime", "divisor")
    found: dict[int, int] = {}
    for c in range(_begin(tape), LARGEST + 2):
        if not _take_up(tape, c):
            break
        for d in range(2, ROOT + 2):
            if not _divide(tape, c, d, found):
                break
    spelled = [symbol for c in found for symbol in (",", f"prime[{c}]")][1:]
    tape.answer(str(list(found.values())), ["[", *spelled, "]"])


def _begin(tape: Tape) -> int:
    """State {begin}: the first candidate, low, but at least 2."""
    with tape.state("{begin}"):
        low: int = tape.read("low")
        number = max(low, 2)
        tape.do("begin")
        tape.write("number", number)
        tape.goto(f"{{{number}}}")
    return number


def _take_up(tape: Tape, c: int) -> bool:
    """State {c}: whether the number is still in the interval; if so, its first divisor is 2."""
    with tape.state(f"{{{c}}}"):
        number, high = tape.read("number", "high")
        inside = number <= high
        tape.do("within" if inside else "stop")
        if inside:
            tape.write("divisor", 2)
        tape.goto(f"{{{c},2}}" if inside else HALT)
    return bool(inside)


def _divide(tape: Tape, c: int, d: int, found: dict[int, int]) -> bool:
    """State {c,d}: whether another divisor must be tried, by the result of one division."""
    with tape.state(f"{{{c},{d}}}"):
        number, divisor = tape.read("number", "divisor")
        quotient, remains = divmod(number, divisor)
        verdict = "prime" if quotient < divisor else "misses" if remains else "divides"
        tape.do(verdict)
        if verdict == "prime":
            found[c] = number
            tape.write(f"prime[{c}]", number)
        if verdict == "misses":
            tape.write("divisor", divisor + 1)
        else:
            tape.write("number", number + 1)
        tape.goto(f"{{{c},{d + 1}}}" if verdict == "misses" else f"{{{c + 1}}}")
    return verdict == "misses"


def reference(low: int, high: int) -> str:
    """The numbers without a divisor up to their root."""
    return str([n for n in range(max(low, 2), high + 1) if all(n % d for d in range(2, isqrt(n) + 1))])


def words(low: int, high: int) -> dict[str, str]:
    """What the templates put into their places."""
    return {"low": str(low), "high": str(high)}


TEMPLATES = [
    "List all primes from {low} to {high}, both included, as [p, q, …].",
    "Which prime numbers p satisfy {low} <= p <= {high}? Write them as a list in increasing order.",
    "primes({low}, {high}) (ends included) =",
    "Find every prime in the interval [{low}, {high}]; answer [] if there is none.",
    "Search the whole numbers {low} to {high} for primes and list the primes in order.",
    "[p for p in range({low}, {high} + 1) if is_prime(p)] ->",
    "Houses {low} to {high} stand in a street. Those with a prime number are painted red. Which are red?",
    "By trial division, find the primes between {low} and {high} inclusive, smallest first.",
    "What are the prime numbers not below {low} and not above {high}? Give a list.",
    "Primes, low = {low}, high = {high}, ends included:",
    "Cicadas come out after a prime number of weeks. Which weeks from {low} to {high} can that be? List"
    " them.",
    "For each n from {low} through {high}, test whether n is prime, and give the list of those that are.",
    "Sieve the numbers {low} … {high}. Which remain, because only 1 and they themselves divide them?",
    "Lockers {low} to {high}: a locker opens when its number is prime. List the open lockers.",
    "Tell me the primes that lie in the closed interval from {low} to {high}, in ascending order.",
    "Starting at {low} and ending at {high}, which numbers have exactly two divisors? Write [..].",
    "A choir of {low} to {high} singers cannot be set up in equal rows, except in a single one or one by"
    " one. Which sizes are possible?",
    "Divide every candidate from {low} to {high} by 2, 3, … up to its root; which ones does nothing divide?",
    "Give the set of primes p, {low} <= p <= {high}, as an increasing list such as [2, 3, 5].",
    "The pages {low} to {high} of a book are numbered. On which pages is the number prime?",
    "Please name all prime numbers from {low} up to {high}; if no number is prime, answer [].",
    "A lock takes prime codes alone. Which codes from {low} to {high} does it take, in increasing order?",
    "Leave out of {low}, …, {high} everything that is composite. What is left, as a list?",
    "start = {low}; stop = {high}; all primes p with start <= p <= stop?",
    "Between {low} and {high}, the two included, where are the primes?",
    "Someone counts aloud from {low} to {high} and claps at each prime. At which numbers do we hear a clap?",
    "Determine which of the numbers {low}, …, {high} are prime and list them by size.",
    "A bus stops at kilometre p for each prime p. Where does it stop from kilometre {low} to {high}?",
    "No number but 1 and itself divides a prime. Which primes are at least {low} and at most {high}?",
    "Interval: {low} to {high}. Wanted: its primes, from the least to the greatest.",
]
