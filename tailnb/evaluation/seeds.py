"""One figure for several seeds: what models of the same recipe, trained with different seeds, do together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any

from tailnb.evaluation.results import Row, as_rows

CELL = ("experiment", "learned", "variant", "model", "task", "method", "range", "length")


def over_seeds(rows: Iterable[Any]) -> list[Row]:
    """The rows of several training seeds as one row for each cell: model, task, method, range and length.

    n, correct, trace_correct, errors: of all seeds together; accuracy: their share. low, high: the lowest
    and the highest end of the seeds' own 95% intervals, so that they hold what differs from seed to seed.
    seeds: how many there are; each: their accuracies.
    """
    cells: dict[tuple[Any, ...], list[Row]] = {}
    for row in as_rows(rows):
        cells.setdefault(tuple(row.get(key) for key in CELL), []).append(row)
    return [_together(same) for same in cells.values()]


def _together(rows: list[Row]) -> Row:
    n, correct = (sum(row[key] for row in rows) for key in ("n", "correct"))
    traces = [row["trace_correct"] for row in rows]
    right = None if None in traces else sum(traces)
    modules = dict.fromkeys(module for row in rows for module in row["errors"])
    return rows[0] | {
        "n": n,
        "correct": correct,
        "accuracy": correct / n,
        "trace_correct": right,
        "trace_accuracy": None if right is None else right / n,
        "errors": {module: sum(row["errors"].get(module, 0) for row in rows) for module in modules},
        "low": min(row["low"] for row in rows),
        "high": max(row["high"] for row in rows),
        "seeds": len(rows),
        "each": [row["accuracy"] for row in rows],
    }


def differences(rows: Iterable[Mapping[str, Any]], base: str, range: str) -> list[Row]:
    """For each task, how far every other method is from a base one, and whether that is beyond the intervals.

    rows: as `over_seeds` gives. base: a method, such as "tail". range: "S", "M" or "L".
    Each row: task, method, difference (in points) and beyond, true where the two intervals do not meet.
    """
    chosen = [row for row in rows if row["range"] == range and row.get("length") is None]
    pairs = ((one, other) for pair in combinations(chosen, 2) for one, other in (pair, pair[::-1]))
    return [
        {
            "task": one["task"],
            "method": other["method"],
            "difference": 100 * (other["accuracy"] - one["accuracy"]),
            "beyond": other["high"] < one["low"] or other["low"] > one["high"],
        }
        for one, other in pairs
        if one["task"] == other["task"] and one["method"] == base != other["method"]
    ]
