"""Exercises of notebook 04: data sets without leaks."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tailnb.dataset import SPLITS, ratio_counts
from tailnb.exercises._checkers import LINES, TooLong, check_function, limited
from tailnb.exercises._exercise import Exercise, described, shown
from tailnb.tasks._task import EVAL_SHARE

OVERLAPS = [(1, 0, 0), (1, 0, 1), (5, 0, 1), (5, 3, 1), (5, 1, 9), (0, 1, 1), (1000, 42, 43), (1000, 43, 42)]
MIXTURES = [("1:0:0", 10), ("8:1:1", 10), ("8:1:1", 1000), ("4:3:3", 10), ("1:1:1", 9), ("0:1:3", 4)]
ROUNDED = [("1:1:1", 10), ("1:1:1", 11), ("2:1:1", 7), ("8:1:1", 13), ("5:3:1", 100), ("8:1:1", 99_999)]
KEYS = [form % number for form in ('{"n": %d}', "In how many ways can %d …?") for number in range(1000)]


def overlap(n: int, a: int, b: int) -> int:
    """How many of n problems the seeds a and b share, when problem i is drawn by Random(seed + i)."""
    return len(set(range(a, a + n)) & set(range(b, b + n)))


def same_counts(expected: dict[str, int], found: Any) -> bool:
    """Whether counts are the expected ones, as a dictionary or in the order of S, M and L."""
    return found == expected or (isinstance(found, (tuple, list)) and list(found) == list(expected.values()))


@contextmanager
def another_process() -> Iterator[None]:
    """A world in which `hash` gives what it might give in another process."""
    real = builtins.hash
    builtins.hash = lambda value: real((value, "another process"))
    try:
        yield
    finally:
        builtins.hash = real


def check_split(function: object) -> str | None:
    """What is wrong with a function that gives each key its split, if anything."""
    if not callable(function):
        return f"A function split(key) is wanted, not {shown(function, 60)}."
    try:
        first = [limited(function, key) for key in KEYS]
        with another_process():
            later = [limited(function, key) for key in reversed(KEYS)][::-1]
    except TooLong:
        return f"split has not ended after {LINES:,} lines of Python."
    except Exception as error:
        return f"split raised {described(error)}."
    return split_fault(first, later)


def split_fault(first: list[Any], later: list[Any]) -> str | None:
    """What is wrong with the splits of KEYS, asked for twice."""
    for key, one, other in zip(KEYS, first, later, strict=True):
        if one not in SPLITS:
            return f'split({key!r}) gives {shown(one)}; "train" or "eval" is wanted.'
        if one != other:
            return (
                f"split({key!r}) gives {one!r} here, and {shown(other)} when asked again, in another order"
                " and process. (Python's own `hash` of a text is another one in each process.)"
            )
    share = first.count("eval") / len(KEYS)
    if abs(share - EVAL_SHARE) > 0.03:
        return f'Of {len(KEYS):,} keys {share:.1%} are "eval"; about a tenth is wanted.'
    return None


EXERCISES = [
    Exercise(
        name="04-overlap",
        title="Added seeds",
        difficulty="easy",
        minutes=5,
        spec="""
            Problem *i* of a stream is drawn by `Random(seed + i)`, for *i* from 0 to *n* − 1. **How many
            problems do the streams of the seeds *a* and *b* share?** Write a formula (two different numbers
            `seed + i` give two different problems).

            ```python
            def shared(n, a, b):
                ...
            ```
        """,
        hint="""
            Write the numbers `seed + i` of both streams below each other. What if the seeds are far apart?
        """,
        verify=check_function(overlap, OVERLAPS),
    ),
    Exercise(
        name="04-split",
        title="A split that stays",
        difficulty="medium",
        minutes=10,
        spec="""
            Write `split(key)`: **"eval" for about a tenth of all keys, "train" for the others**. The same
            key, a text, must get the same answer today and tomorrow, in any order and in any process.

            ```python
            def split(key):
                ...
            ```
        """,
        hint="""
            `hashlib.sha256(key.encode()).digest()` is 32 bytes that look random and never change. One of them
            is nearly enough: of its 256 values, take a tenth.
        """,
        verify=check_split,
    ),
    Exercise(
        name="04-ratio",
        title="To the last problem",
        difficulty="medium",
        minutes=15,
        spec="""
            Write `counts(ratio, total)`: how many problems of S, M and L a mixture such as `"8:1:1"` holds,
            as a list or a dictionary. **They add up to `total` exactly.** Where the ratio does not come out
            even, all are rounded down; then those that lost the most get one more each, until the total is
            reached (of equals, S before M before L).

            ```python
            def counts(ratio, total):
                ...
            ```

            So `counts("1:1:1", 10)` is `[4, 3, 3]`.
        """,
        hint="""
            With whole numbers nothing gets lost: `total * weight // whole` is the part rounded down, and
            `total * weight % whole` what it lost. `sorted` keeps equals in their order.
        """,
        verify=check_function(ratio_counts, MIXTURES + ROUNDED, alike=same_counts),
    ),
]
