"""Exact scoring: the extracted final answer, compared by value, with no partial credit."""

from __future__ import annotations

from tailnb.tasks import Problem
from tailnb.traces.answer import read_off, same
from tailnb.traces.check import guess_style


def score(problem: Problem, text: str, *, style: str | None = None) -> bool:
    """Whether a text's final answer is the problem's, by value.

    style: "tape" for the text of a nano model, whose answer stands symbol by symbol; by default, what the
    text looks like.
    The paper has a model judge instead; ours is stricter and reproducible.
    """
    on_tape = (style or guess_style(text)) == "tape"
    if on_tape and same(problem.answer, read_off(text)):
        return True
    return style != "tape" and same(problem.answer, problem.read_answer(text))  # an arrow makes no tape
