"""A problem as a row, and a row as a line of JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import blake2b
from random import Random
from typing import Any, NamedTuple

from tailnb.dataset.streams import Stream
from tailnb.tasks import Problem

Row = dict[str, Any]

_encode = json.JSONEncoder(ensure_ascii=False).encode


class Draw(NamedTuple):
    """An index of a stream, and the digest of the key that is there."""

    at: int
    key: bytes


class Line(NamedTuple):
    """A row as a line, with what is counted of it.

    at: its index in the stream. key: its digest. length: of the problem. characters: of the completion.
    """

    at: int
    key: bytes
    length: int
    characters: int
    text: bytes

    @classmethod
    def of(cls, row: Row, text: bytes = b"") -> Line:
        """The line of a row; its text, if it is known already."""
        text = text or (_encode(row) + "\n").encode()
        return cls(row["index"], digest(row["key"]), row["length"], len(row["completion"]), text)


def digest(key: str) -> bytes:
    """A key in 128 bits: that two of a billion keys have the same has a chance below 1 in 10**20."""
    return blake2b(key.encode(), digest_size=16).digest()


def row(problem: Problem, range: str, index: int, configuration: Mapping[str, Any]) -> Row:
    """One problem as a row.

    index: in the stream of its seed and split. configuration: seed, split, method, style and without.
    `layout` is the seed of the addresses in style "tape", 0 in the other styles.
    """
    seed, split, method, style, without = (
        configuration[name] for name in ("seed", "split", "method", "style", "without")
    )
    name = f"{problem.task.name}/{split}/{range}/{seed}/{index}/layout"
    layout = Random(name).randrange(2**31) if style == "tape" else 0
    return {
        "task": problem.task.name,
        "algorithm": problem.task.algorithm,
        "range": range,
        "length": problem.length,
        "params": problem.params,
        "query": problem.query,
        "prompt": problem.prompt(method=method, style=style, seed=layout),
        "completion": problem.completion(method=method, style=style, without=without, seed=layout),
        "answer": problem.answer,
        "key": problem.key,
        "split": split,
        "method": method,
        "style": style,
        "without": list(without),
        "seed": seed,
        "index": index,
        "layout": layout,
    }


def line(of: Stream, index: int, configuration: Mapping[str, Any]) -> Line:
    """The line of one index of a stream."""
    return Line.of(row(of[index], of.range, index, configuration))
