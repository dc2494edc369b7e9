"""Levenshtein distance: the fewest letters to replace, insert or delete to turn one word into another.

Letters are counted from 1. The cell d[i,j] of the table is the distance between the first i letters of a and
the first j of b; in row 0 all are inserted, in column 0 all deleted. {i,j} compares two letters. Equal ones
match at no cost, and nothing is cheaper; others are replaced, and {gap,i,j} sees if it is cheaper to delete
the letter of a or to insert the one of b. Behind the last letter of b the next row begins, and behind the
last of a the run stops.

>>> from tailnb import task
>>> problem = task("levenshtein_distance").problem(a="go", b="to")
>>> problem.answer
'1'
>>> print(problem.trace().text())
Tape: a[1]=g, a[2]=o, a[3]=_, b[1]=t, b[2]=o, b[3]=_, d[0,0]=0
{0,1}: fetch b[1]=t, d[0,0]=0; insert(b[1], d[0,0]); write d[0,1]=1; goto {0,2}
{0,2}: fetch b[2]=o, d[0,1]=1; insert(b[2], d[0,1]); write d[0,2]=2; goto {0,3}
{0,3}: fetch b[3]=_, a[1]=g; end(b[3], a[1]); goto {1,0}
{1,0}: fetch a[1]=g, d[0,0]=0; delete(a[1], d[0,0]); write d[1,0]=1; goto {1,1}
{1,1}: fetch a[1]=g, b[1]=t, d[0,0]=0; replace(a[1], b[1], d[0,0]); write d[1,1]=1; goto {gap,1,1}
{gap,1,1}: fetch d[1,1]=1, d[0,1]=1, d[1,0]=1; keep(d[1,1], d[0,1], d[1,0]); goto {1,2}
{1,2}: fetch a[1]=g, b[2]=o, d[0,1]=1; replace(a[1], b[2], d[0,1]); write d[1,2]=2; goto {gap,1,2}
{gap,1,2}: fetch d[1,2]=2, d[0,2]=2, d[1,1]=1; keep(d[1,2], d[0,2], d[1,1]); goto {1,3}
{1,3}: fetch a[1]=g, b[3]=_, a[2]=o; end(a[1], b[3], a[2]); goto {2,0}
{2,0}: fetch a[2]=o, d[1,0]=1; delete(a[2], d[1,0]); write d[2,0]=2; goto {2,1}
{2,1}: fetch a[2]=o, b[1]=t, d[1,0]=1; replace(a[2], b[1], d[1,0]); write d[2,1]=2; goto {gap,2,1}
{gap,2,1}: fetch d[2,1]=2, d[1,1]=1, d[2,0]=2; keep(d[2,1], d[1,1], d[2,0]); goto {2,2}
{2,2}: fetch a[2]=o, b[2]=o, d[1,1]=1; match(a[2], b[2], d[1,1]); write d[2,2]=1; goto {2,3}
{2,3}: fetch a[2]=o, b[3]=_, a[3]=_, d[2,2]=1; stop(a[2], b[3], a[3], d[2,2]); goto halt
Final answer: 1
"""

from __future__ import annotations

from tailnb.tasks import _letters
from tailnb.traces import BLANK, HALT, Tape

ORDER = 16
TITLE = "Levenshtein Distance"
ALGORITHM = "Dynamic Programming"
LENGTHS = {"S": (2, 4), "M": (5, 7), "L": (8, 9)}
PARAMS = ("a", "b")

Place = tuple[int, int]  # row and column of a cell

sample, validate = _letters.sample, _letters.validate
length, words = _letters.length, _letters.words
problem_space = _letters.problem_space


def count_states(a: str, b: str) -> int:
    """How many states the trace has: the cells, the rows' ends, and one more for each pair that differs."""
    different = len(a) * len(b) - sum(b.count(letter) for letter in a)
    return len(b) + 1 + len(a) * (len(b) + 2) + different


def run(tape: Tape, a: str, b: str) -> None:
    """Fill the table row by row."""
    tape.place("a", _letters.cells(a))
    tape.place("b", _letters.cells(b))
    tape.place("d", {(0, 0): 0})
    tape.homes = ("a", "b")
    tape.points, tape.rulers = {"d": "count"}, {"count": max(len(a), len(b)) + 1}
    at: Place | None = (0, 1)
    while at and at[0] <= len(a) and at[1] <= len(b) + 1:
        i, j = at
        with tape.state(f"{{{i},{j}}}"):
            at, gap = _compare(tape, i, j) if i and j else _border(tape, i, j)
        if gap:
            with tape.state(f"{{gap,{i},{j}}}"):
                _gap(tape, i, j)


def _border(tape: Tape, i: int, j: int) -> tuple[Place | None, bool]:
    """Insert the letter of b in row 0, delete the one of a in column 0."""
    letter, before = (f"a[{i}]", f"d[{i - 1},0]") if i else (f"b[{j}]", f"d[0,{j - 1}]")
    if tape.read(letter) == BLANK:
        return _end_row(tape, i, j), False
    distance = tape.read(before)
    tape.do("delete" if i else "insert")
    tape.write(f"d[{i},{j}]", distance + 1)
    tape.goto(f"{{{i},{j + 1}}}")
    return (i, j + 1), False


def _compare(tape: Tape, i: int, j: int) -> tuple[Place | None, bool]:
    """Match or replace a pair of letters; returns the next place, and whether gaps may be cheaper."""
    x, y = tape.read(f"a[{i}]", f"b[{j}]")
    if y == BLANK:
        return _end_row(tape, i, j), False
    distance = tape.read(f"d[{i - 1},{j - 1}]")
    replaced = bool(x != y)
    tape.do("replace" if replaced else "match")
    tape.write(f"d[{i},{j}]", distance + replaced)
    tape.goto(f"{{gap,{i},{j}}}" if replaced else f"{{{i},{j + 1}}}")
    return (i, j + 1), replaced


def _gap(tape: Tape, i: int, j: int) -> None:
    """Keep the distance so far, or take a smaller one from above or from the left."""
    so_far, up, left = tape.read(f"d[{i},{j}]", f"d[{i - 1},{j}]", f"d[{i},{j - 1}]")
    least = min(so_far, up + 1, left + 1)
    tape.do("keep" if least == so_far else "delete" if least == up + 1 else "insert")
    if least != so_far:
        tape.write(f"d[{i},{j}]", least)
    tape.goto(f"{{{i},{j + 1}}}")


def _end_row(tape: Tape, i: int, j: int) -> Place | None:
    """Go to the next row if there is one, else answer with the last cell and stop."""
    if tape.read(f"a[{i + 1}]") != BLANK:
        tape.do("end")
        tape.goto(f"{{{i + 1},0}}")
        return i + 1, 0
    last = f"d[{i},{j - 1}]"
    tape.answer(str(tape.read(last)), [last])
    tape.do("stop")
    tape.goto(HALT)
    return None


def reference(a: str, b: str) -> str:
    """The distance, with one row at a time."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        corner, row[0] = row[0], i
        for j, y in enumerate(b, start=1):
            corner, row[j] = row[j], min(corner + (x != y), row[j] + 1, row[j - 1] + 1)
    return str(row[-1])


TEMPLATES = [
    "What is the Levenshtein distance between {a} and {b}?",
    "levenshtein({a}, {b}) = ?",
    "How many single-letter edits (replace, insert, delete) turn {a} into {b} at least?",
    "Edit distance of {a} and {b}?",
    "A typist wrote {a} but meant {b}. How many letters must be replaced, inserted or deleted at least?",
    "Compute the minimum number of insertions, deletions and substitutions that change {a} to {b}.",
    "Let s = {a} and t = {b}. Give the Levenshtein distance of s and t.",
    "A gene {a} has become {b} by mutations of one letter: replaced, gained or lost. How many at least?",
    "Each change of a letter, new letter or struck letter costs 1. What does it cost to get from {a} to {b}?",
    "Source: {a}. Target: {b}. Fewest edits (insert, delete, replace):",
    "Fill the edit distance table of {a} against {b} and report its last cell.",
    "A spelling checker found {a} and suggests {b}. How far apart are they in Levenshtein distance?",
    "In one move you may add, remove or swap for another any one letter. In how few moves does {a} become"
    " {b}?",
    "Return the edit distance of word1 = {a} and word2 = {b}, each insertion, deletion or replacement"
    " counting 1.",
    "The sign said {a}; it should say {b}. A painter changes, adds or removes one letter an hour. How many"
    " hours at best?",
    "Give the smallest number of edits, a letter each, between the strings {a} and {b}.",
    "Work out d({a}, {b}), where d is the Levenshtein distance.",
    "With dynamic programming, find how many replacements, insertions and deletions {a} needs to become {b}.",
    "Someone misheard {b} as {a}. What is the least number of letter edits between the two?",
    "Two password entries, {a} and {b}: by how many edits (one letter inserted, deleted or replaced) do they"
    " differ?",
    "Minimum edit distance, unit costs: {a} -> {b}",
    "How similar are {a} and {b}? Answer with their Levenshtein distance.",
    "Please determine the least number of letters to insert, delete or replace so that {a} equals {b}.",
]
