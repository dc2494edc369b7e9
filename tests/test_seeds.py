"""Figures over several seeds: what is added up, what is the widest, and which differences are told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tailnb.evaluation.results import Result
from tailnb.evaluation.seeds import differences, over_seeds

COUNTS = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)).map(sorted), min_size=1, max_size=4)


def row(correct: int, n: int = 50, *, method: str = "tail", range: str = "L", **more: object) -> dict:
    result = Result(model="m", task="lcs", method=method, range=range, n=n, correct=correct, trace_correct=0)
    return {"experiment": "e", "variant": method, **result.to_dict(), **more}


@given(COUNTS)
def test_seeds_together(counts):
    rows = [row(correct, errors={"answer": wrong}) for wrong, correct in counts]
    (one,) = over_seeds(rows)
    assert (one["n"], one["seeds"]) == (50 * len(rows), len(rows))
    assert one["correct"] == sum(correct for _, correct in counts)
    assert one["accuracy"] == pytest.approx(sum(one["each"]) / len(rows))
    assert one["errors"] == {"answer": sum(wrong for wrong, _ in counts)}
    assert one["low"] <= min(one["each"]) <= one["accuracy"] <= max(one["each"]) <= one["high"]
    assert one["low"] == min(each["low"] for each in rows)


def test_cells_are_kept_apart():
    rows = [row(1, range="S"), row(2, range="L"), row(3, method="none"), row(4, method="none")]
    assert [(one["variant"], one["range"], one["seeds"]) for one in over_seeds(rows)] == [
        ("tail", "S", 1),
        ("tail", "L", 1),
        ("none", "L", 2),
    ]


def test_differences_are_beyond_intervals_that_do_not_meet():
    rows = over_seeds([row(48), row(50), row(2, method="none"), row(46, method="plain")])
    found = {one["method"]: one for one in differences(rows, base="tail", range="L")}
    assert found["none"]["difference"] == pytest.approx(4 - 98)
    assert found["none"]["beyond"]
    assert not found["plain"]["beyond"]
    assert differences(rows, base="tail", range="S") == []
    assert {one["method"] for one in differences(rows, base="none", range="L")} == {"tail", "plain"}
