"""What is in a file of rows: counted while it is written, or from what a killed run left of it."""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from statistics import median_low
from typing import Any

from tailnb.dataset.configuration import Configuration
from tailnb.dataset.rows import Line, digest, line
from tailnb.dataset.streams import Stream


class Tally:
    """The rows of a file: their keys, and for each range what the card says."""

    def __init__(self) -> None:
        self.size = 0  # in bytes
        self.total = 0  # rows of all ranges
        self.keys: set[bytes] = set()
        self.next: dict[str, int] = {}  # the index in the stream behind the last row
        self._lengths: dict[str, array[int]] = {}
        self._characters: dict[str, array[int]] = {}

    def rows(self, range: str) -> int:
        """How many rows of a range there are."""
        return len(self._lengths.get(range, ()))

    def left(self, range: str, n: int) -> int:
        """How many of n rows of a range are still to come."""
        return n - self.rows(range)

    def add(self, range: str, line: Line) -> None:
        """Count a line."""
        if range not in self.next:
            self._lengths[range], self._characters[range] = array("Q"), array("Q")
        self.next[range] = line.at + 1
        self.size += len(line.text)
        self.total += 1
        self.keys.add(line.key)
        self._lengths[range].append(line.length)
        self._characters[range].append(line.characters)

    def summary(self) -> dict[str, Any]:
        """For each range the number of rows, the problems' lengths, and the completions' characters."""
        return {
            range: {
                "rows": len(each),
                "lengths": [min(each), max(each)],
                "characters": [min(texts), median_low(texts), max(texts)],
            }
            for (range, each), texts in zip(self._lengths.items(), self._characters.values(), strict=True)
        }


def left_in(path: Path, streams: Mapping[str, tuple[Stream, int]], configuration: Configuration) -> Tally:
    """The rows that a killed run left in a file: whole lines from the first on, as long as all is right.

    streams: for each range, in order, its stream and the rows that there shall be. The last line is made
    anew; when it comes out otherwise, another program wrote the file, and nothing of it is kept.
    """
    tally, last = Tally(), None
    if not path.exists():
        return tally
    with path.open("rb") as file:
        for text in file:
            range = next((range for range, (_, n) in streams.items() if tally.left(range, n)), "")
            found = read(text, range)
            if found is None or not follows(found, tally, streams[range][0]):
                break
            tally.add(range, found)
            last = streams[range][0], found
    if last and line(last[0], last[1].at, configuration) != last[1]:
        return Tally()
    return tally


def follows(found: Line, tally: Tally, of: Stream) -> bool:
    """Whether a line is of the stream's next problem with a new key."""
    for at in count(tally.next.get(of.range, 0)):
        key = digest(of[at].key)
        if key not in tally.keys:
            return (found.at, found.key) == (at, key)
    return False


def read(text: bytes, range: str) -> Line | None:
    """A line of a file, if it is a whole row of the range."""
    if not text.endswith(b"\n"):
        return None
    try:
        row = json.loads(text)
        return Line.of(row, text) if row["range"] == range else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
