"""A run-length tape: stretches of one symbol are stored, and crossed, in one operation.

Long runs of small machines mostly sweep over such stretches: some 67,000 operations take the busy beaver of
5 states through its 47 million steps. Where a machine does not sweep, this tape is slower than a plain list,
and gives up, so that all in all it never takes much longer. Source: Marxen and Buntrock, Attacking the Busy
Beaver 5, Bulletin of the EATCS 40, 1990.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from tailnb.machines.list_tape import Moment

BATCH = 4096  # operations between two looks at whether the tape has paid
GAIN = 6  # steps an operation must have done on average; a list tape does its steps about that much faster


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


def stretches(codes: Iterable[int], blank: int) -> list[list[int]]:
    """One side of the head, from the far end to the near one."""
    stack: list[list[int]] = []
    for symbol, cells in groupby(codes):
        push(stack, symbol, len(list(cells)), blank)
    return stack


def sweep(start: Moment, blank: int, max_steps: int) -> Moment:
    """Runs on until no rule applies, the limit is reached, or the tape has not paid so far."""
    tape, origin, place, row, steps = start
    left = stretches(tape[:place], blank)
    right = stretches(reversed(tape[place + 1 :]), blank)
    symbol, head = tape[place], place - origin
    operations = 0
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
        if not operations % BATCH and steps - start.steps < GAIN * operations:
            break
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
