"""An answer whose cells are read in random order, blank ones among them, as an exercise in reading.

An answer that is read off the tape ends at the first blank cell. Short problems have short answers, so a
model may learn that late cells are blank instead of looking: the hundredth digit is "blank" for it. Here the
place in the answer says nothing.
"""

from __future__ import annotations

from itertools import groupby
from random import Random

from tailnb.traces.answer import FINAL
from tailnb.traces.layout import ADDRESS, NEXT
from tailnb.traces.trace import BLANK

NEAR = 16  # places from a cell of the answer to blank ones beside it
MOST_BLANK = 0.5  # of the cells that are read


def scattered(prompt: str, completion: str, rng: Random, ring: int) -> str:
    """The completion with as many cells read in its answer, but any cells, in any order.

    Returns it unchanged when its answer is not read off the tape.
    """
    before, final, answer = completion.rpartition(FINAL)
    cells = _cells(answer.split())
    if not cells:
        return completion
    taken = {token for token in f"{prompt} {before}".split() if ADDRESS.fullmatch(token)}
    blanks = _blanks_near([cell[0] for cell in cells], taken, ring)
    rng.shuffle(blanks)
    blank = blanks[: rng.randint(1, 1 + int(MOST_BLANK * len(cells)))]
    written = [cell for cell in cells if cell[0] in taken]
    read = [[address, BLANK] for address in blank]
    read += rng.sample(written, min(len(cells) - len(read), len(written)))
    rng.shuffle(read)
    return before + " ".join([final, *(f"{NEXT} {' '.join(cell)}" for cell in read)])


def values(tokens: list[str], start: int) -> set[int]:
    """Where, from start on, what stands in a cell is said: behind its address, before the next cell."""
    found = (place for place in range(start, len(tokens)) if tokens[place] != NEXT)
    return {place for place in found if not ADDRESS.fullmatch(tokens[place])}


def _cells(tokens: list[str]) -> list[list[str]]:
    """The address and the symbols of each cell of an answer; none when it is not read off the tape."""
    if tokens[:1] != [NEXT]:
        return []
    return [list(group) for between, group in groupby(tokens, key=NEXT.__eq__) if not between]


def _blanks_near(addresses: list[str], taken: set[str], ring: int) -> list[str]:
    """Addresses that nothing was placed at, near those of an answer; sorted, so that a seed decides."""
    numbers = [int(address[1:-1]) for address in addresses]
    near = {(number + step) % ring for number in numbers for step in range(-NEAR, NEAR + 1)}
    return [token for token in (f"<{number}>" for number in sorted(near)) if token not in taken]
