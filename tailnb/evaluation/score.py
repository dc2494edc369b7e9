"""Exact scoring: the extracted final answer, compared by value, with no partial credit."""

from __future__ import annotations

from tailnb.tasks import Problem
from tailnb.traces.answer import extract, read_off, same


def score(problem: Problem, text: str, *, style: str = "core") -> bool:
    """Whether a text's final answer is the problem's, by value.

    style: "tape" for the text of a nano model, whose answer stands symbol by symbol.
    The paper has a model judge instead; ours is stricter and reproducible.
    """
    found = extract(text)
    return same(problem.answer, read_off(found) if style == "tape" else found)
