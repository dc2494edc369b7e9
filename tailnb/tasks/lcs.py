"""LCS: how long the longest common subsequence of two words is.

Letters are counted from 1. The cell lcs[i,j] of the table is the answer for the first i letters of a and the
first j of b, and one state fills it: equal letters extend what the words had in common before both; else the
longer of the cells above and to the left stays. An empty cell, beyond the table's edge, counts as 0. Behind
the last letter of b the next row begins, and behind the last of a the run stops.

>>> from tailnb import task
>>> problem = task("lcs").problem(a="cat", b="at")
>>> problem.answer
'2'
>>> print(problem.trace().text())  # doctest: +NORMALIZE_WHITESPACE
Tape: a[1]=c, a[2]=a, a[3]=t, a[4]=_, b[1]=a, b[2]=t, b[3]=_
{1,1}: fetch a[1]=c, b[1]=a, lcs[0,1]=_, lcs[1,0]=_; up(a[1], b[1], lcs[0,1], lcs[1,0]); write lcs[1,1]=0;
    goto {1,2}
{1,2}: fetch a[1]=c, b[2]=t, lcs[0,2]=_, lcs[1,1]=0; up(a[1], b[2], lcs[0,2], lcs[1,1]); write lcs[1,2]=0;
    goto {1,3}
{1,3}: fetch a[1]=c, b[3]=_, a[2]=a; end(a[1], b[3], a[2]); goto {2,1}
{2,1}: fetch a[2]=a, b[1]=a, lcs[1,0]=_; extend(a[2], b[1], lcs[1,0]); write lcs[2,1]=1; goto {2,2}
{2,2}: fetch a[2]=a, b[2]=t, lcs[1,2]=0, lcs[2,1]=1; left(a[2], b[2], lcs[1,2], lcs[2,1]); write lcs[2,2]=1;
    goto {2,3}
{2,3}: fetch a[2]=a, b[3]=_, a[3]=t; end(a[2], b[3], a[3]); goto {3,1}
{3,1}: fetch a[3]=t, b[1]=a, lcs[2,1]=1, lcs[3,0]=_; up(a[3], b[1], lcs[2,1], lcs[3,0]); write lcs[3,1]=1;
    goto {3,2}
{3,2}: fetch a[3]=t, b[2]=t, lcs[2,1]=1; extend(a[3], b[2], lcs[2,1]); write lcs[3,2]=2; goto {3,3}
{3,3}: fetch a[3]=t, b[3]=_, a[4]=_, lcs[3,2]=2; stop(a[3], b[3], a[4], lcs[3,2]); goto halt
Final answer: 2
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

from tailnb.tasks import _letters
from tailnb.traces import BLANK, HALT, Tape

ORDER = 15
TITLE = "LCS"
ALGORITHM = "Dynamic Programming"
LENGTHS = {"S": (2, 6), "M": (7, 9), "L": (10, 12)}
PARAMS = ("a", "b")

Place = tuple[int, int]  # row and column of a cell

sample, validate = _letters.sample, _letters.validate
length, words = _letters.length, _letters.words
problem_space = _letters.problem_space


def count_states(a: str, b: str) -> int:
    """How many states the trace has: for each row its cells and its end."""
    return len(a) * (len(b) + 1)


def run(tape: Tape, a: str, b: str) -> None:
    """Fill the table row by row."""
    tape.place("a", _letters.cells(a))
    tape.place("b", _letters.cells(b))
    tape.homes = ("a", "b")
    tape.points, tape.rulers = {"lcs": "count"}, {"count": min(len(a), len(b)) + 1}
    at: Place | None = (1, 1)
    while at and at[0] <= len(a) and at[1] <= len(b) + 1:
        i, j = at
        with tape.state(f"{{{i},{j}}}"):
            x, y = tape.read(f"a[{i}]", f"b[{j}]")
            at = _end_row(tape, i, j) if y == BLANK else _fill(tape, i, j, x == y)


def _fill(tape: Tape, i: int, j: int, equal: bool) -> Place:
    """Extend the diagonal cell for equal letters, else keep the longer of the two neighbors."""
    if equal:
        verdict, longest = "extend", _count(tape.read(f"lcs[{i - 1},{j - 1}]")) + 1
    else:
        up, left = map(_count, tape.read(f"lcs[{i - 1},{j}]", f"lcs[{i},{j - 1}]"))
        verdict, longest = ("up", up) if up >= left else ("left", left)
    tape.do(verdict)
    tape.write(f"lcs[{i},{j}]", longest)
    tape.goto(f"{{{i},{j + 1}}}")
    return i, j + 1


def _count(value: Any) -> Any:
    return 0 if value == BLANK else value


def _end_row(tape: Tape, i: int, j: int) -> Place | None:
    """Go to the next row if there is one, else answer with the last cell and stop."""
    if tape.read(f"a[{i + 1}]") != BLANK:
        tape.do("end")
        tape.goto(f"{{{i + 1},1}}")
        return i + 1, 1
    last = f"lcs[{i},{j - 1}]"
    tape.answer(str(tape.read(last)), [last])
    tape.do("stop")
    tape.goto(HALT)
    return None


def reference(a: str, b: str) -> str:
    """The length, by Hunt and Szymanski: the longest increasing chain of places with equal letters."""
    chain: list[int] = []
    for letter in a:
        for place in reversed([place for place, other in enumerate(b) if other == letter]):
            spot = bisect_left(chain, place)
            chain[spot : spot + 1] = [place]
    return str(len(chain))


TEMPLATES = [
    "How long is the longest common subsequence of {a} and {b}?",
    "LCS length of {a} and {b}?",
    "len(lcs({a}, {b})) = ?",
    "Find the length of the longest sequence of letters that occurs, in order, in both {a} and {b}.",
    "Letters are struck out of {a} and of {b} until both read the same. How many letters can be left at"
    " most?",
    "Two strands of a made-up molecule read {a} and {b}. Give the length of their longest common"
    " subsequence.",
    "Let x = {a} and y = {b}. What is |LCS(x, y)|?",
    "Yesterday's playlist was {a}, today's is {b}, a letter for each song. How many songs can be matched in"
    " order?",
    "Compare the strings {a} and {b}: length of the longest common subsequence, gaps allowed.",
    "A file's lines were {a} and are now {b}, a letter for each line. How many lines can have stayed, in"
    " order, at most?",
    "Compute the LCS of {a} and {b} with dynamic programming and state its length.",
    "The words {a} and {b} share subsequences. How many letters does the longest have?",
    "How many letters, at most, can be picked from left to right so that {a} and {b} give the same ones?",
    "Given s1 = {a} and s2 = {b}, return the length of their longest common subsequence.",
    "Two witnesses list what they saw, a letter for each event: {a} and {b}. How long is the longest order of"
    " events that both lists contain?",
    "First sequence: {a}. Second sequence: {b}. Length of the longest common subsequence:",
    "Not substring but subsequence: how long is the longest one common to {a} and {b}?",
    "Fill the LCS table of {a} against {b} and report its last cell.",
    "Lines that do not cross join equal letters of {a} (above) and {b} (below), each letter once at most. How"
    " many lines fit?",
    "Beads are taken off the strings {a} and {b} until both look alike. How many beads can each keep at"
    " most?",
    "Please work out how many letters the longest common subsequence of {a} and {b} has.",
    "Text A: {a}; text B: {b}. What is the length of the longest text that is a subsequence of both?",
    "Align {a} with {b}, with gaps but without unequal pairs. How many pairs of equal letters are possible at"
    " most?",
]
