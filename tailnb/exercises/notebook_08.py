"""Exercises of notebook 08: inside the attention."""

from __future__ import annotations

from math import exp, log2

from tailnb.exercises._checkers import check_function
from tailnb.exercises._exercise import Exercise
from tailnb.exercises.notebook_07 import close

WEIGHTS = [
    *[([1.0],), ([0.5, 0.5],), ([1.0, 0.0],), ([0.25] * 4,), ([0.7, 0.2, 0.1],), ([0.9] + [0.001] * 100,)],
]
SCORES = [(n, gap) for n in (1, 2, 10, 500, 1600) for gap in (0.0, 1.0, 5.0, 12.0)]


def entropy(weights: list[float]) -> float:
    """The entropy of weights, in bits."""
    return -sum(weight * log2(weight) for weight in weights if weight)


def weight_left(tokens: int, gap: float) -> float:
    """The weight of a token whose score is higher than that of all others by a gap."""
    return 1 / (1 + (tokens - 1) * exp(-gap))


EXERCISES = [
    Exercise(
        name="08-entropy",
        title="How focused?",
        difficulty="easy",
        minutes=5,
        spec="""
            The **entropy** of weights tells how focused a head is: 0 bits when one token has all the weight,
            10 bits when 1024 tokens share it evenly. It is the sum of −*w* · log₂ *w*. Write it; a weight of
            0 counts as nothing.

            ```python
            def entropy(weights):
                ...
            ```
        """,
        hint="""
            `math.log2(0)` raises an error, so leave zeros out of the sum.
        """,
        verify=check_function(entropy, WEIGHTS, close),
    ),
    Exercise(
        name="08-dilution",
        title="What is left",
        difficulty="medium",
        minutes=10,
        spec="""
            A head looks for one cell among so many `tokens`. The score of that cell is higher than that of
            every other token by `gap`, and all others have the same score. What **weight** does softmax leave
            for the cell? Try it: what happens to a gap that is fine for 300 tokens when there are 1600?

            ```python
            def weight_left(tokens, gap):
                ...
            ```
        """,
        hint="""
            Softmax gives each token exp(score), divided by the sum over all. Let the others' score be 0.
        """,
        verify=check_function(weight_left, SCORES, close),
    ),
]
