"""Palindrome combination: in how many ways a list can be cut into pieces that read the same backwards.

Backtracking over the next cut. State {s} takes items[s] alone as a piece; {s,e,i,j} tests one pair of the
piece items[s] … items[e], from the outside in. A piece leaves behind its end where it starts: before[e+1]=s.
Behind the list a way is counted; {back,s} gives the piece before s up for one that is longer by an item.

>>> from tailnb import task
>>> problem = task("palindrome_combination").problem(items=[7, 7])
>>> problem.answer
'2'
>>> print(problem.trace().text())
Tape: items[0]=7, items[1]=7, items[2]=_, count=0
{0}: fetch items[0]=7; single(items[0]); write before[1]=0; goto {1}
{1}: fetch items[1]=7; single(items[1]); write before[2]=1; goto {2}
{2}: fetch items[2]=_; end(items[2]); goto {count,2}
{count,2}: fetch count=0; increment(count); write count=1; goto {back,2}
{back,2}: fetch before[2]=1; lengthen(before[2]); goto {1,2,1,2}
{1,2,1,2}: fetch items[1]=7, items[2]=_; end(items[1], items[2]); goto {back,1}
{back,1}: fetch before[1]=0; lengthen(before[1]); goto {0,1,0,1}
{0,1,0,1}: fetch items[0]=7, items[1]=7; palindrome(items[0], items[1]); write before[2]=0; goto {2}
{2}: fetch items[2]=_; end(items[2]); goto {count,2}
{count,2}: fetch count=1; increment(count); write count=2; goto {back,2}
{back,2}: fetch before[2]=0; lengthen(before[2]); goto {0,2,0,2}
{0,2,0,2}: fetch items[0]=7, items[2]=_; end(items[0], items[2]); goto {total}
{total}: fetch count=2; stop(count); goto halt
Final answer: 2
"""

from __future__ import annotations

from collections.abc import Callable
from math import comb
from random import Random
from typing import Any

from tailnb.traces import BLANK, HALT, Tape

ORDER = 18
TITLE = "Palindrome Combination"
ALGORITHM = "Backtracking"
LENGTHS = {"S": (2, 4), "M": (5, 6), "L": (7, 8)}
PARAMS = ("items",)
LARGEST = 99  # sampled items lie between 0 and this
LONGEST = 12  # items; with as many equal ones there are 2,048 ways

Step = Callable[..., Any]
Next = tuple[Step | None, tuple[int, ...], str]  # the step that follows, its numbers, its label


def sample(rng: Random, low: int, high: int) -> dict[str, list[int]]:
    """A list of low to high items with 2 or 3 different values, each of which occurs.

    Of two items the answer is 1, of three 1 or 2, of four 1 to 4, of eight 1 to 64, half of them above 15.
    """
    number = rng.randint(low, high)
    values = rng.sample(range(LARGEST + 1), min(number, rng.choice((2, 3))))
    items = values + rng.choices(values, k=number - len(values))
    rng.shuffle(items)
    return {"items": items}


def validate(params: dict[str, Any]) -> None:
    """Raise ValueError unless items is a list of 1 to LONGEST integers."""
    items = params["items"]
    if not isinstance(items, list):
        raise ValueError(f"items must be a list of integers, not {items!r}")
    for place, item in enumerate(items):
        if type(item) is not int:
            raise ValueError(f"items must be integers, but items[{place}] is {item!r}")
    if not 1 <= len(items) <= LONGEST:
        raise ValueError(f"items must hold 1 to {LONGEST} numbers, not {len(items)}")


def length(items: list[int]) -> int:
    """The number of items."""
    return len(items)


def problem_space(low: int, high: int) -> int:
    """How many lists with 2 or 3 different values there are."""
    two, three = comb(LARGEST + 1, 2), comb(LARGEST + 1, 3)
    return sum(two * (2**n - 2) + three * (3**n - 3 * 2**n + 3) for n in range(low, high + 1))


def run(tape: Tape, items: list[int]) -> None:
    """Cut off the shortest piece and go on behind it; at the end go back and make the last piece longer."""
    tape.place("items", [*items, BLANK])
    tape.place("count", 0)
    tape.points = {"before": "items", "count": "number"}
    tape.rulers = {"number": 2 ** (len(items) - 1) + 1}
    step: Step | None = _single
    at, label = (0,), "{0}"
    while step:
        with tape.state(label):
            step, at, label = step(tape, *at)
            tape.goto(label)


def _single(tape: Tape, start: int) -> Next:
    """Take one item as a piece; behind the last item, all is cut."""
    if tape.read(f"items[{start}]") == BLANK:
        tape.do("end")
        return _count, (start,), f"{{count,{start}}}"
    tape.do("single")
    tape.write(f"before[{start + 1}]", start)
    return _single, (start + 1,), f"{{{start + 1}}}"


def _count(tape: Tape, end: int) -> Next:
    """Count a way."""
    count = tape.read("count")
    tape.do("increment")
    tape.write("count", count + 1)
    return _back, (end,), f"{{back,{end}}}"


def _back(tape: Tape, end: int) -> Next:
    """Find where the piece before `end` starts; it is to be longer by an item."""
    start = tape.read(f"before[{end}]")
    if not 0 <= start < end:
        raise ValueError(f"before[{end}] must be a place before {end}, not {start!r}")
    tape.do("lengthen")
    return _pair(start, end, start, end)


def _test(tape: Tape, start: int, end: int, left: int, right: int) -> Next:
    """Compare one pair of the piece from start to end; the innermost pair makes it a palindrome."""
    x, y = tape.read(f"items[{left}]", f"items[{right}]")
    if y == BLANK:
        tape.do("end")
        return (_back, (start,), f"{{back,{start}}}") if start else (_total, (), "{total}")
    if x != y:
        tape.do("differ")
        return _pair(start, end + 1, start, end + 1)
    if right - left > 2:
        tape.do("same")
        return _pair(start, end, left + 1, right - 1)
    tape.do("palindrome")
    tape.write(f"before[{end + 1}]", start)
    return _single, (end + 1,), f"{{{end + 1}}}"


def _pair(*at: int) -> Next:
    return _test, at, f"{{{','.join(map(str, at))}}}"


def _total(tape: Tape) -> Next:
    """The first piece cannot be longer: all ways are counted."""
    tape.answer(str(tape.read("count")), ["count"])
    tape.do("stop")
    return None, (), HALT


def reference(items: list[int]) -> str:
    """The number of ways, from the numbers of ways to cut each shorter beginning of the list."""
    ways = [1]
    for end in range(1, len(items) + 1):
        starts = [start for start in range(end) if items[start:end] == items[start:end][::-1]]
        ways.append(sum(ways[start] for start in starts))
    return str(ways[-1])


def words(items: list[int]) -> dict[str, str]:
    """What the templates put into their places."""
    return {"items": ", ".join(map(str, items))}


TEMPLATES = [
    "In how many ways can the list [{items}] be cut into contiguous palindromic pieces?",
    "Count the ways to split [{items}] into consecutive parts that each read the same backwards.",
    "items = [{items}]. Number of partitions of items into contiguous palindromes?",
    "Cut {items} into blocks, each a palindrome of numbers. How many different cuttings are there?",
    "How many palindromic partitions has the list [{items}]? A single element is a palindrome.",
    "Use backtracking to count all ways of dividing [{items}] into palindromic segments.",
    "count_palindrome_partitions([{items}]) = ?",
    "A row of tiles shows {items}. In how many ways can it be broken into symmetrical pieces?",
    "The wagons of a train are numbered {items}. In how many ways can it be uncoupled so that every part"
    " has the same numbers from front to back as from back to front?",
    "A list is good if reversing it changes nothing. In how many ways is [{items}] cut into good ones?",
    "Tell me the number of ways to write [{items}] as a concatenation of non-empty palindromic lists.",
    "Beads numbered {items} hang on a string, which is cut between beads. In how many ways is every piece a"
    " palindrome of beads?",
    "For nums = [{items}], how many sets of cut positions, the empty one included, leave only palindromes?",
    "A melody has the notes {items}. In how many ways is it a row of phrases that sound alike backwards?",
    "Palindrome partitioning of [{items}]: give only the number of solutions.",
    "Put bars between some of the numbers {items}, so that each group equals its reversal. How many ways?",
    "Find the number of decompositions of [{items}] into contiguous palindromes, the order kept.",
    "Palindromic cuts of {items}: how many? Compare whole numbers, not their digits.",
    "How many ways are there to partition the array [{items}] such that each subarray is a palindrome?",
    "Pots with {items} flowers stand in a row. How many ways are there to divide the row into groups that"
    " look the same from the left and from the right?",
    "Between neighbours in [{items}] there may be a divider or none. How many placements make every part a"
    " palindrome?",
    "Split {items} into one or more runs, each symmetrical about its middle. State the number of splits.",
    "L = [{items}]. In how many ways is L = P1 + P2 + …, where every Pi is a non-empty palindromic list?",
    "The chapters of a book have {items} pages. How many ways are there to bind it in volumes whose page"
    " counts, chapter by chapter, read the same in both directions?",
]
